/*
 * Boundaries that a short loop or a small buffer would miss: duplicates at every distance, path lengths with every
 * number of CAs, object identifiers of every length.
 */
#include "signed.h"

#include <stdio.h>
#include <string.h>

#define HEX(c, text)      natt_plan_hex(&(c)->plan, text)
#define BASIC_CONSTRAINTS "2.5.29.19"

/* 32473: the enterprise number that RFC 5612 reserves for examples. */
static const char *example_oid(int n)
{
    static char oid[32];
    snprintf(oid, sizeof oid, "1.3.6.1.4.1.32473.1.%d", n);
    return oid;
}

/* ---- duplicates ---- */

/* The leaf has two extensions already, so 14 may be added: the last repeats the one `distance` before it. */
static void repeat_extension(struct natt_test_case *c, uint32_t cert, size_t distance)
{
    natt_plan_list *list = &c->plan.certificates[cert].extensions;
    for (int n = 0; list->count + 1 < NATT_MAX_EXTENSIONS; n++)
        natt_plan_add_extension(&c->plan, cert, example_oid(n), false, HEX(c, "0500"));
    VERIFIED(c);
    natt_bytes again = natt_plan_copy(&c->plan, list->entries[list->count - distance].value);
    natt_plan_append(&c->plan, list, (natt_bytes){NULL, 0}, again);
    natt_test_build(c);
    size_t first = natt_test_at_in_certificate(c, cert, again), at = first;
    for (size_t i = list->count - 1 - distance; i + 1 < list->count; i++)
        at += list->entries[i].value.len;
    natt_test_refused_doc(c, NATT_E_X509_EXTENSION_DUPLICATE, cert, at, __LINE__);
}

Test(boundaries, extension_refused_when_repeated_at_any_distance)
{
    struct natt_test_case c;
    for (size_t distance = 1; distance < NATT_MAX_EXTENSIONS; distance++) {
        natt_test_begin(&c);
        repeat_extension(&c, TEST_LEAF, distance);
        natt_test_end(&c);
        natt_test_begin(&c);
        repeat_extension(&c, 1, distance);
        natt_test_end(&c);
    }
}

static void add_unknown(struct natt_test_case *c, size_t n)
{
    char name[] = "x0";
    name[1] = (char)('0' + n);
    natt_plan_append(&c->plan, &c->plan.payload, natt_plan_cbor_text(&c->plan, name), HEX(c, "00"));
}

/* x0 .. x(distance-1), then x0 again; also after eight other fields, of which it repeats one. */
Test(boundaries, unknown_field_refused_when_repeated_at_any_distance)
{
    struct natt_test_case c;
    for (size_t distance = 1; distance <= NATT_MAX_UNKNOWN_FIELDS; distance++) {
        natt_test_begin(&c);
        c.opt.flags |= NATT_ALLOW_UNKNOWN_FIELDS;
        for (size_t i = 0; i < distance; i++)
            add_unknown(&c, i);
        VERIFIED(&c);
        add_unknown(&c, 0);
        REFUSED(&c, NATT_E_DOC_DUPLICATE_FIELD, NATT_NO_ITEM, natt_test_at_field(&c, "x0") + 4 * distance);
        natt_plan_remove(&c.plan, &c.plan.payload, c.plan.payload.count - 1);
        for (size_t i = distance; i < NATT_MAX_UNKNOWN_FIELDS; i++)
            add_unknown(&c, i);
        VERIFIED(&c);
        add_unknown(&c, NATT_MAX_UNKNOWN_FIELDS - distance);
        REFUSED(&c, NATT_E_DOC_DUPLICATE_FIELD, NATT_NO_ITEM,
                natt_test_at_field(&c, "x0") + 4 * NATT_MAX_UNKNOWN_FIELDS);
        natt_test_end(&c);
    }
}

/* Every known field a second time, after all others: nine distances. */
Test(boundaries, known_field_refused_when_repeated_at_any_distance)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    size_t count = c.plan.payload.count;
    for (size_t i = 0; i < count; i++) {
        natt_plan_entry entry = c.plan.payload.entries[i];
        natt_plan_append(&c.plan, &c.plan.payload, entry.key, (natt_bytes){NULL, 0});
        c.plan.payload.entries[count].value = HEX(&c, "f6");
        natt_test_build(&c);
        natt_verified v = NATT_VERIFIED_INIT;
        natt_error err;
        cr_assert_not(natt_verify(&v, c.doc, &c.opt, NULL, &err));
        cr_assert_eq(err.code, NATT_E_DOC_DUPLICATE_FIELD, "field %zu: %s", i, natt_code_name(err.code));
        cr_assert_eq(memcmp(c.doc.ptr + err.offset, entry.key.ptr, entry.key.len), 0, "field %zu", i);
        cr_assert_gt(err.offset, natt_test_at(&c, entry.key), "field %zu", i);
        natt_plan_remove(&c.plan, &c.plan.payload, count);
    }
    natt_test_end(&c);
}

/* All PCRs except one in a definite map of 32: the last entry repeats the one `distance` before it. */
Test(boundaries, pcr_refused_when_repeated_at_any_distance)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    for (uint32_t i = 16; i < NATT_PCR_COUNT - 1; i++)
        natt_plan_append(&c.plan, &c.plan.pcrs, natt_plan_cbor_uint(&c.plan, i), natt_plan_cbor_zeros(&c.plan, 48));
    VERIFIED(&c);
    size_t last = c.plan.pcrs.count;
    for (uint32_t distance = 1; distance <= last; distance++) {
        uint32_t index = (uint32_t)last - distance;
        natt_plan_append(&c.plan, &c.plan.pcrs, natt_plan_cbor_uint(&c.plan, index), natt_plan_cbor_zeros(&c.plan, 48));
        size_t key_len = index < 24 ? 1 : 2;
        REFUSED(&c, NATT_E_DOC_PCR_DUPLICATE, index, natt_test_at_field(&c, "certificate") - 50 - key_len);
        natt_plan_remove(&c.plan, &c.plan.pcrs, last);
    }
    natt_test_end(&c);
}

/* ---- path lengths ---- */

static void set_path_length(struct natt_test_case *c, uint32_t cert, uint32_t path_length)
{
    char value[] = "30060101ff020100";
    value[15] = (char)('0' + path_length);
    natt_plan_set_extension(&c->plan, cert, BASIC_CONSTRAINTS, true, HEX(c, value));
}

/* A chain with this many CAs, including the root; none of them has a path length. */
static void begin_chain(struct natt_test_case *c, uint32_t cas)
{
    natt_issuer_options options = natt_test_issuer_options();
    options.bundle_count = cas;
    natt_test_begin_with(c, &options, NULL);
    for (uint32_t i = 1; i < cas; i++)
        natt_plan_set_extension(&c->plan, i, BASIC_CONSTRAINTS, true, HEX(c, "30030101ff"));
}

/* Every CA of every chain, with path lengths from 0 to one more than the number of CAs that follow, and 8. */
Test(boundaries, path_length_counts_the_cas_that_follow)
{
    static struct natt_test_case c;
    for (uint32_t cas = 1; cas <= NATT_MAX_CABUNDLE; cas++) {
        for (uint32_t cert = 0; cert < cas; cert++) {
            begin_chain(&c, cas);
            for (uint32_t path_length = 0; path_length <= 8; path_length++) {
                uint32_t follow = cas - 1 - cert;
                if (path_length > follow + 1 && path_length < 8)
                    continue;
                set_path_length(&c, cert, path_length);
                natt_test_build(&c);
                c.root = cert == 0 ? natt_plan_copy(&c.plan, natt_issuer_certificate(c.issuer, 0)) : c.root;
                if (path_length >= follow)
                    natt_test_verified_doc(&c, __LINE__);
                else
                    natt_test_refused_doc(&c, NATT_E_CHAIN_PATH_LENGTH, cert, natt_test_at_certificate(&c, cert),
                                          __LINE__);
            }
            natt_test_end(&c);
        }
    }
}

/* ---- object identifiers ---- */

/* Extension of an unknown identifier: 2a, then arcs of one octet. */
static natt_bytes unknown_extension(struct natt_test_case *c, size_t octets, bool critical)
{
    natt_issue_plan *plan = &c->plan;
    natt_bytes arcs = natt_plan_repeat(plan, HEX(c, "07"), octets - 1);
    natt_bytes oid = natt_plan_der(plan, 0x06, natt_plan_join(plan, HEX(c, "2a"), arcs));
    natt_bytes value = HEX(c, critical ? "0101ff04020500" : "04020500");
    return natt_plan_der(plan, 0x30, natt_plan_join(plan, oid, value));
}

Test(boundaries, critical_extension_refused_when_its_identifier_has_1_to_40_octets)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t octets = 1; octets <= 40; octets++) {
        for (uint32_t cert = 1; cert <= TEST_LEAF; cert += TEST_LEAF - 1) {
            natt_plan_list *list = &c.plan.certificates[cert].extensions;
            natt_plan_append(&c.plan, list, (natt_bytes){NULL, 0}, unknown_extension(&c, octets, true));
            REFUSED(&c, NATT_E_CHAIN_CRITICAL, cert, natt_test_at_certificate(&c, cert));
            list->entries[list->count - 1].value = unknown_extension(&c, octets, false);
            VERIFIED(&c);
            natt_plan_remove(&c.plan, list, list->count - 1);
        }
    }
    natt_test_end(&c);
}

/* basicConstraints and keyUsage with an octet more or less are different extensions: ignored if not critical, and
 * refused if critical. */
Test(boundaries, extension_is_unknown_when_its_identifier_is_longer_or_shorter)
{
    static const char *const oids[] = {"060155",       "0602551d",   "0604551d1300", "0604551d137f",
                                       "0604551d0f00", "0603551d12", "0603551d14",   "0603551d0e",
                                       "0603551d10",   "0603561d13", "0603551c13"};
    static const char *const values[] = {"040530030101ff", "0101ff040530030101ff"};
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_list *list = &c.plan.certificates[TEST_LEAF].extensions;
    for (size_t i = 0; i < COUNT_OF(oids); i++) {
        for (size_t critical = 0; critical < COUNT_OF(values); critical++) {
            natt_bytes content = natt_plan_join(&c.plan, HEX(&c, oids[i]), HEX(&c, values[critical]));
            natt_plan_append(&c.plan, list, (natt_bytes){NULL, 0}, natt_plan_der(&c.plan, 0x30, content));
            if (critical != 0)
                REFUSED(&c, NATT_E_CHAIN_CRITICAL, TEST_LEAF, natt_test_at_certificate(&c, TEST_LEAF));
            else
                VERIFIED(&c);
            natt_plan_remove(&c.plan, list, list->count - 1);
        }
    }
    natt_test_end(&c);
}
