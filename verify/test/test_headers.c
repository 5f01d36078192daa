/* The public headers compile as C99 on their own, and their initializers are complete. */
#include <nitro_attest/attest.h>

int main(void)
{
    natt_options options = NATT_OPTIONS_INIT;
    natt_verified verified = NATT_VERIFIED_INIT;
    natt_policy policy = NATT_POLICY_INIT;
    natt_error err;
    bool ok = natt_verify(&verified, natt_root_aws(), &options, NULL, &err);
    return ok || err.code != NATT_E_USAGE_ROOTS || policy.struct_size != sizeof policy;
}
