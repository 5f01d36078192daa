module nitro-attest/vectors/adapters/hf-nitrite

go 1.21

require (
	github.com/hf/nitrite v0.0.0-20241225144000-c2d5d3c4f303
	nitro-attest/vectors/adapters/go-adapter v0.0.0
)

require (
	github.com/fxamacker/cbor/v2 v2.2.0 // indirect
	github.com/x448/float16 v0.8.4 // indirect
)

replace nitro-attest/vectors/adapters/go-adapter => ../go-adapter
