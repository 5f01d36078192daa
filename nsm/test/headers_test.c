/* The headers of the NSM client and of libnsm compile as C99 alone, and their initialisers are complete. */
#include <nitro_attest/eif.h>
#include <nitro_attest/fuse_device.h>
#include <nitro_attest/nsm.h>
#include <nitro_attest/nsm_transport.h>
#include <nitro_attest/recipient.h>
#include <nsm.h>

int main(void)
{
    natt_nsm session;
    natt_nsm_error err;
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    natt_nsm_description description = NATT_NSM_DESCRIPTION_INIT;
    natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
    natt_nsm_seed seed = NATT_NSM_SEED_INIT;
    natt_recipient_attestation attestation = NATT_RECIPIENT_ATTESTATION_INIT;
    natt_recipient_seal_options seal_options = NATT_RECIPIENT_SEAL_OPTIONS_INIT;
    options.path = "/nonexistent";
    bool ok = natt_nsm_open(&session, &options, &err);
    return ok || err.code != NATT_NSM_E_OPEN || description.struct_size != sizeof description || seed.len == 0 ||
           fields.struct_size != sizeof fields || attestation.struct_size != sizeof attestation ||
           seal_options.struct_size != sizeof seal_options || sizeof(NsmDescription) != 252;
}
