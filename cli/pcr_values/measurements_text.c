/* See measurements_text.h. */
#include "cli/pcr_values/measurements_text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HINT       NATT_CLI_MEASUREMENTS_HINT
#define BLANKS     " \t\r"
#define HEX_DIGITS "0123456789abcdefABCDEF"

/* ---- one measurement ---- */

static bool is_zero(const uint8_t value[NATT_PCR_LEN])
{
    static const uint8_t zero[NATT_PCR_LEN];
    return memcmp(value, zero, NATT_PCR_LEN) == 0;
}

static bool parse_key(uint32_t *index, const char *key, natt_cli_error *err)
{
    if (strncmp(key, "PCR", 3) == 0 && natt_cli_pcr_index(index, key + 3))
        return true;
    if (strncasecmp(key, "PCR", 3) == 0 && natt_cli_pcr_index(index, key + 3))
        return natt_cli_fail(err, NATT_CLI_USAGE, HINT, "\"%.100s\" is not spelled PCR%u", key, (unsigned)*index);
    return natt_cli_fail(err, NATT_CLI_USAGE, HINT, "unknown measurement \"%.100s\": PCR0 to PCR31 are known", key);
}

bool natt_cli_measurement_add(natt_cli_set *set, const char *key, const char *value, natt_cli_error *err)
{
    uint8_t bytes[NATT_PCR_LEN];
    uint32_t index;
    if (!parse_key(&index, key, err))
        return false;
    if (!natt_cli_pcr_value(bytes, value, err))
        return natt_cli_fail_in(err, "%.100s", key);
    if (natt_cli_set_has(set, index))
        return natt_cli_fail(err, NATT_CLI_USAGE, HINT, "%s is given twice", key);
    if (index <= 2 && is_zero(bytes))
        return natt_cli_fail(err, NATT_CLI_USAGE, "measure the image, not an enclave that runs in debug mode",
                             "%s is all zero", key);
    natt_cli_set_add(set, index, bytes);
    return true;
}

/* ---- lines ---- */

/* Removes the first line from *text and returns a fresh copy without surrounding blanks; a zero byte becomes \x01,
 * which no measurement contains. */
static char *take_line(natt_bytes *text)
{
    const uint8_t *end = memchr(text->ptr, '\n', text->len);
    size_t len = end == NULL ? text->len : (size_t)(end - text->ptr), used = len + (end == NULL ? 0 : 1);
    char *line = natt_cli_alloc(len, 1, 1);
    for (size_t i = 0; i < len; i++)
        line[i] = text->ptr[i] == '\0' ? '\x01' : (char)text->ptr[i];
    while (len > 0 && strchr(BLANKS, line[len - 1]) != NULL)
        line[--len] = '\0';
    memmove(line, line + strspn(line, BLANKS), len - strspn(line, BLANKS) + 1);
    text->ptr += used;
    text->len -= used;
    return line;
}

/* Splits the line in place at its first blank, : or =. False: it does not have exactly two words. */
static bool split(char *line, char **second)
{
    size_t len = strcspn(line, BLANKS ":=");
    if (line[len] == '\0')
        return false;
    char *rest = line + len + strspn(line + len, BLANKS);
    if (*rest == ':' || *rest == '=')
        rest += 1 + strspn(rest + 1, BLANKS);
    line[len] = '\0';
    *second = rest;
    return *rest != '\0' && strpbrk(rest, BLANKS ":=") == NULL;
}

static bool looks_like_pcr(const char *word)
{
    return strncasecmp(word, "PCR", 3) == 0 && word[3] >= '0' && word[3] <= '9';
}

static bool fail_line(const char *line, natt_cli_error *err)
{
    return natt_cli_fail(err, NATT_CLI_USAGE, HINT, "\"%.60s\" is neither \"<96 hexadecimal digits> PCR0\" nor JSON",
                         line);
}

static bool add_line(natt_cli_set *set, const char *line, natt_cli_error *err)
{
    char *words = natt_cli_strdup(line), *second = NULL;
    bool done;
    if (!split(words, &second) || looks_like_pcr(words) == looks_like_pcr(second))
        done = fail_line(line, err);
    else if (looks_like_pcr(words))
        done = natt_cli_measurement_add(set, words, second, err);
    else
        done = natt_cli_measurement_add(set, second, words, err);
    free(words);
    return done;
}

bool natt_cli_measurement_lines(natt_cli_set *set, natt_bytes text, natt_cli_error *err)
{
    for (size_t number = 1; text.len > 0; number++) {
        char *line = take_line(&text);
        bool done = line[0] == '\0' || add_line(set, line, err);
        free(line);
        if (!done)
            return natt_cli_fail_in(err, "line %zu", number);
    }
    return set->count > 0 || natt_cli_fail(err, NATT_CLI_USAGE, HINT, "the file is empty");
}

/* ---- JSON after log lines ---- */

static bool begins_json(const char *line)
{
    const char *next = line + 1 + (line[0] == '\0' ? 0 : strspn(line + 1, BLANKS));
    return line[0] == '{' || (line[0] == '[' && (*next == '\0' || *next == '{' || *next == ']'));
}

/* A log line with a PCR and a hash: a measurement that the JSON parser would skip. */
static bool is_measurement(const char *line)
{
    bool named = false, hash = false;
    size_t run = 0;
    for (const char *p = line; *p != '\0'; p++) {
        run = strchr(HEX_DIGITS, *p) != NULL ? run + 1 : 0;
        named = named || looks_like_pcr(p);
        hash = hash || run >= NATT_PCR_LEN;
    }
    return named && hash;
}

static bool check_encoding(natt_bytes *file, natt_cli_error *err)
{
    if (file->len >= 2 && (memcmp(file->ptr, "\xff\xfe", 2) == 0 || memcmp(file->ptr, "\xfe\xff", 2) == 0))
        return natt_cli_fail(err, NATT_CLI_USAGE, "write it as UTF-8: iconv -f UTF-16 -t UTF-8",
                             "the file is UTF-16 text");
    if (file->len >= 3 && memcmp(file->ptr, "\xef\xbb\xbf", 3) == 0)
        *file = (natt_bytes){file->ptr + 3, file->len - 3};
    return file->len > 0 || natt_cli_fail(err, NATT_CLI_USAGE, HINT, "the file is empty");
}

bool natt_cli_json_part_find(natt_cli_json_part *out, natt_bytes *file, natt_cli_error *err)
{
    *out = (natt_cli_json_part){{NULL, 0}, 0};
    if (!check_encoding(file, err))
        return false;
    size_t measured = 0; /* the first line that is a measurement; 0 = none */
    for (natt_bytes rest = *file, here = rest; rest.len > 0; here = rest, out->lines_skipped++) {
        char *line = take_line(&rest);
        bool found = begins_json(line);
        if (measured == 0 && is_measurement(line))
            measured = out->lines_skipped + 1;
        free(line);
        if (!found)
            continue;
        out->text = here;
        break;
    }
    return out->text.ptr == NULL || measured == 0 || measured == out->lines_skipped + 1 ||
           natt_cli_fail(err, NATT_CLI_USAGE, HINT,
                         "line %zu is a measurement, and JSON with other measurements begins at line %zu", measured,
                         out->lines_skipped + 1);
}
