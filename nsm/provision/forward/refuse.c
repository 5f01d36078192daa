/* See refuse.h. */
#include "nsm/provision/forward/refuse.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "nsm/provision/forward/tokens.h"

/* The last known information about a token: the module returns none about a token that it has lost. */
struct token {
    CK_SLOT_ID slot;
    CK_TOKEN_INFO info;
    char made[NATT_P11NE_MADE]; /* natt_p11ne_made */
    int was_ours;
    struct token *next;
};

static CK_FUNCTION_LIST_PTR theirs;
static struct token *tokens;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of `tokens` */

/* NULL: the module returns no information. There is one for each used slot, until the process ends. */
static struct token *token_in(CK_SLOT_ID slot)
{
    struct token *token = tokens;
    while (token != NULL && token->slot != slot)
        token = token->next;
    if (token != NULL)
        return token;
    token = calloc(1, sizeof *token);
    if (token == NULL || theirs->C_GetTokenInfo(slot, &token->info) != CKR_OK) {
        free(token);
        return NULL;
    }
    natt_p11ne_made(token->made, &token->info);
    token->slot = slot;
    token->next = tokens;
    tokens = token;
    return token;
}

static int is_same(const struct token *a, const struct token *b)
{
    return memcmp(a->info.label, b->info.label, sizeof a->info.label) == 0 &&
           memcmp(a->info.serialNumber, b->info.serialNumber, sizeof a->info.serialNumber) == 0 &&
           (b->made[0] == '\0' || strcmp(a->made, b->made) == 0);
}

/*
 * The slot may now have a different token, or the same one created again. SoftHSM keeps sessions, logins and operations
 * with their keys across a removal in another process, so this ends all of them. If the module has lost a token, its
 * information is about a different one, and is ignored. True: they were ended.
 */
static int update(struct token *token)
{
    struct token now = *token;
    now.was_ours = 0;
    if (theirs->C_GetTokenInfo(token->slot, &now.info) != CKR_OK)
        return 0;
    natt_p11ne_made(now.made, &now.info);
    if (is_same(token, &now))
        return 0;
    (void)natt_p11ne_may_use(&now.info, &now.was_ours);
    if (token->was_ours && !now.was_ours)
        return 0;
    (void)theirs->C_CloseAllSessions(token->slot);
    *token = now;
    return 1;
}

static CK_RV check(CK_SESSION_HANDLE session)
{
    CK_SESSION_INFO info;
    CK_RV result = theirs->C_GetSessionInfo(session, &info);
    if (result != CKR_OK)
        return result;
    (void)pthread_mutex_lock(&lock);
    struct token *token = token_in(info.slotID);
    int ended = token != NULL && update(token),
        may = token != NULL && natt_p11ne_may_use(&token->info, &token->was_ours);
    (void)pthread_mutex_unlock(&lock);
    return !may ? CKR_DEVICE_REMOVED : ended ? CKR_SESSION_HANDLE_INVALID : CKR_OK;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG pin_len)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_Login(session, user, pin, pin_len) : result;
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_SignInit(session, mechanism, key) : result;
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG in_len, CK_BYTE *out, CK_ULONG *out_len)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_Sign(session, in, in_len, out, out_len) : result;
}

static CK_RV sign_final(CK_SESSION_HANDLE session, CK_BYTE *out, CK_ULONG *out_len)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_SignFinal(session, out, out_len) : result;
}

static CK_RV sign_recover_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_SignRecoverInit(session, mechanism, key) : result;
}

static CK_RV sign_recover(CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG in_len, CK_BYTE *out, CK_ULONG *out_len)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_SignRecover(session, in, in_len, out, out_len) : result;
}

static CK_RV decrypt_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_DecryptInit(session, mechanism, key) : result;
}

static CK_RV decrypt(CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG in_len, CK_BYTE *out, CK_ULONG *out_len)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_Decrypt(session, in, in_len, out, out_len) : result;
}

static CK_RV decrypt_update(CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG in_len, CK_BYTE *out, CK_ULONG *out_len)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_DecryptUpdate(session, in, in_len, out, out_len) : result;
}

static CK_RV decrypt_final(CK_SESSION_HANDLE session, CK_BYTE *out, CK_ULONG *out_len)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_DecryptFinal(session, out, out_len) : result;
}

static CK_RV decrypt_digest_update(CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG in_len, CK_BYTE *out,
                                   CK_ULONG *out_len)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_DecryptDigestUpdate(session, in, in_len, out, out_len) : result;
}

static CK_RV decrypt_verify_update(CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG in_len, CK_BYTE *out,
                                   CK_ULONG *out_len)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_DecryptVerifyUpdate(session, in, in_len, out, out_len) : result;
}

static CK_RV unwrap_key(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key, CK_BYTE *wrapped,
                        CK_ULONG wrapped_len, CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *out)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_UnwrapKey(session, mechanism, key, wrapped, wrapped_len, template, count, out)
                            : result;
}

static CK_RV derive_key(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key,
                        CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *out)
{
    CK_RV result = check(session);
    return result == CKR_OK ? theirs->C_DeriveKey(session, mechanism, key, template, count, out) : result;
}

void natt_p11ne_refuse(CK_FUNCTION_LIST *functions, CK_FUNCTION_LIST_PTR behind)
{
    theirs = behind;
    functions->C_Login = login;
    functions->C_SignInit = sign_init;
    functions->C_Sign = sign;
    functions->C_SignFinal = sign_final;
    functions->C_SignRecoverInit = sign_recover_init;
    functions->C_SignRecover = sign_recover;
    functions->C_DecryptInit = decrypt_init;
    functions->C_Decrypt = decrypt;
    functions->C_DecryptUpdate = decrypt_update;
    functions->C_DecryptFinal = decrypt_final;
    functions->C_DecryptDigestUpdate = decrypt_digest_update;
    functions->C_DecryptVerifyUpdate = decrypt_verify_update;
    functions->C_UnwrapKey = unwrap_key;
    functions->C_DeriveKey = derive_key;
}
