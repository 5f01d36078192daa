/* Compiled for Armv8.2 with SHA-512; called only where the processor has it. */
#include <arm_neon.h>

#include "verify/crypto/aarch64/sha384_sha512.inc.h"
