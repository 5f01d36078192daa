/* See attested.h. */
#include "relying/kms/call/attested.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <mbedtls/md.h>

#include "relying/kms/call/wrong_document.h"
#include "relying/kms/crypto/random.h"

/* Clocks of enclaves (kvm-clock) and of this machine (NTP) differ by seconds. */
#define MAX_FUTURE_MS 60000

/*
 * No nonce: KMS's protocol has none, so freshness depends on the document's age. No PCR policy: right after this, the
 * conditions of the key's policy compare the PCRs. A key without conditions is available to any enclave.
 */
static natt_options options_for(const natt_kms_config *config, natt_kind kind, uint64_t now_ms)
{
    natt_options options = NATT_OPTIONS_INIT;
    options.roots = config->roots;
    options.root_count = config->root_count;
    options.kind = kind == NATT_KIND_NITROTPM ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
    options.time_mode = NATT_TIME_NOW;
    options.now_ms = now_ms;
    options.max_age_ms = config->max_age_ms;
    options.max_future_ms = MAX_FUTURE_MS;
    options.nonce_mode = NATT_NONCE_NOT_USED;
    options.flags = NATT_INSECURE_NO_PCR_POLICY | (config->allow_debug ? NATT_ALLOW_DEBUG : 0u);
    return options;
}

#define ROOT_ROOM (NATT_MAX_NAME + 96)
#define AGE_ROOM  64
#define TEST_ROOT "test.invalid.nitro-enclaves" /* of the software NSM, unless it has a different suffix */

static natt_bytes name_of(natt_bytes der)
{
    natt_certificate certificate;
    if (!natt_certificate_parse(&certificate, der, NULL) || certificate.subject_cn.ptr == NULL)
        return (natt_bytes){(const uint8_t *)"", 0};
    return certificate.subject_cn;
}

/* "CN=aws.nitro-enclaves, SHA-256 641a03..." */
static void describe_root(char out[ROOT_ROOM], natt_bytes der)
{
    uint8_t digest[32] = {0};
    char hex[65];
    const natt_bytes name = name_of(der);
    (void)mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), der.ptr, der.len, digest);
    natt_kms_hex(hex, (natt_bytes){digest, sizeof digest});
    (void)snprintf(out, ROOT_ROOM, "CN=%.*s, SHA-256 %s", (int)(name.len < NATT_MAX_NAME ? name.len : NATT_MAX_NAME),
                   (const char *)name.ptr, hex);
}

/* Each software NSM creates its own root, unless --pki gives a stored one. */
static bool is_test_root(natt_bytes der)
{
    const natt_bytes name = name_of(der);
    return name.len == strlen(TEST_ROOT) && memcmp(name.ptr, TEST_ROOT, name.len) == 0;
}

static bool fail_root(natt_kms_call *call, const natt_document *document, const natt_error *err)
{
    char theirs[ROOT_ROOM] = "none", ours[ROOT_ROOM] = "none";
    if (document->cabundle_count > 0)
        describe_root(theirs, document->cabundle[0]);
    if (call->config->root_count > 0)
        describe_root(ours, call->config->roots[0]);
    const bool tests = document->cabundle_count > 0 && call->config->root_count > 0 &&
                       is_test_root(document->cabundle[0]) && is_test_root(call->config->roots[0]);
    return natt_kms_refuse(call, NATT_KMS_E_ACCESS_DENIED,
                           "the attestation document is under another root: its root is %s; trusted is %s%s (%s)%s",
                           theirs, ours, call->config->root_count > 1 ? " and others" : "", natt_code_name(err->code),
                           tests ? "; both are test roots: give emulate and kms serve the same --pki DIR" : "");
}

static void put_age(char out[AGE_ROOM], uint64_t large, const char *unit, uint64_t small, const char *small_unit)
{
    if (small == 0)
        (void)snprintf(out, AGE_ROOM, "%" PRIu64 " %s", large, unit);
    else
        (void)snprintf(out, AGE_ROOM, "%" PRIu64 " %s %" PRIu64 " %s", large, unit, small, small_unit);
}

/* "6 min 5 s", rounded up, so that a document above the maximum age never appears to be exactly that old. */
static void format_age(char out[AGE_ROOM], uint64_t ms)
{
    const uint64_t s = ms / 1000 + (ms % 1000 != 0), min = s / 60 + (s % 60 != 0);
    if (ms < 1000)
        put_age(out, ms, "ms", 0, "");
    else if (s < 60)
        put_age(out, s, "s", 0, "");
    else if (s < 3600)
        put_age(out, s / 60, "min", s % 60, "s");
    else
        put_age(out, min / 60, "h", min % 60, "min");
}

static bool fail_stale(natt_kms_call *call, const natt_document *document, const natt_error *err)
{
    char age[AGE_ROOM], greatest[AGE_ROOM];
    format_age(age, call->now_ms - document->timestamp_ms);
    format_age(greatest, call->config->max_age_ms);
    return natt_kms_refuse(call, NATT_KMS_E_ACCESS_DENIED,
                           "the document is %s old; this server accepts %s (kms serve --max-age): create the document "
                           "right before the request (%s)",
                           age, greatest, natt_code_name(err->code));
}

/* The verifier's remedy names archive mode, which a KMS does not have. */
static bool fail_expired(natt_kms_call *call, const natt_error *err)
{
    return natt_kms_refuse(call, NATT_KMS_E_ACCESS_DENIED,
                           "a certificate of the attestation document has expired: create the document right before "
                           "the request, and check this machine's clock (%s)",
                           natt_code_name(err->code));
}

static natt_kms_fault_code fault_of(natt_code code)
{
    if (code < NATT_E_CBOR_TRUNCATED || (code >= NATT_E_INTERNAL_CRYPTO && code < NATT_E_TIME_FUTURE))
        return NATT_KMS_E_INTERNAL; /* a fault in our options or our arithmetic */
    const bool untrusted = code >= NATT_E_CHAIN_ROOT || code == NATT_E_COSE_SIGNATURE;
    return untrusted ? NATT_KMS_E_ACCESS_DENIED : NATT_KMS_E_VALIDATION;
}

static bool fail_document(natt_kms_call *call, const natt_error *err)
{
    char text[640];
    (void)natt_error_format(text, sizeof text, err);
    return natt_kms_refuse(call, fault_of(err->code), "the attestation document is refused: %s", text);
}

static bool fail_unreadable(natt_kms_call *call, natt_bytes sent, const natt_error *err)
{
    const char *wrong = natt_kms_wrong_document(sent);
    return wrong != NULL ? natt_kms_refuse(call, NATT_KMS_E_VALIDATION, "%s", wrong) : fail_document(call, err);
}

static bool fail_unverified(natt_kms_call *call, const natt_document *document, const natt_error *err)
{
    if (err->code == NATT_E_CHAIN_ROOT)
        return fail_root(call, document, err);
    if (err->code == NATT_E_TIME_EXPIRED)
        return fail_expired(call, err);
    return err->code == NATT_E_TIME_STALE ? fail_stale(call, document, err) : fail_document(call, err);
}

static bool verify(natt_kms_call *call, const natt_document *document, natt_error *err)
{
    const natt_options options = options_for(call->config, document->kind, call->now_ms);
    natt_cache *cache = natt_kms_cache_borrow(call->config->caches);
    bool verified = natt_verify(&call->document, document->raw, &options, cache, err);
    natt_kms_cache_return(call->config->caches, cache);
    return verified;
}

bool natt_kms_verify_recipient(natt_kms_call *call)
{
    natt_document document;
    natt_error err;
    natt_bytes sent = call->in[NATT_KMS_IN_DOCUMENT].bytes;
    bool parsed = natt_document_parse(&document, sent, &err);
    bool verified = parsed && verify(call, &document, &err);
    call->document_code = err.code;
    if (!parsed)
        return fail_unreadable(call, sent, &err);
    if (!verified)
        return fail_unverified(call, &document, &err);
    return call->document.public_key.ptr != NULL ||
           natt_kms_refuse(
               call, NATT_KMS_E_VALIDATION,
               "the attestation document has no public_key, so nothing can be sealed to it: pass an RSA key "
               "to the NSM (nitro-attest recipient attest does)");
}

/* The verifier checks its options first, so with an empty document its error describes them. */
natt_code natt_kms_check_roots(const natt_kms_config *config, uint64_t now_ms)
{
    const natt_options options = options_for(config, NATT_KIND_ENCLAVE, now_ms);
    natt_verified unused = NATT_VERIFIED_INIT;
    natt_error err;
    if (natt_verify(&unused, (natt_bytes){(const uint8_t *)"", 0}, &options, NULL, &err))
        return NATT_E_INTERNAL_CHECKS;
    return err.code < NATT_E_CBOR_TRUNCATED ? err.code : NATT_OK;
}

#define KEPT_MS 600000 /* longer than documents are fresh, so that setting the clock back by less loses no record */

static int64_t kept_until(const natt_kms_call *call)
{
    const uint64_t age = call->config->max_age_ms;
    return age > NATT_MAX_TIME_MS ? INT64_MAX : (int64_t)(call->document.timestamp_ms + age + 1 + KEPT_MS);
}

/*
 * A request with a large key may run for seconds, while another request deletes records of old documents. So the age at
 * this moment is checked.
 */
static bool check_fresh(natt_kms_call *call, uint64_t now_ms)
{
    const uint64_t issued = call->document.timestamp_ms;
    return issued >= now_ms || now_ms - issued <= call->config->max_age_ms ||
           natt_kms_refuse(call, NATT_KMS_E_ACCESS_DENIED,
                           "the attestation document became too old while the request ran, and this server accepts "
                           "each document once (--refuse-replays): ask the NSM for a new one");
}

bool natt_kms_check_replay(natt_kms_call *call)
{
    natt_kms_store_error err;
    if (!call->config->refuse_replays || !call->in[NATT_KMS_IN_RECIPIENT].given)
        return true;
    const uint64_t now_ms = call->config->now_ms();
    if (!check_fresh(call, now_ms))
        return false;
    if (natt_kms_store_see_document(call->config->store, call->document.canonical_id, kept_until(call), (int64_t)now_ms,
                                    &err))
        return true;
    return err.code == NATT_KMS_STORE_EXISTS
               ? natt_kms_refuse(call, NATT_KMS_E_ACCESS_DENIED,
                                 "the attestation document was used before, and this server refuses that "
                                 "(--refuse-replays): ask the NSM for a new one")
               : natt_kms_fail_store(call, &err);
}
