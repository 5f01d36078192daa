/*
 * Reach, tags and policy of a row, by what its steps edit, its class and its code. FORMAT.md has the rules in words.
 */
#include "vectors/generator/steps.h"

#include <string.h>

/* ---- reach: who can make such a document ---- */

#define ANYBODY       "anybody"
#define ENCLAVE_OWNER "enclave-owner"
#define PARENT        "parent-instance"
#define AWS           "aws"

/* What a step edits. */
enum nature {
    UNKNOWN,  /* the step is in no list below */
    OPTIONS,  /* what the verifier expects, or nothing */
    CONTENT,  /* signed, and the owner of an enclave chooses it */
    UNSIGNED, /* bytes that no signature covers */
    FORGED,   /* no chain of valid signatures leads from a trusted root to the document any more */
    SIGNED    /* all else that AWS signs */
};

typedef struct natt_step_list {
    enum nature nature;
    natt_step_fn *steps[32];
} natt_step_list;

static const natt_step_list lists[] = {
    {OPTIONS,
     {natt_step_built, natt_step_archive, natt_step_at, natt_step_at_ms, natt_step_option, natt_step_number,
      natt_step_flag, natt_step_expect, natt_step_pin, natt_step_own_module_id, natt_step_own_root, natt_step_deny,
      natt_step_any_nonce}},
    {CONTENT, {natt_step_zero_byte}},
    {UNSIGNED, {natt_step_pad_to, natt_step_twice}},
    {FORGED,
     {natt_step_cut, natt_step_flip, natt_step_replace, natt_step_sig_raw, natt_step_sig_r, natt_step_sig_s,
      natt_step_sig_bit}},
    {SIGNED,
     {natt_step_set_text, natt_step_set_long, natt_step_stamp, natt_step_add, natt_step_add_many, natt_step_rename,
      natt_step_repeat_field, natt_step_empty, natt_step_to_front, natt_step_reverse, natt_step_payload_len,
      natt_step_pcr_key, natt_step_repeat_pcr, natt_step_omit_pcrs, natt_step_bundle_repeat, natt_step_bundle_remove,
      natt_step_bundle_move, natt_step_bundle_add}},
    {SIGNED,
     {natt_step_valid, natt_step_date, natt_step_name, natt_step_common_name, natt_step_module_name,
      natt_step_issuer_name, natt_step_spki, natt_step_point, natt_step_curve, natt_step_ext, natt_step_add_ext,
      natt_step_add_exts, natt_step_add_oid_ext, natt_step_omit_ext, natt_step_raw_ext, natt_step_raw_exts,
      natt_step_no_exts, natt_step_no_path_lengths}},
    {SIGNED,
     {natt_step_foreign_key, natt_step_foreign_sign, natt_step_known_key, natt_step_fitting_key, natt_step_known_nonce,
      natt_step_mark_critical, natt_step_cose_sign, natt_step_leaf_is, natt_step_known_point}},
    {FORGED, {natt_step_pair}},
};

/* Without leaf or bundle, nothing signs the document. */
static bool links(const char *field)
{
    return strcmp(field, "certificate") == 0 || strcmp(field, "cabundle") == 0;
}

/* Null, zeros, or at most 23 bytes with their head. The owner's program passes the bytes, the NSM encodes them. */
static bool is_request(const struct natt_step *s)
{
    static const char *const names[] = {"public_key", "user_data", "nonce"};
    bool own = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        own = own || strcmp(s->name, names[i]) == 0;
    if (!own || s->value == NULL || strcmp(s->value, "f6") == 0)
        return own;
    unsigned head = (unsigned)strtoul((char[3]){s->value[0], s->value[1], '\0'}, NULL, 16);
    return head >= 0x40 && head <= 0x57 && strlen(s->value) == 2 * (1 + head - 0x40);
}

/* A signature that its key's owner would not make, unless only s becomes n - s. The keys of the chain belong to AWS. */
static enum nature of_signature(const struct natt_step *s)
{
    bool same = s->apply == natt_step_sig_form || s->apply == natt_step_form_of_signature ||
                s->m == NATT_SIGNATURE_OTHER_S || s->m == NATT_SIGNATURE_LOW_S || s->m == NATT_SIGNATURE_HIGH_S;
    if (s->apply == natt_step_sig_key)
        return s->m == (int64_t)NATT_KEY_UNRELATED || s->m == s->n ? FORGED : SIGNED;
    return !same ? FORGED : s->n == DOC ? UNSIGNED : SIGNED;
}

#define IN(m, member) ((size_t)(m)-MEMBER(member) < sizeof((natt_issue_plan *)0)->member)

/* A step that edits a member of the plan, at the offset m. */
static enum nature of_member(const struct natt_step *s)
{
    if (IN(s->m, certificates)) {
        size_t inside = ((size_t)s->m - MEMBER(certificates)) % sizeof(natt_plan_certificate);
        bool whole = inside == offsetof(natt_plan_certificate, raw) ||
                     inside == offsetof(natt_plan_certificate, signature_value);
        return whole ? FORGED : SIGNED;
    }
    bool open = IN(s->m, envelope.tag) || IN(s->m, envelope.array_head) || IN(s->m, envelope.unprotected) ||
                IN(s->m, envelope.payload_wrap) || IN(s->m, envelope.payload) || IN(s->m, envelope.signature_wrap) ||
                IN(s->m, envelope.trailing);
    return open ? UNSIGNED : SIGNED;
}

/* An image has any PCR from 3 on, and an enclave may extend and lock those from 16 on. */
static enum nature of_pcrs(const struct natt_row *v, const struct natt_step *s)
{
    if (s->apply == natt_step_add_pcrs)
        return s->n >= 16 && s->m <= 31 && v->code != NATT_E_DOC_PCR_DUPLICATE ? CONTENT : SIGNED;
    bool of_48 = s->value != NULL ? strncmp(s->value, "5830", 4) == 0 : s->m == NATT_PCR_LEN;
    return s->n >= 3 && of_48 ? CONTENT : SIGNED;
}

static bool in(const natt_step_list *list, natt_step_fn *step)
{
    for (size_t i = 0; i < sizeof list->steps / sizeof list->steps[0]; i++)
        if (list->steps[i] == step)
            return true;
    return false;
}

static enum nature nature_of(const struct natt_row *v, const struct natt_step *s)
{
    static const natt_step_list members = {UNKNOWN,
                                           {natt_step_bytes, natt_step_no_bytes, natt_step_form, natt_step_length,
                                            natt_step_width, natt_step_head, natt_step_inside, natt_step_behind}};
    if (s->apply == natt_step_set || s->apply == natt_step_omit)
        return links(s->name) ? FORGED : s->apply == natt_step_set && is_request(s) ? CONTENT : SIGNED;
    if (s->apply == natt_step_set_pcr || s->apply == natt_step_add_pcrs)
        return of_pcrs(v, s);
    if (s->apply == natt_step_sig_edit || s->apply == natt_step_sig_key || s->apply == natt_step_sig_form ||
        s->apply == natt_step_form_of_signature)
        return of_signature(s);
    if (s->apply == natt_step_digest_byte || s->apply == natt_step_residue)
        return s->n == DOC ? CONTENT : SIGNED;
    if (s->apply == natt_step_roots)
        return v->accept ? OPTIONS : FORGED;
    if (s->apply == natt_step_raw)
        return IN(s->m, payload) ? FORGED : SIGNED;
    if (s->apply == natt_step_bundle_set)
        return s->n == 0 ? SIGNED : FORGED; /* a trusted root does not have to be in the bundle */
    if (in(&members, s->apply))
        return of_member(s);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (in(&lists[i], s->apply))
            return lists[i].nature;
    return UNKNOWN;
}

static bool edits(const struct natt_row *v, enum nature nature)
{
    for (const struct natt_step *s = v->steps; s->apply != NULL; s++)
        if (nature_of(v, s) == nature)
            return true;
    return false;
}

/* `staged`: the row also edits certificates, but only to show a limit of the verifier's clock or options. */
static const char *by_code(const struct natt_row *v, bool staged)
{
    if (v->accept)
        return NULL;
    switch (v->code) {
    case NATT_E_TIME_EXPIRED:
    case NATT_E_TIME_STALE:
    case NATT_E_EXPECT_REGION:
        return PARENT;
    case NATT_E_TIME_FUTURE:
        return AWS;
    case NATT_E_EXPECT_DEBUG:
    case NATT_E_EXPECT_MODULE_ID:
    case NATT_E_CHAIN_DENIED:
        return staged ? NULL : PARENT;
    default:
        return NULL;
    }
}

const char *natt_row_reach(const struct natt_row *v)
{
    bool content_of_aws = edits(v, SIGNED) || v->base.bundle != 0 || v->base.plain;
    const char *by = by_code(v, content_of_aws);
    if (edits(v, UNKNOWN) || v->reach != NULL)
        return v->reach;
    if (edits(v, FORGED))
        return ANYBODY;
    if (by != NULL || content_of_aws)
        return by != NULL ? by : AWS;
    if (edits(v, UNSIGNED))
        return ANYBODY;
    return v->base.debug ? PARENT : ENCLAVE_OWNER;
}

/* ---- tags and policies of whole classes of refusals ---- */

#define ANY_CLASS NULL
#define ANY_CODE  NATT_OK
#define CANONICAL "canonical-cbor"
#define STRICT    "der-strict"
#define OF_CA     "rfc5280-ca"

static const struct class_rule {
    const char *class_name;
    natt_code code;
    const char *tag, *policy;
} class_rules[] = {
    {"cbor-encoding", NATT_E_CBOR_NOT_SHORTEST, CANONICAL, NOT_DETERMINISTIC},
    {"cbor-encoding", NATT_E_CBOR_INDEFINITE, CANONICAL, NOT_DETERMINISTIC},
    {"timestamp-outside-certificate", ANY_CODE, "timestamp-in-validity",
     "No text requires that the timestamp is within the validity of the certificates. In all genuine documents it is."},
    {"certificate-serial", NATT_E_X509_SERIAL, OF_CA,
     "RFC 5280 4.1.2.2 limits the serial numbers that a CA issues. It does not tell verifiers to refuse others."},
    {"certificate-name", NATT_E_X509_NAME, OF_CA,
     "RFC 5280 limits the names that a CA writes. A verifier only has to compare them."},
    {"module-binding", NATT_E_EXPECT_MODULE_BINDING, "genuine-form", NULL},
    {ANY_CLASS, NATT_E_EXPECT_DEBUG, "debug-policy", NULL},
    {ANY_CLASS, NATT_E_X509_KEY_USAGE_EMPTY, OF_CA, NULL},
    {ANY_CLASS, NATT_E_X509_VALIDITY, OF_CA, NULL},
    {ANY_CLASS, NATT_E_CHAIN_CA_NOT_CRITICAL, OF_CA, NULL},
    {ANY_CLASS, NATT_E_CHAIN_LEAF_CERT_SIGN, OF_CA, NULL},
    {ANY_CLASS, NATT_E_DER_LENGTH, STRICT, NULL},
    {ANY_CLASS, NATT_E_DER_INTEGER, STRICT, NULL},
    {ANY_CLASS, NATT_E_DER_BOOLEAN, STRICT, NULL},
    {ANY_CLASS, NATT_E_DER_BIT_STRING, STRICT, NULL},
    {ANY_CLASS, NATT_E_DER_OID, STRICT, NULL},
};

/* The rule that applies to a refusal, or NULL. */
static const struct class_rule *class_rule(const struct natt_row *v)
{
    for (size_t i = 0; !v->accept && !v->firm && i < sizeof class_rules / sizeof class_rules[0]; i++) {
        const struct class_rule *r = &class_rules[i];
        if ((r->class_name == NULL || strcmp(r->class_name, v->class_name) == 0) &&
            (r->code == ANY_CODE || r->code == v->code))
            return r;
    }
    return NULL;
}

const char *natt_row_policy(const struct natt_row *v)
{
    const struct class_rule *r = class_rule(v);
    return v->policy != NULL || r == NULL ? v->policy : r->policy;
}

static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; at != NULL && (at = strstr(at, word)) != NULL; at += len)
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

/* Strictness. Of medium severity only what an outsider cannot use. */
static bool is_pedantic(const struct natt_row *v)
{
    static const char *const strict[] = {CANONICAL, STRICT, OF_CA, "timestamp-in-validity"};
    const char *reach = natt_row_reach(v);
    bool is = strcmp(v->severity, LOW) == 0;
    for (size_t i = 0; strcmp(v->severity, MEDIUM) == 0 && i < sizeof strict / sizeof strict[0]; i++)
        is = is || (reach != NULL && strcmp(reach, AWS) == 0 && natt_row_has_tag(v, strict[i]));
    return is;
}

bool natt_row_has_tag(const struct natt_row *v, const char *tag)
{
    const struct class_rule *r = class_rule(v);
    if (strcmp(tag, "pedantic") == 0)
        return is_pedantic(v);
    return has_word(v->tags, tag) || (r != NULL && strcmp(r->tag, tag) == 0);
}
