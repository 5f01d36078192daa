/*
 * A batch: items in windows, each window verified together. Every verdict is the same as for a single document.
 */
#include "verify/cache.h"
#include "verify/parse/reader.h"
#include "verify/verify.h"
#include "verify/window.h"

#include <string.h>

#define ALIGNMENT 16

/* ---- memory of a window ---- */

static size_t window_of(size_t count)
{
    return count > NATT_MAX_WINDOW ? NATT_MAX_WINDOW : count > 0 ? count : 1;
}

/* For one document: its verification, its options, its jobs, and two buckets for each job. */
static size_t size_of_one(void)
{
    size_t job = sizeof(struct natt_pool_job) + sizeof(struct natt_job *) + 2 * sizeof(uint16_t);
    return sizeof(struct natt_verification) + sizeof(natt_options) + sizeof(struct natt_job_refs) +
           NATT_MAX_CHAIN * job;
}

/* All windows use the same memory. */
size_t natt_batch_workspace_size(size_t count)
{
    return ALIGNMENT - 1 + sizeof(struct natt_known_keys) + window_of(count) * size_of_one();
}

static void *take(uint8_t **from, size_t size)
{
    uint8_t *taken = *from;
    *from += size;
    return taken;
}

/* The options of each document, and the rest of the window. Members with the strictest alignment come first. */
static natt_options *place(struct natt_window *w, void *workspace, size_t count)
{
    size_t n = window_of(count), jobs = n * NATT_MAX_CHAIN;
    uint8_t *from = (uint8_t *)workspace + (ALIGNMENT - (uintptr_t)workspace % ALIGNMENT) % ALIGNMENT;
    w->each = take(&from, n * sizeof *w->each);
    natt_options *options = take(&from, n * sizeof *options);
    w->pool.jobs = take(&from, jobs * sizeof *w->pool.jobs);
    w->pool.list = take(&from, jobs * sizeof *w->pool.list);
    w->known = take(&from, sizeof *w->known);
    w->refs = take(&from, n * sizeof *w->refs);
    w->pool.index = take(&from, 2 * jobs * sizeof *w->pool.index);
    w->pool.buckets = 2 * jobs;
    return options;
}

/* Windows share nothing. */
static void empty(struct natt_window *w)
{
    memset(w->known, 0, sizeof *w->known);
    memset(w->pool.index, 0, w->pool.buckets * sizeof *w->pool.index);
    w->pool.count = w->pool.listed = 0;
    w->pool.built = false;
}

/* ---- the call ---- */

/* R-USAGE-22: the shared options must not set the fields of items. */
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

/* ---- R-USAGE-22: no memory that is read while items are written is inside them ---- */

struct span {
    uintptr_t begin;
    size_t len;
};

/* The memory that a batch writes before it has read every item: items, workspace, cache. */
#define SPANS 3

/* True: [ptr, ptr + len) and the span have a byte in common. Subtract, never add. */
static bool touches(const struct span *span, const void *ptr, size_t len)
{
    uintptr_t at = (uintptr_t)ptr;
    if (ptr == NULL || len == 0)
        return false;
    return at >= span->begin ? at - span->begin < span->len : span->begin - at < len;
}

/* R-USAGE-22 */
static bool overlaps(const struct span written[SPANS], const void *ptr, size_t len)
{
    return touches(&written[0], ptr, len) || touches(&written[1], ptr, len) || touches(&written[2], ptr, len);
}

static bool value_overlaps(const struct span written[SPANS], natt_bytes value)
{
    return overlaps(written, value.ptr, value.len);
}

/* A list that the checks of options refuse without reading is not read here. */
static size_t readable(const void *list, size_t count)
{
    return list != NULL && count < NATT_NO_ITEM ? count : 0;
}

static bool set_overlaps(const struct span written[SPANS], const natt_pcr_set *set)
{
    if (overlaps(written, set, sizeof *set))
        return true;
    size_t count = readable(set->pcrs, set->pcr_count);
    for (size_t i = 0; i < count; i++)
        if (overlaps(written, &set->pcrs[i], sizeof set->pcrs[i]) || value_overlaps(written, set->pcrs[i].value))
            return true;
    return false;
}

/* A policy of another size is refused; its other members are not read. */
static bool policy_overlaps(const struct span written[SPANS], const natt_policy *policy)
{
    if (policy == NULL || overlaps(written, policy, sizeof *policy))
        return policy != NULL;
    size_t count = policy->struct_size == sizeof *policy ? readable(policy->sets, policy->set_count) : 0;
    for (size_t i = 0; i < count; i++)
        if (set_overlaps(written, &policy->sets[i]))
            return true;
    return false;
}

static bool roots_overlap(const struct span written[SPANS], const natt_options *opt)
{
    size_t count = readable(opt->roots, opt->root_count);
    for (size_t i = 0; i < count; i++)
        if (overlaps(written, &opt->roots[i], sizeof opt->roots[i]) || value_overlaps(written, opt->roots[i]))
            return true;
    return false;
}

static bool deny_overlaps(const struct span written[SPANS], const natt_options *opt)
{
    size_t count = readable(opt->deny, opt->deny_count);
    for (size_t i = 0; i < count; i++) {
        const natt_deny_entry *e = &opt->deny[i];
        if (overlaps(written, e, sizeof *e) || value_overlaps(written, e->issuer) || value_overlaps(written, e->value))
            return true;
    }
    return false;
}

static bool shared_overlaps(const struct span written[SPANS], const natt_options *opt)
{
    return roots_overlap(written, opt) || deny_overlaps(written, opt) || value_overlaps(written, opt->region);
}

static bool item_overlaps(const struct span written[SPANS], const natt_batch_item *item)
{
    return value_overlaps(written, item->document) || value_overlaps(written, item->nonce) ||
           value_overlaps(written, item->user_data.value) || value_overlaps(written, item->public_key.value) ||
           value_overlaps(written, item->module_id) || policy_overlaps(written, item->policy);
}

/* The unused part of a larger workspace is not touched. */
static size_t used_of(size_t workspace_len, size_t count)
{
    size_t used = natt_batch_workspace_size(count);
    return workspace_len < used ? workspace_len : used;
}

static bool touch_each_other(const struct span written[SPANS])
{
    return touches(&written[0], (const void *)written[1].begin, written[1].len) ||
           touches(&written[0], (const void *)written[2].begin, written[2].len) ||
           touches(&written[1], (const void *)written[2].begin, written[2].len);
}

/* NATT_OK, or the error of the whole call. */
static natt_code call_fault(const struct span written[SPANS], const natt_options *opt, const void *workspace,
                            size_t workspace_len, size_t count)
{
    if (opt == NULL)
        return NATT_E_USAGE_ARGUMENT;
    if (overlaps(written, opt, sizeof *opt))
        return NATT_E_USAGE_BATCH;
    if (opt->struct_size != sizeof *opt)
        return NATT_E_USAGE_STRUCT_SIZE;
    if (!check_workspace(workspace, workspace_len, count))
        return NATT_E_USAGE_WORKSPACE;
    bool apart = !touch_each_other(written) && !shared_overlaps(written, opt);
    return check_shared(opt) && apart ? NATT_OK : NATT_E_USAGE_BATCH;
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

static bool refuse(natt_batch_item *item, natt_code code)
{
    (void)natt_error_begin(&item->error, &item->error);
    return natt_fail_code(&item->error, code);
}

/* Runs before any other check of an item. */
static bool check_item(const struct span written[SPANS], natt_batch_item *item)
{
    if (item->struct_size != sizeof *item)
        return refuse(item, NATT_E_USAGE_STRUCT_SIZE);
    return !item_overlaps(written, item) || refuse(item, NATT_E_USAGE_BATCH);
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

static void begin_item(struct natt_verification *v, natt_options *opt, natt_batch_item *item,
                       const struct span written[SPANS], const natt_options *shared)
{
    if (!check_item(written, item)) {
        natt_verification_skip(v);
        return;
    }
    *opt = options_of(shared, item);
    natt_verification_begin(v, &item->verified, item->document, opt, &item->error);
}

static void verify_window(struct natt_window *w, natt_options *options, natt_batch_item *items,
                          const struct span written[SPANS], const natt_options *shared)
{
    empty(w);
    for (size_t i = 0; i < w->count; i++)
        begin_item(&w->each[i], &options[i], &items[i], written, shared);
    natt_window_run(w);
    for (size_t i = 0; i < w->count; i++)
        items[i].holds = w->each[i].ok;
}

static void verify_all(natt_batch_item *items, const struct span written[SPANS], const natt_options *opt,
                       struct natt_window *w, void *workspace)
{
    size_t count = written[0].len / sizeof *items;
    natt_options *options = place(w, workspace, count);
    for (size_t i = 0; i < count; i += w->count) {
        w->count = window_of(count - i);
        verify_window(w, options, &items[i], written, opt);
    }
}

static size_t count_verified(const natt_batch_item *items, size_t count)
{
    size_t verified = 0;
    for (size_t i = 0; i < count; i++)
        verified += items[i].holds;
    return verified;
}

bool natt_verify_batch_with(natt_batch_item *items, size_t count, const natt_options *opt, natt_cache *cache,
                            void *workspace, size_t workspace_len, size_t *verified_count,
                            const struct natt_crypto *crypto)
{
    size_t spare, *verified = verified_count != NULL ? verified_count : &spare;
    *verified = 0;
    if (items == NULL || count == 0 || items[0].struct_size != sizeof items[0])
        return false;
    const natt_bytes cached = natt_cache_memory(cache);
    const struct span written[SPANS] = {{(uintptr_t)items, count * sizeof *items},
                                        {(uintptr_t)workspace, used_of(workspace_len, count)},
                                        {(uintptr_t)cached.ptr, cached.len}};
    begin(items, count);
    natt_code fault = call_fault(written, opt, workspace, workspace_len, count);
    struct natt_window window = {.crypto = crypto, .cache = cache};
    if (fault == NATT_OK)
        verify_all(items, written, opt, &window, workspace);
    for (size_t i = 0; fault != NATT_OK && i < count; i++)
        (void)refuse(&items[i], fault);
    *verified = count_verified(items, count);
    return *verified == count;
}

bool natt_verify_batch(natt_batch_item *items, size_t count, const natt_options *opt, natt_cache *cache,
                       void *workspace, size_t workspace_len, size_t *verified_count)
{
    return natt_verify_batch_with(items, count, opt, cache, workspace, workspace_len, verified_count,
                                  natt_crypto_default());
}
