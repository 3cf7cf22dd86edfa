import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.protocols.jsoncore.JsonWriter;

/** Writes maps, lists, texts, numbers and truths as JSON on one line. */
final class Json {
    private Json() {}

    static String write(Object value) {
        JsonWriter writer = JsonWriter.create();
        write(writer, value);
        return new String(writer.getBytes(), StandardCharsets.UTF_8);
    }

    private static void write(JsonWriter writer, Object value) {
        if (value instanceof Map<?, ?> map) {
            writer.writeStartObject();
            map.forEach((name, inside) -> {
                writer.writeFieldName((String) name);
                write(writer, inside);
            });
            writer.writeEndObject();
        } else if (value instanceof List<?> list) {
            writer.writeStartArray();
            list.forEach(inside -> write(writer, inside));
            writer.writeEndArray();
        } else if (value instanceof Boolean truth) {
            writer.writeValue(truth);
        } else if (value instanceof Integer number) {
            writer.writeValue(number);
        } else if (value == null) {
            writer.writeNull();
        } else {
            writer.writeValue((String) value);
        }
    }
}
