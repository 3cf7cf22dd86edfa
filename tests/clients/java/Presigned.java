import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** URLs that anyone may use for a while. */
final class Presigned {
    private static final Duration LIFE = Duration.ofMinutes(5);

    private final S3Presigner presigner;

    Presigned(S3Presigner presigner) {
        this.presigner = presigner;
    }

    void enter(Map<String, Driver.Operation> operations) {
        operations.put("presign", this::presign);
    }

    private Object presign(Call call) {
        return switch (call.text("method")) {
            case "GET" -> presigner
                    .presignGetObject(request -> request.signatureDuration(LIFE)
                            .getObjectRequest(get -> get.bucket(call.bucket()).key(call.key())))
                    .url()
                    .toString();
            case "PUT" -> presigner
                    .presignPutObject(request -> request.signatureDuration(LIFE)
                            .putObjectRequest(put -> put.bucket(call.bucket()).key(call.key())))
                    .url()
                    .toString();
            default -> throw new IllegalArgumentException("no URL for " + call.text("method"));
        };
    }
}
