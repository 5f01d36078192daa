/* See address.h. */
#include "nsm/kms/address.h"
