/* The engine of IFMA over the meaning of its instructions in C. */
#include "verify/crypto/test/plain_intrinsics.h"

#define natt_p384_lanes_ifma natt_p384_lanes_ifma_plain

#include "verify/crypto/x86/lanes_ifma.inc.h"
