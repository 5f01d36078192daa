/*
 * Edits of genuine documents, which are not included, as in group_genuine.c. Anyone who has a genuine document can
 * make them. The numbers come from the files.
 */
#include "vectors/generator/steps.h"

#define AT_BYTE(offset, remove, hex)                                                                                   \
    {                                                                                                                  \
        offset, remove, hex                                                                                            \
    }
#define EDITED(d, ...)                                                                                                 \
    .genuine = {FILE_##d, SHA_##d, (const struct natt_patch_edit[]){__VA_ARGS__, {0, 0, NULL}}},                       \
    .base = {.kind = KIND_##d}, REACH("anybody")
#define IN_TIME(d) DO(FLAG("allow-debug"), AT_MS(STAMP_##d))

/* What a place in the document, or a number in it, is. BYTE: the first one of a field that its enclave chose. */
#define ID_enclave    "enclave-"
#define FILE_enclave  "enclave-2025-bf-userdata64.bin"
#define SHA_enclave   "54ae0f973da0c7400abc2ff53fa38e352a9097a3c2ee16bd1f7664829bd1d387"
#define KIND_enclave  NATT_KIND_ENCLAVE
#define STAMP_enclave 1766678659346
#define LEN_enclave   4526
#define BYTE_enclave  AT_BYTE(4356, 1, "e2")
#define PCR0_enclave  104
#define TIME_enclave  AT_BYTE(94, 1, "11")
#define LAST_enclave  "38"
#define N_S_enclave   "308ace954f36cfb8ebd2c7b945ffc8e96a6d5900feacaad6ca54567235d25351f445887e3ca5309cd48a5bd3a1cac53a"
#define KEY_enclave   1325
#define LEAF_enclave  1473
#define SIGN_enclave                                                                                                   \
    "cef2dde52aa48d3155c2c655cf3f792e2d9e2edd26c1ab221d3b8db3813ec24e3cdb844c845b08f0b0414a7bc4d03739"                 \
    "1f4049e51f5adc5a9691ec4d0266122d1670c22a75f265dfce2bf1d07f0a2131527423dd4af2522310d039578dce5519"

#define ID_older    "enclave-2025-a9-"
#define FILE_older  "enclave-2025-a9-pubkey32.bin"
#define SHA_older   "7e91645364199fec8fa8324b613e5a98cdf48c8df9fb659b9a2ccb10438fba3c"
#define KIND_older  NATT_KIND_ENCLAVE
#define STAMP_older 1744683923696
#define LEN_older   4492
#define BYTE_older  AT_BYTE(4344, 1, "e9")
#define PCR0_older  104
#define TIME_older  AT_BYTE(94, 1, "ef")
#define LAST_older  "a0"
#define N_S_older   "32255c48b4b5c47097e5ff30ceedcd2299c071c36398486d58e7afc3fd9f4ca9c9ded5a7ba39d6f21198bc0a4f2e70d2"
#define KEY_older   1325
#define LEAF_older  1473
#define SIGN_older                                                                                                     \
    "29bbb8ef169b13f3c0d0c02d53c6be47eb8baa61dec051e58af433f485e261e5de7e03a288bae12edf2765c57a0498a5"                 \
    "5f14976371250fcccf6102369392f62b81f00ea092fbc08be3ce337f5322533436925e66f05e5f3b707152eb4b96e02c"

#define ID_tpm    "nitrotpm-"
#define FILE_tpm  "nitrotpm-2026-bf-24pcrs.bin"
#define SHA_tpm   "8df530572d54b37331c3113be6e7e450f4e49dd5630212ee6ca45583fb09ebd2"
#define KIND_tpm  NATT_KIND_NITROTPM
#define STAMP_tpm 1770113522437
#define LEN_tpm   4964
#define BYTE_tpm  AT_BYTE(4833, 1, "22")
#define PCR0_tpm  114
#define TIME_tpm  AT_BYTE(94, 1, "04")
#define LAST_tpm  "25"
#define N_S_tpm   "cde60c6743837349a36516c2968568be9133f21235b0b3f67665145bfea6bd3ec4afc5caba6789dc0ae388614e1b314f"
#define KEY_tpm   1731
#define LEAF_tpm  1879
#define SIGN_tpm                                                                                                       \
    "e431bb501b7efa1b8225c0500630fe37774fba3c333af719f328a84259417a1d01623e43f31b1c83ad6aa33d69b90517"                 \
    "9eab96ec6506f5b8fdea35a4f4a54ba252d722f5822609b8f63e7155a328c2adc1f0971366462498d635ecbdf6d5f003"

/* A key that no AWS certificate has. SIGN is its signature over the document with it in the leaf. */
#define OWN_KEY                                                                                                        \
    "04cb7837bb9967482af3d727d27e5cc4d0e5775850ca1be89817fb7f3e5382874930d61613f9690b66041801ed6769490b"               \
    "62cf35587c62730653bd20692d3e93e7825d1a74a6213739ff2a27d172bf4393c199bd189c340ea5f15215bf896391ae"
#define PCR_ONES "111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111"

#define GOOD(d, id, rules_text, text, ...)                                                                             \
    ALLOWED("patched-" ID_##d id, "valid-form", rules_text, IN_TIME(d), text, EDITED(d, __VA_ARGS__))
#define SIGNED(d, id, text, ...)                                                                                       \
    REFUSE("patched-" ID_##d id, CRITICAL, "cose-signature", NATT_E_COSE_SIGNATURE, NO_ITEM, START(LEN_##d - 96),      \
           IN_TIME(d), text, EDITED(d, __VA_ARGS__))
#define BAD(d, id, ...) REFUSE("patched-" ID_##d id, __VA_ARGS__)
#define MAY_IGNORE                                                                                                     \
    DIFFER("RFC 9052 lets a verifier ignore a parameter that it does not use. The AWS documentation says that the "    \
           "unprotected header is empty."),                                                                            \
        TAGS("genuine-form")

#define PATCHES(d)                                                                                                     \
    GOOD(d, "tagged", "R-COSE-02", "Tag 18 is added to a genuine document, which has none.", AT_BYTE(0, 0, "d2")),     \
        GOOD(d, "other-s", "R-COSE-10",                                                                                \
             "s of a genuine document is replaced by n - s. The signature is valid, and anyone can make this twin.",   \
             AT_BYTE(LEN_##d - 48, 48, N_S_##d)),                                                                      \
        BAD(d, "tagged-twice", MEDIUM, COSE_TAG, START(1), IN_TIME(d), "Tag 18 is added twice to a genuine document.", \
            EDITED(d, AT_BYTE(0, 0, "d2d2"))),                                                                         \
        BAD(d, "trailing-byte", MEDIUM, COSE_TRAILING, START(LEN_##d), IN_TIME(d),                                     \
            "A zero byte follows a genuine document.", EDITED(d, AT_BYTE(LEN_##d, 0, "00"))),                          \
        BAD(d, "unprotected-kid", MEDIUM, COSE_UNPROTECTED, IN_TIME(d),                                                \
            "A key identifier is added to the unprotected header of a genuine document.", MAY_IGNORE,                  \
            EDITED(d, AT_BYTE(6, 1, "a10441aa"))),                                                                     \
        BAD(d, "truncated", MEDIUM, CBOR_TRUNCATED(none), START(LEN_##d - 96), IN_TIME(d),                             \
            "The last byte of a genuine document is missing.", EDITED(d, AT_BYTE(LEN_##d - 1, 1, ""))),                \
        BAD(d, "half", MEDIUM, CBOR_TRUNCATED(none), START(10), IN_TIME(d),                                            \
            "A genuine document ends after 2000 bytes.", EDITED(d, AT_BYTE(2000, LEN_##d - 2000, ""))),                \
        SIGNED(d, "value-bit", "One bit of a value that the caller chose is changed in a genuine document.",           \
               BYTE_##d),                                                                                              \
        SIGNED(d, "timestamp", "The timestamp of a genuine document is one millisecond earlier.", TIME_##d),           \
        SIGNED(d, "pcr0", "PCR0 of a genuine document is replaced.", AT_BYTE(PCR0_##d, 48, PCR_ONES)),                 \
        SIGNED(d, "signature-bit", "The last bit of the signature of a genuine document is changed.",                  \
               AT_BYTE(LEN_##d - 1, 1, LAST_##d)),                                                                     \
        BAD(d, "own-leaf", CRITICAL, CHAIN_SIGNATURE, 4, START(LEAF_##d), IN_TIME(d),                                  \
            "The leaf of a genuine document has the key of somebody else, who signed the document. The certificates "  \
            "above it are genuine.",                                                                                   \
            EDITED(d, AT_BYTE(KEY_##d, 97, OWN_KEY), AT_BYTE(LEN_##d - 96, 96, SIGN_##d)))

#define FILE_debug  "enclave-2025-bf-debug.bin"
#define SHA_debug   "1c921bd764eb93ff553beef4a967a72a19da844b5a8177da4789ac76b9906450"
#define KIND_debug  NATT_KIND_ENCLAVE
#define STAMP_debug 1766650846577
#define ID_debug    "debug-"
#define LEN_debug   4529

static const struct natt_row rows[] = {
    PATCHES(enclave),
    PATCHES(older),
    PATCHES(tpm),
    REFUSE("patched-debug-as-production", CRITICAL, "cose-signature", NATT_E_COSE_SIGNATURE, NO_ITEM,
           START(LEN_debug - 96), DO(AT_MS(STAMP_debug)),
           "PCR0, PCR1 and PCR2 of a genuine document of a debug enclave are replaced by other values.",
           EDITED(debug, AT_BYTE(104, 48, PCR_ONES), AT_BYTE(155, 48, PCR_ONES), AT_BYTE(206, 48, PCR_ONES))),
};

GROUP(patched, "Edits of documents signed by AWS, which the runner needs: their SHA-256, and a patch.")
