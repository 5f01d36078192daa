// Adapter for github.com/distributed-lab/enclave-extras/attestation.
package main

import (
	"crypto/sha256"
	"time"

	"github.com/distributed-lab/enclave-extras/attestation"

	"nitro-attest/vectors/adapters/go-adapter"
)

// The peer has no time: it does not check the validity of certificates.
func verify(document, root []byte, _ time.Time) (*adapter.Document, error) {
	fingerprint := sha256.Sum256(root)
	attestation.AWSNitroEnclavesRootCertFingerprint = fingerprint[:]
	found, err := attestation.ParseNSMAttestationDoc(document)
	if err != nil {
		return nil, err
	}
	if err := found.Verify(); err != nil {
		return nil, err
	}
	pcrs := map[uint64][]byte{}
	for index, value := range found.PCRs {
		pcrs[uint64(index)] = value
	}
	return &adapter.Document{
		ModuleID:    found.ModuleID,
		TimestampMs: uint64(found.Timestamp.UnixMilli()),
		PCRs:        pcrs,
		PublicKey:   found.PublicKey,
		UserData:    found.UserData,
		Nonce:       found.Nonce,
	}, nil
}

func main() {
	adapter.RunDER(verify)
}
