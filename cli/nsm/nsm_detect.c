/*
 * nitro-attest nsm detect: reports whether an NSM replies, and whether its random bytes can be used.
 */
#include <string.h>

#include <mbedtls/platform_util.h>

#include "cli/nsm/nsm_commands.h"
#include "cli/nsm/nsm_session.h"

#define SAMPLE           32   /* bytes of each of the two requests that are compared */
#define ENTROPY_MAX_WAIT "5s" /* an NSM replies within milliseconds; a readiness check must end */

typedef struct detect_args {
    natt_cli_nsm_place place;
    bool json, entropy;
} detect_args;

typedef struct finding {
    bool present, asked, entropy; /* entropy: the random bytes can be used; only with --entropy */
    natt_nsm_description description;
    natt_cli_error err; /* why there is no NSM or no entropy */
} finding;

/* From at least two requests; the session refuses replies that are short, constant, or end like the previous one. */
static bool check_entropy(natt_cli_nsm_session *nsm, natt_cli_error *err)
{
    uint8_t first[SAMPLE], second[SAMPLE];
    natt_nsm_error e;
    bool good = (natt_nsm_random(&nsm->session, first, sizeof first, &e) &&
                 natt_nsm_random(&nsm->session, second, sizeof second, &e)) ||
                natt_cli_nsm_fail(err, nsm, &e, NATT_NSM_GET_RANDOM);
    if (good && memcmp(first, second, SAMPLE) == 0)
        good = natt_cli_fail(err, NATT_CLI_IO, "", "GetRandom: %s (%s)",
                             natt_nsm_code_message(NATT_NSM_E_ENTROPY_REPEATED),
                             natt_nsm_code_name(NATT_NSM_E_ENTROPY_REPEATED));
    mbedtls_platform_zeroize(first, sizeof first);
    mbedtls_platform_zeroize(second, sizeof second);
    return good;
}

/* Only a reply shows that it is an NSM; any file can have that name. */
static void look(finding *f, const natt_cli_nsm_place *place)
{
    natt_cli_nsm_session nsm;
    natt_nsm_error e;
    if (!natt_cli_nsm_open(&nsm, place, &f->err))
        return;
    f->present = natt_nsm_describe(&nsm.session, &f->description, &e) ||
                 natt_cli_nsm_fail(&f->err, &nsm, &e, NATT_NSM_DESCRIBE_NSM);
    f->entropy = f->present && f->asked && check_entropy(&nsm, &f->err);
    natt_cli_nsm_close(&nsm);
}

static bool is_whole(const finding *f)
{
    return f->present && (f->entropy || !f->asked);
}

static void report(const finding *f, bool json)
{
    natt_cli_report r;
    natt_cli_report_start(&r, json);
    natt_cli_put_line(&r, "present",
                      natt_cli_in(f->present ? "NSM present: " : "no NSM: ", natt_cli_as_bool(f->present)));
    natt_cli_put_more(&r, NATT_CLI_TEXT_ONLY, natt_cli_as_word(f->present ? f->description.module_id : f->err.what));
    natt_cli_put_line(&r, "entropy",
                      f->present && f->asked ? natt_cli_in("random bytes: ", natt_cli_as_bool(f->entropy))
                                             : natt_cli_absent(NULL));
    natt_cli_put_more(&r, NATT_CLI_TEXT_ONLY, natt_cli_as_word(f->entropy ? "good" : f->err.what));
    r.json_only = true;
    natt_cli_put(&r, "reason", "", natt_cli_as_word(is_whole(f) ? NULL : f->err.what));
    if (f->present) {
        natt_cli_put_object(&r, "nsm");
        natt_cli_put_nsm_description(&r, &f->description);
        natt_cli_put_end(&r);
    } else {
        natt_cli_put(&r, "nsm", "", natt_cli_absent(NULL));
    }
    natt_cli_report_end(&r);
}

static int detect(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const detect_args *a = given;
    finding f = {.asked = a->entropy, .description = NATT_NSM_DESCRIPTION_INIT};
    natt_cli_nsm_place place = a->place;
    (void)operands;
    (void)err;
    if (a->entropy && place.deadline == NULL)
        place.deadline = ENTROPY_MAX_WAIT;
    if (!natt_cli_nsm_check_place(&place, &f.err))
        return natt_cli_error_print(&f.err, "nsm detect");
    look(&f, &place);
    if (!f.present && f.err.exit_code == NATT_CLI_USAGE)
        return natt_cli_error_print(&f.err, "nsm detect");
    report(&f, a->json);
    if (!f.present)
        return NATT_CLI_REFUSED;
    return is_whole(&f) ? NATT_CLI_OK : NATT_CLI_IO;
}

int natt_cli_nsm_detect(int argc, char **argv)
{
    static const natt_cli_option options[] = {
        {"Checks", NULL, NATT_CLI_FLAG, 0, NULL},
        {"entropy", NULL, NATT_CLI_FLAG, offsetof(detect_args, entropy),
         "also check its random bytes: two requests, at most 5s each"},
        NATT_CLI_NSM_PLACE_OPTIONS,
        {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
        {"json", NULL, NATT_CLI_FLAG, offsetof(detect_args, json), "JSON instead of text"},
    };
    static const natt_cli_spec spec = {
        "nsm detect", "nsm detect [OPTIONS]",
        "Reports whether an NSM replies, as in an enclave, and with --entropy whether it is ready for use. A software "
        "NSM\nreplies too: only a verified document shows that this is an enclave.\n"
        "Exit codes: 0 yes, 1 no NSM, 2 usage error, 3 an NSM without usable random bytes (--entropy)\n",
        NATT_CLI_TABLE(options)};
    detect_args args = {0};
    return natt_cli_command_exit(&spec, &args, detect, argc, argv);
}
