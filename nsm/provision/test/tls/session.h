/* A user of a token, like a TLS server: one logged-in session, and its private keys by label. */
#ifndef NATT_NSM_PROVISION_TEST_SESSION_H
#define NATT_NSM_PROVISION_TEST_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include <p11-kit/pkcs11.h>

struct session {
    CK_FUNCTION_LIST_PTR f;
    CK_SESSION_HANDLE handle;
};

/* CKR_TOKEN_NOT_PRESENT: no token has this label. */
CK_RV session_open(struct session *s, const char *module, const char *label, const char *pin);
/* A new session of a module that session_open has loaded. */
CK_RV session_reopen(struct session *s, const char *label, const char *pin);
/* CKR_OBJECT_HANDLE_INVALID: no private key has this label. */
CK_RV session_find(struct session *s, CK_OBJECT_HANDLE *key, const char *label);
CK_RV session_sign(struct session *s, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key, const void *in, size_t len,
                   unsigned char *out, CK_ULONG *out_len);

#endif
