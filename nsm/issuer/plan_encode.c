/* Creates pieces for a plan: bytes, CBOR items and DER elements in its arena. */
#include <string.h>

#include "nsm/issuer/cbor_arena.h"
#include "nsm/issuer/der_write.h"
#include "nsm/issuer/issuer_internal.h"

static int digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)(at - digits) % 16;
}

natt_bytes natt_plan_hex(natt_issue_plan *plan, const char *hex)
{
    uint8_t *to = natt_arena_alloc(plan->arena, strlen(hex) / 2);
    size_t len = 0;
    while (to != NULL && *hex != '\0') {
        if (*hex == ' ') {
            hex++;
            continue;
        }
        int high = digit(hex[0]), low = high < 0 ? -1 : digit(hex[1]);
        if (low < 0)
            return natt_arena_fail(plan->arena, "natt_plan_hex: not pairs of hexadecimal digits");
        to[len++] = (uint8_t)(high << 4 | low);
        hex += 2;
    }
    return (natt_bytes){to, to == NULL ? 0 : len};
}

natt_bytes natt_plan_string(natt_issue_plan *plan, const char *text)
{
    return natt_arena_text(plan->arena, text);
}

natt_bytes natt_plan_copy(natt_issue_plan *plan, natt_bytes bytes)
{
    return natt_arena_copy(plan->arena, bytes);
}

natt_bytes natt_plan_join(natt_issue_plan *plan, natt_bytes a, natt_bytes b)
{
    return natt_arena_join2(plan->arena, a, b);
}

natt_bytes natt_plan_repeat(natt_issue_plan *plan, natt_bytes unit, size_t times)
{
    if (unit.len > 0 && times > SIZE_MAX / 4 / unit.len)
        return natt_arena_fail(plan->arena, "natt_plan_repeat: the result does not fit into memory");
    uint8_t *to = natt_arena_alloc(plan->arena, unit.len * times);
    for (size_t i = 0; to != NULL && unit.len > 0 && i < times; i++)
        memcpy(to + i * unit.len, unit.ptr, unit.len);
    return (natt_bytes){to, to == NULL ? 0 : unit.len * times};
}

natt_bytes natt_plan_splice(natt_issue_plan *plan, natt_bytes bytes, size_t at, size_t len, natt_bytes by)
{
    if (bytes.ptr == NULL || at > bytes.len || len > bytes.len - at)
        return natt_arena_fail(plan->arena, "natt_plan_splice: the position is outside the bytes");
    natt_bytes before = {bytes.ptr, at}, behind = {bytes.ptr + at + len, bytes.len - at - len};
    return natt_arena_join3(plan->arena, before, by, behind);
}

natt_bytes natt_plan_flip(natt_issue_plan *plan, natt_bytes bytes, size_t bit)
{
    if (bytes.ptr == NULL || bit / 8 >= bytes.len)
        return natt_arena_fail(plan->arena, "natt_plan_flip: the position is outside the bytes");
    const uint8_t changed = (uint8_t)(bytes.ptr[bit / 8] ^ 0x80u >> bit % 8);
    return natt_plan_splice(plan, bytes, bit / 8, 1, (natt_bytes){&changed, 1});
}

natt_bytes natt_plan_cbor_head(natt_issue_plan *plan, uint8_t major, uint32_t width, uint64_t value)
{
    return natt_arena_cbor_head(plan->arena, major, width, value);
}

natt_bytes natt_plan_cbor_uint(natt_issue_plan *plan, uint64_t value)
{
    return natt_arena_cbor_head(plan->arena, NATT_CBOR_UINT, 0, value);
}

natt_bytes natt_plan_cbor_int(natt_issue_plan *plan, int64_t value)
{
    if (value >= 0)
        return natt_plan_cbor_uint(plan, (uint64_t)value);
    return natt_arena_cbor_head(plan->arena, NATT_CBOR_NEGATIVE, 0, (uint64_t) - (value + 1));
}

natt_bytes natt_plan_cbor_text(natt_issue_plan *plan, const char *text)
{
    return natt_arena_cbor_text(plan->arena, text);
}

natt_bytes natt_plan_cbor_bytes(natt_issue_plan *plan, natt_bytes content)
{
    return natt_arena_cbor_string(plan->arena, NATT_CBOR_BYTES, content);
}

natt_bytes natt_plan_cbor_zeros(natt_issue_plan *plan, size_t len)
{
    static const uint8_t zero[] = {0x00};
    return natt_plan_cbor_bytes(plan, natt_plan_repeat(plan, NATT_CONST(zero), len));
}

natt_bytes natt_plan_cbor_null(natt_issue_plan *plan)
{
    static const uint8_t null[] = {0xf6};
    return natt_arena_copy(plan->arena, NATT_CONST(null));
}

natt_bytes natt_plan_der(natt_issue_plan *plan, uint8_t tag, natt_bytes content)
{
    return natt_der_write(plan->arena, tag, content);
}

natt_bytes natt_plan_der_head(natt_issue_plan *plan, uint8_t tag, uint32_t width, uint64_t len)
{
    return natt_der_write_head(plan->arena, tag, width, len);
}

natt_bytes natt_plan_der_integer(natt_issue_plan *plan, natt_bytes magnitude)
{
    return natt_der_write_unsigned(plan->arena, magnitude);
}

natt_bytes natt_plan_der_oid(natt_issue_plan *plan, const char *dotted)
{
    return natt_der_write_oid(plan->arena, dotted);
}

natt_bytes natt_plan_der_time(natt_issue_plan *plan, int64_t seconds)
{
    return natt_der_write_any_time(plan->arena, seconds);
}

natt_bytes natt_plan_der_utc_time(natt_issue_plan *plan, int64_t seconds)
{
    return natt_der_write_time(plan->arena, NATT_DER_UTC_TIME, seconds);
}

natt_bytes natt_plan_der_generalized_time(natt_issue_plan *plan, int64_t seconds)
{
    return natt_der_write_time(plan->arena, NATT_DER_GENERALIZED_TIME, seconds);
}

natt_bytes natt_plan_der_common_name(natt_issue_plan *plan, const char *common_name)
{
    natt_bytes rdn = natt_der_write_rdn(plan->arena, 3, NATT_DER_UTF8, common_name);
    return natt_der_write(plan->arena, NATT_DER_SEQUENCE, rdn);
}

natt_bytes natt_plan_der_spki(natt_issue_plan *plan, natt_bytes point)
{
    return natt_der_write_spki(plan->arena, point);
}
