import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** What one line asks for. What it does not name is null. */
record Call(Map<String, JsonNode> fields) {
    String text(String name) {
        JsonNode field = fields.get(name);
        return field == null || field.isNull() ? null : field.text();
    }

    String bucket() {
        return text("bucket");
    }

    String key() {
        return text("key");
    }

    Path path() {
        return Path.of(text("path"));
    }

    int number(String name) {
        return Integer.parseInt(fields.get(name).asNumber());
    }

    /** The tags, none when there are none. */
    Map<String, String> tags() {
        Map<String, String> tags = new HashMap<>();
        JsonNode field = fields.get("tags");
        if (field != null && !field.isNull()) {
            field.asObject().forEach((name, value) -> tags.put(name, value.text()));
        }
        return tags;
    }
}
