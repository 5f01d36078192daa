/* Decrypt of KMS, which a program that is asked to stop need not wait for. */
#ifndef NATT_NSM_PROVISION_KMS_CALL_H
#define NATT_NSM_PROVISION_KMS_CALL_H

#include "nsm/provision/limit.h"

/*
 * natt_kms_client_decrypt; where the limit can be stopped, in a thread of its own. False with *left: it was stopped,
 * and the thread continues to use the client, the request's memory and `out`: they must stay until the program ends.
 */
bool natt_kms_call_decrypt(natt_kms_client *client, natt_kms_client_buffer *out,
                           const natt_kms_client_decrypt_request *request, const natt_limit *limit, bool *left,
                           natt_kms_client_error *err);

#endif
