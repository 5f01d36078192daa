/* fake_sign, see fake_pkcs11.h: with the numbers that C_CreateObject was given. */
#include <string.h>
#include <sys/random.h>

#include <mbedtls/bignum.h>
#include <mbedtls/ecdsa.h>

#include "fake_pkcs11.h"

static int random_bytes(void *context, unsigned char *out, size_t len)
{
    (void)context;
    return getrandom(out, len, 0) == (ssize_t)len ? 0 : -1;
}

/* 00 01 FF ... FF 00 text [RFC8017 9.2]. */
static bool pad(unsigned char *out, unsigned long len, const unsigned char *text, unsigned long text_len)
{
    if (len < text_len + 11)
        return false;
    memset(out, 0xff, len);
    out[0] = 0;
    out[1] = 1;
    out[len - text_len - 1] = 0;
    memcpy(out + len - text_len, text, text_len);
    return true;
}

static bool sign_rsa(unsigned char *out, unsigned long *out_len, const struct fake_object *key,
                     const unsigned char *text, unsigned long len)
{
    mbedtls_mpi n, d, m;
    mbedtls_mpi_init(&n);
    mbedtls_mpi_init(&d);
    mbedtls_mpi_init(&m);
    *out_len = key->value_len;
    bool done = pad(out, *out_len, text, len) && mbedtls_mpi_read_binary(&n, key->value, key->value_len) == 0 &&
                mbedtls_mpi_read_binary(&d, key->private_exponent, key->private_len) == 0 &&
                mbedtls_mpi_read_binary(&m, out, *out_len) == 0 && mbedtls_mpi_exp_mod(&m, &m, &d, &n, NULL) == 0 &&
                mbedtls_mpi_write_binary(&m, out, *out_len) == 0;
    mbedtls_mpi_free(&n);
    mbedtls_mpi_free(&d);
    mbedtls_mpi_free(&m);
    return done;
}

static bool sign_ec(unsigned char *out, unsigned long *out_len, const struct fake_object *key,
                    const unsigned char *text, unsigned long len)
{
    const size_t size = key->value_len;
    mbedtls_ecp_group group;
    mbedtls_mpi d, r, s;
    mbedtls_ecp_group_init(&group);
    mbedtls_mpi_init(&d);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    *out_len = 2 * size;
    bool done = mbedtls_ecp_group_load(&group, size == 32   ? MBEDTLS_ECP_DP_SECP256R1
                                               : size == 48 ? MBEDTLS_ECP_DP_SECP384R1
                                                            : MBEDTLS_ECP_DP_SECP521R1) == 0 &&
                mbedtls_mpi_read_binary(&d, key->value, size) == 0 &&
                mbedtls_ecdsa_sign(&group, &r, &s, &d, text, len, random_bytes, NULL) == 0 &&
                mbedtls_mpi_write_binary(&r, out, size) == 0 && mbedtls_mpi_write_binary(&s, out + size, size) == 0;
    mbedtls_ecp_group_free(&group);
    mbedtls_mpi_free(&d);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&s);
    return done;
}

bool fake_sign(unsigned char *out, unsigned long *out_len, const struct fake_object *key, const unsigned char *text,
               unsigned long len)
{
    return key->rsa ? sign_rsa(out, out_len, key, text, len) : sign_ec(out, out_len, key, text, len);
}
