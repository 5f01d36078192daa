/* What nsm_reply_description.c says in invariants. */
#include "fuzz/proofs/nsm_reply_loops.h"

#define LOCKED_PLACES __CPROVER_object_upto((*out).locked_pcrs, sizeof((*out).locked_pcrs))
