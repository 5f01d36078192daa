/* Proved of natt_expectations_check and natt_expectations_checks_made, for all options that options.c accepts and all
 * documents, with names of up to 6 octets: true exactly if each expectation that verify.h documents is met; the harness
 * contains these a second time. Only performed checks are reported. Comparisons and zero values are contracts: any
 * result, the same one each time. */
#include "fuzz/proofs/any_input.h"
#include "nitro_attest/verify.h"

#define natt_bytes_zero zero_in_full
#define natt_bytes_skip skip_in_full
#include "verify/parse/reader.c"
#undef natt_bytes_zero
#undef natt_bytes_skip

#define NAME 6 /* octets of a name */

_Bool nondet_bool(void);

natt_options nondet_options(void);
natt_document nondet_document(void);

_Bool __CPROVER_uninterpreted_equal(const uint8_t *, size_t, const uint8_t *, size_t);
_Bool __CPROVER_uninterpreted_zero(const uint8_t *);

static bool equal(natt_bytes a, natt_bytes b)
{
    return a.len == b.len && __CPROVER_uninterpreted_equal(a.ptr, a.len, b.ptr, b.len);
}

bool natt_bytes_skip(natt_bytes *a, const void *text, size_t len);

bool natt_bytes_zero(natt_bytes a)
{
    __CPROVER_assert(a.ptr != NULL, "the value of a PCR that the document has");
    return __CPROVER_uninterpreted_zero(a.ptr);
}

/* Whether a name begins with its owner: any answer for each of the two names. */
static const uint8_t *leaf_name;
static _Bool leaf_has_owner, instance_has_owner;

bool natt_bytes_skip(natt_bytes *a, const void *text, size_t len)
{
    (void)text;
    if (a->len < len || !(__CPROVER_same_object(a->ptr, leaf_name) ? leaf_has_owner : instance_has_owner))
        return false;
    *a = natt_bytes_drop(*a, len);
    return true;
}

natt_bytes natt_document_instance_id(const natt_document *doc)
{
    return (natt_bytes){doc->module_id.ptr, doc->module_id.len / 2};
}

size_t natt_document_offset(const natt_document *doc, natt_bytes part)
{
    (void)doc;
    return part.ptr != NULL ? nondet_size() : NATT_NO_OFFSET;
}

static uint32_t checks_of_options;
uint32_t natt_options_checks(const natt_options *opt)
{
    (void)opt;
    return checks_of_options;
}

#define natt_bytes_equal equal
#include "verify/rules/expectations.c"

/* ---- the expectations, written again ---- */

static _Bool is_debug(const natt_document *d)
{
    _Bool zero = 0;
    for (size_t i = 0; i < 3; i++)
        zero = zero || d->pcrs[i].ptr == NULL || natt_bytes_zero(d->pcrs[i]);
    return d->kind == NATT_KIND_ENCLAVE && zero;
}

static _Bool is_fresh(const natt_document *d, const natt_options *o)
{
    __int128 age = (__int128)o->now_ms - d->timestamp_ms;
    return -age <= (__int128)o->max_future_ms && (o->time_mode == NATT_TIME_ARCHIVE || age <= (__int128)o->max_age_ms);
}

static _Bool is_expected(natt_bytes value, const natt_expectation *e)
{
    return e->mode == NATT_EXPECT_ANY || (e->mode == NATT_EXPECT_ABSENT && value.ptr == NULL) ||
           (e->mode == NATT_EXPECT_EXACT && value.ptr != NULL && equal(value, e->value));
}

static _Bool meets(const natt_document *d, natt_bytes region, const natt_options *o)
{
    return is_fresh(d, o) && (!is_debug(d) || (o->flags & NATT_ALLOW_DEBUG) != 0) &&
           (o->nonce_mode == NATT_NONCE_NOT_USED || (d->nonce.ptr != NULL && equal(d->nonce, o->nonce))) &&
           is_expected(d->user_data, &o->user_data) && is_expected(d->public_key, &o->public_key) &&
           ((o->flags & NATT_REQUIRE_MODULE_BINDING) == 0 || region.ptr != NULL) &&
           (o->module_id.ptr == NULL || equal(d->module_id, o->module_id)) &&
           (o->region.ptr == NULL || (region.ptr != NULL && equal(region, o->region)));
}

static uint32_t made(const natt_document *d, natt_bytes region)
{
    return checks_of_options | (d->kind == NATT_KIND_ENCLAVE && !is_debug(d) ? NATT_CHECKED_PRODUCTION : 0) |
           (region.ptr != NULL ? NATT_CHECKED_MODULE_BINDING : 0);
}

int main(void)
{
    static struct natt_chain chain = {.count = 3};
    natt_options opt = nondet_options();
    natt_document doc = nondet_document();
    natt_error err = {NATT_OK, 0, 0, ""};
    __CPROVER_assume(opt.time_mode == NATT_TIME_NOW || opt.time_mode == NATT_TIME_ARCHIVE); /* options.c */
    __CPROVER_assume((unsigned)opt.user_data.mode <= (unsigned)NATT_EXPECT_ABSENT &&
                     (unsigned)opt.public_key.mode <= (unsigned)NATT_EXPECT_ABSENT);
    checks_of_options = (uint32_t)nondet_size();
    chain.certs[2].subject_cn = any_input(NAME);
    chain.certs[1].subject_cn = any_input(NAME);
    leaf_name = chain.certs[2].subject_cn.ptr;
    leaf_has_owner = nondet_bool();
    instance_has_owner = nondet_bool();
    doc.module_id = any_input(NATT_MAX_MODULE_ID);
    __CPROVER_assume(doc.nonce.ptr != NULL || doc.nonce.len == 0);
    natt_bytes region = natt_chain_region(&doc, &chain);
    bool ok = natt_expectations_check(&doc, &chain, &opt, &err);
    REACHABLE(ok && opt.nonce_mode == NATT_NONCE_EXACT && opt.region.ptr != NULL);
    REACHABLE(ok && opt.time_mode == NATT_TIME_ARCHIVE);
    REACHABLE(!ok);
    __CPROVER_assert(ok == meets(&doc, region, &opt), "accepted exactly if every expectation is met");
    __CPROVER_assert(ok == (err.code == NATT_OK), "false has a code, true has none");
    __CPROVER_assert(natt_document_is_debug(&doc) == is_debug(&doc), "a debug document is what verify.h calls so");
    __CPROVER_assert(natt_expectations_checks_made(&doc, &chain, &opt) == made(&doc, region), "checks that were made");
    return 0;
}
