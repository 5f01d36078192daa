package vectors

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sort"
	"sync"
	"time"
)

const format = 3

// Vector is one document, with what the verifier must require of it.
type Vector struct {
	ID, Description, Class, Severity, Reach string
	Tags                                    []string
	Policy                                  string // why verifiers may differ; often empty
	Document                                []byte // nil: a genuine document that was not given
	Roots                                   [][]byte
	NowMs                                   int64
	Options                                 map[string]json.RawMessage
	Sequence                                string // keep one verifier for the steps of a sequence; often empty
	expect                                  expect
	steps                                   []*Vector // of a sequence
}

type expect struct {
	Result string         `json:"result"`
	Values map[string]any `json:"values"`
}

// Now is the current time for the verifier. Never use the clock.
func (v *Vector) Now() time.Time { return time.UnixMilli(v.NowMs).UTC() }

// RootPool has the roots for crypto/x509, or is nil if that cannot parse one of them: refuse the document.
func (v *Vector) RootPool() *x509.CertPool {
	pool := x509.NewCertPool()
	for _, der := range v.Roots {
		root, err := x509.ParseCertificate(der)
		if err != nil {
			return nil
		}
		pool.AddCert(root)
	}
	return pool
}

// Text is an option that is a string, such as "nonce", or empty if it is absent.
func (v *Vector) Text(option string) string {
	var text string
	_ = json.Unmarshal(v.Options[option], &text) // another type gives ""
	return text
}

// Features are the words for what a verifier must support for this vector; README.md describes them.
func (v *Vector) Features() []string {
	var words []string
	if len(v.Roots) != 1 {
		words = append(words, "several-roots")
	}
	for key, value := range v.Options {
		words = append(words, featuresOf(key, value)...)
	}
	sort.Strings(words)
	return words
}

// Needs tells whether the vector needs anything except these features.
func (v *Vector) Needs(except ...string) bool {
	have := map[string]bool{}
	for _, word := range except {
		have[word] = true
	}
	for _, word := range v.Features() {
		if !have[word] {
			return true
		}
	}
	return false
}

func featuresOf(key string, value json.RawMessage) []string {
	var flags []string
	var object struct{ Mode string }
	var text string
	switch {
	case key == "flags" && json.Unmarshal(value, &flags) == nil:
		return flags
	case json.Unmarshal(value, &object) == nil && object.Mode != "":
		return []string{key + "=" + object.Mode}
	case key == "nonce" || key == "module_id" || key == "region" || json.Unmarshal(value, &text) != nil:
		return []string{key}
	}
	return []string{key + "=" + text}
}

var unpacked = sync.OnceValues(func() (map[string][]byte, error) { return decode(pack) })

// Files returns manifest.json and the files that it lists, as they are in the source of the vectors.
func Files() (map[string][]byte, error) {
	files, err := unpacked()
	copied := map[string][]byte{}
	for name, content := range files {
		copied[name] = bytes.Clone(content)
	}
	return copied, err
}

type group struct {
	Roots     map[string][]byte `json:"roots"`
	Vectors   []row             `json:"vectors"`
	Sequences []row             `json:"sequences"`
}

// row is a vector or a sequence.
type row struct {
	ID          string                     `json:"id"`
	Description string                     `json:"description"`
	Class       string                     `json:"class"`
	Severity    string                     `json:"severity"`
	Reach       string                     `json:"reach"`
	Tags        []string                   `json:"tags"`
	Policy      string                     `json:"policy"`
	Document    json.RawMessage            `json:"document"`
	Roots       []string                   `json:"roots"`
	NowMs       int64                      `json:"now_ms"`
	Options     map[string]json.RawMessage `json:"options"`
	Expect      expect                     `json:"expect"`
	Steps       []string                   `json:"steps"`
}

type genuineDocument struct {
	SHA256 string `json:"sha256"`
	Patch  []struct {
		Offset, Remove int
		Insert         string
	} `json:"patch"`
}

func (r *row) vector() *Vector {
	return &Vector{ID: r.ID, Description: r.Description, Class: r.Class, Severity: r.Severity, Reach: r.Reach,
		Tags: r.Tags, Policy: r.Policy, NowMs: r.NowMs, Options: r.Options, expect: r.Expect}
}

// document returns nil for a genuine document that was not given.
func (r *row) document(given map[string][]byte) ([]byte, error) {
	var own []byte
	if json.Unmarshal(r.Document, &own) == nil {
		return own, nil
	}
	var wanted genuineDocument
	if err := json.Unmarshal(r.Document, &wanted); err != nil {
		return nil, err
	}
	genuine, ok := given[wanted.SHA256]
	if !ok {
		return nil, nil
	}
	out, at := []byte{}, 0
	for _, edit := range wanted.Patch {
		inserted, err := hex.DecodeString(edit.Insert)
		if err != nil {
			return nil, err
		}
		out = append(append(out, genuine[at:edit.Offset]...), inserted...)
		at = edit.Offset + edit.Remove
	}
	return append(out, genuine[at:]...), nil
}

func (g *group) load(given map[string][]byte) (vectors, sequences []*Vector, err error) {
	byID := map[string]*Vector{}
	for n := range g.Vectors {
		r := &g.Vectors[n]
		v := r.vector()
		if v.Document, err = r.document(given); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", r.ID, err)
		}
		for _, name := range r.Roots {
			v.Roots = append(v.Roots, g.Roots[name])
		}
		byID[v.ID] = v
		vectors = append(vectors, v)
	}
	for n := range g.Sequences {
		s := g.Sequences[n].vector()
		for _, id := range g.Sequences[n].Steps {
			step := *byID[id]
			step.Sequence = s.ID
			s.steps = append(s.steps, &step)
		}
		sequences = append(sequences, s)
	}
	return vectors, sequences, nil
}

// Load returns all vectors, and all sequences, whose Steps are vectors. Some vectors need real documents, which are not
// distributed; their Document is nil without them.
func Load(genuine ...[]byte) (vectors, sequences []*Vector, err error) {
	files, err := unpacked()
	if err != nil {
		return nil, nil, err
	}
	given := map[string][]byte{}
	for _, document := range genuine {
		digest := sha256.Sum256(document)
		given[hex.EncodeToString(digest[:])] = document
	}
	var manifest struct {
		Format int
		Files  []struct{ File string }
	}
	if err := json.Unmarshal(files["manifest.json"], &manifest); err != nil {
		return nil, nil, err
	}
	if manifest.Format != format {
		return nil, nil, fmt.Errorf("the vectors have format %d; this package reads %d", manifest.Format, format)
	}
	for _, entry := range manifest.Files {
		var g group
		if err := json.Unmarshal(files[entry.File], &g); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", entry.File, err)
		}
		v, s, err := g.load(given)
		if err != nil {
			return nil, nil, err
		}
		vectors, sequences = append(vectors, v...), append(sequences, s...)
	}
	return vectors, sequences, nil
}

// Steps of a sequence: give each the verdict that it has alone. A vector has none.
func (v *Vector) Steps() []*Vector { return v.steps }
