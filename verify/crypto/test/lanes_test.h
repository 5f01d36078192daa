/* What the files of the lanes' test share. */
#ifndef NATT_VERIFY_CRYPTO_TEST_LANES_TEST_H
#define NATT_VERIFY_CRYPTO_TEST_LANES_TEST_H

#include "verify/crypto/test/lanes_engines.h"

#define SCALAR (&natt_p384_narrow) /* in every build */

void check(bool good, const char *who, const char *what);

/* Which slices natt_lanes_verify makes. Nothing where no table is a constant. */
void check_plan(void);

/* Keys with a table; every STEPth edge case. Nothing where no table is a constant. */
void check_tables(const struct natt_p384_lanes *engine, size_t step);

/* One slice of edge cases with tables, in one lane each and split up. */
bool table_slices_agree(const struct natt_p384_lanes *engine);

#endif
