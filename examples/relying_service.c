/*
 * A service that trusts one enclave image. An enclave fetches a challenge, has its NSM sign it, and posts the document:
 *
 *     GET  /challenge                        64 hexadecimal digits
 *     POST /attest, Challenge: <the digits>  the document, raw; answered with the verdict as JSON
 *
 *     relying_service PCR0-HEX [ROOT.der [PORT]]     root: default AWS's; port 0: any free one
 *
 * Every call of natt_verify here passes the five values that have no default: root, image, time, age, nonce.
 */
#define _DEFAULT_SOURCE /* clock_gettime, sigwait */

#include <microhttpd.h>
#include <netinet/in.h>
#include <nitro_attest/attest.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "challenges.h"
#include "hex.h"

#define CACHE_CHAINS  256 /* a region's certificates serve all of its enclaves: few are needed */
#define HTTP_TOO_LONG 413 /* its name differs between versions of microhttpd.h */

typedef struct service {
    uint8_t root_der[NATT_MAX_CERTIFICATE];
    natt_bytes root;
    uint8_t image[NATT_PCR_LEN];
    void *cache_memory;
    natt_cache *cache; /* in that memory; only the thread of the daemon uses it */
    challenges pending;
} service;

/* The received part of one POST. */
typedef struct upload {
    uint8_t bytes[NATT_MAX_DOCUMENT];
    size_t len;
    bool too_long;
} upload;

static uint64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *text)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result give_challenge(service *s, struct MHD_Connection *connection)
{
    uint8_t challenge[CHALLENGE_LEN];
    char text[2 * CHALLENGE_LEN + 2];
    if (!challenge_make(&s->pending, challenge, now_ms()))
        return answer(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "too many challenges are waiting for an answer\n");
    hex_write(text, challenge, sizeof challenge);
    memcpy(text + 2 * CHALLENGE_LEN, "\n", 2);
    return answer(connection, MHD_HTTP_OK, text);
}

/* The whole decision. */
static bool verify_document(service *s, natt_verified *out, natt_bytes document, natt_bytes challenge, natt_error *err)
{
    natt_pcr_value pcr0 = {0, {s->image, sizeof s->image}};
    natt_pcr_set image = {"image", &pcr0, 1};
    natt_policy policy = NATT_POLICY_INIT;
    natt_options opt = NATT_OPTIONS_INIT;
    policy.sets = &image;
    policy.set_count = 1;
    opt.roots = &s->root;
    opt.root_count = 1;
    opt.time_mode = NATT_TIME_NOW;
    opt.now_ms = now_ms();
    opt.max_age_ms = CHALLENGE_MS;
    opt.max_future_ms = 1000; /* clocks differ: the document is younger than the challenge */
    opt.nonce_mode = NATT_NONCE_EXACT;
    opt.nonce = challenge;
    opt.policy = &policy;
    return natt_verify(out, document, &opt, s->cache, err);
}

/* An error in the options, in the clock or in this program: no fault of the client. */
static bool is_usage_error(const natt_error *err)
{
    return err->code < NATT_E_CBOR_TRUNCATED;
}

/* natt_verify checks the options before the document: an empty document shows whether they are valid. */
static bool check_options(service *s)
{
    static const uint8_t challenge[CHALLENGE_LEN];
    char why[512];
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    if (verify_document(s, &v, (natt_bytes){challenge, 0}, (natt_bytes){challenge, sizeof challenge}, &err))
        return false;
    bool valid = !is_usage_error(&err);
    if (!valid && natt_error_format(why, sizeof why, &err) > 0)
        (void)fprintf(stderr, "relying_service: %s\n", why);
    return valid;
}

/* module_id has the verified form "i-<hex>-enc<hex>", so it needs no escaping. */
static enum MHD_Result welcome(struct MHD_Connection *connection, const natt_verified *v)
{
    char key[2 * NATT_MAX_OPTIONAL + 1] = "", text[sizeof key + 256];
    if (v->public_key.ptr != NULL)
        hex_write(key, v->public_key.ptr, v->public_key.len);
    (void)snprintf(text, sizeof text, "{\"verdict\":\"verified\",\"module_id\":\"%s\",\"public_key\":\"%s\"}\n",
                   v->module_id, key);
    return answer(connection, MHD_HTTP_OK, text); /* here: send a secret for this image, encrypted to that key */
}

static enum MHD_Result verify_upload(service *s, struct MHD_Connection *connection, const upload *u)
{
    uint8_t challenge[CHALLENGE_LEN];
    char why[512], text[640];
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    const char *header = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Challenge");
    if (u->too_long)
        return answer(connection, HTTP_TOO_LONG, "longer than any document\n");
    if (header == NULL || !hex_read(challenge, sizeof challenge, header))
        return answer(connection, MHD_HTTP_BAD_REQUEST, "the header Challenge must have 64 hexadecimal digits\n");
    if (!challenge_take(&s->pending, challenge, now_ms()))
        return answer(connection, MHD_HTTP_FORBIDDEN, "this challenge is unknown, used or too old: fetch another\n");
    if (verify_document(s, &v, (natt_bytes){u->bytes, u->len}, (natt_bytes){challenge, sizeof challenge}, &err))
        return welcome(connection, &v);
    (void)natt_error_format(why, sizeof why, &err);
    if (is_usage_error(&err)) {
        (void)fprintf(stderr, "relying_service: %s\n", why);
        return answer(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "the service cannot verify documents: see its log\n");
    }
    (void)snprintf(text, sizeof text, "{\"verdict\":\"refused\",\"code\":\"%s\",\"message\":\"%s\"}\n",
                   natt_code_name(err.code), why);
    return answer(connection, MHD_HTTP_FORBIDDEN, text);
}

static enum MHD_Result collect(upload *u, const char *data, size_t *len)
{
    u->too_long = u->too_long || *len > sizeof u->bytes - u->len;
    if (!u->too_long) {
        memcpy(u->bytes + u->len, data, *len);
        u->len += *len;
    }
    *len = 0; /* all bytes were read */
    return MHD_YES;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *len, void **state)
{
    (void)version;
    if (strcmp(method, "GET") == 0 && strcmp(url, "/challenge") == 0)
        return give_challenge(context, connection);
    if (strcmp(method, "POST") != 0 || strcmp(url, "/attest") != 0)
        return answer(connection, MHD_HTTP_NOT_FOUND, "GET /challenge or POST /attest\n");
    if (*state == NULL) { /* the headers were received; the body follows */
        *state = calloc(1, sizeof(upload));
        return *state == NULL ? MHD_NO : MHD_YES;
    }
    return *len > 0 ? collect(*state, data, len) : verify_upload(context, connection, *state);
}

static void forget(void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
    (void)context, (void)connection, (void)why;
    free(*state);
    *state = NULL;
}

static bool read_root(service *s, const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t len = file == NULL ? 0 : fread(s->root_der, 1, sizeof s->root_der, file);
    if (file != NULL)
        (void)fclose(file);
    s->root = (natt_bytes){s->root_der, len};
    return len > 0;
}

static bool prepare(service *s, int argc, char **argv)
{
    char why[512];
    natt_error err;
    size_t size = natt_cache_size(CACHE_CHAINS, 0);
    s->cache_memory = malloc(size);
    s->cache = natt_cache_init(s->cache_memory, size, CACHE_CHAINS, 0, &err);
    s->root = natt_root_aws();
    if (argc < 2 || argc > 4 || !hex_read(s->image, sizeof s->image, argv[1]))
        (void)fputs("usage: relying_service PCR0-HEX [ROOT.der [PORT]]\n", stderr);
    else if (argc > 2 && !read_root(s, argv[2]))
        perror(argv[2]);
    else if (s->cache == NULL)
        (void)fprintf(stderr, "no cache: %s\n", natt_error_format(why, sizeof why, &err) > 0 ? why : "");
    else
        return check_options(s);
    return false;
}

/* Waits for a signal that ends the service. */
static int serve(service *s, uint16_t port, const sigset_t *stop)
{
    int signal_number = 0;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port)};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK); /* a proxy with TLS serves other machines */
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, port, NULL, NULL, handle, s, MHD_OPTION_SOCK_ADDR, &here,
                         MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_CONNECTION_TIMEOUT, 10u, MHD_OPTION_END);
    if (daemon == NULL) {
        (void)fputs("relying_service: cannot listen on this port\n", stderr);
        return 1;
    }
    (void)printf("listening on 127.0.0.1:%u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    (void)fflush(stdout);
    (void)sigwait(stop, &signal_number);
    MHD_stop_daemon(daemon);
    return 0;
}

int main(int argc, char **argv)
{
    service *s = calloc(1, sizeof *s);
    sigset_t stop;
    int code = 2;
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGINT);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL);
    if (s != NULL && prepare(s, argc, argv))
        code = serve(s, (uint16_t)(argc > 3 ? strtoul(argv[3], NULL, 10) : 8080), &stop);
    if (s != NULL)
        free(s->cache_memory);
    free(s);
    return code;
}
