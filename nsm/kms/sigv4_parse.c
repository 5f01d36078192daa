/*
 * The Authorization header:
 *
 *     AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=NAME;NAME, Signature=HEX
 *
 * Its three parts may be in any order, each once; spaces after the commas are optional.
 */
#include <string.h>

#include "nsm/kms/sigv4_canonical.h"
#include "nsm/text.h"

#define MAX_ACCESS_KEY 128 /* as of AccessKeyId in AWS's IAM API */
#define MAX_SCOPE      64  /* characters of region or service: more than any of AWS's */
#define DATE_LEN       8

static bool all_of(natt_bytes text, size_t least, size_t most, const char *ranges)
{
    if (text.len < least || text.len > most)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const char *range = ranges;
        while (*range != '\0' && (text.ptr[i] < (uint8_t)range[0] || text.ptr[i] > (uint8_t)range[1]))
            range += 2;
        if (*range == '\0')
            return false;
    }
    return true;
}

/* --- parts --- */

/* KEY/DATE/REGION/SERVICE/aws4_request. The key may be any text without "/", since local test services use unusual
 * keys. */
static bool read_credential(natt_sigv4_authorization *out, natt_bytes value)
{
    natt_bytes end = {NULL, 0};
    return natt_sigv4_next(&value, '/', &out->access_key) && natt_sigv4_next(&value, '/', &out->date) &&
           natt_sigv4_next(&value, '/', &out->region) && natt_sigv4_next(&value, '/', &out->service) &&
           natt_sigv4_next(&value, '/', &end) && value.ptr == NULL && natt_sigv4_is(end, "aws4_request") &&
           all_of(out->access_key, 1, MAX_ACCESS_KEY, "!+-.0~") && all_of(out->date, DATE_LEN, DATE_LEN, "09") &&
           all_of(out->region, 1, MAX_SCOPE, "09azAZ--__") && all_of(out->service, 1, MAX_SCOPE, "09azAZ--__");
}

static bool is_lower_token(natt_bytes name)
{
    for (size_t i = 0; i < name.len; i++)
        if (natt_sigv4_lower(name.ptr[i]) != name.ptr[i])
            return false;
    return natt_sigv4_is_token(name);
}

/* Names must be in ascending order, so no name appears twice. */
static bool read_signed_headers(natt_sigv4_authorization *out, natt_bytes value)
{
    natt_bytes name, last = {NULL, 0};
    out->signed_headers = value;
    for (; natt_sigv4_next(&value, ';', &name); last = name)
        if (!is_lower_token(name) || natt_sigv4_order(last, name, false) >= 0)
            return false;
    return true;
}

static bool read_signature(natt_sigv4_authorization *out, natt_bytes value)
{
    out->signature = value;
    return all_of(value, NATT_SIGV4_HEX_LEN, NATT_SIGV4_HEX_LEN, "09af");
}

static const struct part {
    const char *name;
    bool (*read)(natt_sigv4_authorization *out, natt_bytes value);
    const char *wrong, *missing, *twice;
} parts[] = {
    {"Credential", read_credential, "Credential is not KEY/DATE/REGION/SERVICE/aws4_request", "Credential is missing",
     "Credential appears twice"},
    {"SignedHeaders", read_signed_headers, "SignedHeaders are not names in lower case and ascending order",
     "SignedHeaders is missing", "SignedHeaders appears twice"},
    {"Signature", read_signature, "Signature is not 64 hexadecimal digits in lower case", "Signature is missing",
     "Signature appears twice"},
};
#define PART_COUNT (sizeof parts / sizeof parts[0])

static size_t which_part(natt_bytes name)
{
    size_t i = 0;
    while (i < PART_COUNT && !natt_sigv4_is(name, parts[i].name))
        i++;
    return i;
}

static const char *why_wrong(const struct part *part, natt_bytes text)
{
    size_t slashes = 0;
    for (size_t i = 0; i < text.len; i++)
        slashes += text.ptr[i] == '/';
    return part->read == read_credential && slashes > 4 ? NATT_SIGV4_SLASH_IN_KEY : part->wrong;
}

/* Returns NULL, or what is wrong. */
static const char *read_part(natt_sigv4_authorization *out, bool found[PART_COUNT], natt_bytes text)
{
    natt_bytes name;
    while (text.len > 0 && text.ptr[0] == ' ')
        text = (natt_bytes){text.ptr + 1, text.len - 1};
    (void)natt_sigv4_next(&text, '=', &name);
    size_t i = which_part(name);
    if (i == PART_COUNT || text.ptr == NULL)
        return "Authorization has a part other than Credential, SignedHeaders and Signature";
    if (found[i])
        return parts[i].twice;
    found[i] = true;
    return parts[i].read(out, text) ? NULL : why_wrong(&parts[i], text);
}

static const char *read_parts(natt_sigv4_authorization *out, natt_bytes rest)
{
    bool found[PART_COUNT] = {false};
    natt_bytes text;
    const char *wrong = NULL;
    while (wrong == NULL && natt_sigv4_next(&rest, ',', &text))
        wrong = read_part(out, found, text);
    for (size_t i = 0; wrong == NULL && i < PART_COUNT; i++)
        wrong = found[i] ? NULL : parts[i].missing;
    return wrong;
}

static const char *read_authorization(natt_sigv4_authorization *out, natt_bytes value)
{
    natt_bytes algorithm;
    if (value.len > NATT_SIGV4_MAX_AUTHORIZATION)
        return "Authorization is too long";
    (void)natt_sigv4_next(&value, ' ', &algorithm);
    if (!natt_sigv4_is(algorithm, "AWS4-HMAC-SHA256") || value.ptr == NULL)
        return "Authorization does not begin with AWS4-HMAC-SHA256";
    return read_parts(out, value);
}

/* --- what the signature must cover --- */

static bool is_signed(const natt_sigv4_authorization *authorization, natt_bytes name)
{
    natt_bytes rest = authorization->signed_headers, item;
    while (natt_sigv4_next(&rest, ';', &item))
        if (natt_sigv4_name_is(name, item))
            return true;
    return false;
}

static bool was_sent(const natt_sigv4_request *request, natt_bytes lower)
{
    natt_bytes value;
    return natt_sigv4_find(request, lower, &value) > 0;
}

static bool all_sent(const natt_sigv4_authorization *authorization, const natt_sigv4_request *request)
{
    natt_bytes rest = authorization->signed_headers, item;
    while (natt_sigv4_next(&rest, ';', &item))
        if (!was_sent(request, item))
            return false;
    return true;
}

/* An unsigned x-amz-* header could be changed on the way, so it must not determine the operation. */
static bool all_amz_signed(const natt_sigv4_authorization *authorization, const natt_sigv4_request *request)
{
    for (size_t i = 0; i < request->header_count; i++) {
        const natt_bytes name = request->headers[i].name;
        if (name.len >= 6 && natt_sigv4_name_is((natt_bytes){name.ptr, 6}, natt_text_bytes("x-amz-")) &&
            !is_signed(authorization, name))
            return false;
    }
    return true;
}

static const char *check_signed(const natt_sigv4_authorization *authorization, const natt_sigv4_request *request)
{
    if (!is_signed(authorization, natt_text_bytes("host")))
        return "SignedHeaders: host is missing";
    if (!is_signed(authorization, natt_text_bytes("x-amz-date")))
        return "SignedHeaders: x-amz-date is missing";
    if (!all_sent(authorization, request))
        return "SignedHeaders: a listed header was not sent";
    return all_amz_signed(authorization, request) ? NULL : "SignedHeaders: a header x-amz-... was sent unsigned";
}

/* --- other headers that the scheme reads: each at most once --- */

static const char *check_once(const natt_sigv4_request *request)
{
    static const char *const names[] = {"host", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"};
    natt_bytes value;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (natt_sigv4_find(request, natt_text_bytes(names[i]), &value) > 1)
            return "host, x-amz-date, x-amz-security-token or x-amz-content-sha256 was sent twice";
    return NULL;
}

static const char *read_headers(natt_sigv4_authorization *out, const natt_sigv4_request *request)
{
    uint64_t then_ms;
    const char *wrong = check_signed(out, request);
    wrong = wrong == NULL ? check_once(request) : wrong;
    (void)natt_sigv4_find(request, natt_text_bytes("x-amz-date"), &out->amz_date);
    (void)natt_sigv4_find(request, natt_text_bytes("x-amz-security-token"), &out->session_token);
    return wrong != NULL || natt_sigv4_date_ms(out->amz_date, &then_ms) ? wrong : "x-amz-date is not a date";
}

const char *natt_sigv4_read(natt_sigv4_authorization *out, const natt_sigv4_request *request, natt_bytes value)
{
    memset(out, 0, sizeof *out);
    const char *wrong = read_authorization(out, value);
    return wrong == NULL ? read_headers(out, request) : wrong;
}

natt_sigv4_result natt_sigv4_parse(natt_sigv4_authorization *out, const natt_sigv4_request *request, const char **where)
{
    natt_bytes value;
    memset(out, 0, sizeof *out);
    *where = "";
    size_t count = natt_sigv4_find(request, natt_text_bytes("authorization"), &value);
    if (count == 0) {
        *where = "there is no header Authorization";
        return NATT_SIGV4_MISSING;
    }
    const char *wrong = count > 1 ? "Authorization was sent twice" : natt_sigv4_check_request(request);
    wrong = wrong == NULL ? natt_sigv4_read(out, request, value) : wrong;
    if (wrong == NULL)
        return NATT_SIGV4_OK;
    memset(out, 0, sizeof *out);
    *where = wrong;
    return NATT_SIGV4_INCOMPLETE;
}
