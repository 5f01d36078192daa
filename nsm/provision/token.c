/* See token.h. */
#include <stdlib.h>
#include <string.h>

#include "nsm/provision/database.h"
#include "nsm/provision/pkcs11.h"
#include "nsm/provision/token_file.h"

static CK_UTF8CHAR *text(const char *s)
{
    return (CK_UTF8CHAR *)(uintptr_t)s;
}

static bool init_token(natt_pkcs11 *module, CK_SLOT_ID slot, const char *label, natt_provision_error *err)
{
    CK_UTF8CHAR padded[32];
    memset(padded, ' ', sizeof padded);
    memcpy(padded, label, strlen(label) < sizeof padded ? strlen(label) : sizeof padded);
    return natt_pkcs11_ok(module->f->C_InitToken(slot, text(module->so_pin), strlen(module->so_pin), padded),
                          "C_InitToken", err);
}

/* The caller gives the user's PIN. The security officer's PIN is ours, so its refusal is a fault of the module. */
static bool login_ok(CK_RV result, CK_USER_TYPE user, natt_provision_error *err)
{
    (void)natt_pkcs11_ok(result, "C_Login", err);
    if (err != NULL && result == CKR_PIN_INCORRECT && user == CKU_USER) {
        (void)natt_provision_fail(err, NATT_PROVISION_E_PIN_WRONG, "C_Login");
        err->ckr = result;
    }
    return result == CKR_OK;
}

/* A session that was opened is closed with its login by close_session. */
static bool open_session(natt_pkcs11 *module, CK_SESSION_HANDLE *session, CK_SLOT_ID slot, CK_USER_TYPE user,
                         const char *pin, natt_provision_error *err)
{
    if (!natt_pkcs11_ok(module->f->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, session),
                        "C_OpenSession", err))
        return false;
    if (login_ok(module->f->C_Login(*session, user, text(pin), strlen(pin)), user, err))
        return true;
    (void)module->f->C_CloseSession(*session);
    return false;
}

static void close_session(natt_pkcs11 *module, CK_SESSION_HANDLE session)
{
    (void)module->f->C_Logout(session);
    (void)module->f->C_CloseSession(session);
}

static bool set_pin(natt_pkcs11 *module, CK_SLOT_ID slot, const char *pin, natt_provision_error *err)
{
    CK_SESSION_HANDLE session;
    if (!open_session(module, &session, slot, CKU_SO, module->so_pin, err))
        return false;
    bool set = natt_pkcs11_ok(module->f->C_InitPIN(session, text(pin), strlen(pin)), "C_InitPIN", err);
    close_session(module, session);
    return set;
}

/* One private object for each key. */
static bool check_number(natt_pkcs11 *module, CK_SESSION_HANDLE session, size_t wanted, natt_provision_error *err)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE what = {CKA_CLASS, &class, sizeof class};
    CK_OBJECT_HANDLE found[NATT_DATABASE_MAX_KEYS + 1];
    CK_ULONG count;
    if (!natt_pkcs11_search(module, session, &what, 1, found, sizeof found / sizeof found[0], &count, err))
        return false;
    return count == wanted || natt_provision_fail(err, NATT_PROVISION_E_OBJECTS,
                                                  "the token has %lu private keys instead of %zu", count, wanted);
}

static bool check_keys(natt_pkcs11 *module, CK_SESSION_HANDLE session, const natt_token_key *keys, size_t count,
                       natt_provision_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!natt_token_check_key(module, session, &keys[i], err))
            return natt_provision_in_key(err, i);
    return check_number(module, session, count, err);
}

static bool write_keys(natt_pkcs11 *module, CK_SLOT_ID slot, const char *pin, const natt_token_key *keys, size_t count,
                       natt_provision_error *err)
{
    CK_SESSION_HANDLE session;
    if (!open_session(module, &session, slot, CKU_USER, pin, err))
        return false;
    bool written = true;
    for (size_t i = 0; i < count && written; i++)
        written = natt_token_write_key(module, session, &keys[i], err) || natt_provision_in_key(err, i);
    written = written && check_keys(module, session, keys, count, err);
    close_session(module, session);
    return written;
}

static const natt_token_serial any;

static bool check_label(natt_pkcs11 *module, const char *label, natt_provision_error *err)
{
    bool exists;
    if (strncmp(label, NATT_TOKEN_FREE_PREFIX, strlen(NATT_TOKEN_FREE_PREFIX)) == 0)
        return natt_provision_fail(err, NATT_PROVISION_E_LABEL_IN_USE, "%.32s is the label of a free token", label);
    return natt_token_exists(module, label, &any, &exists, err) &&
           (!exists || natt_provision_fail(err, NATT_PROVISION_E_LABEL_FOREIGN, "%.32s", label));
}

static bool read_serial(natt_pkcs11 *module, const char *label, natt_token_serial *serial, natt_provision_error *err)
{
    CK_SLOT_ID slot;
    CK_TOKEN_INFO info;
    if (!natt_pkcs11_find(module, &slot, label, &any, err) ||
        !natt_pkcs11_ok(module->f->C_GetTokenInfo(slot, &info), "C_GetTokenInfo", err))
        return false;
    *serial = natt_pkcs11_serial(&info);
    return true;
}

/* A free token that refuses our PIN belongs to another state directory, so the next slot is used. */
static bool init_free_token(natt_pkcs11 *module, const char *label, natt_provision_error *err)
{
    CK_SLOT_ID slot;
    natt_provision_error e;
    while (natt_pkcs11_find_free(module, &slot, label, err)) {
        if (init_token(module, slot, label, &e))
            return true;
        if (e.ckr != CKR_PIN_INCORRECT) {
            if (err != NULL)
                *err = e;
            return false;
        }
        if (!natt_pkcs11_refuse_slot(module, slot, err))
            return false;
    }
    return false;
}

bool natt_token_begin(natt_pkcs11 *module, const char *label, natt_token_serial *serial, natt_provision_error *err)
{
    natt_provision_no_error(err);
    *serial = any;
    if (module->token_file != NULL)
        return true; /* a token in the file is written together with its keys */
    return check_label(module, label, err) && init_free_token(module, label, err) &&
           read_serial(module, label, serial, err);
}

bool natt_token_fill(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, const char *pin,
                     const natt_token_key *keys, size_t count, natt_provision_error *err)
{
    CK_SLOT_ID slot;
    natt_provision_no_error(err);
    if (module->token_file != NULL)
        return natt_token_file_add(module->token_file, label, pin, keys, count, err);
    return natt_pkcs11_find(module, &slot, label, serial, err) && set_pin(module, slot, pin, err) &&
           write_keys(module, slot, pin, keys, count, err);
}

bool natt_token_expire_in(natt_pkcs11 *module, const char *label, uint64_t seconds, natt_provision_error *err)
{
    return module->token_file == NULL || natt_token_file_expire_in(module->token_file, label, seconds, err);
}

/*
 * A token with sessions cannot be initialised. Tries twice, since SoftHSM fails if the creation of an object was killed
 * before its lock file existed: it deletes the object, and must be restarted to detect this. A PIN is not tried twice.
 */
static bool free_slot(natt_pkcs11 *module, CK_SLOT_ID slot, const char *free_label, natt_provision_error *err)
{
    natt_provision_error first;
    natt_provision_no_error(&first);
    (void)module->f->C_CloseAllSessions(slot);
    if (init_token(module, slot, free_label, &first))
        return true;
    if (first.ckr != CKR_PIN_INCORRECT)
        return natt_pkcs11_start_again(module, err) && init_token(module, slot, free_label, err);
    if (err != NULL)
        *err = first;
    return false;
}

/* Removes all: with two tokens of one label, the second would be found after the first is removed. */
static bool clear(natt_pkcs11 *module, const char *label, const char *free_label, natt_provision_error *err)
{
    CK_SLOT_ID slot;
    bool found = natt_pkcs11_find(module, &slot, label, &any, err);
    for (int i = 0; found && i < NATT_TOKEN_MAX; i++) {
        if (!free_slot(module, slot, free_label, err))
            return false;
        found = strcmp(label, free_label) != 0 && natt_pkcs11_find(module, &slot, label, &any, NULL);
    }
    return err->code == NATT_PROVISION_OK;
}

/* Searches both labels: SoftHSM renames a token first, so a killed removal leaves keys under the second label. */
static bool remove_by_label(natt_pkcs11 *module, const char *label, const char *free_label, natt_provision_error *err)
{
    natt_provision_error again;
    natt_provision_no_error(&again);
    bool removed = clear(module, label, free_label, err);
    if (!removed && err->code == NATT_PROVISION_E_NOT_FOUND && !clear(module, free_label, free_label, &again) &&
        again.code != NATT_PROVISION_E_NOT_FOUND)
        *err = again;
    return removed;
}

bool natt_token_remove(natt_pkcs11 *module, const char *label, const natt_token_serial *serial,
                       natt_provision_error *err)
{
    char free_label[NATT_TOKEN_FREE_LABEL];
    natt_provision_error e;
    CK_SLOT_ID slot;
    if (module->token_file != NULL)
        return natt_token_file_remove(module->token_file, label, err);
    natt_provision_no_error(&e);
    natt_pkcs11_free_label(free_label, label);
    bool removed = natt_token_serial_is_known(serial)
                       ? natt_pkcs11_find(module, &slot, NULL, serial, &e) && free_slot(module, slot, free_label, &e)
                       : remove_by_label(module, label, free_label, &e);
    if (err != NULL)
        *err = e;
    return removed;
}

/* The label of an initialised token, terminated by a NUL, without the padding. */
static void copy_label(char out[NATT_TOKEN_MAX_LABEL + 1], const CK_TOKEN_INFO *info)
{
    size_t len = sizeof info->label;
    while (len > 0 && info->label[len - 1] == ' ')
        len--;
    memcpy(out, info->label, len);
    out[len] = '\0';
}

static bool sweep_slot(natt_pkcs11 *module, CK_SLOT_ID slot, natt_token_is_stray *is_stray, const void *context,
                       natt_provision_error *err)
{
    char label[NATT_TOKEN_MAX_LABEL + 1], free_label[NATT_TOKEN_FREE_LABEL];
    CK_TOKEN_INFO info;
    if (module->f->C_GetTokenInfo(slot, &info) != CKR_OK || (info.flags & CKF_TOKEN_INITIALIZED) == 0 ||
        natt_pkcs11_is_free(&info))
        return true;
    natt_token_serial serial = natt_pkcs11_serial(&info);
    copy_label(label, &info);
    if (!natt_token_serial_is_known(&serial) || !is_stray(context, label, &serial))
        return true;
    natt_pkcs11_free_label(free_label, label);
    return free_slot(module, slot, free_label, err);
}

bool natt_token_sweep(natt_pkcs11 *module, natt_token_is_stray *is_stray, const void *context,
                      natt_provision_error *err)
{
    CK_ULONG count = 0;
    natt_provision_no_error(err);
    if (module->token_file != NULL)
        return true; /* the file is replaced as a whole */
    CK_SLOT_ID *slots = natt_pkcs11_list(module, &count, err);
    bool done = slots != NULL;
    for (CK_ULONG i = 0; i < count && done; i++)
        done = sweep_slot(module, slots[i], is_stray, context, err);
    free(slots);
    return done;
}

#define MAX_FOUND 64

/* One after the other: a deleted object is not found again. */
static bool destroy_all(natt_pkcs11 *module, CK_SESSION_HANDLE session, CK_ATTRIBUTE *wanted, natt_provision_error *err)
{
    CK_OBJECT_HANDLE found[MAX_FOUND];
    CK_ULONG count = 0;
    do {
        bool listed = natt_pkcs11_search(module, session, wanted, 1, found, MAX_FOUND, &count, err);
        for (CK_ULONG i = 0; i < count && listed; i++)
            listed = natt_pkcs11_ok(module->f->C_DestroyObject(session, found[i]), "C_DestroyObject", err);
        if (!listed)
            return false;
    } while (count > 0);
    return true;
}

bool natt_token_destroy_keys(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, const char *pin,
                             natt_provision_error *err)
{
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE session;
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE wanted = {CKA_CLASS, &class, sizeof class};
    natt_provision_no_error(err);
    if (module->token_file != NULL)
        return true; /* the file keeps them until the token is removed */
    if (!natt_pkcs11_find(module, &slot, label, serial, err) ||
        !open_session(module, &session, slot, CKU_USER, pin, err))
        return false;
    bool destroyed = destroy_all(module, session, &wanted, err);
    close_session(module, session);
    return destroyed;
}

bool natt_token_login_works(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, const char *pin,
                            natt_provision_error *err)
{
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE session;
    natt_provision_no_error(err);
    if (module->token_file != NULL)
        return natt_token_file_login_works(module->token_file, label, pin, err);
    if (!natt_pkcs11_find(module, &slot, label, serial, err) ||
        !open_session(module, &session, slot, CKU_USER, pin, err))
        return false;
    close_session(module, session);
    return true;
}

bool natt_token_check_keys(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, const char *pin,
                           const natt_token_key *keys, size_t count, natt_provision_error *err)
{
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE session;
    natt_provision_no_error(err);
    if (module->token_file != NULL)
        return natt_token_file_check_keys(module->token_file, label, pin, keys, count, err);
    if (!natt_pkcs11_find(module, &slot, label, serial, err) ||
        !open_session(module, &session, slot, CKU_USER, pin, err))
        return false;
    bool good = check_keys(module, session, keys, count, err);
    close_session(module, session);
    return good;
}
