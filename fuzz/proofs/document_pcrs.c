/* Proved of the two fields that are maps of PCRs, for documents of up to 16493 octets, after any other fields, whatever
 * order and number of PCRs: no access out of bounds, no overflow, and the loop ends; a PCR has 48 octets inside, if its
 * bit is set, and is absent otherwise. Each PCR and CBOR's heads are contracts. */
#include "fuzz/proofs/document_field.h"

/* In place of read_pcr. */
static bool any_pcr(struct natt_reader *r, natt_document *doc)
{
    __CPROVER_assert(doc == &result && PCR_STATE(r), "each PCR is read after any others");
    bool ok = takes_some(r);
    doc->pcr_mask = nondet_u32();
    doc->pcrs[one_pcr] = nondet_document().pcrs[0];
    __CPROVER_assume(!ok || PCR_STATE(r));
    return ok;
}

int main(void)
{
    (void)any_pcr;
    any_others();
    bool pcrs = reads(NATT_FIELD_PCRS), nitrotpm_pcrs = reads(NATT_FIELD_NITROTPM_PCRS);
    (void)pcrs, (void)nitrotpm_pcrs;
    REACHABLE(pcrs);
    REACHABLE(nitrotpm_pcrs);
    return 0;
}
