/* See dearest.h. */
#include "fuzz/dearest.h"

#include "fuzz/property.h"

natt_options fuzz_dearest_options(void)
{
    static const uint8_t archive[FUZZ_SELECTOR] = {0x1a, 127, 0, 0};
    natt_bytes selector = {archive, sizeof archive};
    return fuzz_options(&selector);
}

static natt_issuer *issuer_of_longest_chain(void)
{
    natt_issuer_options of = NATT_ISSUER_OPTIONS_INIT;
    of.seed = (natt_bytes){(const uint8_t *)"nitro-attest vectors, version 1", 31};
    of.now_ms = FUZZ_NOW_MS;
    of.suffix = "aws";
    of.bundle_count = NATT_MAX_CABUNDLE;
    return natt_issuer_new(&of, NULL);
}

/* Two-byte characters: the slow path of the UTF-8 check. */
static void add_text(natt_issue_plan *plan, size_t room)
{
    static uint8_t filler[NATT_MAX_DOCUMENT];
    memset(filler, 0xc3, sizeof filler);
    for (size_t i = 1; i < sizeof filler; i += 2)
        filler[i] = 0xa9;
    room -= room % 2;
    natt_bytes text = natt_plan_join(plan, natt_plan_cbor_head(plan, 0x60, 0, room), (natt_bytes){filler, room});
    (void)natt_plan_append(plan, &plan->payload, natt_plan_cbor_text(plan, "zz"), text);
}

size_t fuzz_dearest_document(uint8_t out[NATT_MAX_DOCUMENT])
{
    natt_issue_plan plan;
    size_t len;
    natt_issuer *issuer = issuer_of_longest_chain();
    MUST(issuer != NULL && natt_issuer_plan(issuer, &plan, NULL, NULL));
    MUST(natt_issuer_build(issuer, out, NATT_MAX_DOCUMENT, &len, &plan, NULL));
    add_text(&plan, NATT_MAX_DOCUMENT - len - 16);
    MUST(natt_issuer_build(issuer, out, NATT_MAX_DOCUMENT, &len, &plan, NULL));
    natt_plan_free(&plan);
    natt_issuer_free(issuer);
    return len;
}
