/*
 * Creation and release of the issuer: options, keys, root, accessors. See nitro_attest/issuer.h.
 */
#include <stdlib.h>
#include <string.h>

#include <mbedtls/base64.h>
#include <mbedtls/platform_util.h>

#include "nsm/issuer/issuer_internal.h"
#include "nsm/issuer/random.h"

#define LAST_NOW_MS                                                                                                    \
    UINT64_C(250246627200000) /* 9900-01-01: the root's notAfter must still have a year of four digits */

bool natt_issuer_check(natt_emulator_error *err, natt_emulator_code code, const char *why)
{
    if (why == NULL)
        return true;
    if (why == natt_arena_no_memory)
        return natt_emulator_fail(err, NATT_EMULATOR_E_MEMORY, why);
    return natt_emulator_fail(err, why == natt_issuer_no_crypto ? NATT_EMULATOR_E_CRYPTO : code, why);
}

static bool check_now(uint64_t now_ms, natt_emulator_error *err)
{
    if (now_ms < NATT_MIN_TIME_MS || now_ms > LAST_NOW_MS)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_NOW,
                                  "now_ms is not a time in milliseconds since 1970, or is after the year 9899");
    return true;
}

static bool check_options(const natt_issuer_options *o, natt_emulator_error *err)
{
    if (o == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, "there are no options");
    if (o->struct_size != sizeof *o)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_STRUCT_SIZE,
                                  "start the options from NATT_ISSUER_OPTIONS_INIT");
    if (o->kind != NATT_KIND_ENCLAVE && o->kind != NATT_KIND_NITROTPM)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_KIND, "kind is neither enclave nor NitroTPM");
    if (o->seed.ptr != NULL ? o->seed.len == 0 : o->seed.len != 0)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_OPTION, "the seed is empty");
    if (o->bundle_count > NATT_ISSUER_MAX_BUNDLE)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_OPTION, "bundle_count is above NATT_ISSUER_MAX_BUNDLE");
    return check_now(o->now_ms, err);
}

/* CA keys are numbered by position; the leaf's is the same for every length of the chain. */
static const char *make_keys(struct natt_issuer *issuer)
{
    const char *why = natt_key_derive(&issuer->keys[issuer->bundle_count], &issuer->ring, "leaf key", 0);
    for (uint32_t i = 0; why == NULL && i < issuer->bundle_count; i++)
        why = natt_key_derive(&issuer->keys[i], &issuer->ring, "CA key", i);
    return why;
}

static bool make_root(struct natt_issuer *issuer, natt_emulator_error *err)
{
    natt_plan_certificate plan;
    issuer->own = natt_arena_new();
    if (issuer->own == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_MEMORY, NULL);
    natt_profile_certificate(issuer, issuer->own, &plan, 0);
    issuer->root = natt_build_certificate(issuer, issuer->own, &plan);
    return natt_issuer_check(err, NATT_EMULATOR_E_USAGE_OPTION, natt_arena_failure(issuer->own));
}

/* An absent seed is 32 bytes from the system. */
static bool make_keyring(struct natt_issuer *issuer, natt_bytes seed, natt_emulator_error *err)
{
    uint8_t fresh[32];
    if (seed.ptr == NULL && !natt_random_bytes(fresh, sizeof fresh))
        return natt_emulator_fail(err, NATT_EMULATOR_E_RANDOM, NULL);
    const char *why = natt_keyring_init(&issuer->ring, seed.ptr != NULL ? seed : NATT_CONST(fresh));
    mbedtls_platform_zeroize(fresh, sizeof fresh);
    return natt_issuer_check(err, NATT_EMULATOR_E_CRYPTO, why);
}

static bool set_up(struct natt_issuer *issuer, const natt_issuer_options *options, natt_emulator_error *err)
{
    const char *why;
    issuer->kind = options->kind;
    issuer->now_ms = options->now_ms;
    issuer->bundle_count = options->bundle_count != 0 ? options->bundle_count : 4;
    if (!make_keyring(issuer, options->seed, err))
        return false;
    if (!natt_profile_init(issuer, options, &why))
        return natt_issuer_check(err, NATT_EMULATOR_E_USAGE_OPTION, why);
    return natt_issuer_check(err, NATT_EMULATOR_E_CRYPTO, make_keys(issuer)) && make_root(issuer, err);
}

natt_issuer *natt_issuer_new(const natt_issuer_options *options, natt_emulator_error *err)
{
    natt_emulator_no_error(err);
    if (!check_options(options, err))
        return NULL;
    natt_issuer *issuer = calloc(1, sizeof *issuer);
    if (issuer == NULL) {
        natt_emulator_fail(err, NATT_EMULATOR_E_MEMORY, NULL);
        return NULL;
    }
    if (set_up(issuer, options, err))
        return issuer;
    natt_issuer_free(issuer);
    return NULL;
}

void natt_issuer_free(natt_issuer *issuer)
{
    if (issuer == NULL)
        return;
    for (size_t i = 0; i <= NATT_ISSUER_MAX_BUNDLE; i++)
        natt_key_free(&issuer->keys[i]);
    natt_keyring_free(&issuer->ring);
    natt_arena_free(issuer->own);
    natt_arena_free(issuer->built.arena);
    mbedtls_platform_zeroize(issuer, sizeof *issuer);
    free(issuer);
}

bool natt_issuer_set_now(natt_issuer *issuer, uint64_t now_ms, natt_emulator_error *err)
{
    natt_emulator_no_error(err);
    if (issuer == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, "there is no issuer");
    if (!check_now(now_ms, err))
        return false;
    issuer->now_ms = now_ms;
    return true;
}

natt_bytes natt_issuer_root(const natt_issuer *issuer)
{
    return issuer->root;
}

/* Base64 in lines of 64, which are 48 bytes. [RFC7468 2] */
static size_t put_lines(char *out, size_t capacity, natt_bytes der)
{
    size_t at = 0, written = 0;
    for (size_t i = 0; i < der.len; i += 48) {
        size_t len = der.len - i < 48 ? der.len - i : 48;
        (void)mbedtls_base64_encode((uint8_t *)out + at, capacity - at, &written, der.ptr + i, len);
        at += written;
        out[at++] = '\n';
    }
    return at;
}

bool natt_issuer_root_pem(const natt_issuer *issuer, char *out, size_t capacity, size_t *len)
{
    static const char head[] = "-----BEGIN CERTIFICATE-----\n", foot[] = "-----END CERTIFICATE-----\n";
    const size_t base64_len = (issuer->root.len + 2) / 3 * 4;
    if (len != NULL)
        *len = 0;
    if (capacity > 0)
        out[0] = '\0';
    if (capacity < sizeof head + sizeof foot + base64_len + base64_len / 64 + 1)
        return false;
    size_t at = sizeof head - 1;
    memcpy(out, head, at);
    at += put_lines(out + at, capacity - at, issuer->root);
    memcpy(out + at, foot, sizeof foot);
    if (len != NULL)
        *len = at + sizeof foot - 1;
    return true;
}

const char *natt_issuer_module_id(const natt_issuer *issuer)
{
    return issuer->module_id;
}

const char *natt_issuer_instance_id(const natt_issuer *issuer)
{
    return issuer->instance_id;
}

const char *natt_issuer_region(const natt_issuer *issuer)
{
    return issuer->region;
}

const char *natt_issuer_suffix(const natt_issuer *issuer)
{
    return issuer->suffix;
}

natt_bytes natt_issuer_certificate(const natt_issuer *issuer, uint32_t certificate)
{
    return certificate < NATT_PLAN_MAX_CERTIFICATES ? issuer->built.certificates[certificate] : NATT_ABSENT;
}

natt_bytes natt_issuer_payload(const natt_issuer *issuer)
{
    return issuer->built.payload;
}

natt_bytes natt_issuer_sig_structure(const natt_issuer *issuer)
{
    return issuer->built.sig_structure;
}

bool natt_issue(natt_issuer *issuer, uint8_t *out, size_t capacity, size_t *len, const natt_issue_request *request,
                natt_emulator_error *err)
{
    natt_issue_plan plan;
    if (len != NULL)
        *len = 0;
    if (!natt_issuer_plan(issuer, &plan, request, err))
        return false;
    bool ok = natt_issuer_build(issuer, out, capacity, len, &plan, err);
    natt_plan_free(&plan);
    return ok;
}
