/* See retry.h. */
#include "nsm/kms/retry.h"
