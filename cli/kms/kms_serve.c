/*
 * nitro-attest kms serve: the local KMS, until it is interrupted. Keys are in this process: it writes no core dump, and
 * its memory is not swapped out if the system allows it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nitro_attest/recipient.h>
#include <nitro_attest/verify.h>

#include "cli/certificates/certificate_file.h"
#include "cli/frame/clock.h"
#include "cli/frame/file.h"
#include "cli/frame/json_memory.h"
#include "cli/frame/options.h"
#include "cli/kms/kms_commands.h"
#include "cli/kms/serve_keys.h"
#include "relying/http/http.h"
#include "relying/kms/server/server.h"

typedef struct serve_args {
    const char *listen, *store, *master_key, *max_age, *credentials, *principal_policy, *account, *region, *log;
    const char *max_keys, *max_rate, *timeout;
    natt_cli_list key, root, pki;
    bool allow_debug, refuse_replays, explain_replies, json;
} serve_args;

#define AT(field)      offsetof(serve_args, field)
#define DEFAULT_LISTEN "127.0.0.1:4599"

static const natt_cli_option options[] = {
    {"Keys", NULL, NATT_CLI_FLAG, 0, NULL},
    {"store", "FILE", NATT_CLI_TEXT, AT(store), "the database of keys, created if it is missing; or :memory:"},
    {"master-key", "FILE", NATT_CLI_TEXT, AT(master_key),
     "the key that encrypts the store, created if it is missing; store it in a different place"},
    {"key", "ALIAS=FILE", NATT_CLI_LIST, AT(key), "create a key alias/NAME with this key policy, unless it exists"},
    {"Documents", NULL, NATT_CLI_FLAG, 0, NULL},
    {"root", "FILE", NATT_CLI_LIST, AT(root), "trust this root certificate, or aws; repeatable"},
    {"pki", "DIR", NATT_CLI_LIST, AT(pki), "trust DIR/root.pem, of emulate --pki DIR"},
    {"max-age", "TIME", NATT_CLI_TEXT, AT(max_age), "maximum age of documents, such as 30s (default 5m)"},
    {"allow-debug", NULL, NATT_CLI_FLAG, AT(allow_debug), "accept documents of debug enclaves, whose PCRs are zero"},
    {"refuse-replays", NULL, NATT_CLI_FLAG, AT(refuse_replays), "accept each document only once"},
    {"Callers", NULL, NATT_CLI_FLAG, 0, NULL},
    {"credentials", "FILE", NATT_CLI_TEXT, AT(credentials),
     "verify signatures with these keys (default: none verified, the key ID names a user)"},
    {"principal-policy", "FILE", NATT_CLI_TEXT, AT(principal_policy),
     "the policy of callers that have none (default: everything is allowed)"},
    {"account", "ID", NATT_CLI_TEXT, AT(account), "12 digits (default " NATT_KMS_DEFAULT_ACCOUNT ")"},
    {"region", "NAME", NATT_CLI_TEXT, AT(region), "in ARNs and signatures (default " NATT_KMS_DEFAULT_REGION ")"},
    {"The server", NULL, NATT_CLI_FLAG, 0, NULL},
    {"listen", "ADDRESS", NATT_CLI_TEXT, AT(listen),
     "unix:PATH or HOST:PORT, port 0 = a free one (default " DEFAULT_LISTEN ")"},
    {"max-keys", "N", NATT_CLI_TEXT, AT(max_keys), "limit for the number of keys (default 100000)"},
    {"max-rate", "N", NATT_CLI_TEXT, AT(max_rate), "throttle above N requests per second (default: no limit)"},
    {"timeout", "TIME", NATT_CLI_TEXT, AT(timeout), "stop generating an RSA key after this, 0s = never (default 60s)"},
    {"log", "FILE", NATT_CLI_TEXT, AT(log), "append a line for each request (default: standard error)"},
    {"json", NULL, NATT_CLI_FLAG, AT(json), "print log (with complete decisions) and address as JSON"},
    {"explain-replies", NULL, NATT_CLI_FLAG, AT(explain_replies),
     "explain decisions in the header " NATT_KMS_EXPLANATION "; this shows callers parts of policies"},
};

static const natt_cli_spec spec = {"kms serve",
                                   "kms serve --store FILE --master-key FILE --root FILE [OPTIONS]",
                                   "A local KMS for AWS SDKs: verifies attestation documents, enforces key policies, "
                                   "explains denials.\n"
                                   "Prints its address when it is ready, and runs until interrupted.\n",
                                   NATT_CLI_TABLE(options),
                                   0,
                                   0,
                                   "",
                                   NULL};

static bool fail(natt_cli_error *err, const natt_kms_error *e)
{
    return natt_cli_fail(err, e->kind == NATT_KMS_ERROR_USAGE ? NATT_CLI_USAGE : NATT_CLI_IO, e->hint, "%s", e->text);
}

/* ---- the options ---- */

typedef struct request {
    natt_kms_options options;
    natt_bytes *roots;
    natt_cli_buf *owned; /* bytes of the roots that are files */
    FILE *log;           /* NULL: standard error */
} request;

static bool add_root(request *r, const char *path, const char *option, natt_cli_error *err)
{
    const size_t i = r->options.root_count;
    if (strcmp(path, "aws") == 0 && strcmp(option, "--root") == 0)
        r->roots[i] = natt_root_aws();
    else if (natt_cli_certificate_read(&r->owned[i], path, err))
        r->roots[i] = natt_cli_buf_view(&r->owned[i]);
    else
        return natt_cli_fail_in(err, "%s", option);
    r->options.root_count++;
    return true;
}

/* For a missing folder, or one without root.pem, the file's error is not specific enough. */
static bool explain_pki(const char *dir, const char *root, natt_cli_error *err)
{
    struct stat about;
    char hint[384];
    bool there = stat(dir, &about) == 0;
    if (there && !S_ISDIR(about.st_mode))
        return natt_cli_fail(err, NATT_CLI_USAGE, "give the folder that contains root.pem, or --root for a certificate",
                             "--pki %.300s: it is a file", dir);
    if (access(root, F_OK) == 0 || errno != ENOENT)
        return false;
    (void)snprintf(hint, sizeof hint, "create it first: nitro-attest emulate --pki %.200s --init", dir);
    return natt_cli_fail(err, NATT_CLI_IO, hint, "--pki %.300s: %s", dir,
                         there ? "it has no root.pem" : "there is no such folder");
}

static bool add_pki(request *r, const char *dir, natt_cli_error *err)
{
    const size_t size = strlen(dir) + sizeof "/root.pem";
    char *path = natt_cli_alloc(size, 1, 0);
    (void)snprintf(path, size, "%s/root.pem", dir);
    bool done = add_root(r, path, "--pki", err) || explain_pki(dir, path, err);
    free(path);
    return done;
}

static bool set_roots(request *r, const serve_args *a, natt_cli_error *err)
{
    const size_t count = a->root.count + a->pki.count;
    bool done =
        count > 0 || natt_cli_fail(err, NATT_CLI_USAGE, "give --root FILE, --root aws, or --pki DIR of a software NSM",
                                   "no root is given, so no document could be verified");
    r->roots = natt_cli_alloc(count + 1, sizeof *r->roots, 0);
    r->owned = natt_cli_alloc(count + 1, sizeof *r->owned, 0);
    r->options.roots = r->roots;
    for (size_t i = 0; done && i < a->root.count; i++)
        done = add_root(r, a->root.items[i], "--root", err);
    for (size_t i = 0; done && i < a->pki.count; i++)
        done = add_pki(r, a->pki.items[i], err);
    return done;
}

static bool set_age(request *r, const serve_args *a, natt_cli_error *err)
{
    r->options.max_age_ms = NATT_KMS_DEFAULT_AGE_MS;
    return a->max_age == NULL || natt_cli_duration_parse(&r->options.max_age_ms, a->max_age, err) ||
           natt_cli_fail_in(err, "--max-age");
}

/* A whole number from 1; *out does not change if the option is absent. */
static bool set_number(uint64_t *out, const char *option, const char *text, uint64_t most, natt_cli_error *err)
{
    char *end = NULL;
    const uint64_t number = text != NULL ? strtoull(text, &end, 10) : 1;
    if (text != NULL && (strspn(text, "0123456789") != strlen(text) || number < 1 || number > most))
        return natt_cli_fail(err, NATT_CLI_USAGE, "", "--%s %.40s: it is not a whole number from 1 to %" PRIu64, option,
                             text, most);
    *out = text != NULL ? number : *out;
    return true;
}

static bool set_limits(request *r, const serve_args *a, natt_cli_error *err)
{
    uint64_t keys = 0;
    r->options.timeout_ms = NATT_KMS_DEFAULT_TIMEOUT_MS;
    if (!set_number(&keys, "max-keys", a->max_keys, NATT_KMS_MOST_KEYS, err) ||
        !set_number(&r->options.max_rate, "max-rate", a->max_rate, NATT_KMS_MAX_RATE, err))
        return false;
    r->options.max_keys = (int64_t)keys;
    return a->timeout == NULL || natt_cli_duration_parse(&r->options.timeout_ms, a->timeout, err) ||
           natt_cli_fail_in(err, "--timeout");
}

static bool set_store(request *r, const serve_args *a, natt_cli_error *err)
{
    r->options.store = a->store;
    r->options.master_key = a->master_key;
    if (a->store == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give --store FILE, or --store :memory: for keys that are not kept",
                             "--store is missing");
    if (strcmp(a->store, ":memory:") == 0 && a->master_key != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "leave --master-key out", "--master-key with --store :memory:");
    return strcmp(a->store, ":memory:") == 0 || a->master_key != NULL ||
           natt_cli_fail(
               err, NATT_CLI_USAGE,
               "give --master-key FILE, which is created if it does not exist; anyone with both files has the keys",
               "--master-key is missing");
}

static bool set_rest(request *r, const serve_args *a, natt_cli_error *err)
{
    (void)err;
    r->options.account = a->account;
    r->options.region = a->region;
    r->options.allow_debug = a->allow_debug;
    r->options.refuse_replays = a->refuse_replays;
    r->options.credentials = a->credentials;
    r->options.principal_policy = a->principal_policy;
    r->options.log_json = a->json;
    r->options.explain_replies = a->explain_replies;
    r->options.log = stderr;
    return true;
}

static bool set_log(request *r, const serve_args *a, natt_cli_error *err)
{
    if (a->log == NULL)
        return true;
    int file = open(a->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    r->log = file >= 0 ? fdopen(file, "a") : NULL;
    r->options.log = r->log;
    return r->log != NULL || natt_cli_fail(err, NATT_CLI_IO, "name a file in an existing folder that you can write to",
                                           "--log %.300s: %s", a->log, strerror(errno));
}

static bool build(request *r, const serve_args *a, natt_cli_error *err)
{
    static bool (*const steps[])(request *, const serve_args *, natt_cli_error *) = {set_store,  set_rest,  set_age,
                                                                                     set_limits, set_roots, set_log};
    bool done = true;
    for (size_t i = 0; done && i < sizeof steps / sizeof steps[0]; i++)
        done = steps[i](r, a, err);
    return done;
}

static void release(request *r)
{
    for (size_t i = 0; r->owned != NULL && i < r->options.root_count; i++)
        natt_cli_buf_free(&r->owned[i]);
    free(r->owned);
    free(r->roots);
    if (r->log != NULL)
        (void)fclose(r->log);
}

/* ---- the process ---- */

/*
 * With all pages locked, allocations fail once a limit is reached. So pages are locked only if there is no limit, or if
 * the process may exceed it. To find out, this function locks them under a limit of 0.
 */
static bool lock_memory(void)
{
    struct rlimit limit;
    const int flags = MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0)
        return false;
    if (limit.rlim_max == RLIM_INFINITY) {
        const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
        return setrlimit(RLIMIT_MEMLOCK, &unlimited) == 0 && mlockall(flags) == 0;
    }
    const struct rlimit none = {0, limit.rlim_max};
    bool locked = setrlimit(RLIMIT_MEMLOCK, &none) == 0 && mlockall(flags) == 0;
    (void)setrlimit(RLIMIT_MEMLOCK, &limit);
    return locked;
}

static bool protect(natt_cli_error *err)
{
    natt_recipient_error e;
    if (!natt_recipient_protect_process(&e))
        return natt_cli_fail(err, NATT_CLI_IO, "", "core dumps of this process cannot be disabled: %s", e.message);
    if (!lock_memory())
        (void)fprintf(stderr, "memory is not locked: secrets may be written to swap (ulimit -l unlimited)\n");
    return true;
}

/* Threads that start later inherit the mask, so this thread receives the signals. */
static void block_signals(sigset_t *stop)
{
    (void)sigemptyset(stop);
    (void)sigaddset(stop, SIGINT);
    (void)sigaddset(stop, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, stop, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

static void print_ready(const char *address, const serve_args *a)
{
    const char *scheme = strncmp(address, "unix:", 5) == 0 ? "" : "http://";
    if (a->credentials == NULL)
        (void)fprintf(stderr,
                      "signatures are not verified (no --credentials): anyone who can connect can act as any user\n");
    (void)printf(a->json ? "{\"address\":\"%s%s\"}\n" : "%s%s\n", scheme, address);
    (void)fflush(stdout);
}

static const char *listen_hint(const natt_http_error *e)
{
    if (e->not_loopback)
        return "addresses that other machines can reach require --credentials";
    return e->errno_value == EADDRINUSE ? "stop the other server, or give --listen 127.0.0.1:0, for a free port" : "";
}

static bool serve(natt_kms_server *server, const serve_args *a, natt_cli_error *err)
{
    const natt_http_options http_options = {.address = a->listen != NULL ? a->listen : DEFAULT_LISTEN,
                                            .allow_any_address = a->credentials != NULL,
                                            .max_body = NATT_KMS_MAX_BODY,
                                            .max_connections = 512,
                                            .idle_s = 60,
                                            .request_s = 20,
                                            .threads = 16, /* an RSA key takes one for seconds */
                                            .handler = natt_kms_handle,
                                            .context = server};
    natt_http_error e;
    sigset_t stop;
    int number = 0;
    block_signals(&stop);
    natt_http_server *http = natt_http_start(&http_options, &e);
    if (http == NULL)
        return natt_cli_fail(err, NATT_CLI_IO, listen_hint(&e), "--listen %.200s: %s", http_options.address, e.text);
    print_ready(natt_http_address(http), a);
    (void)sigwait(&stop, &number);
    natt_http_stop(http, 10);
    return true;
}

static bool run(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const serve_args *a = given;
    request r;
    natt_kms_error e;
    natt_kms_server *server = NULL;
    (void)operands;
    memset(&r, 0, sizeof r);
    natt_cli_wipe_json();
    bool done = build(&r, a, err) && protect(err);
    if (done) {
        server = natt_kms_server_new(&r.options, &e);
        done = server != NULL || fail(err, &e);
    }
    done = done && natt_cli_kms_add_keys(server, &a->key, a->account, err) && serve(server, a, err);
    natt_kms_server_free(server);
    release(&r);
    return done;
}

int natt_cli_kms_serve(int argc, char **argv)
{
    serve_args args = {0};
    return natt_cli_command_run(&spec, &args, run, argc, argv);
}
