/*
 * The seal of a result: natt_policy_check takes what natt_verify wrote, whole and unchanged, and nothing else. On
 * documents of a test issuer, so that no genuine one is needed.
 */
#include "signed.h"

#include <stddef.h>
#include <string.h>

struct part {
    const char *name;
    size_t at, len;
};

#define PART(field)                                                                                                    \
    {                                                                                                                  \
#field, offsetof(natt_verified, field), sizeof((natt_verified *)0)->field                                      \
    }

/* What the seal covers: all that a policy looks at, and the identity of the document. */
static const struct part sealed[] = {
    PART(struct_size),  PART(seal),     PART(kind), PART(debug),        PART(checks),
    PART(timestamp_ms), PART(pcr_mask), PART(pcrs), PART(canonical_id),
};

/* What it does not cover: copies and views for the caller alone. A field of natt_verified is in one of the two lists. */
static const struct part open_parts[] = {
    PART(unknown_fields), PART(cached_certificates), PART(earliest_expiry), PART(module_id),   PART(instance_id),
    PART(region),         PART(root_sha256),         PART(root_index),      PART(matched_set), PART(chain_count),
    PART(chain),          PART(public_key),          PART(user_data),       PART(nonce),
};

/* The kinds of documents that are issued: each has a policy that accepts it. */
static const struct document {
    const char *name;
    natt_kind kind;
    bool debug;
    uint32_t pinned[2];
} documents[] = {
    {"enclave", NATT_KIND_ENCLAVE, false, {0, 0}},
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
    s->c.opt.flags |= NATT_ALLOW_DEBUG;
    natt_test_build(&s->c);
    s->v = natt_test_verified_doc(&s->c, __LINE__);
    for (size_t i = 0; i < 2; i++)
        s->pins[i] = (natt_pcr_value){d->pinned[i], {s->v.pcrs[d->pinned[i]], NATT_PCR_LEN}};
    s->set = (natt_pcr_set){d->name, s->pins, 2};
    s->policy = (natt_policy)NATT_POLICY_INIT;
    s->policy.sets = &s->set;
    s->policy.set_count = 1;
}

static natt_code check(const struct sealed_case *s, const natt_verified *v)
{
    natt_error err;
    bool ok = natt_policy_check(v, &s->policy, &err);
    cr_assert_eq(ok, err.code == NATT_OK);
    return err.code;
}

/* One byte is another, in all 255 ways; everything else is as natt_verify wrote it. */
static void assert_part_is_sealed(const struct sealed_case *s, const struct part *part, const char *document)
{
    static natt_verified altered;
    altered = s->v;
    for (size_t i = 0; i < part->len; i++) {
        uint8_t *byte = (uint8_t *)&altered + part->at + i, before = *byte;
        for (unsigned change = 1; change <= 255; change++) {
            *byte = (uint8_t)(before ^ change);
            natt_code code = check(s, &altered);
            cr_assert_eq(code, NATT_E_USAGE_RESULT, "%s: %s, byte %zu: %s", document, part->name, i,
                         natt_code_name(code));
        }
        *byte = before;
    }
}

Test(seal, result_refused_when_any_sealed_byte_is_changed)
{
    static struct sealed_case s;
    for (size_t d = 0; d < COUNT_OF(documents); d++) {
        begin_sealed(&s, &documents[d]);
        cr_assert_eq(check(&s, &s.v), NATT_OK, "%s", documents[d].name);
        for (size_t i = 0; i < COUNT_OF(sealed); i++)
            assert_part_is_sealed(&s, &sealed[i], documents[d].name);
        cr_assert_eq(check(&s, &s.v), NATT_OK, "%s", documents[d].name);
        natt_test_end(&s.c);
    }
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
    for (size_t i = 0; i < COUNT_OF(sealed); i++) {
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
    mark(map, sealed, COUNT_OF(sealed));
    mark(map, open_parts, COUNT_OF(open_parts));
    for (size_t i = 0; i < sizeof map; i++) {
        gap = map[i] == 0 ? gap + 1 : 0;
        cr_assert_lt(gap, sizeof(uint64_t), "bytes up to %zu are in no list", i);
    }
}
