/* Labels of tokens in environment variables. */
#ifndef NATT_NSM_PROVISION_CLIENT_TOKEN_LABEL_H
#define NATT_NSM_PROVISION_CLIENT_TOKEN_LABEL_H

#include <stdbool.h>

#include <p11-kit/pkcs11.h>

/*
 * True: a token with keys and with this label, which is percent-encoded as in a URI; NULL = any label. PKCS #11 pads
 * labels with spaces.
 */
bool natt_client_is_wanted(const CK_TOKEN_INFO *info, const char *label);

#endif
