/* See kms_json.h. */
#include "nsm/kms/kms_json.h"
