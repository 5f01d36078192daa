/* Every engine that this build contains and this processor supports. */
#ifndef NATT_VERIFY_CRYPTO_TEST_ENGINES_H
#define NATT_VERIFY_CRYPTO_TEST_ENGINES_H

#include "verify/crypto/p384/p384.h"

/* Returns NULL after the last. engines_wide.c, engines_narrow.c or engines_x86.c, as in the library's dispatch. */
const struct natt_p384_engine *test_engine(unsigned i);
/* That of one signature in four lanes: engines_one.c or engines_one_none.c. */
const struct natt_p384_engine *test_engine_one(void);

#endif
