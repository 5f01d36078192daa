/*
 * Databases of wrapped keys [nsm/provision/database.h]. Properties: an accepted database is within its limits, has
 * unique ids and labels, and each certificate begins on its own line; written as an array, and as an object if it has
 * one key, it parses to the same keys; an error has a message.
 */
#include <inttypes.h>

#include <jansson.h>

#include "fuzz/property.h"
#include "nsm/provision/database.h"

static uint64_t executions, taken, keys_seen, certificates;

static void print_counts(void)
{
    (void)fprintf(stderr,
                  "provision_database: %" PRIu64 " executions, taken %" PRIu64 ", keys %" PRIu64
                  ", with certificates %" PRIu64 "\n",
                  executions, taken, keys_seen, certificates);
}

static bool same(natt_bytes a, natt_bytes b)
{
    return (a.ptr == NULL) == (b.ptr == NULL) && a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static void check_pem(natt_bytes pem)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----";
    const size_t len = sizeof begin - 1;
    MUST(pem.ptr == NULL || (pem.len > 0 && pem.ptr[pem.len - 1] == '\n'));
    for (size_t i = 1; pem.ptr != NULL && i + len <= pem.len; i++)
        MUST(memcmp(pem.ptr + i, begin, len) != 0 || pem.ptr[i - 1] == '\n');
}

static void check_key(const natt_database *database, size_t place)
{
    const natt_database_key *key = natt_database_key_at(database, place);
    MUST(key->id <= 255 && strlen(key->label) >= 1 && strlen(key->label) <= NATT_DATABASE_MAX_LABEL);
    MUST(key->wrapped.len >= 1 && key->wrapped.len <= NATT_KMS_CLIENT_MAX_CIPHERTEXT);
    check_pem(key->pem);
    for (size_t i = 0; i < place; i++) {
        const natt_database_key *other = natt_database_key_at(database, i);
        MUST(other->id != key->id && strcmp(other->label, key->label) != 0);
    }
    keys_seen++;
    certificates += key->pem.ptr != NULL ? 1 : 0;
}

static void check_again(const natt_database_key *keys, size_t count, const char *text, bool labels)
{
    natt_provision_error err;
    MUST(text != NULL);
    natt_database *again = natt_database_parse((natt_bytes){(const uint8_t *)text, strlen(text)}, "label", &err);
    MUST(again != NULL && natt_database_key_count(again) == count);
    for (size_t i = 0; i < count; i++) {
        const natt_database_key *key = natt_database_key_at(again, i);
        MUST(same(key->wrapped, keys[i].wrapped) && same(key->pem, keys[i].pem));
        MUST(!labels || (key->id == keys[i].id && strcmp(key->label, keys[i].label) == 0));
    }
    natt_database_free(again);
}

static void check_written(const natt_database *database)
{
    const natt_database_key *keys = natt_database_key_at(database, 0);
    const size_t count = natt_database_key_count(database);
    char *text = natt_database_write_array(keys, count);
    check_again(keys, count, text, true);
    free(text);
    text = natt_database_write_object(keys);
    check_again(keys, 1, text, false);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_provision_error err;
    if (executions++ == 0 && getenv("NATT_FUZZ_COUNTS") != NULL)
        (void)atexit(print_counts);
    natt_database *database = natt_database_parse((natt_bytes){data, size}, "label", &err);
    MUST((database != NULL) == (err.code == NATT_PROVISION_OK) && err.message[0] != '\0');
    if (database == NULL)
        return 0;
    taken++;
    MUST(natt_database_key_count(database) >= 1 && natt_database_key_count(database) <= NATT_DATABASE_MAX_KEYS);
    for (size_t i = 0; i < natt_database_key_count(database); i++)
        check_key(database, i);
    check_written(database);
    natt_database_free(database);
    return 0;
}
