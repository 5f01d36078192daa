/* Implements nitro_attest/launcher.h for machines and systems where the launcher cannot handle system calls. */
#include "nitro_attest/launcher.h"

#include <string.h>

bool natt_launch(const natt_launch_options *options, char *const argv[], int *exit_status, natt_launch_error *err)
{
    (void)options, (void)argv;
    if (exit_status != NULL)
        *exit_status = NATT_LAUNCH_EXIT_FAILED;
    if (err != NULL) {
        memset(err, 0, sizeof *err);
        err->code = NATT_LAUNCH_UNSUPPORTED;
        strcpy(err->message, "programs can be launched with /dev/nsm on Linux, x86-64 and aarch64, only");
    }
    return false;
}
