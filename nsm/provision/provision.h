/*
 * Attested provisioning of TLS keys: KMS decrypts wrapped keys for this enclave only. They are checked against their
 * certificates, and loaded into a token of a PKCS #11 module, where they expire unless the enclave attests again.
 */
#ifndef NATT_NSM_PROVISION_PROVISION_H
#define NATT_NSM_PROVISION_PROVISION_H

#include "nsm/provision/state.h"

#define NATT_PROVISION_LIFETIME_S   (48 * 3600) /* as in ACM for Nitro Enclaves */
#define NATT_PROVISION_OPERATION_MS 60000       /* limit for an operation, since others wait for its lock */
#define NATT_PROVISION_CALL_MS      10000       /* limit for one call of KMS within it */

typedef struct natt_provision_options {
    const char *folder;  /* state.h */
    const char *module;  /* path of the PKCS #11 module */
    uint32_t lifetime_s; /* of new tokens without a refresh; not 0 */
    natt_bytes roots;    /* PEM: roots of certificate chains; absent = each certificate must only be issued by the
                          * next */
    natt_nsm *nsm;
    natt_kms_client_options kms; /* credentials included */
    const char *key_id;          /* the KMS key that must have wrapped the keys; NULL = any that a ciphertext names */
    /* Limit from natt_provisioner_open on; until_ms 0 = NATT_PROVISION_OPERATION_MS after that. */
    natt_limit limit;
    bool sets_lifetime; /* an update also sets lifetime_s; false: the token keeps its lifetime */
    /*
     * Ends connections to the module that are older than `before_ms`: a token was removed, replaced, lost or recreated,
     * or has expired. Removing a token does not affect copies of its keys, started operations and logins in sessions.
     * Called before and after a token is removed, and at the start for changes by others. NULL = there are no
     * connections.
     */
    void (*end_connections)(void *watcher, uint64_t before_ms);
    void *watcher;
    /* A warning: a key below 2048 bits, an expired certificate. NULL = the caller ignores warnings. */
    void (*warn)(void *context, const char *key, const char *text);
    void *context;
} natt_provision_options;

typedef struct natt_provision_description {
    char label[NATT_TOKEN_MAX_LABEL + 1];
    unsigned slot;
    uint64_t ttl_s;
    size_t key_count;
    const natt_state_key *keys; /* valid until the provisioner's next call */
} natt_provision_description;

typedef struct natt_provisioner natt_provisioner;

/*
 * Opens the state and the module, and repairs the result of a crash: removes tokens that are incomplete or expired, and
 * tokens that were made here but are no longer in the state. Tokens whose serial number was never in the state
 * belong to others, and remain. The lock is held until natt_provisioner_close. NULL: *err.
 */
natt_provisioner *natt_provisioner_open(const natt_provision_options *options, natt_provision_error *err);
void natt_provisioner_close(natt_provisioner *p);

/* A failure leaves no token behind. The order of checks is: labels and PIN, label in use, every key, a free slot. */
bool natt_provision_add(natt_provisioner *p, const char *label, const char *pin, const natt_database_key *keys,
                        size_t count, natt_provision_error *err);
/*
 * Attests again, decrypts every key again and compares it with the one in the token; then restarts the lifetime. A
 * failure changes nothing, so the expiry time remains. A token that the module has lost is recreated.
 */
bool natt_provision_refresh(natt_provisioner *p, const char *label, const char *pin, natt_provision_error *err);
/*
 * Replaces the keys under the same label, PIN and slot. The new keys are decrypted and checked before the old token is
 * removed. If the module then fails, the token is lost: add it again. *changed: a key, its id, its label or a
 * certificate differs. Then the objects are new, and the handshakes of running consumers fail until they reload. If
 * nothing differs, the objects remain and the lifetime restarts.
 */
bool natt_provision_update(natt_provisioner *p, const char *label, const char *pin, const natt_database_key *keys,
                           size_t count, bool *changed, natt_provision_error *err);
/* If the state cannot be written, the keys are removed anyway, and the error is the state's. */
bool natt_provision_remove(natt_provisioner *p, const char *label, const char *pin, natt_provision_error *err);
/* Removes every token of the state, without a PIN. If one cannot be removed, the others still are. */
bool natt_provision_remove_all(natt_provisioner *p, natt_provision_error *err);
/* Removes one token; requires its PIN. */
bool natt_provision_describe(natt_provisioner *p, natt_provision_description *out, const char *label, const char *pin,
                             natt_provision_error *err);
size_t natt_provision_list(natt_provisioner *p, natt_provision_description out[NATT_TOKEN_MAX]);
/*
 * Removes expired tokens, and records lost ones. *next_ms: the next expiry, of CLOCK_BOOTTIME; UINT64_MAX without a
 * token. False: a token that has ended may still be in the module, so allow no connections.
 */
bool natt_provision_expire(natt_provisioner *p, uint64_t *next_ms, natt_provision_error *err);

/* When a token last ended, by any command; milliseconds of CLOCK_BOOTTIME, 0 = never. */
uint64_t natt_provision_ended_ms(const natt_provisioner *p);
/* When a token was last added, replaced or recreated; consumers must reload after that. */
uint64_t natt_provision_made_ms(const natt_provisioner *p);
/* True: natt_provision_remove was called for this label, and it was not added again. */
bool natt_provision_was_removed(const natt_provisioner *p, const char *label);
/* True: the token is not there, although natt_provision_remove was not called for its label: refresh or add it. */
bool natt_provision_is_lost(natt_provisioner *p, const char *label);

#endif
