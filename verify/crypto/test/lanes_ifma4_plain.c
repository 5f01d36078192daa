/* The engines of four lanes of IFMA over the meaning of their instructions in C. */
#include "verify/crypto/test/plain_intrinsics_vl.h"

#define natt_p384_lanes_ifma4 natt_p384_lanes_ifma4_plain
#define natt_p384_one_ifma    natt_p384_one_ifma_plain
#define natt_one_ifma_ask     natt_one_ifma_plain_ask
#define SCALAR                natt_p384_narrow

/* Compilers take long for many products. */
#define ONE_PRODUCT static __attribute__((noinline))

#include "verify/crypto/x86/lanes_ifma4.inc.h"
