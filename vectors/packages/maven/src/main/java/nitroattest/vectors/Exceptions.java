package nitroattest.vectors;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Known failures: FORMAT.md describes the file under "Exceptions". */
final class Exceptions {
    private static final List<String> EXPECTED =
        List.of("accepts", "refuses", "wrong-values", "crashes", "times-out", "garbled", "unsupported");
    private final boolean requireDecided;
    private final List<Map<String, Object>> entries;
    private final Set<String> used = new HashSet<>();

    Exceptions(Map<String, Object> file, List<Vector> items) {
        if (!Set.of("version", "exceptions", "require_decided").containsAll(file.keySet())
                || !Long.valueOf(1).equals(file.get("version")) || !(file.get("exceptions") instanceof List)) {
            throw new IllegalArgumentException("the file must be {\"version\": 1, \"exceptions\": [...]}");
        }
        requireDecided = Boolean.TRUE.equals(file.get("require_decided"));
        entries = Vector.maps(file.get("exceptions"));
        Set<String> seen = new HashSet<>();
        for (int n = 0; n < entries.size(); n++) {
            String fault = fault(entries.get(n), items);
            if (fault == null && !seen.add(identity(entries.get(n)))) {
                fault = "it is listed twice";
            }
            if (fault != null) {
                throw new IllegalArgumentException("exceptions[" + n + "]: " + fault);
            }
        }
    }

    private static String identity(Map<String, Object> entry) {
        return entry.containsKey("id") ? "id " + entry.get("id") : entry.get("class") + " " + entry.get("expect");
    }

    private static boolean names(Map<String, Object> entry, Vector v) {
        return v.id.equals(entry.get("id")) || v.className.equals(entry.get("class"));
    }

    /** Whether a vector or sequence can fail in this way. */
    private static boolean canFail(Vector v, Object how) {
        if (v.steps != null) {
            return v.steps.stream().anyMatch(step -> canFail(step, how));
        }
        if (how.equals("accepts") || how.equals("refuses")) {
            return !how.equals(v.expect.get("result") + "s");
        }
        return !how.equals("wrong-values") || v.expect.containsKey("values");
    }

    private static String fault(Map<String, Object> entry, List<Vector> items) {
        Set<String> keys = Set.of("id", "class", "expect", "reason", "issue");
        if (!keys.containsAll(entry.keySet()) || entry.containsKey("id") == entry.containsKey("class")) {
            return "it must have an id or a class, expect, reason, and perhaps issue";
        }
        if (entry.get("expect") == null || !EXPECTED.contains(entry.get("expect"))) {
            return "expect must be one of " + String.join(", ", EXPECTED);
        }
        if (!(entry.get("reason") instanceof String) || ((String) entry.get("reason")).isBlank()) {
            return "the reason is blank: explain why this failure is accepted";
        }
        if (items.stream().noneMatch(v -> names(entry, v))) {
            return "\"" + identity(entry) + "\" is unknown";
        }
        if (items.stream().noneMatch(v -> names(entry, v) && canFail(v, entry.get("expect")))) {
            return "\"" + entry.get("expect") + "\" is not a possible failure of \"" + identity(entry) + "\"";
        }
        return null;
    }

    /** The entries with the id of the vector, else those with its class. */
    private List<Map<String, Object>> covering(Vector v, String key) {
        List<Map<String, Object>> found = new ArrayList<>();
        for (Map<String, Object> entry : entries) {
            if (entry.containsKey(key) && names(entry, v) && canFail(v, entry.get("expect"))) {
                found.add(entry);
            }
        }
        return found.isEmpty() && key.equals("id") ? covering(v, "class") : found;
    }

    String standing(Vector v, String outcome) {
        List<Map<String, Object>> covering = covering(v, "id");
        for (Map<String, Object> entry : covering) {
            if (entry.get("expect").equals(outcome)) {
                used.add(identity(entry));
                return "known";
            }
        }
        boolean changed = outcome.equals("agrees") || outcome.equals("unsupported");
        if (!covering.isEmpty() && changed) {
            covering.forEach(entry -> used.add(identity(entry)));
            return outcome.equals("agrees") ? "unexpected-pass" : "undecided";
        }
        if (changed) {
            return outcome.equals("agrees") ? "fine" : requireDecided ? "undecided" : "unsupported";
        }
        boolean mayDiffer = v.policy != null && (outcome.equals("accepts") || outcome.equals("refuses"));
        return mayDiffer ? "differs" : "failed";
    }

    /** A sentence for each class that no vector needs. */
    List<String> stale() {
        List<String> faults = new ArrayList<>();
        for (Map<String, Object> e : entries) {
            if (e.containsKey("class") && !used.contains(identity(e))) {
                faults.add("exceptions: no vector needs " + e.get("expect") + " of class \"" + e.get("class")
                    + "\" any more");
            }
        }
        return faults;
    }
}
