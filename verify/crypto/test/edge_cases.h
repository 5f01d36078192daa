/* The committed edge cases as jobs, shared by the plain C self-test and the Criterion tests. */
#ifndef NATT_VERIFY_CRYPTO_TEST_EDGE_CASES_H
#define NATT_VERIFY_CRYPTO_TEST_EDGE_CASES_H

#include <stdbool.h>
#include <string.h>

#include "verify/crypto/crypto.h"
#include "verify/crypto/test/edge_table.h"

#define EDGE_COUNT (sizeof(edge_cases) / sizeof(edge_cases[0]))

static inline uint8_t hex_digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static inline void from_hex(uint8_t *out, size_t len, const char *text)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
}

/* key has room for 96 bytes, and must remain valid as long as the job. */
static inline void edge_job(struct natt_job *job, uint8_t *key, const struct edge_case *edge)
{
    memset(job, 0, sizeof(*job));
    from_hex(key, 96, edge->key);
    from_hex(job->hash, 48, edge->digest);
    from_hex(job->r, 48, edge->r);
    from_hex(job->s, 48, edge->s);
    job->public_key = key;
}

#endif
