/*
 * What the state of nitro-attest provision (nsm/provision/state_json.c) says about tokens of the module behind. The
 * file is replaced as a whole whenever it changes; it is read again only then: a look costs a stat.
 */
#ifndef NATT_NSM_PROVISION_FORWARD_TOKENS_H
#define NATT_NSM_PROVISION_FORWARD_TOKENS_H

#include <p11-kit/pkcs11.h>

#define NATT_P11NE_STATE "NITRO_ATTEST_P11NE_STATE" /* environment: directory of --state */

/* The slot that the state gives this token; -1: it is none of its tokens. */
int natt_p11ne_slot(const CK_TOKEN_INFO *info);

/*
 * Whether a private key of this token may be used. No: the token was made by nitro-attest provision and is incomplete,
 * has expired, or was removed, even if the module still has it; or the state cannot be read. Yes: it is complete and
 * has not expired; it belongs to others; or no state is named.
 * *was_ours  of this token, in this process: kept between calls, 0 at first. A module may have no serial numbers.
 */
int natt_p11ne_may_use(const CK_TOKEN_INFO *info, int *was_ours);

#endif
