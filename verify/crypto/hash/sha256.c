/* SHA-256 [FIPS180-4 5.1.1, 6.2]: small rather than fast, since it hashes only certificates. */
#include <string.h>

#include "verify/crypto/hash/sha2.h"

#define BLOCK 64

static const uint32_t round_constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* [FIPS180-4 5.3.3] */
static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

struct hasher {
    uint32_t state[8];
    uint8_t block[BLOCK];
    uint64_t total; /* bytes; total % BLOCK of them wait in block */
};

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static uint32_t schedule(const uint32_t *w)
{
    uint32_t s0 = rotate(w[-15], 7) ^ rotate(w[-15], 18) ^ w[-15] >> 3;
    uint32_t s1 = rotate(w[-2], 17) ^ rotate(w[-2], 19) ^ w[-2] >> 10;
    return w[-16] + s0 + w[-7] + s1;
}

/* One round; s[0..7] are the letters a to h, which move by one. */
static void one_round(uint32_t s[8], uint32_t kw)
{
    uint32_t sum1 = rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25);
    uint32_t sum0 = rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22);
    uint32_t t1 = s[7] + sum1 + (((s[5] ^ s[6]) & s[4]) ^ s[6]) + kw;
    uint32_t t2 = sum0 + ((s[0] & s[1]) | (s[2] & (s[0] | s[1])));
    memmove(s + 1, s, 7 * sizeof(s[0]));
    s[4] += t1;
    s[0] = t1 + t2;
}

static void compress(struct hasher *h)
{
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++) {
        const uint8_t *b = h->block + 4 * i;
        w[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | (uint32_t)b[3];
    }
    for (int i = 16; i < 64; i++)
        w[i] = schedule(w + i);
    memcpy(s, h->state, sizeof(s));
    for (int i = 0; i < 64; i++)
        one_round(s, round_constant[i] + w[i]);
    for (int i = 0; i < 8; i++)
        h->state[i] += s[i];
}

static void absorb(struct hasher *h, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        h->block[h->total++ % BLOCK] = data[i];
        if (h->total % BLOCK == 0)
            compress(h);
    }
}

/* A one bit, zeros, and the length in bits as 64 bits. */
static void finish(uint8_t *out, struct hasher *h)
{
    static const uint8_t padding[BLOCK] = {0x80};
    uint64_t bits = h->total << 3;
    size_t used = h->total % BLOCK;
    uint8_t length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    absorb(h, padding, (used < 56 ? 56 : BLOCK + 56) - used);
    absorb(h, length, sizeof(length));
    for (int i = 0; i < 32; i++)
        out[i] = (uint8_t)(h->state[i / 4] >> (24 - 8 * (i % 4)));
}

void natt_sha256_parts(uint8_t *out, const natt_bytes *parts, size_t count)
{
    struct hasher h;
    memcpy(h.state, initial, sizeof(h.state));
    h.total = 0;
    for (size_t i = 0; i < count; i++)
        absorb(&h, parts[i].ptr, parts[i].len);
    finish(out, &h);
}
