/* The engine of four lanes of IFMA over the meaning of its instructions in C. */
#include "verify/crypto/test/plain_intrinsics.h"

#define natt_p384_lanes_ifma4 natt_p384_lanes_ifma4_plain

#include "verify/crypto/x86/lanes_ifma4.inc.h"
