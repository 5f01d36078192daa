/* See error.h. */
#include "nsm/kms/error.h"
