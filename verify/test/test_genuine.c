/*
 * Genuine documents signed by AWS, from the shared material, compared with its index: every valid one verifies under
 * the AWS root, the tampered one does not, all are expired today, and no truncation of any of them verifies.
 */
#include "genuine.h"
#include "support.h"

#include "nitro_attest/attest.h"
#include "verify/verify.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static uint8_t bytes[NATT_MAX_DOCUMENT];

static json_t *load_index(void)
{
    static char text[65536];
    size_t len;
    cr_assert(natt_test_read_shared("real/index.json", (uint8_t *)text, sizeof text, &len));
    json_t *index = json_loadb(text, len, 0, NULL);
    cr_assert(json_array_size(index) > 0, "the index lists no document");
    return index;
}

static const char *text_of(const json_t *entry, const char *key)
{
    return json_string_value(json_object_get(entry, key));
}

static natt_bytes load_document(const json_t *entry)
{
    char path[256];
    size_t len;
    snprintf(path, sizeof path, "real/%s", text_of(entry, "file"));
    cr_assert(natt_test_read_shared(path, bytes, sizeof bytes, &len), "%s", path);
    return (natt_bytes){bytes, len};
}

static const natt_bytes *aws_roots(void)
{
    static natt_bytes root;
    root = natt_root_aws();
    return &root;
}

static natt_options archive_options(const json_t *entry)
{
    natt_options opt = NATT_OPTIONS_INIT;
    opt.roots = aws_roots();
    opt.root_count = 1;
    opt.kind = strcmp(text_of(entry, "kind"), "nitrotpm") == 0 ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
    opt.time_mode = NATT_TIME_ARCHIVE;
    opt.now_ms = UINT64_C(1795000000000); /* 2026-11-18 */
    opt.nonce_mode = NATT_NONCE_NOT_USED;
    opt.flags = NATT_ALLOW_DEBUG | NATT_INSECURE_NO_PCR_POLICY | NATT_REQUIRE_MODULE_BINDING;
    return opt;
}

/* The index has null for an absent value, and otherwise its length. */
static void assert_field(const json_t *entry, const char *key, natt_bytes value)
{
    const json_t *expected = json_object_get(entry, key);
    cr_assert(json_is_null(expected) == (value.ptr == NULL), "%s: %s", text_of(entry, "file"), key);
    cr_assert(json_is_null(expected) || (size_t)json_integer_value(expected) == value.len, "%s: %s",
              text_of(entry, "file"), key);
}

static size_t count_pcrs(uint32_t mask)
{
    size_t n = 0;
    for (; mask != 0; mask >>= 1)
        n += mask & 1;
    return n;
}

static void assert_pcr0(const json_t *entry, const natt_verified *v)
{
    char hex[2 * NATT_PCR_LEN + 1];
    for (size_t i = 0; i < NATT_PCR_LEN; i++)
        snprintf(hex + 2 * i, 3, "%02x", v->pcrs[0][i]);
    cr_assert_str_eq(hex, text_of(entry, "pcr0"));
}

static void assert_matches_index(const json_t *entry, const natt_verified *v)
{
    cr_assert_str_eq(natt_kind_name(v->kind), text_of(entry, "kind"));
    cr_assert_str_eq(v->module_id, text_of(entry, "module_id"));
    cr_assert_eq(v->timestamp_ms, (uint64_t)json_integer_value(json_object_get(entry, "timestamp_ms")));
    cr_assert_eq(v->debug, json_is_true(json_object_get(entry, "debug")), "%s", text_of(entry, "file"));
    cr_assert_eq(count_pcrs(v->pcr_mask), (size_t)json_integer_value(json_object_get(entry, "pcr_count")));
    assert_pcr0(entry, v);
    assert_field(entry, "public_key", v->public_key);
    assert_field(entry, "user_data", v->user_data);
    assert_field(entry, "nonce", v->nonce);
    cr_assert_eq(v->chain_count, 5);
    cr_assert_str_not_empty(v->region);
}

Test(genuine, verifies_in_archive_mode_as_the_index_says)
{
    NEEDS_SHARED();
    json_t *index = load_index(), *entry;
    size_t i, valid = 0;
    json_array_foreach(index, i, entry)
    {
        if (!json_is_true(json_object_get(entry, "signature_valid")))
            continue;
        natt_options opt = archive_options(entry);
        natt_verified v = NATT_VERIFIED_INIT;
        natt_error err;
        natt_bytes doc = load_document(entry);
        cr_assert(natt_verify_with(&v, doc, &opt, NULL, &natt_crypto_mbedtls, &err), "%s", text_of(entry, "file"));
        cr_assert(natt_verify_with(&v, doc, &opt, NULL, &natt_crypto_native, &err), "%s: %s", text_of(entry, "file"),
                  natt_code_name(err.code));
        assert_matches_index(entry, &v);
        valid++;
    }
    cr_assert_eq(valid, 13);
    json_decref(index);
}

Test(genuine, refused_with_the_signature_code_when_tampered)
{
    NEEDS_SHARED();
    json_t *index = load_index(), *entry;
    size_t i, tampered = 0;
    json_array_foreach(index, i, entry)
    {
        if (json_is_true(json_object_get(entry, "signature_valid")))
            continue;
        natt_options opt = archive_options(entry);
        natt_verified v = NATT_VERIFIED_INIT;
        natt_error err;
        natt_bytes doc = load_document(entry);
        cr_assert_not(natt_verify(&v, doc, &opt, NULL, &err));
        assert_refused(err, NATT_E_COSE_SIGNATURE, NATT_NO_ITEM, doc.len - 96);
        tampered++;
    }
    cr_assert_eq(tampered, 1);
    json_decref(index);
}

Test(genuine, refused_as_expired_now)
{
    NEEDS_SHARED();
    json_t *index = load_index(), *entry;
    size_t i;
    json_array_foreach(index, i, entry)
    {
        natt_options opt = archive_options(entry);
        natt_verified v = NATT_VERIFIED_INIT;
        natt_error err;
        opt.time_mode = NATT_TIME_NOW;
        opt.max_age_ms = NATT_UNLIMITED_MS;
        cr_assert_not(natt_verify(&v, load_document(entry), &opt, NULL, &err));
        cr_assert_eq(err.code, NATT_E_TIME_EXPIRED, "%s: %s", text_of(entry, "file"), natt_code_name(err.code));
    }
    json_decref(index);
}

Test(genuine, verifies_at_its_own_time_with_age_zero)
{
    NEEDS_SHARED();
    json_t *index = load_index(), *entry;
    size_t i;
    json_array_foreach(index, i, entry)
    {
        if (!json_is_true(json_object_get(entry, "signature_valid")))
            continue;
        natt_options opt = archive_options(entry);
        natt_verified v = NATT_VERIFIED_INIT;
        natt_error err;
        opt.time_mode = NATT_TIME_NOW;
        opt.now_ms = (uint64_t)json_integer_value(json_object_get(entry, "timestamp_ms"));
        opt.max_age_ms = 0;
        cr_assert(natt_verify(&v, load_document(entry), &opt, NULL, &err), "%s: %s", text_of(entry, "file"),
                  natt_code_name(err.code));
    }
    json_decref(index);
}

static void assert_no_truncation_verifies(const json_t *entry)
{
    natt_options opt = archive_options(entry);
    natt_bytes doc = load_document(entry);
    for (size_t len = 0; len < doc.len; len++) {
        natt_verified v = NATT_VERIFIED_INIT;
        natt_error err;
        cr_assert_not(natt_verify(&v, (natt_bytes){doc.ptr, len}, &opt, NULL, &err));
        cr_assert(err.code == NATT_E_CBOR_TRUNCATED || (len == 0 && err.code == NATT_E_COSE_SIZE), "%s at %zu: %s",
                  text_of(entry, "file"), len, natt_code_name(err.code));
        cr_assert_eq(v.chain_count, 0);
    }
}

Test(genuine, refused_at_every_truncation, .timeout = 300)
{
    NEEDS_SHARED();
    json_t *index = load_index(), *entry;
    size_t i;
    json_array_foreach(index, i, entry) assert_no_truncation_verifies(entry);
    json_decref(index);
}

Test(genuine, embedded_root_is_the_published_one)
{
    NEEDS_SHARED();
    uint8_t der[NATT_MAX_CERTIFICATE];
    size_t len;
    cr_assert(natt_test_read_shared("aws/nitro-enclaves-root-g1.der", der, sizeof der, &len));
    cr_assert_eq(natt_root_aws().len, len);
    cr_assert_arr_eq(natt_root_aws().ptr, der, len);
}
