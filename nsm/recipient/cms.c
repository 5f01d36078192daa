/*
 * Parses a CMS EnvelopedData as KMS writes it [RFC5652 3, 6; measured with genuine messages]: version 2, one recipient,
 * identified only by its key, RSAES-OAEP and AES-256-CBC. All other forms of CMS are refused.
 */
#include "nsm/recipient/cms.h"

#include <string.h>

#include "nsm/recipient/error.h"

static const uint8_t enveloped_data[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03};
static const uint8_t data[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01};
static const uint8_t oaep[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x07};
static const uint8_t mgf1[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08};
static const uint8_t sha256[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
static const uint8_t aes256_cbc[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a};

const natt_bytes natt_oid_enveloped_data = {enveloped_data, sizeof enveloped_data};
const natt_bytes natt_oid_data = {data, sizeof data};
const natt_bytes natt_oid_oaep = {oaep, sizeof oaep};
const natt_bytes natt_oid_mgf1 = {mgf1, sizeof mgf1};
const natt_bytes natt_oid_sha256 = {sha256, sizeof sha256};
const natt_bytes natt_oid_aes256_cbc = {aes256_cbc, sizeof aes256_cbc};

#define STRUCTURE NATT_RECIPIENT_E_MESSAGE_STRUCTURE
#define ALGORITHM NATT_RECIPIENT_E_MESSAGE_ALGORITHM

static bool is(natt_bytes a, natt_bytes b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

static bool take_oid(struct natt_ber *b, natt_bytes wanted, natt_recipient_code code)
{
    size_t at = b->pos;
    natt_bytes oid;
    if (!natt_ber_take(b, NATT_BER_OID, &oid))
        return false;
    return is(oid, wanted) || natt_recipient_fail_at(b->err, code, at, NULL);
}

/* CMSVersion: 2 with a subjectKeyIdentifier, 0 with issuer and serial number; the outer version is the same. */
static bool take_version(struct natt_ber *b)
{
    size_t at = b->pos;
    natt_bytes v;
    if (!natt_ber_take(b, NATT_BER_INTEGER, &v))
        return false;
    if (v.len == 1 && v.ptr[0] == 0)
        return natt_recipient_fail_at(b->err, NATT_RECIPIENT_E_MESSAGE_VERSION, at, NULL);
    return (v.len == 1 && v.ptr[0] == 2) || natt_recipient_fail_at(b->err, STRUCTURE, at, "a CMSVersion is not 2");
}

/* AlgorithmIdentifier { id-sha256, NULL OPTIONAL }: KMS writes the NULL, OpenSSL does not. [RFC5754 2] */
static bool take_sha256(struct natt_ber *b)
{
    struct natt_ber algorithm;
    natt_bytes null = {NULL, 0};
    size_t at;
    if (!natt_ber_enter(b, NATT_BER_SEQUENCE, &algorithm) || !take_oid(&algorithm, natt_oid_sha256, ALGORITHM))
        return false;
    at = algorithm.pos;
    if (natt_ber_more(&algorithm) && !natt_ber_take(&algorithm, NATT_BER_NULL, &null))
        return false;
    return (null.len == 0 || natt_recipient_fail_at(b->err, STRUCTURE, at, NULL)) && natt_ber_leave(b, &algorithm);
}

/* AlgorithmIdentifier { id-mgf1, AlgorithmIdentifier { id-sha256 } } */
static bool take_mgf1(struct natt_ber *b)
{
    struct natt_ber algorithm;
    return natt_ber_enter(b, NATT_BER_SEQUENCE, &algorithm) && take_oid(&algorithm, natt_oid_mgf1, ALGORITHM) &&
           take_sha256(&algorithm) && natt_ber_leave(b, &algorithm);
}

/* An omitted parameter means SHA-1, or MGF1 with SHA-1. [RFC8017 A.2.1] */
static bool take_tagged(struct natt_ber *b, uint8_t tag, bool (*take)(struct natt_ber *b))
{
    struct natt_ber inside;
    if (!natt_ber_next_is(b, tag))
        return natt_recipient_fail_at(b->err, ALGORITHM, b->pos, NULL);
    return natt_ber_enter(b, tag, &inside) && take(&inside) && natt_ber_leave(b, &inside);
}

/* The place of a label. A message with a label has a different purpose, even if it is for our key. */
static bool take_no_label(struct natt_ber *params)
{
    return !natt_ber_more(params) || natt_recipient_fail_at(params->err, ALGORITHM, params->pos, NULL);
}

/* RSAES-OAEP-params ::= SEQUENCE { [0] hash, [1] mask generation, [2] label DEFAULT empty } */
static bool take_oaep(struct natt_ber *b)
{
    struct natt_ber algorithm, params;
    return natt_ber_enter(b, NATT_BER_SEQUENCE, &algorithm) && take_oid(&algorithm, natt_oid_oaep, ALGORITHM) &&
           natt_ber_enter(&algorithm, NATT_BER_SEQUENCE, &params) &&
           take_tagged(&params, NATT_BER_CONSTRUCTED_0, take_sha256) &&
           take_tagged(&params, NATT_BER_CONSTRUCTED_1, take_mgf1) && take_no_label(&params) &&
           natt_ber_leave(&algorithm, &params) && natt_ber_leave(b, &algorithm);
}

/* KeyTransRecipientInfo ::= SEQUENCE { version 2, [0] subjectKeyIdentifier, keyEncryptionAlgorithm, encryptedKey } */
static bool take_recipient(struct natt_ber *b, struct natt_cms *out)
{
    struct natt_ber info;
    return natt_ber_enter(b, NATT_BER_SEQUENCE, &info) && take_version(&info) &&
           natt_ber_take(&info, NATT_BER_PRIMITIVE_0, &out->key_id) && take_oaep(&info) &&
           natt_ber_take(&info, NATT_BER_OCTET_STRING, &out->encrypted_key) && natt_ber_leave(b, &info);
}

/* RecipientInfos ::= SET OF RecipientInfo: one. */
static bool take_recipients(struct natt_ber *b, struct natt_cms *out)
{
    struct natt_ber set;
    return natt_ber_enter(b, NATT_BER_SET, &set) && take_recipient(&set, out) && natt_ber_leave(b, &set);
}

/* AlgorithmIdentifier { aes256-CBC, OCTET STRING of the IV } [RFC3565 4.1] */
static bool take_cipher(struct natt_ber *b, struct natt_cms *out)
{
    struct natt_ber algorithm;
    size_t at;
    if (!natt_ber_enter(b, NATT_BER_SEQUENCE, &algorithm) || !take_oid(&algorithm, natt_oid_aes256_cbc, ALGORITHM))
        return false;
    at = algorithm.pos;
    if (!natt_ber_take(&algorithm, NATT_BER_OCTET_STRING, &out->iv))
        return false;
    return (out->iv.len == NATT_AES_BLOCK ||
            natt_recipient_fail_at(b->err, STRUCTURE, at, "the IV does not have 16 bytes")) &&
           natt_ber_leave(b, &algorithm);
}

/* encryptedContent [0] IMPLICIT OCTET STRING: undivided, or in segments of any length. [X.690 8.7.3] */
static bool take_pieces(struct natt_ber *b, struct natt_cms *out)
{
    struct natt_ber pieces;
    natt_bytes piece;
    if (!natt_ber_enter(b, NATT_BER_CONSTRUCTED_0, &pieces))
        return false;
    size_t from = pieces.pos;
    while (natt_ber_more(&pieces)) {
        if (!natt_ber_take(&pieces, NATT_BER_OCTET_STRING, &piece))
            return false;
        out->content_len += piece.len;
    }
    out->content = (natt_bytes){pieces.base + from, pieces.pos - from};
    out->constructed = true;
    return natt_ber_leave(b, &pieces);
}

static bool take_piece(struct natt_ber *b, struct natt_cms *out)
{
    bool ok = natt_ber_take(b, NATT_BER_PRIMITIVE_0, &out->content);
    out->content_len = out->content.len;
    return ok;
}

static bool take_content(struct natt_ber *b, struct natt_cms *out)
{
    size_t at = b->pos;
    if (!(natt_ber_next_is(b, NATT_BER_CONSTRUCTED_0) ? take_pieces(b, out) : take_piece(b, out)))
        return false;
    return (out->content_len > 0 && out->content_len % NATT_AES_BLOCK == 0) ||
           natt_recipient_fail_at(b->err, STRUCTURE, at, "the encrypted content is not a whole number of AES blocks");
}

/* EncryptedContentInfo ::= SEQUENCE { data, contentEncryptionAlgorithm, encryptedContent } */
static bool take_encrypted(struct natt_ber *b, struct natt_cms *out)
{
    struct natt_ber info;
    return natt_ber_enter(b, NATT_BER_SEQUENCE, &info) && take_oid(&info, natt_oid_data, STRUCTURE) &&
           take_cipher(&info, out) && take_content(&info, out) && natt_ber_leave(b, &info);
}

/* EnvelopedData ::= SEQUENCE { version 2, recipientInfos, encryptedContentInfo } */
static bool take_enveloped(struct natt_ber *b, struct natt_cms *out)
{
    struct natt_ber enveloped;
    return natt_ber_enter(b, NATT_BER_SEQUENCE, &enveloped) && take_version(&enveloped) &&
           take_recipients(&enveloped, out) && take_encrypted(&enveloped, out) && natt_ber_leave(b, &enveloped);
}

/* ContentInfo ::= SEQUENCE { envelopedData, [0] EXPLICIT EnvelopedData } */
static bool take_message(struct natt_ber *b, struct natt_cms *out)
{
    struct natt_ber info, content;
    return natt_ber_enter(b, NATT_BER_SEQUENCE, &info) && take_oid(&info, natt_oid_enveloped_data, STRUCTURE) &&
           natt_ber_enter(&info, NATT_BER_CONSTRUCTED_0, &content) && take_enveloped(&content, out) &&
           natt_ber_leave(&info, &content) && natt_ber_leave(b, &info) && natt_ber_at_end(b);
}

/* "MIAG", "MIIC": 30 80 06 and 30 82 in base64, the beginning of messages in KMS's replies. */
static bool is_base64(natt_bytes message)
{
    return message.len >= 4 && message.ptr[0] == 'M' && message.ptr[1] == 'I';
}

bool natt_cms_parse(struct natt_cms *out, natt_bytes message, natt_recipient_error *err)
{
    struct natt_ber b = natt_ber_of(message, err);
    memset(out, 0, sizeof *out);
    if (message.len == 0 || message.len > NATT_RECIPIENT_MAX_MESSAGE)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_MESSAGE_SIZE, NULL);
    if (is_base64(message))
        return natt_recipient_fail_at(err, STRUCTURE, 0, "the message is still base64");
    return take_message(&b, out);
}

void natt_cms_copy_content(uint8_t *out, const struct natt_cms *cms)
{
    struct natt_ber pieces = natt_ber_of(cms->content, NULL);
    natt_bytes piece = cms->content;
    if (!cms->constructed) {
        memcpy(out, piece.ptr, piece.len);
        return;
    }
    for (; natt_ber_more(&pieces) && natt_ber_take(&pieces, NATT_BER_OCTET_STRING, &piece); out += piece.len)
        if (piece.len > 0)
            memcpy(out, piece.ptr, piece.len);
}
