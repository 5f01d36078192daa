/*
 * Numbers and points of P-384, for signatures that a signer never makes: chosen r, s, keys and sums.
 */
#ifndef NATT_VECTORS_NUMBERS_H
#define NATT_VECTORS_NUMBERS_H

#include <mbedtls/ecp.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* n and p of the curve; e of the digest; r and s of the signature, which follow from the steps. */
struct natt_numbers {
    mbedtls_ecp_group group;
    mbedtls_mpi e, r, s;
    int error; /* the first errors of mbedTLS, or of a text */
};

void natt_numbers_begin(struct natt_numbers *v, const uint8_t digest[48]);
void natt_numbers_end(struct natt_numbers *v);

/*
 * The value of a text: terms with + and - between them, factors with * between them. A factor is a letter (e, r, s, n,
 * p), a hexadecimal number with # before it, or ~ and a factor, its inverse modulo n. With = before it, the result is
 * reduced modulo n. No spaces. May be negative.
 */
void natt_number(struct natt_numbers *v, mbedtls_mpi *out, const char *text);

/* The content of an INTEGER in DER. Returns its length, or 0. */
size_t natt_number_der(struct natt_numbers *v, uint8_t *out, size_t room, const mbedtls_mpi *number);

/* k G */
void natt_point_multiple(struct natt_numbers *v, mbedtls_ecp_point *out, const mbedtls_mpi *k);
/* The first point on the curve whose x is `x`, or x + direction, x + 2 direction ... */
void natt_point_with_x(struct natt_numbers *v, mbedtls_ecp_point *out, const mbedtls_mpi *x, int direction);
/* The key under which (r, s) is valid with this R: (s R - e G) / r. [SEC1 4.1.6] */
void natt_point_recover(struct natt_numbers *v, mbedtls_ecp_point *out, const mbedtls_ecp_point *point);
void natt_point_x(struct natt_numbers *v, mbedtls_mpi *out, const mbedtls_ecp_point *point);
/* 04 || x || y, 97 bytes */
void natt_point_bytes(struct natt_numbers *v, uint8_t out[97], const mbedtls_ecp_point *point);

#endif
