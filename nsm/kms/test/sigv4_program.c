/*
 * Signs and verifies requests from a script: one per line, with fields in hexadecimal, "-" for an absent one.
 *
 *     sign|verify METHOD PATH QUERY BODY KEY SECRET TOKEN SERVICE REGION DATE (NAME VALUE)...
 *
 * DATE is the current time, in the form of X-Amz-Date. Prints a line for each: the value of Authorization or "refused",
 * or the number of the result and the message.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nsm/kms/sigv4.h"
#include "nsm/kms/sigv4_canonical.h"

#define MAX_LINE  (1 << 20)
#define MAX_WORDS (11 + 2 * 140)
#define LEFT_OUT  "user-agent;expect;transfer-encoding;x-amzn-trace-id" /* as botocore does */

static unsigned digit_value(char c)
{
    return c >= 'a' ? (unsigned)(c - 'a') + 10 : (unsigned)(c - '0');
}

/* Decodes in place, since bytes need half the room of their digits. */
static natt_bytes decode(char *word)
{
    uint8_t *out = (uint8_t *)word;
    size_t len = strlen(word) / 2;
    if (strcmp(word, "-") == 0)
        return (natt_bytes){NULL, 0};
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(digit_value(word[2 * i]) << 4 | digit_value(word[2 * i + 1]));
    return (natt_bytes){out, len};
}

/* Exactly one space separates words, so an empty field is an empty word. */
static size_t split(natt_bytes words[MAX_WORDS], char *line)
{
    size_t count = 0;
    for (char *next = line; line != NULL && count < MAX_WORDS; line = next) {
        next = strchr(line, ' ');
        if (next != NULL)
            *next++ = '\0';
        words[count++] = decode(line);
    }
    return count;
}

static void sign(const natt_sigv4_request *request, const natt_sigv4_key *key, natt_bytes service, natt_bytes region)
{
    char out[NATT_SIGV4_MAX_AUTHORIZATION + 1];
    size_t len;
    bool ok = natt_sigv4_sign(out, sizeof out, &len, request, key, service, region, LEFT_OUT);
    puts(ok ? out : "refused");
}

static void verify(const natt_sigv4_request *request, const natt_sigv4_key *key, natt_bytes service, natt_bytes region,
                   uint64_t now_ms)
{
    natt_sigv4_authorization authorization;
    const char *where;
    natt_sigv4_result result = natt_sigv4_parse(&authorization, request, &where);
    if (result == NATT_SIGV4_OK)
        result = natt_sigv4_verify(&authorization, request, key, service, region, now_ms, 300000, &where);
    printf("%d %s\n", (int)result, where);
}

static bool answer(char *line)
{
    static natt_bytes words[MAX_WORDS];
    natt_sigv4_header headers[140];
    const bool signs = strncmp(line, "sign ", 5) == 0;
    const size_t count = split(words, strchr(line, ' ') + 1), header_count = (count - 10) / 2;
    uint64_t now_ms;
    if (count < 10 || count % 2 != 0 || !natt_sigv4_date_ms(words[9], &now_ms))
        return false;
    for (size_t i = 0; i < header_count; i++)
        headers[i] = (natt_sigv4_header){words[10 + 2 * i], words[11 + 2 * i]};
    const natt_sigv4_request request = {words[0], words[1], words[2], headers, header_count, words[3]};
    const natt_sigv4_key key = {words[4], words[5], words[6]};
    if (signs)
        sign(&request, &key, words[7], words[8]);
    else
        verify(&request, &key, words[7], words[8], now_ms);
    return true;
}

int main(void)
{
    static char line[MAX_LINE];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strchr(line, ' ') == NULL || !answer(line))
            return 2;
        (void)fflush(stdout);
    }
    return 0;
}
