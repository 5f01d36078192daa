/*
 * The plan of a test document: everything that will be written, piece by piece, before it is serialised and signed.
 * natt_issuer_plan() fills one in with what AWS writes; change any piece, then natt_issuer_build() signs the result.
 *
 * Every natt_bytes of a plan is written as it is, so any rule can be broken alone: an absent one leaves its element
 * out, unless its comment says otherwise. Lengths, counts and signatures are computed after the edits, each
 * certificate is signed by its issuer's key and the document by the leaf's: what was not edited stays valid.
 *
 * Bytes put into a plan must live until it is built; those the functions below return live until natt_plan_free().
 * They return absent bytes when memory runs out or an argument is wrong, and the plan can then no longer be built, so
 * only natt_issuer_build() needs checking. A plan is used by one thread at a time.
 * Formats: RFC 9052 4.2, RFC 8949 3, RFC 5280 4.1, X.690 8 and 10, AWS attestation_process.md.
 */
#ifndef NITRO_ATTEST_ISSUER_PLAN_H
#define NITRO_ATTEST_ISSUER_PLAN_H

#include "nitro_attest/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_PLAN_MAX_CERTIFICATES 24 /* the longest chain an issuer makes, 17, and some to add */

/* Values of natt_plan_signature.key beside a certificate's index: keys that no certificate holds. */
#define NATT_KEY_UNRELATED UINT32_MAX
#define NATT_KEY_SPARE     1000u /* and 1001, 1002 ... */

typedef enum natt_plan_form {
    NATT_FORM_DEFINITE = 0,
    NATT_FORM_INDEFINITE, /* CBOR: bf ... ff (a string: one chunk inside 5f ... ff); DER: 80 ... 00 00 */
    NATT_FORM_UNENDED     /* the same without its end */
} natt_plan_form;

/* How an element is wrapped around its content; all zero is the genuine way. */
typedef struct natt_plan_wrap {
    natt_bytes head; /* the whole head, raw; absent = computed from what follows */
    uint8_t tag;     /* 0 = the right one; else the DER tag octet or the CBOR major type in its place (0xa0 = map) */
    natt_plan_form form;
    uint32_t width;       /* length octets after the first: 0 = the shortest form, else CBOR 1, 2, 4, 8, DER 1..8 */
    int64_t length_delta; /* added to the length or count, to lie about it */
    natt_bytes trailing;  /* inside, after the content: a DER or string length counts it, a map's or array's does not */
    natt_bytes after;     /* behind the element, counted by nobody */
} natt_plan_wrap;

/* The replacement of an absent natt_plan_entry.value. */
typedef enum natt_plan_source {
    NATT_SOURCE_VALUE = 0,   /* nothing: the value is left out */
    NATT_SOURCE_CERTIFICATE, /* a byte string with certificates[certificate] */
    NATT_SOURCE_PCRS,        /* the map natt_issue_plan.pcrs */
    NATT_SOURCE_CABUNDLE     /* the array natt_issue_plan.cabundle */
} natt_plan_source;

/* One entry of a CBOR map or array, or one extension. */
typedef struct natt_plan_entry {
    natt_bytes key;   /* encoded CBOR; absent in arrays and extensions */
    natt_bytes value; /* encoded CBOR, or the extension in DER; absent: see source */
    natt_plan_source source;
    uint32_t certificate; /* for NATT_SOURCE_CERTIFICATE */
} natt_plan_entry;

/* A map, an array or the list of extensions: change entries in place, and their number by the functions below. */
typedef struct natt_plan_list {
    natt_plan_entry *entries; /* in the order in which they are written */
    size_t count;
    size_t capacity; /* private */
    natt_plan_wrap wrap;
    natt_bytes raw; /* present: written instead of all of the above */
} natt_plan_list;

typedef enum natt_signature_edit {
    NATT_SIGNATURE_PLAIN = 0, /* RFC 6979: s may be in either half, as in genuine documents */
    NATT_SIGNATURE_LOW_S,     /* s or n - s, whichever is smaller; still valid */
    NATT_SIGNATURE_HIGH_S,    /* the larger one; still valid */
    NATT_SIGNATURE_OTHER_S,   /* n - s: the twin of the plain one; still valid */
    NATT_SIGNATURE_ZERO_R,
    NATT_SIGNATURE_ZERO_S,
    NATT_SIGNATURE_R_IS_N, /* the group order */
    NATT_SIGNATURE_S_IS_N,
    NATT_SIGNATURE_FLIP_BIT /* of r || s, see bit */
} natt_signature_edit;

struct natt_issuer;

/* A signature to make; all zero except `key` is the genuine form. */
typedef struct natt_plan_signature {
    uint32_t key; /* the key of that certificate: its issuer's for a certificate, the leaf's for the document */
    struct natt_issuer *key_issuer; /* whose keys `key` counts; NULL = the building issuer's */
    natt_bytes signed_bytes;        /* absent = the right ones: TBSCertificate or Sig_structure */
    natt_signature_edit edit;
    uint32_t bit;    /* FLIP_BIT: 0 is the highest of r, 383 its lowest, 767 the lowest of s */
    natt_bytes r, s; /* present: written instead; 48 bytes in a document, in a certificate an INTEGER's content */
    bool other_form; /* DER in a document, r || s of 96 bytes in a certificate */
    natt_bytes raw;  /* present: written instead of r || s or the ECDSA-Sig-Value */
} natt_plan_signature;

/* COSE_Sign1 = [ protected, unprotected, payload, signature ]. Every natt_bytes is encoded CBOR. */
typedef struct natt_plan_envelope {
    natt_bytes tag;              /* d2, or absent */
    natt_bytes array_head;       /* 84 */
    natt_bytes protected_header; /* 44 a1013822 */
    natt_bytes unprotected;      /* a0 */
    natt_plan_wrap payload_wrap; /* of the byte string around the payload map */
    natt_bytes payload;          /* present: written instead of that byte string; what is signed does not change */
    natt_plan_wrap signature_wrap;
    natt_plan_signature signature;
    natt_bytes trailing; /* after the document */
    /* Sig_structure = [ context, body_protected, external_aad, payload ] is what is signed. [RFC9052 4.4] */
    natt_bytes context;          /* 6a "Signature1" */
    natt_bytes signed_protected; /* absent = protected_header, its head in the shortest form */
    natt_bytes external_aad;     /* 40 */
    natt_bytes signed_payload;   /* absent = the payload in a byte string of the shortest form */
} natt_plan_envelope;

/* Every natt_bytes is a complete DER element. [RFC5280 4.1] */
typedef struct natt_plan_certificate {
    natt_bytes version; /* a0 03 02 01 02 */
    natt_bytes serial;
    natt_bytes tbs_algorithm; /* the inner one */
    natt_bytes issuer;
    natt_plan_wrap validity_wrap;
    natt_bytes not_before, not_after;
    natt_bytes validity; /* present: written instead of wrap and times */
    natt_bytes subject;
    natt_bytes spki;
    natt_bytes unique_ids;             /* absent */
    natt_plan_list extensions;         /* its wrap is that of the SEQUENCE */
    natt_plan_wrap extensions_wrap;    /* of the [3] around it */
    bool no_extensions;                /* leave the [3] out */
    natt_plan_wrap tbs_wrap;           /* of TBSCertificate */
    natt_bytes algorithm;              /* the outer one */
    natt_bytes unused_bits;            /* 00, the first octet of the BIT STRING */
    natt_plan_wrap signature_wrap;     /* of the BIT STRING */
    natt_plan_wrap signature_sequence; /* of ECDSA-Sig-Value */
    natt_plan_signature signature;
    natt_bytes signature_value; /* present: written instead of the BIT STRING */
    natt_plan_wrap wrap;        /* of Certificate */
    natt_bytes raw;             /* present: written instead of all of the above */
} natt_plan_certificate;

typedef struct natt_issue_plan {
    natt_plan_envelope envelope;
    natt_plan_list payload;                                         /* nine fields in AWS's order */
    natt_plan_list pcrs;                                            /* ascending */
    natt_plan_list cabundle;                                        /* root first */
    natt_plan_certificate certificates[NATT_PLAN_MAX_CERTIFICATES]; /* root first, leaf last, then those added */
    size_t certificate_count;
    uint32_t leaf;            /* the index of the leaf, which is also the number of certificates in the bundle */
    struct natt_arena *arena; /* private */
} natt_issue_plan;

/* Releases what the plan holds and zeroes it. A zeroed plan may be freed again; NULL is ignored. */
NATT_API void natt_plan_free(natt_issue_plan *plan);

/*
 * Finding. Each returns NULL when there is no such entry; a pointer is good until its list is next lengthened.
 * field      by its name, "nonce"
 * pcr        by its index, 0..31
 * extension  by its OID in dots, "2.5.29.19", in certificates[certificate]
 */
NATT_API natt_plan_entry *natt_plan_field(natt_issue_plan *plan, const char *name);
NATT_API natt_plan_entry *natt_plan_pcr(natt_issue_plan *plan, uint32_t index);
NATT_API natt_plan_entry *natt_plan_find_extension(natt_issue_plan *plan, uint32_t certificate, const char *oid);

/* The leaf's plan; certificates[0] is the root's. */
NATT_API natt_plan_certificate *natt_plan_leaf(natt_issue_plan *plan);

/*
 * Changing lists. Positions count from 0; insert takes `count` as the end. Each returns the entry at its new place,
 * or NULL when the position is out of range or memory runs out, and the plan then no longer builds.
 */
NATT_API natt_plan_entry *natt_plan_insert(natt_issue_plan *plan, natt_plan_list *list, size_t at, natt_bytes key,
                                           natt_bytes value);
NATT_API natt_plan_entry *natt_plan_append(natt_issue_plan *plan, natt_plan_list *list, natt_bytes key,
                                           natt_bytes value);
NATT_API natt_plan_entry *natt_plan_duplicate(natt_issue_plan *plan, natt_plan_list *list, size_t at);
NATT_API natt_plan_entry *natt_plan_move(natt_issue_plan *plan, natt_plan_list *list, size_t from, size_t to);
NATT_API void natt_plan_remove(natt_issue_plan *plan, natt_plan_list *list, size_t at);
NATT_API void natt_plan_reverse(natt_plan_list *list);

/* The position of an entry that one of the finding functions returned. */
NATT_API size_t natt_plan_position(const natt_plan_list *list, const natt_plan_entry *entry);

/* The same by name; a field or PCR that is not there breaks the plan, so that a misspelt test cannot pass. */
NATT_API void natt_plan_set_field(natt_issue_plan *plan, const char *name, natt_bytes value);
NATT_API void natt_plan_omit_field(natt_issue_plan *plan, const char *name);
NATT_API void natt_plan_set_pcr(natt_issue_plan *plan, uint32_t index, natt_bytes value);
NATT_API void natt_plan_omit_pcr(natt_issue_plan *plan, uint32_t index);

/* Extensions of certificates[certificate]; `value` is what goes inside the OCTET STRING. */
NATT_API natt_bytes natt_plan_extension(natt_issue_plan *plan, const char *oid, bool critical, natt_bytes value);
NATT_API void natt_plan_add_extension(natt_issue_plan *plan, uint32_t certificate, const char *oid, bool critical,
                                      natt_bytes value);
NATT_API void natt_plan_set_extension(natt_issue_plan *plan, uint32_t certificate, const char *oid, bool critical,
                                      natt_bytes value);
NATT_API void natt_plan_omit_extension(natt_issue_plan *plan, uint32_t certificate, const char *oid);

/*
 * A further certificate, at first equal to certificates[copied], for entries to refer to. It holds and is signed by
 * the same keys. Returns its index, or UINT32_MAX when the plan is full (which also breaks it).
 */
NATT_API uint32_t natt_plan_add_certificate(natt_issue_plan *plan, uint32_t copied);

/* Bytes from hexadecimal digits, in pairs; spaces are skipped. */
NATT_API natt_bytes natt_plan_hex(natt_issue_plan *plan, const char *hex);
/* The bytes of a C string. */
NATT_API natt_bytes natt_plan_string(natt_issue_plan *plan, const char *text);
NATT_API natt_bytes natt_plan_copy(natt_issue_plan *plan, natt_bytes bytes);
/* a, then b; for more, nest. An absent one counts as empty. */
NATT_API natt_bytes natt_plan_join(natt_issue_plan *plan, natt_bytes a, natt_bytes b);
NATT_API natt_bytes natt_plan_repeat(natt_issue_plan *plan, natt_bytes unit, size_t times);
/* A copy with bytes[at .. at + len) replaced by `by`; len 0 inserts, an empty `by` cuts. */
NATT_API natt_bytes natt_plan_splice(natt_issue_plan *plan, natt_bytes bytes, size_t at, size_t len, natt_bytes by);
/* A copy with one bit changed; bit 0 is the highest of the first byte. */
NATT_API natt_bytes natt_plan_flip(natt_issue_plan *plan, natt_bytes bytes, size_t bit);

/* CBOR items in the shortest form; `_head` of any width (octets after the first: 0 = shortest, 1, 2, 4, 8). */
NATT_API natt_bytes natt_plan_cbor_head(natt_issue_plan *plan, uint8_t major, uint32_t width, uint64_t value);
NATT_API natt_bytes natt_plan_cbor_uint(natt_issue_plan *plan, uint64_t value);
NATT_API natt_bytes natt_plan_cbor_int(natt_issue_plan *plan, int64_t value);
NATT_API natt_bytes natt_plan_cbor_text(natt_issue_plan *plan, const char *text);
NATT_API natt_bytes natt_plan_cbor_bytes(natt_issue_plan *plan, natt_bytes content);
NATT_API natt_bytes natt_plan_cbor_zeros(natt_issue_plan *plan, size_t len); /* a byte string of `len` zero bytes */
NATT_API natt_bytes natt_plan_cbor_null(natt_issue_plan *plan);

/* DER elements; `_head` with `width` length octets after the first (0 = shortest). */
NATT_API natt_bytes natt_plan_der(natt_issue_plan *plan, uint8_t tag, natt_bytes content);
NATT_API natt_bytes natt_plan_der_head(natt_issue_plan *plan, uint8_t tag, uint32_t width, uint64_t len);
NATT_API natt_bytes natt_plan_der_integer(natt_issue_plan *plan, natt_bytes magnitude); /* shortest, not negative */
NATT_API natt_bytes natt_plan_der_oid(natt_issue_plan *plan, const char *dotted);
/* Seconds since 1970 as UTCTime from 1950 to 2049, as GeneralizedTime otherwise [RFC5280 4.1.2.5]. */
NATT_API natt_bytes natt_plan_der_time(natt_issue_plan *plan, int64_t seconds);
NATT_API natt_bytes natt_plan_der_utc_time(natt_issue_plan *plan, int64_t seconds);
NATT_API natt_bytes natt_plan_der_generalized_time(natt_issue_plan *plan, int64_t seconds);
/* A Name of one commonName, as a UTF8String. */
NATT_API natt_bytes natt_plan_der_common_name(natt_issue_plan *plan, const char *common_name);
/* SubjectPublicKeyInfo of P-384 around a subjectPublicKey such as 04 || x || y; `point` is not checked. */
NATT_API natt_bytes natt_plan_der_spki(natt_issue_plan *plan, natt_bytes point);

#ifdef __cplusplus
}
#endif
#endif
