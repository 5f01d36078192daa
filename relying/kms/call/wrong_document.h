/* What people send in place of a document, told by its first bytes; clients of KMS make these mistakes easy. */
#ifndef NATT_RELYING_KMS_CALL_WRONG_DOCUMENT_H
#define NATT_RELYING_KMS_CALL_WRONG_DOCUMENT_H

#include "nitro_attest/base.h"

/* A constant text for bytes that are not a document: what they are, and what to do. NULL: nothing known. */
const char *natt_kms_wrong_document(natt_bytes sent);

#endif
