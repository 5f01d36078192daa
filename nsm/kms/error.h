/*
 * Errors of the KMS client: filled in once, where they happen. Each function fills *err, which may be NULL. Those that
 * fail return false; a message of NULL is the code's own. http_status, request_id and attempts are kept.
 */
#ifndef NATT_NSM_KMS_ERROR_H
#define NATT_NSM_KMS_ERROR_H

#include "nitro_attest/kms_client.h"

void natt_kms_client_no_error(natt_kms_client_error *err);
bool natt_kms_client_fail(natt_kms_client_error *err, natt_kms_client_code code, const char *message);
bool natt_kms_client_fail_errno(natt_kms_client_error *err, natt_kms_client_code code, int errno_value,
                                const char *message);
bool natt_kms_client_fail_required(natt_kms_client_error *err, size_t required_len);
bool natt_kms_client_fail_tls(natt_kms_client_error *err, natt_kms_client_code code, int tls_code, const char *message);
bool natt_kms_client_fail_recipient(natt_kms_client_error *err, const natt_recipient_error *recipient);
/*
 * A reply of KMS: its name determines the code. The texts come from the server, and are made printable here.
 * shown_name  the name without secrets (server_text.h)
 */
bool natt_kms_client_fail_kms(natt_kms_client_error *err, natt_bytes kms_name, natt_bytes shown_name,
                              natt_bytes message);

/* Copies at most capacity - 1 characters of a server's text: printable ASCII, "?" for every other byte, and a NUL. */
void natt_kms_client_printable(char *out, size_t capacity, natt_bytes text);

#endif
