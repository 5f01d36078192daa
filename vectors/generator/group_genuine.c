/*
 * References to genuine documents that AWS signed. Their bytes are not included because they name machines of other
 * people. The numbers come from the files.
 */
#include "vectors/generator/steps.h"

#define NOW_IN_2026 1795000000000 /* 2026-11-18, after all of them have expired */
#define BOUND       FLAG("require-module-binding")

#define OF(of_kind, name, sha) .genuine = {name, sha}, .base = {.kind = of_kind}
#define EXPIRED(id, offset, ...)                                                                                       \
    REFUSE(                                                                                                            \
        "genuine-" id "-expired", HIGH, "certificate-expired", NATT_E_TIME_EXPIRED, 1, START(offset),                  \
        DO(FLAG("allow-debug"), UNLIMITED, AT_MS(NOW_IN_2026)),                                                        \
        "A genuine document has expired. The verifier reports the regional certificate, the first that has expired.",  \
        __VA_ARGS__)
/* `stamp`: the timestamp in milliseconds; `offset`: of the regional certificate */
#define GENUINE(of_kind, id, stamp, offset, sha, ...)                                                                  \
    ALLOWED("genuine-" id "-archive", "genuine", "R-COSE-10 R-CHAIN-11 R-EXPECT-06",                                   \
            DO(FLAG("allow-debug"), BOUND, ARCHIVE, AT_MS(NOW_IN_2026)),                                               \
            "A genuine document is verified in archive mode. Its certificates name its module.",                       \
            OF(of_kind, id ".bin", sha), __VA_ARGS__),                                                                 \
        ALLOWED("genuine-" id "-at-its-time", "genuine", "R-TIME-01 R-TIME-02 R-TIME-06",                              \
                DO(FLAG("allow-debug"), AT_MS(stamp)),                                                                 \
                "A genuine document is verified in the millisecond of its timestamp.", OF(of_kind, id ".bin", sha),    \
                __VA_ARGS__),                                                                                          \
        EXPIRED(id, offset, OF(of_kind, id ".bin", sha))
#define ENCLAVE(id, stamp, offset, sha) GENUINE(NATT_KIND_ENCLAVE, "enclave-" id, stamp, offset, sha, .policy = NULL)
#define OF_1024(id, stamp, offset, sha) GENUINE(NATT_KIND_ENCLAVE, "enclave-" id, stamp, offset, sha, SIZES_DIFFER)
#define NOT_ALLOWED(id, sha)                                                                                           \
    REFUSE("genuine-enclave-" id "-debug", CRITICAL, EXPECT_DEBUG(0), START(104), DO(ARCHIVE, AT_MS(NOW_IN_2026)),     \
           "A genuine document comes from a debug enclave, and the verifier does not allow debug mode.",               \
           OF(NATT_KIND_ENCLAVE, "enclave-" id ".bin", sha))
#define DEBUG(id, stamp, offset, sha) ENCLAVE(id, stamp, offset, sha), NOT_ALLOWED(id, sha)
#define MODIFIED                                                                                                       \
    OF(NATT_KIND_ENCLAVE, "enclave-2024-a9-BAD-SIGNATURE.bin",                                                         \
       "5f42eb915e451a2fbefc541e068d71a23243d19a32241cd84dc28b8e9123e874"),                                            \
        REACH("anybody")
static const struct natt_row rows[] = {
    DEBUG("2021-a9-debug", 1614963709526, 2121, "883eaa6cbccb1a173608cc0382199c22ac724203a773e8daa3fedc6d5d7152b9"),
    DEBUG("2022-a9-debug", 1665582606081, 2120, "46591b92f9abefaace22a6d7ea4ca9c7007dfdbe788fbe8634b230ec2043a789"),
    ENCLAVE("2022-a9-pcr8-nonce256", 1665651482136, 2120,
            "a72552688ab6de06b9039ebda2bd5ae9285860ec886f841da94351681dfb3eb6"),
    DEBUG("2023-a9-debug-nonce256", 1695049410860, 2121,
          "6f80ac250af2f06f1e423051f64a8b29926cc474a728d0bf1f7a4d21074ec9e5"),
    ENCLAVE("2024-a9-pubkey64", 1723012689640, 2122,
            "883f54f947d1f8074e980163cb5daa2a4f5449beaddbcea59ac16a80689e9cd1"),
    DEBUG("2024-a9-debug-eternis", 1725911352400, 2120,
          "8056eefb696e0e5d178f9d6cb81f7ef0d4bb084cbac9507663b1a31d89e00385"),
    REFUSE("genuine-enclave-2024-a9-bad-signature-archive", CRITICAL, "cose-signature", NATT_E_COSE_SIGNATURE, NO_ITEM,
           START(4458), DO(FLAG("allow-debug"), ARCHIVE, AT_MS(NOW_IN_2026)),
           "A genuine document was modified, so its signature is not valid.", MODIFIED),
    EXPIRED("enclave-2024-a9-bad-signature", 2120, MODIFIED),
    OF_1024("2024-a9-max-fields-1024", 1725719859545, 2120,
            "72ffd835a669cad29f11314fb4185bd89eaed2762e30dc25282c663606ee30ee"),
    OF_1024("2024-a9-debug-max-fields-1024", 1725719886508, 2119,
            "f67dfb87bcae0916bf4b4b6a35572e590ec6f8dd49323dda4727e6fcc39a62ec"),
    NOT_ALLOWED("2024-a9-debug-max-fields-1024", "f67dfb87bcae0916bf4b4b6a35572e590ec6f8dd49323dda4727e6fcc39a62ec"),
    ENCLAVE("2025-a9-pubkey32", 1744683923696, 2120,
            "7e91645364199fec8fa8324b613e5a98cdf48c8df9fb659b9a2ccb10438fba3c"),
    ENCLAVE("2025-a9-17pcrs", 1745922759691, 2173, "7b0ca130a8e2332b6544d60d0724b1e9e8bceba66ee5019385d1b6b16cabf2af"),
    ENCLAVE("2025-bf-userdata64", 1766678659346, 2120,
            "54ae0f973da0c7400abc2ff53fa38e352a9097a3c2ee16bd1f7664829bd1d387"),
    DEBUG("2025-bf-debug", 1766650846577, 2121, "1c921bd764eb93ff553beef4a967a72a19da844b5a8177da4789ac76b9906450"),
    GENUINE(NATT_KIND_NITROTPM, "nitrotpm-2026-bf-24pcrs", 1770113522437, 2527,
            "8df530572d54b37331c3113be6e7e450f4e49dd5630212ee6ca45583fb09ebd2", .policy = NULL),
};

GROUP(genuine, "Documents signed by AWS, identified by SHA-256. The runner needs its own copies of them.")
