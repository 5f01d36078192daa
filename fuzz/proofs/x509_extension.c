/* Proved of an extension of a certificate, for up to 2048 octets, after any others, as x509.c assumes: no access out of
 * bounds, no overflow; true only if its object identifier lies inside; it changes the parts of extensions alone, and
 * names no other extension as the first unknown one. The comparison with up to 15 earlier object identifiers reads
 * only these, and refuses none whose length is new. DER's elements and comparisons are contracts. */
#include "fuzz/proofs/any_certificate.h"

static natt_certificate before;

#define SAME(member) (result.member.ptr == before.member.ptr && result.member.len == before.member.len)

static void reads_one(void)
{
    natt_error err = {NATT_OK, 0, 0, ""};
    struct natt_reader r = any_reader(&err);
    natt_bytes oid;
    result = nondet_certificate();
    __CPROVER_assume(CRITICAL);
    before = result;
    size_t from = r.pos, end = r.end;
    bool ok = read_extension(&r, &result, &oid);
    REACHABLE(ok && result.path_len == UINT32_MAX);
    REACHABLE(ok && result.unknown_critical.ptr != before.unknown_critical.ptr);
    REACHABLE(ok && result.key_usage == 0xffff && before.key_usage == 0);
    REACHABLE(!ok);
    __CPROVER_assert(IN_WINDOW(&r) && r.pos >= from && r.end == end, "in the window");
    __CPROVER_assert(ok == NO_ERROR_OF(&r), "with a code on failure");
    __CPROVER_assert(!ok || (r.pos > from && IS_INSIDE(oid)), "its object identifier lies inside");
    __CPROVER_assert(CRITICAL, "the first unknown one lies inside");
    __CPROVER_assert(!ok || SAME(unknown_critical) ||
                         (result.unknown_critical.ptr == oid.ptr && result.unknown_critical.len == oid.len),
                     "the first unknown one is as before, or this one");
    __CPROVER_assert(SAME(raw) && SAME(tbs) && SAME(serial) && SAME(issuer) && SAME(subject) && SAME(issuer_cn) &&
                         SAME(subject_cn) && SAME(spki) && SAME(public_key) && SAME(r) && SAME(s) &&
                         result.not_before == before.not_before && result.not_after == before.not_after,
                     "the other parts stay");
}

static void compares_with_earlier(void)
{
    natt_error err = {NATT_OK, 0, 0, ""};
    struct natt_reader r = any_reader(&err);
    natt_bytes oids[NATT_MAX_EXTENSIONS];
    size_t count = nondet_size();
    __CPROVER_assume(count < NATT_MAX_EXTENSIONS);
    for (size_t i = 0; i <= count; i++)
        oids[i] = any_view();
    bool is_new = true;
    for (size_t i = 0; i < count; i++)
        is_new = is_new && oids[i].len != oids[count].len;
    bool ok = check_extension_new(&r, oids, count, r.pos);
    REACHABLE(!ok && count == NATT_MAX_EXTENSIONS - 1);
    __CPROVER_assert(ok == NO_ERROR_OF(&r), "with a code on failure");
    __CPROVER_assert(ok || !is_new, "one of a new length is new");
}

int main(void)
{
    any_certificate();
    reads_one();
    compares_with_earlier();
    return 0;
}
