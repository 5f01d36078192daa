/* Dates of HTTP, converted to the form of signatures. See http_response.h. */
#include <string.h>

#include "nsm/kms/http_response.h"
#include "nsm/kms/sigv4_canonical.h"

static const char form[] = "Www, dd Mmm yyyy hh:mm:ss GMT";
static const char weekdays[] = "ThuFriSatSunMonTueWed"; /* 1970-01-01 was a Thursday */
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* Returns the index of this name in a list of three-letter names, or their number if it is not in the list. */
static unsigned name_at(const uint8_t *text, const char *names)
{
    unsigned i = 0;
    while (names[(size_t)3 * i] != '\0' && memcmp(text, names + (size_t)3 * i, 3) != 0)
        i++;
    return i;
}

/* Checks the separators of the form (commas, colons, spaces) and its GMT. */
static bool has_form(const uint8_t *text)
{
    bool good = memcmp(text + 25, form + 25, 4) == 0;
    for (size_t i = 0; i < 25; i++)
        good &= strchr(" ,:", form[i]) == NULL || text[i] == (uint8_t)form[i];
    return good;
}

/* Builds "20261130T071759Z" from these positions of the date; the month, at 4 and 5, is a number. */
static void to_amz(char out[NATT_SIGV4_DATE_LEN], const uint8_t *text)
{
    static const uint8_t places[NATT_SIGV4_DATE_LEN] = {12, 13, 14, 15, 0, 0, 5, 6, 0, 17, 18, 20, 21, 23, 24, 0};
    const unsigned month = name_at(text + 8, months) + 1;
    for (size_t i = 0; i < NATT_SIGV4_DATE_LEN; i++)
        out[i] = (char)text[places[i]];
    out[4] = (char)('0' + month / 10);
    out[5] = (char)('0' + month % 10);
    out[8] = 'T';
    out[15] = 'Z';
}

bool natt_http_date_parse(natt_bytes text, uint64_t *seconds)
{
    char amz[NATT_SIGV4_DATE_LEN];
    uint64_t ms;
    *seconds = 0;
    if (text.len != sizeof form - 1 || !has_form(text.ptr))
        return false;
    to_amz(amz, text.ptr);
    if (!natt_sigv4_date_ms((natt_bytes){(const uint8_t *)amz, sizeof amz}, &ms) ||
        name_at(text.ptr, weekdays) != ms / 86400000 % 7)
        return false;
    *seconds = ms / 1000;
    return true;
}
