/* Arithmetic mod n on words of 32 bits. */
#include <stdint.h>

#define WORD      uint32_t
#define WORD_BITS 32
#define DOUBLE    uint64_t

#include "verify/crypto/p384/p384_scalar.inc.h"
