/*
 * Chain rules. The order is fixed, [root, i1 .. iN, leaf]; no path is searched.
 * Sources: AWS attestation_process.md 3.2.3; RFC 5280 4.2.1.3, 4.2.1.9, 6.1.
 */
#include "verify/rules/chain.h"
#include "verify/parse/x509.h"
#include "verify/rules/deny_list.h"
#include "verify/rules/roots.h"

#include <string.h>

/* The data of one certificate that the checks use. */
struct link {
    const natt_certificate *cert;
    const natt_certificate *issuer; /* NULL for the root */
    uint32_t index;                 /* 0 = root */
    uint32_t cas_below;             /* CAs between this certificate and the leaf */
    size_t offset;                  /* of the certificate in the document */
    natt_error *err;
};

static bool refuse(const struct link *l, natt_code code)
{
    return natt_fail(l->err, code, l->index, l->offset);
}

/* The slot of this key, or a spare slot if there is no `known`. */
static const uint8_t **slot_of(struct natt_known_keys *known, const uint8_t **spare, natt_bytes key)
{
    *spare = NULL;
    return known != NULL ? &known->slots[key.ptr[key.len - 1] % NATT_KNOWN_KEYS] : spare;
}

/* R-X509-10: x, y below p and on the curve, before any arithmetic with them. [SEC1 3.2.2.1] */
static bool check_on_curve(const struct natt_chain *chain, const natt_certificate *cert, struct natt_known_keys *known,
                           const struct natt_crypto *crypto, natt_error *err)
{
    const uint8_t *spare, **slot = slot_of(known, &spare, cert->public_key);
    if (*slot != NULL && natt_same(*slot, cert->public_key.ptr, cert->public_key.len))
        return true;
    natt_crypto_answer answer = crypto->on_curve(cert->public_key.ptr);
    if (answer == NATT_CRYPTO_VALID) {
        *slot = cert->public_key.ptr;
        return true;
    }
    natt_code code = answer == NATT_CRYPTO_INVALID ? NATT_E_X509_POINT_NOT_ON_CURVE : NATT_E_INTERNAL_CRYPTO;
    return natt_fail(err, code, (uint32_t)chain->count, natt_offset_of(chain->base, cert->public_key));
}

static bool parse_one(struct natt_chain *chain, natt_bytes der, struct natt_known_keys *known,
                      const struct natt_crypto *crypto, natt_error *err)
{
    struct natt_reader document = natt_der_reader((natt_bytes){chain->base, 0}, err);
    struct natt_reader r = natt_reader_inside(&document, der);
    natt_certificate *cert = &chain->certs[chain->count];
    r.item = (uint32_t)chain->count;
    memset(cert, 0, sizeof *cert);
    if (!natt_x509_parse(&r, cert) || !check_on_curve(chain, cert, known, crypto, err))
        return false;
    chain->count++;
    return true;
}

bool natt_chain_parse(struct natt_chain *out, const natt_document *doc, struct natt_known_keys *known,
                      const struct natt_crypto *crypto, natt_error *err)
{
    out->base = doc->raw.ptr;
    out->count = 0;
    for (size_t i = 0; i < doc->cabundle_count; i++)
        if (!parse_one(out, doc->cabundle[i], known, crypto, err))
            return false;
    return parse_one(out, doc->certificate, known, crypto, err);
}

/* R-CHAIN-01: the first certificate of the bundle equals, byte for byte, a trusted root. */
static bool check_root(const struct link *l, const natt_options *opt, size_t *root_index)
{
    return natt_roots_find(opt, l->cert->raw, root_index) || refuse(l, NATT_E_CHAIN_ROOT);
}

/* R-CHAIN-02: no unknown extension that must be processed: any critical one, and limits of a CA. [RFC5280
 * 4.2] */
static bool check_critical(const struct link *l)
{
    return l->cert->unknown_critical.ptr == NULL || refuse(l, NATT_E_CHAIN_CRITICAL);
}

/* R-CHAIN-03: an issuer is a CA. [RFC5280 4.2.1.9] */
static bool check_ca(const struct link *l)
{
    return l->cert->ca || refuse(l, NATT_E_CHAIN_NOT_CA);
}

/* R-CHAIN-04: its basicConstraints is critical. [RFC5280 4.2.1.9] */
static bool check_ca_critical(const struct link *l)
{
    return l->cert->basic_constraints_critical || refuse(l, NATT_E_CHAIN_CA_NOT_CRITICAL);
}

/* R-CHAIN-05: its key may sign certificates. [RFC5280 4.2.1.3] */
static bool check_ca_key_usage(const struct link *l)
{
    return (l->cert->key_usage & NATT_KU_KEY_CERT_SIGN) != 0 || refuse(l, NATT_E_CHAIN_CA_KEY_USAGE);
}

/* R-CHAIN-06: at most as many CAs follow as it allows, including self-issued ones. [RFC5280 4.2.1.9] */
static bool check_path_len(const struct link *l)
{
    return !l->cert->has_path_len || l->cas_below <= l->cert->path_len || refuse(l, NATT_E_CHAIN_PATH_LENGTH);
}

/* R-CHAIN-07: the leaf is not a CA, and has no path length. [NE 3.2.3.2] */
static bool check_leaf_constraints(const struct link *l)
{
    return !l->cert->has_basic_constraints || l->cert->basic_constraints_empty ||
           refuse(l, NATT_E_CHAIN_LEAF_CONSTRAINTS);
}

/* R-CHAIN-08: the leaf's key may sign documents. [NE 3.2.3.2] */
static bool check_leaf_digital_signature(const struct link *l)
{
    return (l->cert->key_usage & NATT_KU_DIGITAL_SIGNATURE) != 0 || refuse(l, NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE);
}

/* R-CHAIN-09: and no certificates. [RFC5280 4.2.1.9: keyCertSign asserted only with cA] */
static bool check_leaf_cert_sign(const struct link *l)
{
    return (l->cert->key_usage & NATT_KU_KEY_CERT_SIGN) == 0 || refuse(l, NATT_E_CHAIN_LEAF_CERT_SIGN);
}

/* R-CHAIN-10: issued by the certificate before it; names byte-equal, as all genuine ones are. [RFC5280 6.1.3 (a)(4)] */
static bool check_name(const struct link *l)
{
    return l->issuer == NULL || natt_bytes_equal(l->cert->issuer, l->issuer->subject) || refuse(l, NATT_E_CHAIN_NAME);
}

/* R-CHAIN-13: no certificate twice; its twin with n - s has the same signed part. [RFC5280 6.1] */
static bool check_new(const struct link *l, const struct natt_chain *chain)
{
    for (uint32_t i = 0; i < l->index; i++)
        if (natt_bytes_equal(chain->certs[i].tbs, l->cert->tbs))
            return refuse(l, NATT_E_CHAIN_DUPLICATE);
    return true;
}

static bool check_role(const struct link *l, bool leaf)
{
    if (leaf)
        return check_leaf_constraints(l) && check_leaf_digital_signature(l) && check_leaf_cert_sign(l);
    return check_ca(l) && check_ca_critical(l) && check_ca_key_usage(l) && check_path_len(l);
}

/* notBefore * 1000 - leeway <= t. Times and leeways are far below the limits of int64. */
static bool begun(const natt_certificate *cert, uint64_t t_ms, uint64_t leeway_ms)
{
    return cert->not_before * 1000 - (int64_t)leeway_ms <= (int64_t)t_ms;
}

/* t < (notAfter + 1) * 1000 + leeway: the whole last second is valid. */
static bool unexpired(const natt_certificate *cert, uint64_t t_ms, uint64_t leeway_ms)
{
    return (int64_t)t_ms < (cert->not_after + 1) * 1000 + (int64_t)leeway_ms;
}

/* R-TIME-01, R-TIME-02: valid at the caller's now. [RFC5280 6.1.3 (a)(2)] */
static bool check_now(const struct link *l, const natt_options *opt)
{
    if (opt->time_mode == NATT_TIME_ARCHIVE)
        return true;
    if (!begun(l->cert, opt->now_ms, opt->not_before_leeway_ms))
        return refuse(l, NATT_E_TIME_NOT_YET_VALID);
    return unexpired(l->cert, opt->now_ms, opt->not_after_leeway_ms) || refuse(l, NATT_E_TIME_EXPIRED);
}

/* R-TIME-03, R-TIME-04: valid at the document's timestamp, in both modes. */
static bool check_timestamp(const struct link *l, uint64_t timestamp_ms, const natt_options *opt)
{
    if (!begun(l->cert, timestamp_ms, opt->not_before_leeway_ms))
        return refuse(l, NATT_E_TIME_TIMESTAMP_EARLY);
    return unexpired(l->cert, timestamp_ms, opt->not_after_leeway_ms) || refuse(l, NATT_E_TIME_TIMESTAMP_LATE);
}

static struct link link_of(const struct natt_chain *chain, size_t i, natt_error *err)
{
    const natt_certificate *cert = &chain->certs[i];
    return (struct link){
        .cert = cert,
        .issuer = i > 0 ? &chain->certs[i - 1] : NULL,
        .index = (uint32_t)i,
        .cas_below = i + 2 <= chain->count ? (uint32_t)(chain->count - 2 - i) : 0,
        .offset = natt_offset_of(chain->base, cert->raw),
        .err = err,
    };
}

static bool check_one(const struct link *l, const struct natt_chain *chain, const natt_document *doc,
                      const natt_options *opt, const struct natt_crypto *crypto)
{
    bool leaf = l->index + 1 == chain->count;
    return check_critical(l) && check_role(l, leaf) && check_name(l) && check_new(l, chain) &&
           natt_deny_allows(l->cert, l->index, l->offset, opt, crypto, l->err) && check_now(l, opt) &&
           check_timestamp(l, doc->timestamp_ms, opt);
}

bool natt_chain_check(struct natt_chain *chain, const natt_document *doc, const natt_options *opt,
                      const struct natt_crypto *crypto, natt_error *err)
{
    struct link root = link_of(chain, 0, err);
    if (!check_root(&root, opt, &chain->root_index))
        return false;
    for (size_t i = 0; i < chain->count; i++) {
        struct link l = link_of(chain, i, err);
        if (!check_one(&l, chain, doc, opt, crypto))
            return false;
    }
    return true;
}

int64_t natt_chain_earliest_expiry(const struct natt_chain *chain)
{
    int64_t earliest = chain->certs[0].not_after;
    for (size_t i = 1; i < chain->count; i++)
        if (chain->certs[i].not_after < earliest)
            earliest = chain->certs[i].not_after;
    return earliest;
}
