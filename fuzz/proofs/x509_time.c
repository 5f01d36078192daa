/* Proved of natt_x509_read_time, for inputs up to 70000 bytes: no access out of bounds, no overflow; each time that it
 * accepts is within the years 1950 to 9999, as chain.c and its proof assume. */
#include "verify/parse/x509_time.h"
#include "fuzz/proofs/any_input.h"

#ifndef LIMIT
#define LIMIT 70000
#endif

int main(void)
{
    natt_error err = {NATT_OK, 0, 0, ""};
    natt_bytes in = any_input(LIMIT);
    struct natt_reader r = natt_der_reader(in, &err);
    int64_t seconds = 0;
    bool ok = natt_x509_read_time(&r, &seconds);
    REACHABLE(ok);
    REACHABLE(!ok);
    __CPROVER_assert(ok == (err.code == NATT_OK) && r.pos <= r.end, "in the window, with a code on failure");
    __CPROVER_assert(!ok || r.pos > 0, "at least one octet");
    __CPROVER_assert(!ok || (seconds >= INT64_C(-631152000) && seconds <= INT64_C(253402300799)),
                     "from 1950-01-01 to 9999-12-31");
    return 0;
}
