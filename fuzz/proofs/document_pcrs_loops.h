/* The invariant of document_pcrs.c. */
#include "fuzz/proofs/document_loops.h"
