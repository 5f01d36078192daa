/* Labels of tokens as the environment gives them. */
#ifndef NATT_NSM_PROVISION_CLIENT_TOKEN_LABEL_H
#define NATT_NSM_PROVISION_CLIENT_TOKEN_LABEL_H

#include <stdbool.h>

#include <p11-kit/pkcs11.h>

/*
 * Whether this is a token with keys, and of this label: percent-encoded as in a URI; NULL = of any. PKCS #11 pads
 * labels with spaces.
 */
bool natt_client_is_wanted(const CK_TOKEN_INFO *info, const char *label);

#endif
