/*
 * The plan of a test document: all its parts, before they are serialized and signed. natt_issuer_plan() fills in a plan
 * with the values that AWS writes. Change any part; then natt_issuer_build() signs the result.
 *
 * Each natt_bytes of a plan is written unchanged, so a document can break exactly one rule. An absent one omits its
 * element, unless its comment says otherwise. Lengths, counts and signatures are computed after the edits: the issuer's
 * key signs each certificate, and the leaf's key signs the document. All other parts remain valid.
 *
 * Bytes that you put into a plan must remain valid until it is built. Bytes that the functions below return are valid
 * until natt_plan_free(). If memory runs out or an argument is wrong, they return absent bytes and the build fails
 * later: check only the result of natt_issuer_build(). Only one thread may use a plan at a time.
 * Formats: RFC 9052 4.2, RFC 8949 3, RFC 5280 4.1, X.690 8 and 10, AWS attestation_process.md.
 */
#ifndef NITRO_ATTEST_ISSUER_PLAN_H
#define NITRO_ATTEST_ISSUER_PLAN_H

#include "nitro_attest/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_PLAN_MAX_CERTIFICATES 24 /* the longest chain an issuer makes, 17, and some to add */

/* Values of natt_plan_signature.key other than an index: keys that no certificate contains. */
#define NATT_KEY_UNRELATED UINT32_MAX
#define NATT_KEY_SPARE     1000u /* and 1001, 1002 ... */

typedef enum natt_plan_form {
    NATT_FORM_DEFINITE = 0,
    NATT_FORM_INDEFINITE, /* CBOR: bf ... ff (a string: one chunk inside 5f ... ff); DER: 80 ... 00 00 */
    NATT_FORM_UNENDED     /* the same without its end marker */
} natt_plan_form;

/* The encoding of an element around its content; all zero = as AWS encodes it. */
typedef struct natt_plan_wrap {
    natt_bytes head; /* the complete head; absent = computed from the other members */
    uint8_t tag;     /* 0 = the correct one; else this DER tag octet or CBOR major type (0xa0 = map) */
    natt_plan_form form;
    uint32_t width;       /* length octets after the first: 0 = the shortest form, else CBOR 1, 2, 4, 8, DER 1..8 */
    int64_t length_delta; /* added to the encoded length or count, which is then wrong */
    natt_bytes trailing;  /* after the content: a DER or string length includes it, a map or array count does not */
    natt_bytes after;     /* after the element; no length or count includes it */
} natt_plan_wrap;

/* The replacement of an absent natt_plan_entry.value. */
typedef enum natt_plan_source {
    NATT_SOURCE_VALUE = 0,   /* nothing: the value is omitted */
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

/* A map, an array or the list of extensions. Change entries in place; add and remove them with the functions below. */
typedef struct natt_plan_list {
    natt_plan_entry *entries; /* in the order in which they are written */
    size_t count;
    size_t capacity; /* private */
    natt_plan_wrap wrap;
    natt_bytes raw; /* present: replaces all of the above */
} natt_plan_list;

typedef enum natt_signature_edit {
    NATT_SIGNATURE_PLAIN = 0, /* RFC 6979: s may be in either half, as in genuine documents */
    NATT_SIGNATURE_LOW_S,     /* the smaller of s and n - s; still valid */
    NATT_SIGNATURE_HIGH_S,    /* the larger one; still valid */
    NATT_SIGNATURE_OTHER_S,   /* n - s: the twin of the plain one; still valid */
    NATT_SIGNATURE_ZERO_R,
    NATT_SIGNATURE_ZERO_S,
    NATT_SIGNATURE_R_IS_N, /* the group order */
    NATT_SIGNATURE_S_IS_N,
    NATT_SIGNATURE_FLIP_BIT /* of r || s, see bit */
} natt_signature_edit;

struct natt_issuer;

/* How to sign. If all members except `key` are zero, as AWS signs. */
typedef struct natt_plan_signature {
    uint32_t key; /* index of the certificate whose key signs: its issuer's; for the document the leaf's */
    struct natt_issuer *key_issuer; /* the issuer that has this key; NULL = the issuer that builds */
    natt_bytes signed_bytes;        /* absent = the correct ones: TBSCertificate or Sig_structure */
    natt_signature_edit edit;
    uint32_t bit;    /* FLIP_BIT: 0 is the highest of r, 383 its lowest, 767 the lowest of s */
    natt_bytes r, s; /* present: replace r or s; 48 bytes in a document, an INTEGER's content in a certificate */
    bool other_form; /* DER in a document, r || s of 96 bytes in a certificate */
    natt_bytes raw;  /* present: replaces r || s or the ECDSA-Sig-Value */
} natt_plan_signature;

/* COSE_Sign1 = [ protected, unprotected, payload, signature ]. Every natt_bytes is encoded CBOR. */
typedef struct natt_plan_envelope {
    natt_bytes tag;              /* d2, or absent */
    natt_bytes array_head;       /* 84 */
    natt_bytes protected_header; /* 44 a1013822 */
    natt_bytes unprotected;      /* a0 */
    natt_plan_wrap payload_wrap; /* of the byte string around the payload map */
    natt_bytes payload;          /* present: replaces that byte string; the signed bytes do not change */
    natt_plan_wrap signature_wrap;
    natt_plan_signature signature;
    natt_bytes trailing; /* after the document */
    /* The signed bytes: Sig_structure = [ context, body_protected, external_aad, payload ]. [RFC9052 4.4] */
    natt_bytes context;          /* 6a "Signature1" */
    natt_bytes signed_protected; /* absent = protected_header with a head in the shortest form */
    natt_bytes external_aad;     /* 40 */
    natt_bytes signed_payload;   /* absent = the payload in a byte string with a head in the shortest form */
} natt_plan_envelope;

/* Every natt_bytes is a complete DER element. [RFC5280 4.1] */
typedef struct natt_plan_certificate {
    natt_bytes version; /* a0 03 02 01 02 */
    natt_bytes serial;
    natt_bytes tbs_algorithm; /* the inner one */
    natt_bytes issuer;
    natt_plan_wrap validity_wrap;
    natt_bytes not_before, not_after;
    natt_bytes validity; /* present: replaces wrap and times */
    natt_bytes subject;
    natt_bytes spki;
    natt_bytes unique_ids;             /* absent */
    natt_plan_list extensions;         /* its wrap is that of the SEQUENCE */
    natt_plan_wrap extensions_wrap;    /* of the [3] around it */
    bool no_extensions;                /* omit the [3] */
    natt_plan_wrap tbs_wrap;           /* of TBSCertificate */
    natt_bytes algorithm;              /* the outer one */
    natt_bytes unused_bits;            /* 00, the first octet of the BIT STRING */
    natt_plan_wrap signature_wrap;     /* of the BIT STRING */
    natt_plan_wrap signature_sequence; /* of ECDSA-Sig-Value */
    natt_plan_signature signature;
    natt_bytes signature_value; /* present: replaces the BIT STRING */
    natt_plan_wrap wrap;        /* of Certificate */
    natt_bytes raw;             /* present: replaces all of the above */
} natt_plan_certificate;

typedef struct natt_issue_plan {
    natt_plan_envelope envelope;
    natt_plan_list payload;                                         /* nine fields in AWS's order */
    natt_plan_list pcrs;                                            /* ascending */
    natt_plan_list cabundle;                                        /* root first */
    natt_plan_certificate certificates[NATT_PLAN_MAX_CERTIFICATES]; /* root first, then to the leaf, then added ones */
    size_t certificate_count;
    uint32_t leaf;            /* the index of the leaf, which is also the number of certificates in the bundle */
    struct natt_arena *arena; /* private */
} natt_issue_plan;

/* Frees the memory of a plan and zeroes it. Does nothing for a zeroed plan and for NULL. */
NATT_API void natt_plan_free(natt_issue_plan *plan);

/*
 * Find an entry. Each returns NULL if there is no such entry. A pointer is valid until its list grows.
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
 * Change a list. Positions count from 0; natt_plan_insert accepts `count` as the end. Each returns the entry at its new
 * position, or NULL if the position is out of range or memory runs out; the build then fails.
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

/* The same by name. If there is no such field or PCR, the build fails, so that a misspelt test cannot pass. */
NATT_API void natt_plan_set_field(natt_issue_plan *plan, const char *name, natt_bytes value);
NATT_API void natt_plan_omit_field(natt_issue_plan *plan, const char *name);
NATT_API void natt_plan_set_pcr(natt_issue_plan *plan, uint32_t index, natt_bytes value);
NATT_API void natt_plan_omit_pcr(natt_issue_plan *plan, uint32_t index);

/* Extensions of certificates[certificate]; `value` is the content of the OCTET STRING. */
NATT_API natt_bytes natt_plan_extension(natt_issue_plan *plan, const char *oid, bool critical, natt_bytes value);
NATT_API void natt_plan_add_extension(natt_issue_plan *plan, uint32_t certificate, const char *oid, bool critical,
                                      natt_bytes value);
NATT_API void natt_plan_set_extension(natt_issue_plan *plan, uint32_t certificate, const char *oid, bool critical,
                                      natt_bytes value);
NATT_API void natt_plan_omit_extension(natt_issue_plan *plan, uint32_t certificate, const char *oid);

/*
 * Adds a copy of certificates[copied], which entries can refer to. The copy contains the same key, and the same key
 * signs it. Returns its index, or UINT32_MAX if the plan is full; the build then fails.
 */
NATT_API uint32_t natt_plan_add_certificate(natt_issue_plan *plan, uint32_t copied);

/* Bytes from hexadecimal digits, in pairs; spaces are skipped. */
NATT_API natt_bytes natt_plan_hex(natt_issue_plan *plan, const char *hex);
/* The bytes of a C string. */
NATT_API natt_bytes natt_plan_string(natt_issue_plan *plan, const char *text);
NATT_API natt_bytes natt_plan_copy(natt_issue_plan *plan, natt_bytes bytes);
/* a, then b; nest calls to join more. Absent bytes are treated as empty. */
NATT_API natt_bytes natt_plan_join(natt_issue_plan *plan, natt_bytes a, natt_bytes b);
NATT_API natt_bytes natt_plan_repeat(natt_issue_plan *plan, natt_bytes unit, size_t times);
/* A copy with bytes[at .. at + len) replaced by `by`; len 0 inserts, an empty `by` removes. */
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
