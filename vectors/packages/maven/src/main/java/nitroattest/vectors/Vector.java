package nitroattest.vectors;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** One document, with what the verifier must require of it; or a sequence of them. */
public final class Vector {
    public final String id;
    public final String description;
    public final String className;
    public final String severity;
    public final String reach;
    public final List<String> tags;
    /** Why verifiers may differ; null if they may not. */
    public final String policy;
    /** Null: a genuine document that was not given. */
    public final byte[] document;
    /** DER. Trust exactly these. */
    public final List<byte[]> roots;
    /** The current time for the verifier. Never use the clock. */
    public final long nowMs;
    /** As JSON: String, Long, Boolean, List, Map. */
    public final Map<String, Object> options;
    /** Keep one verifier for the steps of a sequence; null outside. */
    public final String sequence;
    /** Of a sequence: give each the verdict that it has alone. Null for a vector. */
    public final List<Vector> steps;
    final Map<String, Object> expect;

    private Vector(Map<String, Object> row, byte[] document, List<byte[]> roots, String sequence, List<Vector> steps) {
        this.id = (String) row.get("id");
        this.description = (String) row.get("description");
        this.className = (String) row.get("class");
        this.severity = (String) row.get("severity");
        this.reach = (String) row.get("reach");
        this.tags = texts(row.get("tags"));
        this.policy = (String) row.get("policy");
        this.document = document;
        this.roots = roots;
        this.nowMs = row.get("now_ms") == null ? 0 : (Long) row.get("now_ms");
        this.options = row.get("options") == null ? Map.of() : map(row.get("options"));
        this.sequence = sequence;
        this.steps = steps;
        this.expect = row.get("expect") == null ? Map.of() : map(row.get("expect"));
    }

    /** What a verifier must support for this vector: words, described in README.md. */
    public Set<String> features() {
        Set<String> words = new TreeSet<>();
        if (roots.size() != 1) {
            words.add("several-roots");
        }
        options.forEach((key, value) -> words.addAll(words(key, value)));
        return words;
    }

    private static List<String> words(String key, Object value) {
        if (key.equals("flags")) {
            return texts(value);
        }
        if (value instanceof Map && map(value).containsKey("mode")) {
            return List.of(key + "=" + map(value).get("mode"));
        }
        boolean isWord = value instanceof String && !Set.of("nonce", "module_id", "region").contains(key);
        return List.of(isWord ? key + "=" + value : key);
    }

    @SuppressWarnings("unchecked") // objects of JSON have strings as keys
    static Map<String, Object> map(Object json) {
        return (Map<String, Object>) json;
    }

    static List<Map<String, Object>> maps(Object json) {
        List<Map<String, Object>> out = new ArrayList<>();
        for (Object item : json == null ? List.of() : (List<?>) json) {
            out.add(map(item));
        }
        return out;
    }

    static List<String> texts(Object json) {
        List<String> out = new ArrayList<>();
        for (Object item : json == null ? List.of() : (List<?>) json) {
            out.add((String) item);
        }
        return out;
    }

    static String hex(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte b : bytes) {
            out.append(String.format("%02x", b));
        }
        return out.toString();
    }

    private static byte[] unhex(String text) {
        byte[] out = new byte[text.length() / 2];
        for (int n = 0; n < out.length; n++) {
            out[n] = (byte) Integer.parseInt(text.substring(2 * n, 2 * n + 2), 16);
        }
        return out;
    }

    static String sha256(byte[] bytes) {
        try {
            return hex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] patched(byte[] genuine, List<Map<String, Object>> patch) {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        int at = 0;
        for (Map<String, Object> edit : patch) {
            int offset = ((Long) edit.get("offset")).intValue();
            out.write(genuine, at, offset - at);
            out.writeBytes(unhex((String) edit.get("insert")));
            at = offset + ((Long) edit.get("remove")).intValue();
        }
        out.write(genuine, at, genuine.length - at);
        return out.toByteArray();
    }

    private static byte[] documentOf(Object document, Collection<byte[]> genuine) {
        if (document instanceof String) {
            return Base64.getDecoder().decode((String) document);
        }
        for (byte[] given : genuine) {
            if (sha256(given).equals(map(document).get("sha256"))) {
                return patched(given, maps(map(document).get("patch")));
            }
        }
        return null;
    }

    static Vector of(Map<String, Object> row, Map<String, Object> roots, Collection<byte[]> genuine) {
        List<byte[]> trusted = new ArrayList<>();
        for (String name : texts(row.get("roots"))) {
            trusted.add(Base64.getDecoder().decode((String) roots.get(name)));
        }
        return new Vector(row, documentOf(row.get("document"), genuine), trusted, null, null);
    }

    /** The rows are those of the vectors, for new objects with the name of the sequence. */
    static Vector sequence(Map<String, Object> row, Map<String, Vector> vectors,
            Map<String, Map<String, Object>> rows) {
        List<Vector> steps = new ArrayList<>();
        for (String id : texts(row.get("steps"))) {
            Vector step = vectors.get(id);
            steps.add(new Vector(rows.get(id), step.document, step.roots, (String) row.get("id"), null));
        }
        return new Vector(row, null, List.of(), null, steps);
    }
}
