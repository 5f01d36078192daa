/* The headers of the NSM client and of libnsm compile as C++11. */
#include <nitro_attest/eif.h>
#include <nitro_attest/kms_client.h>
#include <nitro_attest/nsm.h>
#include <nitro_attest/nsm_transport.h>
#include <nsm.h>

int main(void)
{
    natt_nsm session;
    natt_nsm_error err;
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    natt_nsm_description description = NATT_NSM_DESCRIPTION_INIT;
    natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
    natt_nsm_seed seed = NATT_NSM_SEED_INIT;
    natt_kms_client_options kms_options = NATT_KMS_CLIENT_OPTIONS_INIT;
    natt_kms_client_decrypt_request decrypt = NATT_KMS_CLIENT_DECRYPT_REQUEST_INIT;
    options.path = "/nonexistent";
    bool ok = natt_nsm_open(&session, &options, &err);
    return ok || err.code != NATT_NSM_E_OPEN || description.struct_size != sizeof description || seed.len == 0 ||
           fields.struct_size != sizeof fields || sizeof(NsmDescription) != 252 ||
           kms_options.struct_size != sizeof kms_options || decrypt.struct_size != sizeof decrypt;
}
