/* See certificates.h. */
#include "nsm/provision/certificates.h"

#include <stdlib.h>
#include <string.h>

#include <mbedtls/error.h>

#include "nsm/provision/pem.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

#define MAX_NAME 80 /* of a subject in a message */

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
    size_t len = natt_pem_trim(text, pem.ptr, pem.len);
    text[len] = '\0';
    int result = mbedtls_x509_crt_parse(out, text, len + 1);
    free(text);
    if (result == 0)
        return true;
    char why[100] = "";
    mbedtls_strerror(result, why, sizeof why);
    return natt_provision_fail(err, NATT_PROVISION_E_CERTIFICATE, "it is damaged (mbedTLS -0x%04x: %s)",
                               (unsigned)-result, why);
}

/* The next certificate; *at moves to its end. False: there is no further one, or it is truncated. */
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

static char lower(uint8_t c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Ignores case. */
static bool has_word(natt_bytes text, size_t at, const char *word)
{
    size_t len = strlen(word);
    bool same = text.len >= len && at <= text.len - len;
    for (size_t i = 0; i < len && same; i++)
        same = lower(text.ptr[at + i]) == word[i];
    return same;
}

static bool line_has_word(natt_bytes text, size_t at, const char *word)
{
    for (; at < text.len && text.ptr[at] != '\n'; at++)
        if (has_word(text, at, word))
            return true;
    return false;
}

/* BEGIN, -begin, begin ... certificate: PEM of a different type, or a misspelt BEGIN line of a certificate. */
static bool begins_pem(natt_bytes text, size_t at)
{
    return has_word(text, at, "begin") &&
           (memcmp(text.ptr + at, "BEGIN", 5) == 0 || (at > 0 && text.ptr[at - 1] == '-') ||
            line_has_word(text, at, "certificate"));
}

/* Skips text around certificates, but refuses misspelt BEGIN lines, whose certificates the chain would lack. */
static bool check_between(natt_bytes text, size_t at, size_t end, natt_provision_error *err)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += text.ptr[i] == '\n' ? 1 : 0;
    for (; at < end; at++) {
        if (begins_pem(text, at))
            return natt_provision_fail(err, NATT_PROVISION_E_CERTIFICATE, "line %zu: expected %s", line, BEGIN);
        line += text.ptr[at] == '\n' ? 1 : 0;
    }
    return true;
}

static bool parse_next(mbedtls_x509_crt *out, natt_bytes one, natt_bytes pem, size_t from, size_t count,
                       natt_provision_error *err)
{
    if (!check_between(pem, from, (size_t)(one.ptr - pem.ptr), err))
        return false;
    if (count == NATT_CERTIFICATES_MAX)
        return natt_provision_fail(err, NATT_PROVISION_E_CERTIFICATE, "more than %d", NATT_CERTIFICATES_MAX);
    return parse_one(out, one, err) || natt_provision_in_certificate(err, count);
}

bool natt_certificates_parse(mbedtls_x509_crt *out, natt_bytes pem, natt_provision_error *err)
{
    size_t at = 0, from = 0, count = 0;
    natt_bytes one;
    for (; next_pem(&one, &at, pem); count++, from = at)
        if (!parse_next(out, one, pem, from, count, err))
            return false;
    if (find(pem, at, BEGIN) != NULL) {
        (void)natt_provision_fail(err, NATT_PROVISION_E_CERTIFICATE, "%s is missing", END);
        return natt_provision_in_certificate(err, count);
    }
    return check_between(pem, at, pem.len, err) &&
           (count > 0 || natt_provision_fail(err, NATT_PROVISION_E_CERTIFICATE, "there is no %s", BEGIN));
}

#define TIME_FLAGS ((uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE))

/* Certificates of version 1 have no CA flag, so they are refused; mbedTLS accepts them as anchors. */
static int refuse_old_issuers(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    (void)context;
    if (depth > 0 && certificate->version != 3)
        *flags |= MBEDTLS_X509_BADCERT_OTHER;
    return 0;
}

/*
 * Verifies the path from the first of `chain` to one of the anchors: signatures, names, CA, key usage and path lengths
 * [RFC5280 6.1], but not times. Accepts all algorithms; TLS clients decide whether they are strong enough.
 */
static bool leads_to(const mbedtls_x509_crt *chain, const mbedtls_x509_crt *anchors)
{
    static const mbedtls_x509_crt_profile any = {0x0FFFFFFF, 0x0FFFFFFF, 0x0FFFFFFF, 1024};
    mbedtls_x509_crt first = *chain, anchor = *anchors;
    uint32_t flags = 0;
    return mbedtls_x509_crt_verify_with_profile(&first, &anchor, NULL, &any, NULL, &flags, refuse_old_issuers, NULL) ==
               0 ||
           (flags & ~TIME_FLAGS) == 0;
}

/* Copies without their successors, to verify a certificate with one issuer. */
static bool is_signed_by(const mbedtls_x509_crt *certificate, const mbedtls_x509_crt *issuer)
{
    mbedtls_x509_crt one = *certificate, other = *issuer;
    one.next = other.next = NULL;
    return leads_to(&one, &other);
}

static const char *name_of(char out[MAX_NAME], const mbedtls_x509_name *name)
{
    if (mbedtls_x509_dn_gets(out, MAX_NAME, name) < 0)
        (void)strcpy(out, "a long name");
    return out;
}

static bool fail_at(const mbedtls_x509_crt *certificate, size_t place, const char *why, natt_provision_error *err)
{
    char subject[MAX_NAME];
    (void)natt_provision_fail(err, NATT_PROVISION_E_CHAIN, "%s (%s)", why, name_of(subject, &certificate->subject));
    return natt_provision_in_certificate(err, place);
}

static bool fail_at_root(const mbedtls_x509_crt *certificate, size_t place, natt_provision_error *err)
{
    char subject[MAX_NAME], issuer[MAX_NAME];
    (void)natt_provision_fail(err, NATT_PROVISION_E_ROOTS, "none of them has issued %s, whose issuer is %s",
                              name_of(subject, &certificate->subject), name_of(issuer, &certificate->issuer));
    return natt_provision_in_certificate(err, place);
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
                      same[] =
                          "the certificate that follows has its issuer's name, but did not sign it, or is not a CA";
    size_t place = 0;
    for (const mbedtls_x509_crt *c = chain; c->next != NULL; c = c->next, place++)
        if (!is_signed_by(c, c->next)) {
            const bool named = is_name_of(&c->issuer_raw, &c->next->subject_raw);
            return fail_at(c, place, named ? same : other, err);
        }
    return true;
}

static const mbedtls_x509_crt *at_place(const mbedtls_x509_crt *chain, size_t place)
{
    for (; place > 0; place--)
        chain = chain->next;
    return chain;
}

static bool is_same(const mbedtls_x509_crt *a, const mbedtls_x509_crt *b)
{
    return a->raw.len == b->raw.len && memcmp(a->raw.p, b->raw.p, a->raw.len) == 0;
}

static bool is_one_of(const mbedtls_x509_crt *certificate, const mbedtls_x509_crt *list)
{
    for (; list != NULL; list = list->next)
        if (is_same(certificate, list))
            return true;
    return false;
}

static bool is_below(const mbedtls_x509_crt *certificate, const mbedtls_x509_crt *anchors)
{
    return is_one_of(certificate, anchors) || leads_to(certificate, anchors);
}

/* Checks from the top, to find the first fault. Each link is valid, so a fault below the top is a path length. */
static bool fail_path(const mbedtls_x509_crt *chain, size_t count, const mbedtls_x509_crt *anchors,
                      natt_provision_error *err)
{
    static const char length[] = "more CAs are below its issuers than their path length constraints allow";
    size_t place = count;
    while (place > 0 && is_below(at_place(chain, place - 1), anchors))
        place--;
    place -= place > 0 ? 1 : 0;
    const mbedtls_x509_crt *broken = at_place(chain, place);
    return broken->next == NULL ? fail_at_root(broken, place, err) : fail_at(broken, place, length, err);
}

/* Verifies once from the leaf, with the others untrusted. Without roots, the last certificate is the anchor, which is
 * not verified. */
static bool check_path(const mbedtls_x509_crt *chain, const mbedtls_x509_crt *roots, natt_provision_error *err)
{
    const mbedtls_x509_crt *last = chain;
    size_t count = roots == NULL ? 0 : 1;
    for (; last->next != NULL; last = last->next)
        count++;
    const mbedtls_x509_crt *anchors = roots == NULL ? last : roots;
    return count == 0 || is_below(chain, anchors) || fail_path(chain, count, anchors, err);
}

/* Compares the public halves; mbedtls_pk_check_pair differs between 2.28 and 3. */
static bool is_pair(mbedtls_x509_crt *leaf, mbedtls_pk_context *key)
{
    uint8_t leaf_spki[2048], key_spki[2048];
    int a = mbedtls_pk_write_pubkey_der(&leaf->pk, leaf_spki, sizeof leaf_spki);
    int b = mbedtls_pk_write_pubkey_der(key, key_spki, sizeof key_spki);
    return a > 0 && a == b && memcmp(leaf_spki + sizeof leaf_spki - a, key_spki + sizeof key_spki - b, (size_t)a) == 0;
}

static bool fail_pair(mbedtls_x509_crt *chain, mbedtls_pk_context *key, natt_provision_error *err)
{
    size_t place = 0;
    mbedtls_x509_crt *c = chain;
    for (; c != NULL && !is_pair(c, key); c = c->next)
        place++;
    if (c == NULL)
        (void)natt_provision_fail(err, NATT_PROVISION_E_MISMATCH, NULL);
    else
        (void)natt_provision_fail(err, NATT_PROVISION_E_MISMATCH, "certificate %zu does: put the leaf first", place);
    return natt_provision_in_certificate(err, 0);
}

bool natt_certificates_check(mbedtls_x509_crt *chain, mbedtls_pk_context *key, mbedtls_x509_crt *roots, bool *expired,
                             natt_provision_error *err)
{
    *expired = false;
    for (const mbedtls_x509_crt *c = chain; c != NULL; c = c->next)
        *expired = *expired || has_bad_time(c);
    if (!is_pair(chain, key))
        return fail_pair(chain, key, err);
    return check_links(chain, err) && check_path(chain, roots, err);
}
