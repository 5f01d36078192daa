/* Databases: both forms, faults of every member, every limit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/provision/database_json.h"
#include "nsm/provision/test/support.h"

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END   "-----END CERTIFICATE-----"
#define LEAF      PEM_BEGIN "\nAAAA\n" PEM_END
#define ISSUER    PEM_BEGIN "\nBBBB\n" PEM_END
#define ROW(more) "{\"encrypted_pem_b64\":\"AQID\",\"id\":7,\"label\":\"web\"" more "}"

static natt_database *database;

static void end(void)
{
    natt_database_free(database);
    database = NULL;
}

TestSuite(database, .fini = end);

static const natt_database_key *first(void)
{
    return natt_database_key_at(database, 0);
}

static bool parse(const char *text)
{
    natt_database_free(database);
    database = natt_database_parse(view(text), "acm-key", &err);
    return database != NULL;
}

static bool parse_format(const char *format, const char *text)
{
    size_t len = strlen(format) + strlen(text) + 1;
    char *json = malloc(len);
    cr_assert_not_null(json);
    (void)snprintf(json, len, format, text);
    bool parsed = parse(json);
    free(json);
    return parsed;
}

static char *repeated(char c, size_t count)
{
    char *text = malloc(count + 1);
    cr_assert_not_null(text);
    memset(text, c, count);
    text[count] = '\0';
    return text;
}

Test(database, array_is_read)
{
    cr_assert(parse("[" ROW(",\"cert_pem\":\"x\"") ",{\"label\":\"b\",\"id\":0,\"encrypted_pem_b64\":\"BA==\"}]"));
    cr_assert_eq(natt_database_key_count(database), 2);
    cr_expect(first()->id == 7 && strcmp(first()->label, "web") == 0);
    cr_expect(bytes_are(first()->wrapped, "\1\2\3") && bytes_are(first()->pem, "x\n"));
    const natt_database_key *second = natt_database_key_at(database, 1);
    cr_expect(second->id == 0 && strcmp(second->label, "b") == 0 && bytes_are(second->wrapped, "\4"));
    cr_expect(second->pem.ptr == NULL && natt_database_key_at(database, 2) == NULL);
    cr_expect_eq(err.code, NATT_PROVISION_OK);
}

Test(database, object_is_one_key_with_the_label_of_the_caller)
{
    cr_assert(parse("{\"certificate\":\"" PEM_BEGIN "\\nA\\n" PEM_END "\",\"certificateChain\":\"" PEM_BEGIN
                    "\\nB\\n" PEM_END "\",\"encryptedPrivateKey\":\"AQID\",\"encryptionMethod\":5}"));
    cr_assert_eq(natt_database_key_count(database), 1);
    cr_expect(first()->id == 1 && strcmp(first()->label, "acm-key") == 0 && bytes_are(first()->wrapped, "\1\2\3"));
    cr_expect(bytes_are(first()->pem, PEM_BEGIN "\nA\n" PEM_END "\n" PEM_BEGIN "\nB\n" PEM_END "\n"));
}

Test(database, first_token_decides)
{
    cr_expect(parse(" \n\t[" ROW("") "]"));
    cr_expect(parse("\r\n {\"encryptedPrivateKey\":\"AQID\",\"certificate\":\"\"}"));
    cr_expect_not(parse("5"));
    expect_error(NATT_PROVISION_E_DATABASE, "the database of keys cannot be read: line 1, column 1: '[' or '{' "
                                            "expected near '5'");
    cr_expect_not(parse("[" ROW("") "] x"));
    cr_expect_not(parse("[" ROW("")));
    cr_expect_not(parse("[" ROW(",\"id\":8") "]"));
    cr_expect(contains(err.message, "duplicate object key"));
}

/* Adds a newline before each BEGIN without one, and at the end. */
Test(database, certificates_stand_on_lines_of_their_own)
{
    static const struct {
        const char *json, *pem;
    } cases[] = {
        {PEM_BEGIN "A" PEM_END PEM_BEGIN "B" PEM_END, PEM_BEGIN "A" PEM_END "\n" PEM_BEGIN "B" PEM_END "\n"},
        {"A" PEM_END "\\n" PEM_BEGIN "B", "A" PEM_END "\n" PEM_BEGIN "B\n"},
        {"A" PEM_END "\\r\\n" PEM_BEGIN "B\\r\\n", "A" PEM_END "\r\n" PEM_BEGIN "B\r\n"},
        {PEM_BEGIN, PEM_BEGIN "\n"},
        {PEM_BEGIN PEM_BEGIN PEM_BEGIN, PEM_BEGIN "\n" PEM_BEGIN "\n" PEM_BEGIN "\n"},
        {"\\n", "\n"},
        {"a", "a\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cr_assert(parse_format("[" ROW(",\"cert_pem\":\"%s\"") "]", cases[i].json), "%zu", i);
        cr_expect(bytes_are(first()->pem, cases[i].pem), "%zu: %.*s", i, (int)first()->pem.len, first()->pem.ptr);
    }
}

Test(database, certificates_may_be_absent)
{
    static const char *const absent[] = {"", ",\"cert_pem\":null", ",\"cert_pem\":\"\""};
    for (size_t i = 0; i < COUNT_OF(absent); i++) {
        cr_assert(parse_format("[{\"encrypted_pem_b64\":\"AQID\",\"id\":7,\"label\":\"web\"%s}]", absent[i]));
        cr_expect(first()->pem.ptr == NULL && first()->pem.len == 0);
    }
    cr_expect(parse("{\"encryptedPrivateKey\":\"AQID\",\"certificate\":\"\",\"certificateChain\":null}"));
    cr_expect(first()->pem.ptr == NULL);
    cr_expect(parse("{\"encryptedPrivateKey\":\"AQID\",\"certificate\":\"\",\"certificateChain\":\"b\"}"));
    cr_expect(bytes_are(first()->pem, "b\n"));
    cr_expect(parse("{\"encryptedPrivateKey\":\"AQID\",\"certificate\":\"a\"}"));
    cr_expect(bytes_are(first()->pem, "a\n"));
}

#define TEXT     "the database of keys cannot be read: "
#define WRAPPED  TEXT "member \"encrypted_pem_b64\" must be "
#define ID       TEXT "member \"id\" must be an integer from 0 to 255"
#define LABEL    TEXT "member \"label\" must be a string of 1 to 63 bytes"
#define CERT_PEM TEXT "member \"cert_pem\" must be a string or null"
#define OBJECT   "{\"encryptedPrivateKey\":\"AQID\","
#define B64      "base64 of 1 to 6144 bytes"

Test(database, wrong_members_are_named)
{
    static const struct {
        const char *json, *message;
    } cases[] = {
        {"[5]", WRAPPED "a string"},
        {"[null]", WRAPPED "a string"},
        {"[{}]", WRAPPED "a string"},
        {"[{\"encrypted_pem_b64\":5}]", WRAPPED "a string"},
        {"[{\"encrypted_pem_b64\":\"\",\"id\":1,\"label\":\"a\"}]", WRAPPED B64},
        {"[{\"encrypted_pem_b64\":\"A\",\"id\":1,\"label\":\"a\"}]", WRAPPED B64},
        {"[{\"encrypted_pem_b64\":\"A*==\",\"id\":1,\"label\":\"a\"}]", WRAPPED B64},
        {"[{\"encrypted_pem_b64\":\"AA==\",\"id\":1}]", LABEL},
        {"[{\"encrypted_pem_b64\":\"AA==\",\"id\":1,\"label\":null}]", LABEL},
        {"[{\"encrypted_pem_b64\":\"AA==\",\"id\":1,\"label\":\"\"}]", LABEL},
        {"[{\"encrypted_pem_b64\":\"AA==\",\"label\":\"a\"}]", ID},
        {"[{\"encrypted_pem_b64\":\"AA==\",\"label\":\"a\",\"id\":null}]", ID},
        {"[{\"encrypted_pem_b64\":\"AA==\",\"label\":\"a\",\"id\":\"1\"}]", ID},
        {"[{\"encrypted_pem_b64\":\"AA==\",\"label\":\"a\",\"id\":1.0}]", ID},
        {"[{\"encrypted_pem_b64\":\"AA==\",\"label\":\"a\",\"id\":-1}]", ID},
        {"[{\"encrypted_pem_b64\":\"AA==\",\"label\":\"a\",\"id\":256}]", ID},
        {"[{\"encrypted_pem_b64\":\"AA==\",\"label\":\"a\",\"id\":4294967296}]", ID},
        {"[" ROW(",\"cert_pem\":5") "]", CERT_PEM},
        {"[" ROW(",\"cert_pem\":[]") "]", CERT_PEM},
        {"{}", TEXT "member \"encryptedPrivateKey\" must be a string"},
        {"{\"encryptedPrivateKey\":5}", TEXT "member \"encryptedPrivateKey\" must be a string"},
        {OBJECT "\"a\":1}", TEXT "member \"certificate\" must be a string"},
        {OBJECT "\"certificate\":null}", TEXT "member \"certificate\" must be a string"},
        {OBJECT "\"certificate\":\"\",\"certificateChain\":5}",
         TEXT "member \"certificateChain\" must be a string or null"},
        {"{\"encryptedPrivateKey\":\"*\",\"certificate\":\"\"}", TEXT "member \"encryptedPrivateKey\" must be " B64},
        {"[]", TEXT "it has 0 keys; 1 to 256 are expected"},
        {"", TEXT "it has 0 bytes; 1 to 4194304 are expected"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cr_expect_not(parse(cases[i].json), "%s", cases[i].json);
        expect_error(NATT_PROVISION_E_DATABASE, cases[i].message);
        cr_expect_eq(err.key, cases[i].json[0] == '[' && cases[i].json[1] != ']' ? 0 : NATT_PROVISION_NO_INDEX, "%zu",
                     i);
    }
}

Test(database, the_wrong_key_is_counted)
{
    cr_expect_not(parse("[" ROW("") ",{\"encrypted_pem_b64\":\"AA==\",\"id\":1,\"label\":\"\"}]"));
    cr_expect_eq(err.key, 1);
}

Test(database, ids_and_labels_are_unique)
{
    cr_expect_not(parse("[" ROW("") ",{\"encrypted_pem_b64\":\"AA==\",\"id\":7,\"label\":\"b\"}]"));
    expect_error(NATT_PROVISION_E_KEY_ID_TWICE, "two keys have the same id: 7");
    cr_expect(err.key_id == 7 && err.key == 1);
    cr_expect_not(parse("[{\"encrypted_pem_b64\":\"AA==\",\"id\":1,\"label\":\"we\\nb\"},"
                        "{\"encrypted_pem_b64\":\"AA==\",\"id\":2,\"label\":\"we\\nb\"}]"));
    expect_error(NATT_PROVISION_E_KEY_LABEL_TWICE, "two keys have the same label: we?b");
    cr_expect(strcmp(err.key_label, "we\nb") == 0 && err.key == 1);
    cr_expect(parse("[" ROW("") ",{\"encrypted_pem_b64\":\"AA==\",\"id\":8,\"label\":\"Web\"}]"));
}

Test(database, id_limits)
{
    cr_expect(parse("[{\"encrypted_pem_b64\":\"AA==\",\"id\":255,\"label\":\"b\"}]") && first()->id == 255);
    cr_expect(parse("[{\"encrypted_pem_b64\":\"AA==\",\"id\":0,\"label\":\"b\"}]") && first()->id == 0);
}

Test(database, label_limits)
{
    for (size_t len = 1; len <= 64; len++) {
        char *label = repeated('l', len);
        cr_expect_eq(parse_format("[{\"encrypted_pem_b64\":\"AA==\",\"id\":1,\"label\":\"%s\"}]", label), len <= 63);
        free(label);
    }
    expect_error(NATT_PROVISION_E_DATABASE, LABEL);
}

/* 6144 bytes are 8192 characters. */
Test(database, wrapped_limits)
{
    char *most = repeated('A', 8192), *more = repeated('A', 8194);
    cr_expect(parse_format("[{\"encrypted_pem_b64\":\"%s\",\"id\":1,\"label\":\"a\"}]", most));
    cr_expect_eq(first()->wrapped.len, 6144);
    memcpy(more + 8192, "==", 2);
    cr_expect_not(parse_format("[{\"encrypted_pem_b64\":\"%s==\",\"id\":1,\"label\":\"a\"}]", more));
    memcpy(more + 8192, "AA", 2);
    cr_expect_not(parse_format("[{\"encrypted_pem_b64\":\"%s==\",\"id\":1,\"label\":\"a\"}]", more));
    expect_error(NATT_PROVISION_E_DATABASE, WRAPPED B64);
    more[8191] = '=';
    more[8192] = '\0';
    cr_expect(parse_format("[{\"encrypted_pem_b64\":\"%s\",\"id\":1,\"label\":\"a\"}]", more));
    cr_expect_eq(first()->wrapped.len, 6143);
    cr_expect(parse("[{\"encrypted_pem_b64\":\"AQ\\nID\\r\\nBA==\\n\",\"id\":1,\"label\":\"a\"}]"));
    cr_expect(bytes_are(first()->wrapped, "\1\2\3\4"));
    free(most);
    free(more);
}

static bool parse_keys(size_t count)
{
    char *json = malloc(count * 80 + 3), *at = json;
    cr_assert_not_null(json);
    *at++ = '[';
    for (size_t i = 0; i < count; i++)
        at += sprintf(at, "%s{\"encrypted_pem_b64\":\"AA==\",\"id\":%zu,\"label\":\"%zu\"}", i == 0 ? "" : ",", i % 256,
                      i);
    (void)strcpy(at, "]");
    bool parsed = parse(json);
    free(json);
    return parsed;
}

Test(database, key_limits)
{
    cr_expect(parse_keys(1) && parse_keys(255) && parse_keys(256));
    cr_expect(natt_database_key_count(database) == 256 && natt_database_key_at(database, 255)->id == 255);
    cr_expect_not(parse_keys(257));
    expect_error(NATT_PROVISION_E_DATABASE, TEXT "it has 257 keys; 1 to 256 are expected");
}

Test(database, size_limits)
{
    char *text = repeated(' ', NATT_DATABASE_MAX_SIZE + 1);
    memcpy(text, "[" ROW("") "]", sizeof "[" ROW("") "]" - 1);
    cr_expect_not(parse(text));
    expect_error(NATT_PROVISION_E_DATABASE, TEXT "it has 4194305 bytes; 1 to 4194304 are expected");
    text[NATT_DATABASE_MAX_SIZE] = '\0';
    cr_expect(parse(text));
    text[NATT_DATABASE_MAX_SIZE - 1] = '\0';
    cr_expect(parse(text));
    free(text);
}

/* The keys of a request of the RPC may be an empty array. */
Test(database, array_in_json_may_be_empty)
{
    json_t *array = json_array(), *object = json_object();
    database = natt_database_from_json(array, &err);
    cr_assert(database != NULL && natt_database_key_count(database) == 0 && natt_database_key_at(database, 0) == NULL);
    json_decref(array); /* the database has its own reference */
    cr_expect_null(natt_database_from_json(object, &err));
    expect_error(NATT_PROVISION_E_DATABASE, TEXT "member \"keys\" must be an array");
    cr_expect_null(natt_database_from_json(NULL, &err));
    json_decref(object);
    cr_expect_null(natt_database_parse(view("[]"), "", NULL)); /* without an error object */
}

static void expect_same(const natt_database_key *a, const natt_database_key *b)
{
    cr_expect(a->wrapped.len == b->wrapped.len && memcmp(a->wrapped.ptr, b->wrapped.ptr, a->wrapped.len) == 0);
    cr_expect((a->pem.ptr == NULL) == (b->pem.ptr == NULL) && a->pem.len == b->pem.len);
    cr_expect(a->pem.len == 0 || memcmp(a->pem.ptr, b->pem.ptr, a->pem.len) == 0, "%.*s", (int)b->pem.len, b->pem.ptr);
}

Test(database, array_is_written)
{
    natt_database_key keys[] = {{view("\1\2\3"), 9, "a\"b", {NULL, 0}}, {view("k"), 255, "c", view(LEAF "\n")}};
    char *text = natt_database_write_array(keys, 2);
    cr_assert(text != NULL && parse(text) && natt_database_key_count(database) == 2);
    for (size_t i = 0; i < 2; i++) {
        expect_same(&keys[i], natt_database_key_at(database, i));
        cr_expect(natt_database_key_at(database, i)->id == keys[i].id);
        cr_expect_str_eq(natt_database_key_at(database, i)->label, keys[i].label);
    }
    free(text);
}

Test(database, object_is_written)
{
    static const char *const pem[] = {LEAF "\n", LEAF "\n" ISSUER "\n", LEAF "\r\n" ISSUER "\r\n",
                                      "text\n" LEAF "\rS\n" ISSUER "\n" ISSUER "\n", "no certificate\n"};
    for (size_t i = 0; i < COUNT_OF(pem); i++) {
        natt_database_key key = {view("\1\2\3"), 1, "", view(pem[i])};
        char *text = natt_database_write_object(&key);
        cr_assert(text != NULL && parse(text));
        expect_same(&key, first());
        cr_expect(contains(text, "\"encryptionMethod\": \"SYMMETRIC_DEFAULT\""));
        free(text);
    }
}

Test(database, leaf_and_chain_are_members_of_the_object)
{
    natt_database_key key = {view("\1"), 1, "", view(LEAF ISSUER)};
    char *text = natt_database_write_object(&key);
    cr_assert_not_null(text);
    cr_expect(contains(text, "\"certificate\": \"" PEM_BEGIN "\\nAAAA\\n" PEM_END "\""), "%s", text);
    cr_expect(contains(text, "\"certificateChain\": \"" PEM_BEGIN "\\nBBBB\\n" PEM_END "\""), "%s", text);
    free(text);
    key.pem = (natt_bytes){NULL, 0};
    text = natt_database_write_object(&key);
    cr_assert(text != NULL && parse(text));
    cr_expect(first()->pem.ptr == NULL);
    free(text);
}

Test(database, text_that_is_not_utf8_is_not_written)
{
    natt_database_key key = {view("\1"), 1, "\xff", {NULL, 0}};
    cr_expect_null(natt_database_write_array(&key, 1));
    key = (natt_database_key){view("\1"), 1, "a", view("\xff")};
    cr_expect_null(natt_database_write_array(&key, 1));
    cr_expect_null(natt_database_write_object(&key));
}
