/*
 * The provisioner's state of its tokens, in a private directory (a tmpfs in an enclave):
 *   lock locked (flock) by a process that changes tokens so-pin security officer's PIN of all tokens, made once; it can
 *   reset the PIN of a token state JSON: label, expiry, verifier of the PIN, and of each key: id, label, wrapped key,
 *   digests; serial numbers
 * A token is written into the state before it is made, when it has a serial number, and when it is complete. So a token
 * that a crash left behind can be identified. Its serial number remains after its removal. Times are of CLOCK_BOOTTIME,
 * which cannot be set; after a reboot every token counts as expired.
 */
#ifndef NATT_NSM_PROVISION_STATE_H
#define NATT_NSM_PROVISION_STATE_H

#include "nsm/provision/database.h"
#include "nsm/provision/limit.h"
#include "nsm/provision/token.h"

#define NATT_STATE_DIGEST      32
#define NATT_STATE_BOOT_ID     36   /* characters of a UUID */
#define NATT_STATE_MAX_SERIALS 1024 /* labels that a module has ever had tokens for; SoftHSM opens a file for each */

typedef struct natt_state_key {
    natt_database_key row;
    uint8_t spki[NATT_STATE_DIGEST];         /* SHA-256 of the public key */
    uint8_t certificates[NATT_STATE_DIGEST]; /* SHA-256 of the PEM text */
} natt_state_key;

typedef struct natt_state_token {
    char label[NATT_TOKEN_MAX_LABEL + 1];
    unsigned slot;            /* 0 to NATT_TOKEN_MAX - 1, while the token is there; the number that the RPC shows */
    bool complete;            /* false: being made, or being removed */
    bool made;                /* the module has had it, and has not lost it since */
    natt_token_serial serial; /* of the token that was made */
    uint64_t expires_s;
    uint32_t lifetime_s;                                 /* a refresh restarts it */
    uint8_t pin_salt[16], pin_digest[NATT_STATE_DIGEST]; /* PBKDF2-HMAC-SHA-256 */
    natt_state_key *keys;
    size_t key_count;
} natt_state_token;

typedef struct natt_state {
    int folder, lock; /* descriptors */
    char so_pin[33];  /* 128 random bits in hexadecimal */
    natt_state_token tokens[NATT_TOKEN_MAX];
    size_t token_count;
    natt_token_serial serials[NATT_STATE_MAX_SERIALS]; /* of all tokens that were ever made here, including free ones */
    size_t serial_count;
    uint64_t ended_ms; /* when a token last ended for any reason, of CLOCK_BOOTTIME; 0 = never */
    uint64_t made_ms;  /* when a token was last created or recreated, so that its objects have new handles */
    char removed[NATT_TOKEN_MAX][NATT_TOKEN_MAX_LABEL + 1]; /* labels that were removed on purpose; the oldest first */
    size_t removed_count;
    char boot_id[NATT_STATE_BOOT_ID + 1]; /* of this system */
    bool other_boot;                      /* the file was written before this system booted */
} natt_state;

/*
 * Waits for the lock, and reads the state. The directory is created (mode 0700), or must be private to this user.
 * NATT_PROVISION_E_LATE: another process had the lock until the limit.
 */
bool natt_state_open(natt_state *state, const char *folder, const natt_limit *limit, natt_provision_error *err);
/* Releases the lock, frees and wipes. Unsaved changes are lost. */
void natt_state_close(natt_state *state);
/* Atomically: a temporary file, fsync, rename, fsync of the directory. */
bool natt_state_save(const natt_state *state, natt_provision_error *err);

natt_state_token *natt_state_find(natt_state *state, const char *label);
/* Adds an incomplete token with copies of the keys' rows. NATT_PROVISION_E_TOO_MANY, _MEMORY. */
natt_state_token *natt_state_add(natt_state *state, const char *label, const natt_database_key *keys, size_t count,
                                 natt_provision_error *err);
/* Ignores an unknown one (all zeros). If the list is full, drops the oldest one that no token has. */
void natt_state_add_serial(natt_state *state, const natt_token_serial *serial);
bool natt_state_has_serial(const natt_state *state, const natt_token_serial *serial);
/* Replaces the wrapped keys by the same keys, wrapped again; the number must be equal. */
bool natt_state_set_wrapped(natt_state_token *token, const natt_database_key *keys, natt_provision_error *err);
void natt_state_drop(natt_state *state, natt_state_token *token);
/* Kept until a token with this label is added; at most NATT_TOKEN_MAX labels, of which the oldest is dropped. */
void natt_state_note_removed(natt_state *state, const char *label);
bool natt_state_was_removed(const natt_state *state, const char *label);

bool natt_state_set_pin(natt_state_token *token, const char *pin, natt_provision_error *err);
/* In constant time. NATT_PROVISION_E_PIN_WRONG. */
bool natt_state_check_pin(const natt_state_token *token, const char *pin, natt_provision_error *err);

#endif
