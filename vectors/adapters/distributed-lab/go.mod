module nitro-attest/vectors/adapters/distributed-lab

go 1.23

require (
	github.com/distributed-lab/enclave-extras/attestation v0.2.0
	nitro-attest/vectors/adapters/go-adapter v0.0.0
)

require (
	github.com/fxamacker/cbor/v2 v2.7.0 // indirect
	github.com/x448/float16 v0.8.4 // indirect
)

replace nitro-attest/vectors/adapters/go-adapter => ../go-adapter
