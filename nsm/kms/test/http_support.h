/* HTTP replies in pieces, for the tests of their parser. */
#ifndef NATT_NSM_KMS_HTTP_SUPPORT_H
#define NATT_NSM_KMS_HTTP_SUPPORT_H

#include <criterion/criterion.h>

#include "nsm/kms/http_response.h"

#define TEXT(literal) ((natt_bytes){(const uint8_t *)(literal), sizeof(literal) - 1})

/* A parsed reply, with its body. */
struct read {
    natt_http_response r;
    uint8_t body[4096];
    natt_http_response_result result;
    size_t used;
};

natt_bytes test_text(const char *text);

/* Parses pieces of `piece` bytes; the first has `first` bytes unless that is 0. Continues to the end of the stream if
 * necessary. */
void test_read(struct read *x, natt_bytes in, size_t capacity, size_t first, size_t piece);

/* Parses it as a whole, byte by byte, and in every two pieces; all results must be equal. */
void test_read_every_way(struct read *x, natt_bytes in, size_t capacity);

/* Appends text, or n times the same character. */
struct made {
    char bytes[40000];
    size_t len;
};
void test_add(struct made *m, const char *text);
void test_fill(struct made *m, char c, size_t n);
natt_bytes test_made(const struct made *m);

#endif
