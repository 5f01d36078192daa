/* Proved of a field of a reply to DescribePCR, ExtendPCR, Attestation and GetRandom, for responses of up to 12288
 * octets, after any other fields, as nsm_reply.c assumes: no access out of bounds, no overflow; true only if what it
 * reads lies inside, with its size, and no known field comes twice. CBOR's heads and strings, unknown fields
 * (nsm_reply_unknown), comparisons and errors are contracts. */
#include "fuzz/proofs/any_reply_field.h"

int main(void)
{
    any_response();
    reads(NATT_NSM_DESCRIBE_PCR);
    REACHABLE(complete && operation == NATT_NSM_DESCRIBE_PCR);
    REACHABLE(skipped && operation == NATT_NSM_DESCRIBE_PCR);
    reads(NATT_NSM_EXTEND_PCR);
    REACHABLE(complete && operation == NATT_NSM_EXTEND_PCR);
    REACHABLE(skipped && operation == NATT_NSM_EXTEND_PCR);
    reads(NATT_NSM_ATTESTATION);
    REACHABLE(complete && operation == NATT_NSM_ATTESTATION);
    REACHABLE(skipped && operation == NATT_NSM_ATTESTATION);
    reads(NATT_NSM_GET_RANDOM);
    REACHABLE(complete && operation == NATT_NSM_GET_RANDOM);
    REACHABLE(skipped && operation == NATT_NSM_GET_RANDOM);
    return 0;
}
