/* -Dsmall_tables=true: no table is a constant, so none is used. */
#include "verify/crypto/p384/p384.h"

const struct natt_p384_tables natt_p384_tables = {NULL, NULL};
