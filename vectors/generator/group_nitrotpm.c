/*
 * NitroTPM documents: the same root, the same certificates, another map of PCRs. Anybody with an ordinary instance gets
 * one, so neither kind may pass for the other.
 */
#include "vectors/generator/steps.h"

#define TPM   .kind = NATT_KIND_NITROTPM
#define FIELD NATT_FIELD_NITROTPM_PCRS

/* clang-format off */
#define FORM_OF_ID DIFFER("AWS does not document the form of module_id; all genuine NitroTPMs have i-<hex>-tpm<hex>.")
static const struct natt_vector rows[] = {
    ACCEPT("nitrotpm-genuine-shape", "document-kind", "R-DOC-18", "A NitroTPM document for a verifier that expects one.", ON(TPM), DO(NOTHING)),
    ACCEPT("nitrotpm-definite", "document-kind", "R-DOC-18", "The same with a payload map of definite length.", ON(TPM, .definite = true), DO(NOTHING)),
    ACCEPT("nitrotpm-tagged", "document-kind", "R-DOC-18", "The same behind tag 18.", ON(TPM), DO(ENVELOPE("tag", "d2"))),
    ACCEPT("nitrotpm-binding", "module-binding", "R-EXPECT-06", "Leaf and instance certificate name the module and one region.", ON(TPM), DO(FLAG("require-module-binding"))),
    REFUSE("nitrotpm-where-enclave-is-expected", "document-kind", CRITICAL, NATT_E_DOC_KIND_UNEXPECTED, NO_ITEM, CONTENT("module_id", 0), "A NitroTPM document where an enclave's is expected: any instance can get one.", ON(TPM), DO(OPTION("kind", "enclave"))),
    REFUSE("enclave-where-nitrotpm-is-expected", "document-kind", CRITICAL, NATT_E_DOC_KIND_UNEXPECTED, NO_ITEM, CONTENT("module_id", 0), "An enclave's document where a NitroTPM's is expected.", DO(OPTION("kind", "nitrotpm"))),
    REFUSE("nitrotpm-with-enclave-module-id", "document-kind", HIGH, NATT_E_DOC_KIND_UNEXPECTED, NO_ITEM, CONTENT("module_id", 0), "nitrotpm_pcrs with an enclave's module_id: neither kind.", ON(TPM), DO(SET_TEXT("module_id", "i-0827e799ec9232d44-enc0123456789abcdef")), FORM_OF_ID),
    REFUSE("nitrotpm-with-enclave-module-id-as-enclave", "document-kind", CRITICAL, NATT_E_DOC_KIND_UNEXPECTED, NO_ITEM, CONTENT("module_id", 0), "The same where an enclave is expected.", ON(TPM), DO(SET_TEXT("module_id", "i-0827e799ec9232d44-enc0123456789abcdef"), OPTION("kind", "enclave"))),
    REFUSE("enclave-with-nitrotpm-module-id-as-nitrotpm", "document-kind", CRITICAL, NATT_E_DOC_KIND_UNEXPECTED, NO_ITEM, CONTENT("module_id", 0), "pcrs with a NitroTPM's module_id, where a NitroTPM's document is expected.", DO(OPTION("kind", "nitrotpm"), SET_TEXT("module_id", "i-0-tpm0"))),
    REFUSE("nitrotpm-pcrs-renamed", "document-kind", HIGH, NATT_E_DOC_KIND_UNEXPECTED, NO_ITEM, CONTENT("module_id", 0), "A NitroTPM's PCRs in the field pcrs, where an enclave is expected.", ON(TPM), DO(RENAME("nitrotpm_pcrs", "6470637273"), OPTION("kind", "enclave")), FORM_OF_ID),
    REFUSE("nitrotpm-both-maps", "document-kind", HIGH, NATT_E_DOC_KIND_MIXED, NATT_FIELD_PCRS, KEY("pcrs", 0), "pcrs beside nitrotpm_pcrs.", ON(TPM), DO(ADD("pcrs", "f6"))),
    REFUSE("nitrotpm-pcrs-twice", "cbor-duplicate-key", HIGH, NATT_E_DOC_DUPLICATE_FIELD, FIELD, LAST_KEY("nitrotpm_pcrs", 0), "nitrotpm_pcrs twice.", ON(TPM), DO(REPEAT_FIELD("nitrotpm_pcrs"))),
    REFUSE("nitrotpm-pcrs-null", "document-null-field", HIGH, NATT_E_DOC_NULL_FIELD, FIELD, VALUE("nitrotpm_pcrs", 0), "nitrotpm_pcrs is null.", ON(TPM), DO(SET("nitrotpm_pcrs", "f6"))),
    REFUSE("nitrotpm-pcrs-omitted", "document-missing-field", HIGH, NATT_E_DOC_MISSING_FIELD, NATT_FIELD_PCRS, NOWHERE, "Neither map of PCRs: pcrs is reported, whichever was expected.", ON(TPM), DO(OMIT("nitrotpm_pcrs"))),
    REFUSE("nitrotpm-pcrs-array", "cbor-wrong-type", MEDIUM, NATT_E_CBOR_TYPE, FIELD, VALUE("nitrotpm_pcrs", 0), "nitrotpm_pcrs as an array.", ON(TPM), DO(SET("nitrotpm_pcrs", "80"))),
    REFUSE("nitrotpm-pcrs-empty", "document-pcr-count", HIGH, NATT_E_DOC_PCR_COUNT, FIELD, VALUE("nitrotpm_pcrs", 0), "nitrotpm_pcrs is empty.", ON(TPM), DO(SET("nitrotpm_pcrs", "a0"))),
    REFUSE("nitrotpm-pcr-index-32", "document-pcr-index", HIGH, NATT_E_DOC_PCR_INDEX, FIELD, PCR(0, 0), "PCR index 32.", ON(TPM), DO(PCR_KEY(0, "1820"))),
    REFUSE("nitrotpm-pcr-twice", "cbor-duplicate-key", HIGH, NATT_E_DOC_PCR_DUPLICATE, 4, PCR(5, 0), "PCR4 twice.", ON(TPM), DO(REPEAT_PCR(4))),
    REFUSE("nitrotpm-pcr-of-32-bytes", "document-pcr-size", MEDIUM, NATT_E_DOC_PCR_SIZE, 7, PCR(7, 1), "PCR7 of the SHA-256 bank, 32 bytes.", ON(TPM), DO(PCR_ZEROS(7, 32))),
    ACCEPT("nitrotpm-zero-pcrs-are-no-debug-mode", "debug-mode", "R-EXPECT-01", "PCR0 to PCR2 are zero: debug mode is an enclave's.", ON(TPM), DO(PCR_ZEROS(0, 48), PCR_ZEROS(1, 48), PCR_ZEROS(2, 48))),
    ACCEPT("nitrotpm-32-pcrs", "document-pcr-count", "R-DOC-10", "All 32 PCRs.", ON(TPM), DO(ADD_PCRS(24, 31))),
    ACCEPT("nitrotpm-leaf-serial-4-octets", "certificate-serial", "R-X509-02", "The leaf's serial number of four octets is genuine here.", ON(TPM), DO(PART(LEAF, "serial", "020468e77800"))),
    ACCEPT("nitrotpm-policy-pcr4-pcr12", "pcr-policy", "R-POLICY-02", "PCR4 and PCR12 (the command line) identify an attestable image.", ON(TPM), DO(PIN("a", 4, "same"), PIN("a", 12, "same"))),
    ACCEPT("nitrotpm-policy-pcr7", "pcr-policy", "R-POLICY-02", "PCR7 (secure boot) pins the image.", ON(TPM), DO(PIN("a", 7, "same"))),
    REFUSE("nitrotpm-policy-pcr12-other", "pcr-policy", CRITICAL, NATT_E_POLICY_PCR_MISMATCH, 12, PCR(12, 3), "PCR4 matches, the command line in PCR12 does not: it can switch security off.", ON(TPM), DO(PIN("a", 4, "same"), PIN("a", 12, "other"))),
    REFUSE("nitrotpm-policy-sets-mixed", "pcr-policy", CRITICAL, NATT_E_POLICY_NO_SET, NO_ITEM, NOWHERE, "PCR4 of the first set and PCR12 of the second match.", ON(TPM), DO(PIN("a", 4, "same"), PIN("a", 12, "other"), PIN("b", 4, "other"), PIN("b", 12, "same"))),
    REFUSE("nitrotpm-policy-pcr-absent", "pcr-policy", CRITICAL, NATT_E_POLICY_PCR_ABSENT, 12, NOWHERE, "PCR4 matches, and the document has no PCR12.", ON(TPM), DO(PIN("a", 4, "same"), PIN("a", 12, "same"), OMIT_PCRS(12, 12))),
    REFUSE("nitrotpm-nonce-null", "nonce", CRITICAL, NATT_E_EXPECT_NONCE_ABSENT, NO_ITEM, NOWHERE, "A nonce was sent, and the document has null.", ON(TPM), DO(OPTION("nonce", "010203"))),
    REFUSE("nitrotpm-signature", "cose-signature", CRITICAL, NATT_E_COSE_SIGNATURE, NO_ITEM, END(-96), "The last bit of s is changed.", ON(TPM), DO(SIG_BIT(DOC, 767))),
};
/* clang-format on */

const struct natt_vector_group natt_group_nitrotpm = {
    "nitrotpm", "NitroTPM documents, and that neither kind passes for the other.", {TABLE(rows)}};
