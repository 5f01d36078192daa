/*
 * Checks that the mutator works: some changed and re-signed documents verify, and some are refused by rules that only
 * correctly signed documents reach. Prints TAP.
 */
#include "fuzz/property.h"
#include "fuzz/resign.h"
#include "fuzz/verdict.h"

#define ROUNDS 600

const bool fuzz_resign_signs = true;

/* Replaces the fuzzer's function: changes one byte. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
    static uint32_t state = 1;
    (void)max_size;
    for (int i = 0; i < 2; i++)
        state = state * 1103515245 + 12345;
    if (size > 0)
        data[state >> 8 & 0xffff ? (state >> 8) % size : 0] ^= (uint8_t)(1 + (state >> 28));
    return size;
}

int main(void)
{
    static uint8_t original[FUZZ_SELECTOR + NATT_MAX_DOCUMENT] = {0x0a}, bytes[FUZZ_SELECTOR + NATT_MAX_DOCUMENT];
    unsigned verified = 0, chain = 0, signatures = 0;
    size_t len;
    MUST(natt_issue(fuzz_issuer(), original + FUZZ_SELECTOR, NATT_MAX_DOCUMENT, &len, NULL, NULL));
    for (unsigned seed = 0; seed < ROUNDS; seed++) {
        natt_verified v = NATT_VERIFIED_INIT;
        natt_error err;
        memcpy(bytes, original, sizeof bytes);
        size_t size = LLVMFuzzerCustomMutator(bytes, FUZZ_SELECTOR + len, sizeof bytes, 3 * seed + 1 + seed % 2);
        natt_bytes in = {bytes, size};
        natt_options opt = fuzz_options(&in);
        verified += natt_verify(&v, in, &opt, NULL, &err) && memcmp(bytes, original, size) != 0;
        chain += err.code >= 500 && err.code < 600 && err.code != NATT_E_CHAIN_SIGNATURE;
        signatures += err.code == NATT_E_CHAIN_SIGNATURE || err.code == NATT_E_COSE_SIGNATURE;
    }
    printf("# of %d: %u changed and verified, %u refused by chain rules and times, %u by a signature\n", ROUNDS,
           verified, chain, signatures);
    printf("%sok 1 - re-signed documents reach the rules after the signatures\n1..1\n",
           verified > 20 && chain > 5 ? "" : "not ");
    return verified > 20 && chain > 5 ? 0 : 1;
}
