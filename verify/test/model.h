/*
 * A model of the options. From their fields and a few facts about a document, it computes whether natt_verify must
 * accept the document, and if not, which reasons it may give. It is written from the headers and docs/RULES.md, and
 * shares no code with verify/.
 */
#ifndef NATT_VERIFY_TEST_MODEL_H
#define NATT_VERIFY_TEST_MODEL_H

#include "nitro_attest/attest.h"

#define MODEL_DOCUMENTS 20
#define MODEL_REASONS   24

/* Facts about a certificate, known because the test created it. */
struct model_certificate {
    int64_t not_before, not_after; /* seconds since 1970 */
    uint8_t serial[3];             /* big-endian, first octet not 0 */
    uint8_t issuer[512];           /* Name in DER */
    size_t issuer_len;
    uint8_t sha256[32], spki_sha256[32];
    uint8_t twin_sha256[32]; /* of the same certificate with n - s; of no certificate if the signature is invalid */
    bool has_twin;
};

struct model_document {
    const char *name;
    uint8_t bytes[20480], root[NATT_MAX_CERTIFICATE], leaf[NATT_MAX_CERTIFICATE];
    size_t len, root_len, leaf_len;
    natt_kind kind;
    uint64_t timestamp_ms;
    size_t certificate_count; /* root first, leaf last */
    struct model_certificate certificates[NATT_MAX_CHAIN];
    char module_id[NATT_MAX_MODULE_ID + 1];
    const char *region;                      /* NULL: the names bind no module */
    natt_bytes nonce, user_data, public_key; /* ptr NULL = absent */
    size_t unknown_fields;
    uint32_t pcr_mask;
    uint8_t pcrs[NATT_PCR_COUNT][NATT_PCR_LEN];
    bool debug;
    size_t bad_signature; /* index of a certificate; the number of certificates: the document's root; SIZE_MAX: none */
};

/* The documents that sets are drawn for: both kinds, several chains, every optional field. */
const struct model_document *model_documents(void);

/* The quality of a root of the options. */
enum model_root { MODEL_ROOT_GOOD, MODEL_ROOT_UNREADABLE, MODEL_ROOT_NO_CA };
natt_bytes model_root_of(enum model_root how, const struct model_document *doc);

struct model_reason {
    natt_code code;
    uint32_t item; /* MODEL_ANY_ITEM: the fields alone do not determine it */
};
#define MODEL_ANY_ITEM (UINT32_MAX - 1)

/* All reasons of the first stage that has one; none: accepted. */
struct model_answer {
    struct model_reason reasons[MODEL_REASONS];
    size_t count;
    unsigned stage;
    uint32_t checks;    /* of an accepted document */
    size_t matched_set; /* SIZE_MAX without a policy */
    size_t root_index;
};

/* `signatures`: invalid ones count, as with real cryptography. */
struct model_answer model_answer(const struct model_document *doc, const natt_options *opt, bool signatures);

/* Checks that these options perform for every document, so they may be required. */
uint32_t model_performed(const natt_options *opt);

/* The required result of natt_policy_check for the accepted document: NATT_OK, or the only reason. */
natt_code model_policy_answer(const struct model_document *doc, const natt_policy *policy);

/* The next PCR of a set in which the document differs, by set and PCR; false if there are no more. */
bool model_difference(const struct model_document *doc, const natt_policy *policy, size_t n, size_t *set,
                      uint32_t *index);

/* A random set of options for a document, with its own memory. */
struct model_set {
    const struct model_document *doc;
    natt_options opt;
    natt_bytes roots[4];
    natt_deny_entry deny[6];
    uint8_t deny_bytes[6][48];
    uint8_t nonce[4200], user_data[4200], public_key[4200], module_id[128], region[128];
    natt_policy policy;
    natt_pcr_set sets[3];
    natt_pcr_value pins[3][8];
};

/* Draws all options so that most sets are accepted, then spoils about half of them in one or two fields. */
void model_draw(struct model_set *set, const struct model_document *doc);
/* Keeps `shared`, which a batch shares, and draws the rest: the fields of an item. */
void model_draw_item(struct model_set *set, const struct model_document *doc, const natt_options *shared);

/* Returns a number below n from a fixed sequence. */
size_t model_pick(size_t n);

#endif
