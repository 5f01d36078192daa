/*
 * A field or a PCR that is there a second time, under a name that some decoders take for the same: in another case, in
 * another encoding, with a zero byte. The caller expects one of the two values, so a verifier that takes the other one
 * says so: either it refuses the true value, or it confirms the false one. RFC 8949 5.6 forbids equal keys, and
 * compares names byte for byte.
 */
#include "vectors/generator/steps.h"

#define OTHERS DIFFER("AWS may add fields. A verifier may skip unknown names if it refuses duplicates.")

/* The true value of a field, what expects it, and what expects the other value, which is aa where nothing else is. */
#define OWN_nonce      SET("nonce", "43010203")
#define YES_nonce      OPTION("nonce", "010203")
#define NO_nonce       OPTION("nonce", "aa")
#define OWN_user_data  SET("user_data", "43010203")
#define YES_user_data  EXPECT("user_data", EXACT, "010203")
#define NO_user_data   EXPECT("user_data", EXACT, "aa")
#define OWN_public_key SET("public_key", "43010203")
#define YES_public_key EXPECT("public_key", EXACT, "010203")
#define NO_public_key  EXPECT("public_key", EXACT, "aa")
#define OWN_module_id  SET_TEXT("module_id", "i-0-enc1")
#define YES_module_id  OPTION("module_id", "i-0-enc1")
#define NO_module_id   OPTION("module_id", "i-0-enc0")
#define OWN_pcrs       SET_PCR(0, "5830 11*48")
#define YES_pcrs       SAME(0)
#define NO_pcrs        OTHER(0)

/* The name in another case, before or after the true field. */
#define PLACE_before(name) PAYLOAD(2)
#define PLACE_after(name)  KEY(name, 1)
#define CASE_AT(id, name, field, where, ...)                                                                           \
    REFUSE("case-" id "-" #where "-expects-true", LOW, DOC_UNKNOWN_FIELD, PLACE_##where(name),                         \
           DO(OWN_##field, __VA_ARGS__, YES_##field),                                                                  \
           "The field " name " comes " #where " the true one, whose value is expected.", OTHERS),                      \
        REFUSE("case-" id "-" #where "-expects-false", HIGH, DOC_UNKNOWN_FIELD, PLACE_##where(name),                   \
               DO(OWN_##field, __VA_ARGS__, NO_##field),                                                               \
               "The field " name " comes " #where " the true one, and its value is the one that is expected. A "       \
               "decoder that ignores case confirms it."),                                                              \
        ACCEPT("case-" id "-" #where "-allowed-expects-true", DOC_UNKNOWN_FIELD, NOWHERE,                              \
               DO(UNKNOWN_ALLOWED, OWN_##field, __VA_ARGS__, YES_##field),                                             \
               "Unknown fields are allowed. " name " comes " #where " the true field, whose value is expected.")
#define CASE(id, name, hex, field, ...)                                                                                \
    CASE_AT(id, name, field, before, ADD(name, hex), TO_FRONT(name)), CASE_AT(id, name, field, after, ADD(name, hex)), \
        REFUSE("case-" id "-allowed-expects-false", HIGH, __VA_ARGS__,                                                 \
               DO(UNKNOWN_ALLOWED, OWN_##field, ADD(name, hex), TO_FRONT(name), NO_##field),                           \
               "Unknown fields are allowed. " name " comes before the true field, and its value is the one that is "   \
               "expected.")

/* PCR0 again. The first has the value 22..22, the second that of the image. */
#define AGAIN(key) REPEAT_PCR(0), PCR_KEY(1, key)
#define FIRST      SET_PCR(0, "5830 22*48")
#define PCR_PLAIN(id, key, what, ...)                                                                                  \
    REFUSE("pcr0-again-" id "-expects-second", CRITICAL, __VA_ARGS__, PCR(1, 0), DO(AGAIN(key), SAME(0), FIRST),       \
           "PCR0 is there twice. The index of the second is " what ", and the policy contains its value."),            \
        REFUSE("pcr0-again-" id "-expects-first", HIGH, __VA_ARGS__, PCR(1, 0), DO(AGAIN(key), FIRST, SAME(0)),        \
               "PCR0 is there twice. The index of the second is " what ", and the policy contains the value of the "   \
               "first.")
#define PCR_AGAIN(id, key, what, ...)                                                                                  \
    REFUSE("pcr0-again-" id "-expects-second", HIGH, __VA_ARGS__, PCR(1, 0), DO(AGAIN(key), SAME(0), FIRST),           \
           "PCR0 is there twice. The index of the second is " what ", and the policy contains its value.", FIRM,       \
           RULES("R-DOC-12")),                                                                                         \
        REFUSE("pcr0-again-" id "-expects-first", HIGH, __VA_ARGS__, PCR(1, 0), DO(AGAIN(key), FIRST, SAME(0)),        \
               "PCR0 is there twice. The index of the second is " what ", and the policy contains the value of the "   \
               "first.",                                                                                               \
               FIRM, RULES("R-DOC-12"))

#define ID_nonce      "nonce"
#define ID_user_data  "user-data"
#define ID_public_key "public-key"
/* A field again, at the end: `key` is its encoded name. */
#define AGAIN_AS(id, field, delta, key, what, ...)                                                                     \
    REFUSE("field-again-" ID_##field id, HIGH, __VA_ARGS__, AFTER("nonce", delta),                                     \
           DO(OWN_##field, ADD("again", "41aa"), RENAME("again", key), NO_##field),                                    \
           #field " is there twice. The name of the second is " what ", and the caller expects its value.", FIRM,      \
           RULES("R-DOC-02"))
#define PLAIN(field)                                                                                                   \
    REFUSE("field-again-" ID_##field "-expects-first", HIGH, DOC_DUPLICATE_FIELD(field), LAST_KEY(#field, 0),          \
           DO(OWN_##field, ADD(#field, "41aa"), YES_##field),                                                          \
           #field " is there twice, and the caller expects the first value."),                                         \
        REFUSE("field-again-" ID_##field "-expects-second", CRITICAL, DOC_DUPLICATE_FIELD(field), LAST_KEY(#field, 0), \
               DO(OWN_##field, ADD(#field, "41aa"), NO_##field),                                                       \
               #field " is there twice, and the caller expects the second value.")

static const struct natt_row rows[] = {
    CASE("nonce", "Nonce", "41aa", nonce, EXPECT_NONCE),
    CASE("nonce-upper", "NONCE", "41aa", nonce, EXPECT_NONCE),
    CASE("user-data", "User_Data", "41aa", user_data, EXPECT_USER_DATA, CONTENT("user_data", 0)),
    CASE("user-data-joined", "userData", "41aa", user_data, EXPECT_USER_DATA, CONTENT("user_data", 0)),
    CASE("public-key", "Public_Key", "41aa", public_key, EXPECT_PUBLIC_KEY, CONTENT("public_key", 0)),
    CASE("pcrs", "PCRS", "a1005830 11*47 10", pcrs, POLICY_PCR_MISMATCH(0)),
    CASE("pcrs-mixed", "Pcrs", "a1005830 11*47 10", pcrs, POLICY_PCR_MISMATCH(0)),
    CASE("module-id", "Module_Id", "68692d302d656e6330", module_id, EXPECT_MODULE_ID),

    PCR_PLAIN("plainly", "00", "the same", DOC_PCR_DUPLICATE(0)),
    PCR_AGAIN("in-2-bytes", "1800", "18 00", CBOR_NOT_SHORTEST(pcrs)),
    PCR_AGAIN("in-3-bytes", "190000", "19 00 00", CBOR_NOT_SHORTEST(pcrs)),
    PCR_AGAIN("in-5-bytes", "1a00000000", "1a 00 00 00 00", CBOR_NOT_SHORTEST(pcrs)),
    PCR_AGAIN("in-9-bytes", "1b0000000000000000", "zero in nine bytes", CBOR_NOT_SHORTEST(pcrs)),
    PCR_AGAIN("tagged", "c100", "0 with a tag", CBOR_TAG(pcrs)),
    PCR_AGAIN("bignum", "c240", "a bignum of 0", CBOR_TAG(pcrs)),
    PCR_AGAIN("float", "f90000", "the float 0.0", CBOR_SIMPLE(pcrs)),
    PCR_AGAIN("negative-float", "f98000", "the float -0.0", CBOR_SIMPLE(pcrs)),
    PCR_AGAIN("text", "6130", "the text 0", DOC_PCR_INDEX(pcrs)),
    PCR_AGAIN("bytes", "4100", "a zero byte", DOC_PCR_INDEX(pcrs)),
    PCR_AGAIN("false", "f4", "false", DOC_PCR_INDEX(pcrs)),
    PCR_AGAIN("2-32", "1b0000000100000000", "2^32, which is 0 in 32 bits", DOC_PCR_INDEX(pcrs)),
    PCR_AGAIN("256", "190100", "256, which is 0 in eight bits", DOC_PCR_INDEX(pcrs)),

    PLAIN(nonce),
    PLAIN(user_data),
    PLAIN(public_key),
#define EACH_ENCODING(field, wide, wider, chunk, chunks, bytes, nul, tag)                                              \
    AGAIN_AS("-in-2-bytes", field, 0, wide, "longer by one byte", CBOR_NOT_SHORTEST(none)),                            \
        AGAIN_AS("-in-9-bytes", field, 0, wider, "longer by eight bytes", CBOR_NOT_SHORTEST(none)),                    \
        AGAIN_AS("-in-a-chunk", field, 0, chunk, "of indefinite length", CBOR_INDEFINITE(none)),                       \
        AGAIN_AS("-in-chunks", field, 0, chunks, "in two chunks", CBOR_INDEFINITE(none)),                              \
        AGAIN_AS("-bytes", field, 0, bytes, "a byte string", "document-key", NATT_E_DOC_KEY, NO_ITEM),                 \
        AGAIN_AS("-with-nul", field, 1, nul, "followed by a zero byte", DOC_UNKNOWN_FIELD),                            \
        AGAIN_AS("-tagged", field, 0, tag, "tagged", CBOR_TAG(none))
    EACH_ENCODING(nonce, "78056e6f6e6365", "7b00000000000000056e6f6e6365", "7f656e6f6e6365ff", "7f636e6f6e626365ff",
                  "456e6f6e6365", "666e6f6e636500", "c0656e6f6e6365"),
    EACH_ENCODING(user_data, "7809757365725f64617461", "7b0000000000000009757365725f64617461",
                  "7f69757365725f64617461ff", "7f65757365725f6464617461ff", "49757365725f64617461",
                  "6a757365725f6461746100", "c069757365725f64617461"),
    EACH_ENCODING(public_key, "780a7075626c69635f6b6579", "7b000000000000000a7075626c69635f6b6579",
                  "7f6a7075626c69635f6b6579ff", "7f677075626c69635f636b6579ff", "4a7075626c69635f6b6579",
                  "6b7075626c69635f6b657900", "c06a7075626c69635f6b6579"),
    ALLOWED("field-inner-map-with-equal-keys", "cbor-unknown-field", "R-DOC-03",
            DO(UNKNOWN_ALLOWED, ADD("xx", "a200010002")),
            "Unknown fields are allowed. One contains a map with two equal keys, which nobody reads.",
            DIFFER("RFC 8949 5.6 calls such a map invalid and lets a decoder refuse it.")),
};

GROUP_WITH_VALUES(
    names, "A field or a PCR that is there again under a similar name, with the expectation of one of the values.")
