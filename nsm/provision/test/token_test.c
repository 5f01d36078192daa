/* Tokens of a module whose functions fail one after another. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/provision/certificates.h"
#include "nsm/provision/pkcs11.h"
#include "nsm/provision/private_key.h"
#include "nsm/provision/test/fake_module.h"
#include "nsm/provision/test/keys_table.h"
#include "nsm/provision/test/support.h"

#define SO_PIN "0123456789abcdef0123456789abcdef"

static natt_pkcs11 *module;
static mbedtls_pk_context ec, rsa;
static mbedtls_x509_crt chain;
static natt_token_key keys[2];
static const natt_token_serial any;

static void make_chain(void)
{
    char text[2 * TEST_PEM_ROOM];
    const struct test_certificate leaf = {"CN=leaf", "CN=root", &ec, &ec, false, NULL, NULL},
                                  root = {"CN=root", "CN=root", &ec, &ec, true, NULL, NULL};
    test_certificate_make(text, &leaf);
    test_certificate_make(text + strlen(text), &root);
    mbedtls_x509_crt_init(&chain);
    cr_assert(natt_certificates_parse(&chain, view(text), &err));
}

static void begin(void)
{
    bool weak;
    fake_module_begin();
    module = natt_pkcs11_open(fake_module_path(), SO_PIN, &err);
    cr_assert_not_null(module, "%s", err.message);
    cr_assert(natt_private_key_parse(&ec, view(PEM_P256), &weak, &err));
    cr_assert(natt_private_key_parse(&rsa, view(PEM_RSA_UNEQUAL_PRIMES), &weak, &err));
    make_chain();
    keys[0] = (natt_token_key){255, "web", &ec, &chain};
    keys[1] = (natt_token_key){7, "rsa", &rsa, NULL};
}

static void end(void)
{
    mbedtls_pk_free(&ec);
    mbedtls_pk_free(&rsa);
    mbedtls_x509_crt_free(&chain);
    natt_pkcs11_close(module);
}

TestSuite(token, .init = begin, .fini = end);

static bool add(const char *label)
{
    natt_token_serial serial;
    if (natt_token_begin(module, label, &serial, &err) &&
        natt_token_fill(module, label, &serial, "1234", keys, COUNT_OF(keys), &err))
        return true;
    if (err.code != NATT_PROVISION_E_LABEL_IN_USE && err.code != NATT_PROVISION_E_LABEL_FOREIGN)
        (void)natt_token_remove(module, label, &serial, NULL);
    return false;
}

static void expect_object(const struct fake_object *o, CK_OBJECT_CLASS class, unsigned id, const char *label)
{
    bool is_private = class == CKO_PRIVATE_KEY;
    cr_expect(o->class == class && o->id == id && o->on_token, "%s", label);
    cr_expect_str_eq(o->label, label);
    cr_expect(o->is_private == is_private && o->sensitive == is_private && o->sign == is_private, "%s", label);
    cr_expect(o->extractable == !is_private && o->copyable == !is_private && !o->modifiable, "%s", label);
    cr_expect(!is_private || (!o->unwrap && !o->derive && !o->sign_recover), "%s", label);
}

Test(token, objects_are_those_of_acm)
{
    cr_assert(add("acm-token"), "%s", err.message);
    const struct fake_slot *slot = fake_module_slot("acm-token");
    cr_assert_eq(slot->object_count, 6);
    cr_expect(strcmp(slot->pin, "1234") == 0 && strcmp(slot->so_pin, SO_PIN) == 0);
    expect_object(&slot->objects[0], CKO_PRIVATE_KEY, 255, "web");
    expect_object(&slot->objects[1], CKO_PUBLIC_KEY, 255, "web");
    expect_object(&slot->objects[2], CKO_CERTIFICATE, 255, "acm-ne-cert-0");
    expect_object(&slot->objects[3], CKO_CERTIFICATE, 0, "acm-ne-cert-1"); /* 256 wraps, as in ACM's module */
    expect_object(&slot->objects[4], CKO_PRIVATE_KEY, 7, "rsa");
    expect_object(&slot->objects[5], CKO_PUBLIC_KEY, 7, "rsa");
    cr_expect(!slot->objects[0].decrypt && slot->objects[4].decrypt);
    cr_expect(slot->objects[0].value_len == 32 && slot->objects[1].value_len == 67);
    cr_expect(memcmp(slot->objects[1].value, "\x04\x41\x04", 3) == 0);
    cr_expect(slot->objects[4].value_len == 128 && slot->objects[5].value_len == 128);
    cr_expect(slot->objects[2].value_len == chain.raw.len &&
              memcmp(slot->objects[2].value, chain.raw.p, chain.raw.len) == 0);
    cr_expect(slot->objects[2].serial_len == chain.serial.len + 2 && slot->objects[2].serial[0] == 2);
    cr_expect(fake->opened == fake->closed && !fake->open);
}

/* The point of P-521 has a length of two bytes. */
Test(token, ec_points_are_octet_strings)
{
    static const struct {
        const char *pem;
        unsigned long value, point;
        unsigned char head[3];
    } cases[] = {{PEM_P384, 48, 99, {4, 97, 4}}, {PEM_P521, 66, 136, {4, 0x81, 133}}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool weak;
        mbedtls_pk_free(&ec);
        cr_assert(natt_private_key_parse(&ec, view(cases[i].pem), &weak, &err));
        cr_assert(add(i == 0 ? "a" : "b"), "%s", err.message);
        const struct fake_object *objects = fake_module_slot(i == 0 ? "a" : "b")->objects;
        cr_expect(objects[0].value_len == cases[i].value && objects[1].value_len == cases[i].point);
        cr_expect(memcmp(objects[1].value, cases[i].head, 3) == 0);
    }
}

/* The label of a removed token that had this label. */
static const char *free_label_of(const char *label)
{
    static char text[NATT_TOKEN_FREE_LABEL];
    natt_pkcs11_free_label(text, label);
    return text;
}

Test(token, label_of_thirty_two_bytes_is_whole)
{
    static const char label[] = "01234567890123456789012345678901";
    bool exists = false;
    cr_assert(add(label));
    cr_expect(natt_token_exists(module, label, &any, &exists, &err) && exists);
    cr_expect(natt_token_exists(module, "0123456789012345678901234567890", &any, &exists, &err) && !exists);
    cr_expect(natt_token_exists(module, "012345678901234567890123456789012", &any, &exists, &err) && !exists);
    cr_expect_not(add(label));
    cr_expect_eq(err.code, NATT_PROVISION_E_LABEL_FOREIGN);
    cr_expect_eq(fake_module_tokens(label), 1);
}

static const struct {
    enum fake_function function;
    const char *name;
    unsigned calls; /* of adding a token */
} steps[] = {
    {FAKE_GET_SLOT_LIST, "C_GetSlotList", 12},
    {FAKE_INIT_TOKEN, "C_InitToken", 1},
    {FAKE_OPEN_SESSION, "C_OpenSession", 2},
    {FAKE_LOGIN, "C_Login", 2},
    {FAKE_INIT_PIN, "C_InitPIN", 1},
    {FAKE_CREATE_OBJECT, "C_CreateObject", 6},
    {FAKE_FIND_OBJECTS_INIT, "C_FindObjectsInit", 10},
    {FAKE_FIND_OBJECTS, "C_FindObjects", 10},
    {FAKE_SIGN_INIT, "C_SignInit", 2},
    {FAKE_SIGN, "C_Sign", 2},
};

static bool is_signing(enum fake_function function)
{
    return function == FAKE_SIGN_INIT || function == FAKE_SIGN;
}

static void expect_nothing_left(const char *label, const char *name, unsigned call, bool signing)
{
    char message[128];
    (void)snprintf(message, sizeof message, "the PKCS #11 module failed: %s", name);
    if (signing)
        expect_error(NATT_PROVISION_E_OBJECTS, "the token's key cannot be used: the module does not sign with it");
    else
        expect_error(NATT_PROVISION_E_MODULE, message);
    cr_expect_eq(err.ckr, CKR_DEVICE_ERROR, "%s %u", name, call);
    cr_expect_eq(fake_module_tokens(label), 0, "%s %u", name, call);
    cr_expect(!fake->open && fake->opened == fake->closed, "%s %u", name, call);
    for (unsigned i = 0; i < fake->slot_count; i++)
        cr_expect_eq(fake->slots[i].object_count, 0, "%s %u", name, call);
}

/* Each with a different label, so that each finds a slot like the first one. */
Test(token, every_failing_call_leaves_no_token)
{
    char label[32];
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        for (unsigned call = 1; call <= steps[i].calls; call++) {
            (void)snprintf(label, sizeof label, "%s %u", steps[i].name, call);
            fake_module_fails(steps[i].function, call, 1, CKR_DEVICE_ERROR);
            cr_expect_not(add(label), "%s", label);
            expect_nothing_left(label, steps[i].name, call, is_signing(steps[i].function));
            fake_module_works();
        }
    cr_expect(add("C_CreateObject 6"));
    cr_expect_eq(fake_module_tokens(free_label_of("C_CreateObject 6")), 0); /* the slot was used again */
}

/* These are all the calls. */
Test(token, adding_makes_so_many_calls)
{
    fake_module_fails(FAKE_FUNCTIONS, 0, 0, CKR_OK);
    cr_assert(add("acm-token"));
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        cr_expect_eq(fake->calls[steps[i].function], steps[i].calls, "%s: %u", steps[i].name,
                     fake->calls[steps[i].function]);
}

Test(token, failing_object_is_named)
{
    fake_module_fails(FAKE_CREATE_OBJECT, 4, 1, CKR_DEVICE_MEMORY);
    cr_expect_not(add("acm-token"));
    cr_expect(err.key == 0 && err.certificate == 1 && err.ckr == CKR_DEVICE_MEMORY);
    fake_module_fails(FAKE_CREATE_OBJECT, 5, 1, CKR_HOST_MEMORY);
    cr_expect_not(add("acm-token"));
    cr_expect(err.key == 1 && err.certificate == NATT_PROVISION_NO_INDEX && err.code == NATT_PROVISION_E_MEMORY);
}

/* It is found only by its label, although there are others: logins to it must not become logins to a different
 * token. */
Test(token, removed_token_is_used_again)
{
    cr_assert(add("a") && add("b"));
    cr_assert(natt_token_remove(module, "a", &any, &err));
    cr_expect(fake_module_tokens("a") == 0 && fake_module_tokens(free_label_of("a")) == 1);
    cr_assert(add("c"));
    cr_expect_eq(fake_module_tokens(free_label_of("a")), 1);
    cr_assert(add("a") && natt_token_remove(module, "b", &any, &err));
    cr_expect(fake_module_tokens(free_label_of("a")) == 0 && fake_module_tokens(free_label_of("b")) == 1);
    cr_assert(natt_token_remove(module, "a", &any, &err));
    cr_expect_not(natt_token_remove(module, "a", &any, &err));
    expect_error(NATT_PROVISION_E_NOT_FOUND, "there is no token with this label: a");
}

/* A token of another state directory: its PIN is tried once, and another slot is used. */
Test(token, free_token_of_others_is_left)
{
    cr_assert(add("a") && natt_token_remove(module, "a", &any, &err));
    struct fake_slot *theirs = fake_module_slot(free_label_of("a"));
    (void)strcpy(theirs->so_pin, "another");
    for (unsigned tries = 2; tries > 0; tries--) {
        fake_module_fails(FAKE_FUNCTIONS, 0, 0, CKR_OK); /* counting starts here */
        cr_assert(add("a"), "%s", err.message);
        cr_expect_eq(fake->calls[FAKE_INIT_TOKEN], tries);
        cr_expect(fake_module_slot("a") != theirs && theirs->pin_tried);
        cr_assert(natt_token_remove(module, "a", &any, &err));
    }
    cr_expect_str_eq(theirs->label, free_label_of("a"));
}

/* If a module locks tokens after wrong PINs, a loop would lock all of them. */
Test(token, free_tokens_of_others_are_tried_up_to_a_limit)
{
    for (fake->slot_count = 0; fake->slot_count <= NATT_TOKEN_MAX_REFUSED; fake->slot_count++) {
        fake->slots[fake->slot_count].initialised = true;
        (void)strcpy(fake->slots[fake->slot_count].label, NATT_TOKEN_FREE_PREFIX "x");
        (void)strcpy(fake->slots[fake->slot_count].so_pin, "another");
    }
    cr_expect_not(add("a"));
    expect_error(NATT_PROVISION_E_TOO_MANY, "all 128 slots are taken: 64 free tokens of the module belong to others");
    cr_expect_not(fake->slots[NATT_TOKEN_MAX_REFUSED].pin_tried && fake->slots[0].pin_tried);
}

/* The security officer's PIN is ours: its failure does not mean that the user's PIN is wrong. */
Test(token, refused_login_of_the_security_officer_is_a_failure_of_the_module)
{
    fake_module_fails(FAKE_LOGIN, 1, 1, CKR_PIN_INCORRECT);
    cr_expect_not(add("a"));
    expect_error(NATT_PROVISION_E_MODULE, "the PKCS #11 module failed: C_Login");
    cr_expect_eq(err.ckr, CKR_PIN_INCORRECT);
}

Test(token, login_works_with_the_pin_alone)
{
    cr_assert(add("a"));
    cr_expect(natt_token_login_works(module, "a", &any, "1234", &err));
    cr_expect_not(natt_token_login_works(module, "a", &any, "1235", &err));
    expect_error(NATT_PROVISION_E_PIN_WRONG, "the PIN is wrong: C_Login");
    cr_expect_eq(err.ckr, CKR_PIN_INCORRECT);
    cr_expect_not(natt_token_login_works(module, "b", &any, "1234", &err));
    cr_expect_eq(err.code, NATT_PROVISION_E_NOT_FOUND);
    cr_expect(!fake->open && fake->opened == fake->closed);
}

/* ---- consumers can use the token's content ---- */

#define UNUSABLE "the token's key cannot be used: "

static bool check_keys(size_t count)
{
    return natt_token_check_keys(module, "a", &any, "1234", keys, count, &err);
}

static void expect_unusable(const char *why, size_t key)
{
    cr_expect_not(check_keys(COUNT_OF(keys)));
    expect_error(NATT_PROVISION_E_OBJECTS, why);
    cr_expect_eq(err.key, key, "%s: %zu", why, err.key);
    cr_expect(!fake->open && fake->opened == fake->closed);
}

Test(token, keys_that_sign_are_found)
{
    cr_assert(add("a"), "%s", err.message);
    cr_expect(check_keys(COUNT_OF(keys)), "%s", err.message);
    cr_expect_not(natt_token_check_keys(module, "a", &any, "1235", keys, COUNT_OF(keys), &err));
    cr_expect_eq(err.code, NATT_PROVISION_E_PIN_WRONG);
    cr_expect_not(natt_token_check_keys(module, "b", &any, "1234", keys, COUNT_OF(keys), &err));
    cr_expect_eq(err.code, NATT_PROVISION_E_NOT_FOUND);
}

/* Each object in turn is missing, and then exists twice. */
Test(token, missing_and_doubled_objects_are_told)
{
    static const struct {
        const char *missing, *doubled;
        size_t key;
    } cases[] = {
        {UNUSABLE "its id does not have exactly one private key",
         UNUSABLE "its id does not have exactly one private key", 0},
        {UNUSABLE "its id does not have exactly one public key", UNUSABLE "its id does not have exactly one public key",
         0},
        {UNUSABLE "its leaf certificate is missing", UNUSABLE "its leaf certificate is missing", 0},
        {NULL, NULL, 0}, /* the issuer's */
        {UNUSABLE "its id does not have exactly one private key",
         UNUSABLE "its id does not have exactly one private key", 1},
        {UNUSABLE "its id does not have exactly one public key", UNUSABLE "its id does not have exactly one public key",
         1},
    };
    cr_assert(add("a"));
    struct fake_slot *slot = fake_module_slot("a");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct fake_object object = slot->objects[i];
        slot->objects[i].class = FAKE_DESTROYED;
        if (cases[i].missing != NULL)
            expect_unusable(cases[i].missing, cases[i].key);
        slot->objects[i] = object;
        slot->objects[slot->object_count++] = object;
        if (cases[i].doubled != NULL)
            expect_unusable(cases[i].doubled, cases[i].key);
        slot->object_count--;
    }
    cr_expect(check_keys(COUNT_OF(keys)));
}

Test(token, private_key_that_nobody_knows_is_told)
{
    cr_assert(add("a"));
    struct fake_slot *slot = fake_module_slot("a");
    slot->objects[slot->object_count] = slot->objects[0];
    slot->objects[slot->object_count++].id = 9;
    expect_unusable(UNUSABLE "the token has 3 private keys instead of 2", NATT_PROVISION_NO_INDEX);
    cr_expect_not(check_keys(0));
    cr_expect_eq(err.code, NATT_PROVISION_E_OBJECTS);
}

/* A different private key under this id, with this key's public half: its signatures show it. */
Test(token, exchanged_keys_are_told)
{
    cr_assert(add("a"));
    struct fake_object *objects = fake_module_slot("a")->objects;
    objects[0].value[31] ^= 1;
    expect_unusable(UNUSABLE "its signature is not valid for this key", 0);
    objects[0].value[31] ^= 1;
    objects[4].private_exponent[objects[4].private_len - 1] ^= 2;
    expect_unusable(UNUSABLE "its signature is not valid for this key", 1);
    objects[4].private_exponent[objects[4].private_len - 1] ^= 2;
    for (size_t i = 1; i < 6; i += 4) { /* the public ones */
        objects[i].value[40] ^= 1;
        expect_unusable(UNUSABLE "the public key of its id is a different one", i / 4);
        objects[i].value[40] ^= 1;
    }
    objects[5].exponent[0] ^= 1;
    expect_unusable(UNUSABLE "the public key of its id is a different one", 1);
    objects[5].exponent[0] ^= 1;
    objects[2].value[40] ^= 1;
    expect_unusable(UNUSABLE "its leaf certificate is missing", 0);
    objects[2].value[40] ^= 1;
    cr_expect(check_keys(COUNT_OF(keys)));
}

Test(token, other_labels_are_told)
{
    cr_assert(add("a"));
    struct fake_object *objects = fake_module_slot("a")->objects;
    objects[4].label[0] = 'R';
    expect_unusable(UNUSABLE "the private key of its id has a different label", 1);
    objects[4].label[0] = 'r';
    objects[1].label[0] = 'W';
    expect_unusable(UNUSABLE "the public key of its id is a different one", 0);
}

Test(token, key_that_the_module_cannot_use_leaves_no_token)
{
    fake_module_fails(FAKE_SIGN, 2, 1, CKR_GENERAL_ERROR);
    cr_expect_not(add("a"));
    expect_error(NATT_PROVISION_E_OBJECTS, UNUSABLE "the module does not sign with it");
    cr_expect(err.key == 1 && err.ckr == CKR_GENERAL_ERROR && fake_module_tokens("a") == 0);
}

Test(token, full_module_has_no_slot)
{
    char label[16];
    fake->max_slots = 3;
    for (int i = 0; i < 3; i++) {
        (void)snprintf(label, sizeof label, "t%d", i);
        cr_expect(add(label));
    }
    cr_expect_not(add("t3"));
    expect_error(NATT_PROVISION_E_TOO_MANY, "all 128 slots are taken: the module has no free slot");
}

Test(token, module_that_does_not_open_is_told)
{
    natt_pkcs11_close(module);
    module = natt_pkcs11_open("/nonexistent.so", SO_PIN, &err);
    cr_expect(module == NULL && err.code == NATT_PROVISION_E_MODULE && contains(err.message, "/nonexistent.so"));
    fake_module_fails(FAKE_GET_FUNCTION_LIST, 1, 1, CKR_GENERAL_ERROR);
    cr_expect_null(natt_pkcs11_open(fake_module_path(), SO_PIN, &err));
    expect_error(NATT_PROVISION_E_MODULE, "the PKCS #11 module failed: C_GetFunctionList");
    fake_module_fails(FAKE_INITIALIZE, 1, 1, CKR_GENERAL_ERROR);
    cr_expect_null(natt_pkcs11_open(fake_module_path(), SO_PIN, &err));
    expect_error(NATT_PROVISION_E_MODULE, "the PKCS #11 module failed: C_Initialize");
    fake_module_works();
    fake->no_list = true;
    cr_expect_null(natt_pkcs11_open(fake_module_path(), SO_PIN, &err));
    cr_expect_eq(err.code, NATT_PROVISION_E_MODULE);
    cr_expect_not(fake->initialised);
}
