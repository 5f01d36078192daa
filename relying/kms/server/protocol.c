/* See protocol.h. */
#include "relying/kms/server/protocol.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "relying/kms/server/json_reason.h"

#define CONTENT_TYPE "application/x-amz-json-1.1"
#define TARGET       "TrentService."

static bool is(natt_bytes text, const char *other)
{
    return text.ptr != NULL && text.len == strlen(other) && memcmp(text.ptr, other, text.len) == 0;
}

/* Parameters, such as ;charset=utf-8, may follow. */
static bool is_json(natt_bytes type)
{
    const size_t len = strlen(CONTENT_TYPE);
    return type.ptr != NULL && type.len >= len && strncasecmp((const char *)type.ptr, CONTENT_TYPE, len) == 0 &&
           (type.len == len || type.ptr[len] == ';' || type.ptr[len] == ' ');
}

const natt_kms_operation *natt_kms_protocol_operation(natt_kms_call *call, const natt_http_request *request)
{
    const natt_bytes target = natt_http_header_value(request, "x-amz-target");
    const size_t prefix = strlen(TARGET);
    char name[64] = "";
    if (!is(request->method, "POST") || !is(request->path, "/"))
        return natt_kms_refuse(call, NATT_KMS_E_UNKNOWN_OPERATION, "requests to KMS are POST /"), NULL;
    if (target.ptr == NULL || target.len <= prefix || target.len - prefix >= sizeof name ||
        memcmp(target.ptr, TARGET, prefix) != 0)
        return natt_kms_refuse(call, NATT_KMS_E_UNKNOWN_OPERATION, "X-Amz-Target is not TrentService.<operation>"),
               NULL;
    memcpy(name, target.ptr + prefix, target.len - prefix);
    const natt_kms_operation *operation = natt_kms_operation_find(name);
    if (operation == NULL)
        return natt_kms_refuse(call, NATT_KMS_E_UNKNOWN_OPERATION, "this server has no operation %s", name), NULL;
    if (!is_json(natt_http_header_value(request, "content-type")))
        return natt_kms_refuse(call, NATT_KMS_E_SERIALIZATION, "Content-Type is not %s", CONTENT_TYPE), NULL;
    return operation;
}

json_t *natt_kms_protocol_body(natt_kms_call *call, const natt_http_request *request)
{
    json_error_t err;
    json_t *body = json_loadb((const char *)request->body.ptr, request->body.len, JSON_REJECT_DUPLICATES, &err);
    if (body == NULL)
        return natt_kms_refuse(call, NATT_KMS_E_SERIALIZATION, "the body is not JSON: line %d, column %d: %.*s",
                               err.line, err.column, natt_kms_json_reason_len(&err), err.text),
               NULL;
    if (json_is_object(body))
        return body;
    json_decref(body);
    return natt_kms_refuse(call, NATT_KMS_E_SERIALIZATION, "the body is not a JSON object"), NULL;
}

void natt_kms_protocol_header(natt_http_reply *reply, const char *name, char *value)
{
    if (value == NULL)
        return;
    if (reply->header_count == NATT_HTTP_MAX_REPLY_HEADERS) {
        free(value);
        return;
    }
    reply->names[reply->header_count] = name;
    reply->values[reply->header_count++] = value;
}

/* Milliseconds since 1970 have 13 digits; KMS writes them as seconds with a decimal point. */
static char *write_json(const json_t *json)
{
    return json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(13));
}

static json_t *error_body(const natt_kms_fault *fault)
{
    return json_pack("{s:s, s:s}", "__type", natt_kms_fault_name(fault->code), "message", fault->text);
}

/* Operations without results have an empty body. [AWS JSON 1.1, "Empty body serialization"] */
static char *body_of(const natt_kms_call *call)
{
    if (call->fault.code == NATT_KMS_NO_FAULT)
        return json_object_size(call->out) == 0 ? calloc(1, 1) : write_json(call->out);
    json_t *error = error_body(&call->fault);
    char *body = error != NULL ? write_json(error) : NULL;
    json_decref(error);
    return body;
}

void natt_kms_protocol_reply(natt_http_reply *reply, const natt_kms_call *call)
{
    reply->content_type = CONTENT_TYPE;
    reply->status = natt_kms_fault_status(call->fault.code);
    reply->body = (uint8_t *)body_of(call);
    reply->body_len = reply->body != NULL ? strlen((char *)reply->body) : 0;
    if (reply->body == NULL)
        reply->status = 500;
}
