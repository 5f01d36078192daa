/*
 * The transport of requests and replies between the client and an NSM: the kernel's device, a socket, or a software NSM
 * in the same process.
 */
#ifndef NITRO_ATTEST_NSM_TRANSPORT_H
#define NITRO_ATTEST_NSM_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_NSM_MAX_REQUEST  0x1000 /* bytes; the driver refuses more [linux uapi/nsm.h] */
#define NATT_NSM_MAX_RESPONSE 0x3000 /* bytes; the capacity that the client always passes */

/*
 * The seven operations: name, number, name in requests and responses, name in faults (fault.h).
 * [AWS nsm-api src/api/mod.rs]
 */
/* clang-format off */
#define NATT_NSM_OPERATION_LIST(X)                                                                                    \
  X(DESCRIBE_PCR, 0, "DescribePCR", "describe-pcr")                                                                   \
  X(EXTEND_PCR, 1, "ExtendPCR", "extend-pcr")                                                                         \
  X(LOCK_PCR, 2, "LockPCR", "lock-pcr")                                                                               \
  X(LOCK_PCRS, 3, "LockPCRs", "lock-pcrs")                                                                            \
  X(DESCRIBE_NSM, 4, "DescribeNSM", "describe-nsm")                                                                   \
  X(ATTESTATION, 5, "Attestation", "attestation")                                                                     \
  X(GET_RANDOM, 6, "GetRandom", "get-random")
/* clang-format on */

#define NATT_NSM_OPERATION_ENUMERATOR(name, number, wire, fault) NATT_NSM_##name = number,
typedef enum natt_nsm_operation {
    NATT_NSM_OPERATION_LIST(NATT_NSM_OPERATION_ENUMERATOR) NATT_NSM_OPERATION_COUNT /* also: no known operation */
} natt_nsm_operation;
#undef NATT_NSM_OPERATION_ENUMERATOR

/* Returns 0 or an errno value; on 0 *response_len <= capacity is set. */
typedef struct natt_nsm_transport {
    void *context;
    int (*exchange)(void *context, const uint8_t *request, size_t request_len, uint8_t *response, size_t capacity,
                    size_t *response_len);
    void (*close)(void *context); /* may be NULL */
} natt_nsm_transport;

#ifdef __cplusplus
}
#endif
#endif
