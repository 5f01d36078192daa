module nitro-attest/vectors/adapters/blocky-nitrite

go 1.21

require (
	github.com/blocky/nitrite v0.0.1
	nitro-attest/vectors/adapters/go-adapter v0.0.0
)

require (
	github.com/fxamacker/cbor/v2 v2.4.0 // indirect
	github.com/x448/float16 v0.8.4 // indirect
)

replace nitro-attest/vectors/adapters/go-adapter => ../go-adapter
