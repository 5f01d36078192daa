/*
 * Signed documents with their verdicts as data, for programs without Criterion, mbedTLS and the issuer.
 * make_plain_table.c writes plain_table.c from the recipes; plain_case.c converts a row to arguments of natt_verify.
 */
#ifndef NATT_VERIFY_TEST_PLAIN_TABLE_H
#define NATT_VERIFY_TEST_PLAIN_TABLE_H

#include "nitro_attest/attest.h"

#define NATT_PLAIN_NOW_MS INT64_C(1760000000000) /* when every document is issued: 2025-10-09T08:53:20Z */

/* Differences from the default: the document's own time and kind, no age, no nonce, no policy. Texts are used as
 * bytes. */
struct natt_plain_options {
    bool nitrotpm, archive, unlimited_age;
    bool two_sets;                      /* the policy has the same set twice */
    int64_t now_ms;                     /* added to NATT_PLAIN_NOW_MS */
    uint64_t max_age_ms, max_future_ms; /* also the leeways of both dates of certificates */
    uint64_t not_before_leeway_ms, not_after_leeway_ms;
    natt_limits limits;
    uint32_t flags;
    const char *nonce, *user_data, *public_key, *module_id, *region; /* NULL = not compared */
    const char *deny;                                                /* serial number in hex; NULL = none */
    uint32_t pcr_index;
    const char *pcr; /* in hex; NULL = no policy */
};

struct natt_plain_slice {
    uint16_t at, len; /* of the pool */
};

struct natt_plain_case {
    const char *name;
    uint16_t first, count; /* the document: a sequence of slices */
    natt_code code;
    uint32_t item;
    size_t offset;
    struct natt_plain_options opt;
};

#define NATT_PLAIN_LINE 56 /* bytes in a line of the pool */

extern const char natt_plain_pool[][2 * NATT_PLAIN_LINE + 1]; /* hex */
extern const size_t natt_plain_pool_len;                      /* bytes */
extern const struct natt_plain_slice natt_plain_root;
extern const struct natt_plain_slice natt_plain_slices[];
extern const struct natt_plain_case natt_plain_cases[];
extern const size_t natt_plain_case_count;

/* One row, ready for natt_verify; it points into itself and must not be copied. */
struct natt_plain_loaded {
    natt_options opt;
    natt_bytes document, root;
    natt_deny_entry deny;
    natt_pcr_value pcr;
    natt_pcr_set sets[2];
    natt_policy policy;
    uint8_t serial[20], pcr_value[NATT_PCR_LEN];
    uint8_t bytes[32768];
};

void natt_plain_load(struct natt_plain_loaded *to, const struct natt_plain_case *from);

/* Sets natt_options from `given`; `to` owns the data that they point to. */
void natt_plain_options_set(struct natt_plain_loaded *to, const struct natt_plain_options *given);

/* Decodes hexadecimal digits; returns the number of bytes. */
size_t natt_plain_hex(uint8_t *out, size_t capacity, const char *hex);

/*
 * Genuine documents, from the folder NITRO_ATTEST_SHARED: the next one in its index, with options that verify only its
 * integrity. Returns false if there are no more.
 */
struct natt_plain_genuine {
    void *index; /* NULL before the first call and after the last */
    char name[128];
    bool valid; /* the signatures are valid */
};
bool natt_plain_has_genuine(void);
bool natt_plain_next_genuine(struct natt_plain_genuine *at, struct natt_plain_loaded *to);

#endif
