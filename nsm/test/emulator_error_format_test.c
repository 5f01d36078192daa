/* The sentence for an error of the emulator's library: every code, every kind of position, every buffer length. */
#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nitro_attest/emulator_error.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

#define CODE(name, number, index, text, remedy) {name, text, remedy},
static const struct {
    natt_emulator_code code;
    const char *text, *remedy;
} codes[] = {NATT_EMULATOR_CODE_LIST(CODE)};

Test(emulator_error_format, texts_are_those_of_the_list)
{
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        cr_expect_str_eq(natt_emulator_code_message(codes[i].code), codes[i].text);
        cr_expect_str_eq(natt_emulator_code_remedy(codes[i].code), codes[i].remedy);
        cr_expect(i == 0 || codes[i].code > codes[i - 1].code, "numbers ascend");
    }
    cr_expect_str_eq(natt_emulator_code_name(NATT_EMULATOR_E_MEMORY), "NATT_EMULATOR_E_MEMORY");
    cr_expect_str_eq(natt_emulator_code_name((natt_emulator_code)99), "");
    cr_expect_str_eq(natt_emulator_code_message((natt_emulator_code)99), "unknown code");
    cr_expect_str_eq(natt_emulator_code_remedy((natt_emulator_code)99), "");
}

static const char *format(const natt_emulator_error *err)
{
    static char buf[512];
    size_t len = natt_emulator_error_format(buf, sizeof buf, err);
    cr_assert(len < sizeof buf && strlen(buf) == len, "%zu bytes", len);
    return buf;
}

Test(emulator_error_format, sentences_fit_into_512_bytes_and_have_name_and_remedy)
{
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        natt_emulator_error err = {codes[i].code, ENAMETOOLONG,   UINT32_MAX - 1,
                                   SIZE_MAX,      UINT64_MAX - 1, codes[i].text};
        const char *got = format(&err);
        cr_assert(strncmp(got, codes[i].text, strlen(codes[i].text)) == 0, "%s", got);
        cr_assert_not_null(strstr(got, natt_emulator_code_name(codes[i].code)), "%s", got);
        cr_assert_str_eq(got + strlen(got) - strlen(codes[i].remedy), codes[i].remedy);
        cr_assert_null(strchr(got, '\n'));
    }
}

Test(emulator_error_format, sentences_name_place_length_and_system_error)
{
    static const struct {
        natt_emulator_error err;
        const char *sentence;
    } told[] = {
        {{NATT_EMULATOR_E_EIF_FORMAT, 0, 3, 0, 612, "m"},
         "m (NATT_EMULATOR_E_EIF_FORMAT, section 3, byte 612): build it with nitro-cli build-enclave"},
        {{NATT_EMULATOR_E_BUFFER_TOO_SMALL, 0, NATT_EMULATOR_NO_INDEX, 5120, NATT_EMULATOR_NO_OFFSET, "m"},
         "m (NATT_EMULATOR_E_BUFFER_TOO_SMALL, 5120 bytes are needed): give required_len bytes"},
        {{NATT_EMULATOR_E_PKI_ACCESS, EACCES, NATT_EMULATOR_NO_INDEX, 0, NATT_EMULATOR_NO_OFFSET, "m"},
         "m (NATT_EMULATOR_E_PKI_ACCESS, Permission denied): name a directory that you can create, read and write"},
        {{NATT_EMULATOR_E_USAGE_FAULT, 0, 0, 0, NATT_EMULATOR_NO_OFFSET, "m"},
         "m (NATT_EMULATOR_E_USAGE_FAULT, fault 0): fill it in with natt_fault_parse"},
        {{NATT_EMULATOR_E_MEMORY, 0, 7, 0, NATT_EMULATOR_NO_OFFSET, "m"},
         "m (NATT_EMULATOR_E_MEMORY): free memory, and try again"},
        {{(natt_emulator_code)65535, 0, 0, 0, NATT_EMULATOR_NO_OFFSET, "m"}, "m (65535)"},
    };
    for (size_t i = 0; i < COUNT_OF(told); i++)
        cr_expect_str_eq(format(&told[i].err), told[i].sentence);
    cr_expect_str_eq(format(NULL), "no error (NATT_EMULATOR_OK): nothing to do");
}

Test(emulator_error_format, sentences_are_cut_at_every_length_and_nothing_is_written_beyond)
{
    natt_emulator_error err = {NATT_EMULATOR_E_EIF_FORMAT, EIO, 3, 17, 612, "message"};
    char whole[512], buf[514];
    size_t len = natt_emulator_error_format(whole, sizeof whole, &err);
    cr_assert_eq(natt_emulator_error_format(NULL, 0, &err), len);
    for (size_t room = 0; room <= len + 2; room++) {
        memset(buf, '#', sizeof buf);
        cr_assert_eq(natt_emulator_error_format(buf, room, &err), len);
        size_t kept = room == 0 ? 0 : room - 1 < len ? room - 1 : len;
        cr_assert_arr_eq(buf, whole, kept);
        cr_assert(room == 0 || buf[kept] == '\0');
        cr_assert_eq(buf[room == 0 ? 0 : kept + 1], '#', "room %zu", room);
    }
}
