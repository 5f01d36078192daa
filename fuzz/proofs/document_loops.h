/* What document.c and document_entry.c say of `result` while a document is read, also as the invariant of a loop. */
#include "fuzz/proofs/loops.h"

#define CERTIFICATE(part) (IS_INSIDE(part) && HAS_LEN(part, 1, 1024))
#define SEEN(seen, field) HAS_BIT(seen, NATT_FIELD_##field)
/* What was seen has its value; a PCR that is in the mask has its own. */
#define FIELDS(seen)                                                                                                   \
    ((!SEEN(seen, MODULE_ID) || (IS_INSIDE(result.module_id) && HAS_LEN(result.module_id, 1, 100))) &&                 \
     (!SEEN(seen, DIGEST) || (IS_INSIDE(result.digest) && result.digest.len == 6)) &&                                  \
     (!SEEN(seen, TIMESTAMP) || (result.timestamp_ms > 0 && result.timestamp_ms <= 253402300799999)) &&                \
     (!SEEN(seen, CERTIFICATE) || CERTIFICATE(result.certificate)) && IS_ABSENT_OR_INSIDE(result.public_key) &&        \
     IS_ABSENT_OR_INSIDE(result.user_data) && IS_ABSENT_OR_INSIDE(result.nonce) && PCR && BUNDLE &&                    \
     SEEN(seen, CABUNDLE) == (result.cabundle_count > 0))
#define PCR                                                                                                            \
    (HAS_BIT(result.pcr_mask, one_pcr) ? IS_INSIDE(result.pcrs[one_pcr]) && result.pcrs[one_pcr].len == 48             \
                                       : IS_ABSENT(result.pcrs[one_pcr]))
#define BUNDLE                                                                                                         \
    (result.cabundle_count <= 8 &&                                                                                     \
     (one_certificate >= result.cabundle_count || CERTIFICATE(result.cabundle[one_certificate])))
#define NAME(k) (k >= result.unknown_count || IS_INSIDE(result.unknown_fields[k]))
#define NAMES                                                                                                          \
    (result.unknown_count <= 8 && NAME(0) && NAME(1) && NAME(2) && NAME(3) && NAME(4) && NAME(5) && NAME(6) && NAME(7))
#define RAW (result.raw.ptr == input.ptr && result.raw.len == input.len)
#define STATE(r, seen, next)                                                                                           \
    (IN_WINDOW(r) && NO_ERROR_OF(r) && (next) <= NATT_FIELD_COUNT && RAW && FIELDS(seen) && NAMES)
#define PCR_STATE(r)   (IN_WINDOW(r) && NO_ERROR_OF(r) && PCR)
#define NO_ERROR_OF(r) ((r)->err->code == NATT_OK)
