import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** Files: in one piece, or by parts. */
final class Uploads {
    private static final int PART_BYTES = 5 << 20;

    private final S3Client client;

    Uploads(S3Client client) {
        this.client = client;
    }

    void enter(Map<String, Driver.Operation> operations) {
        operations.put("put", this::put);
        operations.put("multipart", call -> multipart(call, call.number("partBytes")));
    }

    /** The synchronous client leaves the choice to its user. */
    private Object put(Call call) throws IOException {
        if (Files.size(call.path()) > PART_BYTES) {
            multipart(call, PART_BYTES);
            return null;
        }
        PutObjectRequest request = PutObjectRequest.builder().bucket(call.bucket()).key(call.key()).build();
        client.putObject(request, RequestBody.fromFile(call.path()));
        return null;
    }

    /** Tells the ETag and how many parts were listed before the completion. */
    private Map<String, Object> multipart(Call call, int partBytes) throws IOException {
        String upload = client.createMultipartUpload(request -> request.bucket(call.bucket()).key(call.key()))
                .uploadId();
        List<CompletedPart> parts = uploadParts(call, upload, Files.readAllBytes(call.path()), partBytes);
        int listed = client.listParts(request -> request.bucket(call.bucket()).key(call.key()).uploadId(upload))
                .parts()
                .size();
        String etag = client.completeMultipartUpload(request -> request.bucket(call.bucket())
                        .key(call.key())
                        .uploadId(upload)
                        .multipartUpload(all -> all.parts(parts)))
                .eTag();
        return Map.of("etag", etag, "parts", listed);
    }

    private List<CompletedPart> uploadParts(Call call, String upload, byte[] all, int partBytes) {
        List<CompletedPart> parts = new ArrayList<>();
        for (int start = 0; start < all.length; start += partBytes) {
            int number = parts.size() + 1;
            byte[] part = Arrays.copyOfRange(all, start, Math.min(all.length, start + partBytes));
            UploadPartRequest request = UploadPartRequest.builder()
                    .bucket(call.bucket())
                    .key(call.key())
                    .uploadId(upload)
                    .partNumber(number)
                    .build();
            UploadPartResponse answer = client.uploadPart(request, RequestBody.fromBytes(part));
            parts.add(CompletedPart.builder()
                    .partNumber(number)
                    .eTag(answer.eTag())
                    .checksumCRC32(answer.checksumCRC32())
                    .build());
        }
        return parts;
    }
}
