/* Detects that an object was replaced under the same names. */
#ifndef NATT_NSM_PROVISION_CLIENT_OBJECT_DIGEST_H
#define NATT_NSM_PROVISION_CLIENT_OBJECT_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include <p11-kit/pkcs11.h>

/*
 * For a key, a digest of the public key with this id; for a certificate, a digest of its bytes. 0: the server does not
 * have them. The digest is not cryptographic, since the server is trusted. It uses a separate session, since a search
 * may be active in the caller's.
 */
uint64_t natt_client_object_digest(CK_FUNCTION_LIST_PTR p11_kit, CK_SLOT_ID slot, CK_OBJECT_HANDLE object,
                                   CK_OBJECT_CLASS kind, CK_BYTE_PTR id, CK_ULONG id_len);

/* 0 = unknown, for example because the connection was lost meanwhile. */
bool natt_client_may_be_same(uint64_t a_digest, uint64_t b_digest);

#endif
