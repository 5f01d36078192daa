/*
 * The document in Recipient determines who can read the reply. AWS does not publish KMS's errors for refused documents.
 * Here, a document that cannot be parsed gives a ValidationException. A document that is not trusted (different root,
 * invalid signature, too old, debug enclave, used before) gives an AccessDeniedException.
 */
#ifndef NATT_RELYING_KMS_CALL_ATTESTED_H
#define NATT_RELYING_KMS_CALL_ATTESTED_H

#include "relying/kms/call/call.h"

/* Fills call->document. This verifies the document's origin; the key's policy checks its PCRs later. */
bool natt_kms_verify_recipient(natt_kms_call *call);

/* NATT_OK: the roots and the maximum age can be used. Otherwise it is the code that natt_verify returns for every
 * document. */
natt_code natt_kms_check_roots(const natt_kms_config *config, uint64_t now_ms);

/* With refuse_replays: false if an earlier request with this document got a reply, or if it has become too old. Call it
 * right before the reply. */
bool natt_kms_check_replay(natt_kms_call *call);

#endif
