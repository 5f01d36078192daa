/* Proved of an RDN of a certificate's name, for up to 2048 octets, after any others, as x509.c assumes: no access out
 * of bounds, no overflow, and the loops over its text end; the commonName lies inside or is absent. DER's elements and
 * UTF-8 are contracts. */
#include "fuzz/proofs/any_certificate.h"

int main(void)
{
    natt_error err = {NATT_OK, 0, 0, ""};
    any_certificate();
    struct natt_reader r = any_reader(&err);
    natt_bytes common_name = nondet_bytes();
    __CPROVER_assume(IS_ABSENT_OR_INSIDE(common_name));
    size_t from = r.pos, end = r.end;
    bool ok = read_rdn(&r, &common_name);
    REACHABLE(ok && common_name.len > 1000);
    REACHABLE(!ok);
    __CPROVER_assert(IN_WINDOW(&r) && r.pos >= from && r.end == end, "in the window");
    __CPROVER_assert(ok == NO_ERROR_OF(&r), "with a code on failure");
    __CPROVER_assert(!ok || r.pos > from, "at least one octet");
    __CPROVER_assert(IS_ABSENT_OR_INSIDE(common_name), "the commonName lies inside");
    return 0;
}
