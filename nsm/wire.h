/*
 * The interface of driver and device, for the client and for all replacements of the device: the ioctl and its
 * structure; the packets of a socket that replaces it.
 * Callers need the sizes, the operations and the errors' names too, so these are in nitro_attest/nsm_transport.h and
 * nitro_attest/nsm_codes.h.
 * [linux include/uapi/linux/nsm.h, AWS nsm-api src/api/mod.rs]
 */
#ifndef NATT_NSM_WIRE_H
#define NATT_NSM_WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "nitro_attest/nsm_codes.h"
#include "nitro_attest/nsm_transport.h"

/* uint64_t in processes of 32 bits too: a struct iovec has half the size there, which gives a different ioctl number:
 * EINVAL. */
struct natt_nsm_iovec {
    uint64_t address, len;
};

/* response.len: the room for the response; afterwards, how long the response is. */
struct natt_nsm_raw {
    struct natt_nsm_iovec request, response;
};

_Static_assert(sizeof(struct natt_nsm_raw) == 32, "the driver's structure has 32 bytes on every machine");
_Static_assert(offsetof(struct natt_nsm_raw, response) == 16, "the response follows the request");
_Static_assert(offsetof(struct natt_nsm_iovec, len) == 8, "each length follows its address");

#define NATT_NSM_IOCTL_TYPE 0x0au /* the second lowest byte of the device's ioctl numbers */
#define NATT_NSM_IOCTL_RAW                                                                                             \
    ((uint32_t)_IOWR(NATT_NSM_IOCTL_TYPE, 0, struct natt_nsm_raw)) /* 0xc0200a00 on most machines */

/* The type of ioctl()'s number: C libraries differ. */
#ifdef __GLIBC__
typedef unsigned long natt_ioctl_number;
#else
typedef int natt_ioctl_number;
#endif

_Static_assert(NATT_NSM_MAX_REQUEST == 0x1000 && NATT_NSM_MAX_RESPONSE == 0x3000, "the driver's limits");

#define NATT_NSM_MAX_ERRNO 4095 /* the kernel's limit [linux include/linux/err.h] */

/*
 * A software NSM's socket (SOCK_SEQPACKET); heads are little-endian:
 *   request packet = capacity for the response, request
 *   reply packet   = errno (0 = success), response
 */
#define NATT_NSM_SOCKET_HEAD 4

static inline void natt_put_le32(uint8_t out[NATT_NSM_SOCKET_HEAD], uint32_t value)
{
    for (unsigned i = 0; i < NATT_NSM_SOCKET_HEAD; i++)
        out[i] = (uint8_t)(value >> 8 * i);
}

static inline uint32_t natt_get_le32(const uint8_t in[NATT_NSM_SOCKET_HEAD])
{
    return (uint32_t)in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
}

/* Writes the lowest `len` bytes of the value, the highest first, as in CBOR and DER. */
static inline void natt_put_big_endian(uint8_t *to, uint64_t value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

/* The name in requests and responses; NULL for NATT_NSM_OPERATION_COUNT. */
static inline const char *natt_nsm_operation_name(enum natt_nsm_operation operation)
{
#define NATT_NSM_OPERATION_NAME(name, number, wire, fault) [number] = (wire),
    static const char *const names[NATT_NSM_OPERATION_COUNT] = {NATT_NSM_OPERATION_LIST(NATT_NSM_OPERATION_NAME)};
#undef NATT_NSM_OPERATION_NAME
    return operation < NATT_NSM_OPERATION_COUNT ? names[operation] : NULL;
}

/* By number: "InvalidArgument" (1) to "InternalError" (8); NULL otherwise. */
static inline const char *natt_nsm_wire_error_name(uint64_t number)
{
#define NATT_NSM_WIRE_ERROR(name, number, wire) [number] = (wire),
    static const char *const names[] = {NATT_NSM_DEVICE_LIST(NATT_NSM_WIRE_ERROR)};
#undef NATT_NSM_WIRE_ERROR
    return number > 0 && number < sizeof names / sizeof names[0] ? names[number] : NULL;
}

#endif
