/* Proved of the field cabundle, for documents of up to 16493 octets, after any other fields, whatever number of
 * certificates: no access out of bounds, no overflow, and the loop ends; true only of 1 to 8 certificates inside, each
 * of 1 to 1024 octets; no other member changes. CBOR's heads and strings are contracts. */
#include "fuzz/proofs/document_value.h"

int main(void)
{
    any_document();
    bool ok = reads(NATT_FIELD_CABUNDLE, &result.cabundle);
    REACHABLE(ok && result.cabundle_count == NATT_MAX_CABUNDLE);
    __CPROVER_assert(!ok || (result.cabundle_count > 0 && BUNDLE), "1 to 8 certificates inside, with their sizes");
    return 0;
}
