/*
 * Writes plain_table.c from the recipes, with a fixed seed: the bytes are the same on every machine. Documents share
 * one pool of bytes, and each is a list of slices of it.
 *
 *     make-plain-table > plain_table.c             writes the table
 *     make-plain-table --compare plain_table.c     checks that the table matches the recipes
 */
#include "plain_recipes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MATCH_MIN 24 /* bytes: slices for shorter matches need more text than they save */

static uint8_t pool[65536];
static size_t pool_len;
static char rows[65536], slices[1 << 18], table[1 << 19];
static size_t rows_len, slices_len, table_len, slice_count;

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("make-plain-table: ", stderr);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    exit(1);
}

__attribute__((format(printf, 4, 5))) static void put(char *to, size_t capacity, size_t *len, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = vsnprintf(to + *len, capacity - *len, format, list);
    va_end(list);
    if (n < 0 || (size_t)n >= capacity - *len)
        die("a text does not fit");
    *len += (size_t)n;
}

#define PUT_ROW(...)   put(rows, sizeof rows, &rows_len, __VA_ARGS__)
#define PUT_SLICE(...) put(slices, sizeof slices, &slices_len, __VA_ARGS__)
#define PUT(...)       put(table, sizeof table, &table_len, __VA_ARGS__)

/* --- the pool --- */

static struct natt_plain_slice longest_match(const uint8_t *bytes, size_t len)
{
    struct natt_plain_slice best = {0, 0};
    for (size_t at = 0; at + MATCH_MIN <= pool_len && best.len < len; at++) {
        size_t n = 0;
        while (n < len && at + n < pool_len && pool[at + n] == bytes[n])
            n++;
        if (n > best.len)
            best = (struct natt_plain_slice){(uint16_t)at, (uint16_t)n};
    }
    return best;
}

static void put_slice(size_t at, size_t len)
{
    PUT_SLICE("%s{%zu, %zu},", slice_count % 8 == 0 ? "\n    " : " ", at, len);
    slice_count++;
}

/* Appends the bytes that were not found to the pool, as one slice. */
static void put_new(const uint8_t *bytes, size_t len)
{
    if (len == 0)
        return;
    if (len > sizeof pool - pool_len)
        die("the pool is full");
    memcpy(pool + pool_len, bytes, len);
    put_slice(pool_len, len);
    pool_len += len;
}

/* Finds the slices that make up the document. */
static void put_document(natt_bytes document)
{
    size_t fresh = 0; /* bytes before `at` that are not in the pool */
    for (size_t at = 0; at < document.len;) {
        struct natt_plain_slice match = longest_match(document.ptr + at, document.len - at);
        if (match.len < MATCH_MIN) {
            fresh++;
            at++;
            continue;
        }
        put_new(document.ptr + at - fresh, fresh);
        put_slice(match.at, match.len);
        fresh = 0;
        at += match.len;
    }
    put_new(document.ptr + document.len - fresh, fresh);
}

/* --- a row --- */

static const char *flag_names[] = {"NATT_ALLOW_DEBUG", "NATT_ALLOW_UNKNOWN_FIELDS", "NATT_ALLOW_WEAK_POLICY",
                                   "NATT_INSECURE_NO_PCR_POLICY", "NATT_REQUIRE_MODULE_BINDING"};
static const char *limit_names[] = {"NATT_LIMITS_DEFAULT", "NATT_LIMITS_AWS_1024", "NATT_LIMITS_AWS_512"};

static void put_flag(const char *name, bool value)
{
    if (value)
        PUT_ROW(", .%s = true", name);
}

static void put_number(const char *name, int64_t value)
{
    if (value != 0)
        PUT_ROW(", .%s = %lld", name, (long long)value);
}

static void put_text(const char *name, const char *value)
{
    if (value != NULL)
        PUT_ROW(", .%s = \"%s\"", name, value);
}

/* Writes only members that are not zero. */
static void put_options(const struct natt_plain_options *o)
{
    PUT_ROW(".limits = %s", limit_names[o->limits]);
    put_flag("nitrotpm", o->nitrotpm);
    put_flag("archive", o->archive);
    put_flag("unlimited_age", o->unlimited_age);
    put_flag("two_sets", o->two_sets);
    put_number("now_ms", o->now_ms);
    put_number("max_age_ms", (int64_t)o->max_age_ms);
    put_number("max_future_ms", (int64_t)o->max_future_ms);
    put_number("not_before_leeway_ms", (int64_t)o->not_before_leeway_ms);
    put_number("not_after_leeway_ms", (int64_t)o->not_after_leeway_ms);
    for (uint32_t i = 0; i < sizeof flag_names / sizeof flag_names[0]; i++)
        if ((o->flags >> i & 1u) != 0)
            PUT_ROW(", .flags = %s", flag_names[i]);
    put_text("nonce", o->nonce);
    put_text("user_data", o->user_data);
    put_text("public_key", o->public_key);
    put_text("module_id", o->module_id);
    put_text("region", o->region);
    put_text("deny", o->deny);
    put_number("pcr_index", o->pcr_index);
    if (o->pcr != NULL)
        PUT_ROW(",\n     .pcr = \"%s\"", o->pcr);
}

static void put_row(const struct natt_plain_recipe *recipe, const natt_error *err, size_t first)
{
    PUT_ROW("    {\"%s\", %zu, %zu, %s, ", recipe->name, first, slice_count - first, natt_code_name(err->code));
    if (err->item == NATT_NO_ITEM)
        PUT_ROW("NATT_NO_ITEM, ");
    else
        PUT_ROW("%u, ", (unsigned)err->item);
    if (err->offset == NATT_NO_OFFSET)
        PUT_ROW("NATT_NO_OFFSET,\n     {");
    else
        PUT_ROW("%zu,\n     {", err->offset);
    put_options(&recipe->opt);
    PUT_ROW("}},\n");
}

/* --- a document --- */

static natt_bytes text(const char *s)
{
    return s == NULL ? (natt_bytes){NULL, 0} : (natt_bytes){(const uint8_t *)s, strlen(s)};
}

static natt_issuer *issuer_of(const struct natt_plain_recipe *recipe, natt_emulator_error *err)
{
    natt_issuer_options options = NATT_ISSUER_OPTIONS_INIT;
    options.seed = text("nitro-attest plain table");
    options.now_ms = (uint64_t)NATT_PLAIN_NOW_MS;
    options.suffix = "aws";
    options.kind = recipe->opt.nitrotpm && recipe->field == NULL ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
    options.bundle_count = recipe->bundle;
    return natt_issuer_new(&options, err);
}

static natt_bytes *bytes_at(natt_issue_plan *plan, size_t put)
{
    return (natt_bytes *)((char *)plan + put - 1);
}

static void edit(natt_issue_plan *plan, const struct natt_plain_recipe *recipe)
{
    natt_bytes hex = recipe->hex != NULL ? natt_plan_hex(plan, recipe->hex) : (natt_bytes){NULL, 0};
    if (recipe->edit != NULL)
        recipe->edit(plan);
    if (recipe->put != 0)
        *bytes_at(plan, recipe->put) = hex;
    if (recipe->added != NULL)
        natt_plan_append(plan, &plan->payload, natt_plan_cbor_text(plan, recipe->added), hex);
    if (recipe->field != NULL && hex.ptr != NULL)
        natt_plan_set_field(plan, recipe->field, hex);
    if (recipe->field != NULL && hex.ptr == NULL)
        natt_plan_omit_field(plan, recipe->field);
    if (recipe->extension != NULL)
        natt_plan_omit_extension(plan, recipe->certificate, recipe->extension);
    if (recipe->extension != NULL && hex.ptr != NULL)
        natt_plan_add_extension(plan, recipe->certificate, recipe->extension, !recipe->not_critical, hex);
}

/* Into loaded->document and loaded->root, whose bytes live as long as the issuer. */
static natt_issuer *issue(struct natt_plain_loaded *loaded, const struct natt_plain_recipe *recipe)
{
    natt_emulator_error err;
    natt_issue_plan plan;
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    request.definite = recipe->definite;
    request.tagged = recipe->tagged;
    request.debug = recipe->debug;
    request.nonce = text(recipe->nonce);
    request.user_data = text(recipe->user_data);
    request.public_key = text(recipe->public_key);
    natt_issuer *issuer = issuer_of(recipe, &err);
    if (issuer == NULL || !natt_issuer_plan(issuer, &plan, &request, &err))
        die("%s: %s", recipe->name, err.message);
    edit(&plan, recipe);
    if (!natt_issuer_build(issuer, loaded->bytes, sizeof loaded->bytes, &loaded->document.len, &plan, &err))
        die("%s: %s", recipe->name, err.message);
    natt_plan_free(&plan);
    loaded->document.ptr = loaded->bytes;
    loaded->root = natt_issuer_root(issuer);
    return issuer;
}

static void cook(const struct natt_plain_recipe *recipe)
{
    static struct natt_plain_loaded loaded;
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    size_t first = slice_count;
    natt_issuer *issuer = issue(&loaded, recipe);
    natt_plain_options_set(&loaded, &recipe->opt);
    bool ok = natt_verify(&v, loaded.document, &loaded.opt, NULL, &err);
    if (ok != (recipe->code == NATT_OK) || err.code != recipe->code)
        die("%s: %s item %u offset %zu", recipe->name, natt_code_name(err.code), (unsigned)err.item, err.offset);
    put_document(loaded.document);
    put_row(recipe, &err, first);
    natt_issuer_free(issuer);
}

/* --- the file --- */

static void cook_list(const struct natt_plain_recipe_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        cook(&list->recipes[i]);
}

static void put_pool(void)
{
    PUT("const size_t natt_plain_pool_len = %zu;\nconst char natt_plain_pool[][2 * NATT_PLAIN_LINE + 1] = {", pool_len);
    for (size_t i = 0; i < pool_len; i++)
        PUT("%s%02x", i % NATT_PLAIN_LINE != 0 ? "" : i == 0 ? "\n    \"" : "\",\n    \"", pool[i]);
    PUT("\",\n};\n");
}

static void put_table(size_t root_len)
{
    PUT("/* Generated by make_plain_table.c; do not edit. Documents of a test issuer, and their verdicts. */\n"
        "/* clang-format off */\n#include \"plain_table.h\"\n\n");
    put_pool();
    PUT("const struct natt_plain_slice natt_plain_root = {0, %zu};\n", root_len);
    PUT("const struct natt_plain_slice natt_plain_slices[] = {%s\n};\n", slices);
    PUT("const struct natt_plain_case natt_plain_cases[] = {\n%s};\n", rows);
    PUT("const size_t natt_plain_case_count = sizeof natt_plain_cases / sizeof natt_plain_cases[0];\n");
}

/* The root comes first in the pool: it is the same for every document. */
static size_t put_root(void)
{
    static struct natt_plain_loaded loaded;
    natt_issuer *issuer = issue(&loaded, &natt_plain_accepted.recipes[0]);
    size_t len = loaded.root.len;
    memcpy(pool, loaded.root.ptr, len);
    pool_len = len;
    natt_issuer_free(issuer);
    return len;
}

static int compare(const char *path)
{
    static char committed[sizeof table];
    FILE *file = fopen(path, "rb");
    size_t len = file != NULL ? fread(committed, 1, sizeof committed, file) : 0;
    if (file != NULL)
        fclose(file);
    bool same = len == table_len && memcmp(committed, table, len) == 0;
    printf("%s: %s\n", path, same ? "up to date" : "not what make-plain-table writes");
    return same ? 0 : 1;
}

int main(int argc, char **argv)
{
    size_t root_len = put_root();
    cook_list(&natt_plain_accepted);
    cook_list(&natt_plain_refused_document);
    cook_list(&natt_plain_refused_certificate);
    put_table(root_len);
    if (argc == 3 && strcmp(argv[1], "--compare") == 0)
        return compare(argv[2]);
    return fwrite(table, 1, table_len, stdout) == table_len ? 0 : 1;
}
