/*
 * nitro-attest provision demo: runs the script demo.sh, which is part of the program so that one file is enough.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/frame/bytes.h"
#include "cli/frame/options.h"
#include "cli/provision/demo.h"
#include "cli/provision/provision_commands.h"

static const natt_cli_spec spec = {
    .command = "provision demo",
    .synopsis = "provision demo",
    .about = "Shows attested provisioning on this machine, step by step: an emulated enclave, a local KMS, a token,\n"
             "p11-kit server, nginx and curl. It needs no privileges, and removes its directory at the end.\n"
             "Exit codes: 0 shown, 1 a step failed, 2 usage error, 3 programs are missing (it names them)\n",
};

static char *script(void)
{
    size_t size = 1;
    for (size_t i = 0; i < natt_cli_demo_line_count; i++)
        size += strlen(natt_cli_demo_lines[i]);
    char *text = natt_cli_alloc(size, 1, 0), *end = text;
    for (size_t i = 0; i < natt_cli_demo_line_count; i++) {
        size_t len = strlen(natt_cli_demo_lines[i]);
        memcpy(end, natt_cli_demo_lines[i], len);
        end += len;
    }
    return text;
}

/* Returns only when it fails. */
static bool run_script(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    (void)given;
    (void)operands;
    char *self = realpath("/proc/self/exe", NULL);
    char *text = script();
    if (self != NULL && setenv("NITRO_ATTEST", self, 1) == 0)
        (void)execl("/bin/sh", "sh", "-c", text, "nitro-attest provision demo", (char *)NULL);
    int errno_value = errno;
    free(text);
    free(self);
    return natt_cli_fail(err, NATT_CLI_IO, "check that /bin/sh exists, and that /proc is mounted",
                         "cannot run the script: %s", strerror(errno_value));
}

int natt_cli_provision_demo(int argc, char **argv)
{
    return natt_cli_command_run(&spec, NULL, run_script, argc, argv);
}
