#include "fuzz/judged.h"
#include "fuzz/property.h"

#define SEED "nitro-attest vectors, version 1"

/* Selector, byte 0. Byte 1: hours between the vectors' now and the caller's, signed, from 64 on in steps of two days; byte 2: seconds of age, 255 = any;
 * byte 3: minutes of leeway and of future. */
enum { TPM = 1, ARCHIVE = 2, NONCE = 4, DEBUG = 8, UNKNOWN = 16, BINDING = 32, POLICY = 64, SMALL = 128 };

natt_issuer *fuzz_issuer(void)
{
    static natt_issuer *issuer;
    natt_issuer_options options = NATT_ISSUER_OPTIONS_INIT;
    options.seed = (natt_bytes){(const uint8_t *)SEED, sizeof SEED - 1};
    options.now_ms = FUZZ_NOW_MS;
    options.suffix = "aws";
    options.role_arn = "arn:aws:iam::123456789012:role/test";
    if (issuer == NULL)
        issuer = natt_issuer_new(&options, NULL);
    MUST(issuer != NULL);
    return issuer;
}

/* PCR0 of an enclave, or PCR7 of a NitroTPM, as the issuer writes them. */
static const natt_policy *policy(void)
{
    static uint8_t digests[2][NATT_PCR_LEN];
    static natt_pcr_value values[] = {{0, {digests[0], NATT_PCR_LEN}}, {7, {digests[1], NATT_PCR_LEN}}};
    static natt_pcr_set sets[] = {{"enclave", &values[0], 1}, {"tpm", &values[1], 1}};
    static natt_policy both = {sizeof both, sets, 2};
    natt_bytes texts[] = {{(const uint8_t *)"nitro-attest test PCR0", 22},
                          {(const uint8_t *)"nitro-attest test PCR7", 22}};
    for (int i = 0; i < 2; i++)
        MUST(natt_crypto_native.sha384(digests[i], &texts[i], 1));
    return &both;
}

static uint32_t flags_of(uint8_t chosen)
{
    return (chosen & DEBUG ? NATT_ALLOW_DEBUG : 0) | (chosen & UNKNOWN ? NATT_ALLOW_UNKNOWN_FIELDS : 0) |
           (chosen & BINDING ? NATT_REQUIRE_MODULE_BINDING : 0) | NATT_ALLOW_WEAK_POLICY |
           (chosen & POLICY ? 0 : NATT_INSECURE_NO_PCR_POLICY);
}

static int64_t hours_of(int8_t chosen)
{
    return chosen > 63 ? 48 * (chosen - 63) : chosen < -63 ? 48 * (chosen + 63) : chosen;
}

static void choose_time(natt_options *opt, const uint8_t chosen[FUZZ_SELECTOR])
{
    bool archive = (chosen[0] & ARCHIVE) != 0;
    opt->time_mode = archive ? NATT_TIME_ARCHIVE : NATT_TIME_NOW;
    opt->now_ms = FUZZ_NOW_MS + (uint64_t)(hours_of((int8_t)chosen[1]) * INT64_C(3600000));
    if (!archive)
        opt->max_age_ms = chosen[2] == 255 ? NATT_UNLIMITED_MS : chosen[2] * UINT64_C(1000);
    opt->max_future_ms = opt->not_before_leeway_ms = opt->not_after_leeway_ms = chosen[3] % 61 * UINT64_C(60000);
}

natt_options fuzz_options(natt_bytes *in)
{
    static const uint8_t nonce[] = "nonce of the fuzzer";
    static natt_bytes roots[2];
    uint8_t chosen[FUZZ_SELECTOR];
    natt_options opt = NATT_OPTIONS_INIT;
    fuzz_take(in, chosen, sizeof chosen);
    roots[0] = natt_issuer_root(fuzz_issuer());
    roots[1] = natt_root_aws();
    opt.roots = roots;
    opt.root_count = 2;
    opt.kind = chosen[0] & TPM ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
    opt.flags = flags_of(chosen[0]);
    opt.policy = chosen[0] & POLICY ? policy() : NULL;
    opt.limits = chosen[0] & SMALL ? NATT_LIMITS_AWS_512 : NATT_LIMITS_DEFAULT;
    opt.nonce_mode = chosen[0] & NONCE ? NATT_NONCE_EXACT : NATT_NONCE_NOT_USED;
    opt.nonce = chosen[0] & NONCE ? (natt_bytes){nonce, sizeof nonce - 1} : opt.nonce;
    choose_time(&opt, chosen);
    return opt;
}

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

static void all_hold(struct natt_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        jobs[i].answer = NATT_CRYPTO_HOLDS;
}

const struct natt_crypto fuzz_accept_all = {native_sha384, native_sha256, native_on_curve, all_hold};

static void check_refusal(const natt_verified *v)
{
    static const natt_verified zero = NATT_VERIFIED_INIT;
    MUST(memcmp(v, &zero, sizeof zero) == 0);
}

static bool ended(const char *text, size_t room)
{
    return memchr(text, '\0', room) != NULL;
}

/* What the result says is what the document says, and nothing points outside of it. */
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

/* No check is reported that was not asked for, none asked for is missing. */
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
}
