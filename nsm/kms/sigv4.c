/* See sigv4.h. */
#include "nsm/kms/sigv4.h"

#include <string.h>

#include <mbedtls/constant_time.h>
#include <mbedtls/platform_util.h>

#include "nsm/kms/sigv4_canonical.h"
#include "nsm/text.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

struct scope {
    natt_bytes date, region, service;
};

/* --- the signature --- */

static bool hmac(uint8_t out[NATT_SIGV4_HASH_LEN], natt_bytes key, natt_bytes text)
{
    struct natt_sigv4_digest digest;
    natt_sigv4_digest_start(&digest, key);
    natt_sigv4_digest_add(&digest, text);
    return natt_sigv4_digest_end(&digest, out);
}

/* Works in place: each key is derived from the previous one. */
static bool next_key(uint8_t key[NATT_SIGV4_HASH_LEN], natt_bytes text)
{
    uint8_t made[NATT_SIGV4_HASH_LEN];
    bool ok = hmac(made, (natt_bytes){key, NATT_SIGV4_HASH_LEN}, text);
    memcpy(key, made, sizeof made);
    mbedtls_platform_zeroize(made, sizeof made);
    return ok;
}

/* HMAC(HMAC(HMAC(HMAC("AWS4" secret, date), region), service), "aws4_request") */
static bool signing_key(uint8_t key[NATT_SIGV4_HASH_LEN], natt_bytes secret, const struct scope *scope)
{
    uint8_t first[4 + NATT_SIGV4_MAX_SECRET] = "AWS4";
    if (secret.ptr == NULL || secret.len > NATT_SIGV4_MAX_SECRET)
        return false;
    memcpy(first + 4, secret.ptr, secret.len);
    bool ok = hmac(key, (natt_bytes){first, 4 + secret.len}, scope->date);
    mbedtls_platform_zeroize(first, sizeof first);
    return ok && next_key(key, scope->region) && next_key(key, scope->service) &&
           next_key(key, natt_text_bytes("aws4_request"));
}

static void add_scope(struct natt_sigv4_digest *digest, const struct scope *scope)
{
    const natt_bytes pieces[] = {scope->date, scope->region, scope->service};
    for (size_t i = 0; i < 3; i++) {
        natt_sigv4_digest_add(digest, pieces[i]);
        natt_sigv4_digest_text(digest, "/");
    }
    natt_sigv4_digest_text(digest, "aws4_request\n");
}

/* Over ALGORITHM \n X-AMZ-DATE \n SCOPE \n HASH-OF-CANONICAL-FORM */
static bool signature_of(uint8_t out[NATT_SIGV4_HASH_LEN], natt_bytes key, natt_bytes amz_date,
                         const struct scope *scope, const uint8_t canonical[NATT_SIGV4_HASH_LEN])
{
    struct natt_sigv4_digest digest;
    char hex[NATT_SIGV4_HEX_LEN];
    natt_sigv4_hex(hex, canonical);
    natt_sigv4_digest_start(&digest, key);
    natt_sigv4_digest_text(&digest, ALGORITHM "\n");
    natt_sigv4_digest_add(&digest, amz_date);
    natt_sigv4_digest_text(&digest, "\n");
    add_scope(&digest, scope);
    natt_sigv4_digest_add(&digest, (natt_bytes){(const uint8_t *)hex, sizeof hex});
    return natt_sigv4_digest_end(&digest, out);
}

static bool sign(char out[NATT_SIGV4_HEX_LEN], const natt_sigv4_request *request, const uint8_t *body_hash,
                 const natt_sigv4_authorization *authorization, natt_bytes secret)
{
    const struct scope scope = {authorization->date, authorization->region, authorization->service};
    uint8_t key[NATT_SIGV4_HASH_LEN] = {0}, canonical[NATT_SIGV4_HASH_LEN], signature[NATT_SIGV4_HASH_LEN] = {0};
    bool ok = natt_sigv4_canonical_hash(canonical, request, authorization->signed_headers, body_hash) &&
              signing_key(key, secret, &scope) &&
              signature_of(signature, (natt_bytes){key, sizeof key}, authorization->amz_date, &scope, canonical);
    natt_sigv4_hex(out, signature);
    mbedtls_platform_zeroize(key, sizeof key);
    mbedtls_platform_zeroize(signature, sizeof signature);
    return ok;
}

static bool hash_body(uint8_t out[NATT_SIGV4_HASH_LEN], natt_bytes body)
{
    struct natt_sigv4_digest digest;
    natt_sigv4_digest_start(&digest, (natt_bytes){NULL, 0});
    natt_sigv4_digest_add(&digest, body);
    return natt_sigv4_digest_end(&digest, out);
}

/* --- verification --- */

static bool same_secret(natt_bytes a, natt_bytes b)
{
    return a.len == b.len && (a.len == 0 || mbedtls_ct_memcmp(a.ptr, b.ptr, a.len) == 0);
}

static const char *check_scope(const natt_sigv4_authorization *a, natt_bytes service, natt_bytes region)
{
    if (!natt_sigv4_equal(a->service, service))
        return "Credential: the scope is for another service";
    if (region.ptr != NULL && !natt_sigv4_equal(a->region, region))
        return "Credential: the scope is for another region";
    return natt_sigv4_equal(a->date, (natt_bytes){a->amz_date.ptr, a->date.len})
               ? NULL
               : "Credential: the day of the scope differs from x-amz-date";
}

static bool in_window(uint64_t then_ms, uint64_t now_ms, uint64_t window_ms)
{
    return then_ms > now_ms ? then_ms - now_ms <= window_ms : now_ms - then_ms <= window_ms;
}

/* A request with a token for a key without one belongs to a different key. */
static bool same_token(natt_bytes sent, natt_bytes wanted)
{
    return (sent.ptr == NULL) == (wanted.ptr == NULL) && same_secret(sent, wanted);
}

/* UNSIGNED-PAYLOAD and streamed bodies exist only in S3, so every value except the hash is refused. */
static bool body_is_named(const natt_sigv4_request *request, const uint8_t body_hash[NATT_SIGV4_HASH_LEN])
{
    natt_bytes sent;
    char hex[NATT_SIGV4_HEX_LEN];
    natt_sigv4_hex(hex, body_hash);
    return natt_sigv4_find(request, natt_text_bytes("x-amz-content-sha256"), &sent) == 0 ||
           natt_sigv4_equal(sent, (natt_bytes){(const uint8_t *)hex, sizeof hex});
}

static natt_sigv4_result compare(const natt_sigv4_authorization *authorization, const natt_sigv4_request *request,
                                 natt_bytes secret, const char **where)
{
    uint8_t body_hash[NATT_SIGV4_HASH_LEN];
    char wanted[NATT_SIGV4_HEX_LEN];
    *where = "mbedTLS failed, or the secret key is missing or too long";
    if (!hash_body(body_hash, request->body))
        return NATT_SIGV4_ERROR;
    bool named = body_is_named(request, body_hash);
    bool made = named && sign(wanted, request, body_hash, authorization, secret);
    bool same = made && same_secret(authorization->signature, (natt_bytes){(const uint8_t *)wanted, sizeof wanted});
    mbedtls_platform_zeroize(wanted, sizeof wanted);
    if (named && !made)
        return NATT_SIGV4_ERROR;
    *where = !named ? "x-amz-content-sha256 is not the SHA-256 of the body" : same ? "" : "Signature";
    return !named ? NATT_SIGV4_BODY : same ? NATT_SIGV4_OK : NATT_SIGV4_INVALID;
}

natt_sigv4_result natt_sigv4_verify(const natt_sigv4_authorization *authorization, const natt_sigv4_request *request,
                                    const natt_sigv4_key *key, natt_bytes service, natt_bytes region, uint64_t now_ms,
                                    uint64_t window_ms, const char **where)
{
    uint64_t then_ms;
    if ((*where = natt_sigv4_check_request(request)) != NULL)
        return NATT_SIGV4_INCOMPLETE;
    *where = "x-amz-date is not a date";
    if (!natt_sigv4_date_ms(authorization->amz_date, &then_ms))
        return NATT_SIGV4_INCOMPLETE;
    if ((*where = check_scope(authorization, service, region)) != NULL)
        return NATT_SIGV4_SCOPE;
    *where = "Credential: the access key does not match";
    if (!natt_sigv4_equal(authorization->access_key, key->access_key))
        return NATT_SIGV4_UNKNOWN;
    *where = "x-amz-date is too far from the current time";
    if (!in_window(then_ms, now_ms, window_ms))
        return NATT_SIGV4_EXPIRED;
    *where = "x-amz-security-token does not belong to the access key";
    if (!same_token(authorization->session_token, key->session_token))
        return NATT_SIGV4_TOKEN;
    return compare(authorization, request, key->secret, where);
}

/* --- signing --- */

struct writer {
    char *out;
    size_t capacity, len;
    bool ok;
};

/* Leaves space for a NUL. */
static void put(struct writer *w, natt_bytes text)
{
    w->ok = w->ok && text.len < w->capacity - w->len;
    if (!w->ok || text.len == 0)
        return;
    memcpy(w->out + w->len, text.ptr, text.len);
    w->len += text.len;
}

static void put_lower(struct writer *w, natt_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t c = natt_sigv4_lower(text.ptr[i]);
        put(w, (natt_bytes){&c, 1});
    }
}

static bool is_left_out(natt_bytes name, const char *unsigned_names)
{
    natt_bytes rest = unsigned_names != NULL ? natt_text_bytes(unsigned_names) : (natt_bytes){NULL, 0}, item;
    while (natt_sigv4_next(&rest, ';', &item))
        if (natt_sigv4_name_is(name, item))
            return true;
    return natt_sigv4_name_is(name, natt_text_bytes("authorization"));
}

/* Returns the name that follows `last`, absent at the end. Quadratic, but needs no array of names. */
static natt_bytes next_name(const natt_sigv4_request *request, natt_bytes last, const char *unsigned_names)
{
    natt_bytes found = {NULL, 0};
    for (size_t i = 0; i < request->header_count; i++) {
        const natt_bytes name = request->headers[i].name;
        if ((last.ptr == NULL || natt_sigv4_order(name, last, true) > 0) &&
            (found.ptr == NULL || natt_sigv4_order(name, found, true) < 0) && !is_left_out(name, unsigned_names))
            found = name;
    }
    return found;
}

static void put_names(struct writer *w, const natt_sigv4_request *request, const char *unsigned_names)
{
    natt_bytes name = next_name(request, (natt_bytes){NULL, 0}, unsigned_names);
    while (name.ptr != NULL && w->ok) {
        put_lower(w, name);
        name = next_name(request, name, unsigned_names);
        put(w, natt_text_bytes(name.ptr != NULL ? ";" : ""));
    }
}

/* Writes the value without the signature. natt_sigv4_read then checks every part of it. */
static void put_head(struct writer *w, const natt_sigv4_request *request, const natt_sigv4_key *key,
                     const struct scope *scope, const char *unsigned_names)
{
    const natt_bytes credential[] = {key->access_key, scope->date, scope->region, scope->service};
    put(w, natt_text_bytes(ALGORITHM " Credential="));
    for (size_t i = 0; i < 4; i++) {
        put(w, credential[i]);
        put(w, natt_text_bytes("/"));
    }
    put(w, natt_text_bytes("aws4_request, SignedHeaders="));
    put_names(w, request, unsigned_names);
    put(w, natt_text_bytes(", Signature="));
}

static bool write_signed(struct writer *w, const natt_sigv4_request *request, const natt_sigv4_key *key,
                         const struct scope *scope, const char *unsigned_names)
{
    natt_sigv4_authorization read;
    uint8_t body_hash[NATT_SIGV4_HASH_LEN];
    char hex[NATT_SIGV4_HEX_LEN];
    memset(hex, '0', sizeof hex);
    put_head(w, request, key, scope, unsigned_names);
    const size_t head = w->len;
    put(w, (natt_bytes){(const uint8_t *)hex, sizeof hex});
    bool ok = w->ok && natt_sigv4_read(&read, request, (natt_bytes){(const uint8_t *)w->out, w->len}) == NULL &&
              same_token(read.session_token, key->session_token) && hash_body(body_hash, request->body) &&
              body_is_named(request, body_hash) && sign(hex, request, body_hash, &read, key->secret);
    if (ok)
        memcpy(w->out + head, hex, sizeof hex);
    return ok;
}

bool natt_sigv4_sign(char *out, size_t capacity, size_t *len, const natt_sigv4_request *request,
                     const natt_sigv4_key *key, natt_bytes service, natt_bytes region, const char *unsigned_names)
{
    struct writer w = {out, capacity, 0, capacity > 0};
    natt_bytes amz_date;
    uint64_t then_ms;
    *len = 0;
    if (!w.ok)
        return false;
    (void)natt_sigv4_find(request, natt_text_bytes("x-amz-date"), &amz_date);
    bool ok = natt_sigv4_check_request(request) == NULL && natt_sigv4_date_ms(amz_date, &then_ms);
    const struct scope scope = {{amz_date.ptr, ok ? 8 : 0}, region, service};
    ok = ok && write_signed(&w, request, key, &scope, unsigned_names);
    *len = ok ? w.len : 0;
    out[*len] = '\0';
    return ok;
}
