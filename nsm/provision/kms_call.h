/* Decrypt of KMS, which a stopping program need not wait for. */
#ifndef NATT_NSM_PROVISION_KMS_CALL_H
#define NATT_NSM_PROVISION_KMS_CALL_H

#include "nsm/provision/limit.h"

/*
 * natt_kms_client_decrypt, in a separate thread if the limit can be stopped. False with *left: it was stopped, and the
 * thread still uses the client, the request's memory and `out`, so keep them until the program ends.
 */
bool natt_kms_call_decrypt(natt_kms_client *client, natt_kms_client_buffer *out,
                           const natt_kms_client_decrypt_request *request, const natt_limit *limit, bool *left,
                           natt_kms_client_error *err);

#endif
