/*
 * For proofs of codec_reply.c: the response, the operation, the result, and the errors of the client.
 */
#include "fuzz/proofs/cbor_parts.h"
#include "nsm/client/codec.h"
#include "nsm/client/error.h"

static enum natt_nsm_operation operation;
static struct natt_nsm_reply result;

struct natt_nsm_reply nondet_reply(void);
natt_nsm_device_error nondet_device_error(void);
struct text {
    char octets[NATT_MAX_MODULE_ID];
} nondet_text(void);

/* The one copy is that of module_id. */
static void copies_text(const void *from, size_t len)
{
    __CPROVER_assert(len <= NATT_MAX_MODULE_ID && __CPROVER_r_ok(from, len), "a text, and the 0 behind it stays");
    *(struct text *)result.description.module_id = nondet_text();
}
#define memcpy(to, from, len)                                                                                          \
    (__CPROVER_assert((char *)(to) == result.description.module_id, "of module_id"), copies_text(from, len))

#define natt_bytes_printable natt_utf8_well_formed

#include "fuzz/proofs/nsm_reply_loops.h"
#include "nsm/client/codec_reply.c"

struct seen nondet_seen(void);

/* error.c, which compares names. */
bool natt_nsm_fail_at(natt_nsm_error *err, natt_nsm_code code, size_t offset, const char *message)
{
    (void)offset, (void)message;
    if (err->code == NATT_NSM_OK)
        err->code = code;
    return false;
}

bool natt_nsm_fail_device(natt_nsm_error *err, natt_nsm_device_error error)
{
    (void)error;
    return natt_nsm_fail_at(err, NATT_NSM_E_DEVICE, 0, NULL);
}

natt_nsm_device_error natt_nsm_device_error_of(natt_bytes name)
{
    __CPROVER_assert(IS_READABLE(name), "the name is read");
    return nondet_device_error();
}

static void any_response(void)
{
    input = any_input(NATT_NSM_MAX_RESPONSE);
    operation = (enum natt_nsm_operation)nondet_byte();
    __CPROVER_assume(operation < NATT_NSM_OPERATION_COUNT);
}
