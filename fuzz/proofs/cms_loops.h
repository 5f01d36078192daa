/* The invariant of cms.c: pieces of content follow each other in their window. */
#include "fuzz/proofs/message_loops.h"

#define PIECES(pieces, from, outer) (IS_SMALL(from) && from <= (pieces)->pos && IS_ENTERED(pieces, outer) && NO_ERROR)
