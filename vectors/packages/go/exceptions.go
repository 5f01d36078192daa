package vectors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

var expected = []string{"accepts", "refuses", "wrong-values", "crashes", "times-out", "garbled", "unsupported"}

// Exception is a known failure: FORMAT.md describes the file under "Exceptions".
type Exception struct {
	ID     string `json:"id,omitempty"`
	Class  string `json:"class,omitempty"`
	Expect string `json:"expect"`
	Reason string `json:"reason"`
	Issue  string `json:"issue,omitempty"`
}

type exceptions struct {
	Version        int         `json:"version"`
	RequireDecided bool        `json:"require_decided,omitempty"`
	Exceptions     []Exception `json:"exceptions"`
	used           map[Exception]bool
}

// readExceptions reads a file; without a path there are none.
func readExceptions(path string, items []*Vector) (*exceptions, error) {
	known := &exceptions{used: map[Exception]bool{}}
	if path == "" {
		return known, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(known); err != nil || known.Version != 1 || known.Exceptions == nil {
		return nil, fmt.Errorf(`%s must be {"version": 1, "exceptions": [...]}: %v`, path, err)
	}
	seen := map[Exception]bool{}
	for n, e := range known.Exceptions {
		identity := Exception{ID: e.ID, Class: e.Class}
		if e.Class != "" {
			identity.Expect = e.Expect
		}
		fault := e.fault(items)
		if fault == "" && seen[identity] {
			fault = "it is listed twice"
		}
		if fault != "" {
			return nil, fmt.Errorf("%s: exceptions[%d]: %s", path, n, fault)
		}
		seen[identity] = true
	}
	return known, nil
}

func (e *Exception) names(v *Vector) bool {
	return e.ID != "" && e.ID == v.ID || e.Class != "" && e.Class == v.Class
}

// canFail tells whether a vector or sequence can fail in this way.
func canFail(v *Vector, how string) bool {
	if v.steps != nil {
		return slices.ContainsFunc(v.steps, func(step *Vector) bool { return canFail(step, how) })
	}
	switch how {
	case "accepts":
		return v.expect.Result == "refuse"
	case "refuses":
		return v.expect.Result == "accept"
	case "wrong-values":
		return v.expect.Values != nil
	}
	return true
}

func (e *Exception) fault(items []*Vector) string {
	if (e.ID == "") == (e.Class == "") {
		return "it must have an id or a class, expect, reason, and perhaps issue"
	}
	if !slices.Contains(expected, e.Expect) {
		return "expect must be one of " + strings.Join(expected, ", ")
	}
	if strings.TrimSpace(e.Reason) == "" {
		return "the reason is blank: explain why this failure is accepted"
	}
	named, possible := false, false
	for _, v := range items {
		named = named || e.names(v)
		possible = possible || e.names(v) && canFail(v, e.Expect)
	}
	if !named {
		return fmt.Sprintf("%q is unknown", e.ID+e.Class)
	}
	if !possible {
		return fmt.Sprintf("%q is not a possible failure of %q", e.Expect, e.ID+e.Class)
	}
	return ""
}

// covering has the entries with the id of the vector, else those with its class.
func (known *exceptions) covering(v *Vector) (byID, byClass []Exception) {
	for _, e := range known.Exceptions {
		if e.names(v) && canFail(v, e.Expect) && e.ID != "" {
			byID = append(byID, e)
		} else if e.names(v) && canFail(v, e.Expect) {
			byClass = append(byClass, e)
		}
	}
	return byID, byClass
}

func (known *exceptions) standing(v *Vector, outcome string) string {
	covering, byClass := known.covering(v)
	if covering == nil {
		covering = byClass
	}
	for _, e := range covering {
		if e.Expect == outcome {
			known.used[e] = true
			return "known"
		}
	}
	if covering != nil && (outcome == "agrees" || outcome == "unsupported") {
		for _, e := range covering {
			known.used[e] = true
		}
		if outcome == "agrees" {
			return "unexpected-pass"
		}
		return "undecided"
	}
	switch {
	case outcome == "unsupported" && known.RequireDecided:
		return "undecided"
	case outcome == "unsupported":
		return "unsupported"
	case outcome == "agrees":
		return "fine"
	case v.Policy != "" && (outcome == "accepts" || outcome == "refuses"):
		return "differs"
	}
	return "failed"
}

// stale has a sentence for each class that no vector needs.
func (known *exceptions) stale() (faults []string) {
	for _, e := range known.Exceptions {
		if e.Class != "" && !known.used[e] {
			faults = append(faults, fmt.Sprintf("exceptions: no vector needs %s of class %q any more", e.Expect, e.Class))
		}
	}
	return faults
}
