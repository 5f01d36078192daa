/*
 * Ed25519 signatures [RFC8032 5.1.6] from affine arithmetic. Slow and not constant-time: its only key is public.
 */
#include "vectors/generator/foreign.h"

#include <mbedtls/bignum.h>
#include <mbedtls/md.h>

#include <stdlib.h>
#include <string.h>

/* Test 1 of RFC 8032 7.1. */
static const char seed_text[] = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
static const char field[] = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed";
static const char order[] = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed";
static const char curve_d[] = "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3";
static const char base_x[] = "216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a";
static const char base_y[] = "6666666666666666666666666666666666666666666666666666666666666658";

struct point {
    mbedtls_mpi x, y;
};

/* Numbers of a computation, and its first errors. */
struct field {
    mbedtls_mpi p, l, d, t[6];
    int error;
};

static void field_begin(struct field *f)
{
    f->error = 0;
    mbedtls_mpi_init(&f->p);
    mbedtls_mpi_init(&f->l);
    mbedtls_mpi_init(&f->d);
    for (size_t i = 0; i < 6; i++)
        mbedtls_mpi_init(&f->t[i]);
    f->error |= mbedtls_mpi_read_string(&f->p, 16, field);
    f->error |= mbedtls_mpi_read_string(&f->l, 16, order);
    f->error |= mbedtls_mpi_read_string(&f->d, 16, curve_d);
}

static void field_end(struct field *f)
{
    mbedtls_mpi_free(&f->p);
    mbedtls_mpi_free(&f->l);
    mbedtls_mpi_free(&f->d);
    for (size_t i = 0; i < 6; i++)
        mbedtls_mpi_free(&f->t[i]);
}

static void multiply(struct field *f, mbedtls_mpi *out, const mbedtls_mpi *a, const mbedtls_mpi *b)
{
    f->error |= mbedtls_mpi_mul_mpi(out, a, b);
    f->error |= mbedtls_mpi_mod_mpi(out, out, &f->p);
}

/* out = top / (1 + sign * t[4]) */
static void divide(struct field *f, mbedtls_mpi *out, const mbedtls_mpi *top, int sign)
{
    mbedtls_mpi *bottom = &f->t[5];
    f->error |= mbedtls_mpi_lset(bottom, 1);
    f->error |=
        sign > 0 ? mbedtls_mpi_add_mpi(bottom, bottom, &f->t[4]) : mbedtls_mpi_sub_mpi(bottom, bottom, &f->t[4]);
    f->error |= mbedtls_mpi_mod_mpi(bottom, bottom, &f->p);
    f->error |= mbedtls_mpi_inv_mod(bottom, bottom, &f->p);
    multiply(f, out, top, bottom);
}

/* a += b. x = (x1 y2 + x2 y1) / (1 + d x1 x2 y1 y2), y = (y1 y2 + x1 x2) / (1 - d x1 x2 y1 y2) */
static void add(struct field *f, struct point *a, const struct point *b)
{
    mbedtls_mpi *t = f->t;
    multiply(f, &t[0], &a->x, &b->y);
    multiply(f, &t[1], &b->x, &a->y);
    multiply(f, &t[2], &a->y, &b->y);
    multiply(f, &t[3], &a->x, &b->x);
    multiply(f, &t[4], &t[0], &t[1]);
    multiply(f, &t[4], &t[4], &f->d);
    f->error |= mbedtls_mpi_add_mpi(&t[0], &t[0], &t[1]);
    f->error |= mbedtls_mpi_add_mpi(&t[2], &t[2], &t[3]);
    divide(f, &a->x, &t[0], 1);
    divide(f, &a->y, &t[2], -1);
}

/* The base point times k, encoded: y, and the lowest bit of x as its highest. */
static void multiple_of_base(struct field *f, uint8_t out[32], const mbedtls_mpi *k)
{
    struct point sum, base;
    mbedtls_mpi_init(&sum.x);
    mbedtls_mpi_init(&sum.y);
    mbedtls_mpi_init(&base.x);
    mbedtls_mpi_init(&base.y);
    f->error |= mbedtls_mpi_lset(&sum.y, 1);
    f->error |= mbedtls_mpi_read_string(&base.x, 16, base_x);
    f->error |= mbedtls_mpi_read_string(&base.y, 16, base_y);
    for (size_t i = mbedtls_mpi_bitlen(k); i-- > 0;) {
        add(f, &sum, &sum);
        if (mbedtls_mpi_get_bit(k, i))
            add(f, &sum, &base);
    }
    f->error |= mbedtls_mpi_write_binary_le(&sum.y, out, 32);
    out[31] |= (uint8_t)(mbedtls_mpi_get_bit(&sum.x, 0) << 7);
    mbedtls_mpi_free(&sum.x);
    mbedtls_mpi_free(&sum.y);
    mbedtls_mpi_free(&base.x);
    mbedtls_mpi_free(&base.y);
}

/* SHA-512 of up to three parts. */
static void hash(struct field *f, uint8_t out[64], const uint8_t *const parts[3], const size_t lengths[3])
{
    mbedtls_md_context_t md;
    mbedtls_md_init(&md);
    f->error |= mbedtls_md_setup(&md, mbedtls_md_info_from_type(MBEDTLS_MD_SHA512), 0);
    f->error |= f->error == 0 ? mbedtls_md_starts(&md) : 0;
    for (size_t i = 0; i < 3 && f->error == 0; i++)
        if (lengths[i] > 0)
            f->error |= mbedtls_md_update(&md, parts[i], lengths[i]);
    f->error |= f->error == 0 ? mbedtls_md_finish(&md, out) : 0;
    mbedtls_md_free(&md);
}

/* The hash of the seed: the scalar in its first half, the prefix in its second. */
static void secret(struct field *f, uint8_t out[64], mbedtls_mpi *scalar)
{
    uint8_t seed[32];
    mbedtls_mpi_init(scalar);
    f->error |= mbedtls_mpi_read_string(scalar, 16, seed_text);
    f->error |= mbedtls_mpi_write_binary(scalar, seed, sizeof seed);
    hash(f, out, (const uint8_t *const[3]){seed, NULL, NULL}, (const size_t[3]){sizeof seed, 0, 0});
    out[0] &= 248;
    out[31] = (uint8_t)((out[31] & 127) | 64);
    f->error |= mbedtls_mpi_read_binary_le(scalar, out, 32);
}

int natt_ed25519_public(uint8_t out[32])
{
    struct field f;
    mbedtls_mpi scalar;
    uint8_t digest[64] = {0};
    field_begin(&f);
    secret(&f, digest, &scalar);
    multiple_of_base(&f, out, &scalar);
    mbedtls_mpi_free(&scalar);
    field_end(&f);
    return f.error;
}

/* number = SHA-512(parts) mod l */
static void hash_number(struct field *f, mbedtls_mpi *number, const uint8_t *const parts[3], const size_t lengths[3])
{
    uint8_t digest[64] = {0};
    hash(f, digest, parts, lengths);
    f->error |= mbedtls_mpi_read_binary_le(number, digest, sizeof digest);
    f->error |= mbedtls_mpi_mod_mpi(number, number, &f->l);
}

int natt_ed25519_sign(uint8_t out[64], const uint8_t *message, size_t len)
{
    struct field f;
    mbedtls_mpi scalar, r, k;
    uint8_t digest[64] = {0}, key[32];
    field_begin(&f);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&k);
    secret(&f, digest, &scalar);
    multiple_of_base(&f, key, &scalar);
    hash_number(&f, &r, (const uint8_t *const[3]){digest + 32, message, NULL}, (const size_t[3]){32, len, 0});
    multiple_of_base(&f, out, &r);
    hash_number(&f, &k, (const uint8_t *const[3]){out, key, message}, (const size_t[3]){32, 32, len});
    f.error |= mbedtls_mpi_mul_mpi(&k, &k, &scalar);
    f.error |= mbedtls_mpi_add_mpi(&r, &r, &k);
    f.error |= mbedtls_mpi_mod_mpi(&r, &r, &f.l);
    f.error |= mbedtls_mpi_write_binary_le(&r, out + 32, 32);
    mbedtls_mpi_free(&scalar);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&k);
    field_end(&f);
    return f.error;
}
