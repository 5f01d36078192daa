/* See values.h. */
#include "vectors/runner/values.h"

#include "vectors/loader/loader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 24 /* bytes of a value in a message */

static bool is_known(const natt_vector_values *v, natt_field field)
{
    return (v->known & 1u << field) != 0;
}

/* ---- as JSON ---- */

static json_t *hex_json(natt_bytes in)
{
    if (in.ptr == NULL)
        return json_null();
    char *text = malloc(2 * in.len + 1);
    if (text != NULL)
        natt_vectors_hex_text(text, in);
    json_t *out = text != NULL ? json_string(text) : NULL;
    free(text);
    return out;
}

static json_t *pcrs_json(const natt_vector_values *v)
{
    json_t *out = json_object();
    char index[12];
    for (uint32_t i = 0; out != NULL && i < NATT_PCR_COUNT; i++) {
        (void)snprintf(index, sizeof index, "%" PRIu32, i);
        if ((v->pcr_mask & 1u << i) != 0 && json_object_set_new(out, index, hex_json(v->pcrs[i])) != 0) {
            json_decref(out);
            return NULL;
        }
    }
    return out;
}

json_t *natt_values_json(const natt_vector_values *v)
{
    return json_pack("{s:s%, s:I, s:s%, s:o, s:o, s:o, s:o}", "module_id", (const char *)v->module_id.ptr,
                     v->module_id.len, "timestamp", (json_int_t)v->timestamp_ms, "digest", (const char *)v->digest.ptr,
                     v->digest.len, "pcrs", pcrs_json(v), "public_key", hex_json(v->public_key), "user_data",
                     hex_json(v->user_data), "nonce", hex_json(v->nonce));
}

/* ---- comparison ---- */

static bool equal(natt_bytes a, natt_bytes b)
{
    return (a.ptr == NULL) == (b.ptr == NULL) && a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* "null", or the first bytes. */
static void show(char out[2 * SHOWN + 5], natt_bytes in)
{
    natt_bytes first = {in.ptr, in.len < SHOWN ? in.len : SHOWN};
    natt_vectors_hex_text(out, first);
    if (in.ptr == NULL || in.len == 0 || in.len > SHOWN)
        (void)strcat(out, in.ptr == NULL ? "null" : in.len == 0 ? "\"\"" : "...");
}

static bool differ(char *out, const char *what, natt_bytes expected, natt_bytes got)
{
    char right[2 * SHOWN + 5], wrong[2 * SHOWN + 5];
    show(right, expected);
    show(wrong, got);
    (void)snprintf(out, NATT_VALUES_DIFFERENCE, "%s is %s, not %s", what, wrong, right);
    return false;
}

static bool compare_pcrs(char *out, const natt_vector_values *expected, const natt_vector_values *got)
{
    char what[20];
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        (void)snprintf(what, sizeof what, "PCR%" PRIu32, i);
        if ((got->pcr_mask & 1u << i) != 0 && !equal(expected->pcrs[i], got->pcrs[i]))
            return differ(out, what, expected->pcrs[i], got->pcrs[i]);
    }
    return true;
}

/* A text or a field. */
static bool compare(char *out, const natt_vector_values *expected, const natt_vector_values *got, natt_field field,
                    natt_bytes right, natt_bytes returned)
{
    if (!is_known(expected, field) || !is_known(got, field) || equal(right, returned))
        return true;
    return differ(out, natt_field_name(field), right, returned);
}

#define COMPARE(FIELD, member) compare(out, expected, got, NATT_FIELD_##FIELD, expected->member, got->member)

bool natt_values_compare(char *out, const natt_vector_values *expected, const natt_vector_values *got)
{
    bool both = is_known(expected, NATT_FIELD_TIMESTAMP) && is_known(got, NATT_FIELD_TIMESTAMP);
    if (both && expected->timestamp_ms != got->timestamp_ms) {
        (void)snprintf(out, NATT_VALUES_DIFFERENCE, "timestamp is %" PRIu64 ", not %" PRIu64, got->timestamp_ms,
                       expected->timestamp_ms);
        return false;
    }
    return COMPARE(MODULE_ID, module_id) && COMPARE(DIGEST, digest) &&
           (!is_known(expected, NATT_FIELD_PCRS) || compare_pcrs(out, expected, got)) &&
           COMPARE(PUBLIC_KEY, public_key) && COMPARE(USER_DATA, user_data) && COMPARE(NONCE, nonce);
}
