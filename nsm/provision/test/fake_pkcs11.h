/*
 * A PKCS #11 module for tests: slots like SoftHSM's (an uninitialised one after the last token), and any call of any
 * function can be made to fail. It is a shared object; natt_fake_pkcs11 returns its memory.
 */
#ifndef NATT_NSM_PROVISION_TEST_FAKE_PKCS11_H
#define NATT_NSM_PROVISION_TEST_FAKE_PKCS11_H

#include <stdbool.h>

#include <p11-kit/pkcs11.h>

enum fake_function {
    FAKE_GET_FUNCTION_LIST,
    FAKE_INITIALIZE,
    FAKE_GET_SLOT_LIST,
    FAKE_GET_TOKEN_INFO,
    FAKE_INIT_TOKEN,
    FAKE_OPEN_SESSION,
    FAKE_LOGIN,
    FAKE_INIT_PIN,
    FAKE_CREATE_OBJECT,
    FAKE_FIND_OBJECTS_INIT,
    FAKE_FIND_OBJECTS,
    FAKE_SIGN_INIT,
    FAKE_SIGN,
    FAKE_FUNCTIONS
};

#define FAKE_SLOTS     130
#define FAKE_OBJECTS   64                    /* of a token */
#define FAKE_DESTROYED ((CK_OBJECT_CLASS)-1) /* the class of a removed object */

struct fake_object {
    CK_OBJECT_CLASS class;
    unsigned char id;
    char label[64];
    bool on_token, is_private, sensitive, extractable, copyable, modifiable, sign, sign_recover, decrypt, unwrap,
        derive;
    bool rsa;
    unsigned long attributes, value_len, exponent_len, private_len;
    unsigned char value[2048];    /* of CKA_VALUE, CKA_MODULUS or CKA_EC_POINT */
    unsigned char exponent[1024]; /* public */
    unsigned char private_exponent[1024];
    unsigned char serial[200];
    unsigned long serial_len;
};

struct fake_slot {
    bool initialised;
    char label[33], so_pin[65], pin[65];
    bool half_made; /* its security officer has no PIN */
    bool hidden;    /* the module has lost it */
    bool pin_tried; /* a PIN of its security officer was refused */
    struct fake_object objects[FAKE_OBJECTS];
    unsigned object_count;
};

struct fake_pkcs11 {
    enum fake_function fails; /* this function */
    unsigned fails_at;        /* in this call of it, from 1; 0 = never */
    unsigned fails_for;       /* the number of failing calls */
    CK_RV fails_with;
    unsigned calls[FAKE_FUNCTIONS];
    void (*on_call)(enum fake_function function); /* called before the function acts; may be NULL */
    bool no_list;                                 /* C_GetFunctionList returns CKR_OK without a list */
    bool no_serials;                              /* tokens have no serial number */

    bool initialised;
    unsigned max_slots; /* including the uninitialised one */
    unsigned slot_count;
    struct fake_slot slots[FAKE_SLOTS];

    /* One session at a time. */
    bool open, logged_in;
    CK_USER_TYPE user;
    CK_SLOT_ID slot;
    bool found[FAKE_OBJECTS]; /* and not yet returned */
    CK_OBJECT_HANDLE signer;
    unsigned opened, closed;
};

struct fake_pkcs11 *natt_fake_pkcs11(void);

/* CKM_RSA_PKCS, or CKM_ECDSA on the curve of the private number's length. False: the numbers are not a key. */
bool fake_sign(unsigned char *out, unsigned long *out_len, const struct fake_object *key, const unsigned char *text,
               unsigned long len);

#endif
