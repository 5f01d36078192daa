/* Requests to the local KMS without HTTP, for tests, fuzzing and benchmarks; signed by nobody, which it can read. */
#ifndef NATT_RELYING_TEST_KMS_ASK_H
#define NATT_RELYING_TEST_KMS_ASK_H

#include "relying/kms/server/server.h"

natt_bytes natt_ask_text(const char *text);

/* The user alice asks region us-east-1. natt_kms_reply_free ends the reply. */
void natt_kms_ask(natt_http_reply *reply, natt_kms_server *server, const char *operation, natt_bytes body);
void natt_kms_reply_free(natt_http_reply *reply);

#endif
