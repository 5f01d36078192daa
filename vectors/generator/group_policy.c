/*
 * What the caller expects of documents with valid signatures: debug mode, nonce, data, identity, PCR policies.
 */
#include "vectors/generator/steps.h"

#define NONCE(hex) OPTION("nonce", hex)

#define NOT_PRODUCTION(i, severity, ...)                                                                               \
    REFUSE("debug-pcr" #i "-zero", severity, EXPECT_DEBUG(i), PCR(i, 3), DO(PCR_ZEROS(i, 48)),                         \
           "Of PCR0 to PCR2, only PCR" #i " is zero. In a production enclave, none of them is.", __VA_ARGS__),         \
        REFUSE("debug-pcr" #i "-absent", severity, EXPECT_DEBUG(i), NOWHERE, DO(OMIT_PCRS(i, i)),                      \
               "Of PCR0 to PCR2, only PCR" #i " is absent.", __VA_ARGS__)
#define OF_ONE_PCR                                                                                                     \
    DIFFER("In a genuine debug enclave PCR0 is zero as well. A verifier that checks only PCR0 detects every one.")
static const struct natt_row rows[] = {
    REFUSE("debug-genuine-shape", CRITICAL, EXPECT_DEBUG(0), PCR(0, 3), NOTHING,
           "The document comes from a debug enclave. PCR0 to PCR2 are zero, PCR3 and PCR4 are not. A check that every "
           "PCR is zero never detects it.",
           ON(.debug = true)),
    ACCEPT("debug-allowed", EXPECT_DEBUG(0), NOWHERE, DO(FLAG("allow-debug")),
           "The document comes from a debug enclave, and the verifier allows debug mode.", ON(.debug = true)),
    NOT_PRODUCTION(0, HIGH, .policy = NULL),
    NOT_PRODUCTION(1, MEDIUM, OF_ONE_PCR),
    NOT_PRODUCTION(2, MEDIUM, OF_ONE_PCR),
    REFUSE("debug-pcrs-3-4-8-only", HIGH, EXPECT_DEBUG(0), NOWHERE,
           DO(OMIT_PCRS(0, 2), OMIT_PCRS(5, 7), OMIT_PCRS(9, 15)),
           "The document contains only PCR3, PCR4 and PCR8. Without PCR0, a verifier cannot exclude debug mode."),
    REFUSE("debug-matches-policy-of-zeros", CRITICAL, EXPECT_DEBUG(0), PCR(0, 3),
           DO(FLAG("allow-weak-policy"), PIN("zeros", 0, "zero"), PIN("zeros", 1, "zero"), PIN("zeros", 2, "zero")),
           "The document comes from a debug enclave and matches a policy of zeros. A verifier that allows weak "
           "policies must still refuse debug mode.",
           ON(.debug = true)),
    ACCEPT("production-pcr0-last-bit", EXPECT_DEBUG(0), NOWHERE, DO(SET_PCR(0, "5830 00*47 01")),
           "Only the last bit of PCR0 is set, so PCR0 is not zero."),
    ACCEPT("production-pcr3-zero", EXPECT_DEBUG(0), NOWHERE, DO(PCR_ZEROS(3, 48)),
           "PCR3 is zero because the instance has no role. Only PCR0 to PCR2 show debug mode."),

#define NONCE_IS(id, severity, document, text)                                                                         \
    REFUSE("nonce-" id, severity, EXPECT_NONCE, DO(NONCE("010203"), SET("nonce", document)), text)
    ALLOWED("nonce-equal", "nonce", "R-EXPECT-02 R-EXPECT-03", DO(NONCE("010203"), SET("nonce", "43010203")),
            "The nonce matches the expected value."),
    REFUSE("nonce-null", CRITICAL, EXPECT_NONCE_ABSENT, DO(NONCE("010203"), SET("nonce", "f6")),
           "A nonce is expected, and the nonce of the document is null."),
    REFUSE("nonce-omitted", CRITICAL, EXPECT_NONCE_ABSENT, DO(NONCE("010203"), OMIT("nonce")),
           "A nonce is expected, and the document has no nonce field."),
    NONCE_IS("empty", CRITICAL, "40",
             "A nonce is expected, and the nonce of the document is empty. A comparison of length 0 accepts it."),
    NONCE_IS("prefix", CRITICAL, "420102", "The nonce is the expected value without its last byte."),
    NONCE_IS("longer", CRITICAL, "4401020304", "The nonce is the expected value with one more byte."),
    NONCE_IS("last-byte", CRITICAL, "43010204", "The nonce differs in its last byte."),
    NONCE_IS("first-byte", CRITICAL, "43000203", "The nonce differs in its first byte."),
    REFUSE("nonce-differs-behind-zero", CRITICAL, EXPECT_NONCE, DO(NONCE("0001"), SET("nonce", "420002")),
           "The nonce and the expected value begin with a zero byte and differ after it. A comparison of C strings "
           "finds them equal."),
    NONCE_IS("hexadecimal-text", MEDIUM, "46303130323033",
             "The nonce is the expected value as hexadecimal text instead of bytes."),
    ALLOWED("nonce-of-4096-bytes-not-judged", "nonce", "R-DOC-16", DO(SET_ZEROS("nonce", 4096)),
            "The nonce has the maximum size, and no nonce is expected.", SIZES_DIFFER),
    ACCEPT("nonce-not-judged", EXPECT_NONCE, DO(SET("nonce", "43010203")),
           "The document contains a nonce, and no nonce is expected."),

#define DATA(name, id, reason, ...)                                                                                    \
    ACCEPT(id "-not-judged", reason, NOWHERE, DO(SET(name, "43010203")),                                               \
           name " has a value, and no value is expected."),                                                            \
        ACCEPT(id "-equal", reason, NOWHERE, DO(EXPECT(name, EXACT, "010203"), SET(name, "43010203")),                 \
               name " matches the expected value."),                                                                   \
        REFUSE(id "-last-byte", HIGH, reason, CONTENT(name, 0),                                                        \
               DO(EXPECT(name, EXACT, "010203"), SET(name, "43010204")),                                               \
               name " differs from the expected value in its last byte."),                                             \
        REFUSE(id "-longer", HIGH, reason, CONTENT(name, 0),                                                           \
               DO(EXPECT(name, EXACT, "010203"), SET(name, "4401020304")),                                             \
               name " has one byte more than the expected value."),                                                    \
        REFUSE(id "-prefix", HIGH, reason, CONTENT(name, 0), DO(EXPECT(name, EXACT, "010203"), SET(name, "420102")),   \
               name " has one byte less than the expected value."),                                                    \
        REFUSE(id "-null", HIGH, reason, NOWHERE, DO(EXPECT(name, EXACT, "010203"), SET(name, "f6")),                  \
               name " is null, and a value is expected."),                                                             \
        REFUSE(id "-omitted", HIGH, reason, NOWHERE, DO(EXPECT(name, EXACT, "010203"), OMIT(name)),                    \
               name " is omitted, and a value is expected."),                                                          \
        REFUSE(id "-null-for-empty", MEDIUM, reason, NOWHERE, DO(EXPECT(name, EXACT, ""), SET(name, "f6")),            \
               name " is null, and an empty value is expected. An absent field is not an empty field."),               \
        ACCEPT(id "-empty", reason, NOWHERE, DO(EXPECT(name, EXACT, ""), SET(name, "40")),                             \
               name " is empty, and an empty value is expected.", __VA_ARGS__),                                        \
        REFUSE(id "-zero-for-empty", HIGH, reason, CONTENT(name, 0), DO(EXPECT(name, EXACT, ""), SET(name, "4100")),   \
               name " is a zero byte, and an empty value is expected."),                                               \
        ACCEPT(id "-absent-null", reason, NOWHERE, DO(EXPECT(name, ABSENT, NULL), SET(name, "f6")),                    \
               name " is null, and it is expected to be absent."),                                                     \
        ACCEPT(id "-absent-omitted", reason, NOWHERE, DO(EXPECT(name, ABSENT, NULL), OMIT(name)),                      \
               name " is omitted, and it is expected to be absent."),                                                  \
        REFUSE(id "-absent-empty", MEDIUM, reason, CONTENT(name, 0), DO(EXPECT(name, ABSENT, NULL), SET(name, "40")),  \
               name " is empty, and it is expected to be absent."),                                                    \
        REFUSE(id "-absent-present", MEDIUM, reason, CONTENT(name, 0),                                                 \
               DO(EXPECT(name, ABSENT, NULL), SET(name, "43010203")),                                                  \
               name " has a value, and it is expected to be absent.")

#define BOUND FLAG("require-module-binding")
#define UNDOCUMENTED                                                                                                   \
    DIFFER("AWS does not document these names. All genuine documents follow them."), TAGS("genuine-form")
#define UNBOUND(id, severity, text, ...)                                                                               \
    REFUSE("binding-" id, severity, EXPECT_MODULE_BINDING, DO(BOUND, __VA_ARGS__), text, UNDOCUMENTED)
#define BOUND_TO(id, tail, text) ACCEPT("binding-" id, EXPECT_MODULE_BINDING, DO(BOUND, BOTH(tail)), text, UNDOCUMENTED)
    DATA("user_data", "user-data", EXPECT_USER_DATA, .policy = NULL),
    DATA("public_key", "public-key", EXPECT_PUBLIC_KEY, EMPTY_KEY),
    ACCEPT("binding-required", EXPECT_MODULE_BINDING, DO(BOUND),
           "The leaf and the instance certificate name the module and the same region."),
    UNBOUND("leaf-of-another-module", HIGH,
            "The leaf was issued to a different module. The document impersonates an enclave.",
            NAME(LEAF, "i-0-enc0.us-east-1.aws")),
    UNBOUND("leaf-without-module", HIGH, "The name of the leaf does not contain a module.", NAME(LEAF, "x")),
    UNBOUND("instance-of-another-instance", HIGH, "The instance certificate was issued to a different instance.",
            NAME(INSTANCE, "i-0.us-east-1.aws.nitro-enclaves")),
    UNBOUND("instance-without-id", HIGH, "The name of the instance certificate does not contain an instance.",
            NAME(INSTANCE, "us-east-1.aws.nitro-enclaves")),
    UNBOUND("other-region", MEDIUM, "The leaf and the instance certificate name different regions.",
            MODULE_NAME(LEAF, ".eu-west-1.aws")),
    UNBOUND("region-only", LOW, "The name of the leaf ends after the region.", MODULE_NAME(LEAF, ".us-east-1")),
    UNBOUND("empty-tail", LOW, "The name of the leaf ends with a dot after the region.",
            MODULE_NAME(LEAF, ".us-east-1.")),
    UNBOUND("empty-region", LOW, "The region in the name of the leaf is empty.", MODULE_NAME(LEAF, "..aws")),
    UNBOUND("upper-case-region", LOW, "The region in the name of the leaf is in uppercase.",
            MODULE_NAME(LEAF, ".US-EAST-1.aws")),
    UNBOUND("no-dot", HIGH,
            "The module in the name of the leaf has one more digit than module_id. A prefix comparison accepts it.",
            MODULE_NAME(LEAF, "0.us-east-1.aws")),
    UNBOUND("underscore", LOW, "The region in the name of the leaf contains an underscore, which no region contains.",
            MODULE_NAME(LEAF, ".us_east.aws")),
#define A90        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BOTH(tail) MODULE_NAME(LEAF, tail), MODULE_NAME(INSTANCE, tail)
    BOUND_TO("region-of-1-character", ".a.aws", "The region in both names has one character."),
    BOUND_TO("tail-of-1-character", ".us-east-1.a", "One character follows the region in both names."),
    BOUND_TO("region-of-first-and-last-characters", ".az-09.aws",
             "The region in both names contains the first and the last letter and digit."),
    BOUND_TO("region-of-95-characters", "." A90 "aaaaa.aws",
             "The region in both names has 95 characters, one less than the limit."),
    BOUND_TO("region-of-96-characters", "." A90 "aaaaaa.aws", "The region in both names has 96 characters, the limit."),
    UNBOUND("region-of-97-characters", LOW, "The region in both names has 97 characters, one more than the limit.",
            BOTH("." A90 "aaaaaaa.aws")),
    UNBOUND("both-regions-empty", LOW, "The region in both names is empty.", BOTH("..aws")),
    UNBOUND("both-underscore", LOW, "The region in both names contains an underscore, which no region contains.",
            BOTH(".us_east.aws")),
    UNBOUND("both-colon", LOW, "The region in both names contains a colon, the character after 9.", BOTH(".us:1.aws")),
    UNBOUND("both-slash", LOW, "The region in both names contains a slash, the character before 0.", BOTH(".us/1.aws")),
    UNBOUND("both-brace", LOW, "The region in both names contains a brace, the character after z.", BOTH(".us{1.aws")),
    UNBOUND("both-backtick", LOW, "The region in both names contains a backtick, the character before a.",
            BOTH(".us`1.aws")),
    ACCEPT("binding-name-before-organisation", EXPECT_MODULE_BINDING,
           DO(BOUND, SET_TEXT("module_id", "i-0-enc0"), NAME(INSTANCE, "i-0.us-east-1.aws"),
              PART(LEAF, subject,
                   "302d311f301d06035504030c16692d302d656e63302e75732d656173742d312e617773310a3008060355040a0c0178")),
           "The subject of the leaf has an organization after the common name. Only the common name counts.",
           UNDOCUMENTED),
    ACCEPT("binding-not-required", EXPECT_MODULE_BINDING, DO(NAME(LEAF, "i-0-enc0.us-east-1.aws")),
           "The leaf was issued to a different module, and the verifier does not check the module binding."),
    ACCEPT("module-id-equal", EXPECT_MODULE_ID, DO(OWN_MODULE_ID(0)), "module_id matches the expected value."),
    REFUSE("module-id-longer", HIGH, EXPECT_MODULE_ID, DO(OWN_MODULE_ID(1)),
           "The expected module_id has one character more."),
    REFUSE("module-id-other", HIGH, EXPECT_MODULE_ID, DO(OPTION("module_id", "i-0-enc0")),
           "module_id does not match the expected value."),
    ACCEPT("region-equal", EXPECT_REGION, NOWHERE, DO(OPTION("region", "us-east-1")),
           "The region matches the expected value."),
    REFUSE("region-unknown", MEDIUM, EXPECT_REGION, NOWHERE, DO(OPTION("region", "us-east-1"), MODULE_NAME(LEAF, "")),
           "A region is expected, and the certificates contain none.", REACH("aws")),
#define REGION(id, region, text)                                                                                       \
    REFUSE(id, MEDIUM, EXPECT_REGION, BYTE_OF_TBS(LEAF, E_SUBJECT, 53),                                                \
           DO(MODULE_NAME(LEAF, ".us-east-1.aws"), OPTION("region", region)), text)
    REGION("region-other", "eu-central-1", "The region does not match the expected value."),
    REGION("region-last-digit", "us-east-2", "The region differs from the expected value in its last digit."),
    REGION("region-prefix", "us-east-", "The expected value is a prefix of the region."),
    REGION("region-longer", "us-east-11", "The expected value is the region with one more digit."),

#define PCRS_MATCH(id, text, ...) ACCEPT("policy-" id, POLICY_PCR_MISMATCH(0), DO(__VA_ARGS__), text)
    PCRS_MATCH("pcr0", "PCR0 matches the policy.", SAME(0)),
    REFUSE("policy-pcr0-other", CRITICAL, POLICY_PCR_MISMATCH(0), DO(OTHER(0)),
           "PCR0 differs from the policy in its last bit, so it identifies a different image."),
    PCRS_MATCH("pcr0-of-two-values", "PCR0 is the second of two values in the policy.", OTHER(0), SAME(0)),
    PCRS_MATCH("pcr0-pcr1-pcr2", "PCR0, PCR1 and PCR2 match the policy.", SAME(0), SAME(1), SAME(2)),
    REFUSE("policy-pcr2-other", CRITICAL, POLICY_PCR_MISMATCH(2), DO(SAME(0), SAME(1), OTHER(2)),
           "PCR0 and PCR1 match the policy, and PCR2 does not. A set matches only as a whole."),
    REFUSE("policy-pcr3-other", HIGH, POLICY_PCR_MISMATCH(3), DO(SAME(0), OTHER(3)),
           "PCR0 matches the policy. The role in PCR3 does not."),
    PCRS_MATCH("pcr15-zero", "PCR15 is zero, as the policy requires. Zero is a normal value in a policy.", SAME(0),
               ZERO(15)),
    REFUSE("policy-pcr4-zero", HIGH, POLICY_PCR_MISMATCH(4), DO(SAME(0), ZERO(4)),
           "The policy requires PCR4 to be zero, and it is not. Zero is not a wildcard."),
    REFUSE("policy-pcr16-absent", HIGH, POLICY_PCR_ABSENT(16), DO(SAME(0), ZERO(16)),
           "The policy requires PCR16 to be zero, and the document has no PCR16. An absent PCR never matches."),
    REFUSE("policy-pcr8-absent", CRITICAL, POLICY_PCR_ABSENT(8), DO(SAME(0), SAME(8), OMIT_PCRS(8, 8)),
           "The policy requires a signer in PCR8, and the document has no PCR8.", CLEAREST),
    REFUSE("policy-value-of-another-pcr", CRITICAL, POLICY_PCR_MISMATCH(8), DO(SAME(0), ZERO(15), OTHER(8)),
           "PCR8 is zero, a value that the policy allows only for PCR15."),
    REFUSE("policy-pcr31-other", HIGH, "pcr-policy", NATT_E_POLICY_PCR_MISMATCH, 31, PCR(16, 4),
           DO(ADD_PCRS(31, 31), SAME(0), OTHER(31)), "PCR0 matches the policy, and PCR31, the last PCR, does not."),
    ACCEPT("policy-second-of-two-sets", POLICY_NO_SET, DO(PIN("old", 0, "other"), PIN("new", 0, "same")),
           "The policy has two sets, and the second matches."),
    ACCEPT("policy-first-of-two-sets", POLICY_NO_SET, DO(PIN("new", 0, "same"), PIN("old", 0, "other")),
           "The policy has two sets, and the first matches."),
    REFUSE("policy-none-of-two-sets", CRITICAL, POLICY_NO_SET, DO(OTHER(0), PIN("b", 0, "same"), PIN("b", 3, "other")),
           "The policy has two sets, and neither matches."),
    REFUSE("policy-sets-mixed", CRITICAL, POLICY_NO_SET,
           DO(SAME(0), OTHER(3), PIN("b", 0, "other"), PIN("b", 3, "same")),
           "PCR0 matches the first set and PCR3 the second. A verifier must not combine sets."),
    PCRS_MATCH("pcr8", "The policy contains only PCR8, which identifies the signer.", SET_PCR(8, "5830 11*48"),
               SAME(8)),
    PCRS_MATCH("pcr1-and-pcr2", "The policy contains PCR1 and PCR2, which identify the kernel and the application.",
               SAME(1), SAME(2)),
    PCRS_MATCH("weak-allowed", "The policy contains only PCR3, and the verifier allows weak policies.",
               FLAG("allow-weak-policy"), SAME(3)),
};

GROUP_WITH_VALUES(policy, "What the caller expects: debug mode, nonce, user_data, public_key, identity, PCR policies.")
