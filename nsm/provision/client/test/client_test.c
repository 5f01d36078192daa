/* nitro-attest-client.so with a p11-kit-client.so whose functions return values that the test sets. */
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "nsm/provision/client/connection.h"

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list);

#define PIN     (CK_UTF8CHAR_PTR) "1234"
#define OBJECT  77 /* of the server */
#define SLOT    5  /* of the server */
#define PIN_LEN 4

static struct {
    CK_RV sign_init;
    unsigned sign_inits, logins, logouts, sessions, connections;
    bool logged_in, found, no_id, refuses_sessions, two;
    CK_BYTE modulus; /* of the current key */
} server;

static CK_RV initialize(CK_VOID_PTR args)
{
    (void)args;
    server.connections++;
    return CKR_OK;
}

static CK_RV finalize(CK_VOID_PTR reserved)
{
    (void)reserved;
    return CKR_OK;
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID_PTR list, CK_ULONG_PTR count)
{
    (void)present;
    list[0] = SLOT;
    *count = server.two ? 2 : 1;
    if (server.two)
        list[1] = SLOT + 1;
    return CKR_OK;
}

static CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO_PTR info)
{
    memset(info, 0, sizeof *info);
    info->flags = CKF_TOKEN_PRESENT;
    return slot == SLOT ? CKR_OK : CKR_SLOT_ID_INVALID;
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info)
{
    memset(info, 0, sizeof *info);
    memset(info->label, ' ', sizeof info->label);
    info->label[0] = slot == SLOT ? '1' : '2';
    info->flags = CKF_TOKEN_INITIALIZED | CKF_RNG;
    return slot == SLOT || (server.two && slot == SLOT + 1) ? CKR_OK : CKR_SLOT_ID_INVALID;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE_PTR session)
{
    (void)slot;
    (void)flags;
    (void)application;
    (void)notify;
    if (server.refuses_sessions)
        return CKR_SESSION_COUNT;
    *session = 100 + ++server.sessions;
    return CKR_OK;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG len)
{
    (void)session;
    (void)user;
    server.logins++;
    if (server.logged_in)
        return CKR_USER_ALREADY_LOGGED_IN;
    server.logged_in = len == PIN_LEN && memcmp(pin, PIN, PIN_LEN) == 0;
    return server.logged_in ? CKR_OK : CKR_PIN_INCORRECT;
}

static CK_RV logout(CK_SESSION_HANDLE session)
{
    (void)session;
    server.logouts++;
    server.logged_in = false;
    return CKR_OK;
}

static CK_RV get_attributes(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR rows, CK_ULONG count)
{
    (void)session;
    for (CK_ULONG i = 0; i < count; i++) {
        rows[i].ulValueLen = rows[i].type == CKA_MODULUS ? 1 : 0;
        if (rows[i].type == CKA_ID && server.no_id)
            rows[i].ulValueLen = CK_UNAVAILABLE_INFORMATION;
        if (rows[i].type == CKA_MODULUS)
            *(CK_BYTE *)rows[i].pValue = server.modulus;
        if (rows[i].type == CKA_CLASS)
            *(CK_OBJECT_CLASS *)rows[i].pValue = CKO_PRIVATE_KEY;
    }
    if (server.no_id)
        return CKR_ATTRIBUTE_TYPE_INVALID;
    return object == OBJECT ? CKR_OK : CKR_OBJECT_HANDLE_INVALID;
}

static CK_RV find_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE_PTR rows, CK_ULONG count)
{
    (void)session;
    (void)rows;
    (void)count;
    server.found = false;
    return CKR_OK;
}

static CK_RV find(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE_PTR list, CK_ULONG room, CK_ULONG_PTR count)
{
    (void)session;
    *count = server.found || room == 0 ? 0 : 1;
    server.found = true;
    if (*count == 1)
        list[0] = OBJECT;
    return CKR_OK;
}

static CK_RV find_final(CK_SESSION_HANDLE session)
{
    (void)session;
    return CKR_OK;
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key)
{
    (void)session;
    (void)mechanism;
    (void)key;
    server.sign_inits++;
    return server.sign_init;
}

static CK_FUNCTION_LIST functions = {
    .C_Initialize = initialize,
    .C_Finalize = finalize,
    .C_GetSlotList = get_slot_list,
    .C_GetSlotInfo = get_slot_info,
    .C_GetTokenInfo = get_token_info,
    .C_OpenSession = open_session,
    .C_CloseSession = logout,
    .C_Login = login,
    .C_Logout = logout,
    .C_GetAttributeValue = get_attributes,
    .C_FindObjectsInit = find_init,
    .C_FindObjects = find,
    .C_FindObjectsFinal = find_final,
    .C_SignInit = sign_init,
};

static CK_FUNCTION_LIST_PTR client;
static CK_SLOT_ID slot;

static void begin(void)
{
    CK_ULONG count = 1;
    cr_assert_eq(C_GetFunctionList(&client), CKR_OK); /* loads the real p11-kit-client.so */
    natt_client_p11_kit = &functions;
    memset(&server, 0, sizeof server);
    cr_assert_eq(client->C_Initialize(NULL), CKR_OK);
    cr_assert_eq(client->C_GetSlotList(CK_TRUE, &slot, &count), CKR_OK);
    cr_assert_eq(count, 1);
}

TestSuite(client, .init = begin, .timeout = 20);

static CK_SESSION_HANDLE open_one(void)
{
    CK_SESSION_HANDLE session;
    cr_assert_eq(client->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session), CKR_OK);
    return session;
}

/* A session of a different token. */
static void open_another(void)
{
    CK_SLOT_ID slots[2];
    CK_SESSION_HANDLE session;
    CK_ULONG count = 2;
    server.two = true;
    cr_assert_eq(client->C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
    cr_assert_eq(count, 2);
    cr_assert_eq(client->C_OpenSession(slots[1], CKF_SERIAL_SESSION, NULL, NULL, &session), CKR_OK);
}

static CK_OBJECT_HANDLE find_one(CK_SESSION_HANDLE session)
{
    CK_OBJECT_HANDLE object;
    CK_ULONG count = 0;
    cr_assert_eq(client->C_FindObjectsInit(session, NULL, 0), CKR_OK);
    cr_assert_eq(client->C_FindObjects(session, &object, 1, &count), CKR_OK);
    cr_assert_eq(client->C_FindObjectsFinal(session), CKR_OK);
    cr_assert_eq(count, 1);
    return object;
}

static void lose_connection(CK_SESSION_HANDLE session)
{
    CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
    server.sign_init = CKR_DEVICE_REMOVED;
    cr_assert_neq(client->C_SignInit(session, &mechanism, find_one(session)), CKR_OK);
    server.sign_init = CKR_OK;
}

/* libp11 keeps public keys by the number of the object. */
Test(client, a_key_that_replaces_another_has_a_new_number)
{
    CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
    CK_SESSION_HANDLE session = open_one();
    server.modulus = 1;
    CK_OBJECT_HANDLE first = find_one(session);
    cr_assert_eq(find_one(session), first);
    server.modulus = 2;
    CK_OBJECT_HANDLE second = find_one(session);
    cr_assert_neq(second, first);
    lose_connection(session);
    cr_assert_eq(find_one(session), second);
    cr_assert_eq(client->C_SignInit(session, &mechanism, second), CKR_OK);
    cr_assert_eq(client->C_SignInit(session, &mechanism, first), CKR_OBJECT_HANDLE_INVALID, "not with the second key");
    server.modulus = 1;
    lose_connection(session);
    cr_assert_eq(client->C_SignInit(session, &mechanism, first), CKR_OK);
}

/* A module may refuse a handle because of the object's type: a certificate cannot sign. */
Test(client, searches_once_for_an_object_whose_handle_is_refused)
{
    const CK_RV refusals[] = {CKR_KEY_HANDLE_INVALID, CKR_OBJECT_HANDLE_INVALID};
    CK_SESSION_HANDLE session = open_one();
    CK_OBJECT_HANDLE object = find_one(session);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
        server.sign_init = refusals[i];
        server.sign_inits = 0;
        cr_assert_eq(client->C_SignInit(session, &mechanism, object), refusals[i]);
        cr_assert_eq(server.sign_inits, 2);
    }
}

/* The operations of other threads with other tokens continue. */
Test(client, keeps_the_connection_while_there_are_tokens)
{
    const CK_RV results[] = {CKR_TOKEN_NOT_PRESENT, CKR_SLOT_ID_INVALID, CKR_DEVICE_REMOVED};
    CK_SESSION_HANDLE session = open_one();
    open_another();
    CK_OBJECT_HANDLE object = find_one(session);
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
        server.sign_init = results[i];
        server.sign_inits = server.connections = 0;
        cr_assert_eq(client->C_SignInit(session, &mechanism, object), results[i]);
        cr_assert_eq(server.sign_inits, 2);
        cr_assert_eq(server.connections, results[i] == CKR_DEVICE_REMOVED ? 1 : 0);
    }
}

static void pause_ms(long ms)
{
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    (void)nanosleep(&time, NULL);
}

/* The server's process knows only the tokens at its start: a new process finds a token that was created again. */
Test(client, connects_anew_for_a_token_once_a_second)
{
    const CK_RV results[] = {CKR_TOKEN_NOT_PRESENT, CKR_SLOT_ID_INVALID, CKR_USER_PIN_NOT_INITIALIZED};
    CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
    CK_SESSION_HANDLE session = open_one();
    CK_OBJECT_HANDLE object = find_one(session);
    server.sign_init = CKR_TOKEN_NOT_PRESENT;
    server.connections = 0;
    for (int k = 0; k < 5; k++)
        cr_assert_eq(client->C_SignInit(session, &mechanism, object), CKR_TOKEN_NOT_PRESENT);
    cr_assert_eq(server.connections, 5, "no other token is in use");
    open_another();
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        server.sign_init = results[i];
        server.connections = 0;
        pause_ms(1050);
        for (int k = 0; k < 5; k++)
            cr_assert_eq(client->C_SignInit(session, &mechanism, object), results[i]);
        cr_assert_eq(server.connections, 1, "%zu", i);
    }
}

/* The server ended at that moment. */
Test(client, finds_a_key_whose_digest_was_unknown)
{
    CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
    CK_SESSION_HANDLE session = open_one();
    server.modulus = 1;
    cr_assert_eq(client->C_Login(session, CKU_USER, PIN, PIN_LEN), CKR_OK); /* opens it at the server */
    server.refuses_sessions = true;
    CK_OBJECT_HANDLE object = find_one(session);
    server.refuses_sessions = false;
    lose_connection(session);
    cr_assert_eq(client->C_SignInit(session, &mechanism, object), CKR_OK);
    cr_assert_eq(find_one(session), object);
    server.modulus = 2;
    cr_assert_neq(find_one(session), object);
}

/* A data object, for example. */
Test(client, finds_an_object_without_an_id)
{
    CK_SESSION_HANDLE session = open_one();
    server.no_id = true;
    cr_assert_eq(find_one(session), find_one(session));
}

Test(client, logout_of_a_session_that_is_not_open_at_the_server)
{
    CK_SESSION_HANDLE first = open_one(), second = open_one();
    cr_assert_eq(client->C_Login(first, CKU_USER, PIN, PIN_LEN), CKR_OK);
    server.logouts = 0;
    cr_assert_eq(client->C_Logout(second), CKR_OK);
    cr_assert_eq(server.logouts, 1);
    cr_assert_not(server.logged_in);
    cr_assert_eq(client->C_Login(first, CKU_USER, (CK_UTF8CHAR_PTR) "4321", PIN_LEN), CKR_PIN_INCORRECT);
    cr_assert_eq(client->C_Logout(second), CKR_USER_NOT_LOGGED_IN);
}

/* The PIN was not checked, but after a lost connection the module would send it again. */
Test(client, forgets_a_pin_that_the_server_did_not_check)
{
    CK_SESSION_HANDLE session = open_one();
    server.logged_in = true;
    cr_assert_eq(client->C_Login(session, CKU_USER, (CK_UTF8CHAR_PTR) "4321", PIN_LEN), CKR_USER_ALREADY_LOGGED_IN);
    cr_assert_eq(client->C_Logout(session), CKR_USER_NOT_LOGGED_IN);
}

Test(client, slots_and_tokens)
{
    CK_SLOT_INFO slot_info;
    CK_TOKEN_INFO token_info;
    cr_assert_eq(client->C_GetSlotInfo(slot, NULL), CKR_ARGUMENTS_BAD);
    cr_assert_eq(client->C_GetTokenInfo(slot, NULL), CKR_ARGUMENTS_BAD);
    cr_assert_eq(client->C_GetSlotInfo(slot, &slot_info), CKR_OK);
    cr_assert_eq(slot_info.flags, CKF_TOKEN_PRESENT);
    cr_assert_eq(client->C_GetTokenInfo(slot, &token_info), CKR_OK);
    cr_assert_eq(token_info.flags, CKF_TOKEN_INITIALIZED | CKF_WRITE_PROTECTED);
    cr_assert_eq(client->C_GetTokenInfo(slot + 1, &token_info), CKR_SLOT_ID_INVALID);
}
