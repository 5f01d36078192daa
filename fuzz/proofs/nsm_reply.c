/* Proved of natt_nsm_reply_decode, for responses of up to 12288 octets to each of the seven requests: no access out of
 * bounds, no overflow, and its loops end; true only if each view lies inside the response, with its size, and at most
 * 256 locked PCRs are counted; on false the result is zero and there is a code. Each field of a reply,
 * CBOR's heads and strings, comparisons and errors are contracts. */
#include "fuzz/proofs/any_reply.h"

/* In place of read_field: after any field the state is one in which the next may be read. */
static bool any_field(struct decoder *d, const struct variant *variant, struct seen *seen)
{
    __CPROVER_assert(variant == &variants[operation] && d->out == &result && STATE(d, seen), "as is assumed there");
    bool ok = takes_some(&d->r);
    *seen = nondet_seen();
    result = nondet_reply();
    if (!ok && nondet_bool())
        d->err->code = NATT_NSM_E_RESPONSE_VALUE;
    __CPROVER_assume(!ok || STATE(d, seen));
    return ok;
}

static bool has_fields(void)
{
    switch (operation) {
    case NATT_NSM_DESCRIBE_PCR:
    case NATT_NSM_EXTEND_PCR:
        return IS_INSIDE(result.data) && result.data.len == NATT_PCR_LEN;
    case NATT_NSM_ATTESTATION:
        return IS_INSIDE(result.document) && result.document.len > 0;
    case NATT_NSM_GET_RANDOM:
        return IS_INSIDE(result.random) && result.random.len > 0;
    default:
        return true;
    }
}

static bool is_zero(void)
{
    const natt_nsm_description *d = &result.description;
    size_t pcr = nondet_size(), character = nondet_size();
    __CPROVER_assume(pcr < NATT_NSM_MAX_PCRS && character <= NATT_MAX_MODULE_ID);
    return !result.lock && IS_ABSENT(result.data) && IS_ABSENT(result.document) && IS_ABSENT(result.random) &&
           d->struct_size == 0 && d->version_major == 0 && d->version_minor == 0 && d->version_patch == 0 &&
           d->max_pcrs == 0 && d->digest == 0 && d->module_id[character] == 0 && d->locked_pcr_count == 0 &&
           d->locked_pcrs[pcr] == 0;
}

int main(void)
{
    (void)any_field;
    natt_nsm_error err = {.code = NATT_NSM_OK};
    any_response();
    bool ok = natt_nsm_reply_decode(&result, input, operation, &err);
    REACHABLE(ok && operation == NATT_NSM_DESCRIBE_NSM && result.description.locked_pcr_count == NATT_NSM_MAX_PCRS);
    REACHABLE(ok && operation == NATT_NSM_ATTESTATION && result.document.len > 12000);
    REACHABLE(ok && operation == NATT_NSM_LOCK_PCRS);
    REACHABLE(!ok);
    __CPROVER_assert(ok == (err.code == NATT_NSM_OK), "false has a code, true has none");
    __CPROVER_assert(!ok || has_fields(), "the operation's views lie inside, with their sizes");
    __CPROVER_assert(!ok || (IS_ABSENT_OR_INSIDE(result.data) && IS_ABSENT_OR_INSIDE(result.document) &&
                             IS_ABSENT_OR_INSIDE(result.random)),
                     "views lie inside");
    __CPROVER_assert(!ok || LOCKED, "module_id is a string, and as many PCRs are counted as there is room for");
    __CPROVER_assert(ok || is_zero(), "on false the result is zero");
    return 0;
}
