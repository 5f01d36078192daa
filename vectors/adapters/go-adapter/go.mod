module nitro-attest/vectors/adapters/go-adapter

go 1.21
