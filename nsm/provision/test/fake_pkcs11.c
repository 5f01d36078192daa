/* See fake_pkcs11.h. */
#include "fake_pkcs11.h"

#include <string.h>

#define EXPORT __attribute__((visibility("default")))

static struct fake_pkcs11 fake;

EXPORT struct fake_pkcs11 *natt_fake_pkcs11(void);
EXPORT struct fake_pkcs11 *natt_fake_pkcs11(void)
{
    return &fake;
}

static CK_RV called(enum fake_function function)
{
    unsigned call = ++fake.calls[function];
    if (fake.on_call != NULL)
        fake.on_call(function);
    bool fails =
        function == fake.fails && fake.fails_at != 0 && call >= fake.fails_at && call - fake.fails_at < fake.fails_for;
    return fails ? fake.fails_with : CKR_OK;
}

static CK_RV initialize(void *arguments)
{
    (void)arguments;
    CK_RV result = called(FAKE_INITIALIZE);
    if (result != CKR_OK)
        return result;
    if (fake.initialised)
        return CKR_CRYPTOKI_ALREADY_INITIALIZED;
    fake.initialised = true;
    return CKR_OK;
}

static CK_RV finalize(void *reserved)
{
    (void)reserved;
    fake.initialised = fake.open = false;
    return CKR_OK;
}

static CK_RV get_slot_list(CK_BBOOL with_token, CK_SLOT_ID *slots, CK_ULONG *count)
{
    (void)with_token;
    CK_RV result = called(FAKE_GET_SLOT_LIST);
    if (result != CKR_OK)
        return result;
    for (unsigned i = 0; slots != NULL && i < fake.slot_count; i++)
        slots[i] = 1000 + i;
    *count = fake.slot_count;
    return CKR_OK;
}

static struct fake_slot *slot_at(CK_SLOT_ID slot)
{
    return &fake.slots[slot - 1000];
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    CK_RV result = called(FAKE_GET_TOKEN_INFO);
    if (result != CKR_OK)
        return result;
    if (slot_at(slot)->hidden)
        return CKR_TOKEN_NOT_PRESENT;
    memset(info, 0, sizeof *info);
    memset(info->label, ' ', sizeof info->label);
    memcpy(info->label, slot_at(slot)->label, strlen(slot_at(slot)->label));
    info->flags = (slot_at(slot)->initialised ? CKF_TOKEN_INITIALIZED : 0) |
                  (slot_at(slot)->half_made ? CKF_SO_PIN_TO_BE_CHANGED : 0);
    memset(info->serialNumber, ' ', sizeof info->serialNumber);
    if (!fake.no_serials)
        memcpy(info->serialNumber, (const char[]){'s', (char)('a' + (slot - 1000) / 26), (char)('a' + slot % 26)}, 3);
    return CKR_OK;
}

static void set_label(struct fake_slot *slot, const unsigned char *label)
{
    size_t len = 32;
    while (len > 0 && label[len - 1] == ' ')
        len--;
    memset(slot->label, 0, sizeof slot->label);
    memcpy(slot->label, label, len);
}

static CK_RV init_token(CK_SLOT_ID slot, CK_UTF8CHAR *pin, CK_ULONG pin_len, CK_UTF8CHAR *label)
{
    struct fake_slot *s = slot_at(slot);
    CK_RV result = called(FAKE_INIT_TOKEN);
    if (result != CKR_OK)
        return result;
    if (fake.open)
        return CKR_SESSION_EXISTS;
    if (s->initialised && (strlen(s->so_pin) != pin_len || memcmp(s->so_pin, pin, pin_len) != 0)) {
        s->pin_tried = true;
        return CKR_PIN_INCORRECT;
    }
    if (!s->initialised && fake.slot_count < fake.max_slots)
        fake.slot_count++;
    memset(s, 0, sizeof *s);
    s->initialised = true;
    memcpy(s->so_pin, pin, pin_len);
    set_label(s, label);
    return CKR_OK;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE *session)
{
    (void)application;
    (void)notify;
    CK_RV result = called(FAKE_OPEN_SESSION);
    if (result != CKR_OK)
        return result;
    if (fake.open || (flags & CKF_SERIAL_SESSION) == 0 || (flags & CKF_RW_SESSION) == 0)
        return CKR_SESSION_COUNT;
    fake.open = true;
    fake.logged_in = false;
    fake.slot = slot;
    *session = ++fake.opened;
    return CKR_OK;
}

static CK_RV close_session(CK_SESSION_HANDLE session)
{
    (void)session;
    fake.open = fake.logged_in = false;
    fake.closed++;
    return CKR_OK;
}

static CK_RV close_all_sessions(CK_SLOT_ID slot)
{
    (void)slot;
    fake.open = fake.logged_in = false;
    return CKR_OK;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG pin_len)
{
    (void)session;
    CK_RV result = called(FAKE_LOGIN);
    if (result != CKR_OK)
        return result;
    const char *expected = user == CKU_SO ? slot_at(fake.slot)->so_pin : slot_at(fake.slot)->pin;
    if (strlen(expected) != pin_len || memcmp(expected, pin, pin_len) != 0)
        return CKR_PIN_INCORRECT;
    fake.logged_in = true;
    fake.user = user;
    return CKR_OK;
}

static CK_RV logout(CK_SESSION_HANDLE session)
{
    (void)session;
    fake.logged_in = false;
    return CKR_OK;
}

static CK_RV init_pin(CK_SESSION_HANDLE session, CK_UTF8CHAR *pin, CK_ULONG pin_len)
{
    (void)session;
    CK_RV result = called(FAKE_INIT_PIN);
    if (result != CKR_OK)
        return result;
    if (!fake.logged_in || fake.user != CKU_SO)
        return CKR_USER_NOT_LOGGED_IN;
    memcpy(slot_at(fake.slot)->pin, pin, pin_len);
    return CKR_OK;
}

static bool yes(const CK_ATTRIBUTE *a)
{
    return *(const CK_BBOOL *)a->pValue == CK_TRUE;
}

static void keep_flag(struct fake_object *object, const CK_ATTRIBUTE *a)
{
    bool *flag = a->type == CKA_TOKEN          ? &object->on_token
                 : a->type == CKA_PRIVATE      ? &object->is_private
                 : a->type == CKA_SENSITIVE    ? &object->sensitive
                 : a->type == CKA_EXTRACTABLE  ? &object->extractable
                 : a->type == CKA_COPYABLE     ? &object->copyable
                 : a->type == CKA_MODIFIABLE   ? &object->modifiable
                 : a->type == CKA_SIGN         ? &object->sign
                 : a->type == CKA_SIGN_RECOVER ? &object->sign_recover
                 : a->type == CKA_DECRYPT      ? &object->decrypt
                 : a->type == CKA_UNWRAP       ? &object->unwrap
                 : a->type == CKA_DERIVE       ? &object->derive
                                               : NULL;
    if (flag != NULL)
        *flag = yes(a);
}

static void keep_bytes(unsigned char *out, unsigned long *len, const CK_ATTRIBUTE *a)
{
    *len = a->ulValueLen;
    memcpy(out, a->pValue, a->ulValueLen);
}

static void keep_attribute(struct fake_object *object, const CK_ATTRIBUTE *a)
{
    keep_flag(object, a);
    if (a->type == CKA_CLASS)
        object->class = *(const CK_OBJECT_CLASS *)a->pValue;
    if (a->type == CKA_ID)
        object->id = *(const unsigned char *)a->pValue;
    if (a->type == CKA_LABEL)
        memcpy(object->label, a->pValue, a->ulValueLen);
    if (a->type == CKA_SERIAL_NUMBER)
        keep_bytes(object->serial, &object->serial_len, a);
    if (a->type == CKA_PUBLIC_EXPONENT)
        keep_bytes(object->exponent, &object->exponent_len, a);
    if (a->type == CKA_PRIVATE_EXPONENT)
        keep_bytes(object->private_exponent, &object->private_len, a);
    if (a->type == CKA_VALUE || a->type == CKA_MODULUS || a->type == CKA_EC_POINT)
        keep_bytes(object->value, &object->value_len, a);
    object->rsa = object->rsa || a->type == CKA_MODULUS;
}

static CK_RV create_object(CK_SESSION_HANDLE session, CK_ATTRIBUTE *list, CK_ULONG count, CK_OBJECT_HANDLE *handle)
{
    (void)session;
    struct fake_slot *slot = slot_at(fake.slot);
    CK_RV result = called(FAKE_CREATE_OBJECT);
    if (result != CKR_OK)
        return result;
    if (!fake.logged_in || fake.user != CKU_USER || slot->object_count == FAKE_OBJECTS)
        return CKR_USER_NOT_LOGGED_IN;
    struct fake_object *object = &slot->objects[slot->object_count];
    object->attributes = count;
    object->extractable = object->copyable = object->modifiable = true; /* unless the template sets it */
    object->sign_recover = object->unwrap = object->derive = true;
    for (CK_ULONG i = 0; i < count; i++)
        keep_attribute(object, &list[i]);
    *handle = ++slot->object_count;
    return CKR_OK;
}

static bool is_bytes(const CK_ATTRIBUTE *a, const void *bytes, unsigned long len)
{
    return a->ulValueLen == len && memcmp(a->pValue, bytes, len) == 0;
}

/* Handles only the attributes that the tests request. */
static bool has(const struct fake_object *object, const CK_ATTRIBUTE *a)
{
    if (a->type == CKA_CLASS)
        return is_bytes(a, &object->class, sizeof object->class);
    if (a->type == CKA_ID)
        return is_bytes(a, &object->id, 1);
    if (a->type == CKA_LABEL)
        return is_bytes(a, object->label, strlen(object->label));
    if (a->type == CKA_PUBLIC_EXPONENT)
        return is_bytes(a, object->exponent, object->exponent_len);
    return (a->type == CKA_VALUE || a->type == CKA_MODULUS || a->type == CKA_EC_POINT) &&
           is_bytes(a, object->value, object->value_len);
}

static CK_RV find_objects_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE *list, CK_ULONG count)
{
    (void)session;
    const struct fake_slot *slot = slot_at(fake.slot);
    CK_RV result = called(FAKE_FIND_OBJECTS_INIT);
    if (result != CKR_OK)
        return result;
    if (!fake.logged_in)
        return CKR_USER_NOT_LOGGED_IN;
    for (unsigned i = 0; i < FAKE_OBJECTS; i++) {
        fake.found[i] = i < slot->object_count;
        for (CK_ULONG k = 0; k < count && fake.found[i]; k++)
            fake.found[i] = has(&slot->objects[i], &list[k]);
    }
    return CKR_OK;
}

static CK_RV find_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *found, CK_ULONG most, CK_ULONG *count)
{
    (void)session;
    *count = 0;
    CK_RV result = called(FAKE_FIND_OBJECTS);
    for (unsigned i = 0; i < FAKE_OBJECTS && *count < most && result == CKR_OK; i++)
        if (fake.found[i]) {
            fake.found[i] = false;
            found[(*count)++] = i + 1;
        }
    return result;
}

static CK_RV find_objects_final(CK_SESSION_HANDLE session)
{
    (void)session;
    return CKR_OK;
}

/* The array element remains, so that handles do not change. */
static CK_RV destroy_object(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    (void)session;
    slot_at(fake.slot)->objects[object - 1].class = FAKE_DESTROYED;
    return CKR_OK;
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    (void)session;
    CK_RV result = called(FAKE_SIGN_INIT);
    if (result != CKR_OK)
        return result;
    const struct fake_object *object = &slot_at(fake.slot)->objects[key - 1];
    if (!fake.logged_in || object->class != CKO_PRIVATE_KEY)
        return CKR_KEY_HANDLE_INVALID;
    fake.signer = key;
    return mechanism->mechanism == (object->rsa ? CKM_RSA_PKCS : CKM_ECDSA) ? CKR_OK : CKR_MECHANISM_INVALID;
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE *text, CK_ULONG len, CK_BYTE *out, CK_ULONG *out_len)
{
    (void)session;
    CK_RV result = called(FAKE_SIGN);
    if (result != CKR_OK)
        return result;
    const struct fake_object *object = &slot_at(fake.slot)->objects[fake.signer - 1];
    return fake_sign(out, out_len, object, text, len) ? CKR_OK : CKR_GENERAL_ERROR;
}

EXPORT CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list)
{
    static CK_FUNCTION_LIST functions;
    functions.C_Initialize = initialize;
    functions.C_Finalize = finalize;
    functions.C_GetSlotList = get_slot_list;
    functions.C_GetTokenInfo = get_token_info;
    functions.C_InitToken = init_token;
    functions.C_OpenSession = open_session;
    functions.C_CloseSession = close_session;
    functions.C_CloseAllSessions = close_all_sessions;
    functions.C_Login = login;
    functions.C_Logout = logout;
    functions.C_InitPIN = init_pin;
    functions.C_CreateObject = create_object;
    functions.C_FindObjectsInit = find_objects_init;
    functions.C_FindObjects = find_objects;
    functions.C_FindObjectsFinal = find_objects_final;
    functions.C_DestroyObject = destroy_object;
    functions.C_SignInit = sign_init;
    functions.C_Sign = sign;
    *list = fake.no_list ? NULL : &functions;
    return called(FAKE_GET_FUNCTION_LIST);
}
