/*
 * NitroTPM documents have the same root and certificates but a different map of PCRs. Any ordinary instance can get
 * one, so a verifier must not accept one kind as the other.
 */
#include "vectors/generator/steps.h"

#define TPM .kind = NATT_KIND_NITROTPM

#define FORM_OF_ID                                                                                                     \
    DIFFER(                                                                                                            \
        "AWS does not document the format of module_id. In all genuine NitroTPM documents it is i-<hex>-tpm<hex>."),   \
        TAGS("genuine-form")
#define REFUSE_TPM(id, ...)                  REFUSE("nitrotpm-" id, __VA_ARGS__, ON(TPM))
#define ACCEPT_TPM(id, ...)                  ACCEPT("nitrotpm-" id, __VA_ARGS__, ON(TPM))
#define OTHER_KIND(id, severity, steps, ...) REFUSE(id, severity, DOC_KIND_UNEXPECTED, steps, __VA_ARGS__)
static const struct natt_row rows[] = {
    ACCEPT("nitrotpm-genuine-shape", DOC_KIND_UNEXPECTED, NOTHING,
           "A NitroTPM document is expected, and the document is from a NitroTPM.", ON(TPM)),
    ACCEPT("nitrotpm-definite", DOC_KIND_UNEXPECTED, NOTHING,
           "A NitroTPM document has a payload map of definite length.", ON(TPM, .definite = true)),
    ACCEPT_TPM("tagged", DOC_KIND_UNEXPECTED, DO(ENVELOPE(tag, "d2")), "A NitroTPM document has tag 18."),
    ACCEPT_TPM("binding", EXPECT_MODULE_BINDING, DO(FLAG("require-module-binding")),
               "The leaf and the instance certificate name the module and the same region."),
    REFUSE_TPM("where-enclave-is-expected", CRITICAL, DOC_KIND_UNEXPECTED, DO(OPTION("kind", "enclave")),
               "An enclave document is expected, and the document is from a NitroTPM. Every instance can get one."),
    OTHER_KIND("enclave-where-nitrotpm-is-expected", CRITICAL, DO(OPTION("kind", "nitrotpm")),
               "A NitroTPM document is expected, and the document is from an enclave."),
    OTHER_KIND("nitrotpm-with-enclave-module-id", HIGH,
               DO(SET_TEXT("module_id", "i-0827e799ec9232d44-enc0123456789abcdef")),
               "The document contains nitrotpm_pcrs and the module_id of an enclave. It belongs to neither kind.",
               ON(TPM), FORM_OF_ID),
    REFUSE_TPM(
        "with-enclave-module-id-as-enclave", CRITICAL, DOC_KIND_UNEXPECTED,
        DO(SET_TEXT("module_id", "i-0827e799ec9232d44-enc0123456789abcdef"), OPTION("kind", "enclave")),
        "An enclave document is expected, and the document contains nitrotpm_pcrs with the module_id of an enclave."),
    OTHER_KIND("enclave-with-nitrotpm-module-id-as-nitrotpm", CRITICAL,
               DO(OPTION("kind", "nitrotpm"), SET_TEXT("module_id", "i-0-tpm0")),
               "A NitroTPM document is expected, and the document contains pcrs with the module_id of a NitroTPM."),
    OTHER_KIND("nitrotpm-pcrs-renamed", HIGH, DO(RENAME("nitrotpm_pcrs", "6470637273"), OPTION("kind", "enclave")),
               "An enclave document is expected, and the document contains the PCRs of a NitroTPM in the field pcrs.",
               ON(TPM), FORM_OF_ID),
    REFUSE_TPM("both-maps", HIGH, DOC_KIND_MIXED(pcrs), DO(ADD("pcrs", "f6")),
               "The document contains nitrotpm_pcrs and pcrs."),
    REFUSE_TPM("pcrs-twice", HIGH, DOC_DUPLICATE_FIELD(nitrotpm_pcrs), LAST_KEY("nitrotpm_pcrs", 0),
               DO(REPEAT_FIELD("nitrotpm_pcrs")), "The field nitrotpm_pcrs appears twice."),
    REFUSE_TPM("pcrs-null", HIGH, DOC_NULL_FIELD(nitrotpm_pcrs), DO(SET("nitrotpm_pcrs", "f6")),
               "nitrotpm_pcrs is null."),
    REFUSE_TPM(
        "pcrs-omitted", HIGH, DOC_MISSING_FIELD(pcrs), DO(OMIT("nitrotpm_pcrs")),
        "The document contains neither pcrs nor nitrotpm_pcrs. The verifier reports pcrs, whatever kind it expects."),
    REFUSE_TPM("pcrs-array", MEDIUM, CBOR_TYPE(nitrotpm_pcrs), VALUE("nitrotpm_pcrs", 0),
               DO(SET("nitrotpm_pcrs", "80")), "nitrotpm_pcrs is an array."),
    REFUSE_TPM("pcrs-empty", HIGH, DOC_PCR_COUNT(nitrotpm_pcrs), DO(SET("nitrotpm_pcrs", "a0")),
               "nitrotpm_pcrs is empty."),
    REFUSE_TPM("pcr-index-32", HIGH, DOC_PCR_INDEX(nitrotpm_pcrs), PCR(0, 0), DO(PCR_KEY(0, "1820")),
               "A PCR index is 32."),
    REFUSE_TPM("pcr-twice", HIGH, DOC_PCR_DUPLICATE(4), PCR(5, 0), DO(REPEAT_PCR(4)), "PCR4 appears twice."),
    REFUSE_TPM("pcr-of-32-bytes", MEDIUM, DOC_PCR_SIZE(7), PCR(7, 1), DO(PCR_ZEROS(7, 32)),
               "PCR7 comes from the SHA-256 bank and has 32 bytes.", OTHER_DIGEST),
    ACCEPT_TPM("zero-pcrs-are-no-debug-mode", EXPECT_DEBUG(0), NOWHERE,
               DO(PCR_ZEROS(0, 48), PCR_ZEROS(1, 48), PCR_ZEROS(2, 48)),
               "PCR0 to PCR2 of a NitroTPM are zero. Only enclaves have a debug mode."),
    ACCEPT_TPM("32-pcrs", DOC_PCR_COUNT(nitrotpm_pcrs), DO(ADD_PCRS(24, 31)), "The document contains all 32 PCRs."),
    ACCEPT_TPM("leaf-serial-4-octets", X509_SERIAL, NO_CERT, DO(PART(LEAF, serial, "020468e77800")),
               "The serial number of the leaf has four octets, as in genuine NitroTPM documents."),
    ACCEPT_TPM("policy-pcr4-pcr12", POLICY_PCR_MISMATCH(0), DO(SAME(4), SAME(12)),
               "PCR4 and PCR12 (the command line) identify an attestable image."),
    ACCEPT_TPM("policy-pcr7", POLICY_PCR_MISMATCH(0), DO(SAME(7)), "PCR7 (secure boot) identifies the image."),
    REFUSE_TPM("policy-pcr12-other", CRITICAL, POLICY_PCR_MISMATCH(12), DO(SAME(4), OTHER(12)),
               "PCR4 matches the policy, and the command line in PCR12 does not. A different command line can disable "
               "security."),
    REFUSE_TPM("policy-sets-mixed", CRITICAL, POLICY_NO_SET,
               DO(SAME(4), OTHER(12), PIN("b", 4, "other"), PIN("b", 12, "same")),
               "PCR4 matches the first set, and PCR12 the second. A verifier must not combine sets."),
    REFUSE_TPM("policy-pcr-absent", CRITICAL, POLICY_PCR_ABSENT(12), DO(SAME(4), SAME(12), OMIT_PCRS(12, 12)),
               "PCR4 matches the policy, and the document has no PCR12."),
    REFUSE_TPM("nonce-null", CRITICAL, EXPECT_NONCE_ABSENT, DO(OPTION("nonce", "010203"), SET("nonce", "f6")),
               "A nonce is expected, and the nonce of the document is null."),
    REFUSE_TPM("signature", CRITICAL, COSE_SIGNATURE, DO(SIG_BIT(DOC, 767)),
               "The last bit of s in the signature of the document is changed."),
};

GROUP(nitrotpm, "NitroTPM documents, and documents of one kind where the verifier expects the other.")
