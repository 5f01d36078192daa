/*
 * See unread_form.h. "Not an array" is the right reason for the bytes of a file, and does not help a person who pasted base64url.
 */
#include "cli/verify/unread_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document/document_forms.h"
#include "cli/frame/json_out.h"
#include "cli/frame/table.h"
#include "cli/frame/text.h"

static char *escaped(const char *text)
{
    return natt_cli_escape((natt_bytes){(const uint8_t *)text, strlen(text)});
}

static void print_json(const natt_error *err, const char *what, const char *hint)
{
    natt_error shown = *err;
    json_t *out = json_object();
    size_t room = strlen(what) + strlen(hint) + 3;
    char *message = natt_cli_alloc(room, 1, 0);
    (void)snprintf(message, room, "%s; %s", what, hint);
    shown.message = message;
    natt_cli_json_set(out, "verdict", json_string("refused"));
    natt_cli_json_error(out, &shown);
    natt_cli_json_print(out);
    free(message);
}

static void print_text(const natt_error *err, const char *what, const char *hint)
{
    natt_cli_style style = natt_cli_style_of(stdout);
    (void)printf("%sREFUSED%s\n", style.bad, style.reset);
    natt_cli_row("code", "%s (%s)", natt_code_name(err->code), natt_code_rule(err->code));
    natt_cli_row("reason", "%s", what);
    natt_cli_row("what to do", "%s", hint);
}

bool natt_cli_unread_form(const natt_error *err, natt_bytes file, const char *path, bool json)
{
    char form[NATT_CLI_FORM_LEN];
    natt_cli_buf document;
    natt_cli_error words;
    natt_cli_found found = natt_cli_document_find(&document, form, file);
    natt_cli_buf_free(&document);
    if (found == NATT_CLI_FOUND_NONE)
        return false;
    (void)natt_cli_form_fail(&words, found, form, path);
    char *what = escaped(words.what);
    (json ? print_json : print_text)(err, what, words.hint);
    free(what);
    return true;
}
