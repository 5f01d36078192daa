/*
 * What the provisioner remembers about its tokens, in a private directory (a tmpfs in an enclave):
 *   lock     held (flock) by a process that changes tokens
 *   so-pin   security officer's PIN of all tokens, made once; who has it can reset the PIN of a token
 *   state    JSON: label, expiry, verifier of the PIN, and of each key: id, label, wrapped key, digests; serial numbers
 * A token is written down before it is made, when the module has given it a serial number, and after it is complete, so
 * that one that a crash left is known for what it is. Its serial number is remembered when it is removed.
 * Times are of CLOCK_BOOTTIME, which nobody sets; after another boot every token counts as expired.
 */
#ifndef NATT_NSM_PROVISION_STATE_H
#define NATT_NSM_PROVISION_STATE_H

#include "nsm/provision/database.h"
#include "nsm/provision/limit.h"
#include "nsm/provision/token.h"

#define NATT_STATE_DIGEST      32
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
    natt_token_serial serial; /* of what was made */
    uint64_t expires_s;
    uint32_t lifetime_s;                                 /* what a refresh gives it again */
    uint8_t pin_salt[16], pin_digest[NATT_STATE_DIGEST]; /* PBKDF2-HMAC-SHA-256 */
    natt_state_key *keys;
    size_t key_count;
} natt_state_token;

typedef struct natt_state {
    int folder, lock; /* descriptors */
    char so_pin[33];  /* 128 random bits in hexadecimal */
    natt_state_token tokens[NATT_TOKEN_MAX];
    size_t token_count;
    natt_token_serial serials[NATT_STATE_MAX_SERIALS]; /* of all tokens that were ever made here, so of free ones too */
    size_t serial_count;
    uint64_t ended_ms; /* when a token last ended, however it did, of CLOCK_BOOTTIME; 0 = never */
    uint64_t made_ms;  /* when a token was last made or made anew, so that its objects have new handles */
    char removed[NATT_TOKEN_MAX][NATT_TOKEN_MAX_LABEL + 1]; /* labels that were removed on purpose; the oldest first */
    size_t removed_count;
    bool other_boot; /* the file was written before this system booted */
} natt_state;

/*
 * Waits for the lock, and reads the state. The directory is made (mode 0700), or must be a private one of this user.
 * NATT_PROVISION_E_LATE: somebody else had the lock until the limit.
 */
bool natt_state_open(natt_state *state, const char *folder, const natt_limit *limit, natt_provision_error *err);
/* Gives up the lock, frees and wipes. Changes that were not saved are lost. */
void natt_state_close(natt_state *state);
/* Atomically: a temporary file, fsync, rename, fsync of the directory. */
bool natt_state_save(const natt_state *state, natt_provision_error *err);

natt_state_token *natt_state_find(natt_state *state, const char *label);
/* A new, incomplete one with copies of the keys' rows. NATT_PROVISION_E_TOO_MANY, _MEMORY. */
natt_state_token *natt_state_add(natt_state *state, const char *label, const natt_database_key *keys, size_t count,
                                 natt_provision_error *err);
/* A serial number that is not known is not remembered. NATT_PROVISION_E_TOO_MANY. */
bool natt_state_add_serial(natt_state *state, const natt_token_serial *serial, natt_provision_error *err);
bool natt_state_has_serial(const natt_state *state, const natt_token_serial *serial);
/* The same keys, wrapped anew; as many as the token has. */
bool natt_state_set_wrapped(natt_state_token *token, const natt_database_key *keys, natt_provision_error *err);
void natt_state_drop(natt_state *state, natt_state_token *token);
/* Remembered until a token with this label is added; of more than NATT_TOKEN_MAX the oldest is forgotten. */
void natt_state_note_removed(natt_state *state, const char *label);
bool natt_state_was_removed(const natt_state *state, const char *label);

bool natt_state_set_pin(natt_state_token *token, const char *pin, natt_provision_error *err);
/* In constant time. NATT_PROVISION_E_PIN_WRONG. */
bool natt_state_check_pin(const natt_state_token *token, const char *pin, natt_provision_error *err);

#endif
