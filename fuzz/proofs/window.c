/* Proved of natt_window_run, for three documents of a window, some of them skipped, whatever happens to the others:
 * each verdict is that of its own steps, under its own options, as in verdict.c. Steps are contracts. */
#define DOCS 3
#include "fuzz/proofs/steps.h"

int main(void)
{
    static struct natt_verification each[DOCS];
    static struct natt_job_refs refs[DOCS];
    static natt_options opts[DOCS];
    static natt_error errs[DOCS];
    struct natt_crypto crypto = {.lanes = 1};
    struct natt_window w = {.each = each, .refs = refs, .count = DOCS, .crypto = &crypto};
    _Bool skipped[DOCS];
    w.cache = cache = nondet_bool() ? (natt_cache *)cache_memory : NULL;
    for (size_t d = 0; d < DOCS; d++) {
        any_document(d);
        opts[d] = nondet_options();
        options[d] = &opts[d];
        results[d].struct_size = nondet_size();
        (void)natt_error_begin(&errs[d], &errs[d]);
        skipped[d] = nondet_bool();
        if (skipped[d])
            natt_verification_skip(&each[d]);
        else
            natt_verification_begin(&each[d], &results[d], (natt_bytes){docs[d].input, 1}, options[d], &errs[d]);
    }
    watch_any();
    natt_window_run(&w);
    for (size_t d = 0; d < DOCS; d++) {
        if (!skipped[d])
            claim_steps(d, each[d].ok, &errs[d]);
        __CPROVER_assert(!skipped[d] || (!each[d].ok && !ran[d].read && !ran[d].cleared), "none of a skipped document");
        __CPROVER_assert(skipped[d] || ran[d].cleared, "each other result is cleared");
    }
    return 0;
}
