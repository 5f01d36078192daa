#include "signed.h"

#include "verify/verify.h"

#include <stdio.h>
#include <string.h>

static const uint8_t seed[] = "nitro-attest verifier tests";

natt_issuer_options natt_test_issuer_options(void)
{
    natt_issuer_options options = NATT_ISSUER_OPTIONS_INIT;
    options.seed = (natt_bytes){seed, sizeof seed - 1};
    options.now_ms = TEST_NOW_MS;
    options.suffix = "aws";
    return options;
}

static natt_options accepting_options(const struct natt_test_case *c, natt_kind kind)
{
    natt_options opt = NATT_OPTIONS_INIT;
    opt.roots = &c->root;
    opt.root_count = 1;
    opt.kind = kind;
    opt.time_mode = NATT_TIME_NOW;
    opt.now_ms = TEST_NOW_MS;
    opt.max_age_ms = 0;
    opt.nonce_mode = NATT_NONCE_NOT_USED;
    opt.flags = NATT_INSECURE_NO_PCR_POLICY;
    return opt;
}

void natt_test_begin_with(struct natt_test_case *c, const natt_issuer_options *options,
                          const natt_issue_request *request)
{
    natt_emulator_error err;
    memset(c, 0, sizeof *c);
    c->issuer = natt_issuer_new(options, &err);
    cr_assert_not_null(c->issuer, "issuer: %s", err.message);
    cr_assert(natt_issuer_plan(c->issuer, &c->plan, request, &err), "plan: %s", err.message);
    c->root = natt_issuer_root(c->issuer);
    c->opt = accepting_options(c, options->kind);
}

void natt_test_begin(struct natt_test_case *c)
{
    natt_issuer_options options = natt_test_issuer_options();
    natt_test_begin_with(c, &options, NULL);
}

void natt_test_end(struct natt_test_case *c)
{
    natt_plan_free(&c->plan);
    natt_issuer_free(c->issuer);
}

void natt_test_build(struct natt_test_case *c)
{
    natt_emulator_error err;
    size_t len;
    bool ok = natt_issuer_build(c->issuer, c->bytes, sizeof c->bytes, &len, &c->plan, &err);
    cr_assert(ok, "the plan does not build: %s", err.message);
    c->doc = (natt_bytes){c->bytes, len};
}

/* Both back ends must return the same for every document that any test creates. */
static bool verify_by_both(struct natt_test_case *c, natt_verified *v, natt_error *err, int line)
{
    static const struct natt_crypto *const tables[] = {&natt_crypto_native, &natt_crypto_mbedtls};
    bool ok = natt_verify(v, c->doc, &c->opt, NULL, err);
    for (size_t i = 0; i < 2; i++) {
        natt_verified other = NATT_VERIFIED_INIT;
        natt_error why;
        bool same = natt_verify_with(&other, c->doc, &c->opt, NULL, tables[i], &why) == ok;
        same = same && why.code == err->code && why.item == err->item && why.offset == err->offset;
        cr_assert(same, "line %d: back end %zu returns %s", line, i, natt_code_name(why.code));
        cr_assert(!ok || memcmp(other.canonical_id, v->canonical_id, sizeof other.canonical_id) == 0);
    }
    return ok;
}

static void assert_zero(const natt_verified *v, int line)
{
    natt_verified zero = NATT_VERIFIED_INIT;
    cr_assert_eq(memcmp(v, &zero, sizeof zero), 0, "line %d: a refusal left something in the result", line);
}

void natt_test_refused_doc(struct natt_test_case *c, natt_code code, uint32_t item, size_t offset, int line)
{
    natt_verified v;
    natt_error err;
    memset(&v, 0xa5, sizeof v);
    v.struct_size = sizeof v;
    bool ok = verify_by_both(c, &v, &err, line);
    cr_assert_not(ok, "line %d: verified, expected %s", line, natt_code_name(code));
    cr_assert_eq(err.code, code, "line %d: %s at %zu, expected %s", line, natt_code_name(err.code), err.offset,
                 natt_code_name(code));
    cr_assert_eq(err.item, item, "line %d: item %u, expected %u", line, err.item, item);
    cr_assert_eq(err.offset, offset, "line %d: offset %zu, expected %zu", line, err.offset, offset);
    cr_assert_str_eq(err.message, natt_code_message(code));
    assert_zero(&v, line);
}

natt_verified natt_test_verified_doc(struct natt_test_case *c, int line)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    bool ok = verify_by_both(c, &v, &err, line);
    cr_assert(ok, "line %d: %s, item %u, offset %zu", line, natt_code_name(err.code), err.item, err.offset);
    cr_assert_eq(err.code, NATT_OK);
    return v;
}

size_t natt_test_at(const struct natt_test_case *c, natt_bytes needle)
{
    cr_assert(needle.ptr != NULL && needle.len > 0);
    for (size_t i = 0; i + needle.len <= c->doc.len; i++)
        if (memcmp(c->doc.ptr + i, needle.ptr, needle.len) == 0)
            return i;
    cr_assert_fail("the document does not contain what the test looks for");
    return 0;
}

size_t natt_test_at_certificate(const struct natt_test_case *c, uint32_t certificate)
{
    return natt_test_at(c, natt_issuer_certificate(c->issuer, certificate));
}

size_t natt_test_at_text(const struct natt_test_case *c, const char *text)
{
    return natt_test_at(c, (natt_bytes){(const uint8_t *)text, strlen(text)});
}

/* A field's key has a one-byte head, since all names are shorter than 24 bytes. */
size_t natt_test_at_field(const struct natt_test_case *c, const char *name)
{
    char key[32];
    snprintf(key, sizeof key, "%c%s", (char)(0x60 + strlen(name)), name);
    return natt_test_at_text(c, key);
}

size_t natt_test_after_field(const struct natt_test_case *c, const char *name)
{
    return natt_test_at_field(c, name) + 1 + strlen(name);
}

void natt_test_refused_value(struct natt_test_case *c, const char *name, const char *hex, natt_code code, uint32_t item)
{
    natt_plan_entry *entry = natt_plan_field(&c->plan, name);
    natt_plan_entry before = *entry;
    entry->value = natt_plan_hex(&c->plan, hex);
    REFUSED(c, code, item, natt_test_after_field(c, name));
    *natt_plan_field(&c->plan, name) = before;
}

size_t natt_test_at_in_certificate(const struct natt_test_case *c, uint32_t index, natt_bytes part)
{
    size_t from = natt_test_at_certificate(c, index);
    for (size_t i = from; i + part.len <= c->doc.len; i++)
        if (memcmp(c->doc.ptr + i, part.ptr, part.len) == 0)
            return i;
    cr_assert_fail("not in the certificate");
    return 0;
}
