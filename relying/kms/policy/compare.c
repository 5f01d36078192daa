/* Comparison of texts. See names.h. */
#include "relying/kms/policy/names.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(char a, char b, bool ignore_case)
{
    return ignore_case ? lower(a) == lower(b) : a == b;
}

bool natt_kms_equal_ignore_case(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b))
        a++, b++;
    return lower(*a) == lower(*b);
}

/* On a mismatch only the last star is extended: it can match everything that an earlier one could. */
bool natt_kms_like_part(const char *pattern, size_t pattern_len, const char *text, size_t text_len, bool ignore_case)
{
    const char *star = NULL, *taken = NULL, *const pattern_end = pattern + pattern_len, *const end = text + text_len;
    while (text < end) {
        if (pattern < pattern_end && *pattern == '*') {
            star = ++pattern;
            taken = text;
        } else if (pattern < pattern_end && (*pattern == '?' || same(*pattern, *text, ignore_case))) {
            pattern++, text++;
        } else if (star != NULL) {
            pattern = star;
            text = ++taken;
        } else {
            return false;
        }
    }
    while (pattern < pattern_end && *pattern == '*')
        pattern++;
    return pattern == pattern_end;
}

bool natt_kms_like(const char *pattern, const char *text, bool ignore_case)
{
    return natt_kms_like_part(pattern, strlen(pattern), text, strlen(text), ignore_case);
}

#define MAX_NAME 63 /* longer names get no suggestion */

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Levenshtein, one row at a time. */
static size_t distance(const char *a, const char *b)
{
    size_t row[MAX_NAME + 1], a_len = strlen(a), b_len = strlen(b);
    if (a_len > MAX_NAME || b_len > MAX_NAME)
        return MAX_NAME + 1;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t changed = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
            diagonal = row[j];
            row[j] = min3(changed, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[b_len];
}

size_t natt_kms_nearest(const char *name, const char *(*nth)(size_t i), size_t count)
{
    size_t best = count, least = 4; /* up to three edits; fewer for short names */
    if (strlen(name) < 3 * least)
        least = 1 + strlen(name) / 3;
    for (size_t i = 0; i < count; i++)
        if (distance(name, nth(i)) < least) {
            least = distance(name, nth(i));
            best = i;
        }
    return best;
}
