// Package adapter runs a verifier written in Go against the vectors: JSON lines on standard input and output.
//
// The peer verifies document, chain, signature and time. This package makes the comparisons of a caller on the returned
// document: see caller.go. It does not catch a panic of the peer: the process ends, and the runner counts a crash.
package adapter

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Document is the result of a peer: nil means absent.
type Document struct {
	ModuleID    string
	TimestampMs uint64
	PCRs        map[uint64][]byte
	PublicKey   []byte
	UserData    []byte
	Nonce       []byte
}

// Verify calls a peer that takes a pool of roots.
type Verify func(document []byte, roots *x509.CertPool, now time.Time) (*Document, error)

// VerifyDER calls a peer that takes one root in DER.
type VerifyDER func(document, root []byte, now time.Time) (*Document, error)

var errOneRoot = errors.New("the peer accepts exactly one root")

type request struct {
	ID       string                     `json:"id"`
	Document []byte                     `json:"document"`
	Roots    [][]byte                   `json:"roots"`
	NowMs    int64                      `json:"now_ms"`
	Options  map[string]json.RawMessage `json:"options"`
}

type answer struct {
	ID     string `json:"id"`
	Result string `json:"result"`
	Reason string `json:"reason,omitempty"`
}

// Run answers all requests until the input ends.
func Run(verify Verify) {
	run(func(r *request) (*Document, error) {
		pool := x509.NewCertPool()
		for _, der := range r.Roots {
			root, err := x509.ParseCertificate(der)
			if err != nil {
				return nil, fmt.Errorf("the root: %w", err)
			}
			pool.AddCert(root)
		}
		return verify(r.Document, pool, time.UnixMilli(r.NowMs).UTC())
	})
}

// RunDER is Run for the other kind of peers.
func RunDER(verify VerifyDER) {
	run(func(r *request) (*Document, error) {
		if len(r.Roots) != 1 {
			return nil, errOneRoot
		}
		return verify(r.Document, r.Roots[0], time.UnixMilli(r.NowMs).UTC())
	})
}

func run(call func(r *request) (*Document, error)) {
	in, out := bufio.NewReader(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			fmt.Fprintln(os.Stderr, "this line is not a request:", err)
			os.Exit(1)
		}
		result, reason := decide(call, &r)
		if err := out.Encode(answer{r.ID, result, reason}); err != nil {
			os.Exit(1)
		}
	}
}

func decide(call func(r *request) (*Document, error), r *request) (result, reason string) {
	want, err := readOptions(r.Options)
	if err != nil {
		return "unsupported", err.Error()
	}
	document, err := call(r)
	if errors.Is(err, errOneRoot) {
		return "unsupported", err.Error()
	}
	if err != nil {
		return "refuse", err.Error()
	}
	if err := want.compare(document, r.NowMs); err != nil {
		return "refuse", err.Error()
	}
	if want.notDecided != "" {
		return "unsupported", want.notDecided
	}
	return "accept", ""
}
