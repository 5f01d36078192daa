/*
 * The functions of the module behind that use private keys, with a look at the state before each of them: a token that
 * has expired or was removed answers CKR_DEVICE_REMOVED. SoftHSM goes on signing for a program that is logged in where
 * a removal was killed while it wrote the token's file, and nobody can remove such a token any longer.
 */
#ifndef NATT_NSM_PROVISION_FORWARD_REFUSE_H
#define NATT_NSM_PROVISION_FORWARD_REFUSE_H

#include <p11-kit/pkcs11.h>

/* Replaces these functions in `functions`, which are those of `behind`. */
void natt_p11ne_refuse(CK_FUNCTION_LIST *functions, CK_FUNCTION_LIST_PTR behind);

#endif
