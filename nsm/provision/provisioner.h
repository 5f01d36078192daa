/* Shared by the files of the provisioner. */
#ifndef NATT_NSM_PROVISION_PROVISIONER_H
#define NATT_NSM_PROVISION_PROVISIONER_H

#include "nsm/provision/provision.h"

struct natt_provisioner {
    natt_provision_options options;
    natt_state state;
    natt_pkcs11 *module;
};

/* Milliseconds; a state edited by hand may contain any number. */
uint64_t natt_provisioner_expires_ms(const natt_state_token *token);
/* True also for an incomplete token. */
bool natt_provisioner_has_expired(const natt_provisioner *p, const natt_state_token *token);
/* Ends connections that could still sign with a token that ends (natt_provision_options.end_connections). */
void natt_provisioner_end_connections(natt_provisioner *p);
/* Marks the token as incomplete, then removes it from the module. */
bool natt_provisioner_vacate(natt_provisioner *p, natt_state_token *token, natt_provision_error *err);
/* Also removes it from the state; a crash in between is repaired. */
bool natt_provisioner_drop(natt_provisioner *p, natt_state_token *token, natt_provision_error *err);
/* Removes expired tokens, and removed ones that the module shows again. */
bool natt_provisioner_clean(natt_provisioner *p, natt_provision_error *err);
bool natt_provisioner_has(const natt_provisioner *p, const natt_state_token *token, bool *there,
                          natt_provision_error *err);

#endif
