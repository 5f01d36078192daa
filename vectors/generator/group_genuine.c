/*
 * Genuine documents, signed by AWS, by reference: their bytes carry names of other people's machines. The numbers were
 * read off the files.
 */
#include "vectors/generator/steps.h"

#define NOW_IN_2026 1795000000000 /* 2026-11-18, when every one of them has expired */
#define BOUND       FLAG("require-module-binding")

#define OF(name, sha, of_kind) .genuine = {name, sha}, .base = {.kind = of_kind}
#define HOLDS(id, file, sha, of_kind, stamp)                                                                           \
    ACCEPT("genuine-" id "-archive", "genuine", "R-COSE-10 R-CHAIN-11 R-EXPECT-06",                                    \
           "A genuine document, judged at its own time: its certificates name its module.",                            \
           DO(FLAG("allow-debug"), BOUND, ARCHIVE, AT_MS(NOW_IN_2026)), OF(file, sha, of_kind)),                       \
        ACCEPT("genuine-" id "-at-its-time", "genuine", "R-TIME-01 R-TIME-02 R-TIME-06",                               \
               "A genuine document in the millisecond in which it was made.", DO(FLAG("allow-debug"), AT_MS(stamp)),   \
               OF(file, sha, of_kind))
#define EXPIRED(id, file, sha, of_kind, offset)                                                                        \
    REFUSE("genuine-" id "-expired", HIGH, TIME_EXPIRED, 1, START(offset),                                             \
           "A genuine document long after its time: the regional certificate is the first that has expired.",          \
           DO(FLAG("allow-debug"), UNLIMITED, AT_MS(NOW_IN_2026)), OF(file, sha, of_kind))
#define DEBUG(id, file, sha, of_kind, offset)                                                                          \
    REFUSE("genuine-" id "-debug", CRITICAL, EXPECT_DEBUG(0), START(offset),                                           \
           "A genuine document of a debug enclave, where debug mode is not allowed.", DO(ARCHIVE, AT_MS(NOW_IN_2026)), \
           OF(file, sha, of_kind))
#define TAMPERED(id, file, sha, of_kind, signature, offset)                                                            \
    REFUSE("genuine-" id "-archive", CRITICAL, COSE_SIGNATURE, START(signature),                                       \
           "A genuine document that somebody changed: the signature does not hold.",                                   \
           DO(FLAG("allow-debug"), ARCHIVE, AT_MS(NOW_IN_2026)), OF(file, sha, of_kind)),                              \
        EXPIRED(id, file, sha, of_kind, offset)
static const struct natt_vector rows[] = {
    HOLDS("enclave-2021-a9-debug", "enclave-2021-a9-debug.bin",
          "883eaa6cbccb1a173608cc0382199c22ac724203a773e8daa3fedc6d5d7152b9", NATT_KIND_ENCLAVE, 1614963709526),
    EXPIRED("enclave-2021-a9-debug", "enclave-2021-a9-debug.bin",
            "883eaa6cbccb1a173608cc0382199c22ac724203a773e8daa3fedc6d5d7152b9", NATT_KIND_ENCLAVE, 2121),
    DEBUG("enclave-2021-a9-debug", "enclave-2021-a9-debug.bin",
          "883eaa6cbccb1a173608cc0382199c22ac724203a773e8daa3fedc6d5d7152b9", NATT_KIND_ENCLAVE, 104),
    HOLDS("enclave-2022-a9-debug", "enclave-2022-a9-debug.bin",
          "46591b92f9abefaace22a6d7ea4ca9c7007dfdbe788fbe8634b230ec2043a789", NATT_KIND_ENCLAVE, 1665582606081),
    EXPIRED("enclave-2022-a9-debug", "enclave-2022-a9-debug.bin",
            "46591b92f9abefaace22a6d7ea4ca9c7007dfdbe788fbe8634b230ec2043a789", NATT_KIND_ENCLAVE, 2120),
    DEBUG("enclave-2022-a9-debug", "enclave-2022-a9-debug.bin",
          "46591b92f9abefaace22a6d7ea4ca9c7007dfdbe788fbe8634b230ec2043a789", NATT_KIND_ENCLAVE, 104),
    HOLDS("enclave-2022-a9-pcr8-nonce256", "enclave-2022-a9-pcr8-nonce256.bin",
          "a72552688ab6de06b9039ebda2bd5ae9285860ec886f841da94351681dfb3eb6", NATT_KIND_ENCLAVE, 1665651482136),
    EXPIRED("enclave-2022-a9-pcr8-nonce256", "enclave-2022-a9-pcr8-nonce256.bin",
            "a72552688ab6de06b9039ebda2bd5ae9285860ec886f841da94351681dfb3eb6", NATT_KIND_ENCLAVE, 2120),
    HOLDS("enclave-2023-a9-debug-nonce256", "enclave-2023-a9-debug-nonce256.bin",
          "6f80ac250af2f06f1e423051f64a8b29926cc474a728d0bf1f7a4d21074ec9e5", NATT_KIND_ENCLAVE, 1695049410860),
    EXPIRED("enclave-2023-a9-debug-nonce256", "enclave-2023-a9-debug-nonce256.bin",
            "6f80ac250af2f06f1e423051f64a8b29926cc474a728d0bf1f7a4d21074ec9e5", NATT_KIND_ENCLAVE, 2121),
    DEBUG("enclave-2023-a9-debug-nonce256", "enclave-2023-a9-debug-nonce256.bin",
          "6f80ac250af2f06f1e423051f64a8b29926cc474a728d0bf1f7a4d21074ec9e5", NATT_KIND_ENCLAVE, 104),
    HOLDS("enclave-2024-a9-pubkey64", "enclave-2024-a9-pubkey64.bin",
          "883f54f947d1f8074e980163cb5daa2a4f5449beaddbcea59ac16a80689e9cd1", NATT_KIND_ENCLAVE, 1723012689640),
    EXPIRED("enclave-2024-a9-pubkey64", "enclave-2024-a9-pubkey64.bin",
            "883f54f947d1f8074e980163cb5daa2a4f5449beaddbcea59ac16a80689e9cd1", NATT_KIND_ENCLAVE, 2122),
    HOLDS("enclave-2024-a9-debug-eternis", "enclave-2024-a9-debug-eternis.bin",
          "8056eefb696e0e5d178f9d6cb81f7ef0d4bb084cbac9507663b1a31d89e00385", NATT_KIND_ENCLAVE, 1725911352400),
    EXPIRED("enclave-2024-a9-debug-eternis", "enclave-2024-a9-debug-eternis.bin",
            "8056eefb696e0e5d178f9d6cb81f7ef0d4bb084cbac9507663b1a31d89e00385", NATT_KIND_ENCLAVE, 2120),
    DEBUG("enclave-2024-a9-debug-eternis", "enclave-2024-a9-debug-eternis.bin",
          "8056eefb696e0e5d178f9d6cb81f7ef0d4bb084cbac9507663b1a31d89e00385", NATT_KIND_ENCLAVE, 104),
    TAMPERED("enclave-2024-a9-bad-signature", "enclave-2024-a9-BAD-SIGNATURE.bin",
             "5f42eb915e451a2fbefc541e068d71a23243d19a32241cd84dc28b8e9123e874", NATT_KIND_ENCLAVE, 4458, 2120),
    HOLDS("enclave-2024-a9-max-fields-1024", "enclave-2024-a9-max-fields-1024.bin",
          "72ffd835a669cad29f11314fb4185bd89eaed2762e30dc25282c663606ee30ee", NATT_KIND_ENCLAVE, 1725719859545),
    EXPIRED("enclave-2024-a9-max-fields-1024", "enclave-2024-a9-max-fields-1024.bin",
            "72ffd835a669cad29f11314fb4185bd89eaed2762e30dc25282c663606ee30ee", NATT_KIND_ENCLAVE, 2120),
    HOLDS("enclave-2024-a9-debug-max-fields-1024", "enclave-2024-a9-debug-max-fields-1024.bin",
          "f67dfb87bcae0916bf4b4b6a35572e590ec6f8dd49323dda4727e6fcc39a62ec", NATT_KIND_ENCLAVE, 1725719886508),
    EXPIRED("enclave-2024-a9-debug-max-fields-1024", "enclave-2024-a9-debug-max-fields-1024.bin",
            "f67dfb87bcae0916bf4b4b6a35572e590ec6f8dd49323dda4727e6fcc39a62ec", NATT_KIND_ENCLAVE, 2119),
    DEBUG("enclave-2024-a9-debug-max-fields-1024", "enclave-2024-a9-debug-max-fields-1024.bin",
          "f67dfb87bcae0916bf4b4b6a35572e590ec6f8dd49323dda4727e6fcc39a62ec", NATT_KIND_ENCLAVE, 104),
    HOLDS("enclave-2025-a9-pubkey32", "enclave-2025-a9-pubkey32.bin",
          "7e91645364199fec8fa8324b613e5a98cdf48c8df9fb659b9a2ccb10438fba3c", NATT_KIND_ENCLAVE, 1744683923696),
    EXPIRED("enclave-2025-a9-pubkey32", "enclave-2025-a9-pubkey32.bin",
            "7e91645364199fec8fa8324b613e5a98cdf48c8df9fb659b9a2ccb10438fba3c", NATT_KIND_ENCLAVE, 2120),
    HOLDS("enclave-2025-a9-17pcrs", "enclave-2025-a9-17pcrs.bin",
          "7b0ca130a8e2332b6544d60d0724b1e9e8bceba66ee5019385d1b6b16cabf2af", NATT_KIND_ENCLAVE, 1745922759691),
    EXPIRED("enclave-2025-a9-17pcrs", "enclave-2025-a9-17pcrs.bin",
            "7b0ca130a8e2332b6544d60d0724b1e9e8bceba66ee5019385d1b6b16cabf2af", NATT_KIND_ENCLAVE, 2173),
    HOLDS("enclave-2025-bf-userdata64", "enclave-2025-bf-userdata64.bin",
          "54ae0f973da0c7400abc2ff53fa38e352a9097a3c2ee16bd1f7664829bd1d387", NATT_KIND_ENCLAVE, 1766678659346),
    EXPIRED("enclave-2025-bf-userdata64", "enclave-2025-bf-userdata64.bin",
            "54ae0f973da0c7400abc2ff53fa38e352a9097a3c2ee16bd1f7664829bd1d387", NATT_KIND_ENCLAVE, 2120),
    HOLDS("enclave-2025-bf-debug", "enclave-2025-bf-debug.bin",
          "1c921bd764eb93ff553beef4a967a72a19da844b5a8177da4789ac76b9906450", NATT_KIND_ENCLAVE, 1766650846577),
    EXPIRED("enclave-2025-bf-debug", "enclave-2025-bf-debug.bin",
            "1c921bd764eb93ff553beef4a967a72a19da844b5a8177da4789ac76b9906450", NATT_KIND_ENCLAVE, 2121),
    DEBUG("enclave-2025-bf-debug", "enclave-2025-bf-debug.bin",
          "1c921bd764eb93ff553beef4a967a72a19da844b5a8177da4789ac76b9906450", NATT_KIND_ENCLAVE, 104),
    HOLDS("nitrotpm-2026-bf-24pcrs", "nitrotpm-2026-bf-24pcrs.bin",
          "8df530572d54b37331c3113be6e7e450f4e49dd5630212ee6ca45583fb09ebd2", NATT_KIND_NITROTPM, 1770113522437),
    EXPIRED("nitrotpm-2026-bf-24pcrs", "nitrotpm-2026-bf-24pcrs.bin",
            "8df530572d54b37331c3113be6e7e450f4e49dd5630212ee6ca45583fb09ebd2", NATT_KIND_NITROTPM, 2527),
};

const struct natt_vector_group natt_group_genuine = {
    "genuine",
    "Documents signed by AWS, by SHA-256: their bytes come from the runner's own collection.",
    {TABLE(rows)}};
