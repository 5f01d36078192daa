/* See private_key.h. */
#include "nsm/provision/private_key.h"

#include <string.h>

#include <mbedtls/ecp.h>
#include <mbedtls/pem.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>

#include "nsm/provision/pem.h"
#include "nsm/recipient/generator.h"
#include "nsm/recipient/secret.h"

#if MBEDTLS_VERSION_MAJOR < 3
#define MBEDTLS_PRIVATE(member)     member
#define group_of(pk)                mbedtls_pk_ec(*(pk))->grp.id
#define parse_key(pk, text, len, g) mbedtls_pk_parse_key(pk, text, len, NULL, 0)
#define check_pair(pk, g)           mbedtls_pk_check_pair(pk, pk)
#else
#define group_of(pk)                mbedtls_ecp_keypair_get_group_id(mbedtls_pk_ec(*(pk)))
#define parse_key(pk, text, len, g) mbedtls_pk_parse_key(pk, text, len, NULL, 0, NATT_GENERATOR(g))
#define check_pair(pk, g)           mbedtls_pk_check_pair(pk, pk, NATT_GENERATOR(g))
#endif

/* mbedtls_pem_get_buffer, which mbedTLS 2 does not have. */
static const uint8_t *pem_bytes(const mbedtls_pem_context *pem, size_t *len)
{
    *len = pem->MBEDTLS_PRIVATE(buflen);
    return pem->MBEDTLS_PRIVATE(buf);
}

#define MIN_RSA_BITS  1024 /* the maximum of ACM's module */
#define GOOD_RSA_BITS 2048
#define MAX_RSA_BITS  8192

struct key_text {
    struct natt_generator generator;
    uint8_t pem[NATT_PRIVATE_KEY_MAX_PEM + 1]; /* mbedTLS requires the NUL after PEM */
};

/* mbedtls_pk_get_bitlen rounds up to bytes in mbedTLS 2. 0: memory ran out. */
static size_t rsa_bits(const mbedtls_rsa_context *rsa)
{
    mbedtls_mpi n;
    mbedtls_mpi_init(&n);
    size_t bits = mbedtls_rsa_export(rsa, &n, NULL, NULL, NULL, NULL) == 0 ? mbedtls_mpi_bitlen(&n) : 0;
    mbedtls_mpi_free(&n);
    return bits;
}

static bool check_rsa(mbedtls_pk_context *key, bool *weak, natt_provision_error *err)
{
    size_t bits = rsa_bits(mbedtls_pk_rsa(*key));
    *weak = bits < GOOD_RSA_BITS;
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS)
        return natt_provision_fail(err, NATT_PROVISION_E_KEY, "it is RSA with %zu bits", bits);
    return true;
}

static bool check_ec(mbedtls_pk_context *key, natt_provision_error *err)
{
    mbedtls_ecp_group_id group = group_of(key);
    return group == MBEDTLS_ECP_DP_SECP256R1 || group == MBEDTLS_ECP_DP_SECP384R1 ||
           group == MBEDTLS_ECP_DP_SECP521R1 ||
           natt_provision_fail(err, NATT_PROVISION_E_KEY, "it is an EC key on another curve");
}

static bool check_kind(mbedtls_pk_context *key, bool *weak, natt_provision_error *err)
{
    mbedtls_pk_type_t type = mbedtls_pk_get_type(key);
    if (type == MBEDTLS_PK_RSA)
        return check_rsa(key, weak, err);
    return type == MBEDTLS_PK_ECKEY ? check_ec(key, err)
                                    : natt_provision_fail(err, NATT_PROVISION_E_KEY, "it is neither RSA nor EC");
}

static const char *reason(int result)
{
    if (result == MBEDTLS_ERR_PK_PASSWORD_REQUIRED || result == MBEDTLS_ERR_PK_PASSWORD_MISMATCH)
        return "it has a password";
    return result == MBEDTLS_ERR_PK_UNKNOWN_PK_ALG ? "it is neither RSA nor EC"
                                                   : "it is not PEM of PKCS #8, PKCS #1 or SEC 1";
}

/*
 * OBJECT IDENTIFIER prime-field: only in EC keys with explicit curve parameters [RFC3279 2.3.5], which mbedTLS does not
 * read. The bytes must be searched, since base64 hides it.
 */
static bool has_explicit_curve(const char *pem)
{
    static const uint8_t prime_field[] = {0x06, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 1, 1};
    static const char *const names[][2] = {{"-----BEGIN EC PRIVATE KEY-----", "-----END EC PRIVATE KEY-----"},
                                           {"-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"}};
    bool found = false;
    for (size_t i = 0; i < 2 && !found; i++) {
        mbedtls_pem_context der;
        size_t used, len = 0;
        mbedtls_pem_init(&der);
        int result = mbedtls_pem_read_buffer(&der, names[i][0], names[i][1], (const uint8_t *)pem, NULL, 0, &used);
        const uint8_t *at = result == 0 ? pem_bytes(&der, &len) : NULL;
        for (; len >= sizeof prime_field && !found; at++, len--)
            found = memcmp(at, prime_field, sizeof prime_field) == 0;
        mbedtls_pem_free(&der); /* wipes it */
    }
    return found;
}

/* mbedTLS also accepts DER; a packed key must be PEM. */
static bool parse(mbedtls_pk_context *out, struct key_text *t, size_t len, natt_provision_error *err)
{
    int result = strstr((const char *)t->pem, "-----BEGIN ") == NULL ? MBEDTLS_ERR_PK_KEY_INVALID_FORMAT
                                                                     : parse_key(out, t->pem, len + 1, &t->generator);
    if (result == MBEDTLS_ERR_PK_ALLOC_FAILED)
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    if (result == 0)
        return true;
    bool explicit_curve = has_explicit_curve((const char *)t->pem);
    return natt_provision_fail(err, NATT_PROVISION_E_KEY, "%s",
                               explicit_curve ? "it is an EC key whose curve is not named" : reason(result));
}

/*
 * dP, dQ and qInv must be below the primes [RFC8017 3.2]: with larger ones, some signatures of modules fail.
 * mbedtls_mpi_free wipes.
 */
static bool is_reduced(const mbedtls_rsa_context *rsa)
{
    mbedtls_mpi p, q, dp, dq, qp;
    mbedtls_mpi *const all[] = {&p, &q, &dp, &dq, &qp};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        mbedtls_mpi_init(all[i]);
    bool reduced = mbedtls_rsa_export(rsa, NULL, &p, &q, NULL, NULL) == 0 &&
                   mbedtls_rsa_export_crt(rsa, &dp, &dq, &qp) == 0 && mbedtls_mpi_cmp_mpi(&dp, &p) < 0 &&
                   mbedtls_mpi_cmp_mpi(&dq, &q) < 0 && mbedtls_mpi_cmp_mpi(&qp, &p) < 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        mbedtls_mpi_free(all[i]);
    return reduced;
}

/* The parser does not compare them: the point of a different key would be published, and its certificate accepted. */
static bool check_numbers(mbedtls_pk_context *key, struct natt_generator *g, natt_provision_error *err)
{
    (void)g; /* mbedTLS 2 needs no random numbers */
    bool rsa = mbedtls_pk_get_type(key) == MBEDTLS_PK_RSA;
    return (check_pair(key, g) == 0 && (!rsa || is_reduced(mbedtls_pk_rsa(*key)))) ||
           natt_provision_fail(err, NATT_PROVISION_E_KEY, "its numbers do not match each other");
}

static bool parse_and_check(mbedtls_pk_context *out, struct key_text *t, size_t len, bool *weak,
                            natt_provision_error *err)
{
    natt_recipient_error e;
    bool seeded = natt_generator_init(&t->generator, NULL, &e);
    bool good = seeded ? parse(out, t, len, err) && check_kind(out, weak, err) && check_numbers(out, &t->generator, err)
                       : natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "%s", e.message);
    natt_generator_free(&t->generator);
    return good;
}

bool natt_private_key_parse(mbedtls_pk_context *out, natt_bytes pem, bool *weak, natt_provision_error *err)
{
    *weak = false;
    mbedtls_pk_init(out);
    if (pem.len == 0 || pem.len > NATT_PRIVATE_KEY_MAX_PEM || memchr(pem.ptr, '\0', pem.len) != NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_KEY, "it is not PEM of 1 to %d bytes",
                                   NATT_PRIVATE_KEY_MAX_PEM);
    struct key_text *t = natt_secret_new(sizeof *t);
    if (t == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    size_t len = natt_pem_trim(t->pem, pem.ptr, pem.len);
    t->pem[len] = '\0';
    bool parsed = parse_and_check(out, t, len, weak, err);
    natt_secret_free(t, sizeof *t);
    return parsed;
}
