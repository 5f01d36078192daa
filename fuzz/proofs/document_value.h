/*
 * For the proofs of single fields of a document: each is read into any result, whatever other fields left there.
 * Nothing but its own member changes, so what is true of the other members stays true.
 */
#include "fuzz/proofs/any_document.h"

static natt_document before;
static size_t from;

#define SAME(member) (result.member.ptr == before.member.ptr && result.member.len == before.member.len)
#define KEPT(member) (own == &result.member || SAME(member))

/* All members but the own one. */
static inline bool rest_is_kept(const void *own)
{
    return SAME(raw) && SAME(protected_header) && SAME(payload) && SAME(signature) && KEPT(module_id) && KEPT(digest) &&
           (own == &result.timestamp_ms || result.timestamp_ms == before.timestamp_ms) && KEPT(certificate) &&
           (own == &result.pcrs || (result.pcr_mask == before.pcr_mask && SAME(pcrs[one_pcr]))) &&
           (own == &result.cabundle ||
            (result.cabundle_count == before.cabundle_count && SAME(cabundle[one_certificate]))) &&
           KEPT(public_key) && KEPT(user_data) && KEPT(nonce) && SAME(unknown_fields[one_name]) &&
           result.unknown_count == before.unknown_count;
}

/* A reader at any position, and any result. */
static inline struct natt_reader any_place(natt_error *err)
{
    *err = (natt_error){NATT_OK, 0, 0, ""};
    struct natt_reader r = natt_cbor_reader(input, err);
    r.pos = from = any_size();
    __CPROVER_assume(IN_WINDOW(&r));
    result = nondet_document();
    return r;
}

/* True if it is accepted. */
static inline bool reads(uint32_t field, const void *own)
{
    natt_error err;
    struct natt_reader r = any_place(&err);
    uint32_t others = nondet_u32(), seen = others;
    __CPROVER_assume(HAS_BIT(others, NATT_FIELD_CABUNDLE) || result.cabundle_count == 0);
    before = result;
    bool ok = read_known(&r, &result, field, &seen, from);
    __CPROVER_assert(IN_WINDOW(&r) && r.pos >= from && r.end == input.len, "in the window");
    __CPROVER_assert(ok == NO_ERROR_OF(&r), "with a code on failure");
    __CPROVER_assert(!ok || r.pos > from, "at least one byte");
    __CPROVER_assert(!ok || (!HAS_BIT(others, field) && seen == (others | BIT(field))), "no field twice");
    __CPROVER_assert(rest_is_kept(own), "no other member changes");
    return ok;
}
