/*
 * The other module's functions that use private keys, each with a check of the state: a token that has expired or was
 * removed returns CKR_DEVICE_REMOVED. If a removal was killed while SoftHSM wrote the token's file, SoftHSM continues
 * to sign for logged-in programs, and that token can no longer be removed.
 */
#ifndef NATT_NSM_PROVISION_FORWARD_REFUSE_H
#define NATT_NSM_PROVISION_FORWARD_REFUSE_H

#include <p11-kit/pkcs11.h>

/* Replaces these functions in `functions`, which are those of `behind`. */
void natt_p11ne_refuse(CK_FUNCTION_LIST *functions, CK_FUNCTION_LIST_PTR behind);

#endif
