/*
 * Sets every field of natt_options from sixteen bytes. All zeros ask for the default: an enclave's document, now, of
 * any image.
 */
#include "fuzz/property.h"
#include "fuzz/verdict.h"

#define SEED "nitro-attest vectors, version 1"

/* Byte 0: flags. Byte 1, signed: hours between the vectors' now and the caller's; values of 64 and above count in steps
 * of two days. Byte 2: maximum age in seconds, 255 = unlimited. Byte 3: minutes of leeway and of future; bytes 4 and 5
 * change the leeway of notBefore and notAfter. */
enum { TPM = 1, ARCHIVE = 2, NONCE = 4, DEBUG = 8, UNKNOWN = 16, BINDING = 32, POLICY = 64, SMALL = 128 };
/* Bytes 6 and 7: the expected value of a field, two bits each. */
enum { NOTHING = 0, THAT_OF_THE_DOCUMENT, SOMETHING_ELSE, ABSENCE };
/* Byte 8: entries of the deny list. Byte 9: roots, limits, policy, required checks. */

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

/* Policies with PCR0 of an enclave and PCR7 of a NitroTPM, as the issuer writes them; with each of them alone; with a
 * PCR0 of zeros. */
const natt_policy *fuzz_policy(unsigned chosen)
{
    static uint8_t digests[2][NATT_PCR_LEN], none[NATT_PCR_LEN];
    static natt_pcr_value values[] = {
        {0, {digests[0], NATT_PCR_LEN}}, {7, {digests[1], NATT_PCR_LEN}}, {0, {none, NATT_PCR_LEN}}};
    static natt_pcr_set sets[] = {{"enclave", &values[0], 1}, {"tpm", &values[1], 1}, {"zero", &values[2], 1}};
    static natt_policy policies[4];
    natt_bytes texts[] = {{(const uint8_t *)"nitro-attest test PCR0", 22},
                          {(const uint8_t *)"nitro-attest test PCR7", 22}};
    for (int i = 0; i < 2; i++)
        MUST(natt_crypto_native.sha384(digests[i], &texts[i], 1));
    for (unsigned i = 0; i < 4; i++) {
        policies[i] = (natt_policy)NATT_POLICY_INIT;
        policies[i].sets = i == 0 ? sets : &sets[i - 1];
        policies[i].set_count = i == 0 ? 2 : 1;
    }
    return &policies[chosen % 4];
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
    opt->max_future_ms = chosen[3] % 61 * UINT64_C(60000);
    opt->not_before_leeway_ms = (chosen[3] ^ chosen[4]) % 61 * UINT64_C(60000);
    opt->not_after_leeway_ms = (chosen[3] ^ chosen[5]) % 61 * UINT64_C(60000);
}

/* Returns the document's own value if it can be expected, else a different one. */
static natt_bytes value_of(unsigned how, natt_bytes own)
{
    static const uint8_t other[] = "nonce of the fuzzer";
    return how == THAT_OF_THE_DOCUMENT && own.ptr != NULL && own.len > 0 ? own : (natt_bytes){other, sizeof other - 1};
}

static natt_expectation expectation_of(unsigned how, natt_bytes own)
{
    static const natt_expectation none = {NATT_EXPECT_ANY, {NULL, 0}}, absent = {NATT_EXPECT_ABSENT, {NULL, 0}};
    if (how == NOTHING || how == ABSENCE)
        return how == NOTHING ? none : absent;
    return (natt_expectation){NATT_EXPECT_EXACT, value_of(how, own)};
}

static natt_bytes text_of(unsigned how, natt_bytes own)
{
    return how == NOTHING || how == ABSENCE ? (natt_bytes){NULL, 0} : value_of(how, own);
}

void fuzz_choose_expectations(natt_options *opt, const natt_document *doc, uint8_t first, uint8_t second)
{
    static const uint8_t region[] = "us-east-1";
    opt->user_data = expectation_of(first & 3u, doc->user_data);
    opt->public_key = expectation_of(first >> 2 & 3u, doc->public_key);
    opt->module_id = text_of(first >> 4 & 3u, doc->module_id);
    opt->region = text_of(first >> 6 & 3u, (natt_bytes){region, sizeof region - 1});
    if (opt->nonce_mode == NATT_NONCE_EXACT)
        opt->nonce = value_of(second & 3u, doc->nonce);
}

/* Up to three entries: a serial number, a certificate's digest, a key's digest; from the document, or matching no
 * certificate. */
static void choose_deny(natt_options *opt, const natt_document *doc, uint8_t chosen)
{
    static uint8_t digests[3][32], serial[] = {0, 1};
    static natt_deny_entry entries[3];
    natt_certificate cert;
    bool own = (chosen & 0x80) != 0 && natt_certificate_parse(&cert, doc->certificate, NULL);
    for (unsigned i = 0; i < 3; i++) {
        unsigned type = chosen >> (2 + i) & 3u;
        natt_bytes whole = own ? (type == 1 ? cert.raw : cert.spki) : (natt_bytes){serial, 2};
        entries[i] = (natt_deny_entry){NATT_DENY_SERIAL, {NULL, 0}, {serial, 2}};
        MUST(natt_crypto_native.sha256(digests[i], &whole, 1));
        if (type == 1 || type == 2)
            entries[i] = (natt_deny_entry){type == 1 ? NATT_DENY_CERTIFICATE_SHA256 : NATT_DENY_SPKI_SHA256,
                                           {NULL, 0},
                                           {digests[i], sizeof digests[i]}};
        else if (own)
            entries[i] =
                (natt_deny_entry){NATT_DENY_SERIAL, type == 3 ? cert.issuer : (natt_bytes){NULL, 0}, cert.serial};
    }
    opt->deny_count = chosen & 3u;
    opt->deny = opt->deny_count > 0 ? entries : NULL;
}

static void choose_roots(natt_options *opt, unsigned chosen)
{
    static natt_bytes roots[3];
    roots[0] = roots[2] = natt_issuer_root(fuzz_issuer());
    roots[1] = natt_root_aws();
    opt->roots = chosen == 1 || chosen == 3 ? &roots[1] : roots;
    opt->root_count = chosen >= 2 ? 1 : 2;
}

static natt_limits limits_of(uint8_t small, unsigned chosen)
{
    static const natt_limits limits[] = {NATT_LIMITS_AWS_512, NATT_LIMITS_AWS_1024, NATT_LIMITS_DEFAULT};
    return small != 0 || chosen > 0 ? limits[chosen % 3] : NATT_LIMITS_DEFAULT;
}

/* Returns checks that these options always perform, whatever the document: some, or all of them. */
static uint32_t required_of(const natt_options *o, unsigned chosen)
{
    uint32_t some = NATT_CHECKED_CHAIN | NATT_CHECKED_SIGNATURE | NATT_CHECKED_TIMESTAMP, all = some;
    bool now = o->time_mode == NATT_TIME_NOW, production = o->kind == NATT_KIND_ENCLAVE;
    all |= now ? NATT_CHECKED_NOW : 0;
    all |= now && o->max_age_ms != NATT_UNLIMITED_MS ? NATT_CHECKED_AGE : 0;
    all |= o->policy != NULL ? NATT_CHECKED_PCRS : 0;
    all |= o->deny_count > 0 ? NATT_CHECKED_DENY : 0;
    all |= o->region.ptr != NULL ? NATT_CHECKED_REGION : 0;
    all |= production && (o->flags & NATT_ALLOW_DEBUG) == 0 ? NATT_CHECKED_PRODUCTION : 0;
    all |= (o->flags & NATT_REQUIRE_MODULE_BINDING) != 0 ? NATT_CHECKED_MODULE_BINDING : 0;
    all |= o->nonce_mode == NATT_NONCE_EXACT && chosen == 3 ? NATT_CHECKED_NONCE : 0;
    return chosen == 0 ? 0 : chosen == 1 ? some : all;
}

/* Byte 9 has two bits each for roots, limits, policy and required checks. */
natt_options fuzz_options(natt_bytes *in)
{
    uint8_t chosen[FUZZ_SELECTOR];
    natt_options opt = NATT_OPTIONS_INIT;
    natt_document doc;
    fuzz_take(in, chosen, sizeof chosen);
    if (!natt_document_parse(&doc, *in, NULL))
        memset(&doc, 0, sizeof doc);
    choose_roots(&opt, chosen[9] & 3u);
    opt.kind = chosen[0] & TPM ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
    opt.flags = flags_of(chosen[0]);
    opt.policy = chosen[0] & POLICY ? fuzz_policy(chosen[9] >> 4 & 3u) : NULL;
    opt.limits = limits_of(chosen[0] & SMALL, chosen[9] >> 2 & 3u);
    opt.nonce_mode = chosen[0] & NONCE ? NATT_NONCE_EXACT : NATT_NONCE_NOT_USED;
    fuzz_choose_expectations(&opt, &doc, chosen[6], chosen[7]);
    choose_deny(&opt, &doc, chosen[8]);
    choose_time(&opt, chosen);
    opt.required_checks = required_of(&opt, chosen[9] >> 6);
    return opt;
}
