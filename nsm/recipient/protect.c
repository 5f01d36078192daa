/*
 * Protects the process. A core dump or a debugger would show the content of mbedTLS's heap during a call.
 */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "nitro_attest/recipient.h"
#include "nsm/recipient/error.h"

bool natt_recipient_protect_process(natt_recipient_error *err)
{
    struct rlimit limit;
    natt_recipient_no_error(err);
    if (getrlimit(RLIMIT_CORE, &limit) != 0)
        return natt_recipient_fail_errno(err, NATT_RECIPIENT_E_SYSTEM, errno, NULL);
    limit.rlim_cur = 0;
    if (setrlimit(RLIMIT_CORE, &limit) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return natt_recipient_fail_errno(err, NATT_RECIPIENT_E_SYSTEM, errno, NULL);
    return true;
}
