/*
 * The shared credentials file of the AWS CLI: sections in brackets, "name = value", comments that begin with # or ;.
 * [AWS SDKs and Tools Reference Guide, "Using shared config and credentials files"; Python's configparser, by which the
 * CLI reads it: names without regard to case, nothing twice]
 */
#include <stdio.h>
#include <string.h>

#include "nsm/kms/credentials_form.h"
#include "nsm/kms/error.h"
#include "nsm/kms/sigv4_canonical.h"
#include "nsm/text.h"
#include "verify/parse/reader.h"

struct profile {
    natt_aws_values *out;
    natt_bytes name;
    bool inside, found;
    const char *wrong; /* NULL, or what is wrong */
    char names[200];   /* the names of the profiles, for the error; truncated if there are many */
};

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static natt_bytes trim(natt_bytes text)
{
    while (text.len > 0 && is_blank(text.ptr[0]))
        text = natt_bytes_drop(text, 1);
    while (text.len > 0 && is_blank(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

static bool wrong(struct profile *p, const char *what)
{
    p->wrong = what;
    return false;
}

static void note_name(struct profile *p, natt_bytes name)
{
    char text[101];
    const size_t len = strlen(p->names);
    natt_kms_client_printable(text, sizeof text, name);
    (void)snprintf(p->names + len, sizeof p->names - len, "%s%s", len == 0 ? "" : ", ", text);
}

static bool read_section(struct profile *p, natt_bytes line)
{
    if (line.ptr[line.len - 1] != ']')
        return wrong(p, "a section of the credentials file has no \"]\"");
    const natt_bytes name = trim((natt_bytes){line.ptr + 1, line.len - 2});
    p->inside = natt_bytes_equal(name, p->name);
    note_name(p, name);
    if (p->inside && p->found)
        return wrong(p, "the credentials file has the profile twice");
    p->found = p->found || p->inside;
    return true;
}

static natt_aws_text *text_of(natt_aws_values *out, natt_bytes name)
{
    const struct {
        const char *name;
        natt_aws_text *text;
    } settings[] = {{"aws_access_key_id", &out->access_key},
                    {"aws_secret_access_key", &out->secret_key},
                    {"aws_session_token", &out->session_token}};
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (natt_sigv4_name_is(name, natt_text_bytes(settings[i].name)))
            return settings[i].text;
    return NULL;
}

static bool read_setting(struct profile *p, natt_bytes line)
{
    const uint8_t *equals = memchr(line.ptr, '=', line.len);
    if (equals == NULL)
        return wrong(p, "a line of the credentials file is not NAME = VALUE");
    const size_t len = (size_t)(equals - line.ptr);
    natt_aws_text *text = text_of(p->out, trim((natt_bytes){line.ptr, len}));
    return text == NULL || natt_aws_text_set(text, trim(natt_bytes_drop(line, len + 1))) ||
           wrong(p, "the profile of the credentials file contains a setting twice");
}

static bool read_line(struct profile *p, natt_bytes line)
{
    line = trim(line);
    if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == ';')
        return true;
    if (line.ptr[0] == '[')
        return read_section(p, line);
    return !p->inside || read_setting(p, line);
}

static bool fail_missing(const char *name, const struct profile *p, natt_kms_client_error *err)
{
    char text[400];
    (void)snprintf(text, sizeof text, "the credentials file has no profile [%.100s]; it has %s", name, p->names);
    return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_MISSING, text);
}

bool natt_aws_values_parse_profile(natt_aws_values *out, natt_bytes text, const char *profile,
                                   natt_kms_client_error *err)
{
    const char *name = profile != NULL ? profile : "default";
    struct profile p = {.out = out, .name = natt_text_bytes(name)};
    natt_bytes line;
    /* Without a section it is not a credentials file. */
    if (text.len == 0 || memchr(text.ptr, '[', text.len) == NULL)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_FORM, NULL);
    while (natt_sigv4_next(&text, '\n', &line))
        if (!read_line(&p, line))
            return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_FORM, p.wrong);
    return p.found || fail_missing(name, &p, err);
}
