/* See pin_files.h. */
#include "cli/pcr_values/pin_files.h"

#include <string.h>

#include "cli/frame/file.h"
#include "cli/pcr_values/image.h"
#include "cli/pcr_values/measurements.h"

static bool pin(natt_cli_pins *pins, uint32_t index, const uint8_t value[NATT_PCR_LEN], const char *source,
                natt_cli_error *err)
{
    if (pins->source[index] != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give each PCR once", "PCR%u is given by %s and by %s",
                             (unsigned)index, pins->source[index], source);
    pins->source[index] = source;
    memcpy(pins->value[index], value, NATT_PCR_LEN);
    return true;
}

static bool pin_set(natt_cli_pins *pins, const natt_cli_set *set, natt_cli_error *err)
{
    for (size_t i = 0; i < set->count; i++)
        if (!pin(pins, set->pcrs[i].index, set->pcrs[i].value, "--measurements", err))
            return false;
    return true;
}

bool natt_cli_pin_measurements(natt_cli_pins *pins, const char *path, natt_cli_error *err)
{
    natt_cli_policy policy = {0};
    natt_cli_buf file = {NULL, 0};
    bool done = natt_cli_file_read(&file, path, err) &&
                (natt_cli_measurements_parse(&policy, natt_cli_buf_view(&file), path, err) ||
                 natt_cli_fail_in(err, "%.300s", path)) &&
                pin_set(pins, &policy.sets[0], err);
    natt_cli_buf_free(&file);
    natt_cli_policy_free(&policy);
    return done;
}

bool natt_cli_pin_measured(natt_cli_pins *pins, const natt_eif_measurements *m, natt_cli_error *err)
{
    return pin(pins, 0, m->pcr0, "the image", err) && pin(pins, 1, m->pcr1, "the image", err) &&
           pin(pins, 2, m->pcr2, "the image", err) && (!m->has_signature || pin(pins, 8, m->pcr8, "the image", err));
}

bool natt_cli_pin_image(natt_cli_pins *pins, const char *path, natt_cli_error *err)
{
    natt_cli_image image;
    natt_eif_measurements m;
    bool done = natt_cli_image_open(&image, path, err) && natt_cli_image_measure(&m, &image, path, err) &&
                natt_cli_pin_measured(pins, &m, err);
    natt_cli_image_close(&image);
    return done;
}
