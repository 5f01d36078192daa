/*
 * Many documents in one call, each with its own expectations and verdict.
 */
#ifndef NITRO_ATTEST_BATCH_H
#define NITRO_ATTEST_BATCH_H

#include "base.h"
#include "cache.h"
#include "verify.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Start from NATT_BATCH_ITEM_INIT. */
typedef struct natt_batch_item {
    size_t struct_size; /* sizeof(natt_batch_item), the same in every item */
    /* in: the options of this document; the others are shared */
    natt_bytes document;
    natt_nonce_mode nonce_mode;
    natt_bytes nonce;
    natt_expectation user_data, public_key;
    natt_bytes module_id;
    const natt_policy *policy;
    /* out */
    bool holds; /* the verdict; false before anything else is done */
    natt_error error;
    natt_verified verified;
} natt_batch_item;

/* clang-format off */
#define NATT_BATCH_ITEM_INIT {                                                                                        \
    sizeof(natt_batch_item), {NULL, 0}, NATT_NONCE_UNSET, {NULL, 0},                                                  \
    {NATT_EXPECT_ANY, {NULL, 0}}, {NATT_EXPECT_ANY, {NULL, 0}}, {NULL, 0}, NULL,                                      \
    false, {NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, ""}, NATT_VERIFIED_INIT}
/* clang-format on */

/*
 * Bytes of workspace for a batch of `count` items, at any alignment; never 0. About 5.7 KB for each item up to 64, at
 * most 367 KB: items are verified in windows of 64, which share this memory.
 */
NATT_API size_t natt_batch_workspace_size(size_t count);

/*
 * True: count is not 0, and every item is accepted, as in a separate call of natt_verify.
 * False: at least one item is refused, or the call is wrong; check each item's `holds` and `error`.
 * items  in: as above; out: holds, error, verified. No memory that the call reads may overlap the array, the
 *        workspace or the cache: not the options, roots, deny entries and region, and not an item's document, nonce,
 *        expected values, module_id or policy with its sets and values (NATT_E_USAGE_BATCH: in every item for shared
 *        memory, else in that item). Array, workspace and cache must not overlap. Therefore, copy values of an earlier
 *        result out of the array before you expect them again; only natt_verify allows such values in place. If the
 *        first item's struct_size differs from this library's, the array is not written to, since the place of the
 *        other items is unknown.
 * opt    what all items share: roots, kind, time, limits, flags, region, deny list. Its nonce_mode, nonce, user_data,
 *        public_key, module_id and policy must be as NATT_OPTIONS_INIT leaves them: each item has its own, and a value
 *        in both places would be ambiguous (NATT_E_USAGE_BATCH in every item).
 * cache  may be NULL; see cache.h. It is read before an item's window is verified and written after it, in the order of
 *        items, so cached_certificates counts the entries of earlier calls and earlier windows.
 * workspace  at least natt_batch_workspace_size(count) bytes, else NATT_E_USAGE_WORKSPACE in every item.
 * verified_count  may be NULL; the number of accepted items.
 * Cost: at most that of natt_verify for each item. Within a window each certificate's signature is computed once,
 *        independent of the number of documents that have it under the same issuer's key: documents of one region share
 *        all certificates except the leaf. Only with a cache does a later window reuse the result. With hot keys, a
 *        window builds at most one table (cache.h). A refused item does not slow down the others.
 * Threads: the call starts none. Concurrent calls need their own items, cache and workspace.
 */
NATT_API NATT_MUST_CHECK bool natt_verify_batch(natt_batch_item *items, size_t count, const natt_options *opt,
                                                natt_cache *cache, void *workspace, size_t workspace_len,
                                                size_t *verified_count);

#ifdef __cplusplus
}
#endif
#endif
