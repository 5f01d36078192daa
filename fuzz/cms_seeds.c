/*
 * Writes seeds for cms: messages in each form, sealed for the key that the target opens them with.
 * usage: cms_seeds FOLDER
 */
#include "fuzz/property.h"
#include "nitro_attest/emulator.h"
#include "nitro_attest/recipient.h"
#include "nsm/test/recipient_keys.h"

#include <sys/stat.h>

#define NOW_MS UINT64_C(1760000000000)

static const char *base;

static void put(const char *name, size_t number, const uint8_t *bytes, size_t len)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/messages", base);
    MUST(n > 0 && (size_t)n < sizeof path - 64);
    (void)mkdir(path, 0777); /* it may already exist */
    (void)snprintf(path + n, sizeof path - (size_t)n, "/%s-%zu", name, number);
    FILE *f = fopen(path, "wb");
    MUST(f != NULL && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

static void attest(natt_verified *out, natt_nsm *nsm, natt_bytes root)
{
    static uint8_t document[NATT_NSM_MAX_RESPONSE];
    natt_bytes pem = {(const uint8_t *)test_key_pem, sizeof test_key_pem - 1};
    natt_recipient_key *key = natt_recipient_key_parse(pem, NULL);
    natt_options options = NATT_OPTIONS_INIT;
    size_t len = 0;
    MUST(key != NULL && natt_recipient_attest(key, document, sizeof document, &len, nsm, NULL, NULL));
    options.roots = &root;
    options.root_count = 1;
    options.time_mode = NATT_TIME_NOW;
    options.now_ms = NOW_MS;
    options.max_age_ms = NATT_UNLIMITED_MS;
    options.nonce_mode = NATT_NONCE_NOT_USED;
    options.flags = NATT_INSECURE_NO_PCR_POLICY;
    MUST(natt_verify(out, (natt_bytes){document, len}, &options, NULL, NULL));
    natt_recipient_key_free(key);
}

/* One seed for the right key, one for a different key, and one as LocalStack writes it. */
static void put_forms(const natt_verified *document, natt_recipient_encoding encoding, size_t len)
{
    static uint8_t seed[1 + NATT_RECIPIENT_MAX_SEALED], secret[2000];
    static size_t number;
    natt_recipient_seal_options options = NATT_RECIPIENT_SEAL_OPTIONS_INIT;
    size_t sealed;
    options.encoding = encoding;
    MUST(natt_recipient_seal(seed + 1, sizeof seed - 1, &sealed, document, (natt_bytes){secret, len}, &options, NULL));
    seed[0] = 0;
    put("ours", number, seed, 1 + sealed);
    seed[0] = 1;
    put("other", number, seed, 1 + sealed);
    seed[20] = 0;
    put("version-0", number, seed, 1 + sealed);
    number++;
}

int main(int argc, char **argv)
{
    static const size_t lengths[] = {1, 32, 1500};
    natt_emulator_options options = NATT_EMULATOR_OPTIONS_INIT;
    natt_nsm_options nsm_options = NATT_NSM_OPTIONS_INIT;
    natt_verified document = NATT_VERIFIED_INIT;
    natt_nsm nsm;
    MUST(argc == 2);
    base = argv[1];
    (void)mkdir(base, 0777);
    options.clock.fixed_ms = NOW_MS;
    natt_emulator *emulator = natt_emulator_new(&options, NULL);
    MUST(emulator != NULL);
    natt_nsm_transport transport = natt_emulator_transport(emulator);
    nsm_options.transport = &transport;
    MUST(natt_nsm_open(&nsm, &nsm_options, NULL));
    attest(&document, &nsm, natt_emulator_root(emulator));
    for (int encoding = NATT_RECIPIENT_BER; encoding <= NATT_RECIPIENT_DER; encoding++)
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
            put_forms(&document, (natt_recipient_encoding)encoding, lengths[i]);
    natt_nsm_close(&nsm);
    natt_emulator_free(emulator);
    printf("%zu messages\n", 9 * sizeof lengths / sizeof lengths[0]);
    return 0;
}
