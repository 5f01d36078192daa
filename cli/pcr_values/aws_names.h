/*
 * Names that a PCR hashes: the ARN of an IAM role (PCR3) and an EC2 instance id (PCR4). One wrong character changes the
 * hash without a visible sign, so only the forms that AWS uses are accepted.
 */
#ifndef NATT_CLI_AWS_NAMES_H
#define NATT_CLI_AWS_NAMES_H

#include "cli/frame/error.h"

/* arn:PARTITION:iam::ACCOUNT:role/[PATH/]NAME [IAM API reference, Role]. The error names the wrong part. */
bool natt_cli_role_arn_check(const char *arn, natt_cli_error *err);

/* i- and 8 or 17 lower-case hexadecimal digits [EC2 user guide, resource IDs]. */
bool natt_cli_instance_id_check(const char *id, natt_cli_error *err);

#endif
