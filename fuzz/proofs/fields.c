/* Proved of natt_fields_check, for all options and documents: true exactly if the kind is the expected one, there are
 * no unknown fields or they are allowed, and public_key, user_data and nonce have sizes within the chosen limits. */
#include "verify/rules/fields.h"
#include "fuzz/proofs/any_input.h"
#include "verify/parse/document.h"

natt_options nondet_options(void);
natt_document nondet_document(void);

size_t natt_document_offset(const natt_document *doc, natt_bytes part)
{
    (void)doc, (void)part;
    return nondet_size();
}

static _Bool has_size(natt_bytes value, size_t min, size_t max)
{
    return value.ptr == NULL || (value.len >= min && value.len <= max);
}

static _Bool right(const natt_document *d, const natt_options *o)
{
    size_t key = o->limits == NATT_LIMITS_DEFAULT ? 4096 : 1024;
    size_t others = o->limits == NATT_LIMITS_DEFAULT ? 4096 : o->limits == NATT_LIMITS_AWS_1024 ? 1024 : 512;
    return d->kind == o->kind && (d->unknown_count == 0 || (o->flags & NATT_ALLOW_UNKNOWN_FIELDS) != 0) &&
           has_size(d->public_key, o->limits == NATT_LIMITS_AWS_512, key) && has_size(d->user_data, 0, others) &&
           has_size(d->nonce, 0, others);
}

int main(void)
{
    natt_options opt = nondet_options();
    natt_document doc = nondet_document();
    natt_error err = {NATT_OK, 0, 0, ""};
    __CPROVER_assume((unsigned)opt.limits <= (unsigned)NATT_LIMITS_AWS_512); /* options.c */
    bool ok = natt_fields_check(&doc, &opt, &err);
    REACHABLE(ok);
    REACHABLE(!ok);
    __CPROVER_assert(ok == right(&doc, &opt), "accepted exactly if kind, unknown fields and sizes are right");
    __CPROVER_assert(ok == (err.code == NATT_OK), "false has a code, true has none");
    return 0;
}
