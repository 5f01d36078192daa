/*
 * Base64 (RFC 4648 4), hexadecimal, SHA-256.
 */
#include "vectors/generator/edit.h"

#include <mbedtls/base64.h>
#include <mbedtls/md.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *natt_base64(natt_bytes in)
{
    size_t room = (in.len + 2) / 3 * 4 + 1, len;
    unsigned char *out = calloc(1, room); /* an empty input writes nothing */
    if (out == NULL || mbedtls_base64_encode(out, room, &len, in.ptr, in.len) == 0)
        return (char *)out;
    free(out);
    return NULL;
}

static void hex_into(char *out, natt_bytes in)
{
    out[0] = '\0';
    for (size_t i = 0; i < in.len; i++)
        snprintf(out + 2 * i, 3, "%02x", in.ptr[i]);
}

char *natt_hex(natt_bytes in)
{
    char *out = malloc(2 * in.len + 1);
    if (out != NULL)
        hex_into(out, in);
    return out;
}

bool natt_sha256(uint8_t out[32], natt_bytes in)
{
    return mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), in.ptr, in.len, out) == 0;
}

bool natt_sha256_hex(char out[65], natt_bytes in)
{
    uint8_t digest[32];
    bool done = natt_sha256(digest, in);
    if (done)
        hex_into(out, (natt_bytes){digest, sizeof digest});
    return done;
}

/* ---- values of rows ---- */

void *natt_part_named(struct natt_case *c, const natt_part *parts, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(parts[i].name, name) == 0)
            return parts[i].part;
    natt_case_fail(c, "unknown part %s", name);
    return parts[0].part;
}

natt_bytes natt_case_hex(struct natt_case *c, const char *words)
{
    natt_bytes out = natt_plan_string(&c->plan, "");
    char copy[512];
    if (snprintf(copy, sizeof copy, "%s", words) >= (int)sizeof copy)
        natt_case_fail(c, "more than %zu digits", sizeof copy - 1);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        char *star = strchr(word, '*');
        if (star != NULL)
            *star = '\0';
        natt_bytes unit = natt_plan_hex(&c->plan, word);
        size_t times = star != NULL ? strtoul(star + 1, NULL, 10) : 1;
        out = natt_plan_join(&c->plan, out, natt_plan_repeat(&c->plan, unit, times));
    }
    return out;
}

natt_bytes natt_case_value(struct natt_case *c, const struct natt_step *s)
{
    return s->value != NULL ? natt_case_hex(c, s->value) : natt_plan_cbor_zeros(&c->plan, (size_t)s->m);
}
