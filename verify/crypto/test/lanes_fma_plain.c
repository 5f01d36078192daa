/* The engine of FMA over the meaning of its instructions in C. */
#include "verify/crypto/test/plain_intrinsics.h"

#define natt_p384_lanes_fma natt_p384_lanes_fma_plain

#include "verify/crypto/x86/lanes_fma.inc.h"
