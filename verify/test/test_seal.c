/*
 * The seal of a result: later calls take what natt_verify wrote, whole and unchanged, and nothing else. On documents of
 * a test issuer, so that no genuine one is needed.
 */
#include "signed.h"

#include <stddef.h>
#include <string.h>

#define PARTS (32 + 3 * NATT_MAX_CHAIN)

struct part {
    const char *name;
    size_t at, len;
};

#define PART(field)                                                                                                    \
    {                                                                                                                  \
#field, offsetof(natt_verified, field), sizeof((natt_verified *)0)->field                                      \
    }
#define CHAIN_PART(i, field)                                                                                           \
    {                                                                                                                  \
        "chain." #field,                                                                                               \
            offsetof(natt_verified, chain) + (i) * sizeof(natt_verified_certificate) +                                 \
                offsetof(natt_verified_certificate, field),                                                            \
            sizeof((natt_verified_certificate *)0)->field                                                              \
    }

/* The members that the seal covers besides the certificates: all copies, and digests of the viewed bytes. */
static const struct part copies[] = {
    PART(struct_size),
    PART(seal),
    PART(kind),
    PART(debug),
    PART(checks),
    PART(unknown_fields),
    PART(cached_certificates),
    PART(timestamp_ms),
    PART(earliest_expiry),
    PART(pcr_mask),
    PART(pcrs),
    PART(module_id),
    PART(instance_id),
    PART(region),
    PART(canonical_id),
    PART(root_sha256),
    PART(root_index),
    PART(matched_set),
    PART(chain_count),
    PART(public_key_sha384),
    PART(user_data_sha384),
    PART(nonce_sha384),
};

/* Where the views point is not covered. A member of natt_verified is here or above. */
static const struct part views[] = {PART(public_key), PART(user_data), PART(nonce)};

static struct part sealed[PARTS];
static size_t sealed_count;

static void list_sealed(void)
{
    memcpy(sealed, copies, sizeof copies);
    sealed_count = COUNT_OF(copies);
    for (size_t i = 0; i < NATT_MAX_CHAIN; i++) {
        const struct part parts[] = {CHAIN_PART(i, common_name), CHAIN_PART(i, not_before), CHAIN_PART(i, not_after)};
        memcpy(&sealed[sealed_count], parts, sizeof parts);
        sealed_count += COUNT_OF(parts);
    }
}

/* The kinds of documents that are issued: each has a policy that accepts it. */
static const struct document {
    const char *name;
    natt_kind kind;
    bool debug;
    uint32_t pinned[2];
} documents[] = {
    {"enclave", NATT_KIND_ENCLAVE, false, {0, 0}},
    {"debug enclave", NATT_KIND_ENCLAVE, true, {8, 8}},
    {"NitroTPM", NATT_KIND_NITROTPM, false, {4, 12}},
};

static uint8_t value_of_8[NATT_PCR_LEN] = {8};

/* A result of natt_verify, and a set of one or two PCRs of it. */
struct sealed_case {
    struct natt_test_case c;
    natt_verified v;
    natt_pcr_value pins[2];
    natt_pcr_set set;
    natt_policy policy;
};

static void begin_sealed(struct sealed_case *s, const struct document *d)
{
    natt_issuer_options options = natt_test_issuer_options();
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    options.kind = d->kind;
    request.debug = d->debug;
    request.nonce = request.user_data = request.public_key = (natt_bytes){value_of_8, 3};
    memset(s, 0, sizeof *s);
    natt_test_begin_with(&s->c, &options, &request);
    if (d->debug)
        natt_plan_set_pcr(&s->c.plan, 8, natt_plan_cbor_bytes(&s->c.plan, (natt_bytes){value_of_8, NATT_PCR_LEN}));
    s->c.opt.flags |= NATT_ALLOW_DEBUG;
    natt_test_build(&s->c);
    s->v = natt_test_verified_doc(&s->c, __LINE__);
    for (size_t i = 0; i < 2; i++)
        s->pins[i] = (natt_pcr_value){d->pinned[i], {s->v.pcrs[d->pinned[i]], NATT_PCR_LEN}};
    s->set = (natt_pcr_set){d->name, s->pins, 2};
    s->policy = (natt_policy)NATT_POLICY_INIT;
    s->policy.sets = &s->set;
    s->policy.set_count = 1;
    s->policy.flags = d->debug ? NATT_POLICY_ALLOW_DEBUG : 0;
    list_sealed();
}

/* Every call with a result reports the same about its seal. */
static natt_code check(const struct sealed_case *s, const natt_verified *v)
{
    natt_error err, other;
    size_t count;
    bool ok = natt_policy_check(v, &s->policy, &err);
    bool same = natt_verified_check(v, &other) == ok && other.code == err.code;
    same = same && natt_policy_explain(NULL, 0, &count, v, &s->policy, &other) == ok && other.code == err.code;
    same = same && natt_verified_check_field(v, NATT_FIELD_NONCE, s->v.nonce, &other) == ok && other.code == err.code;
    cr_assert(same && ok == (err.code == NATT_OK), "%s, %s", natt_code_name(err.code), natt_code_name(other.code));
    return err.code;
}

/* One byte is another; everything else is as natt_verify wrote it. */
static void assert_byte_is_sealed(const struct sealed_case *s, size_t at, uint8_t change, const char *part)
{
    static natt_verified altered;
    altered = s->v;
    ((uint8_t *)&altered)[at] ^= change;
    cr_assert_eq(check(s, &altered), NATT_E_USAGE_RESULT, "%s: %s, byte %zu", s->set.name, part, at);
}

/* In three ways for every call. */
static void assert_part_is_sealed(const struct sealed_case *s, const struct part *part)
{
    for (size_t i = part->at; i < part->at + part->len; i++) {
        assert_byte_is_sealed(s, i, 0x01, part->name);
        assert_byte_is_sealed(s, i, 0x80, part->name);
        assert_byte_is_sealed(s, i, 0xff, part->name);
    }
}

Test(seal, result_refused_when_any_sealed_byte_is_changed)
{
    static struct sealed_case s;
    for (size_t d = 0; d < COUNT_OF(documents); d++) {
        begin_sealed(&s, &documents[d]);
        cr_assert_eq(check(&s, &s.v), NATT_OK, "%s", documents[d].name);
        for (size_t i = 0; i < sealed_count; i++)
            assert_part_is_sealed(&s, &sealed[i]);
        cr_assert_eq(check(&s, &s.v), NATT_OK, "%s", documents[d].name);
        natt_test_end(&s.c);
    }
}

/* All 255 changes of every byte that is sealed. */
Test(seal, result_refused_whatever_a_sealed_byte_becomes)
{
    static struct sealed_case s;
    natt_error err;
    begin_sealed(&s, &documents[0]);
    for (size_t i = 0; i < sealed_count; i++) {
        uint8_t *part = (uint8_t *)&s.v + sealed[i].at;
        for (size_t change = 0; change < 256 * sealed[i].len; change++) {
            part[change / 256] ^= (uint8_t)(change % 256);
            bool ok = natt_policy_check(&s.v, &s.policy, &err);
            part[change / 256] ^= (uint8_t)(change % 256);
            cr_assert(ok == (change % 256 == 0), "%s, byte %zu", sealed[i].name, change / 256);
        }
    }
    natt_test_end(&s.c);
}

/* A copy is as good as the original. */
Test(seal, copy_of_a_result_is_accepted)
{
    static struct sealed_case s;
    static natt_verified copy;
    begin_sealed(&s, &documents[0]);
    memcpy(&copy, &s.v, sizeof copy);
    cr_assert_eq(check(&s, &copy), NATT_OK);
    natt_test_end(&s.c);
}

/* Each part of one result in another: of two documents by one issuer, and of two kinds. */
static void assert_parts_not_exchanged(const struct sealed_case *a, const struct sealed_case *b)
{
    static natt_verified mixed;
    for (size_t i = 0; i < sealed_count; i++) {
        const uint8_t *from = (const uint8_t *)&b->v + sealed[i].at;
        mixed = a->v;
        if (memcmp(from, (const uint8_t *)&a->v + sealed[i].at, sealed[i].len) == 0)
            continue;
        memcpy((uint8_t *)&mixed + sealed[i].at, from, sealed[i].len);
        cr_assert_eq(check(a, &mixed), NATT_E_USAGE_RESULT, "%s of another document", sealed[i].name);
    }
}

Test(seal, result_refused_when_a_part_is_of_another_document)
{
    static struct sealed_case a, b;
    begin_sealed(&a, &documents[0]);
    begin_sealed(&b, &documents[1]);
    assert_parts_not_exchanged(&a, &b);
    assert_parts_not_exchanged(&b, &a);
    natt_test_end(&b.c);
    value_of_8[0]++;
    begin_sealed(&b, &documents[0]);
    cr_assert_neq(memcmp(a.v.canonical_id, b.v.canonical_id, sizeof a.v.canonical_id), 0);
    assert_parts_not_exchanged(&a, &b);
    natt_test_end(&b.c);
    natt_test_end(&a.c);
}

static void mark(uint8_t *map, const struct part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t byte = parts[i].at; byte < parts[i].at + parts[i].len; byte++)
            cr_assert_eq(map[byte]++, 0, "%s is in the lists twice", parts[i].name);
}

/* A new field of natt_verified must be put into one of the two lists. */
Test(seal, every_field_of_a_result_is_in_one_list)
{
    static uint8_t map[sizeof(natt_verified)];
    size_t gap = 0;
    list_sealed();
    mark(map, sealed, sealed_count);
    mark(map, views, COUNT_OF(views));
    for (size_t i = 0; i < sizeof map; i++) {
        gap = map[i] == 0 ? gap + 1 : 0;
        cr_assert_lt(gap, sizeof(uint64_t), "bytes up to %zu are in no list", i);
    }
}

/* Views point into the document: each byte that they show is covered by its digest. */
Test(seal, result_refused_when_any_viewed_byte_is_changed)
{
    static struct sealed_case s;
    static const natt_code codes[] = {NATT_E_EXPECT_PUBLIC_KEY, NATT_E_EXPECT_USER_DATA, NATT_E_EXPECT_NONCE};
    begin_sealed(&s, &documents[0]);
    const natt_bytes shown[] = {s.v.public_key, s.v.user_data, s.v.nonce};
    for (size_t i = 0; i < COUNT_OF(shown); i++) {
        cr_assert_eq(shown[i].len, 3);
        for (size_t byte = 0; byte < shown[i].len; byte++) {
            uint8_t *at = s.c.bytes + (shown[i].ptr - s.c.bytes) + byte;
            natt_error err;
            *at ^= 1;
            cr_assert_not(natt_verified_check(&s.v, &err));
            assert_refused(err, codes[i], NATT_NO_ITEM, NATT_NO_OFFSET);
            *at ^= 1;
            cr_assert(natt_verified_check(&s.v, &err));
        }
    }
    natt_test_end(&s.c);
}
