/*
 * For the proofs of x509.c: the certificate, its result, and what it calls.
 */
#include "fuzz/proofs/der_parts.h"
#include "verify/parse/ecdsa.h"
#include "verify/parse/x509.h"
#include "verify/parse/x509_time.h"

static size_t one_oid;
static natt_certificate result;

int64_t nondet_seconds(void);
natt_certificate nondet_certificate(void);

#include "fuzz/proofs/x509_loops.h"
#include "verify/parse/x509.c"

bool natt_x509_read_time(struct natt_reader *r, int64_t *seconds)
{
    *seconds = nondet_seconds();
    return takes_some(r);
}

/* As ecdsa.c claims it. */
bool natt_scalar_in_range(natt_bytes value)
{
    __CPROVER_assert(IS_READABLE(value), "the value is read");
    return value.len >= 1 && value.len <= NATT_SCALAR_LEN && nondet_bool();
}

/* A position of a reader of any inner part. */
static struct natt_reader any_reader(natt_error *err)
{
    struct natt_reader r = natt_der_reader(input, err);
    r.pos = any_size(), r.end = any_size();
    __CPROVER_assume(IN_WINDOW(&r) && r.end <= input.len);
    return r;
}

static void any_certificate(void)
{
    input = any_input(2 * NATT_MAX_CERTIFICATE);
    one_oid = nondet_size();
    __CPROVER_assume(one_oid < NATT_MAX_EXTENSIONS);
}
