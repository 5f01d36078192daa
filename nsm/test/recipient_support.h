/*
 * Shared by the recipient's tests: keys, verified documents, and valid and invalid messages.
 */
#ifndef NATT_NSM_TEST_RECIPIENT_SUPPORT_H
#define NATT_NSM_TEST_RECIPIENT_SUPPORT_H

#include "nitro_attest/emulator.h"
#include "nitro_attest/recipient.h"

/* Fixed keys of 2048 bits, made once for each test. */
natt_recipient_key *test_recipient_key(void);
natt_recipient_key *test_other_recipient_key(void);

natt_bytes test_text(const char *text);

/* A verified document of the emulator; valid until the next call. */
struct test_attested {
    uint8_t document[NATT_NSM_MAX_RESPONSE];
    size_t len;
    natt_verified verified;
};
/* Optionally a debug document. fields as for natt_recipient_attest. */
struct test_attested *test_attest(const natt_recipient_key *key, const natt_recipient_attestation *fields, bool debug);
/* A document with any bytes as the public key. */
struct test_attested *test_attest_public(natt_bytes public_key);
/* A document with the fixed key. */
const natt_verified *test_verified(void);

/* An emulator and a session with it, which exist until the process ends. */
natt_nsm *test_recipient_nsm(natt_emulator **emulator, bool debug);

/* A message, from the inside out. The message of test_message_init opens to the bytes 0 to 31. */
struct test_message {
    const natt_recipient_key *to;
    uint8_t cek[64];
    size_t cek_len;
    bool sha1;                                   /* OAEP with SHA-1 */
    bool garbled_key;                            /* the last byte of the encrypted key is changed */
    uint8_t content[NATT_RECIPIENT_MAX_MESSAGE]; /* padded */
    size_t content_len;
    size_t piece;      /* length of the pieces; 0 = one primitive content */
    bool indefinite;   /* outer levels as in KMS's messages */
    bool long_lengths; /* lengths in four octets */
    bool no_null;      /* as OpenSSL writes SHA-256 */
    bool label;        /* OAEP with a label that is not empty */
    size_t iv_len, recipients;
    uint8_t version, recipient_version;
};

void test_message_init(struct test_message *m);
/* Pads as PKCS #7 does. */
void test_message_content(struct test_message *m, const uint8_t *plaintext, size_t len);
/* In a static buffer. */
natt_bytes test_message_write(const struct test_message *m);

#endif
