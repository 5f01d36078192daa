/* Single PCR values from --pcr and its helpers; see policy_sets.h. */
#include "cli/pcr_values/policy_sets.h"

#include <stdlib.h>
#include <string.h>

#include "cli/certificates/certificate_file.h"
#include "cli/certificates/digest.h"
#include "cli/pcr_values/aws_names.h"

static bool add_source(natt_cli_pins *pins, uint32_t index, const char *source, natt_cli_error *err)
{
    if (pins->source[index] != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give each PCR once; put alternatives into a --policy file",
                             "PCR%u is given by %s and again by %s", (unsigned)index, pins->source[index], source);
    pins->source[index] = source;
    return true;
}

bool natt_cli_pin_option(natt_cli_pins *pins, const char *text, natt_cli_error *err)
{
    char number[3] = "";
    uint32_t index;
    size_t len = strcspn(text, "=");
    if (len < sizeof number && text[len] == '=')
        memcpy(number, text, len);
    if (!natt_cli_pcr_index(&index, number))
        return natt_cli_fail(err, NATT_CLI_USAGE, "write --pcr 0=<96 hexadecimal digits>, with an index from 0 to 31",
                             "\"%.80s\" does not begin with a PCR index and =", text);
    return add_source(pins, index, "--pcr", err) &&
           natt_cli_value_exact(pins->value[index], NATT_PCR_LEN, text + len + 1, err);
}

bool natt_cli_pin_data(natt_cli_pins *pins, uint32_t index, natt_bytes data, const char *source, natt_cli_error *err)
{
    if (!add_source(pins, index, source, err))
        return false;
    uint8_t *extended = natt_cli_alloc(data.len, 1, NATT_PCR_LEN);
    memcpy(extended + NATT_PCR_LEN, data.ptr, data.len);
    bool done = natt_cli_sha384(pins->value[index], (natt_bytes){extended, NATT_PCR_LEN + data.len}, err);
    free(extended);
    return done;
}

bool natt_cli_pin_certificate(natt_cli_pins *pins, natt_bytes der, const char *source, natt_cli_error *err)
{
    uint8_t digest[NATT_PCR_LEN];
    return natt_cli_sha384(digest, der, err) &&
           natt_cli_pin_data(pins, 8, (natt_bytes){digest, sizeof digest}, source, err);
}

static bool pin_certificate_file(natt_cli_pins *pins, const char *path, natt_cli_error *err)
{
    natt_cli_buf der;
    if (!natt_cli_certificate_read(&der, path, err))
        return false;
    bool done = natt_cli_pin_certificate(pins, natt_cli_buf_view(&der), "--signing-cert", err);
    natt_cli_buf_free(&der);
    return done;
}

/* A PCR that hashes a text, which must have a form that AWS uses. */
static bool pin_text(natt_cli_pins *pins, uint32_t index, const char *text,
                     bool (*check)(const char *, natt_cli_error *), const char *source, natt_cli_error *err)
{
    if (!check(text, err))
        return natt_cli_fail_in(err, "%s", source);
    return natt_cli_pin_data(pins, index, (natt_bytes){(const uint8_t *)text, strlen(text)}, source, err);
}

bool natt_cli_pin_helpers(natt_cli_pins *pins, const char *role_arn, const char *instance_id, const char *signing_cert,
                          natt_cli_error *err)
{
    if (role_arn != NULL && !pin_text(pins, 3, role_arn, natt_cli_role_arn_check, "--role-arn", err))
        return false;
    if (instance_id != NULL && !pin_text(pins, 4, instance_id, natt_cli_instance_id_check, "--instance-id", err))
        return false;
    return signing_cert == NULL || pin_certificate_file(pins, signing_cert, err) ||
           natt_cli_fail_in(err, "--signing-cert");
}

static void make_set(natt_cli_policy *policy, const natt_cli_pins *pins)
{
    for (uint32_t i = 0; policy->count == 0 && i < NATT_PCR_COUNT; i++)
        if (pins->source[i] != NULL)
            (void)natt_cli_policy_add(policy, NULL);
}

static bool add_to_set(natt_cli_set *set, size_t number, const natt_cli_pins *pins, uint32_t index, natt_cli_error *err)
{
    if (natt_cli_set_has(set, index))
        return natt_cli_fail(err, NATT_CLI_USAGE, "give each PCR once: in the file or on the command line",
                             "PCR%u is given by %s and again by policy set %zu (%.200s)", (unsigned)index,
                             pins->source[index], number, set->name == NULL ? "unnamed" : set->name);
    natt_cli_set_add(set, index, pins->value[index]);
    return true;
}

bool natt_cli_policy_pin(natt_cli_policy *policy, const natt_cli_pins *pins, natt_cli_error *err)
{
    make_set(policy, pins);
    for (size_t s = 0; s < policy->count; s++)
        for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
            if (pins->source[i] != NULL && !add_to_set(&policy->sets[s], s + 1, pins, i, err))
                return false;
    return true;
}
