/* See verify_request.h. */
#include "cli/verify/verify_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/certificates/certificate_file.h"
#include "cli/certificates/public_key.h"
#include "cli/frame/clock.h"
#include "cli/frame/file.h"
#include "cli/pcr_values/measurements.h"
#include "cli/pcr_values/policy_file.h"

typedef natt_cli_verify_args args_t;
typedef natt_cli_request request_t;

static bool usage(natt_cli_error *err, const char *what, const char *hint)
{
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "%s", what);
}

static bool duration(uint64_t *ms, const char *option, const char *text, natt_cli_error *err)
{
    return text == NULL || natt_cli_duration_parse(ms, text, err) || natt_cli_fail_in(err, "%s", option);
}

static bool bytes(natt_cli_buf *out, const char *option, const char *text, natt_cli_error *err)
{
    return text == NULL || natt_cli_value(out, text, err) || natt_cli_fail_in(err, "%s", option);
}

static bool set_kind(request_t *r, const args_t *a, natt_cli_error *err)
{
    if (!natt_cli_kind(&r->options.kind, a->kind, err))
        return false;
    if (r->options.kind == NATT_KIND_NITROTPM &&
        (a->role_arn != NULL || a->instance_id != NULL || a->signing_cert != NULL))
        return usage(err, "--role-arn, --instance-id and --signing-cert compute PCRs of enclaves, not of NitroTPM",
                     "give NitroTPM values with --pcr, --measurements or --policy");
    return true;
}

static bool set_limits(request_t *r, const args_t *a, natt_cli_error *err)
{
    static const char *const names[] = {"default", "aws-1024", "aws-512"};
    static const natt_limits values[] = {NATT_LIMITS_DEFAULT, NATT_LIMITS_AWS_1024, NATT_LIMITS_AWS_512};
    for (size_t i = 0; a->limits != NULL && i < sizeof names / sizeof names[0]; i++)
        if (strcmp(a->limits, names[i]) == 0) {
            r->options.limits = values[i];
            return true;
        }
    return a->limits == NULL || natt_cli_fail(err, NATT_CLI_USAGE, "write default, aws-1024 or aws-512",
                                              "--limits: \"%.80s\" is not a set of limits", a->limits);
}

static bool set_time_mode(request_t *r, const args_t *a, natt_cli_error *err)
{
    if (a->archive && a->max_age != NULL)
        return usage(err, "--archive together with --max-age: an archived document has no maximum age",
                     "give one of the two");
    if (!a->archive && a->max_age == NULL)
        r->missing |= NATT_CLI_MISSING_FRESHNESS;
    r->options.time_mode = a->archive ? NATT_TIME_ARCHIVE : NATT_TIME_NOW;
    return duration(&r->options.max_age_ms, "--max-age", a->max_age, err);
}

static bool set_clock(request_t *r, const args_t *a, natt_cli_error *err)
{
    uint64_t leeway = 0;
    r->clock_runs = a->at == NULL;
    if (a->at == NULL ? !natt_cli_now(&r->options.now_ms, err)
                      : !natt_cli_time_parse(&r->options.now_ms, a->at, err) && !natt_cli_fail_in(err, "--at"))
        return false;
    if (!duration(&r->options.max_future_ms, "--max-future", a->max_future, err) ||
        !duration(&leeway, "--leeway", a->leeway, err))
        return false;
    r->options.not_before_leeway_ms = r->options.not_after_leeway_ms = leeway;
    return true;
}

static bool set_nonce(request_t *r, const args_t *a, natt_cli_error *err)
{
    if (a->no_nonce && a->nonce != NULL)
        return usage(err, "--nonce together with --no-nonce", "give one of the two");
    if (a->batch && a->nonce != NULL)
        return usage(err, "--nonce together with --batch: one nonce does not show that each document is fresh",
                     "verify each document with its own nonce, without --batch; or give --no-nonce, which accepts "
                     "replayed documents");
    if (!a->no_nonce && a->nonce == NULL)
        r->missing |= NATT_CLI_MISSING_NONCE;
    if (!bytes(&r->nonce, "--nonce", a->nonce, err))
        return false;
    if (a->nonce != NULL && r->nonce.len == 0)
        return usage(err, "--nonce: an empty nonce does not show freshness", "send a random nonce and expect it");
    r->options.nonce_mode = a->no_nonce ? NATT_NONCE_NOT_USED : NATT_NONCE_EXACT;
    r->options.nonce = natt_cli_buf_view(&r->nonce);
    return true;
}

static void set_expectation(natt_expectation *e, const natt_cli_buf *value)
{
    if (value->ptr != NULL)
        *e = (natt_expectation){NATT_EXPECT_EXACT, natt_cli_buf_view(value)};
}

static bool expect_text(natt_bytes *out, const char *option, const char *text, natt_cli_error *err)
{
    if (text == NULL)
        return true;
    *out = (natt_bytes){(const uint8_t *)text, strlen(text)};
    return text[0] != '\0' ||
           natt_cli_fail(err, NATT_CLI_USAGE, "check that the shell variable is set", "%s: the value is empty", option);
}

static bool set_expectations(request_t *r, const args_t *a, natt_cli_error *err)
{
    if (!expect_text(&r->options.module_id, "--module-id", a->module_id, err) ||
        !expect_text(&r->options.region, "--region", a->region, err) ||
        !bytes(&r->user_data, "--user-data", a->user_data, err))
        return false;
    if (a->public_key != NULL && !natt_cli_public_key(&r->public_key, a->public_key, err))
        return natt_cli_fail_in(err, "--public-key");
    set_expectation(&r->options.user_data, &r->user_data);
    set_expectation(&r->options.public_key, &r->public_key);
    return true;
}

static bool set_flags(request_t *r, const args_t *a, natt_cli_error *err)
{
    if (a->canary && a->allow_unknown_fields)
        return usage(err, "--canary together with --allow-unknown-fields, which accepts such documents",
                     "give one of the two");
    r->options.flags = (a->allow_debug ? NATT_ALLOW_DEBUG : 0u) | (a->allow_weak_policy ? NATT_ALLOW_WEAK_POLICY : 0u) |
                       (a->allow_unknown_fields ? NATT_ALLOW_UNKNOWN_FIELDS : 0u) |
                       (a->insecure_no_pcr_policy ? NATT_INSECURE_NO_PCR_POLICY : 0u) |
                       (a->require_module_binding ? NATT_REQUIRE_MODULE_BINDING : 0u);
    return true;
}

static bool add_root_file(request_t *r, const char *path, const char *option, natt_cli_error *err)
{
    size_t i = r->options.root_count;
    if (!natt_cli_certificate_read(&r->roots[i], path, err))
        return natt_cli_fail_in(err, "%s", option);
    r->root_views[i] = natt_cli_buf_view(&r->roots[i]);
    r->options.root_count++;
    return true;
}

/* "aws", or a file; a file of that name is ./aws */
static bool add_root(request_t *r, const char *name, natt_cli_error *err)
{
    if (strcmp(name, "aws") != 0)
        return add_root_file(r, name, "--root", err);
    r->root_views[r->options.root_count++] = natt_root_aws();
    return true;
}

static bool add_pki(request_t *r, const char *dir, natt_cli_error *err)
{
    const size_t size = strlen(dir) + sizeof "/root.pem";
    char *path = natt_cli_alloc(size, 1, 0);
    (void)snprintf(path, size, "%s/root.pem", dir);
    bool done = add_root_file(r, path, "--pki", err);
    free(path);
    return done;
}

static bool set_roots(request_t *r, const args_t *a, natt_cli_error *err)
{
    size_t count = a->root.count + a->pki.count;
    r->roots = natt_cli_alloc(count + 1, sizeof *r->roots, 0);
    r->root_views = natt_cli_alloc(count + 1, sizeof *r->root_views, 0);
    r->options.roots = r->root_views;
    bool done = count > 0 || add_root(r, "aws", err);
    for (size_t i = 0; done && i < a->root.count; i++)
        done = add_root(r, a->root.items[i], err);
    for (size_t i = 0; done && i < a->pki.count; i++)
        done = add_pki(r, a->pki.items[i], err);
    return done;
}

static bool set_deny(request_t *r, const args_t *a, natt_cli_error *err)
{
    for (size_t i = 0; i < a->deny.count; i++)
        if (!natt_cli_deny_option(&r->deny, a->deny.items[i], err))
            return natt_cli_fail_in(err, "--deny");
    r->options.deny = r->deny.entries;
    r->options.deny_count = r->deny.count;
    return true;
}

static bool read_policy(natt_cli_policy *out, const char *path, natt_cli_error *err)
{
    natt_cli_buf file;
    if (!natt_cli_file_read(&file, path, err))
        return natt_cli_fail_in(err, "--policy");
    bool done =
        natt_cli_policy_parse(out, natt_cli_buf_view(&file), err) || natt_cli_fail_in(err, "--policy: %.300s", path);
    natt_cli_buf_free(&file);
    return done;
}

static bool collect_pins(natt_cli_pins *pins, const args_t *a, natt_cli_error *err)
{
    for (size_t i = 0; i < a->pcr.count; i++)
        if (!natt_cli_pin_option(pins, a->pcr.items[i], err))
            return natt_cli_fail_in(err, "--pcr");
    return natt_cli_pin_helpers(pins, a->role_arn, a->instance_id, a->signing_cert, err);
}

static bool any_pcr_option(const args_t *a)
{
    return a->pcr.count > 0 || a->measurements.count > 0 || a->policy != NULL || a->role_arn != NULL ||
           a->instance_id != NULL || a->signing_cert != NULL;
}

static bool set_policy(request_t *r, const args_t *a, natt_cli_error *err)
{
    natt_cli_pins pins = {{NULL}, {{0}}};
    if (any_pcr_option(a) && a->insecure_no_pcr_policy)
        return usage(err, "--insecure-no-pcr-policy together with PCR values", "leave one of them out");
    if (!any_pcr_option(a) && !a->insecure_no_pcr_policy)
        r->missing |= NATT_CLI_MISSING_IMAGE;
    if (!collect_pins(&pins, a, err) || (a->policy != NULL && !read_policy(&r->policy, a->policy, err)))
        return false;
    for (size_t i = 0; i < a->measurements.count; i++)
        if (!natt_cli_measurements_read(&r->policy, a->measurements.items[i], err))
            return false;
    if (!natt_cli_policy_pin(&r->policy, &pins, err))
        return false;
    r->options.policy = r->policy.count > 0 ? natt_cli_policy_view(&r->policy) : NULL;
    return true;
}

/* The item of a usage code, with the names of options. */
static void where(char out[256], const request_t *r, const args_t *a, const natt_error *e)
{
    natt_item_kind kind = natt_code_item_kind(e->code);
    out[0] = '\0';
    if (e->item == NATT_NO_ITEM)
        return;
    if (kind == NATT_ITEM_ROOT && e->item < a->root.count)
        (void)snprintf(out, 256, "--root %.200s: ", a->root.items[e->item]);
    else if (kind == NATT_ITEM_ROOT && e->item - a->root.count < a->pki.count)
        (void)snprintf(out, 256, "--pki %.200s: ", a->pki.items[e->item - a->root.count]);
    if (kind == NATT_ITEM_SET && e->item < r->policy.count)
        (void)snprintf(out, 256, "policy set %u (%.200s): ", (unsigned)e->item + 1,
                       r->policy.sets[e->item].name == NULL ? "unnamed" : r->policy.sets[e->item].name);
    if (kind == NATT_ITEM_DENY)
        (void)snprintf(out, 256, "--deny entry %u: ", (unsigned)e->item + 1);
}

/*
 * The library checks the options before it reads the document: a call with an empty document finds errors in the
 * options (a weak policy, an invalid root, a leeway too long) before any file is opened.
 */
static bool check_options(request_t *r, const args_t *a, natt_cli_error *err)
{
    natt_verified result = NATT_VERIFIED_INIT;
    natt_error e;
    char place[256];
    if (natt_verify(&result, (natt_bytes){(const uint8_t *)"", 0}, &r->options, NULL, &e))
        return natt_cli_fail(err, NATT_CLI_IO, "please report it", "the library verified an empty document");
    if (e.code < NATT_E_USAGE_ARGUMENT || e.code >= NATT_E_CBOR_TRUNCATED)
        return true;
    where(place, r, a, &e);
    if (e.code == NATT_E_USAGE_POLICY_WEAK && a->pcr.count == 0 && a->measurements.count == 0 && a->policy == NULL)
        r->missing |= NATT_CLI_MISSING_IMAGE; /* only --role-arn and --instance-id */
    return natt_cli_fail(err, NATT_CLI_USAGE, natt_code_remedy(e.code), "%s%s (%s, %s)", place, e.message,
                         natt_code_name(e.code), natt_code_rule(e.code));
}

static void append(char *list, size_t capacity, const char *separator, const char *text)
{
    size_t used = strlen(list);
    (void)snprintf(list + used, capacity - used, "%s%s", used > 0 ? separator : "", text);
}

/*
 * Names what is missing, and a remedy for each. Does not propose options that relax a requirement; users find them in
 * the manual page.
 */
static bool fail_missing(const request_t *r, const args_t *a, natt_cli_error *err)
{
    const struct {
        uint32_t bit;
        const char *what, *remedy;
    } rows[] = {
        {NATT_CLI_MISSING_IMAGE, "trusted image (--measurements, --policy or --pcr)",
         "take the image's values from your own build, never from the document"},
        {NATT_CLI_MISSING_FRESHNESS, "maximum age (--max-age)", "choose the maximum age that you accept, such as 5m"},
        {NATT_CLI_MISSING_NONCE,
         a->batch ? "--no-nonce, since a batch expects no nonce and accepts replayed documents"
                  : "expected nonce (--nonce)",
         a->batch ? "to expect nonces, verify each document in a call of its own" : "expect the nonce that you sent"}};
    char list[256] = "", remedies[sizeof err->hint] = "";
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((r->missing & rows[i].bit) != 0) {
            append(list, sizeof list, ", ", rows[i].what);
            append(remedies, sizeof remedies, "; ", rows[i].remedy);
        }
    return natt_cli_fail(err, NATT_CLI_USAGE, remedies, "missing: %s", list);
}

bool natt_cli_request_build(natt_cli_request *request, const natt_cli_verify_args *args, natt_cli_error *err)
{
    static const natt_options init = NATT_OPTIONS_INIT;
    static bool (*const steps[])(request_t *, const args_t *, natt_cli_error *) = {
        set_kind,         set_limits, set_time_mode, set_clock, set_nonce,
        set_expectations, set_flags,  set_roots,     set_deny,  set_policy};
    memset(request, 0, sizeof *request);
    request->options = init;
    natt_cli_error failure;
    bool done = true;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (!steps[i](request, args, &failure)) {
            if (natt_cli_error_take(err, done, &failure)) {
                request->missing = 0; /* the first fault of the command line is a different one */
                return false;
            }
            done = false;
        }
    if (request->missing != 0) {
        (void)fail_missing(request, args, &failure);
        (void)natt_cli_error_take(err, done, &failure);
        return false;
    }
    return done && check_options(request, args, err);
}

void natt_cli_request_free(natt_cli_request *request)
{
    for (size_t i = 0; request->roots != NULL && i < request->options.root_count; i++)
        natt_cli_buf_free(&request->roots[i]);
    free(request->roots);
    free(request->root_views);
    natt_cli_policy_free(&request->policy);
    natt_cli_deny_free(&request->deny);
    natt_cli_buf_free(&request->nonce);
    natt_cli_buf_free(&request->user_data);
    natt_cli_buf_free(&request->public_key);
}

bool natt_cli_request_now(natt_cli_request *request, natt_cli_error *err)
{
    return !request->clock_runs || natt_cli_now(&request->options.now_ms, err);
}
