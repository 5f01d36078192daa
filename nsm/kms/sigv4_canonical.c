/*
 * See sigv4_canonical.h. The canonical form is never stored: its pieces are hashed one after the other.
 *
 *     METHOD \n PATH \n QUERY \n (name : values \n)... \n SIGNED-HEADERS \n HASH-OF-BODY
 */
#include "nsm/kms/sigv4_canonical.h"

/* --- path: dot segments removed, all bytes except unreserved ones encoded, "%" too [RFC3986 2.3, 5.2.4] --- */

static bool is_unreserved(uint8_t c)
{
    bool digit_or_letter = (c >= '0' && c <= '9') || (natt_sigv4_lower(c) >= 'a' && natt_sigv4_lower(c) <= 'z');
    return digit_or_letter || c == '-' || c == '.' || c == '_' || c == '~';
}

static void add_encoded(struct natt_sigv4_digest *digest, natt_bytes segment)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < segment.len; i++) {
        const uint8_t c = segment.ptr[i];
        const uint8_t encoded[] = {'%', (uint8_t)digits[c >> 4], (uint8_t)digits[c & 15]};
        natt_sigv4_digest_add(digest, is_unreserved(c) ? (natt_bytes){&c, 1} : (natt_bytes){encoded, 3});
    }
}

/* Returns the start of the segment that ends before `end`. */
static size_t segment_start(natt_bytes path, size_t end)
{
    while (end > 0 && path.ptr[end - 1] != '/')
        end--;
    return end;
}

/* Bit i: the segment that begins at byte i remains. Works backwards, so that a ".." comes before the segment that it
 * removes. */
static void mark_segments(uint8_t stays[NATT_SIGV4_MAX_PATH / 8 + 1], natt_bytes path)
{
    size_t taken = 0, end = path.len;
    for (;;) {
        const size_t start = segment_start(path, end);
        const natt_bytes segment = {path.ptr + start, end - start};
        const bool dots = natt_sigv4_is(segment, ".."), named = segment.len > 0 && !natt_sigv4_is(segment, ".");
        if (named && !dots && taken == 0)
            stays[start / 8] |= (uint8_t)(1U << start % 8);
        taken += dots;
        taken -= named && !dots && taken > 0;
        if (start == 0)
            return;
        end = start - 1;
    }
}

/* As in botocore, a trailing slash remains, but not a slash before a final "." or "..". */
static void add_path(struct natt_sigv4_digest *digest, natt_bytes path)
{
    uint8_t stays[NATT_SIGV4_MAX_PATH / 8 + 1] = {0};
    natt_bytes rest = path, segment;
    bool any = false;
    if (path.len > 0)
        mark_segments(stays, path);
    while (natt_sigv4_next(&rest, '/', &segment)) {
        const size_t start = (size_t)(segment.ptr - path.ptr);
        if (segment.len == 0 || (stays[start / 8] >> start % 8 & 1) == 0)
            continue;
        any = true;
        natt_sigv4_digest_text(digest, "/");
        add_encoded(digest, segment);
    }
    if (!any || path.ptr[path.len - 1] == '/')
        natt_sigv4_digest_text(digest, "/");
}

/* --- query: parameters sorted by name and value, encoded as sent --- */

struct parameter {
    natt_bytes name, value; /* without "=": an empty value */
};

static struct parameter split(natt_bytes text)
{
    struct parameter p = {{NULL, 0}, {NULL, 0}};
    natt_bytes rest = text;
    (void)natt_sigv4_next(&rest, '=', &p.name);
    p.value = rest.ptr != NULL ? rest : (natt_bytes){text.ptr, 0};
    return p;
}

static int parameter_order(const struct parameter *a, const struct parameter *b)
{
    int names = natt_sigv4_order(a->name, b->name, false);
    return names != 0 ? names : natt_sigv4_order(a->value, b->value, false);
}

/* The limit NATT_SIGV4_MAX_PARAMETERS keeps this fast. Returns the number of parameters. */
static size_t sort_parameters(struct parameter out[NATT_SIGV4_MAX_PARAMETERS], natt_bytes query)
{
    natt_bytes item;
    size_t count = 0;
    while (natt_sigv4_next(&query, '&', &item)) {
        const struct parameter p = split(item);
        size_t at = count++;
        for (; at > 0 && parameter_order(&out[at - 1], &p) > 0; at--)
            out[at] = out[at - 1];
        out[at] = p;
    }
    return count;
}

static void add_query(struct natt_sigv4_digest *digest, natt_bytes query)
{
    struct parameter sorted[NATT_SIGV4_MAX_PARAMETERS];
    size_t count = query.len > 0 ? sort_parameters(sorted, query) : 0;
    for (size_t i = 0; i < count; i++) {
        natt_sigv4_digest_text(digest, i > 0 ? "&" : "");
        natt_sigv4_digest_add(digest, sorted[i].name);
        natt_sigv4_digest_text(digest, "=");
        natt_sigv4_digest_add(digest, sorted[i].value);
    }
}

/* --- headers --- */

/* Runs of white space become one space, so a value cannot insert a newline into the canonical form. */
static void add_value(struct natt_sigv4_digest *digest, natt_bytes value)
{
    value = natt_sigv4_trim(value);
    for (size_t i = 0, from = 0; i <= value.len; i++) {
        const bool space = i < value.len && natt_sigv4_trim((natt_bytes){value.ptr + i, 1}).len == 0;
        if (i < value.len && !space)
            continue;
        natt_sigv4_digest_text(digest, from > 0 && i > from ? " " : "");
        natt_sigv4_digest_add(digest, (natt_bytes){value.ptr + from, i - from});
        from = i + 1;
    }
}

static void add_header(struct natt_sigv4_digest *digest, const natt_sigv4_request *request, natt_bytes name)
{
    bool first = true;
    natt_sigv4_digest_add(digest, name);
    natt_sigv4_digest_text(digest, ":");
    for (size_t i = 0; i < request->header_count; i++) {
        if (!natt_sigv4_name_is(request->headers[i].name, name))
            continue;
        natt_sigv4_digest_text(digest, first ? "" : ",");
        add_value(digest, request->headers[i].value);
        first = false;
    }
    natt_sigv4_digest_text(digest, "\n");
}

/* --- the canonical form --- */

static bool has_control(natt_bytes text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] == 0x7f)
            return true;
    return false;
}

static bool too_many_parameters(natt_bytes query)
{
    size_t count = 1;
    for (size_t i = 0; i < query.len; i++)
        count += query.ptr[i] == '&';
    return count > NATT_SIGV4_MAX_PARAMETERS;
}

static bool names_are_tokens(const natt_sigv4_request *request)
{
    bool ok = true;
    for (size_t i = 0; ok && i < request->header_count; i++)
        ok = natt_sigv4_is_token(request->headers[i].name);
    return ok;
}

/* A server cannot receive these in a request line. A newline could make the canonical form equal to that of another
 * request. */
const char *natt_sigv4_check_request(const natt_sigv4_request *request)
{
    const natt_bytes path = request->path, query = request->query;
    if (!natt_sigv4_is_token(request->method))
        return "the method is not a token";
    if (path.len > NATT_SIGV4_MAX_PATH || (path.len > 0 && path.ptr[0] != '/'))
        return "the path does not begin with \"/\", or is too long";
    if (query.len > NATT_SIGV4_MAX_QUERY || too_many_parameters(query) || has_control(query))
        return "the query is too long, or has a space or a control character";
    if (request->header_count > NATT_SIGV4_MAX_HEADERS)
        return "there are too many headers";
    return names_are_tokens(request) ? NULL : "the name of a header is not a token";
}

bool natt_sigv4_canonical_hash(uint8_t out[NATT_SIGV4_HASH_LEN], const natt_sigv4_request *request,
                               natt_bytes signed_headers, const uint8_t body_hash[NATT_SIGV4_HASH_LEN])
{
    struct natt_sigv4_digest digest;
    char hex[NATT_SIGV4_HEX_LEN];
    natt_bytes rest = signed_headers, name;
    natt_sigv4_hex(hex, body_hash);
    natt_sigv4_digest_start(&digest, (natt_bytes){NULL, 0});
    natt_sigv4_digest_add(&digest, request->method);
    natt_sigv4_digest_text(&digest, "\n");
    add_path(&digest, request->path);
    natt_sigv4_digest_text(&digest, "\n");
    add_query(&digest, request->query);
    natt_sigv4_digest_text(&digest, "\n");
    while (natt_sigv4_next(&rest, ';', &name))
        add_header(&digest, request, name);
    natt_sigv4_digest_text(&digest, "\n");
    natt_sigv4_digest_add(&digest, signed_headers);
    natt_sigv4_digest_text(&digest, "\n");
    natt_sigv4_digest_add(&digest, (natt_bytes){(const uint8_t *)hex, sizeof hex});
    return natt_sigv4_digest_end(&digest, out);
}
