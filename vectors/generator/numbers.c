/* See numbers.h. */
#include "vectors/generator/numbers.h"

#include <string.h>

void natt_numbers_begin(struct natt_numbers *v, const uint8_t digest[48])
{
    mbedtls_ecp_group_init(&v->group);
    mbedtls_mpi_init(&v->e);
    mbedtls_mpi_init(&v->r);
    mbedtls_mpi_init(&v->s);
    v->error = mbedtls_ecp_group_load(&v->group, MBEDTLS_ECP_DP_SECP384R1);
    v->error |= mbedtls_mpi_read_binary(&v->e, digest, 48);
}

void natt_numbers_end(struct natt_numbers *v)
{
    mbedtls_mpi_free(&v->s);
    mbedtls_mpi_free(&v->r);
    mbedtls_mpi_free(&v->e);
    mbedtls_ecp_group_free(&v->group);
}

/* ---- texts ---- */

static const mbedtls_mpi *letter(const struct natt_numbers *v, char name)
{
    return name == 'e'   ? &v->e
           : name == 'r' ? &v->r
           : name == 's' ? &v->s
           : name == 'n' ? &v->group.N
           : name == 'p' ? &v->group.P
                         : NULL;
}

static const char *read_hex(struct natt_numbers *v, mbedtls_mpi *out, const char *text)
{
    char digits[120] = "";
    size_t len = strspn(text, "0123456789abcdef");
    if (len == 0 || len >= sizeof digits)
        v->error = -1;
    else
        memcpy(digits, text, len);
    v->error |= v->error == 0 ? mbedtls_mpi_read_string(out, 16, digits) : 0;
    return text + len;
}

static const char *read_factor(struct natt_numbers *v, mbedtls_mpi *out, const char *text)
{
    const char *inverse = text;
    text += *text == '~' ? 1 : 0;
    const mbedtls_mpi *named = letter(v, *text);
    if (named != NULL)
        v->error |= mbedtls_mpi_copy(out, named);
    if (named != NULL)
        text++;
    else if (*text == '#')
        text = read_hex(v, out, text + 1);
    else
        v->error = -1;
    if (*inverse == '~' && v->error == 0) {
        v->error |= mbedtls_mpi_mod_mpi(out, out, &v->group.N);
        v->error |= mbedtls_mpi_inv_mod(out, out, &v->group.N);
    }
    return text;
}

static const char *read_term(struct natt_numbers *v, mbedtls_mpi *out, const char *text)
{
    mbedtls_mpi factor;
    mbedtls_mpi_init(&factor);
    text = read_factor(v, out, text);
    while (*text == '*' && v->error == 0) {
        text = read_factor(v, &factor, text + 1);
        v->error |= mbedtls_mpi_mul_mpi(out, out, &factor);
    }
    mbedtls_mpi_free(&factor);
    return text;
}

void natt_number(struct natt_numbers *v, mbedtls_mpi *out, const char *text)
{
    mbedtls_mpi term, sum; /* out may be one of the letters */
    bool reduced = *text == '=';
    mbedtls_mpi_init(&term);
    mbedtls_mpi_init(&sum);
    text = read_term(v, &sum, text + (reduced ? 1 : 0));
    while ((*text == '+' || *text == '-') && v->error == 0) {
        bool plus = *text == '+';
        text = read_term(v, &term, text + 1);
        v->error |= plus ? mbedtls_mpi_add_mpi(&sum, &sum, &term) : mbedtls_mpi_sub_mpi(&sum, &sum, &term);
    }
    if (*text != '\0')
        v->error = -1;
    if (reduced)
        v->error |= mbedtls_mpi_mod_mpi(&sum, &sum, &v->group.N);
    v->error |= mbedtls_mpi_copy(out, &sum);
    mbedtls_mpi_free(&sum);
    mbedtls_mpi_free(&term);
}

/* Two's complement: a negative number is 256^len less than what its octets say. */
size_t natt_number_der(struct natt_numbers *v, uint8_t *out, size_t room, const mbedtls_mpi *number)
{
    mbedtls_mpi whole, limit;
    bool negative = mbedtls_mpi_cmp_int(number, 0) < 0;
    mbedtls_mpi_init(&whole);
    mbedtls_mpi_init(&limit);
    v->error |= mbedtls_mpi_copy(&whole, number);
    if (negative) /* -2^(8 len - 1) fits into len octets */
        v->error |= mbedtls_mpi_add_int(&whole, &whole, 1);
    size_t len = mbedtls_mpi_bitlen(&whole) / 8 + 1;
    if (negative) {
        v->error |= mbedtls_mpi_lset(&limit, 1);
        v->error |= mbedtls_mpi_shift_l(&limit, 8 * len);
        v->error |= mbedtls_mpi_add_mpi(&whole, number, &limit);
    }
    v->error |= len <= room ? mbedtls_mpi_write_binary(&whole, out, len) : -1;
    mbedtls_mpi_free(&limit);
    mbedtls_mpi_free(&whole);
    return v->error == 0 ? len : 0;
}

/* ---- points ---- */

/* For blinding only: results do not depend on it. */
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

void natt_point_multiple(struct natt_numbers *v, mbedtls_ecp_point *out, const mbedtls_mpi *k)
{
    if (v->error == 0)
        v->error |= mbedtls_ecp_mul(&v->group, out, k, &v->group.G, no_random, NULL);
}

/* y = sqrt(x^3 - 3x + b) = (...)^((p + 1) / 4), if that is a square root. */
static bool lift(struct natt_numbers *v, mbedtls_ecp_point *out, const mbedtls_mpi *x)
{
    mbedtls_mpi square, root;
    uint8_t bytes[97] = {4};
    const mbedtls_mpi *p = &v->group.P;
    mbedtls_mpi_init(&square);
    mbedtls_mpi_init(&root);
    v->error |= mbedtls_mpi_mul_mpi(&square, x, x);
    v->error |= mbedtls_mpi_sub_int(&square, &square, 3);
    v->error |= mbedtls_mpi_mul_mpi(&square, &square, x);
    v->error |= mbedtls_mpi_add_mpi(&square, &square, &v->group.B);
    v->error |= mbedtls_mpi_mod_mpi(&square, &square, p);
    v->error |= mbedtls_mpi_add_int(&root, p, 1);
    v->error |= mbedtls_mpi_shift_r(&root, 2);
    v->error |= mbedtls_mpi_exp_mod(&root, &square, &root, p, NULL);
    v->error |= mbedtls_mpi_write_binary(x, bytes + 1, 48);
    v->error |= mbedtls_mpi_write_binary(&root, bytes + 49, 48);
    mbedtls_mpi_free(&root);
    mbedtls_mpi_free(&square);
    return v->error == 0 && mbedtls_ecp_point_read_binary(&v->group, out, bytes, sizeof bytes) == 0 &&
           mbedtls_ecp_check_pubkey(&v->group, out) == 0;
}

void natt_point_with_x(struct natt_numbers *v, mbedtls_ecp_point *out, const mbedtls_mpi *x, int direction)
{
    mbedtls_mpi candidate;
    mbedtls_mpi_init(&candidate);
    v->error |= mbedtls_mpi_copy(&candidate, x);
    while (v->error == 0 && !lift(v, out, &candidate))
        v->error |= mbedtls_mpi_add_int(&candidate, &candidate, direction);
    mbedtls_mpi_free(&candidate);
}

void natt_point_recover(struct natt_numbers *v, mbedtls_ecp_point *out, const mbedtls_ecp_point *point)
{
    mbedtls_mpi of_point, of_base;
    mbedtls_mpi_init(&of_point);
    mbedtls_mpi_init(&of_base);
    natt_number(v, &of_point, "=s*~r");
    natt_number(v, &of_base, "=#0-e*~r");
    if (v->error == 0)
        v->error |= mbedtls_ecp_muladd(&v->group, out, &of_point, point, &of_base, &v->group.G);
    mbedtls_mpi_free(&of_base);
    mbedtls_mpi_free(&of_point);
}

void natt_point_bytes(struct natt_numbers *v, uint8_t out[97], const mbedtls_ecp_point *point)
{
    size_t len = 0;
    if (v->error == 0)
        v->error |= mbedtls_ecp_point_write_binary(&v->group, point, MBEDTLS_ECP_PF_UNCOMPRESSED, &len, out, 97);
    v->error |= len == 97 ? 0 : -1;
}

void natt_point_x(struct natt_numbers *v, mbedtls_mpi *out, const mbedtls_ecp_point *point)
{
    uint8_t bytes[97] = {0};
    natt_point_bytes(v, bytes, point);
    v->error |= mbedtls_mpi_read_binary(out, bytes + 1, 48);
}
