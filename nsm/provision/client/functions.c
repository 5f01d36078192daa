/*
 * nitro-attest-client.so: p11-kit's client for servers that run longer than p11-kit server does. By environment:
 *   P11_KIT_SERVER_ADDRESS  as in p11-kit-client.so
 *   NITRO_ATTEST_TOKEN      label of the token to offer, percent-encoded as in a URI; without it, all of them
 * libp11 up to 0.4.13 waits forever when C_OpenSession fails, and keeps lost sessions. So here opening a session
 * succeeds, and its use fails. The module trusts its server as p11-kit's client does. Its only secrets are the PINs of
 * logins.
 */
#include <pthread.h>
#include <string.h>

#include "nsm/provision/client/connection.h"
#include "nsm/provision/client/refused.h"

#define p11_kit natt_client_p11_kit

static CK_FUNCTION_LIST functions;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void enter(void)
{
    (void)pthread_mutex_lock(&lock);
}

static CK_RV leave(CK_RV result)
{
    (void)pthread_mutex_unlock(&lock);
    return result;
}

/* Locked during a fork; otherwise a child could begin with a lock that another thread of its parent holds. */
static void after_fork(void)
{
    (void)pthread_mutex_unlock(&lock);
}

static void forked(void)
{
    natt_client_forked();
    after_fork();
}

/* ---- the module, slots, tokens ---- */

static CK_RV initialize(CK_VOID_PTR args)
{
    enter();
    return leave(natt_client_start(args));
}

static CK_RV finalize(CK_VOID_PTR reserved)
{
    if (reserved != NULL)
        return CKR_ARGUMENTS_BAD;
    enter();
    return leave(natt_client_end());
}

static CK_RV get_info(CK_INFO_PTR info)
{
    enter();
    return leave(p11_kit->C_GetInfo(info));
}

/* Only slots with a token; others are useless here. */
static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID_PTR list, CK_ULONG_PTR count)
{
    (void)present;
    if (count == NULL)
        return CKR_ARGUMENTS_BAD;
    enter();
    return leave(natt_client_slots(list, count));
}

/* Returns information about the slot or about its token: the other pointer is NULL. */
static CK_RV get_info_of(CK_SLOT_ID id, CK_SLOT_INFO_PTR slot_info, CK_TOKEN_INFO_PTR token_info)
{
    CK_SLOT_ID slot;
    unsigned tries = 0;
    CK_RV result;
    if (slot_info == NULL && token_info == NULL)
        return CKR_ARGUMENTS_BAD;
    enter();
    do {
        result = natt_client_slot(&slot, id);
        if (result == CKR_OK)
            result =
                slot_info != NULL ? p11_kit->C_GetSlotInfo(slot, slot_info) : p11_kit->C_GetTokenInfo(slot, token_info);
    } while (natt_client_again(result, &tries));
    return leave(result);
}

static CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO_PTR info)
{
    return get_info_of(slot, info, NULL);
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info)
{
    CK_RV result = get_info_of(slot, NULL, info);
    if (result == CKR_OK) /* otherwise Java would get its random numbers from the token */
        info->flags = (info->flags & ~(CK_FLAGS)CKF_RNG) | CKF_WRITE_PROTECTED;
    return result;
}

/* ---- mechanisms: those that sign or decrypt ---- */

#define MAX_MECHANISMS 512

static bool is_of_use(CK_SLOT_ID slot, CK_MECHANISM_TYPE type)
{
    static const CK_MECHANISM_TYPE wanted[] = {CKM_RSA_PKCS,
                                               CKM_RSA_X_509,
                                               CKM_RSA_PKCS_PSS,
                                               CKM_ECDSA,
                                               CKM_SHA1_RSA_PKCS,
                                               CKM_SHA224_RSA_PKCS,
                                               CKM_SHA256_RSA_PKCS,
                                               CKM_SHA384_RSA_PKCS,
                                               CKM_SHA512_RSA_PKCS,
                                               CKM_SHA1_RSA_PKCS_PSS,
                                               CKM_SHA224_RSA_PKCS_PSS,
                                               CKM_SHA256_RSA_PKCS_PSS,
                                               CKM_SHA384_RSA_PKCS_PSS,
                                               CKM_SHA512_RSA_PKCS_PSS,
                                               CKM_ECDSA_SHA1};
    CK_MECHANISM_INFO info;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (wanted[i] == type)
            return p11_kit->C_GetMechanismInfo(slot, type, &info) == CKR_OK && (info.flags & CKF_SIGN) != 0;
    return false;
}

static CK_RV list_mechanisms(CK_SLOT_ID slot, CK_MECHANISM_TYPE_PTR list, CK_ULONG_PTR count)
{
    CK_MECHANISM_TYPE all[MAX_MECHANISMS];
    CK_ULONG all_count = MAX_MECHANISMS, room = *count, there = 0;
    CK_RV result = p11_kit->C_GetMechanismList(slot, all, &all_count);
    for (CK_ULONG i = 0; result == CKR_OK && i < all_count; i++)
        if (is_of_use(slot, all[i]) && ++there <= room && list != NULL)
            list[there - 1] = all[i];
    *count = there;
    return result == CKR_OK && list != NULL && there > room ? CKR_BUFFER_TOO_SMALL : result;
}

static CK_RV get_mechanism_list(CK_SLOT_ID id, CK_MECHANISM_TYPE_PTR list, CK_ULONG_PTR count)
{
    CK_SLOT_ID slot;
    enter();
    CK_RV result = natt_client_slot(&slot, id);
    return leave(result == CKR_OK ? list_mechanisms(slot, list, count) : result);
}

static CK_RV get_mechanism_info(CK_SLOT_ID id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO_PTR info)
{
    CK_SLOT_ID slot;
    enter();
    CK_RV result = natt_client_slot(&slot, id);
    if (result != CKR_OK)
        return leave(result);
    result = p11_kit->C_GetMechanismInfo(slot, type, info);
    if (result == CKR_OK)
        info->flags &= (CK_FLAGS)(CKF_HW | CKF_SIGN | CKF_DECRYPT | CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS);
    return leave(result);
}

/* ---- sessions ---- */

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE_PTR session)
{
    (void)application;
    (void)notify;
    if ((flags & CKF_SERIAL_SESSION) == 0)
        return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
    enter(); /* always read-only: p11-kit server may be write-protected, and this module never writes */
    return leave(natt_client_open(session, slot, flags & ~(CK_FLAGS)CKF_RW_SESSION));
}

static CK_RV close_session(CK_SESSION_HANDLE session)
{
    enter();
    return leave(natt_client_close(session));
}

static CK_RV close_all_sessions(CK_SLOT_ID slot)
{
    enter();
    return leave(natt_client_close_all(slot));
}

static CK_RV get_session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO_PTR info)
{
    CK_SESSION_HANDLE s;
    CK_SLOT_ID slot = 0;
    unsigned tries = 0;
    CK_RV result;
    enter();
    do {
        result = natt_client_session(&s, session);
        result = result == CKR_OK ? p11_kit->C_GetSessionInfo(s, info) : result;
    } while (natt_client_again(result, &tries));
    if (result == CKR_OK && natt_client_slot_of(&slot, session) == CKR_OK)
        info->slotID = slot;
    return leave(result);
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG len)
{
    unsigned tries = 0;
    CK_RV result;
    enter();
    do {
        result = natt_client_login(session, user, pin, len);
    } while (natt_client_again(result, &tries));
    return leave(result);
}

static CK_RV logout(CK_SESSION_HANDLE session)
{
    enter();
    return leave(natt_client_logout(session));
}

/* ---- objects ---- */

static CK_RV get_attributes(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR rows, CK_ULONG count)
{
    CK_SESSION_HANDLE s;
    CK_OBJECT_HANDLE o;
    unsigned tries = 0, searches = 0;
    CK_RV result;
    enter();
    do {
        result = natt_client_session(&s, session);
        result = result == CKR_OK ? natt_client_object(&o, s, object) : result;
        result = result == CKR_OK ? p11_kit->C_GetAttributeValue(s, o, rows, count) : result;
    } while (natt_client_again(result, &tries) || natt_client_find_again(result, object, &searches));
    return leave(result);
}

static CK_RV find_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE_PTR rows, CK_ULONG count)
{
    CK_SESSION_HANDLE s;
    unsigned tries = 0;
    CK_RV result;
    enter();
    do {
        result = natt_client_session(&s, session);
        result = result == CKR_OK ? p11_kit->C_FindObjectsInit(s, rows, count) : result;
    } while (natt_client_again(result, &tries));
    return leave(result);
}

static CK_RV find(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE_PTR list, CK_ULONG room, CK_ULONG_PTR count)
{
    CK_SESSION_HANDLE s;
    enter();
    CK_RV result = natt_client_session(&s, session);
    result = result == CKR_OK ? p11_kit->C_FindObjects(s, list, room, count) : result;
    for (CK_ULONG i = 0; result == CKR_OK && i < *count; i++)
        result = natt_client_found(&list[i], session, list[i]);
    return leave(result);
}

static CK_RV find_final(CK_SESSION_HANDLE session)
{
    CK_SESSION_HANDLE s;
    enter();
    CK_RV result = natt_client_session(&s, session);
    return leave(result == CKR_OK ? p11_kit->C_FindObjectsFinal(s) : result);
}

/* ---- signing, decrypting ---- */

typedef CK_RV (*begin)(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key);

static CK_RV begin_with(begin call, CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key)
{
    CK_SESSION_HANDLE s;
    CK_OBJECT_HANDLE o;
    unsigned tries = 0, searches = 0;
    CK_RV result;
    do {
        result = natt_client_session(&s, session);
        result = result == CKR_OK ? natt_client_object(&o, s, key) : result;
        result = result == CKR_OK ? call(s, mechanism, o) : result;
    } while (natt_client_again(result, &tries) || natt_client_find_again(result, key, &searches));
    return result;
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key)
{
    enter();
    return leave(begin_with(p11_kit->C_SignInit, session, mechanism, key));
}

static CK_RV decrypt_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key)
{
    enter();
    return leave(begin_with(p11_kit->C_DecryptInit, session, mechanism, key));
}

typedef CK_RV (*transform)(CK_SESSION_HANDLE session, CK_BYTE_PTR in, CK_ULONG in_len, CK_BYTE_PTR out,
                           CK_ULONG_PTR out_len);

static CK_RV whole(transform call, CK_SESSION_HANDLE session, CK_BYTE_PTR in, CK_ULONG in_len, CK_BYTE_PTR out,
                   CK_ULONG_PTR out_len)
{
    CK_SESSION_HANDLE s;
    CK_RV result = natt_client_session(&s, session);
    return result == CKR_OK ? call(s, in, in_len, out, out_len) : result;
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR in, CK_ULONG in_len, CK_BYTE_PTR out, CK_ULONG_PTR out_len)
{
    enter();
    return leave(whole(p11_kit->C_Sign, session, in, in_len, out, out_len));
}

static CK_RV decrypt(CK_SESSION_HANDLE session, CK_BYTE_PTR in, CK_ULONG in_len, CK_BYTE_PTR out, CK_ULONG_PTR out_len)
{
    enter();
    return leave(whole(p11_kit->C_Decrypt, session, in, in_len, out, out_len));
}

static CK_RV sign_update(CK_SESSION_HANDLE session, CK_BYTE_PTR in, CK_ULONG in_len)
{
    CK_SESSION_HANDLE s;
    enter();
    CK_RV result = natt_client_session(&s, session);
    return leave(result == CKR_OK ? p11_kit->C_SignUpdate(s, in, in_len) : result);
}

static CK_RV sign_final(CK_SESSION_HANDLE session, CK_BYTE_PTR out, CK_ULONG_PTR out_len)
{
    CK_SESSION_HANDLE s;
    enter();
    CK_RV result = natt_client_session(&s, session);
    return leave(result == CKR_OK ? p11_kit->C_SignFinal(s, out, out_len) : result);
}

/* ---- the list of functions ---- */

static void set_reading(void)
{
    functions.C_Initialize = initialize;
    functions.C_Finalize = finalize;
    functions.C_GetInfo = get_info;
    functions.C_GetFunctionList = C_GetFunctionList;
    functions.C_GetSlotList = get_slot_list;
    functions.C_GetSlotInfo = get_slot_info;
    functions.C_GetTokenInfo = get_token_info;
    functions.C_GetMechanismList = get_mechanism_list;
    functions.C_GetMechanismInfo = get_mechanism_info;
    functions.C_GetAttributeValue = get_attributes;
    functions.C_FindObjectsInit = find_init;
    functions.C_FindObjects = find;
    functions.C_FindObjectsFinal = find_final;
}

static void set_use(void)
{
    functions.C_OpenSession = open_session;
    functions.C_CloseSession = close_session;
    functions.C_CloseAllSessions = close_all_sessions;
    functions.C_GetSessionInfo = get_session_info;
    functions.C_Login = login;
    functions.C_Logout = logout;
    functions.C_SignInit = sign_init;
    functions.C_Sign = sign;
    functions.C_SignUpdate = sign_update;
    functions.C_SignFinal = sign_final;
    functions.C_DecryptInit = decrypt_init;
    functions.C_Decrypt = decrypt;
}

static void load(void)
{
    if (!natt_client_load() || pthread_atfork(enter, after_fork, forked) != 0)
        return;
    natt_client_refuse_others(&functions);
    set_reading();
    set_use();
    functions.version = (CK_VERSION){2, 40};
}

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list)
{
    if (list == NULL)
        return CKR_ARGUMENTS_BAD;
    if (pthread_once(&once, load) != 0 || functions.version.major == 0)
        return CKR_GENERAL_ERROR;
    *list = &functions;
    return CKR_OK;
}
