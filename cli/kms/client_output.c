/*
 * The results of KMS as lines, as JSON, or as bytes. The output is built in memory that is wiped, and written at once.
 */
#include <stdio.h>
#include <string.h>

#include <mbedtls/base64.h>

#include "cli/kms/client_request.h"
#include "cli/recipient/recipient_files.h"
#include "nsm/recipient/secret.h"

/* Three results in base64, and two key ARNs: 22 kB, 16 kB, 11 kB, 4 kB. */
#define MAX_TEXT ((size_t)1 << 16)

struct text {
    char *at;
    size_t len;
};

static void put(struct text *t, const char *text)
{
    size_t len = strlen(text);
    if (len < MAX_TEXT - t->len) {
        memcpy(t->at + t->len, text, len);
        t->len += len;
    }
}

static void put_base64(struct text *t, natt_bytes bytes)
{
    size_t len = 0;
    (void)mbedtls_base64_encode((unsigned char *)t->at + t->len, MAX_TEXT - t->len, &len, bytes.ptr, bytes.len);
    t->len += len;
}

static natt_bytes bytes_of(const natt_kms_client_buffer *buffer)
{
    return (natt_bytes){buffer->ptr, buffer->len};
}

/* ---- lines ---- */

static void put_line(struct text *t, const char *name, natt_bytes value)
{
    if (value.len == 0)
        return;
    put(t, name);
    put(t, ": ");
    put_base64(t, value);
    put(t, "\n");
}

/* ---- JSON ---- */

/* The client accepts only printable ASCII. */
static void put_string(struct text *t, const char *text)
{
    put(t, "\"");
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            put(t, "\\");
        put(t, (const char[]){*text, '\0'});
    }
    put(t, "\"");
}

static void put_value(struct text *t, const char *key, natt_bytes value)
{
    put_string(t, key);
    put(t, value.len == 0 ? ":null," : ":\"");
    if (value.len == 0)
        return;
    put_base64(t, value);
    put(t, "\",");
}

static void put_text(struct text *t, const char *key, const char *value)
{
    put_string(t, key);
    put(t, ":");
    if (value[0] == '\0')
        put(t, "null");
    else
        put_string(t, value);
    put(t, ",");
}

static void put_json(struct text *t, const natt_cli_kms_call *call, natt_bytes plaintext, natt_bytes ciphertext)
{
    char attempts[32];
    (void)snprintf(attempts, sizeof attempts, "\"attempts\":%u}\n", call->reply.attempts);
    put(t, "{");
    put_value(t, "plaintext", plaintext);
    put_value(t, "ciphertext", ciphertext);
    put_value(t, "public_key", bytes_of(&call->public_key));
    put_text(t, "key_arn", call->reply.key_arn);
    put_text(t, "request_id", call->reply.request_id);
    put(t, attempts);
}

/* ---- the complete output ---- */

/* --out and --raw concern the first result. */
static natt_bytes main_result(const natt_cli_kms_call *call)
{
    return bytes_of(call->plaintext.len > 0 ? &call->plaintext : &call->ciphertext);
}

/* A result written to --out is not printed. */
static void put_all(struct text *t, const natt_cli_kms_call *call)
{
    natt_bytes plaintext = bytes_of(&call->plaintext), ciphertext = bytes_of(&call->ciphertext);
    if (call->request->out != NULL)
        *(plaintext.len > 0 ? &plaintext : &ciphertext) = (natt_bytes){NULL, 0};
    if (call->request->json) {
        put_json(t, call, plaintext, ciphertext);
        return;
    }
    put_line(t, "CIPHERTEXT", ciphertext);
    put_line(t, "PLAINTEXT", plaintext);
    put_line(t, "PUBLICKEY", bytes_of(&call->public_key));
}

bool natt_cli_kms_check_output(const natt_cli_kms_request *request, natt_cli_error *err)
{
    if (request->raw && request->json)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give one of them", "--raw and --json are both given");
    return !request->raw || request->out == NULL ||
           natt_cli_fail(err, NATT_CLI_USAGE, "--out always writes the bytes: omit --raw",
                         "--raw and --out are both given");
}

/* --out - is also standard output. */
static bool is_file(const char *out)
{
    return out != NULL && strcmp(out, "-") != 0;
}

/* The file gets its name after the lines are written: a failure leaves neither a plaintext nor partial results. */
static bool write_all(const natt_cli_kms_call *call, natt_bytes lines, natt_cli_error *err)
{
    const char *out = call->request->out;
    natt_cli_secret_file file;
    if (!is_file(out))
        return (out == NULL || natt_cli_secret_output(out, false, main_result(call), err)) &&
               natt_cli_secret_write(lines, err);
    bool done = natt_cli_secret_file_write(&file, out, main_result(call), err) && natt_cli_secret_write(lines, err);
    return natt_cli_secret_file_end(&file, done, err);
}

bool natt_cli_kms_output(const natt_cli_kms_call *call, natt_cli_error *err)
{
    struct text text = {call->request->raw ? NULL : natt_secret_new(MAX_TEXT), 0};
    if (call->request->raw)
        return natt_cli_secret_output(NULL, false, main_result(call), err);
    if (text.at == NULL)
        natt_cli_out_of_memory();
    put_all(&text, call);
    bool done = write_all(call, (natt_bytes){(const uint8_t *)text.at, text.len}, err);
    natt_secret_free(text.at, MAX_TEXT);
    return done;
}
