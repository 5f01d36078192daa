/*
 * Signed documents for tests: a plan to edit, options that accept the unedited document, and assertions on the verdict.
 *
 *     struct natt_test_case c;
 *     natt_test_begin(&c);
 *     natt_plan_omit_field(&c.plan, "digest");
 *     REFUSED(&c, NATT_E_DOC_MISSING_FIELD, NATT_FIELD_DIGEST, NATT_NO_OFFSET);
 *     natt_test_end(&c);
 */
#ifndef NATT_VERIFY_TEST_SIGNED_H
#define NATT_VERIFY_TEST_SIGNED_H

#include "support.h"

#include "nitro_attest/attest.h"
#include "nitro_attest/issuer.h"

#define TEST_NOW_MS UINT64_C(1760000000000) /* 2025-10-09T08:53:20Z */
#define TEST_LEAF   4                       /* index of the leaf in the default chain */

struct natt_test_case {
    natt_issuer *issuer;
    natt_issue_plan plan;
    natt_options opt; /* now = the document's time, max age 0, no nonce, no policy */
    natt_bytes root;
    uint8_t bytes[65536];
    natt_bytes doc;
};

void natt_test_begin(struct natt_test_case *c);
void natt_test_begin_with(struct natt_test_case *c, const natt_issuer_options *options,
                          const natt_issue_request *request);
void natt_test_end(struct natt_test_case *c);

/* Options of every test issuer: a fixed seed, names as AWS writes them, TEST_NOW_MS. */
natt_issuer_options natt_test_issuer_options(void);

/* Serializes the plan into c->doc. */
void natt_test_build(struct natt_test_case *c);

/* Builds and asserts. The offset expression is evaluated after the build. */
#define REFUSED(c, code, item, offset)                                                                                 \
    do {                                                                                                               \
        natt_test_build(c);                                                                                            \
        natt_test_refused_doc(c, code, item, offset, __LINE__);                                                        \
    } while (0)
#define VERIFIED(c)                                                                                                    \
    do {                                                                                                               \
        natt_test_build(c);                                                                                            \
        natt_test_verified_doc(c, __LINE__);                                                                           \
    } while (0)

void natt_test_refused_doc(struct natt_test_case *c, natt_code code, uint32_t item, size_t offset, int line);
natt_verified natt_test_verified_doc(struct natt_test_case *c, int line);

/* The document is refused if the field's value is `hex`, at that value, which begins right after its key. */
void natt_test_refused_value(struct natt_test_case *c, const char *name, const char *hex, natt_code code,
                             uint32_t item);

/* Positions in c->doc; each function fails the test if the item does not exist. */
size_t natt_test_at_certificate(const struct natt_test_case *c, uint32_t certificate);
/* of `part` inside that certificate */
size_t natt_test_at_in_certificate(const struct natt_test_case *c, uint32_t certificate, natt_bytes part);
size_t natt_test_at(const struct natt_test_case *c, natt_bytes needle);         /* first occurrence */
size_t natt_test_at_text(const struct natt_test_case *c, const char *text);     /* of these characters */
size_t natt_test_at_field(const struct natt_test_case *c, const char *name);    /* of the field's key */
size_t natt_test_after_field(const struct natt_test_case *c, const char *name); /* of the field's value */

#endif
