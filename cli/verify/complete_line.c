/* See complete_line.h. */
#include "cli/verify/complete_line.h"

#include "cli/verify/command_line.h"

static void copy_list(natt_cli_list *to, const natt_cli_list *from)
{
    *to = (natt_cli_list){NULL, 0};
    for (size_t i = 0; i < from->count; i++)
        natt_cli_command_line_add(to, from->items[i]);
}

/* The lists are copied: the command frees its own. `pki` is not an option of verify. */
static void copy(natt_cli_verify_args *to, const natt_cli_verify_args *from)
{
    *to = *from;
    copy_list(&to->pcr, &from->pcr);
    copy_list(&to->measurements, &from->measurements);
    copy_list(&to->root, &from->root);
    copy_list(&to->deny, &from->deny);
    to->pki = (natt_cli_list){NULL, 0};
}

/* True: an option was removed. */
static bool remove_relaxed(natt_cli_verify_args *args)
{
    bool any = args->allow_debug || args->allow_weak_policy || args->allow_unknown_fields ||
               args->insecure_no_pcr_policy || args->no_nonce;
    args->allow_debug = args->allow_weak_policy = args->allow_unknown_fields = false;
    args->insecure_no_pcr_policy = args->no_nonce = false;
    return any;
}

void natt_cli_complete_line_print(FILE *out, const natt_cli_verify_args *args, const char *file, uint32_t missing)
{
    natt_cli_command command = {0};
    copy(&command.args, args);
    if ((missing & NATT_CLI_MISSING_IMAGE) != 0 || args->insecure_no_pcr_policy)
        natt_cli_command_line_add(&command.args.measurements, "MEASUREMENTS_FILE");
    if ((missing & NATT_CLI_MISSING_FRESHNESS) != 0)
        command.args.max_age = "5m";
    if ((missing & NATT_CLI_MISSING_NONCE) != 0 || args->no_nonce)
        command.args.nonce = "NONCE_HEX";
    bool relaxed = remove_relaxed(&command.args);
    if (file[0] == '-' && file[1] != '\0')
        file = natt_cli_command_line_keep(&command, "./%s", file);
    (void)fputs("The complete command:\n", out);
    natt_cli_command_line_print(out, &command, file);
    if (relaxed)
        (void)fputs("It leaves out the options that relax the verification.\n", out);
    natt_cli_command_line_free(&command);
}
