/* See refused.h. One function for each list of parameters. */
#include "nsm/provision/client/refused.h"

#define U       __attribute__((unused))
#define SESSION U CK_SESSION_HANDLE session
#define BYTES   U CK_BYTE_PTR bytes, U CK_ULONG len
#define OUTPUT  U CK_BYTE_PTR out, U CK_ULONG_PTR out_len
#define ROWS    U CK_ATTRIBUTE_PTR rows, U CK_ULONG count
#define MECH    U CK_MECHANISM_PTR mechanism

static CK_RV plain(SESSION)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV bytes_in(SESSION, BYTES)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV bytes_out(SESSION, OUTPUT)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV bytes_in_out(SESSION, BYTES, OUTPUT)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV two_inputs(SESSION, BYTES, U CK_BYTE_PTR other, U CK_ULONG other_len)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV mechanism_alone(SESSION, MECH)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV mechanism_key(SESSION, MECH, U CK_OBJECT_HANDLE key)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV object_alone(SESSION, U CK_OBJECT_HANDLE object)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV init_token(U CK_SLOT_ID slot, U CK_UTF8CHAR_PTR pin, U CK_ULONG len, U CK_UTF8CHAR_PTR label)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV set_operation_state(SESSION, BYTES, U CK_OBJECT_HANDLE key, U CK_OBJECT_HANDLE other)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV create_object(SESSION, ROWS, U CK_OBJECT_HANDLE_PTR object)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV copy_object(SESSION, U CK_OBJECT_HANDLE object, ROWS, U CK_OBJECT_HANDLE_PTR copy)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV get_object_size(SESSION, U CK_OBJECT_HANDLE object, U CK_ULONG_PTR size)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV set_attributes(SESSION, U CK_OBJECT_HANDLE object, ROWS)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV generate_key(SESSION, MECH, ROWS, U CK_OBJECT_HANDLE_PTR key)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV generate_pair(SESSION, MECH, ROWS, U CK_ATTRIBUTE_PTR more, U CK_ULONG more_count,
                           U CK_OBJECT_HANDLE_PTR public_key, U CK_OBJECT_HANDLE_PTR private_key)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV wrap_key(SESSION, MECH, U CK_OBJECT_HANDLE with, U CK_OBJECT_HANDLE key, OUTPUT)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV unwrap_key(SESSION, MECH, U CK_OBJECT_HANDLE with, BYTES, ROWS, U CK_OBJECT_HANDLE_PTR key)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV derive_key(SESSION, MECH, U CK_OBJECT_HANDLE from, ROWS, U CK_OBJECT_HANDLE_PTR key)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV wait_for_slot(U CK_FLAGS flags, U CK_SLOT_ID_PTR slot, U CK_VOID_PTR reserved)
{
    return CKR_FUNCTION_NOT_SUPPORTED;
}

static void refuse_changes(CK_FUNCTION_LIST_PTR f)
{
    f->C_InitToken = init_token;
    f->C_InitPIN = bytes_in;
    f->C_SetPIN = two_inputs;
    f->C_CreateObject = create_object;
    f->C_CopyObject = copy_object;
    f->C_DestroyObject = object_alone;
    f->C_SetAttributeValue = set_attributes;
    f->C_GenerateKey = generate_key;
    f->C_GenerateKeyPair = generate_pair;
    f->C_WrapKey = wrap_key;
    f->C_UnwrapKey = unwrap_key;
    f->C_DeriveKey = derive_key;
}

static void refuse_ciphers(CK_FUNCTION_LIST_PTR f)
{
    f->C_EncryptInit = mechanism_key;
    f->C_Encrypt = bytes_in_out;
    f->C_EncryptUpdate = bytes_in_out;
    f->C_EncryptFinal = bytes_out;
    f->C_DecryptUpdate = bytes_in_out;
    f->C_DecryptFinal = bytes_out;
    f->C_DigestEncryptUpdate = bytes_in_out;
    f->C_DecryptDigestUpdate = bytes_in_out;
    f->C_SignEncryptUpdate = bytes_in_out;
    f->C_DecryptVerifyUpdate = bytes_in_out;
}

static void refuse_verification(CK_FUNCTION_LIST_PTR f)
{
    f->C_SignRecoverInit = mechanism_key;
    f->C_SignRecover = bytes_in_out;
    f->C_VerifyInit = mechanism_key;
    f->C_Verify = two_inputs;
    f->C_VerifyUpdate = bytes_in;
    f->C_VerifyFinal = bytes_in;
    f->C_VerifyRecoverInit = mechanism_key;
    f->C_VerifyRecover = bytes_in_out;
}

void natt_client_refuse_others(CK_FUNCTION_LIST_PTR f)
{
    refuse_changes(f);
    refuse_ciphers(f);
    refuse_verification(f);
    f->C_GetOperationState = bytes_out;
    f->C_SetOperationState = set_operation_state;
    f->C_GetObjectSize = get_object_size;
    f->C_DigestInit = mechanism_alone;
    f->C_Digest = bytes_in_out;
    f->C_DigestUpdate = bytes_in;
    f->C_DigestKey = object_alone;
    f->C_DigestFinal = bytes_out;
    f->C_SeedRandom = bytes_in;
    f->C_GenerateRandom = bytes_in;
    f->C_GetFunctionStatus = plain;
    f->C_CancelFunction = plain;
    f->C_WaitForSlotEvent = wait_for_slot;
}
