/*
 * Parses credentials in JSON: one object without nested arrays or objects [RFC8259]. Does not use jansson, which copies
 * each string to its own heap buffers and frees them without wiping, so a secret access key would remain in memory.
 */
#include <string.h>

#include "nsm/kms/credentials_form.h"
#include "nsm/kms/error.h"
#include "verify/parse/reader.h"

#define MAX_NAME 32 /* bytes: longer than every known name */
#define MEMBERS  6

struct json {
    struct natt_reader r;
    natt_error position; /* the reader's own; errors about a credentials file have no offset */
    natt_aws_values *out;
    bool seen[MEMBERS]; /* names that were present, also with null: other parsers use the last of two duplicates */
    bool of_server;     /* it is the file of kms serve, which contains a list under "credentials" */
};

static void skip_blanks(struct natt_reader *r)
{
    while (natt_reader_accept(r, ' ') || natt_reader_accept(r, '\t') || natt_reader_accept(r, '\n') ||
           natt_reader_accept(r, '\r'))
        ;
}

static bool accept(struct natt_reader *r, uint8_t byte)
{
    skip_blanks(r);
    return natt_reader_accept(r, byte);
}

/* Also counts bytes that do not fit. */
static void append(natt_aws_text *text, uint8_t byte)
{
    if (text->len < text->capacity)
        text->ptr[text->len] = byte;
    text->len++;
}

static bool read_hex_digit(struct natt_reader *r, unsigned *value)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t byte;
    if (!natt_reader_byte(r, &byte) || byte == '\0')
        return false;
    const char *at = strchr(digits, byte >= 'A' && byte <= 'F' ? byte | 0x20 : byte);
    *value = *value * 16 + (at != NULL ? (unsigned)(at - digits) : 0);
    return at != NULL;
}

/* Parses four digits. Non-ASCII characters become 0xff, which no valid value and no known name contains. */
static bool read_unicode(struct natt_reader *r, natt_aws_text *text)
{
    unsigned value = 0;
    if (!read_hex_digit(r, &value) || !read_hex_digit(r, &value) || !read_hex_digit(r, &value) ||
        !read_hex_digit(r, &value))
        return false;
    append(text, value < 0x80 ? (uint8_t)value : 0xff);
    return true;
}

static bool read_escape(struct natt_reader *r, natt_aws_text *text)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    uint8_t byte;
    if (!natt_reader_byte(r, &byte) || byte == '\0')
        return false;
    if (byte == 'u')
        return read_unicode(r, text);
    const char *at = strchr(names, byte);
    if (at != NULL)
        append(text, (uint8_t)values[at - names]);
    return at != NULL;
}

static bool read_string(struct natt_reader *r, natt_aws_text *text)
{
    uint8_t byte;
    if (!accept(r, '"'))
        return false;
    while (natt_reader_byte(r, &byte) && byte != '"') {
        if (byte < 0x20 || (byte == '\\' && !read_escape(r, text)))
            return false;
        if (byte != '\\')
            append(text, byte);
    }
    return r->err->code == NATT_OK;
}

/* Skips a number, true, false or null of an unused member; its characters are not checked further. */
static bool skip_scalar(struct natt_reader *r)
{
    static const char characters[] = "+-.0123456789Eaeflnrstu";
    size_t count = 0;
    uint8_t byte;
    for (skip_blanks(r); natt_reader_peek(r, &byte) && byte != '\0' && strchr(characters, byte) != NULL; count++)
        natt_reader_accept(r, byte);
    return count > 0;
}

/* NULL: the name is not known. */
static natt_aws_text *text_of(struct json *j, const natt_aws_text *name, bool **seen)
{
    natt_aws_values *out = j->out;
    const struct {
        const char *name;
        natt_aws_text *text;
    } members[MEMBERS] = {{"AccessKeyId", &out->access_key}, {"SecretAccessKey", &out->secret_key},
                          {"Token", &out->session_token},    {"SessionToken", &out->session_token},
                          {"Expiration", &out->expiration},  {"Code", &out->code}};
    for (size_t i = 0; i < MEMBERS; i++) {
        *seen = &j->seen[i];
        if (natt_bytes_are((natt_bytes){name->ptr, name->len}, members[i].name, strlen(members[i].name)))
            return members[i].text;
    }
    return NULL;
}

static bool skip_value(struct natt_reader *r)
{
    natt_aws_text nowhere = {NULL, 0, 0, false};
    skip_blanks(r);
    return natt_reader_next_is(r, '"') ? read_string(r, &nowhere) : skip_scalar(r);
}

/* "null" counts as absent: services write it for credentials without a token. */
static bool read_value(struct natt_reader *r, natt_aws_text *text, bool *seen)
{
    if (text->given || *seen)
        return false;
    *seen = true;
    text->given = true;
    skip_blanks(r);
    if (natt_reader_next_is(r, '"'))
        return read_string(r, text);
    text->given = false;
    return natt_reader_has(r, 4) && memcmp(r->base + r->pos, "null", 4) == 0 && skip_scalar(r);
}

static bool read_member(struct json *j)
{
    uint8_t bytes[MAX_NAME];
    bool *seen = NULL;
    natt_aws_text name = {bytes, sizeof bytes, 0, false};
    if (!read_string(&j->r, &name) || !accept(&j->r, ':'))
        return false;
    skip_blanks(&j->r);
    j->of_server = natt_bytes_are((natt_bytes){bytes, name.len}, "credentials", 11) && natt_reader_next_is(&j->r, '[');
    natt_aws_text *text = name.len <= sizeof bytes ? text_of(j, &name, &seen) : NULL;
    return text != NULL ? read_value(&j->r, text, seen) : skip_value(&j->r);
}

static bool read_object(struct json *j)
{
    if (!accept(&j->r, '{'))
        return false;
    do {
        if (!read_member(j))
            return false;
    } while (accept(&j->r, ','));
    if (!accept(&j->r, '}'))
        return false;
    skip_blanks(&j->r);
    return natt_reader_at_end(&j->r);
}

bool natt_aws_values_parse_json(natt_aws_values *out, natt_bytes text, natt_kms_client_error *err)
{
    struct json j = {.out = out};
    j.r = natt_reader_of(text, NATT_E_USAGE_ARGUMENT, NATT_E_USAGE_ARGUMENT, natt_error_begin(NULL, &j.position));
    return read_object(&j) ||
           natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_FORM,
                                j.of_server ? "this is the server's file, for kms serve --credentials; a client needs "
                                              "{\"AccessKeyId\": ..., \"SecretAccessKey\": ...}"
                                            : "the credentials are not one JSON object of strings, each name once");
}
