/* Unsigned requests to the local KMS without HTTP, for tests, fuzzing and benchmarks. */
#ifndef NATT_RELYING_TEST_KMS_ASK_H
#define NATT_RELYING_TEST_KMS_ASK_H

#include "relying/kms/server/server.h"

natt_bytes natt_ask_text(const char *text);

/* Sends a request of the user alice in region us-east-1. Free the reply with natt_kms_reply_free. */
void natt_kms_ask(natt_http_reply *reply, natt_kms_server *server, const char *operation, natt_bytes body);
void natt_kms_reply_free(natt_http_reply *reply);

#endif
