/* SHA-384 [FIPS180-4 5.1.2, 6.4, 6.5]: splitting and padding the message, and the portable compression. */
#include <string.h>

#include "verify/crypto/hash/sha2.h"
#include "verify/crypto/hash/sha384_rounds.inc.h"

const uint64_t natt_sha384_round[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817};

/* [FIPS180-4 5.3.4] */
const uint64_t natt_sha384_initial[8] = {0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17,
                                         0x152fecd8f70e5939, 0x67332667ffc00b31, 0x8eb44a8768581511,
                                         0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4};

/* W(t) = s1(W(t-2)) + W(t-7) + s0(W(t-15)) + W(t-16), in a ring of sixteen. */
static uint64_t next_word(uint64_t w[16], unsigned t)
{
    uint64_t early = w[(t + 1) & 15], late = w[(t + 14) & 15];
    uint64_t s0 = rotate(early, 1) ^ rotate(early, 8) ^ early >> 7;
    uint64_t s1 = rotate(late, 19) ^ rotate(late, 61) ^ late >> 6;
    return w[t & 15] += s0 + s1 + w[(t + 9) & 15];
}

void natt_sha384_feed_portable(uint64_t state[8], const uint8_t *data, size_t blocks)
{
    uint64_t w[16], s[8], kw[16];
    for (; blocks > 0; blocks--, data += NATT_SHA384_BLOCK) {
        copy_state(s, state);
        uint64_t b_c = s[1] ^ s[2];
        for (unsigned i = 0; i < 16; i++) {
            w[i] = load_big_endian(data + 8 * i);
            kw[i] = w[i] + natt_sha384_round[i];
        }
        SHA384_SIXTEEN_ROUNDS(kw, 2)
        for (unsigned t = 16; t < 80; t += 16) {
            for (unsigned i = 0; i < 16; i++)
                kw[i] = next_word(w, i) + natt_sha384_round[t + i];
            SHA384_SIXTEEN_ROUNDS(kw, 2)
        }
        add_state(state, s);
    }
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

void natt_sha384_start(struct natt_sha384 *h, natt_sha384_feed *feed)
{
    memcpy(h->state, natt_sha384_initial, sizeof(h->state));
    h->used = 0;
    h->total = 0;
    h->feed = feed;
}

void natt_sha384_add(struct natt_sha384 *h, natt_bytes piece)
{
    const uint8_t *data = piece.ptr;
    size_t len = piece.len;
    if (len == 0)
        return;
    h->total += len;
    if (h->used > 0) {
        size_t taken = smaller(len, NATT_SHA384_BLOCK - h->used);
        memcpy(h->block + h->used, data, taken);
        h->used += taken;
        data += taken;
        len -= taken;
        if (h->used < NATT_SHA384_BLOCK)
            return;
        h->feed(h->state, h->block, 1);
    }
    h->feed(h->state, data, len / NATT_SHA384_BLOCK);
    h->used = len % NATT_SHA384_BLOCK;
    if (h->used > 0)
        memcpy(h->block, data + len - h->used, h->used);
}

static void store_big_endian(uint8_t *out, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

void natt_sha384_write(uint8_t out[48], const uint64_t state[8])
{
    for (int i = 0; i < 6; i++)
        store_big_endian(out + 8 * i, state[i]);
}

/* A one bit, zeros, and the length in bits as 128 bits. */
void natt_sha384_finish(uint8_t out[48], struct natt_sha384 *h)
{
    uint8_t tail[2 * NATT_SHA384_BLOCK] = {0};
    size_t blocks = h->used + 17 <= NATT_SHA384_BLOCK ? 1 : 2;
    memcpy(tail, h->block, h->used);
    tail[h->used] = 0x80;
    store_big_endian(tail + NATT_SHA384_BLOCK * blocks - 8, h->total << 3);
    h->feed(h->state, tail, blocks);
    natt_sha384_write(out, h->state);
}

void natt_sha384_parts(uint8_t *out, const natt_bytes *parts, size_t count, natt_sha384_feed *feed)
{
    struct natt_sha384 h;
    natt_sha384_start(&h, feed);
    for (size_t i = 0; i < count; i++)
        natt_sha384_add(&h, parts[i]);
    natt_sha384_finish(out, &h);
}
