import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsResponse;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * The AWS SDK for Java, version 2, against the local KMS: Client SCENARIO. Prints TAP; steps.py says what a step is.
 */
public final class Client {
    private static final String MODEL = "software.amazon.awssdk.services.kms.model.";
    private static final Map<String, KmsClient> clients = new HashMap<>();
    private static JsonNode scenario;

    private Client() {
    }

    private static String text(JsonNode object, String name) {
        return object.field(name).filter(node -> !node.isNull()).map(JsonNode::text).orElse("");
    }

    private static List<String> texts(JsonNode object, String name) {
        return object.field(name).map(list -> list.asArray().stream().map(JsonNode::text).toList()).orElse(List.of());
    }

    /** Bytes are {"base64": text} in the scenario. */
    private static byte[] bytes(JsonNode node) {
        return Base64.getDecoder().decode(text(node, "base64"));
    }

    private static AwsCredentialsProvider credentials(JsonNode caller) {
        if (caller.isNull()) {
            return AnonymousCredentialsProvider.create();
        }
        String id = text(caller, "access_key");
        String secret = text(caller, "secret_key");
        String token = text(caller, "session_token");
        return StaticCredentialsProvider.create(token.isEmpty() ? AwsBasicCredentials.create(id, secret)
                                                                : AwsSessionCredentials.create(id, secret, token));
    }

    private static KmsClient client(JsonNode caller) {
        return KmsClient.builder()
            .endpointOverride(URI.create(text(scenario, "endpoint")))
            .region(Region.of(text(scenario, "region")))
            .credentialsProvider(credentials(caller))
            .httpClient(UrlConnectionHttpClient.create())
            .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
            .build();
    }

    /** Requests describe their members, so that they can be filled in by name. */
    private static Object fill(SdkPojo builder, JsonNode members) {
        for (SdkField<?> field : builder.sdkFields()) {
            members.field(field.memberName()).ifPresent(value -> field.set(builder, convert(field, value)));
        }
        return ((Buildable) builder).build();
    }

    private static Object convert(SdkField<?> field, JsonNode value) {
        MarshallingType<?> type = field.marshallingType();
        if (type == MarshallingType.SDK_BYTES) {
            return SdkBytes.fromByteArray(bytes(value));
        }
        if (type == MarshallingType.SDK_POJO) {
            return fill(field.constructor().get(), value);
        }
        if (type == MarshallingType.INTEGER) {
            return Integer.valueOf(value.asNumber());
        }
        if (type == MarshallingType.BOOLEAN) {
            return value.asBoolean();
        }
        if (type == MarshallingType.LIST) {
            return value.asArray().stream().map(JsonNode::text).toList();
        }
        if (type == MarshallingType.MAP) {
            Map<String, String> map = new HashMap<>();
            value.asObject().forEach((name, member) -> map.put(name, member.text()));
            return map;
        }
        return value.text();
    }

    private static KmsResponse call(String caller, String operation, Object request)
        throws ReflectiveOperationException {
        String name = Character.toLowerCase(operation.charAt(0)) + operation.substring(1);
        Method method = KmsClient.class.getMethod(name, Class.forName(MODEL + operation + "Request"));
        return (KmsResponse) method.invoke(clients.get(caller), request);
    }

    private static Object request(String operation, JsonNode members) throws ReflectiveOperationException {
        return fill((SdkPojo) Class.forName(MODEL + operation + "Request").getMethod("builder").invoke(null), members);
    }

    /** A member of a reply; null where it is absent. */
    private static Object member(SdkPojo reply, String name) {
        return reply.sdkFields().stream().filter(field -> field.memberName().equals(name)).findFirst()
            .map(field -> (Object) field.getValueOrDefault(reply)).orElse(null);
    }

    private static byte[] open(Object message) throws Exception {
        String key = text(scenario, "key");
        Process process = new ProcessBuilder(text(scenario, "tool"), "recipient", "open", "--key", key, "-")
            .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().write(((SdkBytes) message).asByteArray());
        process.getOutputStream().close();
        try (InputStream output = process.getInputStream()) {
            return output.readAllBytes();
        }
    }

    private static boolean decryptsTo(Object ciphertext, byte[] value) {
        DecryptRequest request = DecryptRequest.builder().ciphertextBlob((SdkBytes) ciphertext).build();
        return Arrays.equals(clients.get("admin").decrypt(request).plaintext().asByteArray(), value);
    }

    private static void checkOpening(JsonNode step, SdkPojo reply, List<String> faults) throws Exception {
        byte[] value = open(member(reply, "CiphertextForRecipient"));
        if (step.field("opens_to").isPresent() && !Arrays.equals(value, bytes(step.field("opens_to").get()))) {
            faults.add("it opens to something else");
        }
        String length = step.field("opens_to_length").map(JsonNode::asNumber).orElse("");
        if (!length.isEmpty() && value.length != Integer.parseInt(length)) {
            faults.add("it opens to " + value.length + " bytes");
        }
        String like = text(step, "opens_like");
        if (!like.isEmpty() && !decryptsTo(member(reply, like), value)) {
            faults.add(like + " decrypts to something else");
        }
    }

    private static void checkReply(JsonNode step, KmsResponse reply, List<String> faults) throws Exception {
        if (reply.responseMetadata().requestId().equals("UNKNOWN")) {
            faults.add("there is no request id");
        }
        for (String name : texts(step, "absent")) {
            if (member((SdkPojo) reply, name) != null) {
                faults.add(name + " is there");
            }
        }
        for (String name : texts(step, "present")) {
            if (member((SdkPojo) reply, name) == null) {
                faults.add(name + " is absent");
            }
        }
        if (step.asObject().keySet().stream().anyMatch(key -> key.startsWith("opens"))) {
            checkOpening(step, (SdkPojo) reply, faults);
        }
    }

    /** A typed exception has the error's name; others are a KmsException that has it as its code. */
    private static void checkError(JsonNode step, Throwable thrown, List<String> faults) {
        if (!(thrown instanceof KmsException error)) {
            faults.add("it is no error of the service: " + thrown);
            return;
        }
        String wanted = text(step, "error");
        boolean modelled = step.field("modelled").orElseThrow().asBoolean();
        // The SDK for Java calls KMSInvalidStateException KmsInvalidStateException.
        String type = modelled ? wanted.replaceFirst("^KMS", "Kms") : "KmsException";
        if (!error.getClass().getSimpleName().equals(type)) {
            faults.add("it is a " + error.getClass().getSimpleName());
        }
        if (!error.awsErrorDetails().errorCode().equals(wanted)) {
            faults.add("its code is " + error.awsErrorDetails().errorCode());
        }
        if (!error.awsErrorDetails().errorMessage().contains(text(step, "message"))) {
            faults.add("its message is: " + error.awsErrorDetails().errorMessage());
        }
        if (error.requestId() == null) {
            faults.add("there is no request id");
        }
    }

    private static List<String> faultsOf(JsonNode step) throws Exception {
        List<String> faults = new ArrayList<>();
        String operation = text(step, "operation");
        boolean fails = step.field("error").isPresent();
        try {
            Object request = request(operation, step.field("input").orElseThrow());
            KmsResponse reply = call(text(step, "caller"), operation, request);
            if (fails) {
                faults.add("there is no error");
            } else {
                checkReply(step, reply, faults);
            }
        } catch (InvocationTargetException thrown) {
            if (fails) {
                checkError(step, thrown.getCause(), faults);
            } else {
                faults.add(thrown.getCause().toString());
            }
        }
        return faults;
    }

    public static void main(String[] arguments) throws Exception {
        scenario = JsonNode.parser().parse(Files.readString(Path.of(arguments[0])));
        scenario.field("callers").orElseThrow().asObject().forEach((name, caller) -> clients.put(name, client(caller)));
        List<JsonNode> steps = scenario.field("steps").orElseThrow().asArray();
        System.out.println("1.." + steps.size());
        for (int i = 0; i < steps.size(); i++) {
            String title = text(steps.get(i), "title");
            List<String> faults = faultsOf(steps.get(i));
            System.out.println((faults.isEmpty() ? "ok " : "not ok ") + (i + 1) + " - " + title);
            faults.forEach(fault -> System.out.println("# " + title + ": " + fault.replace('\n', ' ')));
        }
    }
}
