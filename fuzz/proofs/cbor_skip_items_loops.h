/* cbor_skip_items.c needs no words of its own. */
#include "fuzz/proofs/loops.h"
