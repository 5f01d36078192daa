/* One line for each request: caller, operation, reply, and reason. It never has a plaintext, a key, or a request's
 * body. */
#ifndef NATT_RELYING_KMS_SERVER_DECISION_LOG_H
#define NATT_RELYING_KMS_SERVER_DECISION_LOG_H

#include <stdio.h>

#include "relying/kms/call/call.h"

typedef struct natt_kms_log {
    FILE *out; /* NULL: none */
    bool json;
} natt_kms_log;

void natt_kms_log_request(const natt_kms_log *log, const natt_kms_call *call, const char *request_id,
                          const char *client);

/* The reason in one line of printable ASCII, at most 2000 characters, for the header of replies. malloc'ed; NULL: no
 * reason, or out of memory. */
char *natt_kms_explain_call(const natt_kms_call *call);

#endif
