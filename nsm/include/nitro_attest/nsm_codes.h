/*
 * Why a call of the NSM client failed, in one list: C enumerator, number, text, remedy; and the errors that an NSM
 * itself returns. The enumerator's text is the code's name everywhere. Numbers are never reused. tools/gen-rules writes
 * both lists from docs/rules.toml.
 */
#ifndef NITRO_ATTEST_NSM_CODES_H
#define NITRO_ATTEST_NSM_CODES_H

/* clang-format off */
/* gen-rules: nsm */
#define NATT_NSM_CODE_LIST(X)                                                                                         \
  X(NATT_NSM_OK, 0,                                                                                                   \
    "no error", "nothing to do")                                                                                      \
  /* usage: nothing was sent */                                                                                       \
  X(NATT_NSM_E_USAGE_ARGUMENT, 100,                                                                                   \
    "a required argument is missing", "pass non-NULL pointers, and no length without bytes")                          \
  X(NATT_NSM_E_USAGE_STRUCT_SIZE, 101,                                                                                \
    "struct_size is 0, short, or larger than this library knows",                                                     \
    "start from the *_INIT macro of the header that belongs to this library")                                         \
  X(NATT_NSM_E_USAGE_SESSION, 102,                                                                                    \
    "the session is not open",                                                                                        \
    "open it with natt_nsm_open; a session must not be copied or used after natt_nsm_close")                          \
  X(NATT_NSM_E_USAGE_TRANSPORT, 103,                                                                                  \
    "more than one of path, socket_path and transport is set, or a path is too long",                                 \
    "set exactly one of them, with a shorter path")                                                                   \
  X(NATT_NSM_E_USAGE_DEADLINE, 104,                                                                                   \
    "this session was opened without a deadline", "set deadline_ms in the options of natt_nsm_open")                  \
  X(NATT_NSM_E_USAGE_FLAGS, 105,                                                                                      \
    "an unknown flag is set", "use only the NATT_NSM_* flags of nsm.h")                                               \
  X(NATT_NSM_E_USAGE_FIELD_SIZE, 106,                                                                                 \
    "user_data, nonce or public_key is longer than AWS documents",                                                    \
    "shorten it, or open the session without NATT_NSM_STRICT_SIZES")                                                  \
  X(NATT_NSM_E_USAGE_SEED_SIZE, 107,                                                                                  \
    "the number of bytes for the kernel's random pool is out of range", "seed with 1 to NATT_NSM_MAX_SEED bytes")     \
  X(NATT_NSM_E_REQUEST_SIZE, 110,                                                                                     \
    "the request is empty or longer than 4096 bytes", "shorten its data; required_len is the request's length")       \
  /* the NSM replied, but the caller's buffer is too small */                                                         \
  X(NATT_NSM_E_BUFFER_TOO_SMALL, 120,                                                                                 \
    "the output buffer is too small", "give required_len bytes; NATT_NSM_MAX_RESPONSE is always enough")              \
  /* between client and NSM; see errno_value */                                                                       \
  X(NATT_NSM_E_OPEN, 200,                                                                                             \
    "the NSM cannot be opened",                                                                                       \
    "inside an enclave the device is /dev/nsm; outside, run the program under nitro-attest emulate")                  \
  X(NATT_NSM_E_TRANSPORT, 201,                                                                                        \
    "the request could not be delivered, or no reply arrived",                                                        \
    "check errno_value; whether the request took effect is not known")                                                \
  X(NATT_NSM_E_TIMEOUT, 202,                                                                                          \
    "no reply arrived before the deadline",                                                                           \
    "the request may still take effect; read the PCR before extending it again")                                      \
  X(NATT_NSM_E_BUSY, 203,                                                                                             \
    "earlier requests kept the session busy until the deadline", "nothing was sent: try again")                       \
  X(NATT_NSM_E_THREAD, 204,                                                                                           \
    "the session's thread cannot be started", "check errno_value, and raise the limit on memory or on threads")       \
  /* the NSM replied with an error; see device_error */                                                               \
  X(NATT_NSM_E_DEVICE, 300,                                                                                           \
    "the NSM refused the request", "check device_error, the error that the NSM returned")                             \
  /* the NSM replied, but not as its specification requires */                                                        \
  X(NATT_NSM_E_RESPONSE_SIZE, 400,                                                                                    \
    "the response is longer than its buffer", "check the transport and the device: one of them is broken")            \
  X(NATT_NSM_E_RESPONSE_CBOR, 401,                                                                                    \
    "the response is not strict CBOR", "check the transport and the device: one of them is broken")                   \
  X(NATT_NSM_E_RESPONSE_TYPE, 402,                                                                                    \
    "a value of the response has the wrong type", "check the transport and the device: one of them is broken")        \
  X(NATT_NSM_E_RESPONSE_VARIANT, 403,                                                                                 \
    "the response belongs to a different request", "check the transport and the device: one of them is broken")       \
  X(NATT_NSM_E_RESPONSE_MISSING, 404,                                                                                 \
    "a field of the response is missing", "check the transport and the device: one of them is broken")                \
  X(NATT_NSM_E_RESPONSE_DUPLICATE, 405,                                                                               \
    "a field of the response appears twice", "check the transport and the device: one of them is broken")             \
  X(NATT_NSM_E_RESPONSE_UNKNOWN, 406,                                                                                 \
    "the response has too many unknown fields", "update: the device is newer than this library")                      \
  X(NATT_NSM_E_RESPONSE_VALUE, 407,                                                                                   \
    "a value of the response is out of range or has the wrong size",                                                  \
    "check the transport and the device: one of them is broken")                                                      \
  /* random bytes */                                                                                                  \
  X(NATT_NSM_E_ENTROPY_SHORT, 500,                                                                                    \
    "the NSM returned too few random bytes to check", "do not use this device's random bytes")                        \
  X(NATT_NSM_E_ENTROPY_ZERO, 501,                                                                                     \
    "the NSM's random bytes are all zero", "do not use this device's random bytes")                                   \
  X(NATT_NSM_E_ENTROPY_EQUAL, 502,                                                                                    \
    "the NSM's random bytes are all equal", "do not use this device's random bytes")                                  \
  X(NATT_NSM_E_ENTROPY_REPEATED, 503,                                                                                 \
    "the NSM returned the same random bytes twice", "do not use this device's random bytes")                          \
  /* seeding the kernel */                                                                                            \
  X(NATT_NSM_E_SEED_OPEN, 510,                                                                                        \
    "the kernel's random device cannot be opened", "check errno_value; /dev/random must exist")                       \
  X(NATT_NSM_E_SEED_PRIVILEGE, 511,                                                                                   \
    "seeding the kernel needs a privilege that this process lacks", "run as root or with CAP_SYS_ADMIN")              \
  X(NATT_NSM_E_SEED, 512,                                                                                             \
    "the kernel did not accept the seed", "check errno_value; the path must name a random device")                    \
  X(NATT_NSM_E_SEED_NOT_READY, 513,                                                                                   \
    "the kernel accepted the seed, but its random numbers are still not ready", "seed with at least 32 bytes")
/* gen-rules: end */

/* Number, enumerator and the name on the wire. The numbers up to 8 are those of AWS's library. */
/* gen-rules: device */
#define NATT_NSM_DEVICE_LIST(X)                                                                                       \
  X(NATT_NSM_DEVICE_NONE, 0, "")                                                                                      \
  X(NATT_NSM_DEVICE_INVALID_ARGUMENT, 1, "InvalidArgument")                                                           \
  X(NATT_NSM_DEVICE_INVALID_INDEX, 2, "InvalidIndex")                                                                 \
  X(NATT_NSM_DEVICE_INVALID_RESPONSE, 3, "InvalidResponse")                                                           \
  X(NATT_NSM_DEVICE_READ_ONLY_INDEX, 4, "ReadOnlyIndex")                                                              \
  X(NATT_NSM_DEVICE_INVALID_OPERATION, 5, "InvalidOperation")                                                         \
  X(NATT_NSM_DEVICE_BUFFER_TOO_SMALL, 6, "BufferTooSmall")                                                            \
  X(NATT_NSM_DEVICE_INPUT_TOO_LARGE, 7, "InputTooLarge")                                                              \
  X(NATT_NSM_DEVICE_INTERNAL_ERROR, 8, "InternalError")
/* gen-rules: end */
/* clang-format on */

#define NATT_NSM_CODE_ENUMERATOR(name, number, text, remedy) name = number,
typedef enum natt_nsm_code { NATT_NSM_CODE_LIST(NATT_NSM_CODE_ENUMERATOR) } natt_nsm_code;
#undef NATT_NSM_CODE_ENUMERATOR

#define NATT_NSM_DEVICE_ENUMERATOR(name, number, wire) name = number,
typedef enum natt_nsm_device_error {
    NATT_NSM_DEVICE_LIST(NATT_NSM_DEVICE_ENUMERATOR) NATT_NSM_DEVICE_OTHER = 255 /* a name this library does not know */
} natt_nsm_device_error;
#undef NATT_NSM_DEVICE_ENUMERATOR

#endif
