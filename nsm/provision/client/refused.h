/*
 * Functions of PKCS #11 that nitro-attest-client.so refuses with CKR_FUNCTION_NOT_SUPPORTED: those that change a token,
 * and those for which a TLS server needs no token, such as digests.
 */
#ifndef NATT_NSM_PROVISION_CLIENT_REFUSED_H
#define NATT_NSM_PROVISION_CLIENT_REFUSED_H

#include <p11-kit/pkcs11.h>

/* Sets every function that is NULL. */
void natt_client_refuse_others(CK_FUNCTION_LIST_PTR functions);

#endif
