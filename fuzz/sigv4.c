/*
 * Property: an Authorization header is refused with a text, or parsed into views of the request. In the second case the
 * signature of a model (sigv4_model.c) verifies, and no other signature does. A request that we sign has the model's
 * signature and verifies; with one byte changed, it verifies only if the model's canonical form does not change, and
 * never if the byte is in Authorization. Input: six bytes (the changed part, two for the offset in it, the flipped
 * bits, two unused), then METHOD SP TARGET LF (NAME : VALUE LF)... LF BODY. Host and X-Amz-Date are added if they are
 * missing.
 */
#include "fuzz/property.h"
#include "fuzz/sigv4_model.h"

#define MAX_SENT   (NATT_SIGV4_MAX_HEADERS + 3)
#define VIEW(text) ((natt_bytes){(const uint8_t *)(text), sizeof(text) - 1})

struct sent {
    natt_sigv4_request request;
    natt_sigv4_header headers[MAX_SENT];
    natt_sigv4_key key;
};

/* Returns the part before the byte; *in becomes the part after it, or empty. */
static natt_bytes take_until(natt_bytes *in, char end)
{
    const uint8_t *at = in->len == 0 ? NULL : memchr(in->ptr, end, in->len);
    natt_bytes taken = {in->ptr, at == NULL ? in->len : (size_t)(at - in->ptr)};
    size_t used = taken.len + (at != NULL);
    *in = (natt_bytes){in->ptr + used, in->len - used};
    return taken;
}

static bool named(natt_bytes name, const char *lower)
{
    bool same = name.len == strlen(lower);
    for (size_t i = 0; same && i < name.len; i++)
        same = (name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] | 0x20 : name.ptr[i]) == lower[i];
    return same;
}

static natt_bytes *find(struct sent *s, const char *lower)
{
    for (size_t i = 0; i < s->request.header_count; i++)
        if (named(s->headers[i].name, lower))
            return &s->headers[i].value;
    return NULL;
}

static natt_bytes trimmed(natt_bytes value)
{
    while (value.len > 0 && strchr(" \t\n\v\f\r", value.ptr[0]) != NULL && value.ptr[0] != 0)
        value = (natt_bytes){value.ptr + 1, value.len - 1};
    while (value.len > 0 && strchr(" \t\n\v\f\r", value.ptr[value.len - 1]) != NULL && value.ptr[value.len - 1] != 0)
        value.len--;
    return value;
}

static void add(struct sent *s, natt_bytes name, natt_bytes value)
{
    s->headers[s->request.header_count++] = (natt_sigv4_header){name, value};
}

static void take_target(struct sent *s, natt_bytes target)
{
    const uint8_t *mark = target.len == 0 ? NULL : memchr(target.ptr, '?', target.len);
    s->request.path = (natt_bytes){target.ptr, mark == NULL ? target.len : (size_t)(mark - target.ptr)};
    if (mark != NULL)
        s->request.query = (natt_bytes){mark + 1, target.len - s->request.path.len - 1};
}

static void take_request(struct sent *s, natt_bytes in)
{
    natt_bytes line = take_until(&in, '\n');
    memset(s, 0, sizeof *s);
    s->request.headers = s->headers;
    s->request.method = take_until(&line, ' ');
    take_target(s, line);
    while (in.len > 0 && (line = take_until(&in, '\n')).len > 0)
        if (s->request.header_count < MAX_SENT - 3) {
            natt_bytes name = take_until(&line, ':');
            add(s, name, line);
        }
    s->request.body = in;
    if (find(s, "host") == NULL)
        add(s, VIEW("Host"), VIEW("kms.test"));
    if (find(s, "x-amz-date") == NULL)
        add(s, VIEW("X-Amz-Date"), VIEW("20261130T071759Z"));
    const natt_bytes *token = find(s, "x-amz-security-token");
    s->key = (natt_sigv4_key){VIEW("AKID"), VIEW("fuzz"), token != NULL ? trimmed(*token) : (natt_bytes){NULL, 0}};
}

/* Converts an accepted date to milliseconds. sigv4.c's own dates are tested against a table, so this one may be simple.
 * */
static uint64_t time_of(natt_bytes amz_date)
{
    char text[NATT_SIGV4_DATE_LEN + 1];
    uint64_t low = 0, high = NATT_MAX_TIME_MS;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        MUST(natt_sigv4_date(text, middle));
        if (memcmp(text, amz_date.ptr, NATT_SIGV4_DATE_LEN) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    MUST(natt_sigv4_date(text, low) && memcmp(text, amz_date.ptr, NATT_SIGV4_DATE_LEN) == 0);
    return low;
}

static natt_sigv4_result parse(struct sent *s, natt_sigv4_authorization *out)
{
    const char *where = NULL;
    natt_sigv4_result result = natt_sigv4_parse(out, &s->request, &where);
    MUST(result == NATT_SIGV4_OK || result == NATT_SIGV4_MISSING || result == NATT_SIGV4_INCOMPLETE);
    MUST(where != NULL && (where[0] == '\0') == (result == NATT_SIGV4_OK));
    MUST(result != NATT_SIGV4_MISSING || find(s, "authorization") == NULL);
    return result;
}

static natt_sigv4_result verify(struct sent *s, const natt_sigv4_authorization *a)
{
    const char *where = NULL;
    natt_sigv4_result result =
        natt_sigv4_verify(a, &s->request, &s->key, a->service, a->region, time_of(a->amz_date), 0, &where);
    MUST(result != NATT_SIGV4_ERROR && result != NATT_SIGV4_EXPIRED && result != NATT_SIGV4_MISSING);
    MUST(where != NULL && (where[0] == '\0') == (result == NATT_SIGV4_OK));
    return result;
}

/* --- requests as sent --- */

static void check_views(struct sent *s, const natt_sigv4_authorization *a)
{
    natt_bytes value = *find(s, "authorization");
    MUST(fuzz_inside(value, a->access_key) && fuzz_inside(value, a->date) && fuzz_inside(value, a->region));
    MUST(fuzz_inside(value, a->service) && fuzz_inside(value, a->signed_headers) && fuzz_inside(value, a->signature));
    MUST(a->date.len == 8 && a->signature.len == 64 && a->access_key.len > 0 && a->region.len > 0 &&
         a->service.len > 0);
    MUST(fuzz_inside(*find(s, "x-amz-date"), a->amz_date) && a->amz_date.len == NATT_SIGV4_DATE_LEN);
    MUST((find(s, "x-amz-security-token") == NULL) == (a->session_token.ptr == NULL));
}

/* Only the signature that the model computes for the request verifies. */
static void check_sent(struct sent *s)
{
    natt_sigv4_authorization a;
    char signature[65];
    if (parse(s, &a) != NATT_SIGV4_OK)
        return;
    check_views(s, &a);
    s->key.access_key = a.access_key;
    natt_sigv4_result before = verify(s, &a);
    sigv4_model_sign(signature, &s->request, &a, s->key.secret);
    bool same = memcmp(signature, a.signature.ptr, 64) == 0;
    a.signature = (natt_bytes){(const uint8_t *)signature, 64};
    natt_sigv4_result after = verify(s, &a);
    MUST(after == NATT_SIGV4_OK || after == NATT_SIGV4_BODY || after == NATT_SIGV4_SCOPE);
    MUST(before == (after == NATT_SIGV4_OK && !same ? NATT_SIGV4_INVALID : after));
    signature[63] ^= 1;
    MUST(verify(s, &a) == (after == NATT_SIGV4_OK ? NATT_SIGV4_INVALID : after));
}

/* --- requests that we sign --- */

static bool sign(struct sent *s, char out[NATT_SIGV4_MAX_AUTHORIZATION + 1])
{
    size_t len;
    s->key.access_key = VIEW("AKID");
    bool ok = natt_sigv4_sign(out, NATT_SIGV4_MAX_AUTHORIZATION + 1, &len, &s->request, &s->key, VIEW("kms"),
                              VIEW("us-east-1"), "user-agent;expect");
    MUST(ok == (len > 0) && out[len] == '\0' && strlen(out) == len);
    return ok;
}

static void remove_authorization(struct sent *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->request.header_count; i++)
        if (!named(s->headers[i].name, "authorization"))
            s->headers[kept++] = s->headers[i];
    s->request.header_count = kept;
}

/* Returns the part that the input chooses; every view is in memory that nothing writes to. */
static natt_bytes *part_of(struct sent *s, uint8_t choice)
{
    natt_bytes *const parts[] = {&s->request.method, &s->request.path, &s->request.query, &s->request.body};
    size_t count = s->request.header_count, i = choice % (4 + 2 * count);
    if (i < 4)
        return parts[i];
    return (i - 4) % 2 == 0 ? &s->headers[(i - 4) / 2].name : &s->headers[(i - 4) / 2].value;
}

/* Flips bits in one byte of one part. */
static void check_change(struct sent *s, const natt_sigv4_authorization *a, const uint8_t head[6])
{
    natt_bytes *part = part_of(s, head[0]);
    size_t before_len, after_len;
    natt_sigv4_authorization changed_a;
    if (part->len == 0 || head[3] == 0)
        return;
    bool of_authorization = part == find(s, "authorization");
    char *before = sigv4_model_form(&s->request, a->signed_headers, &before_len);
    uint8_t *changed = malloc(part->len);
    MUST(changed != NULL);
    memcpy(changed, part->ptr, part->len);
    changed[(size_t)(head[1] << 8 | head[2]) % part->len] ^= head[3];
    part->ptr = changed;
    char *after = sigv4_model_form(&s->request, a->signed_headers, &after_len);
    bool same = before_len == after_len && memcmp(before, after, before_len) == 0;
    natt_sigv4_result parsed = parse(s, &changed_a);
    natt_sigv4_result result = parsed == NATT_SIGV4_OK ? verify(s, &changed_a) : parsed;
    MUST(result != NATT_SIGV4_OK || (same && !of_authorization));
    /* white space inside a token changes the token, but not the canonical form */
    MUST(parsed != NATT_SIGV4_OK || of_authorization || result == NATT_SIGV4_TOKEN ||
         (result == NATT_SIGV4_OK) == same);
    free(before);
    free(after);
    free(changed);
}

static void check_signed(struct sent *s, const uint8_t head[6])
{
    char value[NATT_SIGV4_MAX_AUTHORIZATION + 1], signature[65];
    natt_sigv4_authorization a;
    remove_authorization(s);
    if (s->request.header_count >= NATT_SIGV4_MAX_HEADERS || !sign(s, value))
        return;
    add(s, VIEW("Authorization"), (natt_bytes){(const uint8_t *)value, strlen(value)});
    MUST(parse(s, &a) == NATT_SIGV4_OK && verify(s, &a) == NATT_SIGV4_OK);
    sigv4_model_sign(signature, &s->request, &a, s->key.secret);
    MUST(fuzz_same_bytes(a.signature, signature, 64));
    check_change(s, &a, head);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sent s;
    uint8_t head[6];
    natt_bytes in = {data, size};
    fuzz_take(&in, head, sizeof head);
    take_request(&s, in);
    check_sent(&s);
    take_request(&s, in);
    check_signed(&s, head);
    return 0;
}
