// github.com/hf/nitrite as verifier: peer true|wrong. Wrong accepts a document whose signature is bad.
package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/hf/nitrite"

	vectors "nitro-attest.invalid/nitro-attest-vectors"
)

func verify(v *vectors.Vector) vectors.Verdict {
	if v.Needs("kind=enclave", "time_mode=now", "max_age_ms", "nonce", "no-pcr-policy", "allow-debug",
		"allow-unknown-fields") {
		return vectors.Unsupported
	}
	roots := v.RootPool()
	if roots == nil {
		return vectors.Refuse
	}
	result, err := nitrite.Verify(v.Document, nitrite.VerifyOptions{Roots: roots, CurrentTime: v.Now()})
	if errors.Is(err, nitrite.ErrBadSignature) && os.Args[1] == "wrong" {
		return vectors.Accept
	}
	if err != nil {
		return vectors.Refuse
	}
	var maxAge int64
	_ = json.Unmarshal(v.Options["max_age_ms"], &maxAge) // v.Needs has excluded "unlimited"
	document := result.Document
	age := v.NowMs - int64(document.Timestamp)
	if age < 0 || age > maxAge || v.Options["nonce"] != nil && hex.EncodeToString(document.Nonce) != v.Text("nonce") {
		return vectors.Refuse
	}
	return vectors.AcceptWith(map[string]any{"module_id": document.ModuleID, "digest": document.Digest,
		"timestamp": document.Timestamp, "pcrs": vectors.PCRs(document.PCRs)})
}

func main() {
	report, err := vectors.Run(vectors.Config{}, verify)
	if err != nil {
		panic(err)
	}
	fmt.Println(report)
}
