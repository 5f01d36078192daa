/* Proved of a window of natt_verify_batch, for two items and any options: each item's verdict is that of its own
 * verification, with its own document and expectations and the shared options; if the item itself is wrong, its verdict
 * is false, with a code. natt_window_run is a contract. */
#include "fuzz/proofs/any_input.h"
#include "verify/verify.h"
#include "verify/window.h"

#include <string.h>

#define ITEMS 2
#include "verify/batch.c"

_Bool nondet_bool(void);
natt_options nondet_options(void);
natt_batch_item nondet_item(void);

static natt_batch_item items[ITEMS];
static natt_options shared;
static _Bool ran[ITEMS], passed[ITEMS];
static size_t seen;

natt_bytes natt_cache_memory(const natt_cache *cache)
{
    (void)cache;
    return (natt_bytes){NULL, 0};
}

const struct natt_crypto *natt_crypto_default(void)
{
    return NULL;
}

void natt_verification_begin(struct natt_verification *v, natt_verified *out, natt_bytes in, const natt_options *opt,
                             natt_error *err)
{
    v->out = out;
    v->in = in;
    v->opt = opt;
    v->err = err;
    v->ok = true;
}

void natt_verification_skip(struct natt_verification *v)
{
    v->out = NULL;
    v->ok = false;
}

static _Bool same(natt_bytes a, natt_bytes b)
{
    return a.ptr == b.ptr && a.len == b.len;
}

/* All options but those of an item are the shared ones. */
static _Bool are_shared(const natt_options *o)
{
    return o->struct_size == shared.struct_size && o->roots == shared.roots && o->root_count == shared.root_count &&
           o->kind == shared.kind && o->time_mode == shared.time_mode && o->now_ms == shared.now_ms &&
           o->max_age_ms == shared.max_age_ms && o->max_future_ms == shared.max_future_ms &&
           o->not_before_leeway_ms == shared.not_before_leeway_ms &&
           o->not_after_leeway_ms == shared.not_after_leeway_ms && same(o->region, shared.region) &&
           o->limits == shared.limits && o->flags == shared.flags && o->required_checks == shared.required_checks &&
           o->deny == shared.deny && o->deny_count == shared.deny_count;
}

static _Bool are_of(const natt_options *o, const natt_batch_item *item)
{
    return o->nonce_mode == item->nonce_mode && same(o->nonce, item->nonce) &&
           o->user_data.mode == item->user_data.mode && same(o->user_data.value, item->user_data.value) &&
           o->public_key.mode == item->public_key.mode && same(o->public_key.value, item->public_key.value) &&
           same(o->module_id, item->module_id) && o->policy == item->policy;
}

/* Each document that is not skipped is verified or refused; its place in the array is the next one. */
void natt_window_run(struct natt_window *w)
{
    for (size_t i = 0; i < w->count; i++) {
        struct natt_verification *v = &w->each[i];
        size_t n = seen++;
        __CPROVER_assert(n < ITEMS, "no more documents than items");
        if (!v->ok)
            continue;
        __CPROVER_assert(v->out == &items[n].verified && v->err == &items[n].error && same(v->in, items[n].document),
                         "the document, result and error of this item");
        __CPROVER_assert(are_shared(v->opt) && are_of(v->opt, &items[n]), "under the shared options and its own");
        ran[n] = 1;
        v->ok = passed[n];
        if (!v->ok)
            (void)natt_fail_code(v->err, NATT_E_CHAIN_ROOT);
    }
}

int main(void)
{
    static struct natt_verification each[ITEMS];
    static struct natt_known_keys known;
    static natt_options options[ITEMS];
    static uint16_t index[1];
    struct natt_window w = {.each = each, .count = ITEMS, .known = &known, .pool = {.index = index, .buckets = 1}};
    const struct span written[SPANS] = {{(uintptr_t)items, sizeof items}, {0, 0}, {0, 0}};
    _Bool other_size[ITEMS];
    shared = nondet_options();
    for (size_t i = 0; i < ITEMS; i++) {
        items[i] = nondet_item();
        items[i].policy = NULL; /* what it points to is the caller's */
        other_size[i] = items[i].struct_size != sizeof items[i];
        passed[i] = nondet_bool();
    }
    begin(items, ITEMS);
    verify_window(&w, options, items, written, &shared);
    size_t count = count_verified(items, ITEMS), holds = 0;
    for (size_t i = 0; i < ITEMS; i++) {
        holds += items[i].holds;
        __CPROVER_assert(items[i].holds == (ran[i] && passed[i]), "true only if the item was verified, and passed");
        __CPROVER_assert(items[i].holds == (items[i].error.code == NATT_OK), "false has a code, true has none");
        __CPROVER_assert(!other_size[i] || !ran[i], "an item of another size is refused");
        __CPROVER_assert(items[i].verified.checks == 0 && items[i].verified.seal == 0, "only publish writes results");
    }
    REACHABLE(holds == ITEMS);
    REACHABLE(holds == 0);
    __CPROVER_assert(count == holds, "the count is that of the verdicts");
    return 0;
}
