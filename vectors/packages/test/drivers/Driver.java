import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import nitroattest.vectors.*;

/** As driver.py. */
class Driver {
    static Map<?, ?> verdicts;

    @SuppressWarnings("unchecked")
    static Verdict verify(Vector v) {
        Object verdict = verdicts.get((v.sequence == null ? "" : v.sequence + "/") + v.id);
        if (verdict instanceof Map) {
            return Verdict.accept((Map<String, ?>) verdict);
        }
        if (verdict.equals("crash")) {
            throw new IllegalStateException("planned  crash");
        }
        return verdict.equals("accept") ? Verdict.ACCEPT
            : verdict.equals("refuse") ? Verdict.REFUSE : Verdict.UNSUPPORTED;
    }

    public static void main(String[] args) throws Exception {
        for (Map.Entry<String, byte[]> file : NitroAttestVectors.files().entrySet()) {
            Files.write(Path.of(args[0], file.getKey().replace('/', '_')), file.getValue());
        }
        for (int n = 1; n < args.length; n += 3) {
            verdicts = new GsonBuilder().setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE).create()
                .fromJson(Files.readString(Path.of(args[n])), Map.class);
            NitroAttestVectors vectors = new NitroAttestVectors().skipTags(args[n + 2].split(" "));
            if (!args[n + 1].isEmpty()) {
                vectors.exceptions(Path.of(args[n + 1]));
            }
            System.out.println(vectors.run(Driver::verify));
        }
    }
}
