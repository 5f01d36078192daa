/*
 * The structure of a CiphertextForRecipient, and its algorithms. Independent of keys.
 */
#ifndef NATT_NSM_RECIPIENT_CMS_H
#define NATT_NSM_RECIPIENT_CMS_H

#include "nitro_attest/recipient.h"
#include "nsm/recipient/ber.h"

#define NATT_AES_BLOCK   16
#define NATT_AES_KEY_LEN 32

/* Object identifiers, without tag and length. */
extern const natt_bytes natt_oid_enveloped_data, natt_oid_data, natt_oid_oaep, natt_oid_mgf1, natt_oid_sha256,
    natt_oid_aes256_cbc;

/* Views of the message. */
struct natt_cms {
    natt_bytes key_id;        /* subjectKeyIdentifier of the one recipient */
    natt_bytes encrypted_key; /* with RSAES-OAEP, SHA-256 */
    natt_bytes iv;            /* 16 bytes */
    natt_bytes content;       /* the encrypted content, or, if constructed, its pieces with their heads */
    bool constructed;
    size_t content_len; /* of the pieces together: at least a block, and whole blocks */
};

/* False: *err has the reason and the offset. Costs one pass. */
bool natt_cms_parse(struct natt_cms *out, natt_bytes message, natt_recipient_error *err);

/* Copies the content_len bytes of the encrypted content. */
void natt_cms_copy_content(uint8_t *out, const struct natt_cms *cms);

#endif
