package nitroattest.vectors;

import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The result of a run. Its text lists the failures, the most severe first. */
public final class Report {
    private static final List<String> SEVERITIES = List.of("critical", "high", "medium", "low", "none");
    private static final int SHOWN = 100;
    public final List<Result> results;
    /** What is wrong with the run as a whole. */
    public final List<String> faults;

    Report(List<Result> results, List<String> faults) {
        this.results = results;
        this.faults = faults;
    }

    /** What a verifier did with a vector or sequence. */
    public static final class Result {
        public final Vector vector;
        /** agrees, accepts, refuses, wrong-values, crashes, garbled, unsupported or skipped */
        public final String outcome;
        /** fine, unsupported, skipped, differs, known, failed, unexpected-pass or undecided */
        public final String standing;
        public final String detail;

        Result(Vector vector, String outcome, String standing, String detail) {
            this.vector = vector;
            this.outcome = outcome;
            this.standing = standing;
            this.detail = detail;
        }

        /** Whether it fails the run. */
        public boolean failed() {
            return List.of("failed", "unexpected-pass", "undecided").contains(standing);
        }

        @Override
        public String toString() {
            String how = List.of("failed", "differs").contains(standing) ? outcome : standing;
            return vector.severity + ", " + vector.reach + ": " + vector.id + " " + how
                + (detail.isEmpty() ? "" : " (" + detail + ")") + ": " + vector.description;
        }
    }

    /** The most severe first. */
    public List<Result> failures() {
        List<Result> failures = new ArrayList<>(results);
        failures.removeIf(result -> !result.failed());
        failures.sort(Comparator.comparing(result -> SEVERITIES.indexOf(result.vector.severity)));
        return failures;
    }

    public boolean ok() {
        return faults.isEmpty() && failures().isEmpty();
    }

    /** A file of exceptions for the failures that are not listed yet. Give each your own reason. */
    public String exceptions() {
        List<Map<String, String>> entries = new ArrayList<>();
        for (Result r : results) {
            if (r.standing.equals("failed")) {
                entries.add(Map.of("id", r.vector.id, "expect", r.outcome, "reason", "Not examined yet."));
            }
        }
        Map<String, Object> file = Map.of("version", 1, "exceptions", entries);
        return new GsonBuilder().setPrettyPrinting().create().toJson(file) + "\n";
    }

    private long count(String standing) {
        return results.stream().filter(result -> result.standing.equals(standing)).count();
    }

    @Override
    public String toString() {
        List<Result> failures = failures();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
            "%d vectors: %d agree, %d known, %d differ by policy, %d unsupported, %d skipped, %d failed",
            results.size(), count("fine"), count("known"), count("differs"), count("unsupported"), count("skipped"),
            failures.size()));
        failures.stream().limit(SHOWN).forEach(failure -> lines.add(failure.toString()));
        if (failures.size() > SHOWN) {
            lines.add("... and " + (failures.size() - SHOWN) + " more");
        }
        lines.addAll(faults);
        return String.join("\n", lines);
    }
}
