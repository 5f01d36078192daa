/*
 * Requires that every single-byte change, every truncation and every swap of two CBOR items of a document is refused.
 * Prints TAP.
 * usage: mutations [--every N] [--part I/COUNT] FILE...
 *   --every N tries every Nth byte change. Without FILE: a document of our own issuer.
 *
 * The cache contains the document's own chain from one accepting run, as a server's would: a change outside the
 * certificates costs one signature instead of five, and the verdict is still that of natt_verify. The cache is written
 * only when a document is accepted.
 */
#include "fuzz/property.h"
#include "fuzz/verdict.h"

#include <time.h>

#define MAX_ITEMS 256

static struct {
    uint8_t bytes[NATT_MAX_DOCUMENT + 1], changed[NATT_MAX_DOCUMENT + 1];
    size_t len;
    natt_options opt;
    natt_cache *cache;
    natt_bytes items[MAX_ITEMS]; /* items of the payload map and the envelope, including nested ones */
    size_t item_count;
} doc;

static unsigned long every = 1, part, parts = 1, step;
static unsigned tests, failed;

/* Returns true if the next change belongs to the sample and to this part. */
static bool chosen(void)
{
    unsigned long mine = step++;
    return mine % every == 0 && mine / every % parts == part;
}

static bool accepted(size_t len)
{
    natt_verified v = NATT_VERIFIED_INIT;
    return natt_verify(&v, (natt_bytes){doc.changed, len}, &doc.opt, doc.cache, NULL);
}

static void report(const char *what, const char *name, unsigned long run, unsigned long taken, clock_t began)
{
    bool good = run > 0 && taken == 0;
    tests++;
    failed += !good;
    printf("%sok %u - %s of %s: %lu verified, %lu accepted, %.1f s of processor\n", good ? "" : "not ", tests, what,
           name, run, taken, (double)(clock() - began) / CLOCKS_PER_SEC);
    (void)fflush(stdout);
}

static void change_bytes(const char *name)
{
    unsigned long run = 0, taken = 0;
    clock_t began = clock();
    memcpy(doc.changed, doc.bytes, doc.len);
    for (size_t i = 0; i < doc.len; i++) {
        for (unsigned by = 1; by < 256; by++) {
            if (!chosen())
                continue;
            doc.changed[i] = (uint8_t)(doc.bytes[i] ^ by);
            run++;
            taken += accepted(doc.len);
        }
        doc.changed[i] = doc.bytes[i];
    }
    report("byte changes", name, run, taken, began);
}

static void truncate(const char *name)
{
    unsigned long run = 0, taken = 0;
    clock_t began = clock();
    for (size_t len = 0; len < doc.len; len++) {
        run++;
        taken += accepted(len);
    }
    report("truncations", name, run, taken, began);
}

static void list(const void *ptr, size_t len)
{
    MUST(doc.item_count < MAX_ITEMS);
    doc.items[doc.item_count++] = (natt_bytes){ptr, len};
}

/* Lists the item at this place and all items inside it; returns its length. Knows only the types that genuine documents
 * contain. */
static size_t list_items(const uint8_t *at)
{
    static const size_t widths[] = {1, 2, 4, 8};
    unsigned major = at[0] >> 5, low = at[0] & 0x1f;
    size_t width = low >= 24 && low < 28 ? widths[low - 24] : 0, used = 1 + width, value = low < 24 ? low : 0;
    for (size_t i = 1; i <= width; i++)
        value = value << 8 | at[i];
    bool open = low == 31;
    size_t count = major == 4 ? value : major == 5 ? 2 * value : 0;
    if (major == 2 || major == 3)
        used += value;
    for (size_t i = 0; (major == 4 || major == 5) && (open ? at[used] != 0xff : i < count); i++)
        used += list_items(at + used);
    used += open ? 1 : 0;
    list(at, used);
    return used;
}

static void find_items(void)
{
    natt_document parsed;
    size_t at = doc.bytes[0] == 0xd2 ? 1 : 0;
    MUST(natt_document_parse(&parsed, (natt_bytes){doc.bytes, doc.len}, NULL));
    doc.item_count = 0;
    (void)list_items(doc.bytes + at);
    (void)list_items(parsed.payload.ptr);
}

/* Exchanges a and b. Returns false if they overlap or the document does not change. */
static bool swap(natt_bytes a, natt_bytes b)
{
    if (a.ptr > b.ptr)
        return swap(b, a);
    if (a.ptr + a.len > b.ptr)
        return false;
    const uint8_t *behind = b.ptr + b.len;
    uint8_t *out = doc.changed;
    const natt_bytes in_order[] = {{doc.bytes, (size_t)(a.ptr - doc.bytes)},
                                   b,
                                   {a.ptr + a.len, (size_t)(b.ptr - a.ptr) - a.len},
                                   a,
                                   {behind, (size_t)(doc.bytes + doc.len - behind)}};
    for (int i = 0; i < 5; out += in_order[i].len, i++)
        memcpy(out, in_order[i].ptr, in_order[i].len);
    return memcmp(doc.changed, doc.bytes, doc.len) != 0;
}

static void swap_items(const char *name)
{
    unsigned long run = 0, taken = 0;
    clock_t began = clock();
    find_items();
    for (size_t i = 0; i < doc.item_count; i++)
        for (size_t j = i + 1; j < doc.item_count; j++)
            if (step++ % parts == part && swap(doc.items[i], doc.items[j])) {
                run++;
                taken += accepted(doc.len);
            }
    report("swaps of items", name, run, taken, began);
}

/* Requires that the unchanged document is valid, without a cache, and with the cache and a table of the leaf's key,
 * which the second call builds. Otherwise, the refusals below would prove nothing. */
static void check_document(const char *name)
{
    static uint8_t memory[32768];
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    doc.cache = natt_cache_init(memory, sizeof memory, 2, 1, NULL);
    bool ok = doc.cache != NULL;
    for (int round = 0; round < 3; round++)
        ok = ok && natt_verify(&v, (natt_bytes){doc.bytes, doc.len}, &doc.opt, doc.cache, &err);
    ok = ok && natt_cache_count(doc.cache) == v.chain_count - 1;
    tests++;
    failed += !ok;
    printf("%sok %u - %s itself is valid\n", ok ? "" : "not ", tests, name);
}

static void check_all(const char *name)
{
    static const uint8_t archive[FUZZ_SELECTOR] = {0x0a, 127, 0, 0};
    natt_bytes selector = {archive, sizeof archive};
    doc.opt = fuzz_options(&selector);
    check_document(name);
    change_bytes(name);
    truncate(name);
    swap_items(name);
}

static bool check_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    const char *name = strrchr(path, '/');
    if (f == NULL) {
        (void)fprintf(stderr, "mutations: cannot open %s\n", path);
        return false;
    }
    doc.len = fread(doc.bytes, 1, sizeof doc.bytes, f);
    (void)fclose(f);
    check_all(name != NULL ? name + 1 : path);
    return true;
}

static void check_issued(void)
{
    MUST(natt_issue(fuzz_issuer(), doc.bytes, sizeof doc.bytes, &doc.len, NULL, NULL));
    check_all("an issued document");
}

int main(int argc, char **argv)
{
    int i = 1;
    bool read = true;
    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        if (strcmp(argv[i], "--every") == 0)
            every = strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--part") != 0 || sscanf(argv[i + 1], "%lu/%lu", &part, &parts) != 2)
            return 2;
    }
    if (every == 0 || parts == 0 || part >= parts)
        return 2;
    if (i == argc)
        check_issued();
    for (; i < argc; i++)
        read = check_file(argv[i]) && read;
    printf("1..%u\n", tests);
    return failed == 0 && read ? 0 : 1;
}
