/* See object_digest.h. */
#include "nsm/provision/client/object_digest.h"

#include <stddef.h>

#define MAX_VALUE  16384 /* bytes of a certificate */
#define MAX_NUMBER 1024  /* of the modulus of RSA 8192 */
#define MAX_POINT  135   /* of P-521, as an OCTET STRING */

#define FNV_BASIS 14695981039346656037U
#define FNV_PRIME 1099511628211U

/* An attribute that the object does not have gets the length CK_UNAVAILABLE_INFORMATION: RSA has no point, EC no
 * modulus. */
static uint64_t digest_of(const CK_ATTRIBUTE *rows, size_t count)
{
    uint64_t digest = 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i].ulValueLen != CK_UNAVAILABLE_INFORMATION && rows[i].ulValueLen > 0) {
            digest = digest == 0 ? FNV_BASIS : digest;
            for (CK_ULONG k = 0; k < rows[i].ulValueLen; k++)
                digest = (digest ^ ((const CK_BYTE *)rows[i].pValue)[k]) * FNV_PRIME;
        }
    return digest;
}

static uint64_t certificate_digest(CK_FUNCTION_LIST_PTR p11_kit, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    CK_BYTE value[MAX_VALUE];
    CK_ATTRIBUTE row = {CKA_VALUE, value, sizeof value};
    return p11_kit->C_GetAttributeValue(session, object, &row, 1) == CKR_OK ? digest_of(&row, 1) : 0;
}

static uint64_t public_key_digest(CK_FUNCTION_LIST_PTR p11_kit, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    CK_BYTE modulus[MAX_NUMBER], point[MAX_POINT];
    CK_ATTRIBUTE rows[] = {{CKA_MODULUS, modulus, sizeof modulus}, {CKA_EC_POINT, point, sizeof point}};
    CK_RV result = p11_kit->C_GetAttributeValue(session, object, rows, sizeof rows / sizeof rows[0]);
    return result == CKR_OK || result == CKR_ATTRIBUTE_TYPE_INVALID ? digest_of(rows, sizeof rows / sizeof rows[0]) : 0;
}

/* An EC private key does not give its public point. */
static CK_OBJECT_HANDLE public_key(CK_FUNCTION_LIST_PTR p11_kit, CK_SESSION_HANDLE session, CK_BYTE_PTR id,
                                   CK_ULONG id_len)
{
    CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &class, sizeof class}, {CKA_ID, id, id_len}};
    CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;
    CK_ULONG count = 0;
    if (p11_kit->C_FindObjectsInit(session, wanted, sizeof wanted / sizeof wanted[0]) != CKR_OK)
        return CK_INVALID_HANDLE;
    CK_RV result = p11_kit->C_FindObjects(session, &object, 1, &count);
    (void)p11_kit->C_FindObjectsFinal(session);
    return result == CKR_OK && count == 1 ? object : CK_INVALID_HANDLE;
}

static uint64_t digest_in(CK_FUNCTION_LIST_PTR p11_kit, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                          CK_OBJECT_CLASS kind, CK_BYTE_PTR id, CK_ULONG id_len)
{
    if (kind == CKO_CERTIFICATE)
        return certificate_digest(p11_kit, session, object);
    CK_OBJECT_HANDLE key = kind == CKO_PUBLIC_KEY ? object : public_key(p11_kit, session, id, id_len);
    return key == CK_INVALID_HANDLE ? 0 : public_key_digest(p11_kit, session, key);
}

uint64_t natt_client_object_digest(CK_FUNCTION_LIST_PTR p11_kit, CK_SLOT_ID slot, CK_OBJECT_HANDLE object,
                                   CK_OBJECT_CLASS kind, CK_BYTE_PTR id, CK_ULONG id_len)
{
    CK_SESSION_HANDLE session;
    if ((kind != CKO_CERTIFICATE && kind != CKO_PRIVATE_KEY && kind != CKO_PUBLIC_KEY) ||
        p11_kit->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session) != CKR_OK)
        return 0;
    uint64_t digest = digest_in(p11_kit, session, object, kind, id, id_len);
    (void)p11_kit->C_CloseSession(session);
    return digest;
}

bool natt_client_may_be_same(uint64_t a_digest, uint64_t b_digest)
{
    return a_digest == b_digest || a_digest == 0 || b_digest == 0;
}
