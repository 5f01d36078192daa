/* The headers of the NSM client and of libnsm compile alone as C99, and their initialisers are complete. */
#include <nitro_attest/eif.h>
#include <nitro_attest/fuse_device.h>
#include <nitro_attest/kms_client.h>
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
    natt_kms_client_options kms_options = NATT_KMS_CLIENT_OPTIONS_INIT;
    natt_kms_client_decrypt_request decrypt = NATT_KMS_CLIENT_DECRYPT_REQUEST_INIT;
    natt_kms_client_data_key_request data_key = NATT_KMS_CLIENT_DATA_KEY_REQUEST_INIT;
    natt_kms_client_key_pair_request key_pair = NATT_KMS_CLIENT_KEY_PAIR_REQUEST_INIT;
    natt_kms_client_random_request random = NATT_KMS_CLIENT_RANDOM_REQUEST_INIT;
    natt_kms_client_derive_request derive = NATT_KMS_CLIENT_DERIVE_REQUEST_INIT;
    natt_kms_client_encrypt_request encrypt = NATT_KMS_CLIENT_ENCRYPT_REQUEST_INIT;
    bool kms = kms_options.struct_size == sizeof kms_options && kms_options.credentials.descriptor == -1 &&
               kms_options.max_attempts == 3 && decrypt.struct_size == sizeof decrypt &&
               data_key.struct_size == sizeof data_key && key_pair.struct_size == sizeof key_pair &&
               random.struct_size == sizeof random && derive.struct_size == sizeof derive &&
               encrypt.struct_size == sizeof encrypt && encrypt.context.count == 0;
    options.path = "/nonexistent";
    bool ok = natt_nsm_open(&session, &options, &err);
    return ok || err.code != NATT_NSM_E_OPEN || description.struct_size != sizeof description || seed.len == 0 ||
           fields.struct_size != sizeof fields || attestation.struct_size != sizeof attestation ||
           seal_options.struct_size != sizeof seal_options || sizeof(NsmDescription) != 252 || !kms;
}
