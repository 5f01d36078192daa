/*
 * For the proofs of fields: each is read after any other fields, which are the same ones for all.
 */
#include "fuzz/proofs/any_document.h"

static natt_document others;
static uint32_t others_seen;
static size_t from;

static void any_others(void)
{
    uint32_t next;
    natt_error err = {NATT_OK, 0, 0, ""};
    any_document();
    struct natt_reader r = natt_cbor_reader(input, &err);
    r.pos = from = any_size();
    result.raw = input;
    any_state(&others_seen, &next);
    __CPROVER_assume(STATE(&r, others_seen, 0));
    others = result;
}

static bool others_are_kept(void)
{
    natt_bytes name = result.unknown_fields[one_name], old = others.unknown_fields[one_name];
    return RAW && result.unknown_count == others.unknown_count && name.ptr == old.ptr && name.len == old.len;
}

static bool reads(uint32_t field)
{
    natt_error err = {NATT_OK, 0, 0, ""};
    struct natt_reader r = natt_cbor_reader(input, &err);
    uint32_t seen = others_seen;
    result = others;
    r.pos = from;
    bool ok = read_known(&r, &result, field, &seen, from);
    __CPROVER_assert(IN_WINDOW(&r) && r.pos >= from && ok == NO_ERROR_OF(&r), "in the window, with a code on failure");
    __CPROVER_assert(!ok || (r.pos > from && FIELDS(seen)), "its views lie inside, with their sizes");
    __CPROVER_assert(!ok || (!HAS_BIT(others_seen, field) && seen == (others_seen | BIT(field))), "no field twice");
    __CPROVER_assert(others_are_kept(), "names of unknown fields stay");
    return ok;
}
