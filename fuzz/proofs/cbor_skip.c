/* Proved for inputs up to LIMIT: an item of any shape is skipped inside the window, and recursion is bounded. */
#include "fuzz/proofs/any_input.h"
#include "verify/cbor.h"

#ifndef LIMIT
#define LIMIT 4
#endif

int main(void)
{
    natt_error err = {0};
    natt_bytes in = any_input(LIMIT);
    struct natt_reader r = natt_cbor_reader(in, &err);
    bool ok = natt_cbor_skip(&r);
    __CPROVER_assert(r.pos <= r.end && ok == (err.code == NATT_OK), "in the window, and says why not");
    __CPROVER_assert(!ok || r.pos > 0, "an item has at least one byte");
    return 0;
}
