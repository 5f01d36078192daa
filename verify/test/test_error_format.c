/* The sentence of an error: every code, every kind of place, every length of the buffer. */
#include "verify/test/support.h"

static const char *format(const natt_error *err)
{
    static char buf[512];
    size_t len = natt_error_format(buf, sizeof buf, err);
    cr_assert(len < sizeof buf && strlen(buf) == len, "%zu bytes", len);
    return buf;
}

#define CODE(name, number, item, rule, text, remedy) {name, text, remedy},
static const struct {
    natt_code code;
    const char *text, *remedy;
} codes[] = {NATT_CODE_LIST(CODE)};

Test(error_format, names_code_text_and_remedy_of_every_code_within_512_bytes)
{
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        natt_error err = {codes[i].code, UINT32_MAX - 1, SIZE_MAX - 1, ""};
        const char *got = format(&err);
        cr_assert(strncmp(got, codes[i].text, strlen(codes[i].text)) == 0, "%s", got);
        cr_assert(strstr(got, natt_code_name(codes[i].code)) != NULL, "%s", got);
        cr_assert_str_eq(got + strlen(got) - strlen(codes[i].remedy), codes[i].remedy);
        cr_assert(strchr(got, '\n') == NULL);
    }
}

Test(error_format, names_what_the_item_counts)
{
    static const struct {
        natt_code code;
        uint32_t item;
        size_t offset;
        const char *place;
    } rows[] = {
        {NATT_E_TIME_EXPIRED, 4, 2118, "(NATT_E_TIME_EXPIRED, certificate 4, byte 2118): "},
        {NATT_E_POLICY_PCR_MISMATCH, 0, 10, "(NATT_E_POLICY_PCR_MISMATCH, PCR 0, byte 10): "},
        {NATT_E_CBOR_TYPE, NATT_FIELD_NONCE, 0, "(NATT_E_CBOR_TYPE, field nonce, byte 0): "},
        {NATT_E_CBOR_TYPE, 99, 0, "(NATT_E_CBOR_TYPE, field 99, byte 0): "},
        {NATT_E_USAGE_ROOT_INVALID, 1, 9, "(NATT_E_USAGE_ROOT_INVALID, root 2, byte 9 of the root): "},
        {NATT_E_USAGE_DENY, 2, NATT_NO_OFFSET, "(NATT_E_USAGE_DENY, deny entry 3): "},
        {NATT_E_USAGE_POLICY_WEAK, 0, NATT_NO_OFFSET, "(NATT_E_USAGE_POLICY_WEAK, policy set 1): "},
        {NATT_E_USAGE_POLICY_WEAK, UINT32_MAX - 1, NATT_NO_OFFSET, ", policy set 4294967295): "},
        {NATT_E_EXPECT_NONCE, 7, NATT_NO_OFFSET, "(NATT_E_EXPECT_NONCE): "},
        {NATT_E_TIME_STALE, NATT_NO_ITEM, NATT_NO_OFFSET, "(NATT_E_TIME_STALE): "},
        {NATT_E_CHAIN_NAME, NATT_NO_ITEM, 5, "(NATT_E_CHAIN_NAME, byte 5): "},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = {rows[i].code, rows[i].item, rows[i].offset, ""};
        cr_assert(strstr(format(&err), rows[i].place) != NULL, "%s", format(&err));
    }
}

Test(error_format, accepts_no_error_and_a_code_of_a_newer_library)
{
    natt_error newer = {(natt_code)65535, NATT_NO_ITEM, NATT_NO_OFFSET, "x"};
    cr_assert_str_eq(format(NULL), "no error (NATT_OK): nothing to do");
    cr_assert_str_eq(format(&newer), "unknown code (65535)");
}

Test(error_format, cuts_at_every_length_and_never_writes_beyond)
{
    natt_error err = {NATT_E_TIME_EXPIRED, 4, 2118, ""};
    char whole[512], buf[514];
    size_t len = natt_error_format(whole, sizeof whole, &err);
    cr_assert_eq(natt_error_format(NULL, 0, &err), len);
    for (size_t room = 0; room <= len + 2; room++) {
        memset(buf, '#', sizeof buf);
        cr_assert_eq(natt_error_format(buf, room, &err), len);
        size_t kept = room == 0 ? 0 : room - 1 < len ? room - 1 : len;
        cr_assert_arr_eq(buf, whole, kept);
        cr_assert(room == 0 || buf[kept] == '\0');
        cr_assert_eq(buf[room == 0 ? 0 : kept + 1], '#', "room %zu", room);
    }
}
