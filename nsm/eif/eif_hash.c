/* See eif_hash.h. CRC-32: ISO 3309, reflected polynomial 0xedb88320, eight bytes at a time. */
#include "nsm/eif/eif_hash.h"

#include <pthread.h>
#include <string.h>

#include "verify/parse/reader.h"

#define WORTH_A_THREAD 65536 /* bytes: hashing them takes several times as long as starting a thread */

/* tables[0] is the usual table; tables[n][b] is the CRC of b followed by n zero bytes. */
static void make_tables(uint32_t tables[8][256])
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t crc = b;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? UINT32_C(0xedb88320) : 0);
        tables[0][b] = crc;
    }
    for (size_t n = 1; n < 8; n++)
        for (uint32_t b = 0; b < 256; b++)
            tables[n][b] = tables[n - 1][b] >> 8 ^ tables[0][tables[n - 1][b] & 255];
}

static uint32_t crc_add(const struct natt_eif_hash *hash, natt_bytes data)
{
    const uint32_t(*tables)[256] = hash->tables;
    const uint8_t *p = data.ptr;
    size_t len = data.len;
    uint32_t crc = ~hash->crc;
    for (; len >= 8; len -= 8, p += 8) {
        uint64_t x = natt_eight_bytes(p) ^ crc;
        crc = tables[7][x & 255] ^ tables[6][x >> 8 & 255] ^ tables[5][x >> 16 & 255] ^ tables[4][x >> 24 & 255] ^
              tables[3][x >> 32 & 255] ^ tables[2][x >> 40 & 255] ^ tables[1][x >> 48 & 255] ^ tables[0][x >> 56];
    }
    for (; len > 0; len--, p++)
        crc = crc >> 8 ^ tables[0][(crc ^ *p) & 255];
    return ~crc;
}

void natt_eif_hash_init(struct natt_eif_hash *hash)
{
    natt_sha384_feed *feed = natt_sha384_fastest();
    natt_sha384_start(&hash->image, feed);
    natt_sha384_start(&hash->application, feed);
    hash->split = false;
    hash->crc = 0;
    make_tables(hash->tables);
}

void natt_eif_hash_begin(struct natt_eif_hash *hash, enum natt_eif_part part)
{
    if (part != NATT_EIF_APPLICATION || hash->split)
        return;
    hash->split = true;
    hash->boot = hash->image;
}

/* Work that can run in parallel with the hash for PCR0. */
struct share {
    struct natt_eif_hash *hash;
    struct natt_sha384 *other; /* the second digest that measures these bytes; NULL = none */
    natt_bytes data;
};

static void *do_share(void *argument)
{
    struct share *share = argument;
    share->hash->crc = crc_add(share->hash, share->data);
    if (share->other != NULL)
        natt_sha384_add(share->other, share->data);
    return NULL;
}

void natt_eif_hash_add(struct natt_eif_hash *hash, enum natt_eif_part part, natt_bytes data)
{
    struct natt_sha384 *other = part == NATT_EIF_APPLICATION ? &hash->application : hash->split ? &hash->boot : NULL;
    struct share share = {hash, part == NATT_EIF_UNMEASURED ? NULL : other, data};
    pthread_t thread;
    bool shared = part != NATT_EIF_UNMEASURED && data.len >= WORTH_A_THREAD &&
                  pthread_create(&thread, NULL, do_share, &share) == 0;
    if (!shared)
        (void)do_share(&share);
    if (part != NATT_EIF_UNMEASURED)
        natt_sha384_add(&hash->image, data);
    if (shared)
        (void)pthread_join(thread, NULL);
}

static void extend_zero(uint8_t pcr[48], const uint8_t digest[48])
{
    uint8_t both[96] = {0};
    memcpy(both + 48, digest, 48);
    natt_sha384_parts(pcr, &(natt_bytes){both, sizeof both}, 1, natt_sha384_fastest());
}

static void finish_one(struct natt_sha384 *h, uint8_t pcr[48])
{
    uint8_t digest[48];
    natt_sha384_finish(digest, h);
    extend_zero(pcr, digest);
}

void natt_eif_hash_finish(struct natt_eif_hash *hash, uint8_t pcr0[48], uint8_t pcr1[48], uint8_t pcr2[48])
{
    finish_one(&hash->image, pcr0);
    finish_one(&hash->application, pcr2);
    if (hash->split)
        finish_one(&hash->boot, pcr1);
    else
        memcpy(pcr1, pcr0, 48);
}

void natt_eif_hash_pcr(uint8_t pcr[48], natt_bytes data)
{
    uint8_t digest[48];
    natt_sha384_parts(digest, &data, 1, natt_sha384_fastest());
    extend_zero(pcr, digest);
}
