/*
 * Keys and signatures that the issuer does not make: other algorithms, and ECDSA on P-384 with chosen numbers. Each
 * step builds the document first, to get the bytes that are signed. The issuer's key of a certificate may be computed
 * from its signature, because no certificate contains the key of its issuer. The signed bytes of a document contain the
 * key that verifies it, so there the private key must be known.
 */
#include "vectors/generator/foreign.h"
#include "vectors/generator/numbers.h"
#include "vectors/generator/steps.h"

#include <mbedtls/md.h>

#include <stdio.h>
#include <string.h>

static natt_plan_signature *signature_of(struct natt_case *c, int64_t whose)
{
    return whose == DOC ? &c->plan.envelope.signature : &c->plan.certificates[whose].signature;
}

static natt_plan_certificate *signer_of(struct natt_case *c, int64_t whose)
{
    return &c->plan.certificates[whose == DOC ? c->plan.leaf : (uint32_t)whose - 1];
}

/* TBSCertificate, the first element of the certificate. The length of each of the two has two octets. */
static natt_bytes tbs_of(struct natt_case *c, natt_bytes certificate)
{
    const uint8_t *p = certificate.ptr;
    if (certificate.len > 8 && p[1] == 0x82 && p[5] == 0x82)
        return (natt_bytes){p + 4, 4 + ((size_t)p[6] << 8 | p[7])};
    natt_case_fail(c, "the signed part of the certificate is not found");
    return (natt_bytes){NULL, 0};
}

/* Builds the document. What `whose` is signed over, valid until the next build. */
static natt_bytes signed_bytes(struct natt_case *c, int64_t whose)
{
    if (!natt_case_build(c))
        return (natt_bytes){NULL, 0};
    if (whose == DOC)
        return natt_issuer_sig_structure(c->issuer);
    return tbs_of(c, natt_issuer_certificate(c->issuer, (uint32_t)whose));
}

static bool begin(struct natt_case *c, struct natt_numbers *v, int64_t whose)
{
    uint8_t digest[48] = {0};
    natt_bytes message = signed_bytes(c, whose);
    if (c->fault[0] == '\0' &&
        mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), message.ptr, message.len, digest) != 0)
        natt_case_fail(c, "cannot compute SHA-384");
    natt_numbers_begin(v, digest);
    return c->fault[0] == '\0';
}

static void end(struct natt_case *c, struct natt_numbers *v)
{
    if (v->error != 0)
        natt_case_fail(c, "a number of the signature is wrong");
    natt_numbers_end(v);
}

/* ---- other algorithms ---- */

void natt_step_foreign_key(struct natt_case *c, const struct natt_step *s)
{
    struct natt_foreign spki;
    const char *why = natt_foreign_spki(&spki, s->name);
    if (why != NULL)
        natt_case_fail(c, "%s", why);
    else
        c->plan.certificates[s->n].spki = natt_plan_copy(&c->plan, (natt_bytes){spki.bytes, spki.len});
}

/* m: bytes of r and of s; 0 = DER. */
void natt_step_foreign_sign(struct natt_case *c, const struct natt_step *s)
{
    struct natt_foreign signature;
    natt_bytes message = signed_bytes(c, s->n);
    if (c->fault[0] != '\0')
        return;
    const char *why = natt_foreign_sign(&signature, s->name, s->value, (size_t)s->m, message.ptr, message.len);
    if (why != NULL)
        natt_case_fail(c, "%s", why);
    else
        signature_of(c, s->n)->raw = natt_plan_copy(&c->plan, (natt_bytes){signature.bytes, signature.len});
}

/* ---- chosen numbers ---- */

static natt_bytes integer(struct natt_case *c, struct natt_numbers *v, const mbedtls_mpi *number)
{
    uint8_t content[120];
    size_t len = natt_number_der(v, content, sizeof content, number);
    return natt_plan_der(&c->plan, 0x02, natt_plan_copy(&c->plan, (natt_bytes){content, len}));
}

static natt_bytes octets(struct natt_case *c, struct natt_numbers *v, const mbedtls_mpi *number, size_t len)
{
    uint8_t bytes[120];
    if (mbedtls_mpi_cmp_int(number, 0) < 0 || len > sizeof bytes)
        v->error = -1;
    else
        v->error |= mbedtls_mpi_write_binary(number, bytes, len);
    return natt_plan_copy(&c->plan, (natt_bytes){bytes, v->error == 0 ? len : 0});
}

static void put_pair(struct natt_case *c, struct natt_numbers *v, int64_t whose, const mbedtls_mpi *r,
                     const mbedtls_mpi *s)
{
    natt_issue_plan *plan = &c->plan;
    size_t r_len = mbedtls_mpi_size(r), s_len = mbedtls_mpi_size(s), half = r_len > s_len ? r_len : s_len;
    half = half > 48 ? half : 48;
    signature_of(c, whose)->raw =
        whose == DOC ? natt_plan_join(plan, octets(c, v, r, half), octets(c, v, s, half))
                     : natt_plan_der(plan, 0x30, natt_plan_join(plan, integer(c, v, r), integer(c, v, s)));
}

static void put_key(struct natt_case *c, struct natt_numbers *v, int64_t whose, const mbedtls_ecp_point *key)
{
    uint8_t point[97] = {0};
    natt_point_bytes(v, point, key);
    signer_of(c, whose)->spki =
        natt_plan_der_spki(&c->plan, natt_plan_copy(&c->plan, (natt_bytes){point, sizeof point}));
}

/* The key of the signer is d G. name: d. */
void natt_step_known_key(struct natt_case *c, const struct natt_step *s)
{
    struct natt_numbers v;
    mbedtls_mpi d;
    mbedtls_ecp_point key;
    if (begin(c, &v, s->n)) {
        mbedtls_mpi_init(&d);
        mbedtls_ecp_point_init(&key);
        natt_number(&v, &d, s->name);
        natt_point_multiple(&v, &key, &d);
        put_key(c, &v, s->n, &key);
        mbedtls_ecp_point_free(&key);
        mbedtls_mpi_free(&d);
    }
    end(c, &v);
}

/* r = x(k G) */
static void choose_r(struct natt_numbers *v, const char *nonce)
{
    mbedtls_mpi k;
    mbedtls_ecp_point point;
    mbedtls_mpi_init(&k);
    mbedtls_ecp_point_init(&point);
    natt_number(v, &k, nonce);
    natt_point_multiple(v, &point, &k);
    natt_point_x(v, &v->r, &point);
    natt_number(v, &v->r, "=r");
    mbedtls_ecp_point_free(&point);
    mbedtls_mpi_free(&k);
}

/* Signs with this private key and nonce. name: s, in terms of e and r; value: the nonce k, whose r = x(k G). */
void natt_step_known_nonce(struct natt_case *c, const struct natt_step *s)
{
    struct natt_numbers v;
    if (begin(c, &v, s->n)) {
        choose_r(&v, s->value);
        natt_number(&v, &v.s, s->name);
        put_pair(c, &v, s->n, &v.r, &v.s);
    }
    end(c, &v);
}

/* The key of the signer is d G, with a d that may depend on e and r of a certificate. name: d, s; value: k. */
void natt_step_fitting_key(struct natt_case *c, const struct natt_step *s)
{
    struct natt_numbers v;
    mbedtls_mpi d;
    mbedtls_ecp_point key;
    if (begin(c, &v, s->n)) {
        mbedtls_mpi_init(&d);
        mbedtls_ecp_point_init(&key);
        choose_r(&v, s->value);
        natt_number(&v, &d, s->name);
        natt_point_multiple(&v, &key, &d);
        put_key(c, &v, s->n, &key);
        mbedtls_ecp_point_free(&key);
        mbedtls_mpi_free(&d);
    }
    end(c, &v);
}

/*
 * The signature of a certificate has the point R with x = `value` or the next one in direction m, and s = `name`. The
 * key is computed. m beyond 1: r + n = p + x, which is not x(R) modulo n.
 */
void natt_step_known_point(struct natt_case *c, const struct natt_step *s)
{
    struct natt_numbers v;
    mbedtls_mpi x;
    mbedtls_ecp_point point, key;
    if (begin(c, &v, s->n)) {
        mbedtls_mpi_init(&x);
        mbedtls_ecp_point_init(&point);
        mbedtls_ecp_point_init(&key);
        natt_number(&v, &x, s->value);
        natt_point_with_x(&v, &point, &x, s->m < 0 ? -1 : 1);
        natt_point_x(&v, &v.r, &point);
        natt_number(&v, &v.r, s->m > 1 ? "r+p-n" : "=r");
        natt_number(&v, &v.s, s->name);
        natt_point_recover(&v, &key, &point);
        put_key(c, &v, s->n, &key);
        put_pair(c, &v, s->n, &v.r, &v.s);
        mbedtls_ecp_point_free(&key);
        mbedtls_ecp_point_free(&point);
        mbedtls_mpi_free(&x);
    }
    end(c, &v);
}

/* ---- edits of a valid signature ---- */

/* r and s of the issuer's signature with the given key; of s and n - s the smaller one, which needs no sign octet. */
static void issuers_pair(struct natt_case *c, struct natt_numbers *v, int64_t whose)
{
    uint8_t pair[96];
    uint32_t key = signature_of(c, whose)->key;
    natt_bytes message = signed_bytes(c, whose);
    mbedtls_mpi other;
    mbedtls_mpi_init(&other);
    if (c->fault[0] == '\0' && !natt_issuer_sign(c->issuer, pair, key, message))
        natt_case_fail(c, "cannot sign");
    v->error |= mbedtls_mpi_read_binary(&v->r, pair, 48);
    v->error |= mbedtls_mpi_read_binary(&v->s, pair + 48, 48);
    natt_number(v, &other, "n-s");
    if (mbedtls_mpi_cmp_mpi(&other, &v->s) < 0)
        v->error |= mbedtls_mpi_copy(&v->s, &other);
    mbedtls_mpi_free(&other);
}

/* name, value: r and s in terms of the valid ones. */
void natt_step_pair(struct natt_case *c, const struct natt_step *s)
{
    struct natt_numbers v;
    mbedtls_mpi r, other;
    if (begin(c, &v, s->n)) {
        mbedtls_mpi_init(&r);
        mbedtls_mpi_init(&other);
        issuers_pair(c, &v, s->n);
        natt_number(&v, &r, s->name);
        natt_number(&v, &other, s->value);
        put_pair(c, &v, s->n, &r, &other);
        mbedtls_mpi_free(&other);
        mbedtls_mpi_free(&r);
    }
    end(c, &v);
}

/* r needs a sign octet, and s has 48 octets without one: then every length is known. Two of five have it. */
static bool has_usual_form(const struct natt_numbers *v)
{
    return mbedtls_mpi_bitlen(&v->r) == 384 && mbedtls_mpi_size(&v->s) == 48;
}

/* Words of hexadecimal digits; R and S are 48 octets of r and s, T of n - s. */
static natt_bytes fill_in(struct natt_case *c, struct natt_numbers *v, const char *words)
{
    natt_bytes out = natt_plan_string(&c->plan, "");
    mbedtls_mpi t;
    char one[64];
    mbedtls_mpi_init(&t);
    natt_number(v, &t, "n-s");
    for (const char *p = words; *p != '\0'; p += strspn(p, " ")) {
        size_t len = strcspn(p, " ");
        snprintf(one, sizeof one, "%.*s", (int)len, p);
        natt_bytes part = *p == 'R'   ? octets(c, v, &v->r, 48)
                          : *p == 'S' ? octets(c, v, &v->s, 48)
                          : *p == 'T' ? octets(c, v, &t, 48)
                                      : natt_case_hex(c, one);
        out = natt_plan_join(&c->plan, out, part);
        p += len;
    }
    mbedtls_mpi_free(&t);
    return out;
}

/* The serial number of a certificate, or user_data of a document, changes until the signature has the usual form. */
static void next_content(struct natt_case *c, int64_t whose, uint32_t i)
{
    uint8_t bytes[] = {0x02, 0x03, 0x41, (uint8_t)(i >> 8), (uint8_t)i};
    natt_issue_plan *plan = &c->plan;
    natt_bytes integer = natt_plan_copy(plan, (natt_bytes){bytes, sizeof bytes});
    if (whose == DOC)
        natt_plan_set_field(plan, "user_data", natt_plan_cbor_bytes(plan, integer));
    else
        plan->certificates[whose].serial = integer;
}

void natt_step_form_of_signature(struct natt_case *c, const struct natt_step *s)
{
    struct natt_numbers v;
    if (begin(c, &v, s->n)) {
        uint32_t i = 0;
        do {
            next_content(c, s->n, i);
            issuers_pair(c, &v, s->n);
        } while (!has_usual_form(&v) && v.error == 0 && c->fault[0] == '\0' && ++i < 4096);
        signature_of(c, s->n)->raw = fill_in(c, &v, s->value);
    }
    end(c, &v);
}

/* m: 256 times the place of the byte in the digest, plus its value. */
void natt_step_digest_byte(struct natt_case *c, const struct natt_step *s)
{
    uint8_t digest[48] = {0};
    for (uint32_t i = 0; i < 4096; i++) {
        next_content(c, s->n, i);
        natt_bytes message = signed_bytes(c, s->n);
        if (c->fault[0] != '\0' ||
            mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), message.ptr, message.len, digest) != 0)
            break;
        if (digest[s->m >> 8] == (s->m & 0xff))
            return;
    }
    natt_case_fail(c, "no digest has this byte");
}

/* Sig_structure = [ "Signature", body_protected, sign_protected, external_aad, payload ] [RFC9052 4.4] */
void natt_step_cose_sign(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_envelope *envelope = &c->plan.envelope;
    (void)s;
    envelope->protected_header = natt_case_hex(c, "40");
    if (!natt_case_build(c))
        return;
    natt_bytes payload = natt_plan_cbor_bytes(&c->plan, natt_issuer_payload(c->issuer));
    natt_bytes rest = natt_case_hex(c, "85695369676e61747572654044a101382240");
    envelope->signature.signed_bytes = natt_plan_join(&c->plan, rest, payload);
    envelope->signature_wrap.head = natt_case_hex(c, "818344a1013822a05860");
}

/* user_data of 300 to 427 bytes, or a common name of up to 128, gives every length of the signed bytes modulo 128. */
void natt_step_residue(struct natt_case *c, const struct natt_step *s)
{
    size_t first = s->n == DOC ? 300 : 1;
    for (size_t len = first; len < first + 128; len++) {
        char text[512];
        memset(text, 'a', len);
        text[len] = '\0';
        if (s->n == DOC)
            natt_plan_set_field(&c->plan, "user_data",
                                natt_plan_cbor_bytes(&c->plan, natt_plan_string(&c->plan, text)));
        else
            c->plan.certificates[s->n].subject = natt_plan_der_common_name(&c->plan, text);
        size_t total = signed_bytes(c, s->n).len;
        if (c->fault[0] != '\0' || total % 128 == (size_t)s->m)
            return;
        len += s->n == DOC ? ((size_t)s->m + 128 - total % 128) % 128 - 1 : 0;
    }
    natt_case_fail(c, "no length has this residue");
}
