/*
 * The encryption context: names and values that are authenticated with a ciphertext, and that policies see. Its
 * canonical form is unambiguous: the number of pairs, then the pairs in ascending order of names, each text preceded by
 * its length. Numbers have four bytes, big-endian.
 */
#ifndef NATT_RELYING_KMS_CALL_CONTEXT_H
#define NATT_RELYING_KMS_CALL_CONTEXT_H

#include "relying/kms/call/call.h"

#define NATT_KMS_MAX_CONTEXT 8192 /* bytes of names and values; our limit, KMS's is not published */

/* Sets call->context from the request. Call it before the policies are evaluated, since it limits what they compare. */
bool natt_kms_context_read(natt_kms_call *call);

#endif
