/*
 * A request whose headers may be changed, for the tests of Signature Version 4.
 */
#ifndef NATT_NSM_KMS_SIGV4_SUPPORT_H
#define NATT_NSM_KMS_SIGV4_SUPPORT_H

#include <criterion/criterion.h>

#include "nsm/kms/sigv4.h"
#include "nsm/kms/sigv4_canonical.h"
#include "nsm/kms/test/sigv4_case.h"

#define WINDOW_MS 300000

extern const struct sigv4_case *const test_table;
extern const size_t test_table_count;

struct sent {
    natt_sigv4_request request;
    natt_sigv4_header headers[NATT_SIGV4_MAX_HEADERS + 2];
    natt_sigv4_key key;
    natt_bytes service, region;
    uint64_t now_ms;
    const char *where;
};

#define NO_BYTES ((natt_bytes)ABSENT)

natt_bytes test_view(const char *text);
void test_set_header(struct sent *s, const char *name, natt_bytes value); /* adds one */
natt_sigv4_header *test_header(struct sent *s, const char *lower);        /* the first with this name */
const struct sigv4_case *test_named(const char *name);
void test_load(struct sent *s, const struct sigv4_case *c); /* the request of the table, unsigned */
void test_load_signed(struct sent *s, const char *name);    /* with the signature of botocore */
natt_sigv4_result test_verify_at(struct sent *s, uint64_t now_ms, natt_bytes region);
natt_sigv4_result test_verify(struct sent *s); /* with the time and region of the case */
bool test_sign(struct sent *s, char *out, size_t capacity, size_t *len);

#define EXPECT(s, wanted) cr_expect_eq(test_verify(s), wanted, "%s: %s", #wanted, (s)->where)

#endif
