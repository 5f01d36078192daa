/* See batch_window.h. */
#include "cli/verify/batch_window.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document/error_location.h"
#include "cli/document/input.h"
#include "cli/frame/clock.h"
#include "cli/frame/file.h"
#include "cli/verify/unsupported_form.h"
#include "cli/verify/verify_report.h"

/* A thread's cache: the CAs above thousands of instances, 230 KB; and tables for a few keys, 410 KB. */
#define CHAINS   1024
#define HOT_KEYS 16

/* The library gets the documents that were read when they have this many bytes, even if they are fewer. */
#define MAX_BYTES ((size_t)1 << 20)

void natt_cli_batch_result_free(natt_cli_batch_result *result)
{
    free(result->json);
    free(result->message);
    free(result->place);
    *result = (natt_cli_batch_result){0};
}

/* ---- a thread's memory ---- */

/* Each item has its own values of these. */
static natt_options shared_of(const natt_options *options)
{
    static const natt_options init = NATT_OPTIONS_INIT;
    natt_options shared = *options;
    shared.nonce_mode = init.nonce_mode;
    shared.nonce = init.nonce;
    shared.user_data = init.user_data;
    shared.public_key = init.public_key;
    shared.module_id = init.module_id;
    shared.policy = init.policy;
    return shared;
}

void natt_cli_batch_worker_start(natt_cli_batch_worker *worker, const natt_cli_request *request,
                                 const natt_cli_verify_args *args)
{
    const size_t cache_size = natt_cache_size(CHAINS, HOT_KEYS);
    *worker = (natt_cli_batch_worker){.request = request, .args = args, .shared = shared_of(&request->options)};
    worker->items = natt_cli_alloc(NATT_CLI_BATCH_WINDOW, sizeof *worker->items, 0);
    worker->documents = natt_cli_alloc(NATT_CLI_BATCH_WINDOW, sizeof *worker->documents, 0);
    worker->file = natt_cli_alloc(NATT_CLI_MAX_FILE, 1, 1);
    worker->workspace = natt_cli_alloc(natt_batch_workspace_size(NATT_CLI_BATCH_WINDOW), 1, 0);
    worker->cache_memory = natt_cli_alloc(cache_size, 1, 0);
    worker->cache = natt_cache_init(worker->cache_memory, cache_size, CHAINS, HOT_KEYS, NULL);
}

void natt_cli_batch_worker_free(natt_cli_batch_worker *worker)
{
    free(worker->items);
    free(worker->documents);
    free(worker->file);
    free(worker->workspace);
    free(worker->cache_memory);
}

/* ---- reading ---- */

static bool fail_path(natt_cli_error *err, const char *what, int why)
{
    return natt_cli_fail(err, NATT_CLI_IO, "", "cannot %s: %s", what, strerror(why));
}

static bool check_kind(const natt_cli_batch_file *file, natt_cli_error *err)
{
    switch (file->kind) {
    case NATT_CLI_PATH_REGULAR:
        return true;
    case NATT_CLI_PATH_LINK:
        return natt_cli_fail(err, NATT_CLI_IO, "", "a link to a folder; links to folders are not followed");
    case NATT_CLI_PATH_NONE:
        return fail_path(err, "read", file->why);
    default:
        return natt_cli_fail(err, NATT_CLI_IO, "", "not a regular file");
    }
}

/* At most the first NATT_CLI_MAX_FILE + 1 bytes, as verify reads a file alone. */
static bool read_file(natt_cli_batch_worker *worker, natt_cli_buf *out, const natt_cli_batch_file *file,
                      natt_cli_error *err)
{
    if (!check_kind(file, err))
        return false;
    FILE *in = natt_cli_open_regular(file->path);
    if (in == NULL)
        return errno != 0 ? fail_path(err, "open", errno) : natt_cli_fail(err, NATT_CLI_IO, "", "not a regular file");
    size_t len = fread(worker->file, 1, NATT_CLI_MAX_FILE + 1, in);
    int why = ferror(in) != 0 ? errno : 0;
    (void)fclose(in);
    if (why != 0)
        return fail_path(err, "read", why);
    *out = (natt_cli_buf){natt_cli_alloc(len, 1, 0), len};
    memcpy(out->ptr, worker->file, len);
    (void)natt_cli_input_decode(out);
    return true;
}

/* ---- results ---- */

/* The escaped text of a name that is not UTF-8 can be the name of another file, so such a name is given in hex. */
static void put_file(natt_cli_report *r, const char *path)
{
    const natt_bytes name = {(const uint8_t *)path, strlen(path)};
    const bool utf8 = natt_cli_utf8(name);
    natt_cli_put(r, "file", NATT_CLI_JSON_ONLY, utf8 ? natt_cli_as_text(name) : natt_cli_absent(NULL));
    if (!utf8)
        natt_cli_put(r, "file_hex", NATT_CLI_JSON_ONLY, natt_cli_as_hex(name));
}

static void set_unreadable(const natt_cli_batch_worker *worker, natt_cli_batch_result *result, const char *path,
                           const natt_cli_error *err)
{
    static const char *const absent[] = {"code", "rule", "item", "offset"};
    natt_cli_report r;
    result->verdict = NATT_CLI_BATCH_UNREADABLE;
    if (!worker->args->json) {
        result->message = natt_cli_strdup(err->what);
        return;
    }
    natt_cli_report_start(&r, true);
    put_file(&r, path);
    natt_cli_put(&r, "verdict", NATT_CLI_JSON_ONLY, natt_cli_as_word("unreadable"));
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        natt_cli_put(&r, absent[i], NATT_CLI_JSON_ONLY, natt_cli_absent(NULL));
    natt_cli_put(&r, "message", NATT_CLI_JSON_ONLY, natt_cli_as_string(err->what));
    result->json = natt_cli_report_take_line(&r);
}

/* The object that verify prints for the file alone, after its name. */
static char *json_of(const natt_cli_batch_worker *worker, const natt_batch_item *item, const char *path,
                     const natt_options *options)
{
    natt_cli_report r;
    natt_cli_report_start(&r, true);
    put_file(&r, path);
    if (item->holds)
        natt_cli_put_verified(&r, &item->verified, options);
    else if (!natt_cli_put_unsupported_form(&r, &item->error, item->document, path))
        natt_cli_put_refused(&r, &item->error, item->document, options, worker->args->canary);
    return natt_cli_report_take_line(&r);
}

static void set_words(const natt_cli_batch_worker *worker, natt_cli_batch_result *result, const natt_batch_item *item,
                      const char *path, const natt_options *options)
{
    natt_cli_error words;
    if (natt_cli_unsupported_words(&words, item->document, path)) {
        result->message = natt_cli_strdup(words.what);
        result->error.item = NATT_NO_ITEM;
        result->error.offset = NATT_NO_OFFSET;
    } else {
        result->place = natt_cli_error_location(&item->error, item->document, options->policy);
        result->canary = worker->args->canary ? natt_cli_canary(item->document, options, &item->error) : NULL;
    }
}

static void set_verdict(const natt_cli_batch_worker *worker, natt_cli_batch_result *result, const natt_batch_item *item,
                        const char *path, const natt_options *options)
{
    result->verdict = item->holds ? NATT_CLI_BATCH_VERIFIED : NATT_CLI_BATCH_REFUSED;
    result->error = item->error;
    result->checks = item->verified.checks;
    if (worker->args->json)
        result->json = json_of(worker, item, path, options);
    else if (!item->holds)
        set_words(worker, result, item, path, options);
}

/* ---- verification ---- */

/* Documents that were read, and not verified yet. */
struct group {
    size_t at[NATT_CLI_BATCH_WINDOW]; /* their places in the window */
    size_t count, bytes;
};

static natt_batch_item item_of(const natt_options *options, const natt_cli_buf *document)
{
    natt_batch_item item = NATT_BATCH_ITEM_INIT;
    item.document = natt_cli_buf_view(document);
    item.nonce_mode = options->nonce_mode;
    item.nonce = options->nonce;
    item.user_data = options->user_data;
    item.public_key = options->public_key;
    item.module_id = options->module_id;
    item.policy = options->policy;
    return item;
}

/* Reads the clock after the documents, as for a single document: one that is written during the reading is then not
 * from the future. */
static bool verify_items(natt_cli_batch_worker *worker, natt_options *options, size_t count, natt_cli_error *err)
{
    if (worker->request->clock_runs && !natt_cli_now(&options->now_ms, err))
        return false;
    worker->shared.now_ms = options->now_ms;
    for (size_t i = 0; i < count; i++)
        worker->items[i] = item_of(options, &worker->documents[i]);
    /* Each item has its own verdict. */
    (void)!natt_verify_batch(worker->items, count, &worker->shared, worker->cache, worker->workspace,
                             natt_batch_workspace_size(NATT_CLI_BATCH_WINDOW), NULL);
    return true;
}

static void verify_group(natt_cli_batch_worker *worker, struct group *group, const natt_cli_batch_file *files,
                         natt_cli_batch_result *results)
{
    natt_options options = worker->request->options;
    natt_cli_error err;
    bool done = verify_items(worker, &options, group->count, &err);
    for (size_t i = 0; i < group->count; i++) {
        natt_cli_batch_result *result = &results[group->at[i]];
        const char *path = files[group->at[i]].path;
        if (done)
            set_verdict(worker, result, &worker->items[i], path, &options);
        else
            set_unreadable(worker, result, path, &err);
        natt_cli_buf_free(&worker->documents[i]);
    }
    group->count = group->bytes = 0;
}

void natt_cli_batch_window(natt_cli_batch_worker *worker, const natt_cli_batch_file *files, size_t count,
                           natt_cli_batch_result *results)
{
    struct group group = {{0}, 0, 0};
    natt_cli_error err;
    for (size_t i = 0; i < count; i++) {
        natt_cli_buf *document = &worker->documents[group.count];
        results[i] = (natt_cli_batch_result){0};
        if (!read_file(worker, document, &files[i], &err)) {
            set_unreadable(worker, &results[i], files[i].path, &err);
            continue;
        }
        group.at[group.count++] = i;
        group.bytes += document->len;
        if (group.bytes >= MAX_BYTES)
            verify_group(worker, &group, files, results);
    }
    if (group.count > 0)
        verify_group(worker, &group, files, results);
}
