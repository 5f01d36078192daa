/* EnableKey, DisableKey, ScheduleKeyDeletion, CancelKeyDeletion. */
#include "relying/kms/operations/metadata.h"
#include "relying/kms/operations/operations.h"
#include "relying/kms/operations/use.h"

#define FROM(state)          (1u << (state))
#define DAY_MS               INT64_C(86400000)
#define DEFAULT_PENDING_DAYS 30

typedef struct change {
    unsigned from; /* FROM(state) */
    natt_kms_state to;
    int64_t deletion_ms;
} change;

static bool find(natt_kms_call *call, natt_kms_found *found)
{
    return natt_kms_find_key(call, found, call->in[NATT_KMS_IN_KEY_ID].text, NATT_KMS_NO_ALIAS_NAME) &&
           natt_kms_authorize(call, found);
}

static bool set_state(natt_kms_call *call, const natt_kms_found *found, const change *to)
{
    natt_kms_store_error err;
    if (natt_kms_store_set_state(call->config->store, found->key.id, to->from, to->to, to->deletion_ms, &err))
        return true;
    if (err.code != NATT_KMS_STORE_STATE)
        return natt_kms_fail_store(call, &err);
    return natt_kms_check_not_pending(call, found) &&
           natt_kms_refuse(call, NATT_KMS_E_INVALID_STATE, "%s is not pending deletion.", found->arn);
}

static bool change_state(natt_kms_call *call, const change *to)
{
    natt_kms_found found;
    bool done = find(call, &found) && set_state(call, &found, to);
    natt_kms_found_free(&found);
    return done;
}

bool natt_kms_enable_key(natt_kms_call *call)
{
    const change to = {FROM(NATT_KMS_ENABLED) | FROM(NATT_KMS_DISABLED), NATT_KMS_ENABLED, 0};
    return change_state(call, &to);
}

bool natt_kms_disable_key(natt_kms_call *call)
{
    const change to = {FROM(NATT_KMS_ENABLED) | FROM(NATT_KMS_DISABLED), NATT_KMS_DISABLED, 0};
    return change_state(call, &to);
}

bool natt_kms_schedule_key_deletion(natt_kms_call *call)
{
    const natt_kms_value *given = &call->in[NATT_KMS_IN_PENDING_DAYS];
    const int64_t days = given->given ? given->number : DEFAULT_PENDING_DAYS;
    const change to = {FROM(NATT_KMS_ENABLED) | FROM(NATT_KMS_DISABLED), NATT_KMS_PENDING_DELETION,
                       (int64_t)call->now_ms + days * DAY_MS};
    natt_kms_found found;
    natt_kms_store_error err;
    bool done = find(call, &found) && set_state(call, &found, &to) && natt_kms_put_text(call, "KeyId", found.arn) &&
                natt_kms_put_time(call, "DeletionDate", to.deletion_ms) &&
                natt_kms_put_text(call, "KeyState", natt_kms_state_name(to.to)) &&
                natt_kms_put_json(call, "PendingWindowInDays", json_integer(days));
    natt_kms_found_free(&found);
    if (done)
        (void)natt_kms_store_purge(call->config->store, (int64_t)call->now_ms, &err);
    return done;
}

bool natt_kms_cancel_key_deletion(natt_kms_call *call)
{
    const change to = {FROM(NATT_KMS_PENDING_DELETION), NATT_KMS_DISABLED, 0};
    natt_kms_found found;
    bool done = find(call, &found) && set_state(call, &found, &to) && natt_kms_put_text(call, "KeyId", found.arn);
    natt_kms_found_free(&found);
    return done;
}
