/*
 * A reader of the BER in CMS messages: definite lengths in any form, and indefinite ones of constructed elements [X.690
 * 8.1.3]. It follows its caller's grammar: nothing is skipped, so there is no recursion. Tags have one octet. The one
 * bounds check is in ber.c.
 */
#ifndef NATT_NSM_RECIPIENT_BER_H
#define NATT_NSM_RECIPIENT_BER_H

#include "nitro_attest/recipient_error.h"

enum natt_ber_tag {
    NATT_BER_INTEGER = 0x02,
    NATT_BER_OCTET_STRING = 0x04,
    NATT_BER_NULL = 0x05,
    NATT_BER_OID = 0x06,
    NATT_BER_SEQUENCE = 0x30,
    NATT_BER_SET = 0x31,
    NATT_BER_PRIMITIVE_0 = 0x80,
    NATT_BER_CONSTRUCTED_0 = 0xa0,
    NATT_BER_CONSTRUCTED_1 = 0xa1
};

/* A window of the message. Failing functions fill in *err, with an offset in the message, and return false. */
struct natt_ber {
    const uint8_t *base;       /* byte 0 of all offsets */
    size_t pos, end;           /* pos <= end, always */
    bool indefinite;           /* two zero octets mark the end, at `end` at the latest */
    natt_recipient_error *err; /* may be NULL */
};

struct natt_ber natt_ber_of(natt_bytes message, natt_recipient_error *err);

/* True: the next element has this tag. */
bool natt_ber_next_is(const struct natt_ber *b, uint8_t tag);

/* True: more bytes precede the end of this window. */
bool natt_ber_more(const struct natt_ber *b);

/* The content of the next element, which has this tag and a definite length. */
bool natt_ber_take(struct natt_ber *b, uint8_t tag, natt_bytes *content);

/* Enters the content of the next element, which has this constructed tag. End it with natt_ber_leave. */
bool natt_ber_enter(struct natt_ber *b, uint8_t tag, struct natt_ber *inside);

/* True: the whole content was read, including a marked end; *b continues after it. */
bool natt_ber_leave(struct natt_ber *b, struct natt_ber *inside);

/* True: the whole input of natt_ber_of was read. */
bool natt_ber_at_end(const struct natt_ber *b);

#endif
