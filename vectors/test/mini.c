#include "mini.h"

#include "vectors/loader/loader.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char group[] =
    "{\"group\": \"mini\", \"format\": 3, \"version\": 1, \"description\": \"d\", \"roots\": {\"r\": \"MDAw\"}, "
    "\"vectors\": ["
    "{\"id\": \"one\", \"description\": \"One.\", \"rules\": [\"R-COSE-01\"], \"class\": \"c\", \"severity\": \"high\","
    " \"reach\": \"aws\", \"tags\": [\"pedantic\", \"der-strict\"], \"policy\": \"Because.\", \"document\": \"AAEC\", "
    "\"roots\": [\"r\"], \"now_ms\": 1760000000000, \"options\":"
    " {\"kind\": \"enclave\", \"time_mode\": \"now\", \"max_age_ms\": 5, \"max_future_ms\": 6, \"nonce\": \"0011\","
    " \"user_data\": {\"mode\": \"exact\", \"value\": \"22\"}, \"public_key\": {\"mode\": \"absent\"},"
    " \"module_id\": \"i-0\", \"limits\": \"aws-512\", \"flags\": [\"allow-debug\"], \"pcr_policy\": {\"version\": 1,"
    " \"sets\": [{\"name\": \"s\", \"pcrs\": {\"7\": [\"" MINI_PCR "\"]}}]},"
    " \"deny\": [{\"type\": \"serial\", \"issuer\": \"30\", \"value\": \"01\"}]},"
    " \"expect\": {\"result\": \"refuse\", \"code\": \"NATT_E_COSE_ARRAY\", \"offset\": 1, \"item\": null}},"
    "{\"id\": \"two\", \"description\": \"Two.\", \"rules\": [\"R-COSE-01\"], \"class\": \"c\", \"severity\": \"none\","
    " \"reach\": \"anybody\", \"tags\": [], \"document\": {\"sha256\": "
    "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\", \"file\": "
    "\"f\"},"
    " \"roots\": [\"r\"], \"now_ms\": 1760000000000, \"options\": {\"kind\": \"nitrotpm\", \"time_mode\": \"archive\","
    " \"flags\": [\"no-pcr-policy\"]}, \"expect\": {\"result\": \"accept\"}}]}\n";

static char folder[64];

const char *natt_mini_folder(void)
{
    char data[80];
    if (folder[0] != '\0')
        return folder;
    snprintf(folder, sizeof folder, "/tmp/natt-mini-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(data, sizeof data, "%s/data", folder);
    cr_assert_eq(mkdir(data, 0700), 0);
    return folder;
}

void natt_mini_put(const char *name, const void *bytes, size_t len)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", natt_mini_folder(), name);
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f);
    cr_assert_eq(fwrite(bytes, 1, len, f), len);
    cr_assert_eq(fclose(f), 0);
}

static void replace(char *out, size_t room, const char *text, const char *from, const char *to)
{
    const char *at = from != NULL ? strstr(text, from) : NULL;
    int len;
    cr_assert(from == NULL || at != NULL, "there is no %s", from);
    if (at == NULL)
        len = snprintf(out, room, "%s", text);
    else
        len = snprintf(out, room, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    cr_assert(len > 0 && (size_t)len < room);
}

static void put_manifest(const char *of, const char *from, const char *to)
{
    char sha256[NATT_VECTORS_SHA256_HEX], plain[600], text[900];
    cr_assert(natt_vectors_sha256_text(sha256, (natt_bytes){(const uint8_t *)of, strlen(of)}));
    snprintf(plain, sizeof plain,
             "{\"name\": \"n\", \"format\": 3, \"version\": 1, \"count\": 2, \"files\": [{\"file\": "
             "\"data/mini.json\", \"sha256\": \"%s\","
             " \"count\": 2}]}\n",
             sha256);
    replace(text, sizeof text, plain, from, to);
    natt_mini_put("manifest.json", text, strlen(text));
}

void natt_mini_write(const char *from, const char *to)
{
    static char text[4194304];
    replace(text, sizeof text, group, from, to);
    natt_mini_put("data/mini.json", text, strlen(text));
    put_manifest(text, NULL, NULL);
}

void natt_mini_write_manifest(const char *from, const char *to)
{
    natt_mini_put("data/mini.json", group, strlen(group));
    put_manifest(group, from, to);
}

void natt_mini_remove(void)
{
    static const char *const names[] = {"data/mini.json", "manifest.json", "data/abc", "data/huge", "data", ""};
    char path[200];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)remove(path);
    }
}
