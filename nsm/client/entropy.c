/*
 * Random bytes of any length, and a minimal check that their source is not broken. Otherwise trusts the NSM.
 */
#include "nsm/client/client.h"
#include "nsm/client/error.h"

#include <string.h>

#define LEAST_BLOCK 32 /* blocks of NSMs have 256 bytes; fewer cannot be checked */

static bool all_equal(natt_bytes block)
{
    uint8_t difference = 0;
    for (size_t i = 1; i < block.len; i++)
        difference |= (uint8_t)(block.ptr[i] ^ block.ptr[0]);
    return difference == 0;
}

/* Compares with the previous block of any thread, and remembers this one. */
static bool repeats(struct natt_nsm_session *s, const uint8_t tail[NATT_NSM_TAIL])
{
    pthread_mutex_lock(&s->lock);
    bool same = s->has_tail && memcmp(s->tail, tail, NATT_NSM_TAIL) == 0;
    memcpy(s->tail, tail, NATT_NSM_TAIL);
    s->has_tail = true;
    pthread_mutex_unlock(&s->lock);
    return same;
}

/* The tail is kept and not returned, so that a session contains none of the bytes that callers received. */
static bool check_block(struct natt_nsm_call *call, natt_bytes block)
{
    if (block.len < LEAST_BLOCK)
        return natt_nsm_fail(call->err, NATT_NSM_E_ENTROPY_SHORT);
    if (all_equal(block))
        return natt_nsm_fail(call->err, block.ptr[0] == 0 ? NATT_NSM_E_ENTROPY_ZERO : NATT_NSM_E_ENTROPY_EQUAL);
    return !repeats(call->session, block.ptr + block.len - NATT_NSM_TAIL) ||
           natt_nsm_fail(call->err, NATT_NSM_E_ENTROPY_REPEATED);
}

static bool fill(struct natt_nsm_call *call, uint8_t *out, size_t len)
{
    struct natt_nsm_request request = {.operation = NATT_NSM_GET_RANDOM};
    for (size_t done = 0; done < len;) {
        if (!natt_nsm_call_make(call, &request) || !check_block(call, call->reply.random))
            return false;
        size_t fresh = call->reply.random.len - NATT_NSM_TAIL;
        size_t n = len - done < fresh ? len - done : fresh;
        memcpy(out + done, call->reply.random.ptr, n);
        done += n;
    }
    return true;
}

bool natt_nsm_random(natt_nsm *session, uint8_t *out, size_t len, natt_nsm_error *err)
{
    struct natt_nsm_call call;
    bool ok = natt_nsm_call_begin(&call, session, err);
    if (out == NULL && len > 0)
        return natt_nsm_call_end(&call, natt_nsm_fail(call.err, NATT_NSM_E_USAGE_ARGUMENT));
    ok = ok && fill(&call, out, len);
    if (!ok && len > 0)
        natt_nsm_wipe(out, len);
    return natt_nsm_call_end(&call, ok);
}
