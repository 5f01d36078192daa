/* What x509.c says while a certificate is read, also as the invariants of loops. */
#include "fuzz/proofs/loops.h"

#define NO_ERROR_OF(r) ((r)->err->code == NATT_OK)
#define READING(r)     (IN_WINDOW(r) && NO_ERROR_OF(r))
#define OID_INSIDE     (one_oid >= count || IS_INSIDE(oids[one_oid]))
#define CRITICAL       IS_ABSENT_OR_INSIDE(result.unknown_critical)
/* From unknown_critical to the end. */
#define EXTENSION_PARTS __CPROVER_object_from(&result.unknown_critical)
