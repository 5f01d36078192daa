/*
 * The database of the local KMS: keys, their policies, aliases; SQLite in one file. When a call returns true, its
 * change is on the disk (WAL, synchronous FULL). AES-256-GCM seals secrets, and an HMAC authenticates every row of a
 * key or an alias. Both keys are derived from a master key that is not in the file. So the file alone reveals no
 * secret, and a changed row is detected when it is read. Not detected are deleted rows, and older copies of a row or of
 * the whole file. One process can open a file at a time; any number of its threads may use the store.
 */
#ifndef NATT_RELYING_KMS_STORE_H
#define NATT_RELYING_KMS_STORE_H

#include "nitro_attest/base.h"

#define NATT_KMS_MASTER_KEY_LEN  32
#define NATT_KMS_KEY_ID_LEN      36    /* a UUID */
#define NATT_KMS_MAX_SECRET      4096  /* bytes: a PKCS#8 private key of RSA 4096 has about 2,400 */
#define NATT_KMS_MAX_DESCRIPTION 8192  /* bytes, as below */
#define NATT_KMS_MAX_ALIAS       256   /* with "alias/" */
#define NATT_KMS_MAX_KEY_POLICY  32768 /* as of KMS's PutKeyPolicy */

/* Keys of an account in a Region, and aliases of a key [KMS developer guide, "Resource quotas"]. */
#define NATT_KMS_DEFAULT_MAX_KEYS INT64_C(100000)
#define NATT_KMS_MAX_KEY_ALIASES  50

typedef enum natt_kms_state { NATT_KMS_ENABLED = 1, NATT_KMS_DISABLED, NATT_KMS_PENDING_DELETION } natt_kms_state;

typedef struct natt_kms_key {
    char id[NATT_KMS_KEY_ID_LEN + 1];
    char spec[32];  /* "SYMMETRIC_DEFAULT", "RSA_2048", "ECC_NIST_P256", ... */
    char usage[32]; /* "ENCRYPT_DECRYPT", "KEY_AGREEMENT" */
    char material_id[65];
    natt_kms_state state;
    int64_t created_ms, deletion_ms; /* milliseconds since 1970; deletion_ms 0 = none */
    char description[NATT_KMS_MAX_DESCRIPTION + 1];
} natt_kms_key;

typedef struct natt_kms_alias {
    char name[NATT_KMS_MAX_ALIAS + 1]; /* "alias/app" */
    char key_id[NATT_KMS_KEY_ID_LEN + 1];
    int64_t created_ms, updated_ms;
} natt_kms_alias;

typedef enum natt_kms_store_code {
    NATT_KMS_STORE_OK = 0,
    NATT_KMS_STORE_NOT_FOUND,
    NATT_KMS_STORE_EXISTS,     /* an alias of this name, a key of this id, or a used document */
    NATT_KMS_STORE_STATE,      /* the key's state does not allow it */
    NATT_KMS_STORE_MASTER_KEY, /* the file was created with another master key, or the master key's file is malformed */
    NATT_KMS_STORE_UNSAFE,     /* other users can read or replace the file */
    NATT_KMS_STORE_VERSION,    /* written by another version of this program, or by another program */
    NATT_KMS_STORE_FAILED,     /* I/O, SQLite, memory, mbedTLS */
    NATT_KMS_STORE_ARGUMENT,   /* an argument is too long, empty, or not a UUID */
    NATT_KMS_STORE_CHANGED,    /* the HMAC of a row does not match */
    NATT_KMS_STORE_LOCKED,     /* another process has the file open */
    NATT_KMS_STORE_FULL        /* the limit of keys, or of aliases of a key, is reached */
} natt_kms_store_code;

typedef struct natt_kms_store_error {
    natt_kms_store_code code;
    char text[256];
} natt_kms_store_error;

typedef struct natt_kms_store natt_kms_store;

/*
 * Creates the file (mode 0600) if it does not exist. The file and its directory must belong to the caller, and no other
 * user may be able to write to the directory, nor to replace it or one above it.
 * path        ":memory:" is not stored.
 * master_key  two keys derived from it are in locked memory; it is not kept.
 */
natt_kms_store *natt_kms_store_open(const char *path, const uint8_t master_key[NATT_KMS_MASTER_KEY_LEN],
                                    natt_kms_store_error *err);
void natt_kms_store_close(natt_kms_store *store);

/* Replaces NATT_KMS_DEFAULT_MAX_KEYS; existing keys remain. Call it before other threads use the store. */
void natt_kms_store_limit_keys(natt_kms_store *store, int64_t most);

/* Reads 32 bytes, or 64 hexadecimal digits, from a file that only its owner can read; creates a missing file if
 * `create` is set. Wipe out after use. If it returns false, out is zero. */
bool natt_kms_master_key_read(uint8_t out[NATT_KMS_MASTER_KEY_LEN], const char *path, bool create,
                              natt_kms_store_error *err);

/* True: a key could be added now; call it before making one. Else CODE_FULL, as natt_kms_store_add_key, which checks
 * again. */
bool natt_kms_store_has_room(natt_kms_store *store, natt_kms_store_error *err);
/* Adds a key, its secret (raw AES key, or PKCS #8 DER) and its policy text. CODE_FULL: the limit is reached; keys in
 * every state count. */
bool natt_kms_store_add_key(natt_kms_store *store, const natt_kms_key *key, natt_bytes secret, const char *policy,
                            natt_kms_store_error *err);
/* id: a key's id. Aliases and ARNs are resolved by the caller. */
bool natt_kms_store_key(natt_kms_store *store, natt_kms_key *out, const char *id, natt_kms_store_error *err);
/* The same with its policy, read in one step; *policy is malloc'ed, NULL if it returns false. */
bool natt_kms_store_key_and_policy(natt_kms_store *store, natt_kms_key *out, char **policy, const char *id,
                                   natt_kms_store_error *err);
/* Wipe out[0 .. *len) after use. If it returns false, *len is 0. */
bool natt_kms_store_secret(natt_kms_store *store, uint8_t out[NATT_KMS_MAX_SECRET], size_t *len, const char *id,
                           natt_kms_store_error *err);
/* Ids in ascending order after `after` (NULL = from the start), at most `capacity`. */
bool natt_kms_store_list_keys(natt_kms_store *store, char (*out)[NATT_KMS_KEY_ID_LEN + 1], size_t capacity,
                              size_t *count, const char *after, natt_kms_store_error *err);
/* Changes the state in one step. CODE_STATE: the present state is not in `from` (bits 1 << natt_kms_state).
 * deletion_ms: for NATT_KMS_PENDING_DELETION; 0 for other states. */
bool natt_kms_store_set_state(natt_kms_store *store, const char *id, unsigned from, natt_kms_state to,
                              int64_t deletion_ms, natt_kms_store_error *err);
/* Deletes keys whose deletion_ms has passed, with secret, policy and aliases; secure_delete overwrites the pages. Takes
 * microseconds if there is no such key. */
bool natt_kms_store_purge(natt_kms_store *store, int64_t now_ms, natt_kms_store_error *err);

/* malloc'ed text, or NULL. */
char *natt_kms_store_policy(natt_kms_store *store, const char *id, natt_kms_store_error *err);
bool natt_kms_store_put_policy(natt_kms_store *store, const char *id, const char *policy, natt_kms_store_error *err);

/* CODE_NOT_FOUND: there is no such key. CODE_FULL: it has NATT_KMS_MAX_KEY_ALIASES. */
bool natt_kms_store_add_alias(natt_kms_store *store, const natt_kms_alias *alias, natt_kms_store_error *err);
bool natt_kms_store_update_alias(natt_kms_store *store, const char *name, const char *key_id, int64_t now_ms,
                                 natt_kms_store_error *err);
bool natt_kms_store_delete_alias(natt_kms_store *store, const char *name, natt_kms_store_error *err);
bool natt_kms_store_alias(natt_kms_store *store, natt_kms_alias *out, const char *name, natt_kms_store_error *err);
/* Sorted by name, after `after`; key_id NULL = of all keys. */
bool natt_kms_store_list_aliases(natt_kms_store *store, natt_kms_alias *out, size_t capacity, size_t *count,
                                 const char *after, const char *key_id, natt_kms_store_error *err);

/*
 * For --refuse-replays: true for the first use of this document; CODE_EXISTS if it was used before. The record is kept
 * until expires_ms.
 */
bool natt_kms_store_see_document(natt_kms_store *store, const uint8_t canonical_id[48], int64_t expires_ms,
                                 int64_t now_ms, natt_kms_store_error *err);

#endif
