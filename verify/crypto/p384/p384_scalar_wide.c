/* Arithmetic mod n on words of 64 bits. */
#include <stdint.h>

__extension__ typedef unsigned __int128 scalar_double;

#define WORD      uint64_t
#define WORD_BITS 64
#define DOUBLE    scalar_double

#include "verify/crypto/p384/p384_scalar.inc.h"
