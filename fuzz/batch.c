/*
 * Property: in a batch every item gets the verdict, error and result that it gets alone, whatever stands beside it.
 */
#include "fuzz/judged.h"
#include "fuzz/property.h"
#include "fuzz/resign.h"

#define ITEMS 3

const bool fuzz_resign_signs = true;

/* The input, a document that holds, and the input without its last byte. */
static void set_documents(natt_batch_item items[ITEMS], natt_bytes in, const natt_options *opt)
{
    static uint8_t good[NATT_MAX_DOCUMENT];
    static size_t good_len;
    static const natt_batch_item blank = NATT_BATCH_ITEM_INIT;
    if (good_len == 0)
        MUST(natt_issue(fuzz_issuer(), good, sizeof good, &good_len, NULL, NULL));
    for (int i = 0; i < ITEMS; i++) {
        items[i] = blank;
        items[i].nonce_mode = opt->nonce_mode;
        items[i].nonce = opt->nonce;
        items[i].policy = opt->policy;
    }
    items[0].document = in;
    items[1].document = (natt_bytes){good, good_len};
    items[2].document = (natt_bytes){in.ptr, in.len > 0 ? in.len - 1 : 0};
}

static natt_options shared_part(const natt_options *opt)
{
    natt_options shared = *opt;
    shared.nonce_mode = NATT_NONCE_UNSET;
    shared.nonce = (natt_bytes){NULL, 0};
    shared.policy = NULL;
    return shared;
}

static void check_alone(const natt_batch_item *item, const natt_options *opt)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    MUST(natt_verify(&v, item->document, opt, NULL, &err) == item->holds && fuzz_same_error(&err, &item->error));
    MUST(memcmp(&v, &item->verified, sizeof v) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t workspace[65536];
    natt_batch_item items[ITEMS];
    natt_bytes in = {data, size};
    natt_options opt = fuzz_options(&in), shared = shared_part(&opt);
    size_t held, counted = 0;
    set_documents(items, in, &opt);
    bool all = natt_verify_batch(items, ITEMS, &shared, NULL, workspace, sizeof workspace, &held);
    for (int i = 0; i < ITEMS; i++) {
        check_alone(&items[i], &opt);
        counted += items[i].holds;
    }
    MUST(counted == held && all == (held == ITEMS));
    return 0;
}
