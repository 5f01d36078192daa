/* See sigv4_model.h. Simple and slow: strings, arrays, qsort. */
#include "fuzz/sigv4_model.h"

#include <ctype.h>

#include <mbedtls/md.h>

#include "fuzz/property.h"

struct text {
    char *chars;
    size_t len, room;
};

static void put(struct text *t, const void *bytes, size_t len)
{
    while (t->room - t->len <= len) {
        t->room = t->room * 2 + 64;
        t->chars = realloc(t->chars, t->room);
        MUST(t->chars != NULL);
    }
    if (len > 0)
        memcpy(t->chars + t->len, bytes, len);
    t->len += len;
    t->chars[t->len] = '\0';
}

static void put_text(struct text *t, const char *text)
{
    put(t, text, strlen(text));
}

/* Splits a string at separators, as Python's split does; at most 4096 items. */
static size_t split(natt_bytes out[4096], natt_bytes text, char separator)
{
    size_t count = 0, from = 0;
    for (size_t i = 0; i <= text.len; i++)
        if (i == text.len || text.ptr[i] == (uint8_t)separator) {
            MUST(count < 4096);
            out[count++] = (natt_bytes){text.ptr + from, i - from};
            from = i + 1;
        }
    return count;
}

static bool is(natt_bytes a, const char *text)
{
    return fuzz_same_bytes(a, text, strlen(text));
}

/* botocore.utils.remove_dot_segments, then urllib.parse.quote(path, safe='/~'). */
static void put_path(struct text *t, natt_bytes path)
{
    static natt_bytes parts[4096];
    size_t count = path.len == 0 ? 0 : split(parts, path, '/'), kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (is(parts[i], "..") && kept > 0)
            kept--;
        else if (parts[i].len > 0 && !is(parts[i], ".") && !is(parts[i], ".."))
            parts[kept++] = parts[i];
    }
    put_text(t, "/");
    for (size_t i = 0; i < kept; i++) {
        put_text(t, i > 0 ? "/" : "");
        for (size_t j = 0; j < parts[i].len; j++) {
            char escaped[4];
            const uint8_t c = parts[i].ptr[j];
            const bool plain = c != 0 && c < 128 && (isalnum(c) || strchr("-._~", c) != NULL);
            (void)snprintf(escaped, sizeof escaped, plain ? "%c" : "%%%02X", c);
            put_text(t, escaped);
        }
    }
    put_text(t, kept > 0 && path.ptr[path.len - 1] == '/' ? "/" : "");
}

static int compare_bytes(natt_bytes a, natt_bytes b)
{
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

struct pair {
    natt_bytes name, value;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    int order = compare_bytes(x->name, y->name);
    return order != 0 ? order : compare_bytes(x->value, y->value);
}

static void put_query(struct text *t, natt_bytes query)
{
    static natt_bytes items[4096];
    static struct pair pairs[4096];
    size_t count = query.len == 0 ? 0 : split(items, query, '&');
    for (size_t i = 0; i < count; i++) {
        const uint8_t *equals = items[i].len == 0 ? NULL : memchr(items[i].ptr, '=', items[i].len);
        size_t len = equals == NULL ? items[i].len : (size_t)(equals - items[i].ptr);
        size_t rest = equals == NULL ? items[i].len : len + 1;
        pairs[i] = (struct pair){{items[i].ptr, len}, {items[i].ptr + rest, items[i].len - rest}};
    }
    qsort(pairs, count, sizeof pairs[0], compare_pairs);
    for (size_t i = 0; i < count; i++) {
        put_text(t, i > 0 ? "&" : "");
        put(t, pairs[i].name.ptr, pairs[i].name.len);
        put_text(t, "=");
        put(t, pairs[i].value.ptr, pairs[i].value.len);
    }
}

static bool same_name(natt_bytes a, natt_bytes b)
{
    bool same = a.len == b.len;
    for (size_t i = 0; same && i < a.len; i++)
        same = (a.ptr[i] < 128 ? tolower(a.ptr[i]) : a.ptr[i]) == (b.ptr[i] < 128 ? tolower(b.ptr[i]) : b.ptr[i]);
    return same;
}

/* ' '.join(value.split()) */
static void put_value(struct text *t, natt_bytes value)
{
    bool space = false, any = false;
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] < 128 && isspace(value.ptr[i])) {
            space = true;
            continue;
        }
        put_text(t, space && any ? " " : "");
        put(t, value.ptr + i, 1);
        space = false;
        any = true;
    }
}

static void put_headers(struct text *t, const natt_sigv4_request *request, natt_bytes signed_headers)
{
    static natt_bytes names[4096];
    size_t count = split(names, signed_headers, ';');
    for (size_t i = 0; i < count; i++) {
        const char *between = "";
        put(t, names[i].ptr, names[i].len);
        put_text(t, ":");
        for (size_t j = 0; j < request->header_count; j++)
            if (same_name(request->headers[j].name, names[i])) {
                put_text(t, between);
                put_value(t, request->headers[j].value);
                between = ",";
            }
        put_text(t, "\n");
    }
}

static void hex(char out[65], const uint8_t hash[32])
{
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

static void sha256(char out[65], const void *bytes, size_t len)
{
    uint8_t hash[32];
    MUST(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), bytes, len, hash) == 0);
    hex(out, hash);
}

static void hmac(uint8_t out[32], const void *key, size_t key_len, const void *bytes, size_t len)
{
    MUST(mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), key, key_len, bytes, len, out) == 0);
}

char *sigv4_model_form(const natt_sigv4_request *request, natt_bytes signed_headers, size_t *len)
{
    struct text t = {NULL, 0, 0};
    char body[65];
    put(&t, request->method.ptr, request->method.len);
    put_text(&t, "\n");
    put_path(&t, request->path);
    put_text(&t, "\n");
    put_query(&t, request->query);
    put_text(&t, "\n");
    put_headers(&t, request, signed_headers);
    put_text(&t, "\n");
    put(&t, signed_headers.ptr, signed_headers.len);
    put_text(&t, "\n");
    sha256(body, request->body.ptr, request->body.len);
    put_text(&t, body);
    *len = t.len;
    return t.chars;
}

void sigv4_model_sign(char out[65], const natt_sigv4_request *request, const natt_sigv4_authorization *authorization,
                      natt_bytes secret)
{
    const natt_sigv4_authorization *a = authorization;
    struct text key = {NULL, 0, 0}, t = {NULL, 0, 0};
    const natt_bytes scope[] = {a->date, a->region, a->service, {(const uint8_t *)"aws4_request", 12}};
    char digest[65];
    uint8_t made[32], next[32];
    size_t len;
    char *form = sigv4_model_form(request, a->signed_headers, &len);
    sha256(digest, form, len);
    put_text(&t, "AWS4-HMAC-SHA256\n");
    put(&t, a->amz_date.ptr, a->amz_date.len);
    put_text(&key, "AWS4");
    put(&key, secret.ptr, secret.len);
    hmac(made, key.chars, key.len, scope[0].ptr, scope[0].len);
    for (size_t i = 0; i < 4; i++) {
        put_text(&t, i > 0 ? "/" : "\n");
        put(&t, scope[i].ptr, scope[i].len);
        if (i > 0) {
            hmac(next, made, sizeof made, scope[i].ptr, scope[i].len);
            memcpy(made, next, sizeof made);
        }
    }
    put_text(&t, "\n");
    put_text(&t, digest);
    hmac(next, made, sizeof made, t.chars, t.len);
    hex(out, next);
    free(form);
    free(key.chars);
    free(t.chars);
}
