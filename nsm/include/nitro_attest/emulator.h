/*
 * A software Nitro Security Module: all seven requests of /dev/nsm, answered as the real device and its Linux driver
 * answer them, with documents signed under a PKI of its own. For tests and development; nothing is protected by it.
 *
 *     natt_emulator_options options = NATT_EMULATOR_OPTIONS_INIT;
 *     natt_emulator *emulator = natt_emulator_new(&options, &err);
 *     int error = natt_emulator_exchange(emulator, request, len, response, sizeof response, &response_len);
 *     // documents verify only where natt_emulator_root(emulator) is trusted
 *
 * Errors of the functions that return bool or a pointer: emulator_error.h. The message says what is wrong; where a
 * system call failed, errno_value is its errno. err may be NULL.
 * Threads: one emulator serves any number of threads, one request at a time, as the driver does. Creating and freeing
 * is for one thread alone. An emulator must not be used on both sides of a fork.
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
#define NATT_EMULATOR_MAX_RESPONSE NATT_NSM_MAX_RESPONSE /* bytes; what a client should offer */
#define NATT_EMULATOR_SEED_LEN     32
#define NATT_EMULATOR_MAX_FAULTS   32
#define NATT_EMULATOR_MAX_CLIENTS  64 /* of a socket, at a time */

typedef struct natt_emulator natt_emulator;

/*
 * What a PCR holds from the start. At most one of value and extend is present. Applied in order, so that extending
 * twice means twice.
 */
typedef struct natt_emulator_pcr {
    uint32_t index;
    natt_bytes value;  /* 48 bytes */
    natt_bytes extend; /* data for SHA-384(old value || data); empty data is data */
    bool lock;         /* PCR 16 and above: locked from the start; the others always are */
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
     * Where the keys come from: a seed, or a directory made by natt_emulator_pki_init. Neither = a fresh random PKI,
     * gone when the emulator is. Both is an error.
     */
    natt_bytes seed;
    const char *pki_dir;
    natt_kind kind; /* NATT_KIND_NITROTPM: 24 PCRs, all in documents; the requests about PCRs are InvalidOperation */
    const char *region;      /* NULL = "us-east-1" */
    const char *instance_id; /* for PCR4 and names, "i-" and hexadecimal digits; NULL = from the keys */
    const char *role_arn;    /* for PCR3; NULL = PCR3 is zero */
    /*
     * Without presets an enclave has test values in PCR0 to 2, PCR3 and PCR4 as above, zero in the others.
     * eif.h computes PCR0, 1, 2 and 8 of an enclave image.
     */
    const natt_emulator_pcr *pcrs;
    size_t pcr_count;
    bool debug; /* as a debug enclave: PCR0 to 2 are zero, whatever the presets say */
    natt_emulator_clock clock;
    const natt_fault *faults; /* fault.h; of those that want to act on a request the first does, delays come on top */
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

/* Wipes the keys and releases everything; NULL is ignored. No other thread may be inside of it. */
NATT_API void natt_emulator_free(natt_emulator *emulator);

/*
 * One ioctl on /dev/nsm. Returns 0, or an errno value and *response_len is 0:
 * EMSGSIZE   the request is longer than NATT_EMULATOR_MAX_REQUEST
 * ETIMEDOUT  it is empty (a real device breaks on that, and the driver waits 120 s)
 * EINVAL     a pointer is missing
 * ENOMEM, EIO  out of memory; mbedTLS failed
 * or what a fault says. A refused request is 0 and {"Error": "<name>"}. A response that does not fit is cut to
 * `capacity`, as the driver does.
 */
NATT_API NATT_MUST_CHECK int natt_emulator_exchange(natt_emulator *emulator, const uint8_t *request, size_t request_len,
                                                    uint8_t *response, size_t capacity, size_t *response_len);

/* The same as a transport; it does not own the emulator. */
NATT_API natt_nsm_transport natt_emulator_transport(natt_emulator *emulator);

/*
 * From true to false, waits of faults take no time: for a front end that stops. True also ends the waits of all
 * requests that were made before, even if false follows at once. Each true needs its false.
 */
NATT_API void natt_emulator_skip_delays(natt_emulator *emulator, bool skip);

/* The root certificate that verifies its documents, as natt_issuer_root and natt_issuer_root_pem give it. */
NATT_API natt_bytes natt_emulator_root(const natt_emulator *emulator);
NATT_API NATT_MUST_CHECK bool natt_emulator_root_pem(const natt_emulator *emulator, char *out, size_t capacity,
                                                     size_t *len);

/* "i-<hex>-enc<hex>" or "i-<hex>-tpm0000000000000000"; constant while the emulator lives. */
NATT_API const char *natt_emulator_module_id(const natt_emulator *emulator);

/*
 * A PKI to keep: DIR/seed, the secret from which every key follows (readable by its owner alone), and DIR/root.pem,
 * to be trusted in tests only. Makes DIR if it is not there. Refuses to overwrite either file, and to use a DIR in
 * which, or in whose place, another user could put other files: one that the group or others can write to, or that is
 * not the caller's; one below a directory, at any level up to /, that is neither the caller's nor root's, or that
 * others can write to and that has no sticky bit; one below more than 256 directories.
 * err  codes NATT_EMULATOR_E_USAGE_ARGUMENT, NATT_EMULATOR_E_PKI_EXISTS when one of the files is there, _PKI_UNSAFE
 *      when others could change DIR, _PKI_ACCESS, _MEMORY, _RANDOM, _CRYPTO.
 */
NATT_API NATT_MUST_CHECK bool natt_emulator_pki_init(const char *dir, natt_emulator_error *err);
/*
 * Reads DIR/seed. Refuses one that others may read (NATT_EMULATOR_E_PKI_FILE), and a DIR that others can write to
 * (NATT_EMULATOR_E_PKI_UNSAFE). On false the seed is zero. Wipe it after use.
 * err  also NATT_EMULATOR_E_USAGE_ARGUMENT, NATT_EMULATOR_E_PKI_ACCESS.
 */
NATT_API NATT_MUST_CHECK bool natt_emulator_pki_load(uint8_t seed[NATT_EMULATOR_SEED_LEN], const char *dir,
                                                     natt_emulator_error *err);

/*
 * A socket, so that several processes share one emulator: AF_UNIX, SOCK_SEQPACKET, mode 0600.
 * Request packet: 32-bit little-endian response capacity, then the request. Reply packet: 32-bit little-endian errno
 * (0 = success), then the response. EBADMSG: the packet is shorter than 4 bytes. EBUSY, unasked, and the end of the
 * connection: NATT_EMULATOR_MAX_CLIENTS are connected already. A capacity above NATT_EMULATOR_MAX_RESPONSE counts as
 * that. A client that does not take its reply for 10 s is dropped.
 */
typedef struct natt_emulator_server natt_emulator_server;

/*
 * The socket exists when this returns; clients may connect, and are served once natt_emulator_serve runs. A stale
 * socket file is replaced if nobody listens on it; anything else at that path is an error.
 * path  at most 107 bytes.
 * err   codes NATT_EMULATOR_E_USAGE_ARGUMENT, NATT_EMULATOR_E_SOCKET_PATH, _SOCKET_TAKEN, _SOCKET, _MEMORY.
 */
NATT_API NATT_MUST_CHECK natt_emulator_server *natt_emulator_listen(natt_emulator *emulator, const char *path,
                                                                    natt_emulator_error *err);

/*
 * Serves until stop_fd is readable or closed at its other end (-1 = never). True: stopped so, and no thread is left.
 * False: waiting for clients failed (NATT_EMULATOR_E_SOCKET). One call at a time; a request in a wait of a fault is cut
 * short.
 */
NATT_API NATT_MUST_CHECK bool natt_emulator_serve(natt_emulator_server *server, int stop_fd, natt_emulator_error *err);

/* Removes the socket file, if it is still this server's, and releases everything; NULL is ignored. */
NATT_API void natt_emulator_server_free(natt_emulator_server *server);

#ifdef __cplusplus
}
#endif
#endif
