/*
 * See unsupported_form.h. "Not an array" is correct for the bytes of a file, but does not help a user who pasted
 * base64url.
 */
#include "cli/verify/unsupported_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document/document_forms.h"

/* The message for programs: what is wrong, escaped as in the table, and what to do. */
static char *joined(const natt_cli_error *words)
{
    char *what = natt_cli_escape((natt_bytes){(const uint8_t *)words->what, strlen(words->what)});
    size_t room = strlen(what) + strlen(words->hint) + 3;
    char *message = natt_cli_alloc(room, 1, 0);
    (void)snprintf(message, room, "%s; %s", what, words->hint);
    free(what);
    return message;
}

/* The table has fault and hint in separate rows, without the offset of the fault. */
static void put(natt_cli_report *r, const natt_error *err, const natt_cli_error *words)
{
    natt_error shown = *err;
    char *message = joined(words);
    bool json = r->depth > 0;
    shown.message = json ? message : words->what;
    shown.offset = json ? err->offset : NATT_NO_OFFSET;
    natt_cli_put_line(r, "verdict", natt_cli_in(NATT_CLI_BAD "REFUSED" NATT_CLI_PLAIN, natt_cli_as_word("refused")));
    natt_cli_put_error(r, &shown, "", 0);
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "what to do", natt_cli_as_word(words->hint));
    free(message);
}

bool natt_cli_unsupported_words(natt_cli_error *words, natt_bytes file, const char *path)
{
    char form[NATT_CLI_FORM_LEN];
    natt_cli_buf document;
    natt_cli_found found = natt_cli_document_find(&document, form, file);
    natt_cli_buf_free(&document);
    if (found == NATT_CLI_FOUND_NONE)
        return false;
    (void)natt_cli_form_fail(words, found, form, path);
    return true;
}

bool natt_cli_put_unsupported_form(natt_cli_report *r, const natt_error *err, natt_bytes file, const char *path)
{
    natt_cli_error words;
    if (!natt_cli_unsupported_words(&words, file, path))
        return false;
    put(r, err, &words);
    return true;
}

bool natt_cli_unsupported_form(const natt_error *err, natt_bytes file, const char *path, bool json)
{
    natt_cli_report r;
    natt_cli_report_start(&r, json);
    bool found = natt_cli_put_unsupported_form(&r, err, file, path);
    (found ? natt_cli_report_end : natt_cli_report_free)(&r);
    return found;
}
