/* Proved for inputs up to LIMIT: the envelope's views lie inside, and nothing unsigned hides beside them. */
#include "fuzz/proofs/any_input.h"
#include "verify/cose.h"

#ifndef LIMIT
#define LIMIT 125
#endif

int main(void)
{
    natt_error err = {0};
    natt_bytes in = any_input(LIMIT);
    struct natt_reader r = natt_cbor_reader(in, &err);
    struct natt_cose cose = {0};
    bool ok = natt_cose_parse(&r, &cose);
    __CPROVER_assert(r.pos <= r.end && ok == (err.code == NATT_OK), "in the window, and says why not");
    if (!ok)
        return 0;
    __CPROVER_assert(inside(in, cose.payload) && inside(in, cose.signature), "views lie inside");
    __CPROVER_assert(cose.signature.len == 96 && cose.payload.len >= 1, "of the sizes that the format has");
    size_t head = cose.payload.len < 24 ? 1 : 2;
    __CPROVER_assert(in.len == (cose.tagged ? 1u : 0u) + 7 + head + cose.payload.len + 98, "and nothing else is there");
    return 0;
}
