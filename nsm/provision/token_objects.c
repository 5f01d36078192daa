/*
 * The PKCS #11 objects of a key and of its certificates. Private numbers pass through locked pages, which are wiped.
 * The module stores its copies: SoftHSM masks them in memory, and encrypts them on disk under the PIN.
 */
#include <stdio.h>
#include <string.h>

#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>

#include "nsm/provision/pkcs11.h"
#include "nsm/recipient/secret.h"

#if MBEDTLS_VERSION_MAJOR < 3
#define group_of(pk) mbedtls_pk_ec(*(pk))->grp.id
static int write_scalar(mbedtls_ecp_keypair *ec, uint8_t *out, size_t len)
{
    return mbedtls_ecp_write_key(ec, out, len);
}
#else
#define group_of(pk) mbedtls_ecp_keypair_get_group_id(mbedtls_pk_ec(*(pk)))
static int write_scalar(const mbedtls_ecp_keypair *ec, uint8_t *out, size_t len)
{
    size_t written;
    return mbedtls_ecp_write_key_ext(ec, &written, out, len);
}
#endif

#define MAX_NUMBER     1024 /* bytes of the modulus of RSA 8192 */
#define MAX_ATTRIBUTES 24

struct number {
    uint8_t bytes[MAX_NUMBER];
    size_t len;
};

struct numbers {
    struct number n, e, d, p, q, dp, dq, qp; /* of RSA */
    struct number value, point;              /* of EC: the private number, the public point as an OCTET STRING */
};

struct attributes {
    CK_ATTRIBUTE list[MAX_ATTRIBUTES];
    CK_ULONG count;
};

static void add(struct attributes *a, CK_ATTRIBUTE_TYPE type, const void *value, size_t len)
{
    a->list[a->count++] = (CK_ATTRIBUTE){type, (void *)(uintptr_t)value, (CK_ULONG)len};
}

static void add_bool(struct attributes *a, CK_ATTRIBUTE_TYPE type, bool value)
{
    static const CK_BBOOL no = CK_FALSE, yes = CK_TRUE;
    add(a, type, value ? &yes : &no, sizeof yes);
}

static void add_number(struct attributes *a, CK_ATTRIBUTE_TYPE type, const struct number *n)
{
    add(a, type, n->bytes, n->len);
}

/* Attributes of every object of a key. */
static void add_common(struct attributes *a, const CK_OBJECT_CLASS *class, const uint8_t *id, const char *label)
{
    a->count = 0;
    add(a, CKA_CLASS, class, sizeof *class);
    add_bool(a, CKA_TOKEN, true);
    add_bool(a, CKA_MODIFIABLE, false);
    add(a, CKA_ID, id, 1);
    add(a, CKA_LABEL, label, strlen(label));
}

static bool create(natt_pkcs11 *module, CK_SESSION_HANDLE session, struct attributes *a, natt_provision_error *err)
{
    CK_OBJECT_HANDLE object;
    return natt_pkcs11_ok(module->f->C_CreateObject(session, a->list, a->count, &object), "C_CreateObject", err);
}

static bool export_mpi(struct number *out, const mbedtls_mpi *x)
{
    out->len = mbedtls_mpi_size(x);
    return out->len <= sizeof out->bytes && mbedtls_mpi_write_binary(x, out->bytes, out->len) == 0;
}

#define RSA_NUMBERS 8

/* Without leading zeros: primes may differ in length. */
static bool export_rsa(struct numbers *out, mbedtls_rsa_context *rsa)
{
    struct number *to[RSA_NUMBERS] = {&out->n, &out->p, &out->q, &out->d, &out->e, &out->dp, &out->dq, &out->qp};
    mbedtls_mpi x[RSA_NUMBERS];
    for (size_t i = 0; i < RSA_NUMBERS; i++)
        mbedtls_mpi_init(&x[i]);
    bool done = mbedtls_rsa_export(rsa, &x[0], &x[1], &x[2], &x[3], &x[4]) == 0 &&
                mbedtls_rsa_export_crt(rsa, &x[5], &x[6], &x[7]) == 0;
    for (size_t i = 0; i < RSA_NUMBERS; i++) {
        done = done && export_mpi(to[i], &x[i]);
        mbedtls_mpi_free(&x[i]); /* wipes it */
    }
    return done;
}

/* mbedTLS writes the point before `at`. The longest, of P-521, has 133 bytes. */
size_t natt_token_ec_point(uint8_t out[NATT_TOKEN_MAX_POINT], mbedtls_pk_context *key)
{
    uint8_t text[256];
    unsigned char *at = text + sizeof text;
    int len = mbedtls_pk_write_pubkey(&at, text, key);
    if (len <= 0 || len > 133)
        return 0;
    size_t head = len < 128 ? 2 : 3;
    memcpy(out, (const uint8_t[]){0x04, 0x81, (uint8_t)len}, 3);
    if (len < 128)
        out[1] = (uint8_t)len;
    memcpy(out + head, at, (size_t)len);
    return head + (size_t)len;
}

static bool export_ec(struct numbers *out, mbedtls_pk_context *key)
{
    out->value.len = (mbedtls_pk_get_bitlen(key) + 7) / 8;
    out->point.len = natt_token_ec_point(out->point.bytes, key);
    return out->point.len > 0 && write_scalar(mbedtls_pk_ec(*key), out->value.bytes, out->value.len) == 0;
}

static natt_bytes curve_of(const mbedtls_pk_context *key)
{
    static const uint8_t p256[] = {0x06, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7},
                         p384[] = {0x06, 5, 0x2B, 0x81, 4, 0, 34},
                         p521[] = {0x06, 5, 0x2B, 0x81, 4, 0, 35}; /* [RFC5480 2.1.1.1] */
    mbedtls_ecp_group_id group = group_of(key);
    if (group == MBEDTLS_ECP_DP_SECP256R1)
        return (natt_bytes){p256, sizeof p256};
    return group == MBEDTLS_ECP_DP_SECP384R1 ? (natt_bytes){p384, sizeof p384} : (natt_bytes){p521, sizeof p521};
}

static void add_private_numbers(struct attributes *a, const struct numbers *n, bool rsa, natt_bytes curve)
{
    if (!rsa) {
        add(a, CKA_EC_PARAMS, curve.ptr, curve.len);
        add_number(a, CKA_VALUE, &n->value);
        return;
    }
    add_number(a, CKA_MODULUS, &n->n);
    add_number(a, CKA_PUBLIC_EXPONENT, &n->e);
    add_number(a, CKA_PRIVATE_EXPONENT, &n->d);
    add_number(a, CKA_PRIME_1, &n->p);
    add_number(a, CKA_PRIME_2, &n->q);
    add_number(a, CKA_EXPONENT_1, &n->dp);
    add_number(a, CKA_EXPONENT_2, &n->dq);
    add_number(a, CKA_COEFFICIENT, &n->qp);
}

static void add_public_numbers(struct attributes *a, const struct numbers *n, bool rsa, natt_bytes curve)
{
    if (rsa) {
        add_number(a, CKA_MODULUS, &n->n);
        add_number(a, CKA_PUBLIC_EXPONENT, &n->e);
    } else {
        add(a, CKA_EC_PARAMS, curve.ptr, curve.len);
        add_number(a, CKA_EC_POINT, &n->point);
    }
}

/* Numbers of both halves of a pair. */
struct pair {
    const natt_token_key *key;
    const struct numbers *numbers;
    natt_bytes curve; /* of EC */
    bool rsa;
    CK_KEY_TYPE type;
    uint8_t id;
};

/* Not copyable: a copy in a session would outlive the token, and could sign after expiry and removal. */
static bool write_private(natt_pkcs11 *module, CK_SESSION_HANDLE session, const struct pair *pair,
                          natt_provision_error *err)
{
    static const CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    static const CK_ATTRIBUTE_TYPE unwanted[] = {CKA_COPYABLE, CKA_EXTRACTABLE, CKA_SIGN_RECOVER, CKA_UNWRAP,
                                                 CKA_DERIVE};
    struct attributes a;
    add_common(&a, &class, &pair->id, pair->key->label);
    add(&a, CKA_KEY_TYPE, &pair->type, sizeof pair->type);
    add_bool(&a, CKA_PRIVATE, true);
    add_bool(&a, CKA_SENSITIVE, true);
    add_bool(&a, CKA_SIGN, true);
    add_bool(&a, CKA_DECRYPT, pair->rsa);
    for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++)
        add_bool(&a, unwanted[i], false);
    add_private_numbers(&a, pair->numbers, pair->rsa, pair->curve);
    return create(module, session, &a, err);
}

static bool write_public(natt_pkcs11 *module, CK_SESSION_HANDLE session, const struct pair *pair,
                         natt_provision_error *err)
{
    static const CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
    struct attributes a;
    add_common(&a, &class, &pair->id, pair->key->label);
    add(&a, CKA_KEY_TYPE, &pair->type, sizeof pair->type);
    add_bool(&a, CKA_VERIFY, true);
    add_bool(&a, CKA_ENCRYPT, pair->rsa);
    add_bool(&a, CKA_WRAP, false);
    add_public_numbers(&a, pair->numbers, pair->rsa, pair->curve);
    return create(module, session, &a, err);
}

static bool write_pair(natt_pkcs11 *module, CK_SESSION_HANDLE session, const natt_token_key *key,
                       const struct numbers *n, natt_provision_error *err)
{
    bool rsa = mbedtls_pk_get_type(key->key) == MBEDTLS_PK_RSA;
    natt_bytes curve = rsa ? (natt_bytes){NULL, 0} : curve_of(key->key);
    const struct pair pair = {key, n, curve, rsa, rsa ? CKK_RSA : CKK_EC, (uint8_t)key->id};
    return write_private(module, session, &pair, err) && write_public(module, session, &pair, err);
}

/* Tag and length of an INTEGER, which precede its bytes in DER. */
static natt_bytes with_head(const mbedtls_x509_buf *serial)
{
    size_t head = serial->len < 128 ? 2 : serial->len < 256 ? 3 : 4; /* certificates are below 64 KiB */
    return (natt_bytes){serial->p - head, serial->len + head};
}

/* Category: 1 = token user, 2 = authority [PKCS #11 3.1 4.6.3]. Ids are those of ACM's module: the key's id plus the
 * position. */
static bool write_certificate(natt_pkcs11 *module, CK_SESSION_HANDLE session, const natt_token_key *key,
                              const mbedtls_x509_crt *certificate, size_t place, natt_provision_error *err)
{
    static const CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    static const CK_CERTIFICATE_TYPE x509 = CKC_X_509;
    const CK_ULONG category = place == 0 ? 1 : 2;
    const uint8_t id = (uint8_t)(key->id + place);
    const natt_bytes serial = with_head(&certificate->serial);
    char label[32];
    struct attributes a;
    (void)snprintf(label, sizeof label, "acm-ne-cert-%zu", place);
    add_common(&a, &class, &id, label);
    add(&a, CKA_CERTIFICATE_TYPE, &x509, sizeof x509);
    add(&a, CKA_CERTIFICATE_CATEGORY, &category, sizeof category);
    add_bool(&a, CKA_PRIVATE, false);
    add(&a, CKA_SUBJECT, certificate->subject_raw.p, certificate->subject_raw.len);
    add(&a, CKA_ISSUER, certificate->issuer_raw.p, certificate->issuer_raw.len);
    add(&a, CKA_SERIAL_NUMBER, serial.ptr, serial.len);
    add(&a, CKA_VALUE, certificate->raw.p, certificate->raw.len);
    return create(module, session, &a, err) || natt_provision_in_certificate(err, place);
}

bool natt_token_write_key(natt_pkcs11 *module, CK_SESSION_HANDLE session, const natt_token_key *key,
                          natt_provision_error *err)
{
    struct numbers *n = natt_secret_new(sizeof *n);
    if (n == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    bool rsa = mbedtls_pk_get_type(key->key) == MBEDTLS_PK_RSA;
    bool exported = rsa ? export_rsa(n, mbedtls_pk_rsa(*key->key)) : export_ec(n, key->key);
    bool written = exported ? write_pair(module, session, key, n, err)
                            : natt_provision_fail(err, NATT_PROVISION_E_KEY, "mbedTLS cannot export it");
    natt_secret_free(n, sizeof *n);
    size_t place = 0;
    for (const mbedtls_x509_crt *c = key->chain; c != NULL && written; c = c->next, place++)
        written = write_certificate(module, session, key, c, place, err);
    return written;
}
