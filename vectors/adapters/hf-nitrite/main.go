// Adapter for github.com/hf/nitrite.
package main

import (
	"crypto/x509"
	"time"

	"github.com/hf/nitrite"

	"nitro-attest/vectors/adapters/go-adapter"
)

func verify(document []byte, roots *x509.CertPool, now time.Time) (*adapter.Document, error) {
	result, err := nitrite.Verify(document, nitrite.VerifyOptions{Roots: roots, CurrentTime: now})
	if err != nil {
		return nil, err
	}
	pcrs := map[uint64][]byte{}
	for index, value := range result.Document.PCRs {
		pcrs[uint64(index)] = value
	}
	return &adapter.Document{
		ModuleID:    result.Document.ModuleID,
		TimestampMs: result.Document.Timestamp,
		PCRs:        pcrs,
		PublicKey:   result.Document.PublicKey,
		UserData:    result.Document.UserData,
		Nonce:       result.Document.Nonce,
	}, nil
}

func main() {
	adapter.Run(verify)
}
