import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/** Versions of objects, and their tags. */
final class Versions {
    private final S3Client client;

    Versions(S3Client client) {
        this.client = client;
    }

    void enter(Map<String, Driver.Operation> operations) {
        operations.put("enableVersioning", this::enable);
        operations.put("versions", this::list);
        operations.put("setTags", this::setTags);
        operations.put("tags", this::tags);
    }

    private Object enable(Call call) {
        client.putBucketVersioning(request -> request.bucket(call.bucket())
                .versioningConfiguration(configuration -> configuration.status(BucketVersioningStatus.ENABLED)));
        return null;
    }

    /** All versions and all delete markers. */
    private Object list(Call call) {
        List<Map<String, Object>> found = new ArrayList<>();
        ListObjectVersionsRequest request =
                ListObjectVersionsRequest.builder().bucket(call.bucket()).build();
        client.listObjectVersionsPaginator(request).forEach(page -> {
            page.versions().forEach(entry -> found.add(row(entry.key(), entry.versionId(), entry.isLatest(), false)));
            page.deleteMarkers()
                    .forEach(entry -> found.add(row(entry.key(), entry.versionId(), entry.isLatest(), true)));
        });
        return found;
    }

    private static Map<String, Object> row(String key, String version, boolean isLatest, boolean isMarker) {
        return Map.of("key", key, "version", version, "latest", isLatest, "marker", isMarker);
    }

    private Object setTags(Call call) {
        client.putObjectTagging(
                request -> request.bucket(call.bucket()).key(call.key()).tagging(tagging(call.tags())));
        return null;
    }

    private Object tags(Call call) {
        Map<String, Object> tags = new TreeMap<>();
        client.getObjectTagging(request -> request.bucket(call.bucket()).key(call.key()))
                .tagSet()
                .forEach(tag -> tags.put(tag.key(), tag.value()));
        return tags;
    }

    static Tagging tagging(Map<String, String> tags) {
        List<Tag> set = new ArrayList<>();
        tags.forEach((name, value) -> set.add(Tag.builder().key(name).value(value).build()));
        return Tagging.builder().tagSet(set).build();
    }
}
