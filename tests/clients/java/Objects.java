import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Buckets and whole objects. */
final class Objects {
    private final S3Client client;

    Objects(S3Client client) {
        this.client = client;
    }

    void enter(Map<String, Driver.Operation> operations) {
        operations.put("makeBucket", this::makeBucket);
        operations.put("removeBucket", this::removeBucket);
        operations.put("buckets", this::buckets);
        operations.put("get", this::get);
        operations.put("keys", this::keys);
        operations.put("copy", this::copy);
        operations.put("remove", this::remove);
        operations.put("putText", this::putText);
        operations.put("getText", this::getText);
        operations.put("folders", this::folders);
    }

    private Object makeBucket(Call call) {
        client.createBucket(request -> request.bucket(call.bucket()));
        return null;
    }

    private Object removeBucket(Call call) {
        client.deleteBucket(request -> request.bucket(call.bucket()));
        return null;
    }

    private Object buckets(Call call) {
        return client.listBucketsPaginator().buckets().stream().map(Bucket::name).toList();
    }

    private Object get(Call call) throws IOException {
        Files.deleteIfExists(call.path());
        GetObjectRequest request = GetObjectRequest.builder().bucket(call.bucket()).key(call.key()).build();
        client.getObject(request, ResponseTransformer.toFile(call.path()));
        return null;
    }

    private Object keys(Call call) {
        return list(call.bucket(), null, null).get("keys");
    }

    private Object folders(Call call) {
        return list(call.bucket(), call.text("prefix"), "/");
    }

    /** Asks for encoded names, so that XML can hold every key; the SDK decodes them. */
    private Map<String, Object> list(String bucket, String prefix, String delimiter) {
        List<String> keys = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        ListObjectsV2Request request = ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(prefix)
                .delimiter(delimiter)
                .encodingType(EncodingType.URL)
                .build();
        for (ListObjectsV2Response page : client.listObjectsV2Paginator(request)) {
            page.contents().forEach(entry -> keys.add(entry.key()));
            page.commonPrefixes().forEach(entry -> prefixes.add(entry.prefix()));
        }
        return new TreeMap<>(Map.of("keys", keys, "prefixes", prefixes));
    }

    private Object copy(Call call) {
        client.copyObject(request -> request.sourceBucket(call.bucket())
                .sourceKey(call.text("source"))
                .destinationBucket(call.bucket())
                .destinationKey(call.text("target")));
        return null;
    }

    private Object remove(Call call) {
        DeleteObjectResponse answer = client.deleteObject(
                request -> request.bucket(call.bucket()).key(call.key()).versionId(call.text("version")));
        String version = answer.versionId() == null ? "" : answer.versionId();
        return Map.of("marker", Boolean.TRUE.equals(answer.deleteMarker()), "version", version);
    }

    private Object putText(Call call) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(call.bucket())
                .key(call.key())
                .ifMatch(call.text("ifMatch"))
                .ifNoneMatch(call.text("ifNoneMatch"));
        if (!call.tags().isEmpty()) {
            request.tagging(Versions.tagging(call.tags()));
        }
        PutObjectResponse answer = client.putObject(request.build(), RequestBody.fromString(call.text("text")));
        return Map.of("etag", answer.eTag(), "version", answer.versionId() == null ? "" : answer.versionId());
    }

    private Object getText(Call call) {
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(call.bucket())
                .key(call.key())
                .range(call.text("range"))
                .versionId(call.text("version"))
                .ifMatch(call.text("ifMatch"))
                .ifNoneMatch(call.text("ifNoneMatch"))
                .build();
        return client.getObjectAsBytes(request).asUtf8String();
    }
}
