#include "fuzz/verdict.h"
#include "fuzz/property.h"

static bool native_sha384(uint8_t *out, const natt_bytes *parts, size_t count)
{
    return natt_crypto_native.sha384(out, parts, count);
}

static bool native_sha256(uint8_t *out, const natt_bytes *parts, size_t count)
{
    return natt_crypto_native.sha256(out, parts, count);
}

static natt_crypto_answer native_on_curve(const uint8_t *public_key)
{
    return natt_crypto_native.on_curve(public_key);
}

static void all_hold(struct natt_job *const *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        jobs[i]->answer = NATT_CRYPTO_VALID;
}

const struct natt_crypto fuzz_accept_all = {native_sha384, native_sha256, native_on_curve, all_hold, 1};

static void check_refusal(const natt_verified *v)
{
    static const natt_verified zero = NATT_VERIFIED_INIT;
    MUST(memcmp(v, &zero, sizeof zero) == 0);
}

static bool ended(const char *text, size_t room)
{
    return memchr(text, '\0', room) != NULL;
}

/* The result must have the content of the document, with all views inside it. */
static void check_copies(const natt_verified *v, natt_bytes in)
{
    natt_document doc;
    MUST(natt_document_parse(&doc, in, NULL) && v->timestamp_ms == doc.timestamp_ms && v->pcr_mask == doc.pcr_mask);
    for (size_t i = 0; i < NATT_PCR_COUNT; i++)
        MUST(doc.pcrs[i].ptr == NULL || fuzz_same_bytes(doc.pcrs[i], v->pcrs[i], NATT_PCR_LEN));
    MUST(fuzz_same_bytes(doc.module_id, v->module_id, doc.module_id.len) && ended(v->module_id, sizeof v->module_id));
    MUST(ended(v->instance_id, sizeof v->instance_id) && ended(v->region, sizeof v->region));
    MUST(fuzz_inside(in, v->nonce) && fuzz_inside(in, v->user_data) && fuzz_inside(in, v->public_key));
    MUST(v->chain_count == doc.cabundle_count + 1 && v->unknown_fields == doc.unknown_count);
    for (size_t i = 0; i < v->chain_count; i++)
        MUST(ended(v->chain[i].common_name, sizeof v->chain[i].common_name));
}

/* The reported checks must be exactly the requested ones. */
static void check_checks(const natt_verified *v, const natt_options *opt)
{
    const uint32_t always = NATT_CHECKED_CHAIN | NATT_CHECKED_SIGNATURE | NATT_CHECKED_TIMESTAMP;
    bool now = opt->time_mode == NATT_TIME_NOW;
    MUST((v->checks & always) == always && v->kind == opt->kind && v->root_index < opt->root_count);
    MUST(((v->checks & NATT_CHECKED_NOW) != 0) == now);
    MUST(((v->checks & NATT_CHECKED_AGE) != 0) == (now && opt->max_age_ms != NATT_UNLIMITED_MS));
    MUST(((v->checks & NATT_CHECKED_NONCE) != 0) == (opt->nonce_mode == NATT_NONCE_EXACT));
    MUST(((v->checks & NATT_CHECKED_PCRS) != 0) == (opt->policy != NULL));
    MUST((opt->flags & NATT_ALLOW_DEBUG) != 0 || !v->debug);
    MUST((opt->flags & NATT_ALLOW_UNKNOWN_FIELDS) != 0 || v->unknown_fields == 0);
    MUST((opt->flags & NATT_REQUIRE_MODULE_BINDING) == 0 || v->region[0] != '\0');
    MUST(opt->nonce.ptr == NULL || fuzz_same_bytes(v->nonce, opt->nonce.ptr, opt->nonce.len));
    MUST(opt->policy == NULL || v->matched_set < opt->policy->set_count);
}

/* The result alone must show which checks were performed, and that it was not changed since. */
static void check_promises(const natt_verified *v, const natt_options *opt)
{
    natt_error err;
    MUST((v->checks & opt->required_checks) == opt->required_checks);
    MUST(natt_verified_check(v, &err) && err.code == NATT_OK);
}

static void check_time(const natt_verified *v, const natt_options *opt)
{
    uint64_t t = v->timestamp_ms;
    if (opt->time_mode == NATT_TIME_NOW)
        MUST(t <= opt->now_ms ? opt->max_age_ms == NATT_UNLIMITED_MS || opt->now_ms - t <= opt->max_age_ms
                              : t - opt->now_ms <= opt->max_future_ms);
    for (size_t i = 0; i < v->chain_count; i++)
        MUST(v->earliest_expiry <= v->chain[i].not_after);
    MUST((int64_t)t < (v->earliest_expiry + 1) * 1000 + (int64_t)opt->not_after_leeway_ms);
}

void fuzz_check_verdict(bool accepted, const natt_verified *v, natt_bytes in, const natt_options *opt,
                        const natt_error *err)
{
    fuzz_check_error(err, accepted, in.len);
    MUST(v->struct_size == sizeof *v && err->code / 100 != 1);
    if (!accepted) {
        check_refusal(v);
        return;
    }
    check_copies(v, in);
    check_checks(v, opt);
    check_time(v, opt);
    check_promises(v, opt);
}
