/* The invariant of document_cabundle.c. */
#include "fuzz/proofs/document_loops.h"

#define BUNDLE_STATE(r) (IN_WINDOW(r) && NO_ERROR_OF(r) && BUNDLE)
#define BUNDLE_PLACES   __CPROVER_object_upto(result.cabundle, sizeof(result.cabundle))
