/* Texts from servers that contain secrets. */
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/kms/server_text.h"

#define SECRET "0123456789/+=abcdefg" /* 20 characters */
#define TOKEN  "token/89"

static natt_bytes view(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

static const char *shown(const char *text)
{
    static char out[200];
    const natt_bytes secrets[] = {{NULL, 0}, view(SECRET), view(TOKEN)};
    const natt_bytes result = natt_server_text(out, sizeof out, view(text), secrets, 3);
    cr_assert(result.ptr == (const uint8_t *)out && result.len == strlen(out));
    return out;
}

Test(server_text, secrets_are_masked)
{
    static const struct {
        const char *text, *shown;
    } rows[] = {
        {"", ""},
        {"abc", "abc"},
        {"a\n\x80z", "a??z"},
        {SECRET, "***"},
        {"a" SECRET "b" TOKEN, "a***b***"},
        {SECRET SECRET TOKEN, "*********"},
        {"0123456789%2F%2B%3Dabcdefg", "***"},
        {"a0123456789%2f%2b%3dabcdefgb", "a***b"},
        {"%30%31%32%33%34%35%36%37%38%39%2f+%3dabcdefg", "***"},
        {"token%2F89 token/8 token%2 token%", "*** token/8 token%2 token%"},
        /* 16 characters of it, and 15: at its beginning, its end, in the middle */
        {"0123456789/+=abc", "***"},
        {"0123456789/+=ab", "0123456789/+=ab"},
        {"456789/+=abcdefg", "***"},
        {"56789/+=abcdefg", "56789/+=abcdefg"},
        {"x123456789/+=abcdx", "x***x"},
        {"x123456789/+=abcx", "x123456789/+=abcx"},
        {"0123456789%2F+=abc...", "***..."},
        {"00123456789/+=abcdefg", "0***"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_expect_str_eq(shown(rows[i].text), rows[i].shown);
}

/* "t" is in most words; a dummy's letters would make every message unreadable. */
Test(server_text, short_secrets_stay)
{
    char out[64];
    for (size_t len = 1; len <= NATT_SERVER_TEXT_LEAST; len++) {
        const natt_bytes secret = {(const uint8_t *)"AccessDenied", len};
        (void)natt_server_text(out, sizeof out, view("AccessDeniedException"), &secret, 1);
        cr_expect_str_eq(out, len < 8 ? "AccessDeniedException" : "***niedException");
    }
}

/* The whole text is checked before it is truncated. */
Test(server_text, secrets_are_masked_before_texts_are_cut)
{
    static const char *const wanted[] = {"", "a", "a*", "a**", "a***", "a***b", "a***b"};
    const natt_bytes secrets[] = {view(SECRET)};
    char out[8] = "unused!";
    (void)natt_server_text(out, 0, view(SECRET), secrets, 1);
    cr_expect_str_eq(out, "unused!");
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        (void)natt_server_text(out, i + 1, view("a" SECRET "b"), secrets, 1);
        cr_expect_str_eq(out, wanted[i]);
    }
}
