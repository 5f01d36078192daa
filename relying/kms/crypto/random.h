/* Random bytes from the kernel, so there is no state that needs a lock, or that fork would duplicate. */
#ifndef NATT_RELYING_KMS_CRYPTO_RANDOM_H
#define NATT_RELYING_KMS_CRYPTO_RANDOM_H

#include "nitro_attest/base.h"

#define NATT_KMS_UUID_LEN 36

/* In the form that mbedTLS calls: 0, or an error. */
int natt_kms_random(void *unused, unsigned char *out, size_t len);

/* The same, but an error once the deadline has passed, which ends the search for a prime. */
typedef struct natt_kms_deadline {
    uint64_t (*now_ms)(void); /* NULL: there is no deadline */
    uint64_t at_ms;
    bool passed; /* bytes were requested after the deadline */
} natt_kms_deadline;
int natt_kms_random_until(void *deadline, unsigned char *out, size_t len);

/* A random UUID in lower case [RFC 9562 5.4]. False, and an empty text: no random bytes. */
bool natt_kms_uuid(char out[NATT_KMS_UUID_LEN + 1]);

/* The text of 16 bytes; and the reverse, for lower-case text only. */
void natt_kms_uuid_format(char out[NATT_KMS_UUID_LEN + 1], const uint8_t bytes[16]);
bool natt_kms_uuid_parse(uint8_t out[16], const char *text);

/* Lower-case hexadecimal with a NUL: 2 * bytes.len + 1 characters. */
void natt_kms_hex(char *out, natt_bytes bytes);
bool natt_kms_hex_parse(uint8_t *out, size_t len, const char *text);

#endif
