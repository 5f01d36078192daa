/* See certificates.h. */
#include "nsm/provision/certificates.h"

#include <stdlib.h>
#include <string.h>

#include <mbedtls/version.h>

#if MBEDTLS_VERSION_MAJOR < 3
#define max_path(crt) (crt)->max_pathlen
#else
#define max_path(crt) (crt)->MBEDTLS_PRIVATE(max_pathlen)
#endif

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

/* The first `word` from `at` on, or NULL. */
static const uint8_t *find(natt_bytes text, size_t at, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = at; text.len >= len && i <= text.len - len; i++)
        if (memcmp(text.ptr + i, word, len) == 0)
            return text.ptr + i;
    return NULL;
}

/* mbedTLS reads PEM up to a NUL. */
static bool parse_one(mbedtls_x509_crt *out, natt_bytes pem, natt_provision_error *err)
{
    uint8_t *text = malloc(pem.len + 1);
    if (text == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    memcpy(text, pem.ptr, pem.len);
    text[pem.len] = '\0';
    int result = mbedtls_x509_crt_parse(out, text, pem.len + 1);
    free(text);
    return result == 0 || natt_provision_fail(err, NATT_PROVISION_E_CERTIFICATE, "mbedTLS -0x%04x", (unsigned)-result);
}

/* The next certificate: *at moves behind it. False: there is none, or it does not end. */
static bool next_pem(natt_bytes *out, size_t *at, natt_bytes text)
{
    const uint8_t *begin = find(text, *at, BEGIN);
    const uint8_t *end = begin == NULL ? NULL : find(text, (size_t)(begin - text.ptr), END);
    if (end == NULL)
        return false;
    *out = (natt_bytes){begin, (size_t)(end - begin) + sizeof END - 1};
    *at = (size_t)(end - text.ptr) + sizeof END - 1;
    return true;
}

bool natt_certificates_parse(mbedtls_x509_crt *out, natt_bytes pem, natt_provision_error *err)
{
    size_t at = 0, count = 0;
    natt_bytes one;
    for (; next_pem(&one, &at, pem); count++) {
        if (count == NATT_CERTIFICATES_MAX)
            return natt_provision_fail(err, NATT_PROVISION_E_CERTIFICATE, "more than %d", NATT_CERTIFICATES_MAX);
        if (!parse_one(out, one, err))
            return natt_provision_in_certificate(err, count);
    }
    if (find(pem, at, BEGIN) != NULL) {
        (void)natt_provision_fail(err, NATT_PROVISION_E_CERTIFICATE, "%s is missing", END);
        return natt_provision_in_certificate(err, count);
    }
    return count > 0 || natt_provision_fail(err, NATT_PROVISION_E_CERTIFICATE, "there is no %s", BEGIN);
}

#define TIME_FLAGS ((uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE))

/* Signature, names and CA, whatever the algorithms: the clients that get the chain decide whether they are enough. */
static uint32_t flags_below(const mbedtls_x509_crt *certificate, mbedtls_x509_crt *issuers)
{
    static const mbedtls_x509_crt_profile any = {0x0FFFFFFF, 0x0FFFFFFF, 0x0FFFFFFF, 1024};
    mbedtls_x509_crt one = *certificate;
    uint32_t flags = 0;
    one.next = NULL;
    return mbedtls_x509_crt_verify_with_profile(&one, issuers, NULL, &any, NULL, &flags, NULL, NULL) == 0 ? 0 : flags;
}

/* A copy ends where the next issuer would follow: a certificate is verified by one issuer. */
static bool is_signed_by(const mbedtls_x509_crt *certificate, const mbedtls_x509_crt *issuer)
{
    mbedtls_x509_crt one = *issuer;
    one.next = NULL;
    return (flags_below(certificate, &one) & ~TIME_FLAGS) == 0;
}

static bool has_bad_time(const mbedtls_x509_crt *certificate)
{
    return mbedtls_x509_time_is_past(&certificate->valid_to) != 0 ||
           mbedtls_x509_time_is_future(&certificate->valid_from) != 0;
}

static bool is_name_of(const mbedtls_x509_buf *issuer, const mbedtls_x509_buf *subject)
{
    return issuer->len == subject->len && memcmp(issuer->p, subject->p, issuer->len) == 0;
}

static bool check_links(const mbedtls_x509_crt *chain, natt_provision_error *err)
{
    static const char other[] = "its issuer is not the certificate that follows",
                      same[] = "the certificate that follows has its issuer's name, but did not sign it, or is no CA";
    size_t place = 0;
    for (const mbedtls_x509_crt *c = chain; c->next != NULL; c = c->next, place++)
        if (!is_signed_by(c, c->next)) {
            bool named = is_name_of(&c->issuer_raw, &c->next->subject_raw);
            (void)natt_provision_fail(err, NATT_PROVISION_E_CHAIN, "%s", named ? same : other);
            return natt_provision_in_certificate(err, place);
        }
    return true;
}

/* pathLenConstraint: how many CAs may be between this one and the leaf [RFC5280 4.2.1.9]. mbedTLS adds one; 0 = any. */
static bool permits(const mbedtls_x509_crt *ca, size_t between)
{
    return max_path(ca) <= 0 || between < (size_t)max_path(ca);
}

/* CAs that issued themselves do not count. *between: those of the whole chain. */
static bool check_path_lengths(size_t *between, const mbedtls_x509_crt *chain, natt_provision_error *err)
{
    size_t place = 1;
    *between = 0;
    for (const mbedtls_x509_crt *c = chain->next; c != NULL; c = c->next, place++) {
        if (!permits(c, *between)) {
            (void)natt_provision_fail(err, NATT_PROVISION_E_CHAIN,
                                      "its pathLenConstraint permits %d CAs between it and the leaf, not %zu",
                                      max_path(c) - 1, *between);
            return natt_provision_in_certificate(err, place);
        }
        *between += is_name_of(&c->issuer_raw, &c->subject_raw) ? 0 : 1;
    }
    return true;
}

static bool is_same(const mbedtls_x509_crt *a, const mbedtls_x509_crt *b)
{
    return a->raw.len == b->raw.len && memcmp(a->raw.p, b->raw.p, a->raw.len) == 0;
}

static bool check_roots(const mbedtls_x509_crt *chain, const mbedtls_x509_crt *roots, size_t between,
                        natt_provision_error *err)
{
    static const char none[] = "it is none of the given roots, and no root has issued it",
                      longer[] = "the pathLenConstraint of the root that issued it permits fewer CAs";
    size_t place = 0;
    bool issued = false;
    const mbedtls_x509_crt *last = chain;
    for (; last->next != NULL; last = last->next)
        place++;
    for (const mbedtls_x509_crt *root = roots; root != NULL; root = root->next) {
        bool has_issued = !is_same(last, root) && is_signed_by(last, root);
        if (is_same(last, root) || (has_issued && permits(root, between)))
            return true;
        issued = issued || has_issued;
    }
    (void)natt_provision_fail(err, NATT_PROVISION_E_CHAIN, "%s", issued ? longer : none);
    return natt_provision_in_certificate(err, place);
}

/* By the public halves: mbedtls_pk_check_pair differs between 2.28 and 3. */
static bool is_pair(mbedtls_x509_crt *leaf, mbedtls_pk_context *key)
{
    uint8_t leaf_spki[2048], key_spki[2048];
    int a = mbedtls_pk_write_pubkey_der(&leaf->pk, leaf_spki, sizeof leaf_spki);
    int b = mbedtls_pk_write_pubkey_der(key, key_spki, sizeof key_spki);
    return a > 0 && a == b && memcmp(leaf_spki + sizeof leaf_spki - a, key_spki + sizeof key_spki - b, (size_t)a) == 0;
}

bool natt_certificates_check(mbedtls_x509_crt *chain, mbedtls_pk_context *key, mbedtls_x509_crt *roots, bool *expired,
                             natt_provision_error *err)
{
    *expired = false;
    for (const mbedtls_x509_crt *c = chain; c != NULL; c = c->next)
        *expired = *expired || has_bad_time(c);
    if (!is_pair(chain, key)) {
        (void)natt_provision_fail(err, NATT_PROVISION_E_MISMATCH, NULL);
        return natt_provision_in_certificate(err, 0);
    }
    size_t between;
    return check_links(chain, err) && check_path_lengths(&between, chain, err) &&
           (roots == NULL || check_roots(chain, roots, between, err));
}
