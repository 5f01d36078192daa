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

// Verify calls the peer.
type Verify func(document []byte, roots *x509.CertPool, now time.Time) (*Document, error)

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
		result, reason := decide(verify, &r)
		if err := out.Encode(answer{r.ID, result, reason}); err != nil {
			os.Exit(1)
		}
	}
}

func decide(verify Verify, r *request) (result, reason string) {
	want, err := readOptions(r.Options)
	if err != nil {
		return "unsupported", err.Error()
	}
	pool := x509.NewCertPool()
	for _, der := range r.Roots {
		root, err := x509.ParseCertificate(der)
		if err != nil {
			return "refuse", "the root: " + err.Error()
		}
		pool.AddCert(root)
	}
	document, err := verify(r.Document, pool, time.UnixMilli(r.NowMs).UTC())
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
