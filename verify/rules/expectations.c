/*
 * Expectations: freshness, debug mode, nonce, user_data, public_key, identity.
 * Sources: AWS attestation_process.md; user guide "cryptographic attestation"; genuine debug documents, which keep PCR3
 * and PCR4 and zero PCR0 to PCR2 only.
 */
#include "verify/rules/expectations.h"
#include "verify/rules/options.h"

static bool refuse(natt_error *err, natt_code code, const natt_document *doc, natt_bytes part)
{
    return natt_fail(err, code, NATT_NO_ITEM, natt_document_offset(doc, part));
}

/* R-TIME-05: in both modes; compare before subtracting. */
static bool check_future(const natt_document *doc, const natt_options *opt, natt_error *err)
{
    bool ok = doc->timestamp_ms <= opt->now_ms || doc->timestamp_ms - opt->now_ms <= opt->max_future_ms;
    return ok || refuse(err, NATT_E_TIME_FUTURE, doc, (natt_bytes){NULL, 0});
}

/* R-TIME-06: milliseconds with milliseconds; UNLIMITED is larger than every age. */
static bool check_age(const natt_document *doc, const natt_options *opt, natt_error *err)
{
    bool young = doc->timestamp_ms >= opt->now_ms || opt->now_ms - doc->timestamp_ms <= opt->max_age_ms;
    return opt->time_mode == NATT_TIME_ARCHIVE || young || refuse(err, NATT_E_TIME_STALE, doc, (natt_bytes){NULL, 0});
}

/* The first of PCR0, PCR1, PCR2 that is absent or zero; NATT_PCR_COUNT if none is. */
static uint32_t debug_pcr(const natt_document *doc)
{
    for (uint32_t i = 0; i <= 2; i++)
        if (doc->pcrs[i].ptr == NULL || natt_bytes_zero(doc->pcrs[i]))
            return i;
    return NATT_PCR_COUNT;
}

bool natt_document_is_debug(const natt_document *doc)
{
    return doc->kind == NATT_KIND_ENCLAVE && debug_pcr(doc) < NATT_PCR_COUNT;
}

/* R-EXPECT-01: production means that all three are present and not zero. */
static bool check_debug(const natt_document *doc, const natt_options *opt, natt_error *err)
{
    if (!natt_document_is_debug(doc) || (opt->flags & NATT_ALLOW_DEBUG) != 0)
        return true;
    uint32_t pcr = debug_pcr(doc);
    return natt_fail(err, NATT_E_EXPECT_DEBUG, pcr, natt_document_offset(doc, doc->pcrs[pcr]));
}

/* R-EXPECT-02: absent. R-EXPECT-03: equal in length and every byte. */
static bool check_nonce(const natt_document *doc, const natt_options *opt, natt_error *err)
{
    if (opt->nonce_mode == NATT_NONCE_NOT_USED)
        return true;
    if (doc->nonce.ptr == NULL)
        return refuse(err, NATT_E_EXPECT_NONCE_ABSENT, doc, doc->nonce);
    return natt_bytes_equal(doc->nonce, opt->nonce) || refuse(err, NATT_E_EXPECT_NONCE, doc, doc->nonce);
}

static bool as_expected(natt_bytes value, const natt_expectation *e)
{
    if (e->mode == NATT_EXPECT_ABSENT)
        return value.ptr == NULL;
    return e->mode == NATT_EXPECT_ANY || (value.ptr != NULL && natt_bytes_equal(value, e->value));
}

/* R-EXPECT-04 */
static bool check_user_data(const natt_document *doc, const natt_options *opt, natt_error *err)
{
    return as_expected(doc->user_data, &opt->user_data) || refuse(err, NATT_E_EXPECT_USER_DATA, doc, doc->user_data);
}

/* R-EXPECT-05 */
static bool check_public_key(const natt_document *doc, const natt_options *opt, natt_error *err)
{
    return as_expected(doc->public_key, &opt->public_key) ||
           refuse(err, NATT_E_EXPECT_PUBLIC_KEY, doc, doc->public_key);
}

static bool region_char(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* "<owner>.<region>.<rest>": the region, or absent. */
static natt_bytes region_after(natt_bytes common_name, natt_bytes owner)
{
    natt_bytes rest = common_name;
    size_t len = 0;
    if (owner.len == 0 || !natt_bytes_skip(&rest, owner.ptr, owner.len) || !natt_bytes_skip(&rest, ".", 1))
        return (natt_bytes){NULL, 0};
    while (len < rest.len && region_char(rest.ptr[len]))
        len++;
    bool bounded = len > 0 && len <= NATT_MAX_NAME && len + 1 < rest.len && rest.ptr[len] == '.';
    return bounded ? (natt_bytes){rest.ptr, len} : (natt_bytes){NULL, 0};
}

natt_bytes natt_chain_region(const natt_document *doc, const struct natt_chain *chain)
{
    natt_bytes none = {NULL, 0};
    const natt_certificate *leaf = &chain->certs[chain->count - 1], *instance = &chain->certs[chain->count - 2];
    natt_bytes by_leaf = region_after(leaf->subject_cn, doc->module_id);
    natt_bytes by_instance = region_after(instance->subject_cn, natt_document_instance_id(doc));
    return by_leaf.ptr != NULL && by_instance.ptr != NULL && natt_bytes_equal(by_leaf, by_instance) ? by_leaf : none;
}

/* R-EXPECT-06: leaf CN = module_id.region.*, instance CN = instance id.region.*, one region. */
static bool check_binding(const natt_document *doc, const struct natt_chain *chain, const natt_options *opt,
                          natt_error *err)
{
    if ((opt->flags & NATT_REQUIRE_MODULE_BINDING) == 0 || natt_chain_region(doc, chain).ptr != NULL)
        return true;
    uint32_t leaf = (uint32_t)(chain->count - 1);
    return natt_fail(err, NATT_E_EXPECT_MODULE_BINDING, leaf, natt_document_offset(doc, doc->module_id));
}

/* R-EXPECT-07 */
static bool check_module_id(const natt_document *doc, const natt_options *opt, natt_error *err)
{
    return opt->module_id.ptr == NULL || natt_bytes_equal(doc->module_id, opt->module_id) ||
           refuse(err, NATT_E_EXPECT_MODULE_ID, doc, doc->module_id);
}

/* R-EXPECT-08: a document whose certificates name no region has no region. */
static bool check_region(const natt_document *doc, const struct natt_chain *chain, const natt_options *opt,
                         natt_error *err)
{
    if (opt->region.ptr == NULL)
        return true;
    natt_bytes region = natt_chain_region(doc, chain);
    return (region.ptr != NULL && natt_bytes_equal(region, opt->region)) ||
           refuse(err, NATT_E_EXPECT_REGION, doc, region);
}

bool natt_expectations_check(const natt_document *doc, const struct natt_chain *chain, const natt_options *opt,
                             natt_error *err)
{
    return check_future(doc, opt, err) && check_age(doc, opt, err) && check_debug(doc, opt, err) &&
           check_nonce(doc, opt, err) && check_user_data(doc, opt, err) && check_public_key(doc, opt, err) &&
           check_binding(doc, chain, opt, err) && check_module_id(doc, opt, err) && check_region(doc, chain, opt, err);
}

uint32_t natt_expectations_checks_made(const natt_document *doc, const struct natt_chain *chain,
                                       const natt_options *opt)
{
    bool production = doc->kind == NATT_KIND_ENCLAVE && !natt_document_is_debug(doc);
    bool bound = natt_chain_region(doc, chain).ptr != NULL;
    return natt_options_checks(opt) | (production ? NATT_CHECKED_PRODUCTION : 0) |
           (bound ? NATT_CHECKED_MODULE_BINDING : 0);
}
