/*
 * Every code of the emulator's library: C enumerator, number, what `index` counts, text, remedy. The enumerator's text
 * is the code's name everywhere. Numbers are never reused. tools/gen-rules writes the list from docs/rules.toml.
 */
#ifndef NITRO_ATTEST_EMULATOR_CODES_H
#define NITRO_ATTEST_EMULATOR_CODES_H

/* clang-format off */
/* gen-rules: emulator */
#define NATT_EMULATOR_CODE_LIST(X)                                                                                    \
  X(NATT_EMULATOR_OK, 0, "",                                                                                          \
    "no error", "nothing to do")                                                                                      \
  /* usage: nothing was made */                                                                                       \
  X(NATT_EMULATOR_E_USAGE_ARGUMENT, 100, "",                                                                          \
    "a required argument is missing", "pass non-NULL pointers, and no length or count without what it counts")        \
  X(NATT_EMULATOR_E_USAGE_STRUCT_SIZE, 101, "",                                                                       \
    "struct_size does not match this library",                                                                        \
    "start from the *_INIT macro of the header that belongs to this library")                                         \
  X(NATT_EMULATOR_E_USAGE_KIND, 102, "",                                                                              \
    "kind is neither enclave nor NitroTPM, or does not support the request",                                          \
    "use NATT_KIND_ENCLAVE or NATT_KIND_NITROTPM; only enclaves have a debug mode")                                   \
  X(NATT_EMULATOR_E_USAGE_NOW, 103, "",                                                                               \
    "the time is outside the range in which certificates can be made",                                                \
    "give milliseconds since 1970, in the years 2001 to 9899")                                                        \
  X(NATT_EMULATOR_E_USAGE_OPTION, 104, "",                                                                            \
    "an option has an invalid value", "see the header for the values of this option")                                 \
  X(NATT_EMULATOR_E_USAGE_PCR, 105, "PCR entry",                                                                      \
    "a PCR has an invalid index or value",                                                                            \
    "give at least one PCR, with an index from 0 to 31 (NitroTPM: 23) and a value of 48 bytes")                       \
  X(NATT_EMULATOR_E_USAGE_FAULT, 106, "fault",                                                                        \
    "a fault has an invalid value", "fill it in with natt_fault_parse")                                               \
  X(NATT_EMULATOR_E_USAGE_FAULT_TEXT, 107, "fault",                                                                   \
    "the text does not describe a fault", "see fault.h for the requests, actions and conditions")                     \
  X(NATT_EMULATOR_E_USAGE_PLAN, 108, "",                                                                              \
    "an edit of the plan is invalid", "correct the edit, and start from a new plan")                                  \
  X(NATT_EMULATOR_E_USAGE_ORDER, 109, "",                                                                             \
    "the image was already finished", "use a new reader for each image, and pass all pieces before finishing")        \
  /* the output is complete, but the caller's buffer is too small */                                                  \
  X(NATT_EMULATOR_E_BUFFER_TOO_SMALL, 120, "",                                                                        \
    "the output buffer is too small", "give required_len bytes")                                                      \
  /* the system */                                                                                                    \
  X(NATT_EMULATOR_E_MEMORY, 200, "",                                                                                  \
    "out of memory", "free memory, and try again")                                                                    \
  X(NATT_EMULATOR_E_RANDOM, 201, "",                                                                                  \
    "the system returned no random bytes", "make getrandom or /dev/urandom available, or use a seed")                 \
  X(NATT_EMULATOR_E_CRYPTO, 202, "",                                                                                  \
    "mbedTLS failed", "please report it")                                                                             \
  /* permanent keys; errno_value where a system call failed */                                                        \
  X(NATT_EMULATOR_E_PKI_ACCESS, 210, "",                                                                              \
    "the directory of the PKI, or a file in it, cannot be created or opened",                                         \
    "name a directory that you can create, read and write")                                                           \
  X(NATT_EMULATOR_E_PKI_EXISTS, 211, "",                                                                              \
    "the directory already has a PKI", "use that PKI, or choose a different directory; nothing was changed")          \
  X(NATT_EMULATOR_E_PKI_UNSAFE, 212, "",                                                                              \
    "another user could replace the root of the PKI",                                                                 \
    "name a directory that only you can write to, below directories that only you or root can change")                \
  X(NATT_EMULATOR_E_PKI_FILE, 213, "",                                                                                \
    "seed or root.pem was not made by natt_emulator_pki_init", "name a directory that natt_emulator_pki_init made")   \
  /* the socket; errno_value where a system call failed */                                                            \
  X(NATT_EMULATOR_E_SOCKET_PATH, 220, "",                                                                             \
    "the socket's path is empty or longer than 107 bytes", "choose a shorter path")                                   \
  X(NATT_EMULATOR_E_SOCKET_TAKEN, 221, "",                                                                            \
    "the socket's path is in use", "stop the program that listens there, or choose another path")                     \
  X(NATT_EMULATOR_E_SOCKET, 222, "",                                                                                  \
    "the socket cannot be created or served", "check the permissions of its directory, and the limit of open files")  \
  /* enclave images; offset is in the image */                                                                        \
  X(NATT_EMULATOR_E_EIF_NOT_AN_IMAGE, 300, "",                                                                        \
    "the file is not an enclave image: it does not begin with .eif",                                                  \
    "give an image that nitro-cli build-enclave made")                                                                \
  X(NATT_EMULATOR_E_EIF_VERSION, 301, "",                                                                             \
    "the format version of the image is not 2, 3 or 4",                                                               \
    "build the image with a current nitro-cli, or use a newer release of this library")                               \
  X(NATT_EMULATOR_E_EIF_INCOMPLETE, 302, "section",                                                                   \
    "truncated image", "pass the whole file that nitro-cli build-enclave wrote")                                      \
  X(NATT_EMULATOR_E_EIF_FORMAT, 303, "section",                                                                       \
    "the image does not follow its format", "build it with nitro-cli build-enclave")                                  \
  X(NATT_EMULATOR_E_EIF_DAMAGED, 304, "",                                                                             \
    "the image is damaged: its CRC-32 does not match its content", "copy it again, or build it again")                \
  X(NATT_EMULATOR_E_EIF_SIGNATURE, 305, "section",                                                                    \
    "the signature of the image is not valid", "sign the image again with nitro-cli sign-eif")
/* gen-rules: end */
/* clang-format on */

#define NATT_EMULATOR_CODE_ENUMERATOR(name, number, index, text, remedy) name = number,
typedef enum natt_emulator_code { NATT_EMULATOR_CODE_LIST(NATT_EMULATOR_CODE_ENUMERATOR) } natt_emulator_code;
#undef NATT_EMULATOR_CODE_ENUMERATOR

#endif
