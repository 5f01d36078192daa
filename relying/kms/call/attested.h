/*
 * The document of Recipient: who will be able to read the reply. What KMS answers for a document that it refuses is not
 * published; here, one that cannot be read is a ValidationException, and one that is not to be trusted (another root, a
 * wrong signature, too old, a debug enclave, seen before) an AccessDeniedException.
 */
#ifndef NATT_RELYING_KMS_CALL_ATTESTED_H
#define NATT_RELYING_KMS_CALL_ATTESTED_H

#include "relying/kms/call/call.h"

/* Fills call->document. Verified is who the document comes from; whether the key's policy likes its PCRs is asked
 * later. */
bool natt_kms_verify_recipient(natt_kms_call *call);

/* NATT_OK: the roots and the greatest age can be used; else the code that natt_verify gives for every document. */
natt_code natt_kms_check_roots(const natt_kms_config *config, uint64_t now_ms);

/* With refuse_replays: false where an earlier request was answered with this document, or where it is too old by now.
 * Right before the answer. */
bool natt_kms_check_replay(natt_kms_call *call);

#endif
