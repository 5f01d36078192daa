/*
 * The connection of nitro-attest-client.so to p11-kit server, through p11-kit-client.so. Tokens (by label), sessions
 * and objects have numbers of this module, which outlive a connection. After a lost connection, the module reopens each
 * at its next use: it finds the token by its label, logs the session in with the PIN, and finds the object by its
 * class, id and label. Not thread-safe: functions.c has one lock around everything.
 */
#ifndef NATT_NSM_PROVISION_CLIENT_CONNECTION_H
#define NATT_NSM_PROVISION_CLIENT_CONNECTION_H

#include <stdbool.h>

#include <p11-kit/pkcs11.h>

extern CK_FUNCTION_LIST_PTR natt_client_p11_kit; /* p11-kit-client.so; NULL = not loaded */

/* Loads p11-kit-client.so; false: prints the reason on standard error. */
bool natt_client_load(void);

CK_RV natt_client_start(CK_C_INITIALIZE_ARGS_PTR args);
CK_RV natt_client_end(void);
/* For a child process: the connection belongs to the parent. Tokens, sessions, objects and PINs remain known. */
void natt_client_forked(void);

/* True: try again, since this was the first try, and it failed because a token or the connection was lost. */
bool natt_client_again(CK_RV result, unsigned *tries);

/* ---- tokens ---- */

/* Returns the numbers of the present tokens, like C_GetSlotList. */
CK_RV natt_client_slots(CK_SLOT_ID_PTR list, CK_ULONG_PTR count);
CK_RV natt_client_slot(CK_SLOT_ID *theirs, CK_SLOT_ID ours);

/* ---- sessions ---- */

/* The session need not be open at the server: its first use opens it. */
CK_RV natt_client_open(CK_SESSION_HANDLE *ours, CK_SLOT_ID slot, CK_FLAGS flags);
/* Opens the server's session, and logs it in if its token is logged in. */
CK_RV natt_client_session(CK_SESSION_HANDLE *theirs, CK_SESSION_HANDLE ours);
CK_RV natt_client_slot_of(CK_SLOT_ID *slot, CK_SESSION_HANDLE ours);
CK_RV natt_client_close(CK_SESSION_HANDLE ours);
CK_RV natt_client_close_all(CK_SLOT_ID slot);
CK_RV natt_client_login(CK_SESSION_HANDLE ours, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG len);
CK_RV natt_client_logout(CK_SESSION_HANDLE ours);

/* ---- objects ---- */

/* This module's number of an object that the server has found in this session. */
CK_RV natt_client_found(CK_OBJECT_HANDLE *ours, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE theirs);
CK_RV natt_client_object(CK_OBJECT_HANDLE *theirs, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE ours);
/* True: search for the object and try again, since the server refused its handle for the first time in this call. */
bool natt_client_find_again(CK_RV result, CK_OBJECT_HANDLE ours, unsigned *searches);

#endif
