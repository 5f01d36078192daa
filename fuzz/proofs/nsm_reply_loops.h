/* What nsm_reply.c says of `result` while a reply is decoded, also as the invariant of a loop. */
#include "fuzz/proofs/loops.h"

#define KNOWN(seen, op, bit) (operation == NATT_NSM_##op && HAS_BIT((seen)->known, bit))
#define LOCKED               (result.description.locked_pcr_count <= 256 && result.description.module_id[100] == 0)
#define OWN_FIELDS(seen)                                                                                               \
    (IS_ABSENT_OR_INSIDE(result.data) && IS_ABSENT_OR_INSIDE(result.document) && IS_ABSENT_OR_INSIDE(result.random) && \
     (!KNOWN(seen, DESCRIBE_PCR, 1) || (IS_INSIDE(result.data) && result.data.len == 48)) &&                           \
     (!KNOWN(seen, EXTEND_PCR, 0) || (IS_INSIDE(result.data) && result.data.len == 48)) &&                             \
     (!KNOWN(seen, ATTESTATION, 0) || (IS_INSIDE(result.document) && result.document.len > 0)) &&                      \
     (!KNOWN(seen, GET_RANDOM, 0) || (IS_INSIDE(result.random) && result.random.len > 0)) && LOCKED &&                 \
     (HAS_BIT((seen)->known, 5) || result.description.locked_pcr_count == 0))
#define NAME(seen, k) (k >= (seen)->unknown_count || IS_INSIDE((seen)->unknown[k]))
#define NAMES(seen)                                                                                                    \
    ((seen)->unknown_count <= 8 && NAME(seen, 0) && NAME(seen, 1) && NAME(seen, 2) && NAME(seen, 3) &&                 \
     NAME(seen, 4) && NAME(seen, 5) && NAME(seen, 6) && NAME(seen, 7))
#define NO_ERROR(d)    ((d)->cbor.code == NATT_OK && (d)->err->code == NATT_NSM_OK)
#define STATE(d, seen) (IN_WINDOW(&(d)->r) && NO_ERROR(d) && OWN_FIELDS(seen) && NAMES(seen))
