/* The state file as JSON. */
#ifndef NATT_NSM_PROVISION_STATE_JSON_H
#define NATT_NSM_PROVISION_STATE_JSON_H

#include "nsm/provision/state.h"

#define NATT_STATE_MAX_SIZE (64 * 1024 * 1024) /* bytes; natt_state_save refuses more */

/* malloc'ed; NULL if memory ran out. */
char *natt_state_to_json(const natt_state *state, const char *boot_id);
/* Fills tokens and other_boot. NATT_PROVISION_E_SYSTEM for a damaged file. */
bool natt_state_from_json(natt_state *state, const char *text, const char *boot_id, natt_provision_error *err);

#endif
