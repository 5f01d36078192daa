/* See deny_list.h. */
#include "cli/certificates/deny_list.h"

#include <stdlib.h>
#include <string.h>

#include "cli/certificates/certificate_file.h"
#include "cli/frame/file.h"

#define CERTIFICATE "cert:"

#define ENTRY_HINT                                                                                                     \
    "write any:SERIAL, ISSUER:SERIAL, sha256:DIGEST or spki-sha256:DIGEST, all in hexadecimal, or cert:FILE"

void natt_cli_deny_free(natt_cli_deny *list)
{
    for (size_t i = 0; i < 2 * list->count; i++)
        natt_cli_buf_free(&list->owned[i]);
    free(list->owned);
    free(list->entries);
    memset(list, 0, sizeof *list);
}

/* Takes ownership of both buffers. */
static void add(natt_cli_deny *list, natt_deny_type type, natt_cli_buf issuer, natt_cli_buf value)
{
    natt_cli_buf *owned = natt_cli_alloc(2 * (list->count + 1), sizeof *owned, 0);
    if (list->count > 0)
        memcpy(owned, list->owned, 2 * list->count * sizeof *owned);
    free(list->owned);
    list->owned = owned;
    owned[2 * list->count] = issuer;
    owned[2 * list->count + 1] = value;
    list->entries = natt_cli_grow(list->entries, list->count, sizeof *list->entries);
    list->entries[list->count++] = (natt_deny_entry){type, natt_cli_buf_view(&issuer), natt_cli_buf_view(&value)};
}

static bool fail_entry(natt_cli_error *err, const char *text, const char *why)
{
    return natt_cli_fail(err, NATT_CLI_USAGE, ENTRY_HINT, "\"%.200s\": %s", text, why);
}

/* The kind of an entry, from the letters before the colon. */
static natt_deny_type type_of(const char *text, size_t len)
{
    static const struct {
        const char *prefix;
        natt_deny_type type;
    } prefixes[] = {
        {"any", NATT_DENY_SERIAL}, {"sha256", NATT_DENY_CERTIFICATE_SHA256}, {"spki-sha256", NATT_DENY_SPKI_SHA256}};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strlen(prefixes[i].prefix) == len && strncmp(text, prefixes[i].prefix, len) == 0)
            return prefixes[i].type;
    return NATT_DENY_UNSET;
}

/* Checks sizes as natt_verify does [R-USAGE-14], so that the error can name the line. */
static const char *fault(natt_deny_type type, const natt_cli_buf *issuer, const natt_cli_buf *value)
{
    size_t zeros = 0;
    while (zeros < value->len && value->ptr[zeros] == 0)
        zeros++;
    if (type != NATT_DENY_SERIAL)
        return value->len == 32 ? NULL : "a SHA-256 has 32 bytes";
    if (issuer->ptr != NULL && (issuer->len < 2 || issuer->ptr[0] != 0x30))
        return "the issuer is not a Name in DER";
    return value->len - zeros >= 1 && value->len - zeros <= 20 ? NULL
                                                               : "a serial number has 1 to 20 bytes and is not 0";
}

static natt_cli_buf copy_of(natt_bytes bytes)
{
    natt_cli_buf copy = {natt_cli_alloc(bytes.len, 1, 1), bytes.len};
    memcpy(copy.ptr, bytes.ptr, bytes.len);
    return copy;
}

/* Issuer and serial number of the certificate in a file. */
static bool add_certificate(natt_cli_deny *list, const char *path, natt_cli_error *err)
{
    natt_cli_buf der;
    natt_deny_entry entry;
    natt_error why;
    if (!natt_cli_certificate_read(&der, path, err))
        return false;
    bool ok = natt_deny_from_certificate(&entry, natt_cli_buf_view(&der), &why);
    if (ok)
        add(list, entry.type, copy_of(entry.issuer), copy_of(entry.value));
    natt_cli_buf_free(&der);
    return ok || natt_cli_fail(err, NATT_CLI_USAGE, ENTRY_HINT, "%.300s: %s (%s)", path, natt_code_message(why.code),
                               natt_code_name(why.code));
}

bool natt_cli_deny_entry(natt_cli_deny *list, const char *text, natt_cli_error *err)
{
    if (strncmp(text, CERTIFICATE, strlen(CERTIFICATE)) == 0)
        return add_certificate(list, text + strlen(CERTIFICATE), err);

    natt_cli_buf issuer = {NULL, 0}, value = {NULL, 0};
    size_t len = strcspn(text, ":");
    natt_deny_type type = type_of(text, len);
    const char *why = NULL;
    if (text[len] != ':')
        return fail_entry(err, text, "the colon is missing; write cert:FILE for a certificate in a file");
    if (type == NATT_DENY_UNSET && !natt_cli_hex_decode(&issuer, text, len))
        return fail_entry(err, text, "the issuer is not hexadecimal");
    type = type == NATT_DENY_UNSET ? NATT_DENY_SERIAL : type;
    if (!natt_cli_hex_decode(&value, text + len + 1, strlen(text + len + 1)))
        why = "the part after the colon is not hexadecimal";
    else
        why = fault(type, &issuer, &value);
    if (why == NULL) {
        add(list, type, issuer, value);
        return true;
    }
    natt_cli_buf_free(&issuer);
    natt_cli_buf_free(&value);
    return fail_entry(err, text, why);
}

/* One line, without # and the text after it, and without surrounding white space. */
static bool parse_line(natt_cli_deny *list, char *line, natt_cli_error *err)
{
    line[strcspn(line, "#")] = '\0';
    line += strspn(line, " \t\r");
    size_t len = strlen(line);
    while (len > 0 && strchr(" \t\r", line[len - 1]) != NULL)
        line[--len] = '\0';
    return len == 0 || natt_cli_deny_entry(list, line, err);
}

bool natt_cli_deny_parse(natt_cli_deny *list, natt_bytes file, natt_cli_error *err)
{
    char *text = natt_cli_alloc(file.len, 1, 1);
    char *next = NULL;
    size_t number = 0;
    bool done = file.len == 0 || memchr(file.ptr, '\0', file.len) == NULL ||
                natt_cli_fail(err, NATT_CLI_USAGE, ENTRY_HINT, "not a text file");
    if (file.len > 0)
        memcpy(text, file.ptr, file.len);
    for (char *line = text; done && line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        number++;
        done = parse_line(list, line, err) || natt_cli_fail_in(err, "line %zu", number);
    }
    free(text);
    return done;
}

static bool looks_like_entry(const char *text)
{
    size_t len = strcspn(text, ":");
    return strncmp(text, CERTIFICATE, strlen(CERTIFICATE)) == 0 ||
           (text[len] == ':' &&
            (type_of(text, len) != NATT_DENY_UNSET || strspn(text, "0123456789abcdefABCDEF") == len));
}

bool natt_cli_deny_option(natt_cli_deny *list, const char *text, natt_cli_error *err)
{
    natt_cli_buf file;
    if (looks_like_entry(text))
        return natt_cli_deny_entry(list, text, err);
    if (!natt_cli_file_read(&file, text, err))
        return false;
    size_t before = list->count;
    bool done = natt_cli_deny_parse(list, natt_cli_buf_view(&file), err) || natt_cli_fail_in(err, "%.300s", text);
    natt_cli_buf_free(&file);
    if (done && list->count == before)
        return natt_cli_fail(err, NATT_CLI_USAGE, ENTRY_HINT, "%.300s: the file contains no entry", text);
    return done;
}
