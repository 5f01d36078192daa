/* See connection.h. */
#include "nsm/kms/connection.h"
