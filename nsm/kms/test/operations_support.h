/*
 * The operations as calls of one type, with their inputs and outputs. The server is scripted, and seals to a fixed key.
 */
#ifndef NATT_NSM_KMS_TEST_OPERATIONS_SUPPORT_H
#define NATT_NSM_KMS_TEST_OPERATIONS_SUPPORT_H

#include "nsm/kms/request_check.h"
#include "nsm/kms/test/fake_server.h"
#include "nsm/test/recipient_support.h"

#define ROOM    128 /* bytes of each output */
#define ROWS    6
#define ENCRYPT 5 /* the row without a recipient */

#define CONTEXT "\"EncryptionContext\":{\"app\":\"a\\\"b\",\"\xc3\xa9\":\"\"}"
#define RECIPIENT                                                                                                      \
    "\"Recipient\":{\"KeyEncryptionAlgorithm\":\"RSAES_OAEP_SHA_256\",\"AttestationDocument\":\"ZG9jdW1lbnQ=\"}"

struct operation_state {
    natt_kms_client *client;
    natt_kms_client_error err;
    natt_kms_client_reply reply;
    uint8_t room[3][ROOM];
    natt_kms_client_buffer buffers[3]; /* in `room` */
    natt_kms_members in;               /* the content of the requests; a test changes one member */
    const char *answer_body;           /* NULL: the sealed message, and "AQID", "BAU=" and a key id */
    char sealed[2048];                 /* base64; opens to the bytes 0 to 31 */
};

extern struct operation_state s;

/* The requests of each operation, with every member. */
struct operation_row {
    bool (*call)(void);
    const char *target;
    size_t buffer_count;
    natt_kms_members whole;
    const char *whole_body;
};

extern const struct operation_row rows[ROWS];

void operations_begin(void);
void operations_end(void);

/* Fills `in` and the buffers for a row. */
void take(size_t row);
void set_buffers(void);
void seal(const struct test_message *m);
bool all_zero(size_t count);
/* This call must fail with this code, and leave nothing in its outputs. */
void expect_refused(size_t row, natt_kms_client_code code);

bool call_decrypt(void);
bool call_data_key(void);
bool call_key_pair(void);
bool call_random(void);
bool call_derive(void);
bool call_encrypt(void);

natt_bytes view(const char *text);

#endif
