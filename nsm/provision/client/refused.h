/*
 * Functions of PKCS #11 that nitro-attest-client.so refuses with CKR_FUNCTION_NOT_SUPPORTED: all that changes a token,
 * and all that a server of TLS needs no token for, such as digests.
 */
#ifndef NATT_NSM_PROVISION_CLIENT_REFUSED_H
#define NATT_NSM_PROVISION_CLIENT_REFUSED_H

#include <p11-kit/pkcs11.h>

/* Every function that is not set yet. */
void natt_client_refuse_others(CK_FUNCTION_LIST_PTR functions);

#endif
