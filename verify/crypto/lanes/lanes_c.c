/* The engine of lanes in plain C. */
#define LANES 4

#include "verify/crypto/lanes/lanes.h"
#include "verify/crypto/lanes/lanes_c.inc.h"
#include "verify/crypto/p384/p384_words.h"

/* over these words */
#include "verify/crypto/lanes/lanes_field.inc.h"
#include "verify/crypto/lanes/lanes_point.inc.h"

#define ENGINE      natt_p384_lanes_c
#define ENGINE_NAME "lanes, C"

#include "verify/crypto/lanes/lanes_engine.inc.h"
