/* Recognizes by its first bytes an input that is not a document; clients of KMS make these mistakes easy. */
#ifndef NATT_RELYING_KMS_CALL_WRONG_DOCUMENT_H
#define NATT_RELYING_KMS_CALL_WRONG_DOCUMENT_H

#include "nitro_attest/base.h"

/* Returns a constant text for bytes that are not a document: their kind, and the remedy. NULL: not recognized. */
const char *natt_kms_wrong_document(natt_bytes sent);

#endif
