/* AWS JSON 1.1 over HTTP: the operation of a request, its JSON, and replies. */
#ifndef NATT_RELYING_KMS_SERVER_PROTOCOL_H
#define NATT_RELYING_KMS_SERVER_PROTOCOL_H

#include "relying/http/http.h"
#include "relying/kms/operations/operations.h"

/* The operation, from method, path, content type and X-Amz-Target. NULL: the call has the fault. */
const natt_kms_operation *natt_kms_protocol_operation(natt_kms_call *call, const natt_http_request *request);

/* The body's JSON: one object without duplicate names. NULL: the call has the fault. */
json_t *natt_kms_protocol_body(natt_kms_call *call, const natt_http_request *request);

/* Writes the reply to a completed or failed call; status 500 without a body if memory runs out. */
void natt_kms_protocol_reply(natt_http_reply *reply, const natt_kms_call *call);

/* Adds a header and takes ownership of the malloc'ed value; NULL adds no header. */
void natt_kms_protocol_header(natt_http_reply *reply, const char *name, char *value);

#endif
