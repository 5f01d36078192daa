/* The sender of a request: Signature Version 4 is always parsed, and verified if there are credentials. */
#ifndef NATT_RELYING_KMS_SERVER_IDENTITY_H
#define NATT_RELYING_KMS_SERVER_IDENTITY_H

#include "relying/kms/call/call.h"
#include "relying/kms/server/credentials.h"

typedef struct natt_kms_identities {
    natt_kms_credentials *credentials; /* NULL: access key AKEXAMPLE is the user AKEXAMPLE, and anyone can use it */
    natt_kms_policy *policy;           /* of principals without a policy in `credentials`; NULL: everything is
                                        * allowed */
} natt_kms_identities;

/* Fills call->caller. */
bool natt_kms_identify(natt_kms_call *call, const natt_kms_identities *identities, const natt_http_request *request);

#endif
