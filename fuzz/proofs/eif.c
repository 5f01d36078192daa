/* Proved of a step of natt_eif_add, for a reader in any state that earlier steps leave, pieces of up to 70000
 * octets, and images of any size: no access out of bounds, no overflow; a step takes at least one octet of the
 * piece, so that the loop over steps ends, and leaves such a state, or an error; a new reader is in such a state.
 * Headers and kept sections fit into what the reader has for them. Hashes, errors and octets that are copied are
 * contracts. */
#include "fuzz/proofs/any_input.h"

#include <string.h>

_Bool nondet_bool(void);

static void copies(const uint8_t *to, const uint8_t *from, size_t len);
#define memcpy(to, from, len) copies(to, from, len)

#include "nsm/eif/eif.c"

natt_eif nondet_eif(void);

static natt_eif eif;
static natt_bytes piece;

#define FITS(member, size)                                                                                             \
    (__CPROVER_POINTER_OFFSET(to) >= offsetof(natt_eif, member) &&                                                     \
     __CPROVER_POINTER_OFFSET(to) + len <= offsetof(natt_eif, member) + (size))

/* Their values are any from the beginning, so that nothing is written here. */
static void copies(const uint8_t *to, const uint8_t *from, size_t len)
{
    __CPROVER_assert(__CPROVER_r_ok(from, len) && __CPROVER_w_ok(to, len), "octets are copied");
    __CPROVER_assert(!__CPROVER_same_object(to, &eif) || FITS(head, HEADER_LEN) ||
                         FITS(signature.section, NATT_EIF_MAX_SIGNATURE),
                     "into one member");
}

bool natt_emulator_fail_at(natt_emulator_error *err, natt_emulator_code code, uint32_t index, uint64_t offset,
                           const char *message)
{
    (void)index, (void)offset, (void)message;
    err->code = code;
    return false;
}

bool natt_emulator_fail(natt_emulator_error *err, natt_emulator_code code, const char *message)
{
    return natt_emulator_fail_at(err, code, 0, 0, message);
}

void natt_eif_hash_begin(struct natt_eif_hash *hash, enum natt_eif_part part)
{
    __CPROVER_assert(hash == &eif.hash && part <= NATT_EIF_APPLICATION, "a part");
}

void natt_eif_hash_add(struct natt_eif_hash *hash, enum natt_eif_part part, natt_bytes data)
{
    __CPROVER_assert(hash == &eif.hash && part <= NATT_EIF_APPLICATION && __CPROVER_r_ok(data.ptr, data.len), "data");
}

#define TYPE (eif.found.sections[eif.found.section_count].type)

/* The section under way is one that is kept: it fits. */
static bool kept_fits(void)
{
    if (TYPE == NATT_EIF_SIGNATURE)
        return eif.seen[NATT_EIF_SIGNATURE] > 0 && eif.signature.len <= NATT_EIF_MAX_SIGNATURE &&
               eif.left <= NATT_EIF_MAX_SIGNATURE - eif.signature.len;
    if (TYPE == NATT_EIF_METADATA && eif.metadata != NULL)
        return eif.seen[NATT_EIF_METADATA] > 0 && eif.metadata_len <= NATT_EIF_MAX_METADATA &&
               eif.left <= NATT_EIF_MAX_METADATA - eif.metadata_len &&
               __CPROVER_w_ok(eif.metadata, eif.metadata_len + eif.left);
    return true;
}

/* Each section that was begun has one type, and no more are begun than there are. */
static bool seen_fits(void)
{
    bool fits = true;
    for (int i = 0; i < TYPE_COUNT; i++)
        fits = fits && eif.seen[i] <= eif.found.section_count + (eif.place == IN_SECTION);
    return fits;
}

static bool is_state(void)
{
    bool fresh = (eif.seen[NATT_EIF_SIGNATURE] > 0 || eif.signature.len == 0) &&
                 (eif.seen[NATT_EIF_METADATA] > 0 || (eif.metadata == NULL && eif.metadata_len == 0));
    bool under_way = eif.found.section_count < eif.expected_sections && eif.expected_sections <= NATT_EIF_MAX_SECTIONS;
    if (!fresh || !seen_fits() || eif.part > NATT_EIF_APPLICATION)
        return false;
    if (eif.place == IN_HEADER)
        return eif.head_len < HEADER_LEN && eif.found.section_count == 0;
    if (eif.place == IN_SECTION_HEADER)
        return eif.head_len < SECTION_HEADER_LEN && under_way;
    if (eif.place == IN_SECTION)
        return eif.head_len == 0 && under_way && eif.left > 0 && kept_fits();
    return eif.place == AT_END && eif.found.section_count == eif.expected_sections;
}

int main(void)
{
    __CPROVER_assert(is_state(), "a new reader, all zero");
    eif = nondet_eif();
    size_t room = nondet_size();
    __CPROVER_assume(room <= NATT_EIF_MAX_METADATA + 1);
    uint8_t *metadata = malloc(room);
    eif.metadata = nondet_bool() ? NULL : metadata;
    eif.error.code = NATT_EMULATOR_OK;
    __CPROVER_assume(metadata != NULL && is_state());
    piece = any_input(70000);
    __CPROVER_assume(piece.len > 0);
    natt_bytes rest = piece;
    enum place before = eif.place;
    bool ok = add_some(&eif, &rest);
    REACHABLE(ok && before == IN_HEADER && eif.place == IN_SECTION_HEADER);
    REACHABLE(ok && before == IN_SECTION_HEADER && eif.place == IN_SECTION && TYPE == NATT_EIF_METADATA);
    REACHABLE(ok && before == IN_SECTION && eif.place == AT_END);
    REACHABLE(!ok && before == AT_END);
    __CPROVER_assert(ok == (eif.error.code == NATT_EMULATOR_OK), "false has a code, true has none");
    __CPROVER_assert(!ok || (rest.len < piece.len && inside(piece, rest)), "at least one octet is taken");
    __CPROVER_assert(!ok || is_state(), "a state as before");
    return 0;
}
