/* Data that all requests of a server share. While requests run, only the store and the caches change; both have locks.
 * The clocks are the system's, or a test's. */
#ifndef NATT_RELYING_KMS_CALL_CONFIG_H
#define NATT_RELYING_KMS_CALL_CONFIG_H

#include "relying/kms/call/caches.h"
#include "relying/kms/policy/policy.h"
#include "relying/kms/store/store.h"

#define NATT_KMS_ACCOUNT_LEN   12
#define NATT_KMS_MAX_REGION    31
#define NATT_KMS_MAX_PRINCIPAL 255
#define NATT_KMS_ARN_ROOM      384 /* the longest is an alias's: 28 bytes, the region, and NATT_KMS_MAX_ALIAS */

typedef struct natt_kms_config {
    char account[NATT_KMS_ACCOUNT_LEN + 1], region[NATT_KMS_MAX_REGION + 1];
    natt_kms_store *store;
    const natt_bytes *roots;
    size_t root_count;
    uint64_t max_age_ms, timeout_ms;
    bool allow_debug, refuse_replays;
    uint64_t (*now_ms)(void), (*monotonic_ms)(void); /* wall clock; monotonic clock */
    natt_kms_caches *caches;
} natt_kms_config;

#endif
