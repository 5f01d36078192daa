/*
 * ECDSA with chosen numbers, by the flags of Wycheproof's sets for P-384: as the signature of the leaf, whose issuer's
 * key may follow from the signature, and as the signature of the document, whose key must be known. Each text names the
 * flag. Sums that are infinite in the middle are missing: their digest would have to be chosen. FIPS 186-5 6.4.2 and
 * SEC 1 4.1.4 decide.
 */
#include "vectors/generator/steps.h"

#define MINUS_1 "#ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52972"
#define MINUS_2 "#ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52971"
#define HALF    "#7fffffffffffffffffffffffffffffffffffffffffffffffe3b1a6c0fa1b96efac0d06d9245853bd76760cb5666294ba"
#define SOME_X  "#6d1f3a905c8e27b4d96a0b3572ef81c4459d30ea67b2f81c9d04e75a3b8c61f02e97d4586ab13cf04785de269a1cb30f"
#define SOME_S  "#39e15c7a20d84bf6913a7ec05d2fb86417c9a3e05b6d18f2407e9cb31a5d86f2c04b7e9135da60f82c719be4035da6c1"
#define SOME_K  "#2b70e94d15ac38f6c0d7a1839e524bf6077ad15c3e98b204d6f1a97c5e30b8421f6d90ac75e3b8240d19f6ca573e08b1"
#define OTHER_K "#51d08a3f7c26e9b4108f5da3c7614e92b05f8d3ac1796e240b8fd5a3197c6e4208bf5dca3716e9420f8b5dca371e6940"

#define HOLDS(id, text, ...)                                                                                           \
    ALLOWED("ecdsa-certificate-" id, "ecdsa-arithmetic", "R-CHAIN-11", DO(__VA_ARGS__), "Signature of the leaf: " text)
#define HOLDS_DOC(id, text, ...)                                                                                       \
    ALLOWED("ecdsa-document-" id, "ecdsa-arithmetic", "R-COSE-10", DO(__VA_ARGS__), "Signature of the document: " text)
#define WRONG(id, text, ...)                                                                                           \
    REFUSE("ecdsa-certificate-" id, CRITICAL, CHAIN_SIGNATURE, MAGNITUDE(LEAF, 0), DO(__VA_ARGS__),                    \
           "Signature of the leaf: " text)
#define WRONG_DOC(id, text, ...)                                                                                       \
    REFUSE("ecdsa-document-" id, CRITICAL, COSE_SIGNATURE, DO(__VA_ARGS__), "Signature of the document: " text)

/* ---- x of R, and small r and s ---- */
#define SMALL(id, x, s, text)                                                                                          \
    HOLDS("small-" id, text " are small, or have a small inverse (SmallRandS).", KNOWN_POINT(LEAF, x, 1, s))
#define TWO_63 "#8000000000000000"
#define TWO_99 "#8000000000000000000000000"

/* ---- s and its inverse ---- */
#define INVERSE(id, number, what)                                                                                      \
    HOLDS("s-" id, "s is " what " (ModularInverse).", KNOWN_POINT(LEAF, SOME_X, 1, "=" number)),                       \
        HOLDS("inverse-of-s-" id, "The inverse of s is " what " (ModularInverse).",                                    \
              KNOWN_POINT(LEAF, SOME_X, 1, "=~" number))

/* ---- multipliers: u1 = e / s, u2 = r / s ---- */
#define MULTIPLIERS(id, number, what)                                                                                  \
    HOLDS("u1-" id, "The multiplier of G is " what " (ArithmeticError).",                                              \
          KNOWN_POINT(LEAF, SOME_X, 1, "=e*~" number)),                                                                \
        HOLDS("u2-" id, "The multiplier of the key is " what " (ArithmeticError).",                                    \
              KNOWN_POINT(LEAF, SOME_X, 1, "=r*~" number))

/* ---- keys and nonces that are small multiples of G ---- */
#define WITH(whose, d, k) KNOWN_KEY(whose, d), KNOWN_NONCE(whose, "=e*~" k "+r*" d "*~" k, k)
#define COLLIDING(id, d, k, text)                                                                                      \
    HOLDS("key-" id, text " (PointDuplication).", WITH(LEAF, d, k)),                                                   \
        HOLDS_DOC("key-" id, text " (PointDuplication).", WITH(DOC, d, k))
#define ODD_KEY(id, d, text)                                                                                           \
    HOLDS("key-with-" id, "The key of the issuer has " text " (EdgeCasePublicKey).", WITH(LEAF, d, SOME_K)),           \
        HOLDS_DOC("key-with-" id, "The key of the leaf has " text " (EdgeCasePublicKey).", WITH(DOC, d, SOME_K))

/* ---- digests ---- */
#define DIGEST(id, at, byte, what)                                                                                     \
    HOLDS("digest-" id, "The digest " what " (SpecialCaseHash).", DIGEST_BYTE(LEAF, at, byte)),                        \
        HOLDS_DOC("digest-" id, "The digest " what " (SpecialCaseHash).", DIGEST_BYTE(DOC, at, byte))

/* ---- numbers that are wrong ---- */
#define REPLACED(id, r, s, text)                                                                                       \
    WRONG("replaced-" id, text " (ModifiedInteger).", PAIR(LEAF, r, s)),                                               \
        WRONG_DOC("replaced-" id, text " (ModifiedInteger).", PAIR(DOC, r, s))

static const struct natt_row rows[] = {
    HOLDS("x-above-n",
          "x(R) is above n, so r = x - n is small. Only a comparison with r + n too accepts it "
          "(ArithmeticError).",
          KNOWN_POINT(LEAF, "n+#1", 1, SOME_S)),
    HOLDS("x-above-n-another", "x(R) is above n, so r = x - n is small. The second such x (ArithmeticError).",
          KNOWN_POINT(LEAF, "n+#8", 1, SOME_S)),
    HOLDS("x-largest", "x(R) is the largest coordinate, just below p (ArithmeticError).",
          KNOWN_POINT(LEAF, "p-#1", -1, SOME_S)),
    HOLDS("x-below-n", "x(R) is the largest below n, so r is just below n.", KNOWN_POINT(LEAF, "n-#1", -1, SOME_S)),
    HOLDS("x-smallest", "r is the smallest that a point has (SmallRandS).", KNOWN_POINT(LEAF, "#1", 1, SOME_S)),
    WRONG("x-must-not-wrap", "r + n is p + x(R). A comparison modulo p accepts it (ArithmeticError).",
          KNOWN_POINT(LEAF, "#0", 2, SOME_S)),
    WRONG("x-must-not-wrap-another",
          "r + n is p + x(R), for another R. A comparison modulo p accepts it "
          "(ArithmeticError).",
          KNOWN_POINT(LEAF, "#100", 2, SOME_S)),
    SMALL("r-s-1", "#1", "#1", "r, and s = 1,"),
    SMALL("r-s-3", "#1", "#3", "r, and s = 3,"),
    SMALL("r-s-half", "#1", "=~#2", "r, and s = 1/2,"),
    SMALL("r-s-one-fifth", "#1", "=~#5", "r, and s = 1/5,"),
    SMALL("r-s-2-64", "#1", "#10000000000000001", "r, and s = 2^64 + 1,"),
    SMALL("r-s-inverse-2-100", "#1", "=~#10000000000000000000000000", "r, and s = 1/2^100,"),
    SMALL("r-2-63-s-1", TWO_63, "#1", "r of 64 bits, and s = 1,"),
    SMALL("r-2-63-s-half", TWO_63, "=~#2", "r of 64 bits, and s = 1/2,"),
    SMALL("r-2-99-s-1", TWO_99, "#1", "r of 100 bits, and s = 1,"),
    SMALL("r-2-99-s-half", TWO_99, "=~#2", "r of 100 bits, and s = 1/2,"),

    INVERSE("2-1", "#2", "2"),
    INVERSE("2-31", "#80000000", "2^31"),
    INVERSE("2-32", "#100000000", "2^32"),
    INVERSE("2-63", TWO_63, "2^63"),
    INVERSE("2-64", "#10000000000000000", "2^64"),
    INVERSE("2-64-minus-1", "#ffffffffffffffff", "2^64 - 1"),
    INVERSE("2-128", "#100000000000000000000000000000000", "2^128"),
    INVERSE("2-192", "#1000000000000000000000000000000000000000000000000", "2^192"),
    INVERSE("2-256", "#10000000000000000000000000000000000000000000000000000000000000000", "2^256"),
    INVERSE("2-383",
            "#800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
            "2^383"),
    INVERSE("minus-2", MINUS_2, "n - 2"),
    INVERSE("aaaa", "#aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "aaaa...aa"),
    INVERSE("5555", "#555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555",
            "5555...55"),
    INVERSE("ffff0000",
            "#ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000",
            "ffff0000ffff0000...0000"),
    HOLDS("s-minus-1", "s is n - 1, its own inverse (ModularInverse).", KNOWN_POINT(LEAF, SOME_X, 1, MINUS_1)),

    MULTIPLIERS("1", "#1", "1"),
    MULTIPLIERS("2", "#2", "2"),
    MULTIPLIERS("minus-1", MINUS_1, "n - 1"),
    MULTIPLIERS("minus-2", MINUS_2, "n - 2"),
    MULTIPLIERS("2-383",
                "#800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
                "2^383"),
    MULTIPLIERS("2-255-minus-1", "#7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "2^255 - 1"),
    MULTIPLIERS("all-ones-in-windows",
                "#7bdef7bdef7bdef7bdef7bdef7bdef7bdef7bdef7bdef7bdef7bdef7bdef7bdef7bdef7bdef7bdef7bdef7bdef7bdef7",
                "a number whose windows of four bits are nearly all ones"),
    HOLDS("sum-of-equal-points",
          "Both products are the same point, so the last addition must double "
          "(EdgeCaseShamirMultiplication).",
          FITTING_KEY(LEAF, "=e*~r", SOME_K), KNOWN_NONCE(LEAF, "=#2*e*~" SOME_K, SOME_K)),
    HOLDS("sum-of-equal-points-another",
          "Both products are the same point, for another R "
          "(EdgeCaseShamirMultiplication).",
          FITTING_KEY(LEAF, "=e*~r", OTHER_K), KNOWN_NONCE(LEAF, "=#2*e*~" OTHER_K, OTHER_K)),
    WRONG("sum-infinite",
          "The sum is the point at infinity, which has no x. r is x of another point "
          "(ArithmeticError).",
          FITTING_KEY(LEAF, "=#0-e*~r", SOME_K), KNOWN_NONCE(LEAF, SOME_S, SOME_K)),
    WRONG("sum-infinite-s-1", "The sum is the point at infinity, and s is 1 (ArithmeticError).",
          FITTING_KEY(LEAF, "=#0-e*~r", SOME_K), KNOWN_NONCE(LEAF, "#1", SOME_K)),
    WRONG("sum-infinite-r-of-g", "The sum is the point at infinity, and r is x(G) (ArithmeticError).",
          FITTING_KEY(LEAF, "=#0-e*~r", "#1"), KNOWN_NONCE(LEAF, SOME_S, "#1")),

    COLLIDING("g", "#1", SOME_K, "The key is G, so its private key is 1"),
    COLLIDING("minus-g", MINUS_1, SOME_K, "The key is -G"),
    COLLIDING("2g", "#2", SOME_K, "The key is 2 G"),
    COLLIDING("minus-2g", MINUS_2, SOME_K, "The key is -2 G"),
    COLLIDING("3g", "#3", SOME_K, "The key is 3 G"),
    COLLIDING("half-g", HALF, SOME_K, "The key is (1/2) G"),
    COLLIDING("2-192-g", "#1000000000000000000000000000000000000000000000000", SOME_K, "The key is 2^192 G"),
    COLLIDING("g-point-g", "#1", "#1", "The key and R are G"),
    COLLIDING("g-point-minus-g", "#1", MINUS_1, "The key is G, and R is -G"),
    COLLIDING("minus-g-point-g", MINUS_1, "#1", "The key is -G, and R is G"),
    COLLIDING("g-point-2g", "#1", "#2", "The key is G, and R is 2 G"),
    COLLIDING("2g-point-g", "#2", "#1", "The key is 2 G, and R is G"),
    COLLIDING("minus-2g-point-g", MINUS_2, "#1", "The key is -2 G, and R is G"),
    COLLIDING("half-g-point-g", HALF, "#1", "The key is (1/2) G, and R is G"),
    COLLIDING("g-point-half-g", "#1", HALF, "The key is G, and R is (1/2) G"),
    COLLIDING("some-point-g", OTHER_K, "#1", "R is G"),
    COLLIDING("some-point-minus-g", OTHER_K, MINUS_1, "R is -G"),

    ODD_KEY("x-of-zeros-first", "#3a7b", "an x that begins with two zero bytes"),
    ODD_KEY("x-of-zeros-last", "#42fa", "an x that ends with two zero bytes"),
    ODD_KEY("x-of-ones-first", "#cc7c", "an x that begins with ffff"),
    ODD_KEY("y-of-zeros-first", "#16bde", "a y that begins with two zero bytes"),
    ODD_KEY("y-of-zeros-last", "#aa13", "a y that ends with two zero bytes"),
    ODD_KEY("y-of-ones-first", "#daa2", "a y that begins with ffff"),
    DIGEST("first-byte-00", 0, 0x00, "begins with a zero byte"),
    DIGEST("last-byte-00", 47, 0x00, "ends with a zero byte"),

    REPLACED("n-minus-r", "n-r", "s", "n - r replaces r"),
    REPLACED("n-minus-both", "n-r", "n-s", "n - r replaces r, and n - s replaces s"),
    REPLACED("exchanged", "s", "r", "r and s are exchanged"),
    REPLACED("inverse-of-r", "=~r", "s", "The inverse of r replaces r"),
    REPLACED("inverse-of-s", "r", "=~s", "The inverse of s replaces s"),
    REPLACED("p-minus-r", "p-r", "s", "p - r replaces r"),
    REPLACED("r-plus-1", "r+#1", "s", "r + 1 replaces r"),
    REPLACED("s-plus-1", "r", "s+#1", "s + 1 replaces s"),
    REPLACED("2r", "=#2*r", "s", "2 r replaces r"),
    REPLACED("2s", "r", "=#2*s", "2 s replaces s"),
    REPLACED("r-is-s", "s", "s", "s replaces r"),
    REPLACED("s-is-r", "r", "r", "r replaces s"),
    REPLACED("minus-1-both", MINUS_1, MINUS_1, "r and s are n - 1"),
    REPLACED("1-and-minus-1", "#1", MINUS_1, "r is 1, and s is n - 1"),
};

GROUP(ecdsa, "ECDSA with chosen numbers, keys and points, by Wycheproof's flags: of certificates and of documents.")
