/* The engine of eight lanes of IFMA over the meaning of its instructions in C. */
#include "verify/crypto/test/plain_intrinsics.h"

#define natt_p384_lanes_ifma8 natt_p384_lanes_ifma8_plain

#include "verify/crypto/x86/lanes_ifma8.inc.h"
