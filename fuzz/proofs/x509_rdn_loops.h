/* x509_rdn.c needs no words of its own. */
#include "fuzz/proofs/x509_loops.h"
