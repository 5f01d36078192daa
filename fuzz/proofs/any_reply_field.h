/*
 * For the proofs of single fields of a reply: each is read after any other fields, as nsm_reply.c assumes.
 */
#include "fuzz/proofs/any_reply.h"

static natt_nsm_error err;
static size_t from;
static bool was_unknown;

/* Names of unknown fields that were recorded before: their number, and any one of them. */
static size_t names, one_name;
static natt_bytes name;

static struct decoder d;

/* A position after any other fields. */
static inline void any_decoder(void)
{
    err = (natt_nsm_error){.code = NATT_NSM_OK};
    d = (struct decoder){.err = &err, .out = &result};
    natt_error_begin(&d.cbor, &d.cbor);
    d.r = natt_cbor_reader(input, &d.cbor);
    d.r.pos = from = any_size();
    __CPROVER_assume(IN_WINDOW(&d.r));
}

static inline bool names_are_kept(const struct seen *seen)
{
    natt_bytes now = seen->unknown[one_name];
    return seen->unknown_count == names && now.ptr == name.ptr && now.len == name.len;
}

/* In place of skip_unknown, as nsm_reply_unknown.c claims it. */
static inline bool any_unknown(struct decoder *of, struct seen *seen, natt_bytes key, size_t at)
{
    __CPROVER_assert(of == &d && IN_WINDOW(&d.r) && NO_ERROR(&d) && IS_INSIDE(key) && at < d.r.pos, "an unknown field");
    __CPROVER_assert(names_are_kept(seen), "after the names that there were");
    was_unknown = true;
    seen->unknown_count = nondet_size();
    return takes_some(&d.r);
}

/* True if all fields that the operation has were read, or if an unknown one was: where they are reached. */
static bool complete, skipped;

static inline void reads(enum natt_nsm_operation of)
{
    struct seen seen = nondet_seen();
    (void)any_unknown;
    any_decoder();
    operation = of;
    result = nondet_reply();
    __CPROVER_assume(OWN_FIELDS(&seen));
    uint32_t known = seen.known;
    one_name = nondet_size();
    __CPROVER_assume(one_name < NATT_MAX_UNKNOWN_FIELDS);
    names = seen.unknown_count, name = seen.unknown[one_name];
    was_unknown = false;
    bool ok = read_field(&d, &variants[of], &seen);
    complete = ok && seen.known == (UINT32_C(1) << variants[of].field_count) - 1;
    skipped = ok && was_unknown;
    __CPROVER_assert(IN_WINDOW(&d.r) && d.r.pos >= from && d.r.end == input.len, "in the window");
    __CPROVER_assert(ok == NO_ERROR(&d), "with a code on failure");
    __CPROVER_assert(!ok || (d.r.pos > from && OWN_FIELDS(&seen)), "the next field begins where this one is proved");
    __CPROVER_assert(!ok || ((known & ~seen.known) == 0 && (seen.known == known) == was_unknown), "no field twice");
    __CPROVER_assert(was_unknown || names_are_kept(&seen), "a known field is no name of an unknown one");
}
