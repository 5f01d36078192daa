/* See credentials.h. */
#include "nsm/kms/credentials.h"
