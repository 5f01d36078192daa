package nitroattest.vectors;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Test vectors for verifiers of AWS Nitro attestation documents, and a runner for them:
 *
 * <pre>Report report = new NitroAttestVectors().run(vector -&gt; verify(vector));
 * assertTrue(report.ok(), report.toString());</pre>
 *
 * README.md has a whole example; FORMAT.md has the meaning of roots, time and options.
 */
public final class NitroAttestVectors {
    private static final Gson GSON =
        new GsonBuilder().setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE).create();
    private static final long FORMAT = 3;
    private static final List<String> VALUES =
        List.of("module_id", "digest", "timestamp", "pcrs", "public_key", "user_data", "nonce");
    private String exceptions;
    private Set<String> skipTags = Set.of();
    private List<byte[]> genuine = List.of();
    private int minDecided = 1;

    /** Your verifier. What it throws is a crash, and always a failure. */
    @FunctionalInterface
    public interface Verifier {
        Verdict verify(Vector vector) throws Exception;
    }

    /** A file of known failures. */
    public NitroAttestVectors exceptions(Path file) {
        try {
            exceptions = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Leaves out vectors with one of these tags. */
    public NitroAttestVectors skipTags(String... tags) {
        skipTags = Set.of(tags);
        return this;
    }

    /** Real documents, which some vectors need; they are not distributed. */
    public NitroAttestVectors genuine(Collection<byte[]> documents) {
        genuine = List.copyOf(documents);
        return this;
    }

    /** How many vectors the verifier must accept or refuse. */
    public NitroAttestVectors minDecided(int count) {
        minDecided = count;
        return this;
    }

    /** manifest.json and the files that it lists, as they are in the source of the vectors. */
    public static Map<String, byte[]> files() {
        return Container.read();
    }

    private static Map<String, Object> parse(byte[] json) {
        return parse(new String(json, StandardCharsets.UTF_8));
    }

    private static Map<String, Object> parse(String json) {
        return GSON.fromJson(json, new TypeToken<Map<String, Object>>() { }.getType());
    }

    /** All vectors, then all sequences. */
    public List<Vector> load() {
        Map<String, byte[]> files = files();
        Map<String, Object> manifest = parse(files.get("manifest.json"));
        if (!Objects.equals(manifest.get("format"), FORMAT)) {
            throw new IllegalStateException("the vectors have format " + manifest.get("format"));
        }
        List<Vector> vectors = new ArrayList<>();
        List<Vector> sequences = new ArrayList<>();
        for (Map<String, Object> entry : Vector.maps(manifest.get("files"))) {
            loadGroup(parse(files.get((String) entry.get("file"))), vectors, sequences);
        }
        vectors.addAll(sequences);
        return vectors;
    }

    private void loadGroup(Map<String, Object> group, List<Vector> vectors, List<Vector> sequences) {
        Map<String, Vector> byId = new HashMap<>();
        Map<String, Map<String, Object>> rows = new HashMap<>();
        for (Map<String, Object> row : Vector.maps(group.get("vectors"))) {
            Vector vector = Vector.of(row, Vector.map(group.get("roots")), genuine);
            vectors.add(vector);
            byId.put(vector.id, vector);
            rows.put(vector.id, row);
        }
        for (Map<String, Object> row : Vector.maps(group.get("sequences"))) {
            sequences.add(Vector.sequence(row, byId, rows));
        }
    }

    private static Object plain(Object value) {
        return value instanceof byte[] ? Vector.hex((byte[]) value) : value instanceof Integer
            ? (Object) ((Integer) value).longValue() : value;
    }

    private static boolean differs(String key, Object value, Object expected) {
        if (key.equals("pcrs") && value instanceof Map) {
            Map<String, Object> wanted = Vector.map(expected);
            return ((Map<?, ?>) value).entrySet().stream()
                .anyMatch(e -> !Objects.equals(plain(e.getValue()), wanted.get(String.valueOf(e.getKey()))));
        }
        return !Objects.equals(plain(value), expected);
    }

    /** Outcome and detail. */
    private static String[] decide(Verdict verdict, Map<String, Object> expect) {
        if (verdict == null) {
            return new String[] {"garbled", "there is no verdict"};
        }
        if (verdict == Verdict.UNSUPPORTED) {
            return new String[] {"unsupported", ""};
        }
        if (!verdict.word.equals(expect.get("result"))) {
            return new String[] {verdict.word + "s", ""};
        }
        Map<String, Object> expected = expect.get("values") == null ? Map.of() : Vector.map(expect.get("values"));
        List<String> wrong = new ArrayList<>(VALUES);
        wrong.removeIf(key -> !verdict.values.containsKey(key) || !expected.containsKey(key)
            || !differs(key, verdict.values.get(key), expected.get(key)));
        return new String[] {wrong.isEmpty() ? "agrees" : "wrong-values", String.join(", ", wrong)};
    }

    /** That of a sequence is the first that does not agree. */
    private static String[] outcome(Verifier verifier, Vector vector) {
        if (vector.steps != null) {
            for (Vector step : vector.steps) {
                String[] found = outcome(verifier, step);
                if (!found[0].equals("agrees")) {
                    return found;
                }
            }
            return new String[] {"agrees", ""};
        }
        Verdict verdict;
        try {
            verdict = verifier.verify(vector);
        } catch (Exception | StackOverflowError | OutOfMemoryError | AssertionError | LinkageError e) {
            String text = String.valueOf(e.getMessage()).replaceAll("\\s+", " ").trim();
            return new String[] {"crashes", text.substring(0, Math.min(text.length(), 200))};
        }
        return decide(verdict, vector.expect);
    }

    private boolean isSkipped(Vector vector) {
        boolean missing = vector.steps == null ? vector.document == null
            : vector.steps.stream().anyMatch(step -> step.document == null);
        return missing || vector.tags.stream().anyMatch(skipTags::contains);
    }

    private Report.Result result(Verifier verifier, Exceptions known, Vector vector) {
        if (isSkipped(vector)) {
            return new Report.Result(vector, "skipped", "skipped", "");
        }
        String[] found = outcome(verifier, vector);
        return new Report.Result(vector, found[0], known.standing(vector, found[0]), found[1]);
    }

    /** Calls the verifier for each vector. */
    public Report run(Verifier verifier) {
        List<Vector> items = load();
        Map<String, Object> none = Map.of("version", 1L, "exceptions", List.of());
        Exceptions known = new Exceptions(exceptions == null ? none : parse(exceptions), items);
        List<Report.Result> results = new ArrayList<>();
        items.forEach(vector -> results.add(result(verifier, known, vector)));
        List<String> faults = known.stale();
        long decided = results.stream().filter(r -> !Set.of("unsupported", "skipped").contains(r.outcome)).count();
        if (decided < minDecided) {
            faults.add(decided + " vectors were decided; " + minDecided + " are required");
        }
        return new Report(results, faults);
    }
}
