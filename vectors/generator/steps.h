/*
 * The macros of the tables. A step is one small edit, and a macro is its short form.
 */
#ifndef NATT_VECTORS_STEPS_H
#define NATT_VECTORS_STEPS_H

#include "vectors/generator/reasons.h"
#include "vectors/generator/vector.h"

#include <stddef.h>

#define LEAF      4u /* index of the leaf in the usual chain of five */
#define INSTANCE  3u
#define DOC       (-1) /* for steps that edit a signature: the document's */
#define NO_ITEM   NATT_NO_ITEM
#define ITEM_none NATT_NO_ITEM

#define CRITICAL "critical"
#define HIGH     "high"
#define MEDIUM   "medium"
#define LOW      "low"

#define KEY_USAGE         "2.5.29.15"
#define BASIC_CONSTRAINTS "2.5.29.19"

/* clang-format off */
/*
 * ---- rows ----
 * REFUSE: id, severity, reason (reasons.h; or class, code, item), place unless the reason has one, DO(steps) or
 * NOTHING, description. ACCEPT: the same without severity. Its reason is the check that the document must pass, and its
 * place is NOWHERE, or NO_CERT for a certificate. ALLOWED has class and rules in place of reason and place. ON,
 * RULES, DIFFER, TAGS, FIRM, REACH and CLEAREST follow in any order. A family is a macro for similar rows: it contains
 * the beginning of their ids and everything else that they share. traits.c gives reach, most tags, and the policies of
 * whole classes: TAGS adds to them, FIRM excepts a row, and REACH is for a row whose steps do not tell it.
 */
#define REFUSE(id, ...) {id, __VA_ARGS__}
#define ACCEPT(id, ...) {id, "none", __VA_ARGS__, .accept = true}
#define ALLOWED(id, class_name, rules_text, ...) \
    ACCEPT(id, class_name, NATT_OK, NO_ITEM, NOWHERE, __VA_ARGS__, .rules = rules_text)
#define EACH_CA(row)         row(1, "regional"), row(2, "zonal"), row(3, "instance")
#define EACH_BELOW_ROOT(row) EACH_CA(row), row(4, "leaf")
#define NOTHING        (const struct natt_step[]){{0}}
#define DO(...)        (const struct natt_step[]){__VA_ARGS__, {0}}
#define ON(...)        .base = {__VA_ARGS__}
#define RULES(text)    .rules = text
#define DIFFER(reason) .policy = reason
#define TAGS(words)    .tags = words
#define FIRM           .firm = true
#define REACH(who)     .reach = who
#define LIMIT(reason)  DIFFER(reason), TAGS("implementation-limit")
#define ANY_BOUND      LIMIT("This limit is a choice of nitro-attest. A verifier may have a different limit.")
#define NOT_DETERMINISTIC \
    "RFC 8949 allows this encoding, except in protocols that require a deterministic one. AWS does not. No genuine " \
    "document contains it."
#define NOT_CANONICAL  DIFFER(NOT_DETERMINISTIC), TAGS("canonical-cbor")
#define BEFORE_1970 \
    DIFFER("RFC 5280 allows this. A verifier that uses an unsigned number of seconds since 1970 may refuse it.")
#define EMPTY_KEY \
    DIFFER("The AWS documentation gives two minimum sizes for public_key: 0 bytes in the format definition, 1 byte " \
           "in the section on content checks."), TAGS("aws-check-content")
#define SIZES_DIFFER \
    DIFFER("The AWS documentation gives two limits, 512 and 1024 bytes. The device accepts a request of 4096 bytes."), \
        TAGS("aws-check-content")
#define OTHER_DIGEST \
    DIFFER("The AWS documentation allows PCRs of 32, 48 and 64 bytes."), TAGS("aws-check-content")
#define CLEAREST       .clearest = true
#define GROUP_WITH(name, description, ...) \
    const struct natt_vector_group natt_group_ ## name = {#name, description, rows, sizeof rows / sizeof rows[0], \
                                                          __VA_ARGS__};
#define GROUP(name, description) GROUP_WITH(name, description, .values = false)
#define GROUP_WITH_VALUES(name, description) GROUP_WITH(name, description, .values = true)

/* ---- places: those in a certificate include the item, which is its index in the chain ---- */
#define AT_PLACE(place, name, cert, index, delta) {NATT_PLACE_ ## place, name, cert, index, delta}
#define NOWHERE                 {NATT_PLACE_NONE, NULL, 0, 0, 0}
#define NO_CERT                 NO_ITEM, NOWHERE
#define START(delta)            AT_PLACE(START, NULL, 0, 0, delta)
#define END(delta)              AT_PLACE(END, NULL, 0, 0, delta)
#define PAYLOAD(delta)          AT_PLACE(PAYLOAD, NULL, 0, 0, delta)     /* first byte of its content */
#define PAYLOAD_END(delta)      AT_PLACE(PAYLOAD_END, NULL, 0, 0, delta) /* the byte after it */
#define KEY(field, delta)       AT_PLACE(KEY, field, 0, 0, delta)        /* the head of its name */
#define LAST_KEY(field, delta)  AT_PLACE(LAST_KEY, field, 0, 0, delta)   /* the last one with that name */
#define VALUE(field, delta)     AT_PLACE(VALUE, field, 0, 0, delta)      /* the head of its value */
#define CONTENT(field, delta)   AT_PLACE(CONTENT, field, 0, 0, delta)    /* after that head */
#define AFTER(field, delta)     AT_PLACE(AFTER, field, 0, 0, delta)      /* after its value, a string or simple */
#define PCR(entry, delta)       AT_PLACE(ITEM, "pcrs", 0, entry, delta)   /* the key of that entry */
#define ENTRY(index, delta)     AT_PLACE(ITEM, "cabundle", 0, index, delta)
#define CERT(i, delta)          i, AT_PLACE(CERT, NULL, i, 0, delta) /* 0 is cabundle[0], the leaf comes last */
#define TBS(i, element, delta)  i, BYTE_OF_TBS(i, element, delta)
#define BYTE_OF_TBS(i, element, delta) AT_PLACE(ELEMENT, "0", i, element, delta)
#define OUTER(i, element, delta) i, AT_PLACE(ELEMENT, "", i, element, delta)
#define EXTENSION(i, nth, delta) i, AT_PLACE(ELEMENT, "070", i, nth, delta) /* of [3], the last one of TBSCertificate */
#define INTEGER(i, r_or_s)      i, AT_PLACE(ELEMENT, "20", i, r_or_s, 0)     /* of its signature */
#define MAGNITUDE(i, r_or_s)    i, AT_PLACE(MAGNITUDE, "20", i, r_or_s, 0)   /* first byte after a sign octet */
/* the item of a field, by its name */
enum {
    ITEM_module_id = NATT_FIELD_MODULE_ID, ITEM_digest = NATT_FIELD_DIGEST, ITEM_timestamp = NATT_FIELD_TIMESTAMP,
    ITEM_pcrs = NATT_FIELD_PCRS, ITEM_certificate = NATT_FIELD_CERTIFICATE, ITEM_cabundle = NATT_FIELD_CABUNDLE,
    ITEM_public_key = NATT_FIELD_PUBLIC_KEY, ITEM_user_data = NATT_FIELD_USER_DATA, ITEM_nonce = NATT_FIELD_NONCE,
    ITEM_nitrotpm_pcrs = NATT_FIELD_NITROTPM_PCRS
};
/* elements of TBSCertificate and Certificate */
enum { E_VERSION, E_SERIAL, E_ALGORITHM, E_ISSUER, E_VALIDITY, E_SUBJECT, E_SPKI, E_EXTENSIONS };
enum { E_TBS, E_OUTER_ALGORITHM, E_SIGNATURE };
/* DER tags of strings and dates */
enum { UTF8 = 0x0c, PRINTABLE = 0x13, TELETEX, IA5 = 0x16, UTC_TIME, GENERALIZED };
enum { BMP = 0x1e, SEQUENCE = 0x30 };

#define STEP(fn, name, value, n, m) {fn, name, value, n, m, NOWHERE}
#define CERT_STEP(fn, cert, value, n, m) {fn, NULL, value, n, m, {NATT_PLACE_NONE, NULL, cert, 0, 0}}
#define MEMBER(path)            offsetof(natt_issue_plan, path)

/* ---- fields of the payload; hexadecimal may contain spaces, and "00*48" is 48 times 00 ---- */
#define SET(field, hex)         STEP(natt_step_set, field, hex, 0, 0)
#define SET_ZEROS(field, len)   STEP(natt_step_set, field, NULL, 0, len)
#define SET_TEXT(field, text)   STEP(natt_step_set_text, field, text, 0, 0)
#define SET_LONG(field, start, len) STEP(natt_step_set_long, field, start, len, 0) /* text padded to len with 'a' */
#define STAMP(ms)               STEP(natt_step_stamp, NULL, NULL, ms, 0)           /* timestamp = now + ms */
#define OMIT(field)             STEP(natt_step_omit, field, NULL, 0, 0)
#define ADD(field, hex)         STEP(natt_step_add, field, hex, 0, 0)
#define ADD_MANY(count)         STEP(natt_step_add_many, NULL, NULL, count, 0) /* fields x0, x1 ... = 0 */
#define REPEAT_FIELD(field)     STEP(natt_step_repeat_field, field, NULL, 0, 0) /* again, at the end */
#define RENAME(field, hex)      STEP(natt_step_rename, field, hex, 0, 0) /* the encoded key */
#define EMPTY(field)            STEP(natt_step_empty, field, NULL, 0, 0) /* without a value */
#define TO_FRONT(field)         STEP(natt_step_to_front, field, NULL, 0, 0)
#define REVERSE(list)           STEP(natt_step_reverse, NULL, NULL, 0, MEMBER(list)) /* payload, pcrs or cabundle */
#define PAYLOAD_LEN(len)        STEP(natt_step_payload_len, NULL, NULL, len, 0) /* by an unknown field "x" */
#define RAW(list, hex)          STEP(natt_step_raw, NULL, hex, 0, MEMBER(list)) /* these bytes replace the whole list */

/* ---- PCRs and the bundle ---- */
#define SET_PCR(index, hex)     STEP(natt_step_set_pcr, NULL, hex, index, 0)
#define PCR_ZEROS(index, len)   STEP(natt_step_set_pcr, NULL, NULL, index, len)
#define ADD_PCRS(from, to)      STEP(natt_step_add_pcrs, NULL, NULL, from, to) /* zeros; both ends included */
#define OMIT_PCRS(from, to)     STEP(natt_step_omit_pcrs, NULL, NULL, from, to)
#define PCR_KEY(entry, hex)     STEP(natt_step_pcr_key, NULL, hex, entry, 0)
#define REPEAT_PCR(entry)       STEP(natt_step_repeat_pcr, NULL, NULL, entry, 0)
#define BUNDLE_SET(entry, hex)  STEP(natt_step_bundle_set, NULL, hex, entry, 0)
#define BUNDLE_ZEROS(entry, len) STEP(natt_step_bundle_set, NULL, NULL, entry, len)
#define BUNDLE_REPEAT(entry)    STEP(natt_step_bundle_repeat, NULL, NULL, entry, 0)
#define BUNDLE_REMOVE(entry)    STEP(natt_step_bundle_remove, NULL, NULL, entry, 0)
#define BUNDLE_MOVE(from, to)   STEP(natt_step_bundle_move, NULL, NULL, from, to)
#define BUNDLE_ADD(cert)        STEP(natt_step_bundle_add, NULL, NULL, cert, 0) /* add this certificate at the end */

#define AS_CERTIFICATE(cert)    STEP(natt_step_leaf_is, NULL, NULL, cert, 0) /* in the field certificate */

/* ---- heads: the member natt_plan_wrap of the plan, or of a certificate in it ---- */
#define FORM(wrap, form)        STEP(natt_step_form, NULL, NULL, form, MEMBER(wrap))
#define LENGTH(wrap, delta)     STEP(natt_step_length, NULL, NULL, delta, MEMBER(wrap))
#define WIDTH(wrap, octets)     STEP(natt_step_width, NULL, NULL, octets, MEMBER(wrap))
#define HEAD(wrap, hex)         STEP(natt_step_head, NULL, hex, 0, MEMBER(wrap))
#define BEHIND(wrap, hex)       STEP(natt_step_behind, NULL, hex, 0, MEMBER(wrap)) /* after the element */
#define INSIDE(wrap, hex)       STEP(natt_step_inside, NULL, hex, 0, MEMBER(wrap)) /* after its last element */

/* ---- the envelope and signatures ---- */
#define ENVELOPE(part, hex)     STEP(natt_step_bytes, NULL, hex, 0, MEMBER(envelope.part))
#define SIG_EDIT(whose, edit)   STEP(natt_step_sig_edit, NULL, NULL, whose, edit)
#define SIG_BIT(whose, bit)     STEP(natt_step_sig_bit, NULL, NULL, whose, bit)
#define SIG_KEY(whose, key)     STEP(natt_step_sig_key, NULL, NULL, whose, key)
#define SIG_RAW(whose, hex)     STEP(natt_step_sig_raw, NULL, hex, whose, 0)
#define SIG_R(whose, hex)       STEP(natt_step_sig_r, NULL, hex, whose, 0)
#define SIG_S(whose, hex)       STEP(natt_step_sig_s, NULL, hex, whose, 0)
#define ZERO_BYTE_OF_R          STEP(natt_step_zero_byte, NULL, NULL, 96, 0) /* of the document, by its user_data */
#define ZERO_BYTE_OF_S          STEP(natt_step_zero_byte, NULL, NULL, 48, 0)
#define SIG_OTHER_FORM(whose)   STEP(natt_step_sig_form, NULL, NULL, whose, 0)

/* keys and numbers that the issuer does not have; texts as in numbers.h */
#define FOREIGN_KEY(cert, key)  STEP(natt_step_foreign_key, key, NULL, cert, 0)
#define FOREIGN_SIGN(whose, key, scheme, half) STEP(natt_step_foreign_sign, key, scheme, whose, half)
#define KNOWN_KEY(whose, d)     STEP(natt_step_known_key, d, NULL, whose, 0) /* of its signer: d G */
#define FITTING_KEY(cert, d, k) STEP(natt_step_fitting_key, d, k, cert, 0)  /* the same, r is known */
#define KNOWN_NONCE(whose, s, k) STEP(natt_step_known_nonce, s, k, whose, 0) /* r = x(k G) */
#define KNOWN_POINT(cert, x, direction, s) STEP(natt_step_known_point, s, x, cert, direction)
#define PAIR(whose, r, s)       STEP(natt_step_pair, r, s, whose, 0)
#define SIG_FORM(whose, words)  STEP(natt_step_form_of_signature, NULL, words, whose, 0) /* with R, S, T = n - s */
#define DIGEST_BYTE(whose, at, byte) STEP(natt_step_digest_byte, NULL, NULL, whose, (at) << 8 | (byte))
#define COSE_SIGN               STEP(natt_step_cose_sign, NULL, NULL, 0, 0)
#define SIG_RESIDUE(n)          STEP(natt_step_residue, NULL, NULL, DOC, n) /* length of Sig_structure mod 128 */
#define TBS_RESIDUE(cert, n)    STEP(natt_step_residue, NULL, NULL, cert, n)
#define SIGNED_WITH(cert, hex)  PART(cert, tbs_algorithm, hex), PART(cert, algorithm, hex)

/* ---- certificates ---- */
#define PART(cert, part, hex)   STEP(natt_step_bytes, NULL, hex, 0, MEMBER(certificates[cert].part))
#define NO_PART(cert, part)     STEP(natt_step_no_bytes, NULL, NULL, 0, MEMBER(certificates[cert].part))
#define NOT_BEFORE(cert, form, text) STEP(natt_step_date, NULL, text, form, MEMBER(certificates[cert].not_before))
#define NOT_AFTER(cert, form, text) STEP(natt_step_date, NULL, text, form, MEMBER(certificates[cert].not_after))
#define VALID(cert, from, to)   CERT_STEP(natt_step_valid, cert, NULL, from, to) /* seconds around now */
#define VALID_ALL(from, to)     CERT_STEP(natt_step_valid, 0, NULL, from, to)   /* all but the root */
#define NAME(cert, text)        STEP(natt_step_name, NULL, text, cert, 0) /* subject, and issuer of the next one */
#define COMMON_NAME(cert, type, hex) STEP(natt_step_common_name, NULL, hex, cert, type) /* subject */
#define MODULE_NAME(cert, tail) STEP(natt_step_module_name, NULL, tail, cert, 0) /* module or instance id, then tail */
#define ISSUER_NAME(cert, text) STEP(natt_step_issuer_name, NULL, text, cert, 0)
#define SPKI(cert, at, len, hex) CERT_STEP(natt_step_spki, cert, hex, at, len) /* replaces `len` bytes at `at` */
#define POINT(cert, hex)        STEP(natt_step_point, NULL, hex, cert, 0)
#define CURVE(cert, hex)        STEP(natt_step_curve, NULL, hex, cert, 0) /* a different AlgorithmIdentifier */
#define EXT(cert, oid, critical, hex)     STEP(natt_step_ext, oid, hex, cert, critical)
#define ADD_EXT(cert, oid, critical, hex) STEP(natt_step_add_ext, oid, hex, cert, critical)
#define ADD_EXTS(cert, count)   STEP(natt_step_add_exts, NULL, NULL, cert, count) /* unknown ones */
/* unknown */
#define ADD_OID_EXT(cert, octets, critical) CERT_STEP(natt_step_add_oid_ext, cert, NULL, octets, critical)
#define MARK_CRITICAL(cert, oid) STEP(natt_step_mark_critical, oid, NULL, cert, 0)
#define OMIT_EXT(cert, oid)     STEP(natt_step_omit_ext, oid, NULL, cert, 0)
#define RAW_EXT(cert, hex)      STEP(natt_step_raw_ext, NULL, hex, cert, 0) /* one more, with its encoding */
#define RAW_EXTS(cert, hex)     STEP(natt_step_raw_exts, NULL, hex, cert, 0)
#define NO_EXTS(cert)           STEP(natt_step_no_exts, NULL, NULL, cert, 0)
#define NO_PATH_LENGTHS         STEP(natt_step_no_path_lengths, NULL, NULL, 0, 0)

/* ---- options ---- */
#define AT(ms)                  STEP(natt_step_at, NULL, NULL, ms, 0) /* now = the issuer's clock + ms */
#define AT_MS(ms)               STEP(natt_step_at_ms, NULL, NULL, ms, 0)
#define OPTION(key, text)       STEP(natt_step_option, key, text, 0, 0)
#define NUMBER(key, n)          STEP(natt_step_number, key, NULL, n, 0)
#define UNKNOWN_ALLOWED         FLAG("allow-unknown-fields")
#define UNLIMITED               OPTION("max_age_ms", "unlimited")
#define A_WEEK                  NUMBER("max_age_ms", 604800000) /* adapters that know no "unlimited" decide these too */
#define ARCHIVE                 STEP(natt_step_archive, NULL, NULL, 0, 0)
#define ANY_NONCE               STEP(natt_step_any_nonce, NULL, NULL, 0, 0) /* expects none */
#define FLAG(name)              STEP(natt_step_flag, name, NULL, 0, 0)
#define EXPECT(key, mode, hex)  STEP(natt_step_expect, key, hex, mode, 0) /* 1 = exact, 2 = absent */
#define EXACT 1
#define ABSENT 2
#define PIN(set, pcr, value)    STEP(natt_step_pin, set, value, pcr, 0) /* "same", "other", "zero" */
#define SAME(pcr)               PIN("a", pcr, "same")
#define OTHER(pcr)              PIN("a", pcr, "other")
#define ZERO(pcr)               PIN("a", pcr, "zero")
#define ROOTS(names)            STEP(natt_step_roots, NULL, names, 0, 0)
#define OWN_MODULE_ID(cut)      STEP(natt_step_own_module_id, NULL, NULL, cut, 0) /* without its last bytes */

/* ---- edits of the built bytes, after BUILT ---- */
#define CUT(...)                {natt_step_cut, NULL, NULL, 0, 0, __VA_ARGS__} /* a place */
#define FLIP(mask, ...)         {natt_step_flip, NULL, NULL, mask, 0, __VA_ARGS__} /* bits, a place */
#define REPLACE(hex)            STEP(natt_step_replace, NULL, hex, 0, 0)
#define PAD_TO(len)             STEP(natt_step_pad_to, NULL, NULL, len, 0)
#define TWICE                   STEP(natt_step_twice, NULL, NULL, 0, 0)
#define BUILT                   STEP(natt_step_built, NULL, NULL, 0, 0) /* builds; again, with the steps since then */
#define OWN_ROOT                STEP(natt_step_own_root, NULL, NULL, 0, 0) /* trust this document's cabundle[0] */
/* how: "", "padded", "issuer", "wrong-issuer", "other" */
#define DENY(type, cert, how)   STEP(natt_step_deny, type, how, cert, 0)
/* clang-format on */

/* A step that is one assignment or one call, of the case `c`, its `plan` and the step `s`. */
#define EDIT(step, ...)                                                                                                \
    void natt_step_##step(struct natt_case *c, const struct natt_step *s)                                              \
    {                                                                                                                  \
        natt_issue_plan *plan = &c->plan;                                                                              \
        (void)plan, (void)s;                                                                                           \
        __VA_ARGS__;                                                                                                   \
    }

natt_step_fn natt_step_set, natt_step_set_text, natt_step_stamp, natt_step_omit, natt_step_add, natt_step_rename,
    natt_step_to_front, natt_step_reverse, natt_step_raw, natt_step_set_pcr, natt_step_pcr_key, natt_step_repeat_pcr,
    natt_step_bundle_set, natt_step_bundle_repeat, natt_step_bundle_remove, natt_step_bundle_move, natt_step_form,
    natt_step_length, natt_step_width, natt_step_head, natt_step_inside, natt_step_behind, natt_step_set_long,
    natt_step_add_many, natt_step_repeat_field, natt_step_empty, natt_step_payload_len, natt_step_add_pcrs,
    natt_step_omit_pcrs, natt_step_bundle_add, natt_step_sig_edit, natt_step_sig_key, natt_step_sig_raw,
    natt_step_sig_r, natt_step_sig_s, natt_step_sig_form, natt_step_zero_byte, natt_step_bytes, natt_step_no_bytes,
    natt_step_date, natt_step_name, natt_step_common_name, natt_step_issuer_name, natt_step_point, natt_step_ext,
    natt_step_add_ext, natt_step_omit_ext, natt_step_raw_ext, natt_step_raw_exts, natt_step_no_exts, natt_step_envelope,
    natt_step_sig_bit, natt_step_valid, natt_step_module_name, natt_step_spki, natt_step_curve, natt_step_add_exts,
    natt_step_add_oid_ext, natt_step_no_path_lengths, natt_step_at, natt_step_at_ms, natt_step_option, natt_step_number,
    natt_step_archive, natt_step_any_nonce, natt_step_flag, natt_step_expect, natt_step_pin, natt_step_roots,
    natt_step_own_module_id, natt_step_cut, natt_step_flip, natt_step_replace, natt_step_pad_to, natt_step_twice,
    natt_step_own_root, natt_step_built, natt_step_deny, natt_step_foreign_key, natt_step_foreign_sign,
    natt_step_known_key, natt_step_fitting_key, natt_step_known_nonce, natt_step_known_point, natt_step_pair,
    natt_step_form_of_signature, natt_step_digest_byte, natt_step_cose_sign, natt_step_residue, natt_step_mark_critical,
    natt_step_leaf_is;

#endif
