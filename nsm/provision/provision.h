/*
 * Attested provisioning of TLS keys: wrapped keys are decrypted by KMS for this enclave only, checked against their
 * certificates, and loaded into a token of a PKCS #11 module, where they expire unless they are attested again.
 */
#ifndef NATT_NSM_PROVISION_PROVISION_H
#define NATT_NSM_PROVISION_PROVISION_H

#include "nsm/provision/state.h"

#define NATT_PROVISION_LIFETIME_S   (48 * 3600) /* as ACM for Nitro Enclaves */
#define NATT_PROVISION_OPERATION_MS 60000       /* an operation ends by then: others wait for its lock */
#define NATT_PROVISION_CALL_MS      10000       /* of which one call of KMS has so many at most */

typedef struct natt_provision_options {
    const char *folder;  /* state.h */
    const char *module;  /* path of the PKCS #11 module */
    uint32_t lifetime_s; /* of new tokens without a refresh; not 0 */
    natt_bytes roots;    /* PEM: where certificate chains must lead; absent = any chain that links */
    natt_nsm *nsm;
    natt_kms_client_options kms; /* credentials included */
    const char *key_id;          /* the KMS key that must have wrapped the keys; NULL = the one that each names */
    /* Of everything from natt_provisioner_open on; until_ms 0 = NATT_PROVISION_OPERATION_MS from then on. */
    natt_limit limit;
    bool sets_lifetime; /* an update gives the token lifetime_s too; false: it keeps its own */
    /*
     * Connections to the module that are older than this must end: a token has been removed, expired, replaced, lost or
     * made anew, and sessions may have copies of its keys, started operations and logins, which no removal reaches.
     * Called before the token goes, when it has gone, and at the start for what others did. NULL = nobody is connected.
     */
    void (*end_connections)(void *watcher, uint64_t before_ms);
    void *watcher;
    /* What is worth saying and no failure: a key below 2048 bits, an expired certificate. NULL = nobody listens. */
    void (*warn)(void *context, size_t key, const char *text);
    void *context;
} natt_provision_options;

typedef struct natt_provision_description {
    char label[NATT_TOKEN_MAX_LABEL + 1];
    unsigned slot;
    uint64_t ttl_s;
    size_t key_count;
    const natt_state_key *keys; /* they live until the provisioner's next call */
} natt_provision_description;

typedef struct natt_provisioner natt_provisioner;

/*
 * Opens the state and the module, and repairs what a crash left: tokens that are incomplete or have expired are
 * removed, and so are tokens that were made here and are in the state no longer. Those whose serial number the state
 * has never had belong to others, and stay. The lock is held until natt_provisioner_close. NULL: *err.
 */
natt_provisioner *natt_provisioner_open(const natt_provision_options *options, natt_provision_error *err);
void natt_provisioner_close(natt_provisioner *p);

/* A failure leaves no token behind. Order of checks: labels and PIN, label in use, every key, a free slot. */
bool natt_provision_add(natt_provisioner *p, const char *label, const char *pin, const natt_database_key *keys,
                        size_t count, natt_provision_error *err);
/*
 * Attests again, decrypts every key again and compares it with the one in the token; then the lifetime begins anew.
 * A failure changes nothing: the token expires when it would have. A token that the module has lost is made anew.
 */
bool natt_provision_refresh(natt_provisioner *p, const char *label, const char *pin, natt_provision_error *err);
/*
 * Other keys under the same label, PIN and slot. They are decrypted and checked before the old token goes;
 * if the module then fails, the token is gone: add it again.
 * *changed: a key, its id, its label or a certificate differs. The objects were made anew, running consumers have
 *           handles of the old ones, and their handshakes fail until they reload. If nothing differs, the objects stay
 *           and the lifetime begins anew.
 */
bool natt_provision_update(natt_provisioner *p, const char *label, const char *pin, const natt_database_key *keys,
                           size_t count, bool *changed, natt_provision_error *err);
/* Where the state cannot be written, the keys are removed nevertheless, and the error is of the state. */
bool natt_provision_remove(natt_provisioner *p, const char *label, const char *pin, natt_provision_error *err);
/* Every token of the state; who runs the provisioner needs no PIN for it. One that stays does not save the others. */
bool natt_provision_remove_all(natt_provisioner *p, natt_provision_error *err);
/* One token, for who knows its PIN. */
bool natt_provision_describe(natt_provisioner *p, natt_provision_description *out, const char *label, const char *pin,
                             natt_provision_error *err);
size_t natt_provision_list(natt_provisioner *p, natt_provision_description out[NATT_TOKEN_MAX]);
/*
 * Removes what has expired, and notes what the module has lost. *next_ms: the next expiry, of CLOCK_BOOTTIME;
 * UINT64_MAX where there is no token. False: a token that has ended may still be in the module, and nobody may connect
 * to it.
 */
bool natt_provision_expire(natt_provisioner *p, uint64_t *next_ms, natt_provision_error *err);

/* When a token last ended, by whatever command; milliseconds of CLOCK_BOOTTIME, 0 = never. */
uint64_t natt_provision_ended_ms(const natt_provisioner *p);
/* When a token was last added, replaced or made anew: consumers must reload then. */
uint64_t natt_provision_made_ms(const natt_provisioner *p);
/* natt_provision_remove was called for this label, and it was not added again. */
bool natt_provision_was_removed(const natt_provisioner *p, const char *label);
/* The token is there no longer, and has not been removed: refresh it. */
bool natt_provision_is_lost(natt_provisioner *p, const char *label);

#endif
