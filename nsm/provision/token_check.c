/*
 * Checks that a key in a token is the expected one and signs: the module signs random bytes, and mbedTLS verifies the
 * signature with the public half. Modules accept numbers that they cannot compute with, and anyone with the PIN can
 * replace objects.
 */
#include <string.h>
#include <sys/random.h>

#include <mbedtls/asn1write.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>

#include "nsm/provision/pkcs11.h"

#define DIGEST      32   /* bytes of SHA-256 */
#define MAX_MODULUS 1024 /* bytes, of RSA 8192 */
#define MAX_WANTED  6

/* The attributes to search for, and the numbers that they point to. */
struct wanted {
    CK_ATTRIBUTE list[MAX_WANTED];
    CK_ULONG count;
    CK_OBJECT_CLASS class;
    uint8_t id, number[MAX_MODULUS], exponent[MAX_MODULUS];
};

static bool fail(natt_provision_error *err, const char *why)
{
    return natt_provision_fail(err, NATT_PROVISION_E_OBJECTS, "%s", why);
}

static void want(struct wanted *w, CK_ATTRIBUTE_TYPE type, const void *value, size_t len)
{
    w->list[w->count++] = (CK_ATTRIBUTE){type, (void *)(uintptr_t)value, (CK_ULONG)len};
}

static void want_object(struct wanted *w, CK_OBJECT_CLASS class, const natt_token_key *key)
{
    w->count = 0;
    w->class = class;
    w->id = (uint8_t)key->id;
    want(w, CKA_CLASS, &w->class, sizeof w->class);
    want(w, CKA_ID, &w->id, sizeof w->id);
}

/* Requires exactly one; otherwise reports `why`. */
static bool find_one(natt_pkcs11 *module, CK_SESSION_HANDLE session, struct wanted *w, CK_OBJECT_HANDLE *out,
                     const char *why, natt_provision_error *err)
{
    CK_OBJECT_HANDLE found[2];
    CK_ULONG count;
    if (!natt_pkcs11_search(module, session, w->list, w->count, found, 2, &count, err))
        return false;
    *out = count > 0 ? found[0] : CK_INVALID_HANDLE;
    return count == 1 || fail(err, why);
}

/* ---- public numbers ---- */

static bool write_number(struct wanted *w, CK_ATTRIBUTE_TYPE type, uint8_t out[MAX_MODULUS], const mbedtls_mpi *x)
{
    size_t len = mbedtls_mpi_size(x);
    if (len > MAX_MODULUS || mbedtls_mpi_write_binary(x, out, len) != 0)
        return false;
    want(w, type, out, len);
    return true;
}

static bool want_rsa(struct wanted *w, const mbedtls_rsa_context *rsa)
{
    mbedtls_mpi n, e;
    mbedtls_mpi_init(&n);
    mbedtls_mpi_init(&e);
    bool done = mbedtls_rsa_export(rsa, &n, NULL, NULL, NULL, &e) == 0 && write_number(w, CKA_MODULUS, w->number, &n) &&
                write_number(w, CKA_PUBLIC_EXPONENT, w->exponent, &e);
    mbedtls_mpi_free(&n);
    mbedtls_mpi_free(&e);
    return done;
}

static bool want_numbers(struct wanted *w, const natt_token_key *key, natt_provision_error *err)
{
    bool done;
    if (mbedtls_pk_get_type(key->key) == MBEDTLS_PK_RSA)
        done = want_rsa(w, mbedtls_pk_rsa(*key->key));
    else {
        size_t len = natt_token_ec_point(w->number, key->key);
        done = len > 0;
        want(w, CKA_EC_POINT, w->number, len);
    }
    return done || natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
}

/* ---- signatures ---- */

struct signature {
    uint8_t bytes[MAX_MODULUS];
    size_t len;
};

/* DigestInfo of SHA-256 [RFC8017 9.2 note 1], then the digest: the input that CKM_RSA_PKCS pads. */
static const uint8_t digest_info[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                      0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

static bool sign(natt_pkcs11 *module, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, bool rsa,
                 const uint8_t digest[DIGEST], struct signature *out, natt_provision_error *err)
{
    CK_MECHANISM mechanism = {rsa ? CKM_RSA_PKCS : CKM_ECDSA, NULL, 0};
    uint8_t text[sizeof digest_info + DIGEST];
    CK_ULONG len = sizeof out->bytes;
    memcpy(text, digest_info, sizeof digest_info);
    memcpy(text + sizeof digest_info, digest, DIGEST);
    CK_RV result = module->f->C_SignInit(session, &mechanism, object);
    if (result == CKR_OK)
        result = module->f->C_Sign(session, rsa ? text : text + sizeof digest_info, rsa ? sizeof text : DIGEST,
                                   out->bytes, &len);
    out->len = len;
    if (result == CKR_OK)
        return len <= sizeof out->bytes || fail(err, "its signature is too long");
    (void)fail(err, "the module does not sign with it");
    if (err != NULL)
        err->ckr = result;
    return false;
}

static int write_integer(unsigned char **at, unsigned char *begin, const uint8_t *bytes, size_t len)
{
    mbedtls_mpi x;
    mbedtls_mpi_init(&x);
    int result = mbedtls_mpi_read_binary(&x, bytes, len);
    if (result == 0)
        result = mbedtls_asn1_write_mpi(at, begin, &x);
    mbedtls_mpi_free(&x);
    return result;
}

/* PKCS #11 has r and s of the same length; mbedTLS requires SEQUENCE { r, s } [RFC3279 2.2.3]. */
static bool encode(struct signature *s)
{
    uint8_t der[160];
    unsigned char *at = der + sizeof der;
    if (s->len == 0 || s->len % 2 != 0 || s->len > 132) /* of P-521 */
        return false;
    int s_len = write_integer(&at, der, s->bytes + s->len / 2, s->len / 2);
    int r_len = s_len < 0 ? s_len : write_integer(&at, der, s->bytes, s->len / 2);
    if (r_len < 0 || mbedtls_asn1_write_len(&at, der, (size_t)(r_len + s_len)) < 0 ||
        mbedtls_asn1_write_tag(&at, der, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) < 0)
        return false;
    s->len = (size_t)(der + sizeof der - at);
    memcpy(s->bytes, at, s->len);
    return true;
}

static bool check_signature(natt_pkcs11 *module, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                            const natt_token_key *key, natt_provision_error *err)
{
    bool rsa = mbedtls_pk_get_type(key->key) == MBEDTLS_PK_RSA;
    struct signature s;
    uint8_t digest[DIGEST];
    if (getrandom(digest, sizeof digest, 0) != (ssize_t)sizeof digest)
        return natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "no random numbers");
    if (!sign(module, session, object, rsa, digest, &s, err))
        return false;
    bool good = (rsa || encode(&s)) &&
                mbedtls_pk_verify(key->key, MBEDTLS_MD_SHA256, digest, sizeof digest, s.bytes, s.len) == 0;
    return good || fail(err, "its signature is not valid for this key");
}

/* ---- the whole check ---- */

static bool check_leaf(natt_pkcs11 *module, CK_SESSION_HANDLE session, const natt_token_key *key,
                       natt_provision_error *err)
{
    CK_OBJECT_HANDLE object;
    struct wanted w;
    if (key->chain == NULL)
        return true;
    want_object(&w, CKO_CERTIFICATE, key);
    want(&w, CKA_VALUE, key->chain->raw.p, key->chain->raw.len);
    return find_one(module, session, &w, &object, "its leaf certificate is missing", err);
}

static bool check_public(natt_pkcs11 *module, CK_SESSION_HANDLE session, const natt_token_key *key,
                         natt_provision_error *err)
{
    CK_OBJECT_HANDLE object;
    struct wanted w;
    want_object(&w, CKO_PUBLIC_KEY, key);
    if (!find_one(module, session, &w, &object, "its id does not have exactly one public key", err))
        return false;
    want(&w, CKA_LABEL, key->label, strlen(key->label));
    return want_numbers(&w, key, err) &&
           find_one(module, session, &w, &object, "the public key of its id is a different one", err);
}

bool natt_token_check_key(natt_pkcs11 *module, CK_SESSION_HANDLE session, const natt_token_key *key,
                          natt_provision_error *err)
{
    CK_OBJECT_HANDLE object;
    struct wanted w;
    want_object(&w, CKO_PRIVATE_KEY, key);
    if (!find_one(module, session, &w, &object, "its id does not have exactly one private key", err))
        return false;
    want(&w, CKA_LABEL, key->label, strlen(key->label));
    return find_one(module, session, &w, &object, "the private key of its id has a different label", err) &&
           check_signature(module, session, object, key, err) && check_public(module, session, key, err) &&
           check_leaf(module, session, key, err);
}
