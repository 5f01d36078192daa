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
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
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
 * The AWS SDK for Java, version 2, against the local KMS: Client SCENARIO. Prints TAP; steps.py describes the steps.
 */
public final class Client {
    private static final String MODEL = "software.amazon.awssdk.services.kms.model.";
    private static JsonNode scenario;
    private static KmsClient admin;

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

    /** What the request is before it is signed. */
    private record Alteration(String body, String authorization) implements ExecutionInterceptor {
        @Override
        public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return context.httpRequest().copy(request -> {
                if (!authorization.isEmpty()) {
                    request.putHeader("Authorization", authorization);
                }
                if (!body.isEmpty()) {
                    request.putHeader("Content-Length", Integer.toString(body.length()));
                }
            });
        }

        @Override
        public Optional<RequestBody> modifyHttpContent(Context.ModifyHttpRequest context,
                                                       ExecutionAttributes attributes) {
            return body.isEmpty() ? context.requestBody() : Optional.of(RequestBody.fromString(body));
        }
    }

    private static Alteration alteration(JsonNode step) {
        JsonNode alter = step.field("alter").orElse(JsonNode.parser().parse("{}"));
        return new Alteration(text(alter, "body"), text(alter, "authorization"));
    }

    private static KmsClient client(String caller, String server, int tries, Alteration alteration) {
        return KmsClient.builder()
            .endpointOverride(URI.create(text(scenario.field("endpoints").orElseThrow(), server)))
            .region(Region.of(text(scenario, "region")))
            .credentialsProvider(credentials(scenario.field("callers").orElseThrow().field(caller).orElseThrow()))
            .httpClient(UrlConnectionHttpClient.create())
            .overrideConfiguration(o -> o.addExecutionInterceptor(alteration).retryStrategy(
                DefaultRetryStrategy.standardStrategyBuilder().maxAttempts(tries).build()))
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

    private static KmsResponse call(KmsClient client, String operation, Object request)
        throws ReflectiveOperationException {
        String name = Character.toLowerCase(operation.charAt(0)) + operation.substring(1);
        Method method = KmsClient.class.getMethod(name, Class.forName(MODEL + operation + "Request"));
        return (KmsResponse) method.invoke(client, request);
    }

    private static KmsResponse run(JsonNode step) throws ReflectiveOperationException {
        int tries = Integer.parseInt(step.field("tries").orElseThrow().asNumber());
        int times = Integer.parseInt(step.field("times").map(JsonNode::asNumber).orElse("1"));
        KmsClient client = client(text(step, "caller"), text(step, "server"), tries, alteration(step));
        String operation = text(step, "operation");
        Object request = request(operation, step.field("input").orElseThrow());
        for (int i = 1; i < times; i++) {
            call(client, operation, request);
        }
        return call(client, operation, request);
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
        return Arrays.equals(admin.decrypt(request).plaintext().asByteArray(), value);
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
        boolean fails = step.field("error").isPresent();
        try {
            KmsResponse reply = run(step);
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
        admin = client("admin", "main", 1, new Alteration("", ""));
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
