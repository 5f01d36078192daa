/* The characters of names, one at a time. R-X509-05. */
#include "verify/parse/der.h"
#include "verify/parse/x509.h"
#include "verify/test/support.h"

/* A Name whose common name is a string with this tag and text. */
static bool parses_name(uint8_t tag, natt_bytes text, natt_error *err)
{
    uint8_t name[64] = {0x30,
                        (uint8_t)(text.len + 11),
                        0x31,
                        (uint8_t)(text.len + 9),
                        0x30,
                        (uint8_t)(text.len + 7),
                        0x06,
                        0x03,
                        0x55,
                        0x04,
                        0x03,
                        tag,
                        (uint8_t)text.len};
    natt_bytes common_name;
    memcpy(name + 13, text.ptr, text.len);
    *err = (natt_error)BLANK_ERROR;
    struct natt_reader r = natt_der_reader((natt_bytes){name, text.len + 13}, err);
    return natt_x509_parse_name(&r, &common_name);
}

static void assert_name(uint8_t tag, natt_bytes text, bool accepted)
{
    natt_error err;
    cr_assert_eq(parses_name(tag, text, &err), accepted, "%02x %02x %02x", text.ptr[0], text.ptr[1], text.ptr[2]);
    if (!accepted)
        assert_refused(err, NATT_E_X509_NAME, NATT_NO_ITEM, 11);
}

/* All of U+0080 to U+00BF, alone, after text and between text. */
Test(x509_name, name_refused_when_it_has_a_c1_control_character)
{
    for (unsigned last = 0x80; last <= 0xbf; last++) {
        const uint8_t texts[3][5] = {
            {0xc2, (uint8_t)last}, {'a', 'b', 0xc2, (uint8_t)last}, {'a', 0xc2, (uint8_t)last, 'b', 'c'}};
        const size_t lengths[3] = {2, 4, 5};
        for (size_t i = 0; i < 3; i++)
            assert_name(0x0c, (natt_bytes){texts[i], lengths[i]}, last >= 0xa0);
    }
}

/* Every byte, at the beginning, in the middle and at the end. */
Test(x509_name, printable_string_has_its_own_alphabet)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?";
    for (unsigned byte = 0; byte <= 0xff; byte++)
        for (size_t at = 0; at < 3; at++) {
            uint8_t text[] = {'a', 'b', 'c'};
            text[at] = (uint8_t)byte;
            assert_name(0x13, (natt_bytes){text, 3}, memchr(alphabet, (int)byte, sizeof alphabet - 1) != NULL);
        }
}
