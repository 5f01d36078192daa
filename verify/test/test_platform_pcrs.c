/* PCR values that every instance has: each is derived here from the events that produce it. R-USAGE-18. */
#include "nitro_attest/policy.h"
#include "verify/crypto/crypto.h"
#include "verify/rules/platform_pcrs.h"
#include "verify/test/support.h"

static void hash(uint8_t out[48], const void *bytes, size_t len)
{
    natt_bytes part = {bytes, len};
    cr_assert(natt_crypto_default()->sha384(out, &part, 1));
}

/* TPM2_PCR_Extend: the PCR becomes SHA-384(PCR || SHA-384(event)). */
static void extend(uint8_t pcr[48], const void *event, size_t len)
{
    uint8_t both[96];
    memcpy(both, pcr, 48);
    hash(both + 48, event, len);
    hash(pcr, both, sizeof both);
}

static void separator(uint8_t pcr[48])
{
    extend(pcr, "\0\0\0\0", 4); /* EV_SEPARATOR [PFP 10.4.5] */
}

/* EV_EFI_VARIABLE_DRIVER_CONFIG: UEFI_VARIABLE_DATA of one variable [PFP 10.2.6]. */
static void variable(uint8_t pcr[48], const uint8_t guid[16], const char *name, const void *data, size_t len)
{
    uint8_t event[64] = {0};
    size_t count = strlen(name), at = 32;
    memcpy(event, guid, 16);
    event[16] = (uint8_t)count;
    event[24] = (uint8_t)len;
    for (size_t i = 0; i < count; i++, at += 2)
        event[at] = (uint8_t)name[i];
    if (len > 0)
        memcpy(event + at, data, len);
    extend(pcr, event, at + len);
}

/* PCR7 without a key: its value when Secure Boot is off [PFP 3.3.4.8]. */
static void pcr7(uint8_t pcr[48], size_t secure_boot_len)
{
    static const uint8_t global[16] = {0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11,
                                       0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c};
    static const uint8_t image_security[16] = {0xcb, 0xb2, 0x19, 0xd7, 0x3a, 0x3d, 0x96, 0x45,
                                               0xa3, 0xbc, 0xda, 0xd0, 0x0e, 0x67, 0x65, 0x6f};
    variable(pcr, global, "SecureBoot", "\0", secure_boot_len);
    variable(pcr, global, "PK", "", 0);
    variable(pcr, global, "KEK", "", 0);
    variable(pcr, image_security, "db", "", 0);
    variable(pcr, image_security, "dbx", "", 0);
    separator(pcr);
}

#define CONSTANTS 10
static uint8_t constants[CONSTANTS][48];
static const char *const names[CONSTANTS] = {
    "zero",           "ones",      "SHA-384 of nothing", "extended by nothing", "extended by zeros",
    "no application", "separator", "no boot option",     "Secure Boot off",     "no Secure Boot"};

static void derive(void)
{
    static const uint8_t zeros[96];
    memset(constants, 0, sizeof constants);
    memset(constants[1], 0xff, 48);
    hash(constants[2], "", 0);
    hash(constants[3], zeros, 48);
    hash(constants[4], zeros, 96);
    extend(constants[5], "", 0);
    separator(constants[6]);
    extend(constants[7], "Calling EFI Application from Boot Option", 40);
    separator(constants[7]);
    pcr7(constants[8], 1);
    pcr7(constants[9], 0);
}

TestSuite(platform_pcrs, .init = derive);

Test(platform_pcrs, constant_when_derived_from_its_events)
{
    for (size_t i = 0; i < CONSTANTS; i++)
        cr_assert(natt_platform_pcr_is_constant((natt_bytes){constants[i], 48}), "%s", names[i]);
}

Test(platform_pcrs, not_constant_when_one_bit_or_the_length_differs)
{
    for (size_t i = 0; i < CONSTANTS; i++) {
        for (size_t bit = 0; bit < 8 * 48; bit++) {
            constants[i][bit / 8] ^= (uint8_t)(1 << bit % 8);
            cr_assert_not(natt_platform_pcr_is_constant((natt_bytes){constants[i], 48}), "%s, bit %zu", names[i], bit);
            constants[i][bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        cr_assert_not(natt_platform_pcr_is_constant((natt_bytes){constants[i], 47}), "%s", names[i]);
    }
}

static bool validate(natt_kind kind, const natt_pcr_value *pcrs, size_t count)
{
    natt_pcr_set set = {NULL, pcrs, count};
    natt_policy policy = NATT_POLICY_INIT;
    natt_error err;
    policy.sets = &set;
    policy.set_count = 1;
    bool ok = natt_policy_validate(&policy, kind, &err);
    cr_assert_eq(err.code, ok ? NATT_OK : NATT_E_USAGE_POLICY_WEAK);
    return ok;
}

/* With the constant instead of `replaced`, the set is weak; with any other value, it is strong. */
static void assert_needed(natt_kind kind, const uint32_t *indices, size_t count, size_t replaced)
{
    static const uint8_t image[48] = {1};
    for (size_t i = 0; i < CONSTANTS; i++) {
        natt_pcr_value pcrs[3];
        for (size_t n = 0; n < count; n++)
            pcrs[n] = (natt_pcr_value){indices[n], {image, 48}};
        pcrs[count] = (natt_pcr_value){indices[replaced], {constants[i], 48}};
        cr_assert(validate(kind, pcrs, count), "%s", names[i]);
        cr_assert_not(validate(kind, pcrs, count + 1), "%s as an alternative of PCR%u", names[i],
                      (unsigned)indices[replaced]);
        pcrs[replaced] = pcrs[count];
        cr_assert_not(validate(kind, pcrs, count), "%s as PCR%u", names[i], (unsigned)indices[replaced]);
    }
}

Test(platform_pcrs, weak_refused_when_a_constant_is_the_identity)
{
    static const uint32_t pcr0[] = {0}, pcr8[] = {8}, boot_and_application[] = {1, 2}, pcr7[] = {7}, pcr4[] = {4, 12};
    assert_needed(NATT_KIND_ENCLAVE, pcr0, 1, 0);
    assert_needed(NATT_KIND_ENCLAVE, pcr8, 1, 0);
    assert_needed(NATT_KIND_ENCLAVE, boot_and_application, 2, 0);
    assert_needed(NATT_KIND_ENCLAVE, boot_and_application, 2, 1);
    assert_needed(NATT_KIND_NITROTPM, pcr7, 1, 0);
    assert_needed(NATT_KIND_NITROTPM, pcr4, 2, 0);
}

/* The measurements of NitroTPM tools 1.0.0 are PCR4 and PCR7; PCR12 makes them strong, even if it is zero. */
Test(platform_pcrs, pcr7_of_secure_boot_off_adds_nothing_to_pcr4)
{
    static const uint8_t image[48] = {1};
    natt_pcr_value pcrs[] = {{4, {image, 48}}, {7, {constants[8], 48}}, {12, {constants[0], 48}}};
    cr_assert_not(validate(NATT_KIND_NITROTPM, pcrs, 2));
    cr_assert(validate(NATT_KIND_NITROTPM, pcrs, 3));
    pcrs[1].value.ptr = image;
    cr_assert(validate(NATT_KIND_NITROTPM, pcrs, 2));
}
