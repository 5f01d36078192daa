/* Recognizes by its first bytes what users send instead of a document; clients of KMS make these mistakes easy. */
#ifndef NATT_RELYING_KMS_CALL_WRONG_DOCUMENT_H
#define NATT_RELYING_KMS_CALL_WRONG_DOCUMENT_H

#include "nitro_attest/base.h"

/* A constant text for bytes that are not a document: what they are, and what to do. NULL: not recognized. */
const char *natt_kms_wrong_document(natt_bytes sent);

#endif
