/* One signature in every possible form: parsers and arithmetic together accept only the correct forms. */
#include <criterion/criterion.h>

#include "verify/crypto/crypto.h"
#include "verify/crypto/test/edge_cases.h"
#include "verify/crypto/test/signature_forms.h"
#include "verify/crypto/test/signature_table.h"

#define FORM_COUNT (sizeof form_cases / sizeof form_cases[0])

static struct natt_job new_job(void)
{
    static uint8_t key[96];
    struct natt_job job = {.public_key = key};
    from_hex(key, sizeof key, FORM_KEY);
    from_hex(job.hash, sizeof job.hash, FORM_DIGEST);
    return job;
}

static bool holds_with(const struct natt_crypto *crypto, struct natt_job job)
{
    struct natt_job *one = &job;
    crypto->verify(&one, 1);
    cr_expect_neq(job.answer, NATT_CRYPTO_ERROR);
    return job.answer == NATT_CRYPTO_VALID;
}

static bool read(struct natt_job *job, bool der, natt_bytes signature)
{
    *job = new_job();
    return (der ? form_read_der : form_read_raw)(job, signature);
}

static natt_bytes signature_of(const struct form_case *f, uint8_t *room, size_t size)
{
    size_t len = strlen(f->signature) / 2;
    cr_assert_leq(len, size);
    from_hex(room, len, f->signature);
    return (natt_bytes){room, len};
}

Test(signature_forms, answers_every_case)
{
    struct natt_job job;
    uint8_t room[512];
    size_t valid = 0;
    for (size_t i = 0; i < FORM_COUNT; i++) {
        const struct form_case *f = &form_cases[i];
        bool readable = read(&job, f->der, signature_of(f, room, sizeof room));
        valid += f->holds;
        cr_expect_eq(readable && holds_with(&natt_crypto_native, job), f->holds, "%s: %s", f->group, f->name);
        cr_expect_eq(readable && holds_with(&natt_crypto_mbedtls, job), f->holds, "mbedTLS, %s: %s", f->group, f->name);
    }
    cr_expect_eq(valid, 8);
}

static bool among(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

/* Each form is refused because of the form, not because its numbers are wrong. */
Test(signature_forms, wrong_forms_are_refused_before_the_arithmetic)
{
    static const char *const groups[] = {"ber_lengths",       "wrong_lengths", "wrong_types", "missing_zero",
                                         "changed_structure", "moved_numbers", "sizes"};
    /* other numbers in a correct form */
    static const char *const numbers[] = {"n - r", "the signature is s and r", "the signature is r twice",
                                          "r without its last octet", "s without its last octet"};
    struct natt_job job;
    uint8_t room[512];
    for (size_t i = 0; i < FORM_COUNT; i++) {
        const struct form_case *f = &form_cases[i];
        if (among(f->group, groups, sizeof groups / sizeof groups[0]) &&
            !among(f->name, numbers, sizeof numbers / sizeof numbers[0]))
            cr_expect_not(read(&job, f->der, signature_of(f, room, sizeof room)), "%s: %s", f->group, f->name);
    }
}

/* 0, n and larger numbers are refused as numbers; of these only 1 and n - 1 are parsed, in both forms. */
Test(signature_forms, numbers_are_read_from_1_to_n_minus_1)
{
    struct natt_job job;
    uint8_t room[512];
    size_t count = 0;
    for (size_t i = 0; i < FORM_COUNT; i++)
        if (strcmp(form_cases[i].group, "special_numbers") == 0)
            count += read(&job, form_cases[i].der, signature_of(&form_cases[i], room, sizeof room));
    cr_expect_eq(count, 2 * 4, "%zu are read", count);
}

/* Flips every single bit of the valid signatures, in both forms. */
Test(signature_forms, refused_when_any_bit_is_changed)
{
    struct natt_job job;
    uint8_t room[512];
    for (size_t i = 0; i < FORM_COUNT && form_cases[i].holds; i++) {
        natt_bytes signature = signature_of(&form_cases[i], room, sizeof room);
        for (size_t bit = 0; bit < 8 * signature.len; bit++) {
            room[bit / 8] ^= (uint8_t)(1u << bit % 8);
            cr_expect_not(read(&job, form_cases[i].der, signature) && holds_with(&natt_crypto_native, job),
                          "%s, bit %zu", form_cases[i].name, bit);
            room[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}
