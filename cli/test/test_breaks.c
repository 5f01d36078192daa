/*
 * Every break on several documents: the printed command refuses it with the printed code, or the break reports why it
 * cannot be made of that document. Which cannot is written down here, so that none is lost unnoticed.
 */
#include "cases.h"

#include <fnmatch.h>
#include <stdio.h>

#include "cli/issue/issue_break.h"

#define TIME "2026-02-03T04:05:06Z"

/* Breaks that a base cannot have, as patterns, and the conflicting option. */
struct in_the_way {
    const char *option, *ids[40];
};

struct base {
    natt_cli_issue_args args;
    struct in_the_way cannot[3];
};

static const char *const three_pcrs[] = {"0=" HEX48_A, "8=" HEX48_B, "16=" HEX48_A};

/* clang-format off */
static const struct base bases[] = {
    {{.seed = "00"}, {{0}}},
    {{.seed = "01", .at = TIME, .nonce = "a1b2c3", .user_data = "d4", .public_key = "e5f6", .region = "ap-southeast-2",
      .role_arn = "arn:aws:iam::123456789012:role/app", .instance_id = "i-0123456789abcdef0",
      .pcr = {(const char **)three_pcrs, 3}},
     {{"role-arn", {"nitrotpm-*"}}, {"pcr", {"pcrs-33-indefinite", "policy-pcr16-absent", "pcr-again-*"}},
      {"region", {"key-zonal-rsa-sha384"}}}},
    {{.seed = "02", .at = TIME, .debug_mode = true, .tag = true},
     {{"debug-mode", {"nitrotpm-*"}}, {"tag", {"payload-of-16385-bytes"}}}},
    {{.seed = "03", .at = TIME, .definite = true, .nonce = "a1b2c3"},
     {{"definite", {"cbor-break-instead-of-value"}}}},
    {{.seed = "04", .at = TIME, .kind = "nitrotpm", .nonce = "a1b2c3"},
     {{"kind", {"cbor-type-pcrs-*", "cbor-reserved-map-30", "cbor-not-shortest-pcrs", "cbor-count-*-pcrs",
                "document-pcrs-*", "document-module-id-of-a-tpm", "enclave-with-nitrotpm-module-id-*",
                "document-two-kinds-*",
                "cbor-break-in-odd-pcrs", "pcrs-33", "pcrs-33-indefinite", "case-pcrs-*",
                "case-module-id-allowed-expects-false", "pcrs-none*", "pcr-again-*", "pcr0-again-*",
                "debug-*", "policy-*", "cached-other-policy", "enclave-where-*", "changed-certificate-serial"}}}},
};
/* clang-format on */
#define BASES (sizeof bases / sizeof bases[0])

static const char *way_of(const struct base *base, const char *id)
{
    for (size_t i = 0; i < 3 && base->cannot[i].option != NULL; i++)
        for (size_t p = 0; base->cannot[i].ids[p] != NULL; p++)
            if (fnmatch(base->cannot[i].ids[p], id, 0) == 0)
                return base->cannot[i].option;
    return NULL;
}

static void open_base(natt_cli_breaker *breaker, const struct base *base, const char *name)
{
    natt_cli_error err = {0, "", ""};
    natt_cli_issue_args args = base->args;
    args.out = "doc", args.root_out = "root.pem", args.break_name = name;
    cr_assert(natt_cli_breaker_open(breaker, &args, &err), "%s", err.what);
}

static void expect_refused(const natt_cli_broken *broken)
{
    natt_cli_error err = {0, "", ""};
    natt_code code = natt_cli_break_verify(broken, &err);
    cr_expect(err.what[0] == '\0', "%s: %s", broken->what.id, err.what);
    cr_expect_str_eq(natt_code_name(code), natt_code_name(broken->what.code), "%s", broken->what.id);
    cr_expect_neq(code, NATT_OK);
}

/* Breaks that need no requirement are refused with only a root, a kind and a usual age. */
static void expect_refused_unasked(const natt_cli_broken *broken, const natt_cli_breaker *breaker)
{
    natt_verified result = NATT_VERIFIED_INIT;
    natt_options opt = NATT_OPTIONS_INIT;
    natt_error e;
    opt.roots = broken->root_views, opt.root_count = broken->root_count;
    opt.kind = broken->what.kind != NATT_KIND_OTHER ? broken->what.kind : breaker->issuance.options.kind;
    opt.time_mode = NATT_TIME_NOW, opt.now_ms = breaker->issuance.options.now_ms, opt.max_age_ms = 300000;
    opt.nonce_mode = NATT_NONCE_NOT_USED, opt.flags = NATT_INSECURE_NO_PCR_POLICY;
    cr_expect_not(natt_verify(&result, broken->made.document, &opt, NULL, &e), "%s", broken->what.id);
    cr_expect_eq(e.code, broken->what.code, "%s: %s", broken->what.id, natt_code_name(e.code));
}

/* Sanitizers make it four times slower, so they run every NATT_TEST_BREAKS_STEPth break. */
static size_t step_of_breaks(void)
{
    const char *text = getenv("NATT_TEST_BREAKS_STEP");
    size_t step = text != NULL ? strtoul(text, NULL, 10) : 1;
    return step > 0 ? step : 1;
}

static void run_base(size_t n)
{
    natt_cli_breaker breaker;
    natt_break b;
    char why[256];
    size_t made = 0, step = step_of_breaks();
    open_base(&breaker, &bases[n], "");
    for (size_t i = n % step; natt_break_at(&b, i); i += step) {
        natt_cli_broken broken;
        bool done = natt_cli_break_make(&broken, &breaker, &b, why);
        cr_expect_eq(done, way_of(&bases[n], b.id) == NULL, "base %zu, %s: %s", n, b.id, why);
        if (done)
            expect_refused(&broken);
        if (done && !b.asked && !bases[n].args.debug_mode)
            expect_refused_unasked(&broken, &breaker);
        made += done ? 1 : 0;
        natt_cli_break_free(&broken);
    }
    natt_cli_breaker_close(&breaker);
    cr_expect(made >= 700 / step, "base %zu: only %zu", n, made);
}

Test(breaks, refused_as_they_say_on_a_plain_document)
{
    run_base(0);
}

Test(breaks, refused_as_they_say_whatever_the_document_says)
{
    run_base(1);
}

Test(breaks, refused_as_they_say_of_a_tagged_debug_document)
{
    run_base(2);
}

Test(breaks, refused_as_they_say_of_a_definite_document)
{
    run_base(3);
}

Test(breaks, refused_as_they_say_of_a_nitrotpm_document)
{
    run_base(4);
}

/* Without its break, each base verifies with the commands' common options, so only the breaks are refused. */
Test(breaks, base_verifies_when_nothing_is_broken)
{
    for (size_t n = 0; n < BASES; n++) {
        static uint8_t document[NATT_MAX_DOCUMENT];
        natt_cli_breaker b;
        natt_error e;
        natt_emulator_error why;
        natt_verified result = NATT_VERIFIED_INIT;
        natt_options opt = NATT_OPTIONS_INIT;
        size_t len = 0;
        open_base(&b, &bases[n], "");
        natt_issuer *issuer = natt_issuer_new(&b.issuance.options, &why);
        cr_assert(issuer != NULL && natt_issue(issuer, document, sizeof document, &len, &b.issuance.request, &why));
        natt_bytes root = natt_issuer_root(issuer);
        opt.roots = &root, opt.root_count = 1, opt.kind = b.issuance.options.kind;
        opt.time_mode = NATT_TIME_NOW, opt.now_ms = b.issuance.options.now_ms, opt.max_age_ms = 0;
        opt.nonce = b.issuance.request.nonce;
        opt.nonce_mode = opt.nonce.len > 0 ? NATT_NONCE_EXACT : NATT_NONCE_NOT_USED;
        opt.flags = NATT_INSECURE_NO_PCR_POLICY | (bases[n].args.debug_mode ? NATT_ALLOW_DEBUG : 0);
        cr_expect(natt_verify(&result, (natt_bytes){document, len}, &opt, NULL, &e), "base %zu: %s", n,
                  natt_code_name(e.code));
        natt_issuer_free(issuer);
        natt_cli_breaker_close(&b);
    }
}

static void expect_blamed(size_t n, const char *id, const char *option)
{
    natt_cli_breaker breaker;
    natt_cli_broken broken;
    natt_cli_error err = {0, "", ""};
    char text[64];
    (void)snprintf(text, sizeof text, "cannot be combined with --%s: ", option);
    open_base(&breaker, &bases[n], id);
    expect_usage(natt_cli_break(&broken, &breaker, &err), &err, id);
    cr_expect(strstr(err.what, text) != NULL, "%s: %s", id, err.what);
    natt_cli_break_free(&broken);
    natt_cli_breaker_close(&breaker);
}

Test(breaks, option_in_the_way_is_named)
{
    natt_break b;
    bool asked[BASES][3] = {{false}};
    for (size_t i = 0; natt_break_at(&b, i); i++)
        for (size_t n = 0; n < BASES; n++) {
            const char *option = way_of(&bases[n], b.id);
            size_t w = 0;
            while (option != NULL && strcmp(bases[n].cannot[w].option, option) != 0)
                w++;
            if (option != NULL && !asked[n][w])
                expect_blamed(n, b.id, option);
            asked[n][w] = asked[n][w] || option != NULL;
        }
}

Test(breaks, fraction_of_a_second_refused_where_it_would_matter)
{
    natt_cli_breaker breaker;
    natt_cli_broken broken;
    natt_break b;
    char why[256];
    struct base base = {{.seed = "05", .at = "2026-02-03T04:05:06.789Z"}, {{0}}};
    open_base(&breaker, &base, "");
    cr_assert(natt_break_find(&b, "time-leaf-1-ms-before-not-before"));
    cr_expect_not(natt_cli_break_make(&broken, &breaker, &b, why));
    cr_expect(strstr(why, "fraction") != NULL, "%s", why);
    natt_cli_break_free(&broken);
    cr_assert(natt_break_find(&b, "age-above-limit"));
    cr_expect(natt_cli_break_make(&broken, &breaker, &b, why), "%s", why);
    natt_cli_break_free(&broken);
    natt_cli_breaker_close(&breaker);
}

#define CODE_NUMBER(name, number, item, rule, text, remedy) name,
static const natt_code codes[] = {NATT_CODE_LIST(CODE_NUMBER)};
#undef CODE_NUMBER

/* Usage and internal codes concern the call; every other code, and its rule, can be broken by name. */
Test(breaks, every_code_and_its_rule_have_one)
{
    natt_break b;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        const char *name = natt_code_name(codes[i]), *rule = natt_code_rule(codes[i]);
        bool of_document = codes[i] >= NATT_E_CBOR_TRUNCATED && strncmp(name, "NATT_E_INTERNAL_", 16) != 0;
        cr_expect_eq(natt_break_find(&b, name), of_document, "%s", name);
        cr_expect(!of_document || b.code == codes[i], "%s", name);
        cr_expect_eq(natt_break_find(&b, rule), of_document, "%s", rule);
        cr_expect(!of_document || strcmp(natt_code_rule(b.code), rule) == 0, "%s", rule);
    }
}

Test(breaks, found_by_id_in_any_case_and_explained_when_not)
{
    natt_break b;
    cr_expect(natt_break_find(&b, "Document-Digest-SHA256") && b.code == NATT_E_DOC_DIGEST);
    cr_expect_not(natt_break_find(&b, ""));
    cr_expect(natt_break_why_not("") == NULL && natt_break_why_not("no-such-break") == NULL);
    cr_expect(strstr(natt_break_why_not("valid-definite-map"), "is a valid document") != NULL);
    cr_expect(strstr(natt_break_why_not("R-USAGE-03"), "does not depend on the document") != NULL);
    cr_expect(strstr(natt_break_why_not("document-is-base64"), "decode") != NULL);
}
