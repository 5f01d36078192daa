/* See document_forms.h. */
#include "cli/document/document_forms.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/file.h"
#include "cli/frame/text.h"

/* 64: a signature alone has 96 bytes; shorter values in JSON are nonces and hashes. */
#define MIN_IN_JSON 64
#define PATH_LEN    96

#define BLANKS    " \t\r\n"
#define BASE64URL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"

/* ---- bytes ---- */

static bool begins(natt_bytes in, const void *with, size_t len)
{
    return in.len >= len && memcmp(in.ptr, with, len) == 0;
}

static void skip(natt_bytes *in, size_t len)
{
    in->ptr += len;
    in->len -= len;
}

/* COSE_Sign1 of a document: an array of four, with or without tag 18 [RFC 9052 4.2]. */
static bool begins_document(natt_bytes in)
{
    return begins(in, "\x84", 1) || begins(in, "\xd2", 1);
}

/* { "key": ...: a map of one entry, definite or not, up to its value. */
static bool skip_map(natt_bytes *in, const char *key, bool *indefinite)
{
    *indefinite = begins(*in, "\xbf", 1);
    if (!*indefinite && !begins(*in, "\xa1", 1))
        return false;
    skip(in, 1);
    uint8_t head = (uint8_t)(0x60 | strlen(key)); /* text of less than 24 bytes [RFC 8949 3] */
    if (!begins(*in, &head, 1))
        return false;
    skip(in, 1);
    if (!begins(*in, key, strlen(key)))
        return false;
    skip(in, strlen(key));
    return true;
}

/* The byte string at the beginning, with a length of one, two or four bytes [RFC 8949 3]. */
static bool take_bstr(natt_bytes *in, natt_bytes *out)
{
    size_t count = begins(*in, "\x58", 1) ? 1 : begins(*in, "\x59", 1) ? 2 : begins(*in, "\x5a", 1) ? 4 : 0;
    size_t len = 0;
    if (count == 0 || in->len < 1 + count)
        return false;
    for (size_t i = 1; i <= count; i++)
        len = len << 8 | in->ptr[i];
    skip(in, 1 + count);
    if (len > in->len)
        return false;
    *out = (natt_bytes){in->ptr, len};
    skip(in, len);
    return true;
}

/* {"Attestation": {"document": bstr}} [aws-nitro-enclaves-nsm-api, Response] */
static bool answer_document(natt_bytes *out, natt_bytes in)
{
    bool outer, inner;
    if (!skip_map(&in, "Attestation", &outer) || !skip_map(&in, "document", &inner) || !take_bstr(&in, out))
        return false;
    size_t breaks = (outer ? 1u : 0u) + (inner ? 1u : 0u);
    return in.len == breaks && begins(in, "\xff\xff", breaks) && begins_document(*out);
}

static void set(natt_cli_buf *out, natt_bytes bytes)
{
    *out = (natt_cli_buf){natt_cli_alloc(bytes.len, 1, 0), bytes.len};
    memcpy(out->ptr, bytes.ptr, bytes.len);
}

/* A document, or an NSM's reply that contains one; takes ownership of `bytes`. */
static bool accept_bytes(natt_cli_buf *out, char form[NATT_CLI_FORM_LEN], natt_cli_buf *bytes)
{
    natt_bytes view = natt_cli_buf_view(bytes), document;
    if (begins_document(view)) {
        *out = *bytes;
        return true;
    }
    bool found = answer_document(&document, view);
    if (found) {
        size_t used = strlen(form);
        (void)snprintf(form + used, NATT_CLI_FORM_LEN - used, ", the reply of an NSM");
        set(out, document);
    }
    natt_cli_buf_free(bytes);
    return found;
}

/* ---- text ---- */

/* Removes white space. A zero byte remains; it is not a letter of any form. */
static char *compact(natt_bytes in, size_t *len)
{
    char *text = natt_cli_alloc(in.len, 1, 1);
    *len = 0;
    for (size_t i = 0; i < in.len; i++)
        if (in.ptr[i] == '\0' || strchr(BLANKS, in.ptr[i]) == NULL)
            text[(*len)++] = (char)in.ptr[i];
    return text;
}

static bool decode_hex(natt_cli_buf *out, const char **name, const char *text, size_t len)
{
    bool prefix = len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    *name = prefix ? "hexadecimal with 0x" : "hexadecimal";
    return natt_cli_hex_decode(out, text + (prefix ? 2 : 0), len - (prefix ? 2 : 0));
}

static size_t count_of(const char *text, size_t len, const char *letters)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += text[i] != '\0' && strchr(letters, text[i]) != NULL ? 1 : 0;
    return count;
}

/* Base64 with the letters of one alphabet, with or without padding [RFC 4648 4, 5]. */
static bool decode_base64(natt_cli_buf *out, const char **name, const char *text, size_t len)
{
    static const char *const names[] = {"base64", "base64 without padding", "base64url", "base64url without padding"};
    size_t plain = len;
    while (plain > 0 && text[plain - 1] == '=')
        plain--;
    bool url = count_of(text, plain, "-_") > 0, padded = plain < len || len % 4 == 0;
    if (plain == 0 || count_of(text, plain, BASE64URL) != plain || (url && count_of(text, plain, "+/") > 0) ||
        (padded && len % 4 != 0))
        return false;
    size_t room = (plain + 3) / 4 * 4;
    char *same = natt_cli_alloc(room, 1, 1);
    for (size_t i = 0; i < room; i++)
        same[i] = i >= plain ? '=' : text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
    bool done = (plain == len || room == len) && natt_cli_base64_decode(out, same, room);
    free(same);
    *name = names[(url ? 2 : 0) + (padded ? 0 : 1)];
    return done;
}

static bool is_quoted(const char *text, size_t len)
{
    return len >= 2 && text[0] == text[len - 1] && strchr("\"'`", text[0]) != NULL && text[0] != '\0';
}

/* `form` describes what encloses the text. */
static bool from_text(natt_cli_buf *out, char form[NATT_CLI_FORM_LEN], natt_bytes in)
{
    size_t len = 0, used = strlen(form);
    char *text = compact(in, &len);
    bool quoted = is_quoted(text, len);
    const char *start = text + (quoted ? 1 : 0), *name = "";
    natt_cli_buf bytes = {NULL, 0};
    len -= quoted ? 2 : 0;
    bool done = decode_hex(&bytes, &name, start, len) || decode_base64(&bytes, &name, start, len);
    (void)snprintf(form + used, NATT_CLI_FORM_LEN - used, "%s%s, %zu characters", quoted ? "quoted " : "", name, len);
    free(text);
    return done && accept_bytes(out, form, &bytes);
}

/* ---- JSON ---- */

typedef struct search {
    natt_cli_buf document;
    char form[NATT_CLI_FORM_LEN];
    char path[PATH_LEN]; /* of the current value: ".attestation.document[0]"; a long one is truncated */
    char first[PATH_LEN], other[PATH_LEN];
    natt_cli_found found;
} search;

static void add_hit(search *s, natt_cli_buf *document, const char *form)
{
    bool same = s->found != NATT_CLI_FOUND_NONE && s->document.len == document->len &&
                memcmp(s->document.ptr, document->ptr, document->len) == 0;
    if (s->found == NATT_CLI_FOUND_NONE) {
        s->found = NATT_CLI_FOUND_ONE;
        s->document = *document;
        memcpy(s->first, s->path, PATH_LEN);
        memcpy(s->form, form, NATT_CLI_FORM_LEN);
        return;
    }
    if (!same && s->found == NATT_CLI_FOUND_ONE) {
        s->found = NATT_CLI_FOUND_SEVERAL;
        memcpy(s->other, s->path, PATH_LEN);
    }
    natt_cli_buf_free(document);
}

static void visit_string(search *s, const json_t *value)
{
    char form[NATT_CLI_FORM_LEN] = "";
    natt_cli_buf document = {NULL, 0};
    natt_bytes text = {(const uint8_t *)json_string_value(value), json_string_length(value)};
    if (text.len >= MIN_IN_JSON && from_text(&document, form, text))
        add_hit(s, &document, form);
}

/* [132, 68, 161, ...], as JSON writers without a byte type write them. */
static bool visit_numbers(search *s, const json_t *list)
{
    char form[NATT_CLI_FORM_LEN];
    size_t count = json_array_size(list), i;
    json_t *one;
    natt_cli_buf bytes = {natt_cli_alloc(count, 1, 0), count}, document = {NULL, 0};
    bool numbers = count >= MIN_IN_JSON;
    json_array_foreach(list, i, one)
    {
        json_int_t value = json_is_integer(one) ? json_integer_value(one) : -1;
        numbers = numbers && value >= 0 && value <= 255;
        bytes.ptr[i] = (uint8_t)value;
    }
    (void)snprintf(form, sizeof form, "a list of %zu numbers", count);
    if (!numbers)
        natt_cli_buf_free(&bytes);
    else if (accept_bytes(&document, form, &bytes))
        add_hit(s, &document, form);
    return numbers;
}

static void visit(search *s, json_t *value);

static void visit_member(search *s, const char *key, json_t *value)
{
    size_t used = strlen(s->path);
    (void)snprintf(s->path + used, PATH_LEN - used, ".%.60s", key);
    visit(s, value);
    s->path[used] = '\0';
}

static void visit_element(search *s, size_t index, json_t *value)
{
    size_t used = strlen(s->path);
    (void)snprintf(s->path + used, PATH_LEN - used, "[%zu]", index);
    visit(s, value);
    s->path[used] = '\0';
}

static void visit(search *s, json_t *value)
{
    const char *key;
    json_t *inside;
    size_t i;
    if (json_is_string(value))
        visit_string(s, value);
    if (json_is_object(value))
        json_object_foreach(value, key, inside) visit_member(s, key, inside);
    if (json_is_array(value) && !visit_numbers(s, value))
        json_array_foreach(value, i, inside) visit_element(s, i, inside);
}

static natt_cli_found from_json(natt_cli_buf *out, char form[NATT_CLI_FORM_LEN], natt_bytes in)
{
    search s = {{NULL, 0}, "", "", "", "", NATT_CLI_FOUND_NONE};
    json_t *root = json_loadb((const char *)in.ptr, in.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    if (root != NULL)
        visit(&s, root);
    if (s.found == NATT_CLI_FOUND_ONE && json_is_string(root))
        (void)snprintf(form, NATT_CLI_FORM_LEN, "quoted %.200s", s.form);
    else if (s.found == NATT_CLI_FOUND_ONE)
        (void)snprintf(form, NATT_CLI_FORM_LEN, "JSON%s%s: %.120s", s.first[0] == '\0' ? "" : ", ", s.first, s.form);
    if (s.found == NATT_CLI_FOUND_SEVERAL)
        (void)snprintf(form, NATT_CLI_FORM_LEN, "JSON with several documents, as in %s and %s", s.first, s.other);
    if (s.found == NATT_CLI_FOUND_ONE)
        *out = s.document;
    else
        natt_cli_buf_free(&s.document);
    json_decref(root);
    return s.found;
}

/* ---- damaged text ---- */

/* 16: shorter texts are words. The beginnings are those that verify accepts, and hexadecimal with 0x. */
static const char *damaged_kind(const char *text, size_t len)
{
    if (len < 16)
        return NULL;
    size_t prefix = strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0 ? 2 : 0;
    if (strncmp(text + prefix, "84", 2) == 0 || strncmp(text + prefix, "d2", 2) == 0 ||
        strncmp(text + prefix, "D2", 2) == 0)
        return "hexadecimal";
    return strncmp(text, "hE", 2) == 0 || strncmp(text, "0o", 2) == 0 ? "base64" : NULL;
}

static bool is_damaged(char form[NATT_CLI_FORM_LEN], natt_bytes in)
{
    size_t len = 0, good = 0;
    char *text = compact(in, &len);
    const char *kind = damaged_kind(text, len);
    if (kind != NULL) {
        bool hex = kind[0] == 'h';
        size_t start = hex && (text[1] == 'x' || text[1] == 'X') ? 2 : 0;
        good = start + strspn(text + start, hex ? "0123456789abcdefABCDEF" : BASE64URL);
        if (!hex && good < len)
            good += strspn(text + good, "=");
        if (good < len)
            (void)snprintf(form, NATT_CLI_FORM_LEN, "%s with an invalid character, 0x%02x, after %zu of %zu characters",
                           kind, text[good] & 0xff, good, len);
        else
            (void)snprintf(form, NATT_CLI_FORM_LEN, "truncated or modified %s, %zu characters", kind, len);
    }
    free(text);
    return kind != NULL;
}

/* ---- files ---- */

natt_cli_found natt_cli_document_find(natt_cli_buf *out, char form[NATT_CLI_FORM_LEN], natt_bytes file)
{
    natt_bytes document, in = file;
    size_t blanks = 0;
    *out = (natt_cli_buf){NULL, 0};
    form[0] = '\0';
    if (file.len == 0 || file.len > NATT_CLI_MAX_FILE || begins_document(file))
        return NATT_CLI_FOUND_NONE;
    if (answer_document(&document, file)) {
        (void)snprintf(form, NATT_CLI_FORM_LEN, "the reply of an NSM, %zu bytes", file.len);
        set(out, document);
        return NATT_CLI_FOUND_ONE;
    }
    if (begins(in, "\xef\xbb\xbf", 3))
        skip(&in, 3);
    while (blanks < in.len && in.ptr[blanks] != '\0' && strchr(BLANKS, in.ptr[blanks]) != NULL)
        blanks++;
    skip(&in, blanks);
    if (begins(in, "{", 1) || begins(in, "[", 1) || begins(in, "\"", 1)) {
        natt_cli_found found = from_json(out, form, in);
        if (found != NATT_CLI_FOUND_NONE)
            return found;
    }
    if (from_text(out, form, in))
        return NATT_CLI_FOUND_ONE;
    form[0] = '\0';
    return is_damaged(form, in) ? NATT_CLI_FOUND_DAMAGED : NATT_CLI_FOUND_NONE;
}

/* A name that begins with a hyphen is not an option. */
static char *operand_word(const char *path)
{
    bool hyphen = path[0] == '-' && path[1] != '\0';
    char *named = natt_cli_alloc(strlen(path), 1, 3);
    (void)sprintf(named, "%s%s", hyphen ? "./" : "", path);
    char *word = natt_cli_shell_word(named);
    free(named);
    return word;
}

/* 200: the command must not be truncated; readers insert longer paths themselves. */
bool natt_cli_form_fail(natt_cli_error *err, natt_cli_found found, const char *form, const char *path)
{
    char hint[sizeof err->hint];
    (void)snprintf(hint, sizeof hint, "%s",
                   found == NATT_CLI_FOUND_DAMAGED ? "copy the complete text again"
                                                   : "save the intended document to a separate file");
    char *word = operand_word(path);
    if (found == NATT_CLI_FOUND_ONE)
        (void)snprintf(hint, sizeof hint,
                       "nitro-attest inspect --out decoded.bin %s writes the binary document; use that",
                       strlen(word) > 200 ? "FILE" : word);
    free(word);
    return natt_cli_fail(err, NATT_CLI_REFUSED, hint,
                         "the document is given as %s; only binary, hexadecimal and base64 are accepted", form);
}

/* "base64, 4711 characters": for a form that natt_cli_input_decode reads. */
static void form_words(char out[NATT_CLI_FORM_LEN], natt_cli_form form, natt_bytes file)
{
    size_t len = 0;
    if (form == NATT_CLI_BINARY) {
        (void)snprintf(out, NATT_CLI_FORM_LEN, "binary, %zu bytes", file.len);
        return;
    }
    free(compact(file, &len));
    (void)snprintf(out, NATT_CLI_FORM_LEN, "%s, %zu characters", form == NATT_CLI_HEX ? "hexadecimal" : "base64", len);
}

bool natt_cli_any_document_read(natt_cli_input *out, const char *path, natt_cli_error *err)
{
    natt_cli_buf file, found = {NULL, 0};
    *out = (natt_cli_input){{NULL, 0}, NATT_CLI_BINARY, NATT_CLI_FOUND_NONE, ""};
    if (!natt_cli_input_read(&file, path, err))
        return false;
    set(&out->document, natt_cli_buf_view(&file));
    out->form_read = natt_cli_input_decode(&out->document);
    if (out->form_read == NATT_CLI_BINARY)
        out->found = natt_cli_document_find(&found, out->form, natt_cli_buf_view(&file));
    if (out->found == NATT_CLI_FOUND_NONE)
        form_words(out->form, out->form_read, natt_cli_buf_view(&file));
    if (out->found == NATT_CLI_FOUND_ONE) {
        natt_cli_buf_free(&out->document);
        out->document = found;
    }
    natt_cli_buf_free(&file);
    return true;
}
