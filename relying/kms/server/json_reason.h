/* The reason why a text is not JSON, without a part of that text. */
#ifndef NATT_RELYING_KMS_SERVER_JSON_REASON_H
#define NATT_RELYING_KMS_SERVER_JSON_REASON_H

#include <string.h>

#include <jansson.h>

/* The length of the reason in err->text: after " near " jansson quotes the text, which may be secret. */
static inline int natt_kms_json_reason_len(const json_error_t *err)
{
    const char *near = strstr(err->text, " near ");
    return (int)(near != NULL ? (size_t)(near - err->text) : strlen(err->text));
}

#endif
