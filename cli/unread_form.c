/*
 * nitro-attest verify: a document in a form that is not read. The verdict is that of the bytes; the words say what the
 * file is, since the reason of the bytes ("not an array") helps nobody who has pasted base64url.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "text.h"
#include "verify_report.h"

static char *escaped(const char *text)
{
    return natt_cli_escape((natt_bytes){(const uint8_t *)text, strlen(text)});
}

static void print_json(const natt_error *err, const char *what, const char *hint)
{
    natt_error told = *err;
    size_t room = strlen(what) + strlen(hint) + 3;
    char *message = natt_cli_alloc(room, 1, 0);
    (void)snprintf(message, room, "%s; %s", what, hint);
    told.message = message;
    natt_cli_refused_json(&told);
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

void natt_cli_unread_form(const natt_error *err, const natt_cli_error *words, bool json)
{
    char *what = escaped(words->what);
    (json ? print_json : print_text)(err, what, words->hint);
    free(what);
}
