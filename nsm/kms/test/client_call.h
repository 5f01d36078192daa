/*
 * One call of a client over the scripted network, with its results. The operation is Encrypt, which needs no document,
 * so that replies are short.
 */
#ifndef NATT_NSM_KMS_TEST_CLIENT_CALL_H
#define NATT_NSM_KMS_TEST_CLIENT_CALL_H

#include "nsm/kms/test/fake_server.h"

#define GRANTED "{\"CiphertextBlob\":\"AQID\",\"KeyId\":\"arn:aws:kms:key/1\"}"

struct client_call {
    natt_kms_client *client;
    natt_kms_client_error err;
    natt_kms_client_reply reply;
    uint8_t out[64];
    natt_kms_client_buffer ciphertext; /* in `out` */
};

extern struct client_call c;

/* Creates a client of a server that grants requests. client_call_end checks that every connection was closed. */
void client_call_begin(void);
void client_call_end(void);
/* Replaces the client by a new one. */
void client_call_renew(const natt_kms_client_options *options);
void client_call_one_attempt(void);

bool call(void);

natt_bytes view(const char *text);
/* The server grants the request. */
void grant(unsigned number);
/* The server refuses with this status and name. */
extern const char *error_name;
extern unsigned error_status;
void refuse(unsigned number);

#endif
