module nitro-attest.invalid/nitro-attest-vectors

go 1.21
