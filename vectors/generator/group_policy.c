/*
 * What the caller expects of documents whose signatures hold: debug mode, nonce, data, identity, PCR policies.
 */
#include "vectors/generator/steps.h"

#define NONCE(hex) OPTION("nonce", hex)

#define NOT_PRODUCTION(i, severity, ...)                                                                               \
    REFUSE("debug-pcr" #i "-zero", severity, EXPECT_DEBUG(i), PCR(i, 3), DO(PCR_ZEROS(i, 48)),                         \
           "PCR" #i " alone is zero: not what a production enclave has.", __VA_ARGS__),                                \
        REFUSE("debug-pcr" #i "-absent", severity, EXPECT_DEBUG(i), NOWHERE, DO(OMIT_PCRS(i, i)),                      \
               "PCR" #i " alone is absent.", __VA_ARGS__)
#define OF_ONE_PCR                                                                                                     \
    DIFFER("In a genuine debug enclave PCR0 is zero as well; a verifier that looks at PCR0 alone finds every one.")
static const struct natt_vector debug[] = {
    REFUSE("debug-genuine-shape", CRITICAL, EXPECT_DEBUG(0), PCR(0, 3), NOTHING,
           "A debug enclave: PCR0 to PCR2 are zero, PCR3 and PCR4 are not; a check for all zeros never fires.",
           ON(.debug = true)),
    ACCEPT("debug-allowed", "debug-mode", "R-EXPECT-01", DO(FLAG("allow-debug")),
           "The same for a verifier that allows debug mode.", ON(.debug = true)),
    NOT_PRODUCTION(0, HIGH, .policy = NULL),
    NOT_PRODUCTION(1, MEDIUM, OF_ONE_PCR),
    NOT_PRODUCTION(2, MEDIUM, OF_ONE_PCR),
    REFUSE("debug-pcrs-3-4-8-only", HIGH, EXPECT_DEBUG(0), NOWHERE,
           DO(OMIT_PCRS(0, 2), OMIT_PCRS(5, 7), OMIT_PCRS(9, 15)),
           "PCR3, PCR4 and PCR8 only: PCR0 is absent, and absent is not production."),
    REFUSE("debug-matches-policy-of-zeros", CRITICAL, EXPECT_DEBUG(0), PCR(0, 3),
           DO(FLAG("allow-weak-policy"), PIN("zeros", 0, "zero"), PIN("zeros", 1, "zero"), PIN("zeros", 2, "zero")),
           "A debug enclave whose zeros a policy asks for, weak policies allowed: debug mode is refused all the same.",
           ON(.debug = true)),
    ACCEPT("production-pcr0-last-bit", "debug-mode", "R-EXPECT-01", DO(SET_PCR(0, "5830 00*47 01")),
           "PCR0 has one bit set, the last one: not zero."),
    ACCEPT("production-pcr3-zero", "debug-mode", "R-EXPECT-01", DO(PCR_ZEROS(3, 48)),
           "PCR3 is zero, as without a role: PCR0 to PCR2 say what is production."),
};

#define NONCE_IS(id, severity, document, text)                                                                         \
    REFUSE("nonce-" id, severity, EXPECT_NONCE, CONTENT("nonce", 0), DO(NONCE("010203"), SET("nonce", document)), text)
static const struct natt_vector nonces[] = {
    ACCEPT("nonce-equal", "nonce", "R-EXPECT-02 R-EXPECT-03", DO(NONCE("010203"), SET("nonce", "43010203")),
           "The nonce that was sent."),
    REFUSE("nonce-null", CRITICAL, EXPECT_NONCE_ABSENT, NOWHERE, DO(NONCE("010203")),
           "A nonce was sent, and the document has null."),
    REFUSE("nonce-omitted", CRITICAL, EXPECT_NONCE_ABSENT, NOWHERE, DO(NONCE("010203"), OMIT("nonce")),
           "A nonce was sent, and the document has no such field."),
    NONCE_IS("empty", CRITICAL, "40",
             "A nonce was sent, and the document has an empty one: a comparison of length 0 accepts it."),
    NONCE_IS("prefix", CRITICAL, "420102", "The nonce without its last byte."),
    NONCE_IS("longer", CRITICAL, "4401020304", "The nonce and one byte more."),
    NONCE_IS("last-byte", CRITICAL, "43010204", "The nonce with another last byte."),
    NONCE_IS("first-byte", CRITICAL, "43000203", "The nonce with another first byte."),
    REFUSE("nonce-differs-behind-zero", CRITICAL, EXPECT_NONCE, CONTENT("nonce", 0),
           DO(NONCE("0001"), SET("nonce", "420002")),
           "Two nonces that begin with a zero byte: a comparison of C strings finds them equal."),
    NONCE_IS("hexadecimal-text", MEDIUM, "46303130323033", "The nonce as hexadecimal text instead of its bytes."),
    ACCEPT("nonce-of-4096-bytes-not-judged", "nonce", "R-DOC-16", DO(SET_ZEROS("nonce", 4096)),
           "A nonce as large as may be, which nobody asked for.",
           DIFFER("AWS's text gives a nonce 512 or 1024 bytes at most; the device takes a request of 4096 bytes.")),
    ACCEPT("nonce-not-judged", "nonce", "R-EXPECT-03", DO(SET("nonce", "43010203")),
           "The document has a nonce, and none was sent."),
};

#define DATA(name, id, rule, code, ...)                                                                                \
    ACCEPT(id "-not-judged", "expected-value", rule, DO(SET(name, "43010203")),                                        \
           name " is there, and nothing was expected of it."),                                                         \
        ACCEPT(id "-equal", "expected-value", rule, DO(EXPECT(name, EXACT, "010203"), SET(name, "43010203")),          \
               name " is what was expected."),                                                                         \
        REFUSE(id "-last-byte", HIGH, "expected-value", code, NO_ITEM, CONTENT(name, 0),                               \
               DO(EXPECT(name, EXACT, "010203"), SET(name, "43010204")), name " differs in its last byte."),           \
        REFUSE(id "-longer", HIGH, "expected-value", code, NO_ITEM, CONTENT(name, 0),                                  \
               DO(EXPECT(name, EXACT, "010203"), SET(name, "4401020304")), name " has one byte more."),                \
        REFUSE(id "-prefix", HIGH, "expected-value", code, NO_ITEM, CONTENT(name, 0),                                  \
               DO(EXPECT(name, EXACT, "010203"), SET(name, "420102")), name " has one byte less."),                    \
        REFUSE(id "-null", HIGH, "expected-value", code, NO_ITEM, NOWHERE, DO(EXPECT(name, EXACT, "010203")),          \
               name " is null where a value was expected."),                                                           \
        REFUSE(id "-omitted", HIGH, "expected-value", code, NO_ITEM, NOWHERE,                                          \
               DO(EXPECT(name, EXACT, "010203"), OMIT(name)), name " is omitted where a value was expected."),         \
        REFUSE(id "-null-for-empty", MEDIUM, "expected-value", code, NO_ITEM, NOWHERE, DO(EXPECT(name, EXACT, "")),    \
               name " is null where an empty value was expected: absent is not empty."),                               \
        ACCEPT(id "-empty", "expected-value", rule, DO(EXPECT(name, EXACT, ""), SET(name, "40")),                      \
               name " is empty, as expected.", __VA_ARGS__),                                                           \
        REFUSE(id "-zero-for-empty", HIGH, "expected-value", code, NO_ITEM, CONTENT(name, 0),                          \
               DO(EXPECT(name, EXACT, ""), SET(name, "4100")),                                                         \
               name " is a zero byte where an empty value was expected."),                                             \
        ACCEPT(id "-absent-null", "expected-value", rule, DO(EXPECT(name, ABSENT, NULL)),                              \
               name " is null, and was expected to be absent."),                                                       \
        ACCEPT(id "-absent-omitted", "expected-value", rule, DO(EXPECT(name, ABSENT, NULL), OMIT(name)),               \
               name " is omitted, and was expected to be absent."),                                                    \
        REFUSE(id "-absent-empty", MEDIUM, "expected-value", code, NO_ITEM, CONTENT(name, 0),                          \
               DO(EXPECT(name, ABSENT, NULL), SET(name, "40")), name " is empty, and was expected to be absent."),     \
        REFUSE(id "-absent-present", MEDIUM, "expected-value", code, NO_ITEM, CONTENT(name, 0),                        \
               DO(EXPECT(name, ABSENT, NULL), SET(name, "43010203")),                                                  \
               name " has a value, and was expected to be absent.")

#define BOUND        FLAG("require-module-binding")
#define UNDOCUMENTED DIFFER("AWS does not document these names; all genuine documents follow them.")
#define UNBOUND(id, severity, text, ...)                                                                               \
    REFUSE("binding-" id, severity, "module-binding", NATT_E_EXPECT_MODULE_BINDING, LEAF, CONTENT("module_id", 0),     \
           DO(BOUND, __VA_ARGS__), text, UNDOCUMENTED)
#define BOUND_TO(id, tail, text)                                                                                       \
    ACCEPT("binding-" id, "module-binding", "R-EXPECT-06", DO(BOUND, BOTH(tail)), text, UNDOCUMENTED)
static const struct natt_vector identity[] = {
    DATA("user_data", "user-data", "R-EXPECT-04", NATT_E_EXPECT_USER_DATA, .policy = NULL),
    DATA("public_key", "public-key", "R-EXPECT-05", NATT_E_EXPECT_PUBLIC_KEY,
         DIFFER("AWS's text contradicts itself about an empty public_key: its format definition begins at 0 bytes, its "
                "section on checking content at 1.")),
    ACCEPT("binding-required", "module-binding", "R-EXPECT-06", DO(BOUND),
           "Leaf and instance certificate name the module and one region."),
    UNBOUND("leaf-of-another-module", HIGH,
            "The leaf was issued to another module: a document that speaks for somebody else.",
            NAME(LEAF, "i-0-enc0.us-east-1.aws")),
    UNBOUND("leaf-without-module", HIGH, "The leaf's name is no module's.", NAME(LEAF, "x")),
    UNBOUND("instance-of-another-instance", HIGH, "The instance certificate was issued to another instance.",
            NAME(INSTANCE, "i-0.us-east-1.aws.nitro-enclaves")),
    UNBOUND("instance-without-id", HIGH, "The instance certificate names no instance.",
            NAME(INSTANCE, "us-east-1.aws.nitro-enclaves")),
    UNBOUND("other-region", MEDIUM, "The leaf and the instance certificate name different regions.",
            MODULE_NAME(LEAF, ".eu-west-1.aws")),
    UNBOUND("region-only", LOW, "The leaf's name ends behind the region.", MODULE_NAME(LEAF, ".us-east-1")),
    UNBOUND("empty-tail", LOW, "The leaf's name ends with a dot behind the region.", MODULE_NAME(LEAF, ".us-east-1.")),
    UNBOUND("empty-region", LOW, "The leaf's name has an empty region.", MODULE_NAME(LEAF, "..aws")),
    UNBOUND("upper-case-region", LOW, "The leaf's region in upper case.", MODULE_NAME(LEAF, ".US-EAST-1.aws")),
    UNBOUND("no-dot", HIGH, "The leaf's module has one digit more: a comparison by prefix accepts it.",
            MODULE_NAME(LEAF, "0.us-east-1.aws")),
    UNBOUND("underscore", LOW, "The leaf's region with a character that no region has.",
            MODULE_NAME(LEAF, ".us_east.aws")),
#define A90        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BOTH(tail) MODULE_NAME(LEAF, tail), MODULE_NAME(INSTANCE, tail)
    BOUND_TO("region-of-1-character", ".a.aws", "Both names have a region of one character."),
    BOUND_TO("tail-of-1-character", ".us-east-1.a", "One character follows the region in both names."),
    BOUND_TO("region-of-first-and-last-characters", ".az-09.aws",
             "The first and last letter and digit in the region of both names."),
    BOUND_TO("region-of-95-characters", "." A90 "aaaaa.aws", "A region of 95 characters, one below the limit."),
    BOUND_TO("region-of-96-characters", "." A90 "aaaaaa.aws", "A region of 96 characters, the longest that is read."),
    UNBOUND("region-of-97-characters", LOW, "A region of 97 characters, one above the limit.",
            BOTH("." A90 "aaaaaaa.aws")),
    UNBOUND("both-regions-empty", LOW, "Both names have an empty region.", BOTH("..aws")),
    UNBOUND("both-underscore", LOW, "Both regions end with a character that no region has.", BOTH(".us_east.aws")),
    UNBOUND("both-colon", LOW, "Both regions have a colon, the character behind 9.", BOTH(".us:1.aws")),
    UNBOUND("both-slash", LOW, "Both regions have a slash, the character before 0.", BOTH(".us/1.aws")),
    UNBOUND("both-brace", LOW, "Both regions have a brace, the character behind z.", BOTH(".us{1.aws")),
    UNBOUND("both-backtick", LOW, "Both regions have a backtick, the character before a.", BOTH(".us`1.aws")),
    ACCEPT("binding-name-before-organisation", "module-binding", "R-EXPECT-06",
           DO(BOUND, SET_TEXT("module_id", "i-0-enc0"), NAME(INSTANCE, "i-0.us-east-1.aws"),
              PART(LEAF, subject,
                   "302d311f301d06035504030c16692d302d656e63302e75732d656173742d312e617773310a3008060355040a0c0178")),
           "An organisation follows the common name in the leaf's subject: only the common name counts.", UNDOCUMENTED),
    ACCEPT("binding-not-required", "module-binding", "R-EXPECT-06", DO(NAME(LEAF, "i-0-enc0.us-east-1.aws")),
           "The leaf was issued to another module, and nobody asked."),
    ACCEPT("module-id-equal", "expected-identity", "R-EXPECT-07", DO(OWN_MODULE_ID(0)),
           "module_id is the expected one."),
    REFUSE("module-id-longer", HIGH, EXPECT_MODULE_ID, CONTENT("module_id", 0), DO(OWN_MODULE_ID(1)),
           "module_id has one character more than expected."),
    REFUSE("module-id-other", HIGH, EXPECT_MODULE_ID, CONTENT("module_id", 0), DO(OPTION("module_id", "i-0-enc0")),
           "module_id is another."),
    ACCEPT("region-equal", "expected-identity", "R-EXPECT-08", DO(OPTION("region", "us-east-1")),
           "The region is the expected one."),
    REFUSE("region-unknown", MEDIUM, EXPECT_REGION, NOWHERE, DO(OPTION("region", "us-east-1"), MODULE_NAME(LEAF, "")),
           "The certificates name no region: it is not the expected one either."),
#define REGION(id, region, text)                                                                                       \
    REFUSE(id, MEDIUM, EXPECT_REGION, BYTE_OF_TBS(LEAF, E_SUBJECT, 53),                                                \
           DO(MODULE_NAME(LEAF, ".us-east-1.aws"), OPTION("region", region)), text)
    REGION("region-other", "eu-central-1", "The region is another."),
    REGION("region-last-digit", "us-east-2", "The region differs in its last digit."),
    REGION("region-prefix", "us-east-", "The expected region is a prefix of the region."),
    REGION("region-longer", "us-east-11", "The expected region has one digit more."),
};

#define PCRS_MATCH(id, text, ...) ACCEPT("policy-" id, "pcr-policy", "R-POLICY-02", DO(__VA_ARGS__), text)
static const struct natt_vector policies[] = {
    PCRS_MATCH("pcr0", "PCR0 is the expected one.", SAME(0)),
    REFUSE("policy-pcr0-other", CRITICAL, POLICY_PCR_MISMATCH(0), PCR(0, 3), DO(OTHER(0)),
           "PCR0 differs in its last bit: another image."),
    PCRS_MATCH("pcr0-of-two-values", "PCR0 is the second of two accepted values.", OTHER(0), SAME(0)),
    PCRS_MATCH("pcr0-pcr1-pcr2", "PCR0, PCR1 and PCR2 are as expected.", SAME(0), SAME(1), SAME(2)),
    REFUSE("policy-pcr2-other", CRITICAL, POLICY_PCR_MISMATCH(2), PCR(2, 3), DO(SAME(0), SAME(1), OTHER(2)),
           "PCR0 and PCR1 match, PCR2 does not: a set matches as a whole."),
    REFUSE("policy-pcr3-other", HIGH, POLICY_PCR_MISMATCH(3), PCR(3, 3), DO(SAME(0), OTHER(3)),
           "PCR0 matches, the role in PCR3 does not."),
    PCRS_MATCH("pcr15-zero", "PCR15 is zero, as the policy says: zeros are a value like any other.", SAME(0), ZERO(15)),
    REFUSE("policy-pcr4-zero", HIGH, POLICY_PCR_MISMATCH(4), PCR(4, 3), DO(SAME(0), ZERO(4)),
           "The policy says that PCR4 is zero, and it is not: zeros are no wildcard."),
    REFUSE("policy-pcr16-absent", HIGH, POLICY_PCR_ABSENT(16), NOWHERE, DO(SAME(0), ZERO(16)),
           "The policy says that PCR16 is zero, and the document has none: absent never matches."),
    REFUSE("policy-pcr8-absent", CRITICAL, POLICY_PCR_ABSENT(8), NOWHERE, DO(SAME(0), SAME(8), OMIT_PCRS(8, 8)),
           "The policy pins the signer in PCR8, and the document has no PCR8.", CLEAREST),
    REFUSE("policy-value-of-another-pcr", CRITICAL, POLICY_PCR_MISMATCH(8), PCR(8, 3), DO(SAME(0), ZERO(15), OTHER(8)),
           "PCR8 is zero, which the policy allows for PCR15 only: values belong to their PCR."),
    REFUSE("policy-pcr31-other", HIGH, POLICY_PCR_MISMATCH(31), PCR(16, 4), DO(ADD_PCRS(31, 31), SAME(0), OTHER(31)),
           "PCR0 matches, the last PCR there can be does not."),
    ACCEPT("policy-second-of-two-sets", "pcr-policy", "R-POLICY-03", DO(PIN("old", 0, "other"), PIN("new", 0, "same")),
           "Two sets, and the second matches."),
    ACCEPT("policy-first-of-two-sets", "pcr-policy", "R-POLICY-03", DO(PIN("new", 0, "same"), PIN("old", 0, "other")),
           "Two sets, and the first matches."),
    REFUSE("policy-none-of-two-sets", CRITICAL, POLICY_NO_SET, NOWHERE,
           DO(OTHER(0), PIN("b", 0, "same"), PIN("b", 3, "other")), "Two sets, and neither matches."),
    REFUSE("policy-sets-mixed", CRITICAL, POLICY_NO_SET, NOWHERE,
           DO(SAME(0), OTHER(3), PIN("b", 0, "other"), PIN("b", 3, "same")),
           "PCR0 of the first set and PCR3 of the second match: sets are never mixed."),
    PCRS_MATCH("pcr8", "A policy that pins the signer in PCR8 alone.", SET_PCR(8, "5830 11*48"), SAME(8)),
    PCRS_MATCH("pcr1-and-pcr2", "A policy of PCR1 and PCR2, which pin kernel and application.", SAME(1), SAME(2)),
    PCRS_MATCH("weak-allowed", "A policy of PCR3 alone, for a verifier that allows weak ones.",
               FLAG("allow-weak-policy"), SAME(3)),
};

GROUP(policy, "What the caller expects: debug mode, nonce, user_data, public_key, identity, PCR policies.",
      TABLE(debug), TABLE(nonces), TABLE(identity), TABLE(policies))
