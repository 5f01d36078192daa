/* Proved of one PCR of a document's map, for documents of up to 16493 octets, after any other PCRs and fields, as
 * document_pcrs.c assumes: no access out of bounds, no overflow; true only if its index is new and its value has 48
 * octets inside; nothing but the PCR with this index and its bit has changed. CBOR's heads and strings are
 * contracts. */
#include "fuzz/proofs/document_value.h"

int main(void)
{
    natt_error err;
    any_document();
    struct natt_reader r = any_place(&err);
    __CPROVER_assume(PCR);
    before = result;
    bool ok = read_pcr(&r, &result);
    bool added = result.pcr_mask != before.pcr_mask;
    REACHABLE(ok && result.pcr_mask == UINT32_MAX);
    REACHABLE(!ok && added);
    __CPROVER_assert(IN_WINDOW(&r) && r.pos >= from && ok == NO_ERROR_OF(&r), "in the window, with a code on failure");
    __CPROVER_assert(!ok || (r.pos > from && added && PCR), "a new PCR, of 48 octets inside");
    __CPROVER_assert((result.pcr_mask & before.pcr_mask) == before.pcr_mask, "no PCR disappears");
    __CPROVER_assert(!HAS_BIT(before.pcr_mask, one_pcr) || SAME(pcrs[one_pcr]), "an earlier PCR keeps its value");
    __CPROVER_assert(rest_is_kept(&result.pcrs), "no other member changes");
    return 0;
}
