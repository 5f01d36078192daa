// Package vectors has test vectors for verifiers of AWS Nitro attestation documents, and a runner for them:
//
//	func TestVectors(t *testing.T) {
//		vectors.Test(t, vectors.Config{}, func(v *vectors.Vector) vectors.Verdict { ... })
//	}
//
// README.md has a whole example; FORMAT.md has the meaning of roots, time and options.
package vectors

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Verdict is what a verifier decides. The zero value is none, and fails the vector.
type Verdict struct {
	word   string
	values map[string]any
}

var (
	Accept      = Verdict{word: "accept"}
	Refuse      = Verdict{word: "refuse"}
	Unsupported = Verdict{word: "unsupported"} // the verifier does not have an option of the vector
)

// AcceptWith accepts, with what the verifier returned: keys and values as FORMAT.md has them; []byte may stand for hex,
// and a nil one for null. PCRs converts those of a document.
func AcceptWith(values map[string]any) Verdict { return Verdict{"accept", values} }

// PCRs converts the PCRs of a document for AcceptWith.
func PCRs[Index ~int | ~int64 | ~uint | ~uint8 | ~uint32 | ~uint64](pcrs map[Index][]byte) map[string]any {
	converted := map[string]any{}
	for index, value := range pcrs {
		converted[fmt.Sprint(index)] = value
	}
	return converted
}

// Verify is your verifier. A panic is a crash, and always a failure.
type Verify func(v *Vector) Verdict

// Config may be empty.
type Config struct {
	Exceptions string   // file of known failures
	SkipTags   []string // leave out vectors with one of these tags
	Genuine    [][]byte // real documents, which some vectors need
	MinDecided int      // how many vectors the verifier must accept or refuse; at least one
}

// Result is what a verifier did with a vector or sequence.
type Result struct {
	*Vector
	Outcome  string // agrees, accepts, refuses, wrong-values, crashes, garbled, unsupported or skipped
	Standing string // fine, unsupported, skipped, differs, known, failed, unexpected-pass or undecided
	Detail   string
}

// Failed tells whether the result fails the run.
func (r *Result) Failed() bool {
	return r.Standing == "failed" || r.Standing == "unexpected-pass" || r.Standing == "undecided"
}

func (r *Result) String() string {
	how, detail := r.Standing, ""
	if how == "failed" || how == "differs" {
		how = r.Outcome
	}
	if r.Detail != "" {
		detail = " (" + r.Detail + ")"
	}
	return fmt.Sprintf("%s, %s: %s %s%s: %s", r.Severity, r.Reach, r.ID, how, detail, r.Description)
}

// Report is the result of a run. String lists the failures, the most severe first.
type Report struct {
	Results []*Result
	Faults  []string // what is wrong with the run as a whole
}

var severities = []string{"critical", "high", "medium", "low", "none"}

// Failures has the most severe first.
func (r *Report) Failures() []*Result {
	var failures []*Result
	for _, result := range r.Results {
		if result.Failed() {
			failures = append(failures, result)
		}
	}
	slices.SortStableFunc(failures, func(a, b *Result) int {
		return slices.Index(severities, a.Severity) - slices.Index(severities, b.Severity)
	})
	return failures
}

// OK tells whether nothing failed.
func (r *Report) OK() bool { return len(r.Faults) == 0 && len(r.Failures()) == 0 }

// Summary counts the results.
func (r *Report) Summary() string {
	counts := map[string]int{}
	for _, result := range r.Results {
		if result.Failed() {
			counts["failed"]++
		} else {
			counts[result.Standing]++
		}
	}
	return fmt.Sprintf("%d vectors: %d agree, %d known, %d differ by policy, %d unsupported, %d skipped, %d failed",
		len(r.Results), counts["fine"], counts["known"], counts["differs"], counts["unsupported"], counts["skipped"],
		counts["failed"])
}

const shown = 100

func (r *Report) String() string {
	lines, failures := []string{r.Summary()}, r.Failures()
	for n, failure := range failures {
		if n == shown {
			lines = append(lines, fmt.Sprintf("... and %d more", len(failures)-shown))
			break
		}
		lines = append(lines, failure.String())
	}
	return strings.Join(append(lines, r.Faults...), "\n")
}

// Exceptions is a file of exceptions for the failures that are not listed yet. Give each your own reason.
func (r *Report) Exceptions() []byte {
	file := exceptions{Version: 1, Exceptions: []Exception{}}
	for _, result := range r.Results {
		if result.Standing == "failed" {
			file.Exceptions = append(file.Exceptions, Exception{ID: result.ID, Expect: result.Outcome,
				Reason: "Not examined yet."})
		}
	}
	text, _ := json.MarshalIndent(file, "", "  ") // it has only strings
	return append(text, '\n')
}

func plain(value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case []byte:
		if v == nil {
			return nil
		}
		return hex.EncodeToString(v)
	}
	return fmt.Sprint(value)
}

// differs compares as text, because a number may have any type.
func differs(key string, value, want any) bool {
	if number, ok := want.(float64); ok {
		want = int64(number)
	}
	if key != "pcrs" {
		return plain(value) != plain(want)
	}
	pcrs, _ := want.(map[string]any)
	given, ok := value.(map[string]any)
	for index, pcr := range given {
		ok = ok && plain(pcr) == plain(pcrs[index])
	}
	return !ok
}

var valueKeys = []string{"module_id", "digest", "timestamp", "pcrs", "public_key", "user_data", "nonce"}

func decide(verdict Verdict, want expect) (outcome, detail string) {
	switch {
	case verdict.word == "unsupported":
		return "unsupported", ""
	case verdict.word == "":
		return "garbled", "there is no verdict"
	case verdict.word != want.Result:
		return verdict.word + "s", ""
	}
	var wrong []string
	for _, key := range valueKeys {
		value, reported := verdict.values[key]
		if expected, has := want.Values[key]; reported && has && differs(key, value, expected) {
			wrong = append(wrong, key)
		}
	}
	if wrong != nil {
		return "wrong-values", strings.Join(wrong, ", ")
	}
	return "agrees", ""
}

// outcomeOf a sequence is that of the first step that does not agree.
func outcomeOf(verify Verify, v *Vector) (outcome, detail string) {
	for _, step := range v.steps {
		if outcome, detail = outcomeOf(verify, step); outcome != "agrees" {
			return outcome, detail
		}
	}
	if v.steps != nil {
		return outcome, detail
	}
	defer func() {
		if reason := recover(); reason != nil {
			outcome, detail = "crashes", short(fmt.Sprint(reason))
		}
	}()
	return decide(verify(v), v.expect)
}

func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return text[:min(len(text), 200)]
}

func isSkipped(v *Vector, tags []string) bool {
	if slices.ContainsFunc(v.Tags, func(tag string) bool { return slices.Contains(tags, tag) }) {
		return true
	}
	if v.steps == nil {
		return v.Document == nil
	}
	return slices.ContainsFunc(v.steps, func(step *Vector) bool { return step.Document == nil })
}

func (c *Config) prepare() (items []*Vector, known *exceptions, err error) {
	vectors, sequences, err := Load(c.Genuine...)
	if err != nil {
		return nil, nil, err
	}
	items = append(vectors, sequences...)
	known, err = readExceptions(c.Exceptions, items)
	return items, known, err
}

func (c *Config) result(verify Verify, known *exceptions, v *Vector) *Result {
	if isSkipped(v, c.SkipTags) {
		return &Result{v, "skipped", "skipped", ""}
	}
	outcome, detail := outcomeOf(verify, v)
	return &Result{v, outcome, known.standing(v, outcome), detail}
}

func (c *Config) faults(results []*Result, known *exceptions) []string {
	decided := 0
	for _, r := range results {
		if r.Outcome != "unsupported" && r.Outcome != "skipped" {
			decided++
		}
	}
	faults := known.stale()
	if least := max(c.MinDecided, 1); decided < least {
		faults = append(faults, fmt.Sprintf("%d vectors were decided; %d are required", decided, least))
	}
	return faults
}

// Run calls verify for each vector. The error is one of the configuration.
func Run(c Config, verify Verify) (*Report, error) {
	items, known, err := c.prepare()
	if err != nil {
		return nil, err
	}
	report := &Report{}
	for _, v := range items {
		report.Results = append(report.Results, c.result(verify, known, v))
	}
	report.Faults = c.faults(report.Results, known)
	return report, nil
}

// Test runs a subtest for each vector: go test -run 'TestVectors/ID' repeats one. A known failure passes.
func Test(t *testing.T, c Config, verify Verify) {
	t.Helper()
	items, known, err := c.prepare()
	if err != nil {
		t.Fatal(err)
	}
	report := &Report{}
	for _, v := range items {
		t.Run(v.ID, func(t *testing.T) {
			result := c.result(verify, known, v)
			report.Results = append(report.Results, result)
			switch {
			case result.Failed():
				t.Error(result)
			case result.Standing == "unsupported" || result.Standing == "skipped":
				t.Skip(result.Standing)
			case result.Standing != "fine":
				t.Log(result)
			}
		})
	}
	if len(report.Results) < len(items) {
		return // -run selected some of them
	}
	t.Log(report.Summary())
	for _, fault := range c.faults(report.Results, known) {
		t.Error(fault)
	}
}
