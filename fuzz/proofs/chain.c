/* Proved of natt_chain_check, for chains of 2 to 9 certificates and all options: true exactly if the first is a trusted
 * root and each meets every rule and time of RULES.md; the harness contains these rules a second time. Of
 * natt_chain_parse: true only if each certificate of a bundle of one or two and the leaf was parsed, in this order,
 * from its bytes, and its key is on the curve. Comparisons, roots, the deny list and the parser of certificates are
 * contracts. */
#include "verify/rules/chain.h"
#include "fuzz/proofs/any_input.h"
#include "nitro_attest/verify.h"
#include "verify/parse/document.h"
#include "verify/parse/reader.h"
#include "verify/parse/x509.h"
#include "verify/rules/deny_list.h"
#include "verify/rules/roots.h"

#define MAX_KEY   (2 * NATT_P384_LEN)
#define YEAR_1950 INT64_C(-631152000)
#define YEAR_9999 INT64_C(253402300799)

_Bool nondet_bool(void);
natt_options nondet_options(void);
natt_certificate nondet_certificate(void);
natt_crypto_answer nondet_answer(void);

/* A view of certificate i has length i: which of them are equal is a table. */
static uint8_t name_octet, tbs_octet;
static _Bool names_equal[NATT_MAX_CHAIN], tbs_equal[NATT_MAX_CHAIN][NATT_MAX_CHAIN];

static bool equal(natt_bytes a, natt_bytes b)
{
    if (a.ptr == &tbs_octet)
        return tbs_equal[b.len][a.len];
    __CPROVER_assert(a.ptr == &name_octet && b.len + 1 == a.len, "the name of the certificate before");
    return names_equal[a.len];
}

/* Keys differ in their last octet. */
#define natt_same(a, b, len) ((a)[(len)-1] == (b)[(len)-1])
#define natt_bytes_equal     equal
#undef NATT_KNOWN_KEYS
#define NATT_KNOWN_KEYS 4 /* of the 64 */
#include "verify/rules/chain.c"

static natt_document doc;
static natt_options opt;
static struct natt_chain chain;

/* ---- contracts ---- */

static _Bool root_found, denied[NATT_MAX_CHAIN];

bool natt_roots_find(const natt_options *o, natt_bytes certificate, size_t *index)
{
    __CPROVER_assert(o == &opt && certificate.ptr == chain.certs[0].raw.ptr, "the first certificate is looked for");
    *index = nondet_size();
    return root_found;
}

bool natt_deny_allows(const natt_certificate *cert, uint32_t item, size_t offset, const natt_options *o,
                      const struct natt_crypto *crypto, natt_error *err)
{
    (void)offset, (void)crypto;
    __CPROVER_assert(o == &opt && cert == &chain.certs[item], "each certificate is looked for");
    return !denied[item] || natt_fail_code(err, NATT_E_CHAIN_DENIED);
}

/* ---- the rules, written again ---- */

/* notBefore and notAfter are both inclusive, in seconds; leeways widen them. Compared within the first minutes of
 * 1970: products of larger numbers take CBMC hours. Larger times are tested. */
#define SPAN INT64_C(255)
static void compares_times(void)
{
    natt_certificate c = nondet_certificate();
    uint64_t at_ms = nondet_size(), leeway_ms = nondet_size();
    __CPROVER_assume(c.not_before >= 0 && c.not_before <= SPAN && c.not_after >= 0 && c.not_after <= SPAN);
    __CPROVER_assume(at_ms <= 2 * SPAN * 1000 && leeway_ms <= SPAN * 1000);
    __CPROVER_assert(begun(&c, at_ms, leeway_ms) == (at_ms + leeway_ms >= (uint32_t)c.not_before * 1000),
                     "begun at notBefore, less the leeway");
    __CPROVER_assert(unexpired(&c, at_ms, leeway_ms) == (at_ms < ((uint32_t)c.not_after + 1) * 1000 + leeway_ms),
                     "expired a second after notAfter, and the leeway");
}

static _Bool is_valid_at(const natt_certificate *c, uint64_t at_ms)
{
    return begun(c, at_ms, opt.not_before_leeway_ms) && unexpired(c, at_ms, opt.not_after_leeway_ms);
}

static _Bool is_issuer(const natt_certificate *c, size_t i)
{
    return c->ca && c->basic_constraints_critical && (c->key_usage & NATT_KU_KEY_CERT_SIGN) != 0 &&
           (!c->has_path_len || chain.count - 2 - i <= c->path_len);
}

static _Bool is_leaf(const natt_certificate *c)
{
    return (!c->has_basic_constraints || c->basic_constraints_empty) &&
           (c->key_usage & NATT_KU_DIGITAL_SIGNATURE) != 0 && (c->key_usage & NATT_KU_KEY_CERT_SIGN) == 0;
}

static _Bool is_right(size_t i)
{
    const natt_certificate *c = &chain.certs[i];
    _Bool twice = 0;
    for (size_t k = 0; k < NATT_MAX_CHAIN; k++)
        twice = twice || (k < i && tbs_equal[i][k]);
    return c->unknown_critical.ptr == NULL && (i + 1 == chain.count ? is_leaf(c) : is_issuer(c, i)) &&
           (i == 0 || names_equal[i]) && !twice && !denied[i] && is_valid_at(c, doc.timestamp_ms) &&
           (opt.time_mode == NATT_TIME_ARCHIVE || is_valid_at(c, opt.now_ms));
}

static void any_certificates(void)
{
    chain.count = nondet_size();
    __CPROVER_assume(chain.count >= 2 && chain.count <= NATT_MAX_CHAIN);
    chain.base = &name_octet;
    root_found = nondet_bool();
    for (size_t i = 0; i < NATT_MAX_CHAIN; i++) {
        natt_certificate *c = &chain.certs[i];
        *c = nondet_certificate();
        __CPROVER_assume(c->not_before >= YEAR_1950 && c->not_before <= YEAR_9999); /* x509_time.c */
        __CPROVER_assume(c->not_after >= YEAR_1950 && c->not_after <= YEAR_9999);
        c->raw = (natt_bytes){&name_octet, 1};
        c->issuer = c->subject = (natt_bytes){&name_octet, i};
        c->tbs = (natt_bytes){&tbs_octet, i};
        denied[i] = nondet_bool();
        names_equal[i] = nondet_bool();
        for (size_t k = 0; k < NATT_MAX_CHAIN; k++)
            tbs_equal[i][k] = nondet_bool();
    }
}

static void checks_any_chain(void)
{
    natt_error err = {NATT_OK, 0, 0, ""};
    const uint64_t hour = 3600 * UINT64_C(1000);
    any_certificates();
    opt = nondet_options();
    doc.timestamp_ms = nondet_size();
    __CPROVER_assume(opt.now_ms <= NATT_MAX_TIME_MS && doc.timestamp_ms <= NATT_MAX_TIME_MS); /* options.c */
    __CPROVER_assume(opt.not_before_leeway_ms <= hour && opt.not_after_leeway_ms <= hour);
    bool ok = natt_chain_check(&chain, &doc, &opt, NULL, &err), right = root_found;
    for (size_t i = 0; i < NATT_MAX_CHAIN; i++)
        right = right && (i >= chain.count || is_right(i));
    REACHABLE(ok && chain.count == NATT_MAX_CHAIN);
    REACHABLE(!ok);
    __CPROVER_assert(ok == right, "accepted exactly if root, rules, names, deny list and times are right");
    __CPROVER_assert(ok == (err.code == NATT_OK), "false has a code, true has none");
}

/* ---- parsing ---- */

static uint8_t bytes[NATT_MAX_CHAIN], keys[NATT_MAX_CHAIN][MAX_KEY], known_keys[NATT_KNOWN_KEYS][MAX_KEY];
static natt_crypto_answer curve[256]; /* of the key with this last octet */
#define BUNDLE 2                      /* certificates of a bundle, of at most 8 */
static size_t parsed;

struct natt_reader natt_der_reader(natt_bytes in, natt_error *err)
{
    return natt_reader_of(in, NATT_E_DER_TRUNCATED, NATT_E_DER_TRAILING, err);
}

bool natt_x509_parse(struct natt_reader *r, natt_certificate *out)
{
    size_t i = parsed++;
    __CPROVER_assert(out == &chain.certs[i] && i <= doc.cabundle_count, "one certificate after the other");
    const uint8_t *der = i < doc.cabundle_count ? doc.cabundle[i].ptr : doc.certificate.ptr;
    __CPROVER_assert(r->base == bytes && r->base + r->pos == der && r->end == r->pos + 1, "from its place");
    out->public_key = (natt_bytes){keys[i], MAX_KEY};
    return nondet_bool() || natt_fail_code(r->err, NATT_E_DER_TAG);
}

static natt_crypto_answer on_curve(const uint8_t *key)
{
    return curve[key[MAX_KEY - 1]];
}

static void parses_any_chain(void)
{
    static struct natt_known_keys known;
    struct natt_crypto crypto = {.on_curve = on_curve};
    natt_error err = {NATT_OK, 0, 0, ""};
    doc.raw = (natt_bytes){bytes, sizeof bytes};
    doc.cabundle_count = nondet_size();
    __CPROVER_assume(doc.cabundle_count >= 1 && doc.cabundle_count <= BUNDLE);
    for (size_t i = 0; i < NATT_MAX_CABUNDLE; i++)
        doc.cabundle[i] = (natt_bytes){&bytes[i], 1};
    doc.certificate = (natt_bytes){&bytes[NATT_MAX_CABUNDLE], 1};
    for (size_t i = 0; i < NATT_MAX_CHAIN; i++)
        keys[i][MAX_KEY - 1] = nondet_byte();
    __CPROVER_havoc_object(curve);
    for (size_t i = 0; i < NATT_KNOWN_KEYS; i++) {
        known_keys[i][MAX_KEY - 1] = nondet_byte();
        known.slots[i] = nondet_bool() ? known_keys[i] : NULL;
        __CPROVER_assume(known.slots[i] == NULL || curve[known_keys[i][MAX_KEY - 1]] == NATT_CRYPTO_VALID);
    }
    bool ok = natt_chain_parse(&chain, &doc, nondet_bool() ? &known : NULL, &crypto, &err);
    size_t i = nondet_size(), slot = nondet_size();
    __CPROVER_assume(i < NATT_MAX_CHAIN && slot < NATT_KNOWN_KEYS);
    REACHABLE(ok);
    __CPROVER_assert(ok == (err.code == NATT_OK), "false has a code, true has none");
    __CPROVER_assert(!ok || (chain.count == doc.cabundle_count + 1 && parsed == chain.count && chain.base == bytes),
                     "each certificate of the bundle, then the leaf, was parsed");
    __CPROVER_assert(!ok || i >= chain.count || curve[keys[i][MAX_KEY - 1]] == NATT_CRYPTO_VALID,
                     "each key is on the curve");
    __CPROVER_assert(known.slots[slot] == NULL || curve[known.slots[slot][MAX_KEY - 1]] == NATT_CRYPTO_VALID,
                     "known keys are on the curve");
}

int main(void)
{
    compares_times();
    checks_any_chain();
    parses_any_chain();
    return 0;
}
