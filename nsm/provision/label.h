/* Labels of tokens and keys: UTF-8, since the state and the RPC are JSON, and PKCS #11 has them in UTF-8. */
#ifndef NATT_NSM_PROVISION_LABEL_H
#define NATT_NSM_PROVISION_LABEL_H

#include "nsm/provision/error.h"

/* NATT_PROVISION_E_LABEL_TEXT, with the first bad byte and its offset; `of`: "token" or "key". */
bool natt_label_check(const char *label, const char *of, natt_provision_error *err);

#endif
