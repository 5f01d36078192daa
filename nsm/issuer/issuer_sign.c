/*
 * Signatures as a plan specifies them: key, r and s, form. Everything except the key is public, so arithmetic on s is
 * not constant-time.
 */
#include <string.h>

#include "nsm/issuer/der_write.h"
#include "nsm/issuer/issuer_internal.h"

/* n, the order of P-384. [SP 800-186 3.2.1.4] */
static const uint8_t order[48] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf, 0x58, 0x1a, 0x0d, 0xb2,
                                  0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73};

/* n - s, for s in [1, n-1]. */
static void negate(uint8_t out[48], const uint8_t s[48])
{
    int borrow = 0;
    for (int i = 47; i >= 0; i--) {
        int d = order[i] - s[i] - borrow;
        borrow = d < 0;
        out[i] = (uint8_t)(d + 256 * borrow);
    }
}

static void choose_s(uint8_t s[48], natt_signature_edit edit)
{
    uint8_t other[48];
    negate(other, s);
    int order_of_both = memcmp(other, s, 48);
    bool take = edit == NATT_SIGNATURE_OTHER_S || (edit == NATT_SIGNATURE_LOW_S && order_of_both < 0) ||
                (edit == NATT_SIGNATURE_HIGH_S && order_of_both > 0);
    if (take)
        memcpy(s, other, 48);
}

static bool apply_edit(uint8_t rs[NATT_P384_SIGNATURE], const natt_plan_signature *plan)
{
    switch (plan->edit) {
    case NATT_SIGNATURE_PLAIN:
        return true;
    case NATT_SIGNATURE_LOW_S:
    case NATT_SIGNATURE_HIGH_S:
    case NATT_SIGNATURE_OTHER_S:
        choose_s(rs + 48, plan->edit);
        return true;
    case NATT_SIGNATURE_ZERO_R:
        memset(rs, 0, 48);
        return true;
    case NATT_SIGNATURE_ZERO_S:
        memset(rs + 48, 0, 48);
        return true;
    case NATT_SIGNATURE_R_IS_N:
        memcpy(rs, order, 48);
        return true;
    case NATT_SIGNATURE_S_IS_N:
        memcpy(rs + 48, order, 48);
        return true;
    case NATT_SIGNATURE_FLIP_BIT:
        if (plan->bit >= 8 * NATT_P384_SIGNATURE)
            return false;
        rs[plan->bit / 8] ^= (uint8_t)(0x80u >> plan->bit % 8);
        return true;
    }
    return false;
}

/* A key for one use, which no certificate has. */
static const char *derive_loose(struct natt_key *key, struct natt_issuer *issuer, uint32_t number)
{
    if (number == NATT_KEY_UNRELATED)
        return natt_key_derive(key, &issuer->ring, "unrelated key", 0);
    return natt_key_derive(key, &issuer->ring, "spare key", number - NATT_KEY_SPARE);
}

static bool key_exists(const struct natt_issuer *issuer, uint32_t number)
{
    return number <= issuer->bundle_count || number >= NATT_KEY_SPARE;
}

static const char *sign_digest(struct natt_issuer *issuer, uint32_t number, const uint8_t digest[48],
                               uint8_t out[NATT_P384_SIGNATURE])
{
    if (number <= issuer->bundle_count)
        return natt_key_sign_kept(&issuer->ring, &issuer->keys[number], digest, out);
    struct natt_key key;
    const char *why = derive_loose(&key, issuer, number);
    if (why == NULL)
        why = natt_key_sign(&issuer->ring, &key, digest, out);
    natt_key_free(&key);
    return why;
}

/* Signs with an existing key. NULL, or the failure. */
static const char *sign(struct natt_issuer *issuer, uint8_t out[NATT_P384_SIGNATURE], uint32_t key, natt_bytes message)
{
    uint8_t digest[48];
    const char *why = natt_issuer_sha384(digest, message);
    return why == NULL ? sign_digest(issuer, key, digest, out) : why;
}

bool natt_issuer_sign(natt_issuer *issuer, uint8_t out[96], uint32_t key, natt_bytes message)
{
    bool ok = key_exists(issuer, key) && sign(issuer, out, key, message) == NULL;
    if (!ok)
        memset(out, 0, NATT_P384_SIGNATURE);
    return ok;
}

bool natt_issuer_public_key(natt_issuer *issuer, uint8_t out[97], uint32_t number)
{
    if (number <= issuer->bundle_count) {
        memcpy(out, issuer->keys[number].point, NATT_P384_POINT);
        return true;
    }
    struct natt_key key = {0};
    bool ok = key_exists(issuer, number) && derive_loose(&key, issuer, number) == NULL;
    memcpy(out, key.point, NATT_P384_POINT);
    natt_key_free(&key);
    if (!ok)
        memset(out, 0, NATT_P384_POINT);
    return ok;
}

static natt_bytes der_integer(struct natt_arena *arena, natt_bytes computed, natt_bytes content)
{
    if (content.ptr != NULL)
        return natt_der_write(arena, NATT_DER_INTEGER, content);
    return natt_der_write_unsigned(arena, computed);
}

/* Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER } [RFC5480 A] */
static natt_bytes der_form(struct natt_arena *arena, const natt_plan_signature *plan, const uint8_t *rs,
                           const natt_plan_wrap *sequence)
{
    natt_bytes r = der_integer(arena, (natt_bytes){rs, 48}, plan->r);
    natt_bytes s = der_integer(arena, (natt_bytes){rs + 48, 48}, plan->s);
    return natt_der_write_wrapped(arena, NATT_DER_SEQUENCE, sequence, natt_arena_join2(arena, r, s));
}

/* r || s [RFC9053 2.1] */
static natt_bytes raw_form(struct natt_arena *arena, const natt_plan_signature *plan, const uint8_t *rs)
{
    natt_bytes r = plan->r.ptr != NULL ? plan->r : (natt_bytes){rs, 48};
    natt_bytes s = plan->s.ptr != NULL ? plan->s : (natt_bytes){rs + 48, 48};
    return natt_arena_join2(arena, r, s);
}

natt_bytes natt_build_signature(struct natt_issuer *issuer, struct natt_arena *arena, const natt_plan_signature *plan,
                                natt_bytes message, bool der, const natt_plan_wrap *sequence)
{
    struct natt_issuer *signer = plan->key_issuer != NULL ? plan->key_issuer : issuer;
    uint8_t rs[NATT_P384_SIGNATURE];
    if (plan->raw.ptr != NULL)
        return plan->raw;
    if (natt_arena_failure(arena) != NULL)
        return NATT_ABSENT;
    if (!key_exists(signer, plan->key))
        return natt_arena_fail(arena, "a signature names a key that the issuer does not have");
    const char *why = sign(signer, rs, plan->key, plan->signed_bytes.ptr != NULL ? plan->signed_bytes : message);
    if (why != NULL)
        return natt_arena_fail(arena, why);
    if (!apply_edit(rs, plan))
        return natt_arena_fail(arena, "a signature edit is unknown, or its bit is above 767");
    return der != plan->other_form ? der_form(arena, plan, rs, sequence) : raw_form(arena, plan, rs);
}
