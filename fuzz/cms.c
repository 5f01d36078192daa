/*
 * Property: a message and its DER form, which ber_tree.c writes with undivided content, are both accepted or both
 * refused, with the same parts; views are inside the message. A plaintext has a length that the ciphertext allows. A
 * refusal has a code, has an offset inside the message, and zeroes the output. Input: a byte, then the message. If the
 * byte's low four bits are zero, the message is opened with the key that the seeds are sealed for, which takes
 * milliseconds; otherwise with a different key.
 */
#include "nsm/recipient/cms.h"
#include "fuzz/ber_tree.h"
#include "fuzz/property.h"
#include "nsm/recipient/key.h"
#include "nsm/test/recipient_keys.h"

#define MAX_MESSAGE 4096

static natt_recipient_key *key_of(const char *pem)
{
    natt_recipient_key *key = natt_recipient_key_parse((natt_bytes){(const uint8_t *)pem, strlen(pem)}, NULL);
    MUST(key != NULL);
    return key;
}

static void check_error(const natt_recipient_error *err, bool accepted, size_t size)
{
    MUST(accepted == (err->code == NATT_RECIPIENT_OK));
    MUST(err->message != NULL && err->message[0] != '\0' && natt_recipient_code_name(err->code)[0] == 'N');
    MUST(err->offset == NATT_NO_OFFSET || err->offset <= size);
    MUST(err->errno_value == 0 && err->verify_code == NATT_OK && err->nsm.code == NATT_NSM_OK);
}

static void check_parse_error(const natt_recipient_error *err, bool accepted, size_t size)
{
    check_error(err, accepted, size);
    MUST(accepted || (err->code >= NATT_RECIPIENT_E_MESSAGE_SIZE && err->code < NATT_RECIPIENT_E_MESSAGE_RECIPIENT));
    MUST(accepted || err->code == NATT_RECIPIENT_E_MESSAGE_SIZE || err->offset <= size);
}

/* Finds the encrypted content, the third child of the third child of the EnvelopedData, and merges its segments. */
static void join_content(struct fuzz_ber_tree *tree, uint8_t *joined)
{
    uint16_t enveloped = fuzz_ber_child(tree, fuzz_ber_child(tree, 0, 1), 0);
    uint16_t at = fuzz_ber_child(tree, fuzz_ber_child(tree, enveloped, 2), 2);
    size_t len = 0;
    if (at == FUZZ_BER_NONE || tree->nodes[at].tag != NATT_BER_CONSTRUCTED_0)
        return;
    for (uint16_t piece = tree->nodes[at].child; piece != FUZZ_BER_NONE; piece = tree->nodes[piece].next) {
        natt_bytes content = tree->nodes[piece].content;
        if (tree->nodes[piece].tag != NATT_BER_OCTET_STRING)
            return;
        memcpy(joined + len, content.ptr, content.len);
        len += content.len;
    }
    tree->nodes[at].tag = NATT_BER_PRIMITIVE_0;
    tree->nodes[at].content = (natt_bytes){joined, len};
}

static bool same_bytes(natt_bytes a, natt_bytes b)
{
    return fuzz_same_bytes(a, b.ptr, b.len);
}

static void check_same(const struct natt_cms *a, const struct natt_cms *b)
{
    static uint8_t content[2][MAX_MESSAGE];
    MUST(same_bytes(a->key_id, b->key_id) && same_bytes(a->encrypted_key, b->encrypted_key) &&
         same_bytes(a->iv, b->iv));
    MUST(a->content_len == b->content_len && !b->constructed);
    MUST(a->content_len > 0 && a->content_len % NATT_AES_BLOCK == 0 && a->content_len < MAX_MESSAGE);
    natt_cms_copy_content(content[0], a);
    natt_cms_copy_content(content[1], b);
    MUST(memcmp(content[0], content[1], a->content_len) == 0);
}

static bool check_parse(struct natt_cms *cms, natt_bytes message)
{
    static struct fuzz_ber_tree tree;
    static uint8_t der[MAX_MESSAGE], joined[MAX_MESSAGE];
    struct natt_cms same;
    natt_recipient_error err = {.code = NATT_RECIPIENT_OK, .nsm = {.code = NATT_NSM_OK}, .message = "no error"};
    bool ok = natt_cms_parse(cms, message, &err);
    check_parse_error(&err, ok, message.len);
    MUST(!ok || (fuzz_inside(message, cms->key_id) && fuzz_inside(message, cms->encrypted_key) &&
                 fuzz_inside(message, cms->iv) && fuzz_inside(message, cms->content)));
    bool is_ber = fuzz_ber_read(&tree, message);
    MUST(is_ber || !ok);
    if (!is_ber)
        return false;
    fuzz_ber_normalise(&tree);
    join_content(&tree, joined);
    size_t len = fuzz_ber_write(der, sizeof der, &tree);
    MUST(len > 0 && len <= message.len);
    MUST(natt_cms_parse(&same, (natt_bytes){der, len}, NULL) == ok);
    if (ok)
        check_same(cms, &same);
    return ok;
}

static void check_open(const natt_recipient_key *key, natt_bytes message, const struct natt_cms *cms)
{
    static uint8_t out[MAX_MESSAGE];
    static const uint8_t zeros[MAX_MESSAGE];
    natt_recipient_error err;
    size_t len = 1;
    memset(out, 0xa5, sizeof out);
    bool ok = natt_recipient_open(key, out, sizeof out, &len, message, &err);
    check_error(&err, ok, message.len);
    MUST(!ok || (cms != NULL && len < cms->content_len && len + NATT_AES_BLOCK >= cms->content_len));
    MUST(ok || (len == 0 && memcmp(out, zeros, sizeof out) == 0));
    bool ours = cms != NULL && fuzz_same_bytes(cms->key_id, key->key_id, sizeof key->key_id);
    MUST((err.code == NATT_RECIPIENT_E_MESSAGE_RECIPIENT) == (cms != NULL && !ours));
    MUST(err.code != NATT_RECIPIENT_E_DECRYPT || ours);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static natt_recipient_key *keys[2];
    struct natt_cms cms;
    if (size < 1 || size > MAX_MESSAGE)
        return 0;
    if (keys[0] == NULL) {
        keys[0] = key_of(test_key_pem);
        keys[1] = key_of(test_other_key_pem);
    }
    natt_bytes message = {data + 1, size - 1};
    bool ok = check_parse(&cms, message);
    check_open(keys[(data[0] & 0x0f) != 0], message, ok ? &cms : NULL);
    return 0;
}
