/*
 * Property: for libcbor, an accepted envelope is four items of the right types with the same payload and signature. Its
 * length is exactly that of its parts, so no unsigned byte can hide in it. The hashed bytes are the Sig_structure that
 * libcbor writes.
 */
#include "verify/parse/cose.h"
#include "fuzz/property.h"

#include <cbor.h>

static bool same_string(const cbor_item_t *item, natt_bytes want)
{
    return cbor_isa_bytestring(item) && cbor_bytestring_is_definite(item) &&
           fuzz_same_bytes(want, cbor_bytestring_handle(item), cbor_bytestring_length(item));
}

/* libcbor before 0.9 does not know tag 18, so the tag is removed here. */
static void check_oracle(natt_bytes in, const struct natt_cose *cose)
{
    struct cbor_load_result result;
    size_t tag = cose->tagged ? 1 : 0;
    MUST(!cose->tagged || in.ptr[0] == 0xd2);
    cbor_item_t *array = cbor_load(in.ptr + tag, in.len - tag, &result);
    MUST(array != NULL && result.read == in.len - tag);
    MUST(cbor_isa_array(array) && cbor_array_size(array) == 4);
    cbor_item_t **parts = cbor_array_handle(array);
    MUST(same_string(parts[0], cose->protected_header));
    MUST(cbor_isa_map(parts[1]) && cbor_map_size(parts[1]) == 0);
    MUST(same_string(parts[2], cose->payload) && same_string(parts[3], cose->signature));
    cbor_decref(&array);
}

/* The Sig_structure [RFC9052 4.4], written by libcbor and hashed by mbedTLS, and the document's canonical id. */
static void check_digest(natt_bytes payload)
{
    static const uint8_t es384[] = {0xa1, 0x01, 0x38, 0x22};
    uint8_t got[NATT_SHA384_LEN], want[NATT_SHA384_LEN];
    cbor_item_t *array = cbor_new_definite_array(4);
    unsigned char *encoded = NULL;
    size_t room;
    MUST(cbor_array_push(array, cbor_move(cbor_build_string("Signature1"))));
    MUST(cbor_array_push(array, cbor_move(cbor_build_bytestring(es384, sizeof es384))));
    MUST(cbor_array_push(array, cbor_move(cbor_build_bytestring(es384, 0))));
    MUST(cbor_array_push(array, cbor_move(cbor_build_bytestring(payload.ptr, payload.len))));
    natt_bytes all = {NULL, cbor_serialize_alloc(array, &encoded, &room)};
    all.ptr = encoded;
    MUST(natt_crypto_mbedtls.sha384(want, &all, 1) && natt_cose_digest(got, payload, &natt_crypto_native));
    MUST(memcmp(got, want, sizeof got) == 0);
    free(encoded);
    cbor_decref(&array);
}

static size_t head_len(size_t len)
{
    return len < 24 ? 1 : len < 256 ? 2 : 3;
}

static void check_accepted(natt_bytes in, const struct natt_cose *cose)
{
    MUST(fuzz_inside(in, cose->payload) && fuzz_inside(in, cose->signature) && fuzz_inside(in, cose->protected_header));
    MUST(cose->payload.len >= 1 && cose->payload.len <= NATT_MAX_PAYLOAD && cose->signature.len == 96);
    MUST(in.len == (cose->tagged ? 1u : 0u) + 7 + head_len(cose->payload.len) + cose->payload.len + 98);
    check_oracle(in, cose);
    check_digest(cose->payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_error err = {NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, natt_code_message(NATT_OK)};
    natt_bytes in = {data, size};
    struct natt_reader r = natt_cbor_reader(in, &err);
    struct natt_cose cose = {0};
    bool ok = natt_cose_parse(&r, &cose);
    fuzz_check_error(&err, ok, size);
    if (ok)
        check_accepted(in, &cose);
    return 0;
}
