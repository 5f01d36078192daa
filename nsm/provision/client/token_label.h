/* Labels of tokens as the environment gives them. */
#ifndef NATT_NSM_PROVISION_CLIENT_TOKEN_LABEL_H
#define NATT_NSM_PROVISION_CLIENT_TOKEN_LABEL_H

#include <stdbool.h>

#include <p11-kit/pkcs11.h>

/* Whether `text`, percent-encoded as in a URI, is this label, which PKCS #11 pads with spaces. */
bool natt_client_is_label(const CK_UTF8CHAR label[32], const char *text);

#endif
