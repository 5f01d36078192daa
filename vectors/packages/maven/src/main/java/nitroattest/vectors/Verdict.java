package nitroattest.vectors;

import java.util.Map;

/** What a verifier decides. */
public final class Verdict {
    public static final Verdict ACCEPT = new Verdict("accept", Map.of());
    public static final Verdict REFUSE = new Verdict("refuse", Map.of());
    /** The verifier does not have an option of the vector. */
    public static final Verdict UNSUPPORTED = new Verdict("unsupported", Map.of());

    final String word;
    final Map<String, ?> values;

    private Verdict(String word, Map<String, ?> values) {
        this.word = word;
        this.values = values;
    }

    /**
     * Accepts, with what the verifier returned: keys and values as FORMAT.md has them; byte[] may stand for hex. The
     * map must be able to hold null.
     */
    public static Verdict accept(Map<String, ?> values) {
        return new Verdict("accept", values);
    }
}
