/* Proved of a field of a reply to DescribeNSM, for responses of up to 12288 octets, after any other fields, as
 * nsm_reply.c assumes: no access out of bounds, no overflow, and the loops over locked PCRs end; true only if
 * module_id stays a string and at most 256 locked PCRs are counted. CBOR's heads and strings, unknown fields
 * (nsm_reply_unknown), comparisons and errors are contracts. */
#include "fuzz/proofs/any_reply_field.h"

int main(void)
{
    any_response();
    reads(NATT_NSM_DESCRIBE_NSM);
    REACHABLE(complete);
    REACHABLE(skipped);
    REACHABLE(result.description.locked_pcr_count == NATT_NSM_MAX_PCRS);
    return 0;
}
