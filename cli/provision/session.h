/* One session of nitro-attest provision: the library's parameters, from the command line and from files. */
#ifndef NATT_CLI_PROVISION_SESSION_H
#define NATT_CLI_PROVISION_SESSION_H

#include "cli/frame/clock.h"
#include "cli/nsm/nsm_session.h"
#include "cli/provision/provision_request.h"
#include "nsm/provision/provision.h"

#define NATT_CLI_PROVISION_PIN 256 /* buffer size; the library refuses more than 64 bytes */

typedef struct natt_cli_provision_session {
    const natt_cli_provision_request *request;
    natt_provision_options options;
    natt_cli_nsm_session nsm;
    bool nsm_is_open;
    char address[NATT_CLI_KMS_ADDRESS];
    natt_cli_buf roots;
    char *pin; /* NATT_CLI_PROVISION_PIN bytes of locked memory */
} natt_cli_provision_session;

/*
 * Checks everything that needs neither a file nor the NSM. End it with natt_cli_provision_session_end even if this
 * fails. with_kms: the commands that use KMS; `credentials` false: requests contain them
 */
bool natt_cli_provision_session_start(natt_cli_provision_session *s, const natt_cli_provision_request *request,
                                      bool with_kms, bool credentials, natt_cli_error *err);
void natt_cli_provision_session_end(natt_cli_provision_session *s);

/*
 * nitro-attest emulate reads the memory of a program that uses its NSM through the device. So if asks_nsm is true and
 * the NSM is the device, the library protects the process only when it has the document. Otherwise this function
 * protects it immediately.
 */
bool natt_cli_provision_protect(const natt_cli_provision_session *s, bool asks_nsm, natt_cli_error *err);

/* Requires --label and --pin-file, and reads the PIN. */
bool natt_cli_provision_read_pin(natt_cli_provision_session *s, natt_cli_error *err);
/* For a new token: the PIN must have at least 8 bytes. The RPC accepts 4, like the genuine server. */
bool natt_cli_provision_read_new_pin(natt_cli_provision_session *s, natt_cli_error *err);
bool natt_cli_provision_read_roots(natt_cli_provision_session *s, natt_cli_error *err);
bool natt_cli_provision_open_nsm(natt_cli_provision_session *s, natt_cli_error *err);
void natt_cli_provision_close_nsm(natt_cli_provision_session *s);

/* Free it with natt_database_free. NULL: *err. */
natt_database *natt_cli_provision_read_database(const natt_cli_provision_request *request, natt_cli_error *err);
natt_database *natt_cli_provision_database(const char *path, const char *key_label, natt_cli_error *err);

/* The library's error: cause, key and certificate, remedy. Always false. */
bool natt_cli_provision_fail(natt_cli_error *err, const natt_provision_error *e,
                             const natt_kms_client_options *options);

/* "token LABEL: ..." and a line end on standard output; the label is untrusted, and escaped. */
void natt_cli_provision_say(const char *label, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "48 h", "47 h 59 min", "2 min 5 s", "25 s": the remaining lifetime of a token, as every command prints it. */
const char *natt_cli_provision_life(char out[NATT_CLI_TIME_LEN], uint64_t seconds);

/* A required option. */
bool natt_cli_provision_given(const char *option, const char *value, natt_cli_error *err);
/* At least a second; *out does not change if the option is absent. */
bool natt_cli_provision_seconds(uint32_t *out, const char *option, const char *text, natt_cli_error *err);

#endif
