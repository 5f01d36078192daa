/* See bytes.h. */
#include "cli/frame/bytes.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mbedtls/base64.h>

#include "cli/frame/file.h"

/* exit may be called only once [C11 7.22.4.4], so other threads wait for the end of the process. */
void natt_cli_out_of_memory(void)
{
    static atomic_flag ending = ATOMIC_FLAG_INIT;
    while (atomic_flag_test_and_set(&ending))
        (void)sleep(1);
    (void)fputs("nitro-attest: out of memory\n", stderr);
    exit(NATT_CLI_IO);
}

void *natt_cli_alloc(size_t count, size_t size, size_t extra)
{
    void *memory = NULL;
    if (size == 0 || count <= (SIZE_MAX - extra) / size)
        memory = calloc(1, count * size + extra + 1); /* + 1: never a NULL for zero bytes */
    if (memory == NULL)
        natt_cli_out_of_memory();
    return memory;
}

void *natt_cli_grow(void *array, size_t count, size_t size)
{
    void *moved = natt_cli_alloc(count + 1, size, 0);
    if (count > 0)
        memcpy(moved, array, count * size);
    free(array);
    return moved;
}

char *natt_cli_strdup(const char *text)
{
    size_t len = strlen(text);
    char *copy = natt_cli_alloc(len, 1, 1);
    memcpy(copy, text, len);
    return copy;
}

void natt_cli_buf_free(natt_cli_buf *buf)
{
    free(buf->ptr);
    *buf = (natt_cli_buf){NULL, 0};
}

natt_bytes natt_cli_buf_view(const natt_cli_buf *buf)
{
    return (natt_bytes){buf->ptr, buf->len};
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)((at - digits) & 15);
}

static bool hex_into(uint8_t *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len / 2; i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return len % 2 == 0;
}

bool natt_cli_hex_decode(natt_cli_buf *out, const char *text, size_t len)
{
    *out = (natt_cli_buf){natt_cli_alloc(len / 2, 1, 0), len / 2};
    if (hex_into(out->ptr, text, len))
        return true;
    natt_cli_buf_free(out);
    return false;
}

bool natt_cli_hex_exact(uint8_t *out, size_t want, const char *text)
{
    return strlen(text) == 2 * want && hex_into(out, text, 2 * want);
}

/* mbedTLS ignores line ends and unused bits at the end, so the result is encoded again and compared. */
static bool is_canonical(const natt_cli_buf *buf, const char *text, size_t len)
{
    size_t written = 0;
    uint8_t *again = natt_cli_alloc(len, 1, 1);
    bool same = mbedtls_base64_encode(again, len + 1, &written, buf->ptr, buf->len) == 0 && written == len &&
                memcmp(again, text, len) == 0;
    free(again);
    return same;
}

bool natt_cli_base64_decode(natt_cli_buf *out, const char *text, size_t len)
{
    size_t room = len / 4 * 3;
    *out = (natt_cli_buf){natt_cli_alloc(room, 1, 0), 0};
    if (len % 4 == 0 && mbedtls_base64_decode(out->ptr, room, &out->len, (const uint8_t *)text, len) == 0 &&
        is_canonical(out, text, len))
        return true;
    natt_cli_buf_free(out);
    return false;
}

#define VALUE_HINT "write bytes as hexadecimal, base64:<text> or @<file>"

static bool fail_base64(const char *text, natt_cli_error *err)
{
    const char *what = "the text after base64: is not base64";
    if (strpbrk(text, "-_") != NULL)
        what = "the text after base64: is base64url, which has - and _ for + and /";
    else if (strlen(text) % 4 != 0 && strchr(text, '=') == NULL)
        what = "the text after base64: has no padding, or is truncated";
    return natt_cli_fail(err, NATT_CLI_USAGE, "give padded base64 (A-Z a-z 0-9 + /) without white space", "%s", what);
}

static bool fail_hex(const char *text, natt_cli_error *err)
{
    if (strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0)
        return natt_cli_fail(err, NATT_CLI_USAGE, VALUE_HINT, "\"%.80s\" begins with 0x: remove it", text);
    if (strspn(text, "0123456789abcdefABCDEF") == strlen(text))
        return natt_cli_fail(err, NATT_CLI_USAGE, "a byte has two digits; check that the value is complete",
                             "\"%.80s\" has %zu hexadecimal digits, an odd number", text, strlen(text));
    return natt_cli_fail(err, NATT_CLI_USAGE, VALUE_HINT, "\"%.80s\" is not hexadecimal", text);
}

bool natt_cli_value(natt_cli_buf *out, const char *text, natt_cli_error *err)
{
    *out = (natt_cli_buf){NULL, 0};
    if (text[0] == '@')
        return natt_cli_file_read(out, text + 1, err);
    if (strncmp(text, "base64:", 7) == 0)
        return natt_cli_base64_decode(out, text + 7, strlen(text + 7)) || fail_base64(text + 7, err);
    if (text[0] == '\0')
        return natt_cli_fail(err, NATT_CLI_USAGE, "check that the shell variable is set; bare base64: means zero bytes",
                             "the value is empty");
    return natt_cli_hex_decode(out, text, strlen(text)) || fail_hex(text, err);
}

bool natt_cli_value_exact(uint8_t *out, size_t want, const char *text, natt_cli_error *err)
{
    natt_cli_buf buf;
    if (!natt_cli_value(&buf, text, err))
        return false;
    size_t got = buf.len;
    if (got == want)
        memcpy(out, buf.ptr, want);
    natt_cli_buf_free(&buf);
    return got == want || natt_cli_fail(err, NATT_CLI_USAGE, "a SHA-384 value has 48 bytes, 96 hexadecimal digits",
                                        "%zu bytes given, %zu expected", got, want);
}
