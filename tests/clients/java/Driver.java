import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Drives the AWS SDK for Java 2.x: one JSON line in, one JSON line out. Its argument is the endpoint. */
public final class Driver {
    /** One operation of the driver: a call in, what becomes the result out. */
    interface Operation {
        Object perform(Call call) throws IOException;
    }

    private final Map<String, Operation> operations = new HashMap<>();

    private Driver(S3Client client, S3Presigner presigner) {
        new Objects(client).enter(operations);
        new Uploads(client).enter(operations);
        new Versions(client).enter(operations);
        new Presigned(presigner).enter(operations);
    }

    public static void main(String[] arguments) throws IOException {
        URI endpoint = URI.create(arguments[0]);
        S3Client client = S3Client.builder()
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(options -> options.retryStrategy(retries -> retries.maxAttempts(1)))
                .build();
        S3Presigner presigner = S3Presigner.builder()
                .endpointOverride(endpoint)
                .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .build();
        new Driver(client, presigner).serve();
    }

    private void serve() throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.println(answer(new Call(JsonNode.parser().parse(line).asObject())));
        }
    }

    /** A failure begins with S3's error code where there is one. */
    private String answer(Call call) {
        try {
            Operation operation = operations.get(call.text("operation"));
            return Json.write(Collections.singletonMap("result", operation.perform(call)));
        } catch (S3Exception error) {
            String code = error.awsErrorDetails() == null ? "" : error.awsErrorDetails().errorCode();
            return Json.write(Map.of("error", code + ": " + error.getMessage()));
        } catch (IOException | RuntimeException error) {
            return Json.write(Map.of("error", error.toString()));
        }
    }
}
