/*
 * Reads HTTP replies from a script, one per line in hexadecimal, as if the stream ended after each. Prints a line for
 * each: result, status, whether the connection is kept, length of the reply, then the body and each header's name and
 * value in hexadecimal; "-" is an empty one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nsm/kms/http_response.h"

#define MAX_LINE (1 << 20)

static void put(natt_bytes bytes)
{
    printf(bytes.len == 0 ? " -" : " ");
    for (size_t i = 0; i < bytes.len; i++)
        printf("%02x", bytes.ptr[i]);
}

static size_t decode(uint8_t *out, const char *line)
{
    size_t len = 0;
    unsigned byte;
    while (sscanf(line + 2 * len, "%2x", &byte) == 1)
        out[len++] = (uint8_t)byte;
    return len;
}

static void answer(natt_bytes in)
{
    static natt_http_response r;
    static uint8_t body[MAX_LINE];
    size_t used;
    natt_http_response_init(&r, body, sizeof body);
    natt_http_response_result result = natt_http_response_feed(&r, in, &used);
    if (result == NATT_HTTP_RESPONSE_MORE)
        result = natt_http_response_end(&r);
    printf("%d %u %d %zu", (int)result, r.status, r.keep_alive ? 1 : 0, used);
    put((natt_bytes){body, r.body_len});
    for (size_t i = 0; i < r.header_count; i++) {
        put(r.headers[i].name);
        put(r.headers[i].value);
    }
    printf("\n");
    (void)fflush(stdout);
}

int main(void)
{
    static char line[MAX_LINE];
    static uint8_t bytes[MAX_LINE / 2];
    while (fgets(line, sizeof line, stdin) != NULL)
        answer((natt_bytes){bytes, decode(bytes, line)});
    return 0;
}
