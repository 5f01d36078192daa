/*
 * For the proofs of CMS messages: a message, a window of it, and the errors of the recipient's library.
 */
#include "fuzz/proofs/any_input.h"
#include "fuzz/proofs/message_loops.h"
#include "nsm/recipient/ber.h"
#include "nsm/recipient/error.h"

_Bool nondet_bool(void);

static natt_bytes input;
static natt_recipient_error error;

bool natt_recipient_fail(natt_recipient_error *err, natt_recipient_code code, const char *message)
{
    (void)message;
    if (err != NULL)
        err->code = code;
    return false;
}

bool natt_recipient_fail_at(natt_recipient_error *err, natt_recipient_code code, size_t offset, const char *message)
{
    (void)offset;
    return natt_recipient_fail(err, code, message);
}
