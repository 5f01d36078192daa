/*
 * Keys that are not on P-384, where everything else agrees with them: algorithms, sizes and signatures are right for
 * the key. A verifier that takes the algorithm from the key, or that never asks for the curve, accepts them; one that
 * copies a coordinate of fixed size crashes.
 */
#include "vectors/generator/steps.h"

#define ES384 "44a1013822"
#define ES256 "43a10126"
#define ES512 "44a1013823"

#define BEHIND_2 2 /* the head of SubjectPublicKeyInfo, before its AlgorithmIdentifier */
#define BEHIND_3 3
#define BEHIND_4 4

#define ANY_CURVE DIFFER("RFC 9053 does not tie ES384 to a curve. The AWS documentation has no other curve than P-384.")
#define ANY_CA                                                                                                         \
    DIFFER("RFC 5280 allows CAs with any key, and only AWS can create this chain. All genuine keys are on P-384.")

#define SIGNED_BY(header, key, scheme, half)                                                                           \
    DO(FOREIGN_KEY(LEAF, key), ENVELOPE(protected_header, header), FOREIGN_SIGN(DOC, key, scheme, half))
#define OTHER_HEADER(id, header, key, scheme, half, ...)                                                               \
    REFUSE("key-" id, HIGH, COSE_PROTECTED, SIGNED_BY(header, key, scheme, half), __VA_ARGS__)
#define OTHER_SIZE(id, key, scheme, half, ...)                                                                         \
    REFUSE("key-" id, HIGH, COSE_SIGNATURE_SIZE, SIGNED_BY(ES384, key, scheme, half), __VA_ARGS__)
#define PADDED(id, key, ...)                                                                                           \
    REFUSE("key-" id, HIGH, X509_KEY_ALGORITHM, TBS(LEAF, E_SPKI, BEHIND_2), SIGNED_BY(ES384, key, "SHA-384", 48),     \
           __VA_ARGS__)
#define OTHER_HASH(id, scheme, text)                                                                                   \
    REFUSE("key-" id, HIGH, COSE_SIGNATURE, SIGNED_BY(ES384, "P-384", scheme, 48), text)

#define ECDSA(hash) "300a06082a8648ce3d04030" hash
#define RSA(hash)   "300d06092a864886f70d0101" hash "0500"
#define SHA384_OID  "300d06096086480165030402020500"
#define PSS_384                                                                                                        \
    "304106092a864886f70d01010a3034 a00f" SHA384_OID " a11c301a06092a864886f70d010108" SHA384_OID " a203020130"
#define ED25519 "300506032b6570"
#define CA_KEY(id, cert, key, behind, algorithm, scheme, text)                                                         \
    REFUSE("key-" id, MEDIUM, X509_KEY_ALGORITHM, TBS(cert, E_SPKI, behind),                                           \
           DO(FOREIGN_KEY(cert, key), SIGNED_WITH((cert) + 1, algorithm), FOREIGN_SIGN((cert) + 1, key, scheme, 0)),   \
           text, ANY_CA)
#define CA_HASH(id, algorithm, scheme, text)                                                                           \
    REFUSE("key-" id, MEDIUM, X509_SIGNATURE_ALGORITHM, TBS(LEAF, E_ALGORITHM, 0),                                     \
           DO(FOREIGN_KEY(INSTANCE, "P-384"), SIGNED_WITH(LEAF, algorithm), FOREIGN_SIGN(LEAF, "P-384", scheme, 0)),   \
           text, ANY_CA)

static const struct natt_row rows[] = {
    OTHER_SIZE("leaf-p256-with-es384", "P-256", "SHA-384", 32,
               "The leaf has a key on P-256 and signs with SHA-384, so r and s have 32 bytes each.", ANY_CURVE),
    PADDED(
        "leaf-p256-with-es384-padded", "P-256",
        "The leaf has a key on P-256. r and s are padded to 48 bytes each, as for P-384. RFC 9053 2.1 gives their size "
        "by the curve."),
    OTHER_SIZE("leaf-secp256k1-with-es384", "secp256k1", "SHA-384", 32,
               "The leaf has a key on secp256k1 and signs with SHA-384, so r and s have 32 bytes each."),
    PADDED("leaf-secp256k1-with-es384-padded", "secp256k1",
           "The leaf has a key on secp256k1. r and s are padded to 48 bytes each, as for P-384."),
    OTHER_SIZE("leaf-p521-with-es384", "P-521", "SHA-384", 66,
               "The leaf has a key on P-521 and signs with SHA-384, so r and s have 66 bytes each.", ANY_CURVE),
    OTHER_HEADER("leaf-p256-with-es256", ES256, "P-256", "SHA-256", 32,
                 "The leaf has a key on P-256, and the algorithm is ES256. AWS uses ES384 only."),
    OTHER_HEADER("leaf-p521-with-es512", ES512, "P-521", "SHA-512", 66,
                 "The leaf has a key on P-521, and the algorithm is ES512. AWS uses ES384 only."),
    OTHER_HEADER("leaf-secp256k1-with-es256k", "44a101382e", "secp256k1", "SHA-256", 32,
                 "The leaf has a key on secp256k1, and the algorithm is ES256K."),
    OTHER_HEADER("leaf-p384-with-es256", ES256, "P-384", "SHA-256", 48,
                 "The algorithm is ES256. The leaf's key on P-384 signed the SHA-256 digest, so only the algorithm is "
                 "not that of AWS."),
    OTHER_HEADER("leaf-p384-with-es512", ES512, "P-384", "SHA-512", 48,
                 "The algorithm is ES512. The leaf's key on P-384 signed the SHA-512 digest, so only the algorithm is "
                 "not that of AWS."),
    OTHER_HASH("leaf-p384-signs-sha256-as-es384", "SHA-256",
               "The algorithm is ES384, but the leaf's key signed the SHA-256 digest."),
    OTHER_HASH("leaf-p384-signs-sha512-as-es384", "SHA-512",
               "The algorithm is ES384, but the leaf's key signed the SHA-512 digest."),
    OTHER_HEADER("leaf-rsa-with-ps256", "44a1013824", "RSA-PSS", "SHA-256", 0,
                 "The leaf has an RSASSA-PSS key, and the algorithm is PS256."),
    OTHER_HEADER("leaf-rsa-with-ps384", "44a1013825", "RSA-PSS", "SHA-384", 0,
                 "The leaf has an RSASSA-PSS key, and the algorithm is PS384."),
    OTHER_HEADER("leaf-rsa-with-rs384", "45a101390101", "RSA", "SHA-384", 0,
                 "The leaf has an RSA key, and the algorithm is RS384 (RSASSA-PKCS1-v1_5)."),
    OTHER_SIZE("leaf-rsa-with-es384", "RSA", "SHA-384", 0,
               "The leaf has an RSA key and signed with it, and the algorithm is ES384."),
    OTHER_SIZE("leaf-rsa-pss-with-es384", "RSA-PSS", "SHA-384", 0,
               "The leaf has an RSASSA-PSS key and signed with it, and the algorithm is ES384."),
    OTHER_HEADER("leaf-ed25519-with-eddsa", "43a10127", "Ed25519", "", 0,
                 "The leaf has an Ed25519 key, and the algorithm is EdDSA."),
    OTHER_SIZE("leaf-ed25519-with-es384", "Ed25519", "", 0,
               "The leaf has an Ed25519 key and signed with it, and the algorithm is ES384."),

    CA_KEY("instance-p256-sha384", INSTANCE, "P-256", BEHIND_2, ECDSA("3"), "SHA-384",
           "The instance certificate has a key on P-256 and signed the leaf with ecdsa-with-SHA384."),
    CA_KEY("instance-p256-sha256", INSTANCE, "P-256", BEHIND_2, ECDSA("2"), "SHA-256",
           "The instance certificate has a key on P-256 and signed the leaf with ecdsa-with-SHA256."),
    CA_KEY("instance-p521-sha384", INSTANCE, "P-521", BEHIND_3, ECDSA("3"), "SHA-384",
           "The instance certificate has a key on P-521 and signed the leaf with ecdsa-with-SHA384."),
    CA_KEY("instance-p521-sha512", INSTANCE, "P-521", BEHIND_3, ECDSA("4"), "SHA-512",
           "The instance certificate has a key on P-521 and signed the leaf with ecdsa-with-SHA512."),
    CA_KEY("instance-secp256k1-sha384", INSTANCE, "secp256k1", BEHIND_2, ECDSA("3"), "SHA-384",
           "The instance certificate has a key on secp256k1 and signed the leaf with ecdsa-with-SHA384."),
    CA_KEY("instance-rsa-sha256", INSTANCE, "RSA", BEHIND_4, RSA("0b"), "SHA-256",
           "The instance certificate has an RSA key and signed the leaf with sha256WithRSAEncryption."),
    CA_KEY("instance-rsa-sha384", INSTANCE, "RSA", BEHIND_4, RSA("0c"), "SHA-384",
           "The instance certificate has an RSA key and signed the leaf with sha384WithRSAEncryption."),
    CA_KEY("instance-rsa-pss", INSTANCE, "RSA-PSS", BEHIND_4, PSS_384, "SHA-384",
           "The instance certificate has an RSASSA-PSS key and signed the leaf with it and SHA-384."),
    CA_KEY("instance-ed25519", INSTANCE, "Ed25519", BEHIND_2, ED25519, "",
           "The instance certificate has an Ed25519 key and signed the leaf with it."),
    CA_KEY("zonal-p256-sha384", 2, "P-256", BEHIND_2, ECDSA("3"), "SHA-384",
           "The zonal certificate has a key on P-256 and signed the instance certificate with ecdsa-with-SHA384."),
    CA_KEY("zonal-p521-sha384", 2, "P-521", BEHIND_3, ECDSA("3"), "SHA-384",
           "The zonal certificate has a key on P-521 and signed the instance certificate with ecdsa-with-SHA384."),
    CA_KEY("zonal-rsa-sha384", 2, "RSA", BEHIND_4, RSA("0c"), "SHA-384",
           "The zonal certificate has an RSA key and signed the instance certificate with sha384WithRSAEncryption."),
    CA_KEY("regional-p256-sha384", 1, "P-256", BEHIND_2, ECDSA("3"), "SHA-384",
           "The regional certificate has a key on P-256 and signed the zonal certificate with ecdsa-with-SHA384."),
    CA_KEY("regional-rsa-sha384", 1, "RSA", BEHIND_4, RSA("0c"), "SHA-384",
           "The regional certificate has an RSA key and signed the zonal certificate with sha384WithRSAEncryption."),
    CA_HASH(
        "instance-p384-sha256", ECDSA("2"), "SHA-256",
        "The instance certificate's key on P-384 signed the leaf with ecdsa-with-SHA256, which both algorithm fields "
        "name."),
    CA_HASH(
        "instance-p384-sha512", ECDSA("4"), "SHA-512",
        "The instance certificate's key on P-384 signed the leaf with ecdsa-with-SHA512, which both algorithm fields "
        "name."),
    REFUSE("key-instance-p384-signs-sha256-as-sha384", HIGH, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0),
           DO(FOREIGN_KEY(INSTANCE, "P-384"), FOREIGN_SIGN(LEAF, "P-384", "SHA-256", 0)),
           "Both algorithm fields of the leaf name ecdsa-with-SHA384, but its issuer signed the SHA-256 digest."),
    ALLOWED("key-instance-and-leaf-p384-equal", "chain-valid", "R-X509-08 R-CHAIN-11",
            DO(FOREIGN_KEY(INSTANCE, "P-384"), FOREIGN_KEY(LEAF, "P-384"), FOREIGN_SIGN(LEAF, "P-384", "SHA-384", 0),
               FOREIGN_SIGN(DOC, "P-384", "SHA-384", 48)),
            "The instance certificate and the leaf have the same key on P-384. Nothing forbids it."),
};

GROUP(keys, "Leaves and CAs whose keys are not on P-384, with algorithms and signatures that are right for the key.")
