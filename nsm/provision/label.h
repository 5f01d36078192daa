/* Labels of tokens and keys must be UTF-8: the state and the RPC are JSON, and PKCS #11 requires it. */
#ifndef NATT_NSM_PROVISION_LABEL_H
#define NATT_NSM_PROVISION_LABEL_H

#include "nsm/provision/error.h"

/* NATT_PROVISION_E_LABEL_TEXT, with the first invalid byte and its offset; `of`: "token" or "key". */
bool natt_label_check(const char *label, const char *of, natt_provision_error *err);

#endif
