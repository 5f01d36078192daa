/*
 * Bodies of KMS requests and replies, AWS JSON 1.1. Requests are written into the caller's memory, so that a plaintext
 * is in one place; replies are read with jansson.
 */
#ifndef NATT_NSM_KMS_KMS_JSON_H
#define NATT_NSM_KMS_KMS_JSON_H

#include "nitro_attest/kms_client.h"

/*
 * Writes one JSON object, member by member. A writer without memory (out NULL) only counts. Once a text does not fit,
 * `failed` remains true, and nothing more is written.
 */
typedef struct natt_json_writer {
    char *out;
    size_t capacity, len;
    bool failed;
    bool has_member;
} natt_json_writer;

void natt_json_begin(natt_json_writer *w);
void natt_json_end(natt_json_writer *w);
/* NULL values write nothing. Strings are UTF-8, else `failed`; control characters, quotes, backslashes are escaped. */
void natt_json_text(natt_json_writer *w, const char *name, const char *value);
void natt_json_number(natt_json_writer *w, const char *name, uint32_t value);
/* Base64. An absent value writes nothing. */
void natt_json_blob(natt_json_writer *w, const char *name, natt_bytes value);
/* EncryptionContext; nothing for an empty one. */
void natt_json_context(natt_json_writer *w, const natt_kms_client_context *context);
/* Recipient; nothing without a document. */
void natt_json_recipient(natt_json_writer *w, natt_bytes document);

#define NATT_KMS_REPLY_MAX_DEPTH 32 /* objects and arrays in each other; KMS's have 5 */

/*
 * A reply, parsed; natt_kms_reply_free frees it, and wipes what it copied. Strings of the members Plaintext,
 * PrivateKeyPlaintext and SharedSecret read as "*" for each byte, since only a server that ignores the document sends
 * them.
 */
typedef struct natt_kms_reply natt_kms_reply;

/* NULL: NATT_KMS_CLIENT_E_REPLY_JSON (not one JSON object, a name twice, NUL in a string, too deep), _MEMORY. */
natt_kms_reply *natt_kms_reply_parse(natt_bytes body, natt_kms_client_error *err);
void natt_kms_reply_free(natt_kms_reply *reply);

/* True: the member exists with any type, and is not null. */
bool natt_kms_reply_has(const natt_kms_reply *reply, const char *name);
/* A string; absent if there is no member of that name or it is not a string. Valid as long as the reply. */
natt_bytes natt_kms_reply_text(const natt_kms_reply *reply, const char *name);
/*
 * A blob of one byte or more, base64 decoded strictly (RFC 4648 4, padded, nothing else) into the buffer.
 * False: NATT_KMS_CLIENT_E_REPLY_MEMBER, _BUFFER_TOO_SMALL; the buffer is zero.
 */
bool natt_kms_reply_blob(const natt_kms_reply *reply, const char *name, natt_kms_client_buffer *out,
                         natt_kms_client_error *err);
/*
 * The error's name: __type without its namespace, else `code`; absent = none. message: `message` or `Message`.
 */
natt_bytes natt_kms_reply_error_name(const natt_kms_reply *reply);
natt_bytes natt_kms_reply_error_message(const natt_kms_reply *reply);

#endif
