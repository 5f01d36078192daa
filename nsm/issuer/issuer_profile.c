/*
 * The content of AWS's certificates at each position of the chain: names, dates, serials, extensions. The source is 32
 * genuine documents of 2021 to 2026, whose attribute order and string types differ by level, as here.
 */
#include <stdio.h>
#include <string.h>

#include "nsm/issuer/der_write.h"
#include "nsm/issuer/issuer_internal.h"
#include "nsm/wire.h"

#define HOUR 3600
#define DAY  (24 * HOUR)

/* AWS's root: 2019-10-28T13:28:05Z to 2049-10-28T14:28:05Z. */
#define AWS_ROOT_NOT_BEFORE INT64_C(1572269285)
#define ROOT_LIFE           (INT64_C(2519044085) - AWS_ROOT_NOT_BEFORE)
#define ROOT_FITS_FROM      INT64_C(1577836800) /* 2020-01-01 */
#define ROOT_FITS_UNTIL     INT64_C(2493072000) /* 2049-01-01 */

enum attribute { CN = 3, C = 6, L = 7, ST = 8, O = 10, OU = 11 }; /* 2.5.4.n */

enum role { ROOT, REGIONAL, ZONAL, INSTANCE, LEAF, ROLE_COUNT };

struct role_profile {
    const char *state;       /* the two kinds of issuer spell it differently */
    enum attribute names[7]; /* 0 ends */
    int64_t age, life;       /* seconds from notBefore to the issuer's clock, and to notAfter */
    size_t serial_len;
    const char *extensions; /* b basicConstraints, s and a subject and authority key identifier, k keyUsage, c CRL */
    bool key_usage_critical;
    uint8_t key_usage[4];
};

/*
 * The leaf: the clock is at notBefore + 3 s, which is also the time in its serial number. 16-octet serials of CAs get a
 * sign octet when they need one; instance certificates have 20 octets, so their content sometimes has 21.
 */
static const struct role_profile profiles[ROLE_COUNT] = {
    [ROOT] = {"", {C, O, OU, CN}, 0, 0, 16, "bsk", true, {0x03, 0x02, 0x01, 0x86}},
    [REGIONAL] = {"", {C, O, OU, CN}, 5 * DAY, 20 * DAY + HOUR, 16, "baskc", true, {0x03, 0x02, 0x01, 0x86}},
    [ZONAL] = {"WA", {CN, OU, O, C, ST, L}, DAY, 6 * DAY, 16, "baskc", true, {0x03, 0x02, 0x01, 0x86}},
    [INSTANCE] = {"Washington", {C, ST, L, O, OU, CN}, 2 * HOUR, DAY, 20, "bksa", true, {0x03, 0x02, 0x02, 0x04}},
    [LEAF] = {"Washington", {C, ST, L, O, OU, CN}, 3, 3 * HOUR + 3, 0, "bk", false, {0x03, 0x02, 0x06, 0xc0}},
};

/* [root, regional, zonal, instance] and the leaf; shorter bundles omit the upper ones, longer ones have more zonal
 * ones. */
static enum role role_at(const struct natt_issuer *issuer, uint32_t position)
{
    if (position == issuer->bundle_count)
        return LEAF;
    if (position == 0)
        return ROOT;
    if (position + 1 == issuer->bundle_count)
        return INSTANCE;
    return position == 1 && issuer->bundle_count >= 4 ? REGIONAL : ZONAL;
}

void natt_hex_write(char *to, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        to[2 * i] = digits[bytes[i] >> 4];
        to[2 * i + 1] = digits[bytes[i] & 15];
    }
    to[2 * len] = '\0';
}

/* `len` derived bytes, as text of twice as many digits. */
static const char *derived_hex(const struct natt_issuer *issuer, const char *label, uint32_t position, char *to,
                               size_t len)
{
    uint8_t bytes[48];
    const char *why = natt_keyring_derive(&issuer->ring, label, position, 0, bytes, len);
    if (why == NULL)
        natt_hex_write(to, bytes, len);
    return why;
}

/* [id].[zonal.]region.suffix.nitro-enclaves; the root's has no id and no region, the leaf's no product. */
static void common_name(const struct natt_issuer *issuer, uint32_t position, char *to, size_t capacity)
{
    const enum role role = role_at(issuer, position);
    const char *id = role == LEAF       ? issuer->module_id
                     : role == INSTANCE ? issuer->instance_id
                                        : issuer->identifiers[position].name;
    if (role == ROOT)
        snprintf(to, capacity, "%s.nitro-enclaves", issuer->suffix);
    else
        snprintf(to, capacity, "%s%s.%s.%s%s", id, role == ZONAL ? ".zonal" : "", issuer->region, issuer->suffix,
                 role == LEAF ? "" : ".nitro-enclaves");
}

static const char *attribute_text(const struct natt_issuer *issuer, enum attribute a, const char *state, const char *cn)
{
    const char *const texts[] = {[CN] = cn,
                                 [C] = "US",
                                 [L] = "Seattle",
                                 [ST] = state,
                                 [O] = issuer->aws_names ? "Amazon" : "nitro-attest TEST",
                                 [OU] = issuer->aws_names ? "AWS" : "NOT AWS"};
    return texts[a];
}

static natt_bytes subject_name(const struct natt_issuer *issuer, struct natt_arena *arena, uint32_t position)
{
    const struct role_profile *profile = &profiles[role_at(issuer, position)];
    char cn[4 * NATT_MAX_COMMON_NAME];
    natt_bytes rdns = NATT_ABSENT;
    common_name(issuer, position, cn, sizeof cn);
    for (const enum attribute *a = profile->names; *a != 0; a++) {
        uint8_t tag = *a == C ? NATT_DER_PRINTABLE : NATT_DER_UTF8;
        const char *text = attribute_text(issuer, *a, profile->state, cn);
        rdns = natt_arena_join2(arena, rdns, natt_der_write_rdn(arena, (uint8_t)*a, tag, text));
    }
    return natt_der_write(arena, NATT_DER_SEQUENCE, rdns);
}

/* Enclave: enclave id, then unix seconds, 64 bits each. TPM: unix seconds in 32 bits. */
static natt_bytes leaf_serial(const struct natt_issuer *issuer, struct natt_arena *arena)
{
    uint8_t content[16];
    natt_put_big_endian(content, issuer->enclave_id, 8);
    natt_put_big_endian(content + 8, issuer->now_ms / 1000, 8);
    bool tpm = issuer->kind == NATT_KIND_NITROTPM;
    return natt_der_write_unsigned(arena, tpm ? (natt_bytes){content + 12, 4} : NATT_CONST(content));
}

/* The date is part of it, so that a reissued certificate gets another serial. [RFC5280 4.1.2.2] */
static natt_bytes ca_serial(const struct natt_issuer *issuer, struct natt_arena *arena, uint32_t position,
                            int64_t not_before, size_t len)
{
    uint8_t content[48];
    const char *why = natt_keyring_derive(&issuer->ring, "serial", position, (uint64_t)not_before, content, len);
    return why != NULL ? natt_arena_fail(arena, why) : natt_der_write_unsigned(arena, (natt_bytes){content, len});
}

/* OCTET STRING content: SHA-1 of the point, as in AWS's certificates. [RFC5280 4.2.1.2] */
static natt_bytes key_identifier(struct natt_arena *arena, const struct natt_key *key, uint8_t tag)
{
    uint8_t id[20];
    const char *why = natt_issuer_sha1(id, NATT_CONST(key->point));
    return why != NULL ? natt_arena_fail(arena, why) : natt_der_write(arena, tag, NATT_CONST(id));
}

/* CA with path length; the root has none, the leaf is not a CA. [RFC5280 4.2.1.9] */
static natt_bytes basic_constraints(const struct natt_issuer *issuer, struct natt_arena *arena, uint32_t position)
{
    static const uint8_t ca[] = {0x01, 0x01, 0xff};
    natt_bytes content = NATT_ABSENT;
    if (position < issuer->bundle_count)
        content = NATT_CONST(ca);
    if (position > 0 && position < issuer->bundle_count) {
        const uint8_t cas_below = (uint8_t)(issuer->bundle_count - 1 - position);
        content = natt_arena_join2(arena, content, natt_der_write_unsigned(arena, (natt_bytes){&cas_below, 1}));
    }
    return natt_der_write(arena, NATT_DER_SEQUENCE, content);
}

/*
 * DistributionPoint with one URI, in AWS's form but in a domain that cannot exist [RFC2606]: a program that follows it
 * in a test must not connect to AWS.
 */
static natt_bytes crl_points(const struct natt_issuer *issuer, struct natt_arena *arena, uint32_t position)
{
    static const uint8_t uri = 0x86, name = 0xa0, sequence = NATT_DER_SEQUENCE;
    const char *region = issuer->region, *uuid = issuer->identifiers[position].crl;
    char url[320];
    if (role_at(issuer, position) == REGIONAL)
        snprintf(url, sizeof url, "http://aws-nitro-enclaves-crl.s3.amazonaws.invalid/crl/%s.crl", uuid);
    else
        snprintf(url, sizeof url, "http://crl-%s-aws-nitro-enclaves.s3.%s.amazonaws.invalid/crl/%s.crl", region, region,
                 uuid);
    natt_bytes out = natt_der_write(arena, uri, natt_arena_text(arena, url));
    const uint8_t around[] = {name, name, sequence, sequence};
    for (size_t i = 0; i < sizeof around; i++)
        out = natt_der_write(arena, around[i], out);
    return out;
}

static natt_bytes make_extension(struct natt_issuer *issuer, struct natt_arena *arena, uint32_t position, char which)
{
    const struct role_profile *profile = &profiles[role_at(issuer, position)];
    const struct natt_key *key = &issuer->keys[position];
    switch (which) {
    case 'b':
        return natt_der_write_extension(arena, "2.5.29.19", true, basic_constraints(issuer, arena, position));
    case 'k':
        return natt_der_write_extension(arena, "2.5.29.15", profile->key_usage_critical,
                                        NATT_CONST(profile->key_usage));
    case 's':
        return natt_der_write_extension(arena, "2.5.29.14", false, key_identifier(arena, key, NATT_DER_OCTET_STRING));
    case 'a': {
        natt_bytes id = key_identifier(arena, key - 1, 0x80); /* [0] keyIdentifier, of the issuer's key */
        return natt_der_write_extension(arena, "2.5.29.35", false, natt_der_write(arena, NATT_DER_SEQUENCE, id));
    }
    default:
        return natt_der_write_extension(arena, "2.5.29.31", false, crl_points(issuer, arena, position));
    }
}

static void set_dates(const struct natt_issuer *issuer, struct natt_arena *arena, natt_plan_certificate *out,
                      uint32_t position, int64_t *not_before)
{
    const struct role_profile *profile = &profiles[role_at(issuer, position)];
    int64_t not_after = issuer->root_not_after;
    *not_before = issuer->root_not_before;
    if (position > 0) {
        *not_before = (int64_t)(issuer->now_ms / 1000) - profile->age;
        not_after = *not_before + profile->life;
    }
    out->not_before = natt_der_write_any_time(arena, *not_before);
    out->not_after = natt_der_write_any_time(arena, not_after);
}

void natt_profile_certificate(struct natt_issuer *issuer, struct natt_arena *arena, natt_plan_certificate *out,
                              uint32_t position)
{
    static const uint8_t version_3[] = {0xa0, 0x03, 0x02, 0x01, 0x02};
    static const uint8_t ecdsa_sha384[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03};
    static const uint8_t no_unused_bits[] = {0x00};
    const enum role role = role_at(issuer, position);
    const uint32_t parent = position > 0 ? position - 1 : 0;
    int64_t not_before;
    memset(out, 0, sizeof *out);
    out->version = NATT_CONST(version_3);
    out->tbs_algorithm = out->algorithm = NATT_CONST(ecdsa_sha384);
    out->issuer = subject_name(issuer, arena, parent);
    set_dates(issuer, arena, out, position, &not_before);
    out->serial = role == LEAF ? leaf_serial(issuer, arena)
                               : ca_serial(issuer, arena, position, not_before, profiles[role].serial_len);
    out->subject = subject_name(issuer, arena, position);
    out->spki = natt_der_write_spki(arena, NATT_CONST(issuer->keys[position].point));
    for (const char *e = profiles[role].extensions; *e != '\0'; e++)
        natt_list_append(arena, &out->extensions,
                         (natt_plan_entry){.value = make_extension(issuer, arena, position, *e)});
    out->unused_bits = NATT_CONST(no_unused_bits);
    out->signature.key = parent;
}

/* Accepts only characters without a meaning in names; "" is refused too. */
static bool only(const char *text, const char *allowed)
{
    return text[0] != '\0' && strspn(text, allowed) == strlen(text);
}

static bool set_text(char *to, const char *text, const char *allowed)
{
    if (!only(text, allowed) || strlen(text) > NATT_MAX_COMMON_NAME)
        return false;
    strcpy(to, text);
    return true;
}

static const char *set_identifiers(struct natt_issuer *issuer, uint32_t position)
{
    struct natt_identifiers *to = &issuer->identifiers[position];
    char hex[33];
    const char *why = derived_hex(issuer, "name", position, to->name, 8);
    if (why == NULL)
        why = derived_hex(issuer, "crl", position, hex, 16);
    if (why != NULL)
        return why;
    hex[12] = '4'; /* a random UUID: version 4, variant 10 [RFC9562 5.4] */
    hex[16] = 'a';
    snprintf(to->crl, sizeof to->crl, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
    return NULL;
}

/* The instance's and the enclave's, and one set for each certificate. */
static const char *set_all_identifiers(struct natt_issuer *issuer, const char *instance_id)
{
    uint8_t low[2];
    snprintf(issuer->instance_id, sizeof issuer->instance_id, "%s", instance_id != NULL ? instance_id : "i-0");
    const char *why = natt_keyring_derive(&issuer->ring, "enclave", 0, 0, low, sizeof low);
    if (why == NULL && instance_id == NULL)
        why = derived_hex(issuer, "instance", 0, issuer->instance_id + 3, 8);
    if (why != NULL)
        return why;
    uint64_t start_ms = issuer->now_ms - 65000; /* an enclave is about a minute old at its first request */
    issuer->enclave_id = start_ms << 16 | (uint64_t)low[0] << 8 | low[1];
    for (uint32_t i = 0; why == NULL && i < issuer->bundle_count; i++)
        why = set_identifiers(issuer, i);
    return why;
}

/* False if it does not fit into the buffer, and so not into a commonName either. */
static bool set_module_id(struct natt_issuer *issuer)
{
    bool tpm = issuer->kind == NATT_KIND_NITROTPM;
    int len = snprintf(issuer->module_id, sizeof issuer->module_id, "%s-%s%016llx", issuer->instance_id,
                       tpm ? "tpm" : "enc", tpm ? 0ull : (unsigned long long)issuer->enclave_id);
    return len > 0 && (size_t)len < sizeof issuer->module_id;
}

static bool names_fit(const struct natt_issuer *issuer)
{
    char cn[4 * NATT_MAX_COMMON_NAME];
    for (uint32_t i = 0; i <= issuer->bundle_count; i++) {
        common_name(issuer, i, cn, sizeof cn);
        if (strlen(cn) > NATT_MAX_COMMON_NAME)
            return false;
    }
    return true;
}

static bool set_suffix(struct natt_issuer *issuer, const char *suffix)
{
    if (suffix != NULL)
        return set_text(issuer->suffix, suffix, "abcdefghijklmnopqrstuvwxyz0123456789.-") && names_fit(issuer);
    strcpy(issuer->suffix, "test.invalid");
    if (!names_fit(issuer))
        strcpy(issuer->suffix, "invalid");
    return names_fit(issuer);
}

static void set_root_dates(struct natt_issuer *issuer)
{
    int64_t now = (int64_t)(issuer->now_ms / 1000);
    bool fits = now >= ROOT_FITS_FROM && now < ROOT_FITS_UNTIL;
    issuer->root_not_before = fits ? AWS_ROOT_NOT_BEFORE : now - 365 * DAY;
    issuer->root_not_after = issuer->root_not_before + ROOT_LIFE;
}

bool natt_profile_init(struct natt_issuer *issuer, const natt_issuer_options *options, const char **why)
{
    static const char hex[] = "0123456789abcdef";
    const char *region = options->region != NULL ? options->region : "us-east-1";
    const char *id = options->instance_id;
    *why = "region is empty, too long, or has characters other than a-z, 0-9 and -";
    if (!set_text(issuer->region, region, "abcdefghijklmnopqrstuvwxyz0123456789-"))
        return false;
    *why = "instance_id is not i- and hexadecimal digits";
    if (id != NULL && (strncmp(id, "i-", 2) != 0 || !only(id + 2, hex) || strlen(id) > NATT_MAX_COMMON_NAME))
        return false;
    *why = "role_arn is longer than 2048 bytes";
    if (options->role_arn != NULL && strlen(options->role_arn) > NATT_MAX_ROLE_ARN)
        return false;
    strcpy(issuer->role_arn, options->role_arn != NULL ? options->role_arn : "");
    *why = set_all_identifiers(issuer, id);
    if (*why != NULL)
        return false;
    set_root_dates(issuer);
    *why = "suffix, region and instance_id make a commonName longer than 64 bytes, or suffix has invalid characters";
    if (!set_module_id(issuer) || !set_suffix(issuer, options->suffix))
        return false;
    issuer->aws_names = strcmp(issuer->suffix, "aws") == 0;
    return true;
}
