/* See connection.h. A generation is one connection: the server's numbers are valid only in their generation. */
#include "nsm/provision/client/connection.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nsm/provision/client/object_digest.h"
#include "nsm/provision/client/token_label.h"

#define CLIENT "NITRO_ATTEST_P11KIT_CLIENT" /* path of p11-kit-client.so, instead of NATT_P11KIT_CLIENT */
#define TOKEN  "NITRO_ATTEST_TOKEN"         /* label of the only token that is offered, percent-encoded */

#define MAX_SLOTS    256 /* 128 tokens of ACM, twice */
#define MAX_SESSIONS 1024
#define MAX_OBJECTS  4096 /* keys and certificates that replace others have new numbers */
#define MAX_PIN      255
#define MAX_NAME     255 /* bytes of an id or a label */

struct slot {
    CK_UTF8CHAR label[32];
    CK_SLOT_ID theirs;
    bool present;
    unsigned login; /* the generation in which it was logged in */
    CK_ULONG pin_len;
    CK_UTF8CHAR pin[MAX_PIN]; /* pin_len 0: logged out */
};

struct session {
    bool used;
    CK_SLOT_ID slot;
    CK_FLAGS flags;
    CK_SESSION_HANDLE theirs;
    unsigned generation;
};

struct object {
    CK_SLOT_ID slot;
    CK_OBJECT_CLASS kind;
    CK_ULONG id_len, label_len;
    CK_BYTE id[MAX_NAME], label[MAX_NAME];
    uint64_t digest; /* see object_digest.h */
    CK_OBJECT_HANDLE theirs;
    unsigned generation;
};

CK_FUNCTION_LIST_PTR natt_client_p11_kit;

static struct {
    bool started;
    unsigned generation; /* 0 = never connected */
    uint64_t connected_ms;
    struct slot slots[MAX_SLOTS];
    CK_ULONG slot_count;
    struct session sessions[MAX_SESSIONS];
    struct object objects[MAX_OBJECTS];
    CK_ULONG object_count;
} c;

#define p11_kit natt_client_p11_kit

bool natt_client_load(void)
{
    CK_C_GetFunctionList get = NULL;
    const char *named = secure_getenv(CLIENT), *path = named != NULL ? named : NATT_P11KIT_CLIENT;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library != NULL)
        *(void **)&get = dlsym(library, "C_GetFunctionList"); /* the conversion that POSIX requires */
    if (get == NULL || get(&p11_kit) != CKR_OK) {
        const char *why = dlerror();
        p11_kit = NULL;
        (void)fprintf(stderr, "nitro-attest-client: cannot load %s: %s\n", path,
                      why == NULL ? "C_GetFunctionList failed" : why);
    }
    return p11_kit != NULL;
}

/* ---- tokens ---- */

static void note_slot(CK_SLOT_ID id, const CK_TOKEN_INFO *info)
{
    CK_ULONG i = 0;
    while (i < c.slot_count && memcmp(c.slots[i].label, info->label, sizeof info->label) != 0)
        i++;
    if (i == MAX_SLOTS || (i < c.slot_count && c.slots[i].present))
        return; /* if two tokens have one label, the first */
    if (i == c.slot_count)
        memcpy(c.slots[c.slot_count++].label, info->label, sizeof info->label);
    c.slots[i].theirs = id;
    c.slots[i].present = true;
}

static CK_RV list_slots(void)
{
    CK_SLOT_ID ids[MAX_SLOTS];
    CK_ULONG count = MAX_SLOTS;
    CK_RV result = p11_kit->C_GetSlotList(CK_TRUE, ids, &count);
    for (CK_ULONG i = 0; i < c.slot_count; i++)
        c.slots[i].present = false;
    for (CK_ULONG i = 0; result == CKR_OK && i < count; i++) {
        CK_TOKEN_INFO info;
        if (p11_kit->C_GetTokenInfo(ids[i], &info) == CKR_OK && natt_client_is_wanted(&info, secure_getenv(TOKEN)))
            note_slot(ids[i], &info);
    }
    return result;
}

static bool any_present(void)
{
    for (CK_ULONG i = 0; i < c.slot_count; i++)
        if (c.slots[i].present)
            return true;
    return false;
}

CK_RV natt_client_slots(CK_SLOT_ID_PTR list, CK_ULONG_PTR count)
{
    unsigned tries = 0;
    CK_ULONG room = *count, there = 0;
    CK_RV result;
    do {
        result = list_slots();
        /* Without a connection, p11-kit-client.so reports that there is no token. */
    } while (natt_client_again(result == CKR_OK && !any_present() ? CKR_TOKEN_NOT_PRESENT : result, &tries));
    for (CK_ULONG i = 0; i < c.slot_count; i++)
        if (c.slots[i].present && ++there <= room && list != NULL)
            list[there - 1] = i;
    *count = there;
    return result == CKR_OK && list != NULL && there > room ? CKR_BUFFER_TOO_SMALL : result;
}

CK_RV natt_client_slot(CK_SLOT_ID *out, CK_SLOT_ID ours)
{
    if (!c.started)
        return CKR_CRYPTOKI_NOT_INITIALIZED;
    if (ours >= c.slot_count)
        return CKR_SLOT_ID_INVALID;
    *out = c.slots[ours].theirs;
    return c.slots[ours].present ? CKR_OK : CKR_TOKEN_NOT_PRESENT;
}

/* ---- the connection ---- */

static uint64_t now_ms(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

CK_RV natt_client_start(CK_C_INITIALIZE_ARGS_PTR args)
{
    CK_RV result = p11_kit->C_Initialize(args);
    if (result != CKR_OK && (result != CKR_CRYPTOKI_ALREADY_INITIALIZED || c.started))
        return result;
    c.started = true;
    c.generation++;
    c.connected_ms = now_ms();
    (void)list_slots();
    return CKR_OK;
}

static void forget(struct slot *slot)
{
    explicit_bzero(slot->pin, sizeof slot->pin);
    slot->pin_len = 0;
}

CK_RV natt_client_end(void)
{
    if (!c.started)
        return CKR_CRYPTOKI_NOT_INITIALIZED;
    unsigned generation = c.generation; /* earlier numbers remain invalid */
    CK_RV result = p11_kit->C_Finalize(NULL);
    explicit_bzero(&c, sizeof c);
    c.generation = generation;
    return result;
}

void natt_client_forked(void)
{
    c.started = false;
}

static bool is_lost(CK_RV result)
{
    return result == CKR_DEVICE_ERROR || result == CKR_DEVICE_REMOVED || result == CKR_TOKEN_NOT_PRESENT ||
           result == CKR_SESSION_HANDLE_INVALID || result == CKR_SLOT_ID_INVALID ||
           result == CKR_USER_PIN_NOT_INITIALIZED; /* the earlier token, for the server's process */
}

static bool connect_again(void)
{
    CK_C_INITIALIZE_ARGS args = {.flags = CKF_OS_LOCKING_OK};
    (void)p11_kit->C_Finalize(NULL);
    c.generation++;
    c.connected_ms = now_ms();
    CK_RV result = p11_kit->C_Initialize(&args);
    return result == CKR_OK && list_slots() == CKR_OK && any_present();
}

#define PAUSE_MS 1000

/* True: sessions of different tokens are in use. */
static bool has_several(void)
{
    CK_ULONG first = MAX_SESSIONS;
    for (CK_ULONG i = 0; i < MAX_SESSIONS; i++)
        if (c.sessions[i].used && first == MAX_SESSIONS)
            first = i;
        else if (c.sessions[i].used && c.sessions[i].slot != c.sessions[first].slot)
            return true;
    return false;
}

/*
 * A new connection ends the operations of other threads with other tokens, so this module makes at most one per second.
 * Without a new connection, it would not find a token that was created again: the server's process knows only the
 * tokens at its start.
 */
static bool is_token_alone(CK_RV result)
{
    const bool of_token =
        result == CKR_TOKEN_NOT_PRESENT || result == CKR_SLOT_ID_INVALID || result == CKR_USER_PIN_NOT_INITIALIZED;
    return of_token && has_several() && now_ms() - c.connected_ms < PAUSE_MS && list_slots() == CKR_OK && any_present();
}

bool natt_client_again(CK_RV result, unsigned *tries)
{
    return c.started && is_lost(result) && (*tries)++ == 0 && (is_token_alone(result) || connect_again());
}

/* ---- sessions ---- */

static CK_RV find_session(struct session **out, CK_SESSION_HANDLE ours)
{
    if (!c.started)
        return CKR_CRYPTOKI_NOT_INITIALIZED;
    if (ours == 0 || ours > MAX_SESSIONS || !c.sessions[ours - 1].used)
        return CKR_SESSION_CLOSED;
    *out = &c.sessions[ours - 1];
    return CKR_OK;
}

static CK_RV log_in(struct session *s)
{
    struct slot *slot = &c.slots[s->slot];
    if (slot->pin_len == 0 || slot->login == c.generation)
        return CKR_OK;
    CK_RV result = p11_kit->C_Login(s->theirs, CKU_USER, slot->pin, slot->pin_len);
    if (result == CKR_PIN_INCORRECT)
        forget(slot); /* a new token with this label: do not try a PIN twice */
    if (result != CKR_OK && result != CKR_USER_ALREADY_LOGGED_IN)
        return result;
    slot->login = c.generation;
    return CKR_OK;
}

static CK_RV open_now(struct session *s)
{
    CK_SLOT_ID slot;
    CK_RV result = natt_client_slot(&slot, s->slot);
    if (result == CKR_OK && s->generation != c.generation)
        result = p11_kit->C_OpenSession(slot, s->flags, NULL, NULL, &s->theirs);
    if (result == CKR_OK)
        s->generation = c.generation;
    return result == CKR_OK ? log_in(s) : result;
}

CK_RV natt_client_open(CK_SESSION_HANDLE *ours, CK_SLOT_ID slot, CK_FLAGS flags)
{
    CK_ULONG i = 0;
    if (!c.started || slot >= c.slot_count)
        return !c.started ? CKR_CRYPTOKI_NOT_INITIALIZED : CKR_SLOT_ID_INVALID;
    while (i < MAX_SESSIONS && c.sessions[i].used)
        i++;
    if (i == MAX_SESSIONS)
        return CKR_SESSION_COUNT;
    c.sessions[i] = (struct session){.used = true, .slot = slot, .flags = flags};
    *ours = i + 1;
    return CKR_OK;
}

CK_RV natt_client_session(CK_SESSION_HANDLE *out, CK_SESSION_HANDLE ours)
{
    struct session *s;
    CK_RV result = find_session(&s, ours);
    if (result != CKR_OK)
        return result;
    unsigned tries = 0;
    do {
        result = open_now(s);
    } while (natt_client_again(result, &tries));
    *out = s->theirs;
    return result;
}

CK_RV natt_client_slot_of(CK_SLOT_ID *slot, CK_SESSION_HANDLE ours)
{
    struct session *s;
    CK_RV result = find_session(&s, ours);
    if (result == CKR_OK)
        *slot = s->slot;
    return result;
}

/* The number of a token's sessions: all, or those that are open at the server. */
static CK_ULONG session_count(CK_SLOT_ID slot, bool open)
{
    CK_ULONG count = 0;
    for (CK_ULONG i = 0; i < MAX_SESSIONS; i++)
        if (c.sessions[i].used && c.sessions[i].slot == slot && (!open || c.sessions[i].generation == c.generation))
            count++;
    return count;
}

/* Closing the last session ends the login [PKCS11 5.6]; for the server, the last session that is open there. */
CK_RV natt_client_close(CK_SESSION_HANDLE ours)
{
    struct session *s;
    CK_RV result = find_session(&s, ours);
    if (result != CKR_OK)
        return result;
    if (s->generation == c.generation)
        (void)p11_kit->C_CloseSession(s->theirs);
    s->used = false;
    if (session_count(s->slot, true) == 0)
        c.slots[s->slot].login = 0;
    if (session_count(s->slot, false) == 0)
        forget(&c.slots[s->slot]);
    return CKR_OK;
}

CK_RV natt_client_close_all(CK_SLOT_ID slot)
{
    if (!c.started || slot >= c.slot_count)
        return !c.started ? CKR_CRYPTOKI_NOT_INITIALIZED : CKR_SLOT_ID_INVALID;
    for (CK_ULONG i = 0; i < MAX_SESSIONS; i++)
        if (c.sessions[i].used && c.sessions[i].slot == slot)
            (void)natt_client_close(i + 1);
    return CKR_OK;
}

CK_RV natt_client_login(CK_SESSION_HANDLE ours, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG len)
{
    struct session *s;
    CK_SESSION_HANDLE handle;
    CK_RV result = find_session(&s, ours);
    if (result != CKR_OK)
        return result;
    if (user != CKU_USER || pin == NULL || len == 0 || len > MAX_PIN)
        return user != CKU_USER ? CKR_USER_TYPE_INVALID : CKR_PIN_INCORRECT;
    struct slot *slot = &c.slots[s->slot];
    result = natt_client_session(&handle, ours);
    if (result != CKR_OK)
        return result;
    if (slot->pin_len > 0)
        return CKR_USER_ALREADY_LOGGED_IN;
    result = p11_kit->C_Login(handle, CKU_USER, pin, len);
    if (result == CKR_OK) {
        memcpy(slot->pin, pin, len);
        slot->pin_len = len;
        slot->login = c.generation;
    }
    return result;
}

/* Another session may have logged in at the server, so this one is opened there before it logs out. */
CK_RV natt_client_logout(CK_SESSION_HANDLE ours)
{
    struct session *s;
    CK_RV result = find_session(&s, ours);
    if (result != CKR_OK)
        return result;
    struct slot *slot = &c.slots[s->slot];
    const bool was_in = slot->pin_len > 0, at_server = slot->login == c.generation;
    forget(slot);
    if (!was_in || !at_server)
        return was_in ? CKR_OK : CKR_USER_NOT_LOGGED_IN;
    result = open_now(s);
    result = result == CKR_OK ? p11_kit->C_Logout(s->theirs) : result;
    slot->login = 0;
    return is_lost(result) ? CKR_OK : result;
}

/* ---- objects ---- */

static bool is_same(const struct object *a, const struct object *b)
{
    return a->slot == b->slot && a->kind == b->kind && a->id_len == b->id_len && a->label_len == b->label_len &&
           memcmp(a->id, b->id, a->id_len) == 0 && memcmp(a->label, b->label, a->label_len) == 0;
}

/*
 * True: the object belongs to a lost connection, or was found before. Two objects with the same names have different
 * numbers, and a key that replaces another one under its names gets a new number: otherwise libp11 would give a
 * reloading web server the earlier public key.
 */
static bool is_known(const struct object *known, const struct object *found)
{
    return is_same(known, found) && natt_client_may_be_same(known->digest, found->digest) &&
           (known->generation != c.generation || known->theirs == found->theirs);
}

static CK_RV describe(struct object *out, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle)
{
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &out->kind, sizeof out->kind},
                             {CKA_ID, out->id, sizeof out->id},
                             {CKA_LABEL, out->label, sizeof out->label}};
    CK_RV result = p11_kit->C_GetAttributeValue(session, handle, wanted, sizeof wanted / sizeof wanted[0]);
    out->id_len = wanted[1].ulValueLen == CK_UNAVAILABLE_INFORMATION ? 0 : wanted[1].ulValueLen;
    out->label_len = wanted[2].ulValueLen == CK_UNAVAILABLE_INFORMATION ? 0 : wanted[2].ulValueLen;
    return result == CKR_ATTRIBUTE_TYPE_INVALID ? CKR_OK : result; /* a data object has no id */
}

/* The number of an object of a lost connection, which another object may get. MAX_OBJECTS: no number is free. */
static CK_ULONG lost_object(void)
{
    CK_ULONG i = 0;
    while (i < MAX_OBJECTS && c.objects[i].generation == c.generation)
        i++;
    return i;
}

static uint64_t digest_of(struct object *o)
{
    return natt_client_object_digest(p11_kit, c.slots[o->slot].theirs, o->theirs, o->kind, o->id, o->id_len);
}

CK_RV natt_client_found(CK_OBJECT_HANDLE *ours, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle)
{
    struct object o = {.theirs = handle, .generation = c.generation};
    struct session *s;
    CK_ULONG i = 0;
    CK_RV result = find_session(&s, session);
    if (result == CKR_OK)
        result = describe(&o, s->theirs, handle);
    if (result != CKR_OK)
        return result;
    o.slot = s->slot;
    o.digest = digest_of(&o);
    while (i < c.object_count && !is_known(&c.objects[i], &o))
        i++;
    if (i == MAX_OBJECTS)
        i = lost_object();
    if (i == MAX_OBJECTS)
        return CKR_HOST_MEMORY;
    o.digest = o.digest != 0 || i == c.object_count ? o.digest : c.objects[i].digest;
    c.objects[i] = o;
    c.object_count += i == c.object_count ? 1 : 0;
    *ours = i + 1;
    return CKR_OK;
}

/*
 * Returns the first object of this class, id and label: provision refuses a repeated label or id. If a different key
 * has these names now, callers that use the earlier key must not get its signatures, which do not match the earlier
 * certificate.
 */
static CK_RV search(struct object *o, CK_SESSION_HANDLE session)
{
    CK_ATTRIBUTE wanted[] = {
        {CKA_CLASS, &o->kind, sizeof o->kind}, {CKA_ID, o->id, o->id_len}, {CKA_LABEL, o->label, o->label_len}};
    CK_ULONG count = 0;
    CK_RV result = p11_kit->C_FindObjectsInit(session, wanted, sizeof wanted / sizeof wanted[0]);
    if (result != CKR_OK)
        return result;
    result = p11_kit->C_FindObjects(session, &o->theirs, 1, &count);
    (void)p11_kit->C_FindObjectsFinal(session);
    uint64_t digest = result == CKR_OK && count > 0 ? digest_of(o) : 0;
    if (result != CKR_OK || count == 0 || !natt_client_may_be_same(digest, o->digest))
        return result != CKR_OK ? result : CKR_OBJECT_HANDLE_INVALID;
    o->digest = digest != 0 ? digest : o->digest;
    o->generation = c.generation;
    return CKR_OK;
}

CK_RV natt_client_object(CK_OBJECT_HANDLE *out, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE ours)
{
    if (ours == 0 || ours > c.object_count)
        return CKR_OBJECT_HANDLE_INVALID;
    struct object *o = &c.objects[ours - 1];
    CK_RV result = o->generation == c.generation ? CKR_OK : search(o, session);
    *out = o->theirs;
    return result;
}

bool natt_client_find_again(CK_RV result, CK_OBJECT_HANDLE ours, unsigned *searches)
{
    if ((result != CKR_KEY_HANDLE_INVALID && result != CKR_OBJECT_HANDLE_INVALID) || ours == 0 ||
        ours > c.object_count || c.objects[ours - 1].generation != c.generation || (*searches)++ > 0)
        return false;
    c.objects[ours - 1].generation = 0;
    return true;
}
