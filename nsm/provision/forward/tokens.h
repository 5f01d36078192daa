/*
 * The state of nitro-attest provision (nsm/provision/state_json.c) for tokens of the other module. Each change replaces
 * the whole file, so it is read again only if stat shows a new one.
 */
#ifndef NATT_NSM_PROVISION_FORWARD_TOKENS_H
#define NATT_NSM_PROVISION_FORWARD_TOKENS_H

#include <p11-kit/pkcs11.h>

#define NATT_P11NE_STATE "NITRO_ATTEST_P11NE_STATE" /* environment: directory of --state */

/* The token's slot in the state; -1: the token is not in the state. */
int natt_p11ne_slot(const CK_TOKEN_INFO *info);

/*
 * Returns whether a private key of this token may be used. False: nitro-attest provision made the token, and it is
 * incomplete, has expired, or was removed, even if the module still has it; or the state cannot be read. True: the
 * token is complete and has not expired; it belongs to others; or no state is set.
 * *was_ours  for this token, in this process: kept between calls, 0 at first. A module may have no serial numbers.
 */
int natt_p11ne_may_use(const CK_TOKEN_INFO *info, int *was_ours);

/*
 * Distinguishes tokens that had this label and serial number: the salt, a text that changes when the token is created
 * again. "": the token is not in the state.
 */
#define NATT_P11NE_MADE 128
void natt_p11ne_made(char out[NATT_P11NE_MADE], const CK_TOKEN_INFO *info);

#endif
