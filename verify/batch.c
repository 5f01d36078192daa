/*
 * A batch: natt_verify for each item in turn. Only coordinates; every verdict is that of one document alone.
 */
#include "nitro_attest/batch.h"
#include "verify/reader.h"
#include "verify/verify.h"

#define ALIGNMENT 16

/* One verification's memory serves them all. */
size_t natt_batch_workspace_size(size_t count)
{
    (void)count;
    return ALIGNMENT - 1 + natt_verify_run_size();
}

/* R-USAGE-22: what each item says for itself must not be said for all. */
static bool check_shared(const natt_options *opt)
{
    return opt->nonce_mode == NATT_NONCE_UNSET && opt->nonce.ptr == NULL && opt->user_data.mode == NATT_EXPECT_ANY &&
           opt->user_data.value.ptr == NULL && opt->public_key.mode == NATT_EXPECT_ANY &&
           opt->public_key.value.ptr == NULL && opt->module_id.ptr == NULL && opt->policy == NULL;
}

/* R-USAGE-21 */
static bool check_workspace(const void *workspace, size_t workspace_len, size_t count)
{
    return workspace != NULL && workspace_len >= natt_batch_workspace_size(count);
}

/* NATT_OK, or what is wrong with the call as a whole. */
static natt_code call_fault(const natt_options *opt, const void *workspace, size_t workspace_len, size_t count)
{
    if (opt == NULL)
        return NATT_E_USAGE_ARGUMENT;
    if (opt->struct_size != sizeof *opt)
        return NATT_E_USAGE_STRUCT_SIZE;
    if (!check_workspace(workspace, workspace_len, count))
        return NATT_E_USAGE_WORKSPACE;
    return check_shared(opt) ? NATT_OK : NATT_E_USAGE_BATCH;
}

static natt_options options_of(const natt_options *shared, const natt_batch_item *item)
{
    natt_options opt = *shared;
    opt.nonce_mode = item->nonce_mode;
    opt.nonce = item->nonce;
    opt.user_data = item->user_data;
    opt.public_key = item->public_key;
    opt.module_id = item->module_id;
    opt.policy = item->policy;
    return opt;
}

static void *aligned(void *workspace)
{
    size_t skip = (ALIGNMENT - (uintptr_t)workspace % ALIGNMENT) % ALIGNMENT;
    return (uint8_t *)workspace + skip;
}

static bool refuse(natt_batch_item *item, natt_code code)
{
    (void)natt_error_begin(&item->error, &item->error);
    return natt_fail(&item->error, code, NATT_NO_ITEM, NATT_NO_OFFSET);
}

static bool judge_item(natt_batch_item *item, const natt_options *shared, natt_cache *cache, void *workspace)
{
    if (item->struct_size != sizeof *item)
        return refuse(item, NATT_E_USAGE_STRUCT_SIZE);
    natt_options opt = options_of(shared, item);
    return natt_verify_run(aligned(workspace), &item->verified, item->document, &opt, cache, natt_crypto_default(),
                           &item->error);
}

/* Fail closed: every item starts without verdict and result. */
static void begin(natt_batch_item *items, size_t count)
{
    static const natt_verified blank = NATT_VERIFIED_INIT;
    for (size_t i = 0; i < count; i++) {
        items[i].holds = false;
        items[i].verified = blank;
        (void)natt_error_begin(&items[i].error, &items[i].error);
    }
}

static size_t judge_all(natt_batch_item *items, size_t count, const natt_options *opt, natt_cache *cache,
                        void *workspace)
{
    size_t held = 0;
    for (size_t i = 0; i < count; i++) {
        items[i].holds = judge_item(&items[i], opt, cache, workspace);
        held += items[i].holds;
    }
    return held;
}

bool natt_verify_batch(natt_batch_item *items, size_t count, const natt_options *opt, natt_cache *cache,
                       void *workspace, size_t workspace_len, size_t *verified_count)
{
    size_t spare, *held = verified_count != NULL ? verified_count : &spare;
    *held = 0;
    if (items == NULL || count == 0 || items[0].struct_size != sizeof items[0])
        return false;
    begin(items, count);
    natt_code fault = call_fault(opt, workspace, workspace_len, count);
    if (fault == NATT_OK)
        *held = judge_all(items, count, opt, cache, workspace);
    for (size_t i = 0; fault != NATT_OK && i < count; i++)
        (void)refuse(&items[i], fault);
    return *held == count;
}
