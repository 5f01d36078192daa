/* The engines of lanes, and of one signature in four lanes, in plain C. */
#define LANES 4

#include "verify/crypto/lanes/lanes_c.inc.h"
#include "verify/crypto/lanes/one.h"
#include "verify/crypto/p384/p384_words.h"

/* over these words */
#include "verify/crypto/lanes/lanes_field.inc.h"
#include "verify/crypto/lanes/lanes_point.inc.h"

#define ENGINE      natt_p384_lanes_c
#define ENGINE_NAME "lanes, C"

#include "verify/crypto/lanes/lanes_engine.inc.h"

#define ONE_ASK    natt_one_c_ask
#define ONE_ENGINE natt_p384_one_c
#define ONE_NAME   "one, C"
#define SCALAR     natt_p384_narrow

/* Compilers take long for many products. */
#define ONE_PRODUCT static __attribute__((noinline))

#include "verify/crypto/lanes/one_c.inc.h"
#include "verify/crypto/lanes/one_field.inc.h"

/* over this field */
#include "verify/crypto/lanes/one_engine.inc.h"
#include "verify/crypto/lanes/one_table.inc.h"
