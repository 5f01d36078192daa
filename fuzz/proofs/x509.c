/* Proved of natt_certificate_parse, for up to 2048 octets: no access out of bounds, no overflow, and the loops over
 * names and extensions end; true only of 1 to 1024 octets, and if each view lies inside, with its size; on false the
 * result is zero and there is a code. Each RDN and each extension, DER's elements, times and the range of scalars are
 * contracts. */
#include "fuzz/proofs/any_certificate.h"

/* In place of read_rdn, read_extension and check_extension_new, as x509_rdn.c and x509_extension.c claim them: what was
 * recorded lies inside. */
static bool any_rdn(struct natt_reader *r, natt_bytes *common_name)
{
    __CPROVER_assert(READING(r) && IS_ABSENT_OR_INSIDE(*common_name), "as x509_rdn.c assumes");
    if (nondet_bool())
        *common_name = any_view();
    return takes_some(r);
}

static bool any_extension(struct natt_reader *r, natt_certificate *out, natt_bytes *oid)
{
    __CPROVER_assert(READING(r) && out == &result && CRITICAL, "as x509_extension.c assumes");
    natt_certificate after = nondet_certificate();
    bool ok = takes_some(r);
    *oid = any_view();
    out->unknown_critical = after.unknown_critical;
    out->key_usage = after.key_usage;
    out->path_len = after.path_len;
    out->ca = out->has_path_len = out->has_basic_constraints = out->has_key_usage = nondet_bool();
    out->basic_constraints_critical = out->basic_constraints_empty = out->key_usage_critical = nondet_bool();
    __CPROVER_assume(CRITICAL);
    return ok;
}

static bool any_new(const struct natt_reader *r, const natt_bytes *oids, size_t count, size_t at)
{
    __CPROVER_assert(count < NATT_MAX_EXTENSIONS && (one_oid > count || IS_INSIDE(oids[one_oid])), "each OID is read");
    return nondet_bool() || natt_reader_fail(r, NATT_E_X509_EXTENSION_DUPLICATE, at);
}

static bool has_views(void)
{
    return IS_INSIDE(result.raw) && IS_INSIDE(result.tbs) && IS_INSIDE(result.serial) && IS_INSIDE(result.issuer) &&
           IS_INSIDE(result.subject) && IS_INSIDE(result.spki) && IS_INSIDE(result.public_key) && IS_INSIDE(result.r) &&
           IS_INSIDE(result.s) && IS_ABSENT_OR_INSIDE(result.issuer_cn) && IS_ABSENT_OR_INSIDE(result.subject_cn) &&
           CRITICAL;
}

static bool is_zero(void)
{
    return IS_ABSENT(result.raw) && IS_ABSENT(result.tbs) && IS_ABSENT(result.serial) && IS_ABSENT(result.issuer) &&
           IS_ABSENT(result.subject) && IS_ABSENT(result.issuer_cn) && IS_ABSENT(result.subject_cn) &&
           result.not_before == 0 && result.not_after == 0 && IS_ABSENT(result.spki) && IS_ABSENT(result.public_key) &&
           IS_ABSENT(result.r) && IS_ABSENT(result.s) && IS_ABSENT(result.unknown_critical) &&
           !result.has_basic_constraints && !result.basic_constraints_critical && !result.basic_constraints_empty &&
           !result.ca && !result.has_path_len && !result.has_key_usage && !result.key_usage_critical &&
           result.path_len == 0 && result.key_usage == 0;
}

int main(void)
{
    (void)any_rdn, (void)any_extension, (void)any_new;
    natt_error err;
    any_certificate();
    natt_error *wanted = nondet_bool() ? NULL : &err;
    bool ok = natt_certificate_parse(&result, input, wanted);
    REACHABLE(ok && input.len == NATT_MAX_CERTIFICATE);
    REACHABLE(!ok);
    __CPROVER_assert(!ok || (input.len >= 1 && input.len <= NATT_MAX_CERTIFICATE), "of a certificate of right size");
    __CPROVER_assert(!ok || (result.raw.ptr == input.ptr && result.raw.len == input.len), "all of it");
    __CPROVER_assert(!ok || has_views(), "views lie inside");
    __CPROVER_assert(!ok || (HAS_LEN(result.serial, 1, 20) && result.public_key.len == 96 && HAS_LEN(result.r, 1, 48) &&
                             HAS_LEN(result.s, 1, 48) && result.not_before <= result.not_after),
                     "with their sizes");
    __CPROVER_assert(ok || is_zero(), "on false the result is zero");
    __CPROVER_assert(wanted == NULL || ok == (err.code == NATT_OK), "false has a code, true has none");
    return 0;
}
