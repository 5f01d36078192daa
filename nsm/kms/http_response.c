/* See http_response.h. */
#include "nsm/kms/http_response.h"
