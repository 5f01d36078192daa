/* Proved of natt_cose_parse, for inputs up to 70000 bytes: no access out of bounds, no overflow; true only for a
 * payload of 1 to 16384 octets and a signature of 96 octets, inside the input, in a document of at most 16493 octets.
 * The range of scalars is a contract. */
#include "verify/parse/cose.h"
#include "fuzz/proofs/any_input.h"
#include "verify/parse/ecdsa.h"

#ifndef LIMIT
#define LIMIT 70000
#endif

_Bool nondet_bool(void);

/* As ecdsa.c claims it. */
bool natt_scalar_in_range(natt_bytes value)
{
    __CPROVER_assert(value.len == NATT_SCALAR_LEN && __CPROVER_r_ok(value.ptr, NATT_SCALAR_LEN), "48 octets are read");
    return nondet_bool();
}

int main(void)
{
    natt_error err = {NATT_OK, 0, 0, ""};
    natt_bytes in = any_input(LIMIT);
    struct natt_reader r = natt_cbor_reader(in, &err);
    struct natt_cose cose = {0};
    bool ok = natt_cose_parse(&r, &cose);
    REACHABLE(ok && cose.payload.len == NATT_MAX_PAYLOAD);
    REACHABLE(!ok);
    __CPROVER_assert(ok == (err.code == NATT_OK), "false has a code, true has none");
    __CPROVER_assert(!ok || (in.len >= 1 && in.len <= NATT_MAX_DOCUMENT), "of a document that is not too long");
    __CPROVER_assert(!ok || (inside(in, cose.payload) && cose.payload.len >= 1 && cose.payload.len <= NATT_MAX_PAYLOAD),
                     "the payload lies inside");
    __CPROVER_assert(!ok || (inside(in, cose.signature) && cose.signature.len == 96), "the signature lies inside");
    __CPROVER_assert(!ok || (inside(in, cose.protected_header) && cose.protected_header.len == 4), "and the header");
    __CPROVER_assert(!ok || r.pos == in.len, "nothing follows");
    return 0;
}
