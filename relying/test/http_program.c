/*
 * A server for http_test.py: http_program ADDRESS [OPTION=NUMBER]... prints its address, and stops when its standard
 * input ends. The reply depends on the path.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "relying/http/http.h"

static atomic_uint runs;

static unsigned number(natt_bytes text)
{
    return text.ptr == NULL ? 0 : (unsigned)strtoul((const char *)text.ptr, NULL, 10);
}

static void reply_text(natt_http_reply *reply, unsigned status, const char *text, size_t len)
{
    reply->status = status;
    reply->content_type = "text/plain";
    reply->body = malloc(len + 1);
    if (reply->body != NULL) {
        memcpy(reply->body, text, len);
        reply->body_len = len;
    }
}

static void reply_echo(const natt_http_request *request, natt_http_reply *reply)
{
    reply_text(reply, 200, (const char *)request->body.ptr, request->body.len);
}

static void put(FILE *out, const char *label, natt_bytes value)
{
    (void)fprintf(out, "%s=%.*s\n", label, value.ptr != NULL ? (int)value.len : 8,
                  value.ptr != NULL ? (const char *)value.ptr : "(absent)");
}

/* Everything that the handler gets. */
static void reply_description(const natt_http_request *request, natt_http_reply *reply)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    put(out, "method", request->method);
    put(out, "path", request->path);
    put(out, "query", request->query);
    put(out, "x-once", natt_http_header_value(request, "x-once"));
    put(out, "x-twice", natt_http_header_value(request, "X-TWICE"));
    put(out, "body", request->body);
    (void)fprintf(out, "nul=%d%d%d\n", request->path.ptr[request->path.len], request->body.ptr[request->body.len],
                  request->method.ptr[request->method.len]);
    (void)fprintf(out, "client=%s\nheaders=%zu\n", request->client, request->header_count);
    (void)fclose(out);
    reply_text(reply, 200, text, len);
    free(text);
}

static void reply_many(const natt_http_request *request, natt_http_reply *reply)
{
    reply->status = 200;
    reply->body_len = number(request->query);
    reply->body = calloc(1, reply->body_len + 1);
}

/* "?300": replies after this number of ms. "?5000000&300": with a body of this length. */
static void reply_later(const natt_http_request *request, natt_http_reply *reply)
{
    const char *query = (const char *)request->query.ptr, *second = strchr(query, '&');
    unsigned ms = (unsigned)strtoul(second != NULL ? second + 1 : query, NULL, 10);
    const struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000};
    (void)nanosleep(&pause, NULL);
    if (second != NULL)
        reply_many(request, reply);
    else
        reply_text(reply, 200, "late\n", 5);
}

static void reply_status(const natt_http_request *request, natt_http_reply *reply)
{
    reply_text(reply, number(request->query), "status\n", 7);
}

static void reply_with_header(const natt_http_request *request, natt_http_reply *reply)
{
    reply_text(reply, 200, "header\n", 7);
    reply->names[0] = "x-test";
    reply->values[0] = strdup(number(request->query) == 0 ? "fine" : "two\r\nlines: bad");
    reply->header_count = 1;
}

static void reply_runs(const natt_http_request *request, natt_http_reply *reply)
{
    char text[32];
    (void)request;
    reply_text(reply, 200, text, (size_t)snprintf(text, sizeof text, "%u", atomic_load(&runs)));
}

static const struct route {
    const char *path;
    void (*reply)(const natt_http_request *request, natt_http_reply *reply);
} routes[] = {
    {"/echo", reply_echo}, {"/describe", reply_description}, {"/later", reply_later},   {"/many", reply_many},
    {"/runs", reply_runs}, {"/header", reply_with_header},   {"/status", reply_status},
};

static void handle(void *context, const natt_http_request *request, natt_http_reply *reply)
{
    (void)context;
    atomic_fetch_add(&runs, 1);
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        if (strcmp((const char *)request->path.ptr, routes[i].path) == 0)
            routes[i].reply(request, reply);
}

static unsigned grace_s = 5;

static void set_option(natt_http_options *options, const char *argument)
{
    unsigned value = (unsigned)strtoul(strchr(argument, '=') + 1, NULL, 10);
    size_t max_body = value;
    bool any = value != 0;
    const struct setting {
        const char *name;
        void *at, *from;
        size_t len;
    } settings[] = {
        {"max_body=", &options->max_body, &max_body, sizeof max_body},
        {"max_connections=", &options->max_connections, &value, sizeof value},
        {"idle_s=", &options->idle_s, &value, sizeof value},
        {"request_s=", &options->request_s, &value, sizeof value},
        {"threads=", &options->threads, &value, sizeof value},
        {"grace_s=", &grace_s, &value, sizeof value},
        {"allow_any_address=", &options->allow_any_address, &any, sizeof any},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (strncmp(argument, settings[i].name, strlen(settings[i].name)) == 0)
            memcpy(settings[i].at, settings[i].from, settings[i].len);
}

int main(int argc, char **argv)
{
    natt_http_options options = {.address = argv[1],
                                 .max_body = 1000,
                                 .max_connections = 300,
                                 .idle_s = 30,
                                 .request_s = 20,
                                 .threads = 4,
                                 .handler = handle};
    natt_http_error err;
    char byte;
    for (int i = 2; i < argc; i++)
        set_option(&options, argv[i]);
    natt_http_server *server = natt_http_start(&options, &err);
    if (server == NULL) {
        (void)printf("error: %s\n", err.text);
        return 1;
    }
    (void)printf("%s\n", natt_http_address(server));
    (void)fflush(stdout);
    while (read(0, &byte, 1) > 0 || errno == EINTR)
        continue;
    natt_http_stop(server, grace_s);
    return 0;
}
