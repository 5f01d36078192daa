/*
 * A software Nitro Security Module: it handles all seven requests of /dev/nsm as the real device and its Linux driver
 * do, and signs documents under its own test PKI. For tests and development; it protects nothing.
 *
 *     natt_emulator_options options = NATT_EMULATOR_OPTIONS_INIT;
 *     natt_emulator *emulator = natt_emulator_new(&options, &err);
 *     int error = natt_emulator_exchange(emulator, request, len, response, sizeof response, &response_len);
 *     // documents verify only if natt_emulator_root(emulator) is trusted
 *
 * Errors of the functions that return bool or a pointer: emulator_error.h. If a system call failed, errno_value is its
 * errno. err may be NULL.
 * Threads: any number of threads may use an emulator; it handles one request at a time, as the driver does. No other
 * thread may use it while it is created or freed. After a fork only one of the two processes may use it.
 */
#ifndef NITRO_ATTEST_EMULATOR_H
#define NITRO_ATTEST_EMULATOR_H

#include "nitro_attest/base.h"
#include "nitro_attest/document.h"
#include "nitro_attest/eif.h"
#include "nitro_attest/emulator_error.h"
#include "nitro_attest/fault.h"
#include "nitro_attest/nsm_transport.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_EMULATOR_MAX_REQUEST  NATT_NSM_MAX_REQUEST /* bytes; a longer one is EMSGSIZE [Linux drivers/misc/nsm.c] */
#define NATT_EMULATOR_MAX_RESPONSE NATT_NSM_MAX_RESPONSE /* bytes; capacity that a client should pass */
#define NATT_EMULATOR_SEED_LEN     32
#define NATT_EMULATOR_MAX_FAULTS   32
#define NATT_EMULATOR_MAX_CLIENTS  64 /* of a socket, at a time */

typedef struct natt_emulator natt_emulator;

/* The initial value of a PCR. At most one of value and extend is present. Presets are applied in order. */
typedef struct natt_emulator_pcr {
    uint32_t index;
    natt_bytes value;  /* 48 bytes */
    natt_bytes extend; /* data for SHA-384(old value || data); may be empty */
    bool lock;         /* PCR 16 and above: locked initially; the others always are */
} natt_emulator_pcr;

/* The emulator's clock: the callback if there is one, else fixed_ms unless 0, else the system's; then the offset. */
typedef struct natt_emulator_clock {
    uint64_t fixed_ms; /* milliseconds since 1970 */
    int64_t offset_ms;
    uint64_t (*now_ms)(void *context); /* called by one thread at a time */
    void *context;
} natt_emulator_clock;

/* Start from NATT_EMULATOR_OPTIONS_INIT, which is complete. Everything is copied. */
typedef struct natt_emulator_options {
    size_t struct_size; /* sizeof(natt_emulator_options) */
    /*
     * Source of the keys: a seed, or a directory that natt_emulator_pki_init created. Neither = a random PKI that
     * exists only in this emulator. It is an error to set both.
     */
    natt_bytes seed;
    const char *pki_dir;
    natt_kind kind; /* NATT_KIND_NITROTPM: 24 PCRs, all in documents; requests for PCRs fail with InvalidOperation */
    const char *region;      /* NULL = "us-east-1" */
    const char *instance_id; /* for PCR4 and names, "i-" and hexadecimal digits; NULL = from the keys */
    const char *role_arn;    /* for PCR3; NULL = PCR3 is zero */
    /*
     * Without presets an enclave has test values in PCR0 to 2, PCR3 and PCR4 as above, zero in the others.
     * eif.h computes PCR0, 1, 2 and 8 of an enclave image.
     */
    const natt_emulator_pcr *pcrs;
    size_t pcr_count;
    bool debug; /* a debug enclave: PCR0 to 2 are zero, also if presets exist */
    natt_emulator_clock clock;
    const natt_fault *faults; /* fault.h; the first that matches a request applies, and all matching delays */
    size_t fault_count;       /* at most NATT_EMULATOR_MAX_FAULTS */
} natt_emulator_options;

/* clang-format off */
#define NATT_EMULATOR_OPTIONS_INIT {                                                                                  \
    sizeof(natt_emulator_options), {NULL, 0}, NULL, NATT_KIND_ENCLAVE, NULL, NULL, NULL, NULL, 0, false,              \
    {0, 0, NULL, NULL}, NULL, 0}
/* clang-format on */

/*
 * A new emulator, or NULL and *err. Free it with natt_emulator_free.
 * options  NULL = NATT_EMULATOR_OPTIONS_INIT.
 * err      codes NATT_EMULATOR_E_USAGE_ARGUMENT, _STRUCT_SIZE, _KIND, _NOW, _OPTION, _PCR and _FAULT (index: the preset
 *          or fault), NATT_EMULATOR_E_MEMORY, _RANDOM, _CRYPTO, and those of natt_emulator_pki_load.
 * Cost: five key pairs and a signature.
 */
NATT_API NATT_MUST_CHECK natt_emulator *natt_emulator_new(const natt_emulator_options *options,
                                                          natt_emulator_error *err);

/* Wipes the keys and releases everything. Does nothing for NULL. No other thread may use the emulator. */
NATT_API void natt_emulator_free(natt_emulator *emulator);

/*
 * One ioctl on /dev/nsm. Returns 0, or an errno value and *response_len is 0:
 * EMSGSIZE   the request is longer than NATT_EMULATOR_MAX_REQUEST
 * ETIMEDOUT  it is empty (a real device fails on this, and the driver waits 120 s)
 * EINVAL     a pointer is missing
 * ENOMEM, EIO  out of memory; mbedTLS failed
 * or the value of a fault. A refused request returns 0 and {"Error": "<name>"}. A response that does not fit is
 * truncated to `capacity`, as the driver does.
 */
NATT_API NATT_MUST_CHECK int natt_emulator_exchange(natt_emulator *emulator, const uint8_t *request, size_t request_len,
                                                    uint8_t *response, size_t capacity, size_t *response_len);

/* The same as a transport; it does not own the emulator. */
NATT_API natt_nsm_transport natt_emulator_transport(natt_emulator *emulator);

/*
 * While true, delays of faults take no time, so that a front end can stop. True also ends the delays of all earlier
 * requests, even if false follows immediately. Each call with true needs one with false.
 */
NATT_API void natt_emulator_skip_delays(natt_emulator *emulator, bool skip);

/* The root certificate that its documents verify under; see natt_issuer_root and natt_issuer_root_pem. */
NATT_API natt_bytes natt_emulator_root(const natt_emulator *emulator);
NATT_API NATT_MUST_CHECK bool natt_emulator_root_pem(const natt_emulator *emulator, char *out, size_t capacity,
                                                     size_t *len);

/* "i-<hex>-enc<hex>" or "i-<hex>-tpm0000000000000000"; constant while the emulator exists. */
NATT_API const char *natt_emulator_module_id(const natt_emulator *emulator);

/*
 * Creates a permanent PKI: DIR/seed, the secret from which all keys are derived (readable only by its owner), and
 * DIR/root.pem, which only tests may trust. Creates DIR if it does not exist. Refuses to overwrite either file. Also
 * refuses a DIR that another user could change or replace: one that the group or others can write to, or that the
 * caller does not own; one below a directory, at any level up to /, that neither the caller nor root owns, or that
 * others can write to and that has no sticky bit; one below more than 256 directories.
 * err  codes NATT_EMULATOR_E_USAGE_ARGUMENT, NATT_EMULATOR_E_PKI_EXISTS if one of the files exists, _PKI_UNSAFE if
 *      others could change DIR, _PKI_ACCESS, _MEMORY, _RANDOM, _CRYPTO.
 */
NATT_API NATT_MUST_CHECK bool natt_emulator_pki_init(const char *dir, natt_emulator_error *err);
/*
 * Reads DIR/seed. Refuses a seed that others may read (NATT_EMULATOR_E_PKI_FILE), and a DIR that others can write to
 * (NATT_EMULATOR_E_PKI_UNSAFE). If it returns false, the seed is zero. The caller must wipe it after use.
 * err  also NATT_EMULATOR_E_USAGE_ARGUMENT, NATT_EMULATOR_E_PKI_ACCESS.
 */
NATT_API NATT_MUST_CHECK bool natt_emulator_pki_load(uint8_t seed[NATT_EMULATOR_SEED_LEN], const char *dir,
                                                     natt_emulator_error *err);

/*
 * A socket through which several processes share one emulator: AF_UNIX, SOCK_SEQPACKET, mode 0600.
 * Request packet: 32-bit little-endian response capacity, then the request. Reply packet: 32-bit little-endian errno
 * (0 = success), then the response. EBADMSG: the packet is shorter than 4 bytes. A client that connects while
 * NATT_EMULATOR_MAX_CLIENTS are connected receives EBUSY without a request, and the connection is closed. A capacity
 * above NATT_EMULATOR_MAX_RESPONSE is reduced to it. A client that does not read its reply for 10 s is disconnected.
 */
typedef struct natt_emulator_server natt_emulator_server;

/*
 * Creates the socket. Clients may connect from now on; natt_emulator_serve serves them. A stale socket file on which
 * no process listens is replaced; anything else at that path is an error.
 * path  at most 107 bytes.
 * err   codes NATT_EMULATOR_E_USAGE_ARGUMENT, NATT_EMULATOR_E_SOCKET_PATH, _SOCKET_TAKEN, _SOCKET, _MEMORY.
 */
NATT_API NATT_MUST_CHECK natt_emulator_server *natt_emulator_listen(natt_emulator *emulator, const char *path,
                                                                    natt_emulator_error *err);

/*
 * Serves until stop_fd is readable or its other end is closed (-1 = never). True: it stopped for this reason, and no
 * thread is left. False: waiting for clients failed (NATT_EMULATOR_E_SOCKET). Only one call at a time. The delays of
 * faults end when it stops.
 */
NATT_API NATT_MUST_CHECK bool natt_emulator_serve(natt_emulator_server *server, int stop_fd, natt_emulator_error *err);

/* Removes the socket file if it still belongs to this server, and releases everything. Does nothing for NULL. */
NATT_API void natt_emulator_server_free(natt_emulator_server *server);

#ifdef __cplusplus
}
#endif
#endif
