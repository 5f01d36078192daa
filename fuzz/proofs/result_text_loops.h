/* result_text.c needs no words of its own. */
#include "fuzz/proofs/loops.h"
