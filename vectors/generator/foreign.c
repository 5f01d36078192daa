/* See foreign.h. */
#include "vectors/generator/foreign.h"

#include <mbedtls/asn1write.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/md.h>

#include <string.h>

/* A key of 2048 bits with the exponent 65537, created for these tests. */
static const char modulus[] =
    "ad4209f33a52eec24643620a910fc0f9c7bfe27c80fb0b7791bd9bbe4b03db9fc316e99d57a2f9451ba18319bd787cf3a310f732"
    "1d6bd2b646dabff85f2c91264c1e9d19a517ce52430b7ddaaf2a156374a4ad31fa9ff5cc2cf2f15ad3b7b78ac1b797c2368efe85"
    "8c9bfe0e0c6057aff0983db40bd5f83c49613ea427451b3eeb7382a4afa1565e9a80387baf54b7b7ec1d4df3c174dcd6a18bde90"
    "49382860ebb1e5d6318faab00456534a1fefd4dac371d116e3fab9c7b55d83fa65dd6ebb8bdd74c73744fbd76aad72a09b17d6de"
    "7a31c5f310b585017c076ad9bb473656a18558e99dc068a7d89106a22290661f59193cc62069e4f923158f3c6ef8b763";
static const char private_exponent[] =
    "175250afe53042a3f351f6018173431646eaafb19dff023fcf10b1c529fdd3f35664602a90cb06e364366d1a4039d6bff38eeb67"
    "5b347cac3d2f6185d79c7d26a58fbd5fe00180abec0b1649787df6b11383688380be9ac1d2b9c4fe8fdf269d4e8ec85119324daa"
    "6bb9ed0c610d703590f23d395e1a7d8bf2935cc63b39a9d2a924416efa37a960be05ff7a341b49df6e3ea1477fd97a8df7be69e7"
    "a882f8347d0d648774ab31370226c3f9fbb3e35d7120a418099f726f31e07a1004c8162cff9a84862056a6e7f91c9cee114892f1"
    "4fca14506b2139ed61254ebd154b778fa3b43fdc3a3f1f5a32d978240296ab75266f7f0a22350bcd8e862f7e6a5f7061";
static const char private_scalar[] = "5c9a3e71d04f8b26a7e1935d0c6f42b8e97d1a5034cb8f62d7b0e5194a83f6c1";

#define RSA_LEN 256u

struct curve {
    const char *name;
    mbedtls_ecp_group_id id;
    const char *algorithm; /* AlgorithmIdentifier */
    size_t algorithm_len;
};

#define ALGORITHM(text) text, sizeof text - 1
static const struct curve curves[] = {
    {"P-256", MBEDTLS_ECP_DP_SECP256R1,
     ALGORITHM("\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07")},
    {"P-384", MBEDTLS_ECP_DP_SECP384R1,
     ALGORITHM("\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22")},
    {"P-521", MBEDTLS_ECP_DP_SECP521R1,
     ALGORITHM("\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23")},
    {"secp256k1", MBEDTLS_ECP_DP_SECP256K1,
     ALGORITHM("\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x0a")},
};
static const char rsa_algorithm[] = "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
static const char pss_algorithm[] = "\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";
static const char ed25519_algorithm[] = "\x30\x05\x06\x03\x2b\x65\x70";

static const struct curve *curve_of(const char *key)
{
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
        if (strcmp(curves[i].name, key) == 0)
            return &curves[i];
    return NULL;
}

static const char *failure(int result)
{
    return result >= 0 ? NULL : "mbedTLS failed, or has no such curve";
}

/* For blinding only: signatures are deterministic. */
static int no_random(void *state, unsigned char *out, size_t len)
{
    static uint32_t next = 1;
    (void)state;
    for (size_t i = 0; i < len; i++) {
        next = next * 1664525u + 1013904223u;
        out[i] = (uint8_t)(next >> 24);
    }
    return 0;
}

/* ---- SubjectPublicKeyInfo; mbedtls_asn1_write_* write towards the beginning of a buffer ---- */

static int write_spki(unsigned char **p, unsigned char *start, size_t key_len, const char *algorithm, size_t len)
{
    int total = mbedtls_asn1_write_len(p, start, key_len);
    if (total >= 0)
        total += mbedtls_asn1_write_tag(p, start, MBEDTLS_ASN1_BIT_STRING);
    total += (int)key_len;
    int more = mbedtls_asn1_write_raw_buffer(p, start, (const unsigned char *)algorithm, len);
    total = more < 0 ? more : total + more;
    if (total >= 0)
        total += mbedtls_asn1_write_len(p, start, (size_t)total);
    if (total >= 0)
        total += mbedtls_asn1_write_tag(p, start, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE);
    return total;
}

static const char *wrap_spki(struct natt_foreign *out, const uint8_t *key, size_t key_len, const char *algorithm,
                             size_t len)
{
    unsigned char *end = out->bytes + sizeof out->bytes, *p = end - key_len;
    memcpy(p, key, key_len);
    *--p = 0; /* unused bits */
    int total = write_spki(&p, out->bytes, key_len + 1, algorithm, len);
    out->len = total > 0 ? (size_t)total : 0;
    memmove(out->bytes, end - out->len, out->len);
    return failure(total);
}

static const char *ec_spki(struct natt_foreign *out, const struct curve *curve)
{
    mbedtls_ecp_group group;
    mbedtls_ecp_point q;
    mbedtls_mpi d;
    uint8_t point[133];
    size_t len = 0;
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&q);
    mbedtls_mpi_init(&d);
    int result = mbedtls_ecp_group_load(&group, curve->id);
    result = result == 0 ? mbedtls_mpi_read_string(&d, 16, private_scalar) : result;
    result = result == 0 ? mbedtls_ecp_mul(&group, &q, &d, &group.G, no_random, NULL) : result;
    result = result == 0
                 ? mbedtls_ecp_point_write_binary(&group, &q, MBEDTLS_ECP_PF_UNCOMPRESSED, &len, point, sizeof point)
                 : result;
    mbedtls_mpi_free(&d);
    mbedtls_ecp_point_free(&q);
    mbedtls_ecp_group_free(&group);
    return result == 0 ? wrap_spki(out, point, len, curve->algorithm, curve->algorithm_len) : failure(result);
}

/* RSAPublicKey = SEQUENCE { modulus INTEGER, publicExponent INTEGER } [RFC8017 A.1.1] */
static const char *rsa_spki(struct natt_foreign *out, const char *algorithm, size_t len)
{
    static const uint8_t exponent[] = {0x02, 0x03, 0x01, 0x00, 0x01};
    static const uint8_t head[] = {0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00};
    uint8_t key[sizeof head + RSA_LEN + sizeof exponent];
    mbedtls_mpi n;
    mbedtls_mpi_init(&n);
    int result = mbedtls_mpi_read_string(&n, 16, modulus);
    result = result == 0 ? mbedtls_mpi_write_binary(&n, key + sizeof head, RSA_LEN) : result;
    mbedtls_mpi_free(&n);
    memcpy(key, head, sizeof head);
    memcpy(key + sizeof head + RSA_LEN, exponent, sizeof exponent);
    return result == 0 ? wrap_spki(out, key, sizeof key, algorithm, len) : failure(result);
}

const char *natt_foreign_spki(struct natt_foreign *out, const char *key)
{
    uint8_t ed25519[32];
    if (curve_of(key) != NULL)
        return ec_spki(out, curve_of(key));
    if (strcmp(key, "RSA") == 0)
        return rsa_spki(out, rsa_algorithm, sizeof rsa_algorithm - 1);
    if (strcmp(key, "RSA-PSS") == 0)
        return rsa_spki(out, pss_algorithm, sizeof pss_algorithm - 1);
    if (strcmp(key, "Ed25519") != 0)
        return "no such key";
    return natt_ed25519_public(ed25519) == 0
               ? wrap_spki(out, ed25519, sizeof ed25519, ed25519_algorithm, sizeof ed25519_algorithm - 1)
               : failure(-1);
}

/* ---- signatures ---- */

static mbedtls_md_type_t hash_of(const char *scheme)
{
    return strcmp(scheme, "SHA-256") == 0   ? MBEDTLS_MD_SHA256
           : strcmp(scheme, "SHA-384") == 0 ? MBEDTLS_MD_SHA384
           : strcmp(scheme, "SHA-512") == 0 ? MBEDTLS_MD_SHA512
                                            : MBEDTLS_MD_NONE;
}

/* Ecdsa-Sig-Value = SEQUENCE { r INTEGER, s INTEGER } */
static int write_der(struct natt_foreign *out, const mbedtls_mpi *r, const mbedtls_mpi *s)
{
    unsigned char *end = out->bytes + sizeof out->bytes, *p = end;
    int total = mbedtls_asn1_write_mpi(&p, out->bytes, s), more = mbedtls_asn1_write_mpi(&p, out->bytes, r);
    if (total < 0 || more < 0)
        return -1;
    total += more;
    total += mbedtls_asn1_write_len(&p, out->bytes, (size_t)total);
    total += mbedtls_asn1_write_tag(&p, out->bytes, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE);
    out->len = (size_t)total;
    memmove(out->bytes, p, out->len);
    return 0;
}

static int write_pair(struct natt_foreign *out, const mbedtls_mpi *r, const mbedtls_mpi *s, size_t half)
{
    int result = mbedtls_mpi_write_binary(r, out->bytes, half);
    out->len = 2 * half;
    return result == 0 ? mbedtls_mpi_write_binary(s, out->bytes + half, half) : result;
}

static int ec_sign(struct natt_foreign *out, const struct curve *curve, mbedtls_md_type_t md, size_t half,
                   const uint8_t *digest, size_t len)
{
    mbedtls_ecp_group group;
    mbedtls_mpi d, r, s;
    mbedtls_ecp_group_init(&group);
    mbedtls_mpi_init(&d);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    int result = mbedtls_ecp_group_load(&group, curve->id);
    result = result == 0 ? mbedtls_mpi_read_string(&d, 16, private_scalar) : result;
    result = result == 0 ? mbedtls_ecdsa_sign_det_ext(&group, &r, &s, &d, digest, len, md, no_random, NULL) : result;
    if (result == 0)
        result = half == 0 ? write_der(out, &r, &s) : write_pair(out, &r, &s, half);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&d);
    mbedtls_ecp_group_free(&group);
    return result;
}

/* EMSA-PKCS1-v1_5 [RFC8017 9.2]: 00 01 ff..ff 00 DigestInfo. */
static void pad_pkcs1(uint8_t out[RSA_LEN], mbedtls_md_type_t md, const uint8_t *digest, size_t len)
{
    uint8_t info[] = {0x30, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                      0x65, 0x03, 0x04, 0x02, 0x00, 0x05, 0x00, 0x04, 0x00};
    info[1] = (uint8_t)(17 + len);
    info[14] = md == MBEDTLS_MD_SHA256 ? 1 : md == MBEDTLS_MD_SHA384 ? 2 : 3;
    info[18] = (uint8_t)len;
    memset(out, 0xff, RSA_LEN);
    out[0] = 0;
    out[1] = 1;
    out[RSA_LEN - len - sizeof info - 1] = 0;
    memcpy(out + RSA_LEN - len - sizeof info, info, sizeof info);
    memcpy(out + RSA_LEN - len, digest, len);
}

/* EMSA-PSS [RFC8017 9.1.1] with the hash of the message for MGF1, and a salt of zeros. */
static int pad_pss(uint8_t out[RSA_LEN], mbedtls_md_type_t md, const uint8_t *digest, size_t len)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(md);
    uint8_t m[8 + 2 * 64] = {0}, seed[64 + 4] = {0}, mask[64];
    size_t masked = RSA_LEN - len - 1;
    memcpy(m + 8, digest, len);
    int result = mbedtls_md(info, m, 8 + 2 * len, seed); /* H */
    memset(out, 0, RSA_LEN);
    out[masked - len - 1] = 1;
    for (size_t i = 0; i < masked && result == 0; i++) {
        seed[len + 3] = (uint8_t)(i / len);
        if (i % len == 0)
            result = mbedtls_md(info, seed, len + 4, mask);
        out[i] ^= mask[i % len];
    }
    out[0] &= 0x7f;
    memcpy(out + masked, seed, len);
    out[RSA_LEN - 1] = 0xbc;
    return result;
}

static int rsa_sign(struct natt_foreign *out, const uint8_t padded[RSA_LEN])
{
    mbedtls_mpi n, d, m;
    mbedtls_mpi_init(&n);
    mbedtls_mpi_init(&d);
    mbedtls_mpi_init(&m);
    int result = mbedtls_mpi_read_string(&n, 16, modulus);
    result = result == 0 ? mbedtls_mpi_read_string(&d, 16, private_exponent) : result;
    result = result == 0 ? mbedtls_mpi_read_binary(&m, padded, RSA_LEN) : result;
    result = result == 0 ? mbedtls_mpi_exp_mod(&m, &m, &d, &n, NULL) : result;
    result = result == 0 ? mbedtls_mpi_write_binary(&m, out->bytes, RSA_LEN) : result;
    out->len = RSA_LEN;
    mbedtls_mpi_free(&n);
    mbedtls_mpi_free(&d);
    mbedtls_mpi_free(&m);
    return result;
}

static int rsa_or_pss(struct natt_foreign *out, const char *key, mbedtls_md_type_t md, const uint8_t *digest,
                      size_t len)
{
    uint8_t padded[RSA_LEN];
    int result = 0;
    if (strcmp(key, "RSA-PSS") == 0)
        result = pad_pss(padded, md, digest, len);
    else
        pad_pkcs1(padded, md, digest, len);
    return result == 0 ? rsa_sign(out, padded) : result;
}

const char *natt_foreign_sign(struct natt_foreign *out, const char *key, const char *scheme, size_t half,
                              const uint8_t *message, size_t len)
{
    uint8_t digest[64];
    if (strcmp(key, "Ed25519") == 0) {
        out->len = 64;
        return natt_ed25519_sign(out->bytes, message, len) == 0 ? NULL : failure(-1);
    }
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(hash_of(scheme));
    if (info == NULL || mbedtls_md(info, message, len, digest) != 0)
        return "no such hash";
    size_t size = mbedtls_md_get_size(info);
    const struct curve *curve = curve_of(key);
    int result = curve != NULL ? ec_sign(out, curve, hash_of(scheme), half, digest, size)
                               : rsa_or_pss(out, key, hash_of(scheme), digest, size);
    return result == 0 ? NULL : failure(-1);
}
