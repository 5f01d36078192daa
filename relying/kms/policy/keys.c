/*
 * Condition keys. Sources: KMS developer guide, "AWS KMS condition keys", "Condition keys for Nitro Enclaves",
 * "Condition keys for NitroTPM"; IAM user guide, "AWS global condition context keys".
 */
#include "relying/kms/policy/names.h"

#include <stdio.h>
#include <string.h>

#include "nitro_attest/base.h"

static const natt_kms_key keys[] = {
    {NATT_KMS_IMAGE_SHA384, NATT_KMS_KEY_ENCLAVE, false},
    {NATT_KMS_ENCLAVE_PCR, NATT_KMS_KEY_ENCLAVE, false},
    {NATT_KMS_NITROTPM_PCR, NATT_KMS_KEY_NITROTPM, false},
    {NATT_KMS_CONTEXT, NATT_KMS_KEY_CONTEXT, false},
    {NATT_KMS_CONTEXT_KEYS, NATT_KMS_KEY_REQUEST, true},
    {"kms:BypassPolicyLockoutSafetyCheck", NATT_KMS_KEY_REQUEST, false},
    {"kms:CallerAccount", NATT_KMS_KEY_REQUEST, false},
    {"kms:CustomerMasterKeySpec", NATT_KMS_KEY_REQUEST, false},
    {"kms:CustomerMasterKeyUsage", NATT_KMS_KEY_REQUEST, false},
    {"kms:DataKeyPairSpec", NATT_KMS_KEY_REQUEST, false},
    {"kms:EncryptionAlgorithm", NATT_KMS_KEY_REQUEST, false},
    {"kms:KeyAgreementAlgorithm", NATT_KMS_KEY_REQUEST, false},
    {"kms:KeyOrigin", NATT_KMS_KEY_REQUEST, false},
    {"kms:KeySpec", NATT_KMS_KEY_REQUEST, false},
    {"kms:KeyUsage", NATT_KMS_KEY_REQUEST, false},
    {"kms:MultiRegion", NATT_KMS_KEY_REQUEST, false},
    {"kms:RequestAlias", NATT_KMS_KEY_REQUEST, false},
    {"kms:ResourceAliases", NATT_KMS_KEY_REQUEST, true},
    {"kms:ScheduleKeyDeletionPendingWindowInDays", NATT_KMS_KEY_REQUEST, false},
    {"aws:PrincipalAccount", NATT_KMS_KEY_REQUEST, false},
    {"aws:PrincipalArn", NATT_KMS_KEY_REQUEST, false},
    {"aws:PrincipalIsAWSService", NATT_KMS_KEY_REQUEST, false},
    {"aws:PrincipalType", NATT_KMS_KEY_REQUEST, false},
    {"aws:RequestedRegion", NATT_KMS_KEY_REQUEST, false},
    {"aws:ResourceAccount", NATT_KMS_KEY_REQUEST, false},
    {"aws:SecureTransport", NATT_KMS_KEY_REQUEST, false},
    {"aws:username", NATT_KMS_KEY_REQUEST, false},
    {"aws:ViaAWSService", NATT_KMS_KEY_REQUEST, false},
    /* of requests by AWS services for a principal, of grants, and of unsupported operations */
    {"aws:CalledVia", NATT_KMS_KEY_ABSENT, true},
    {"aws:CalledViaFirst", NATT_KMS_KEY_ABSENT, false},
    {"aws:CalledViaLast", NATT_KMS_KEY_ABSENT, false},
    {"aws:SourceAccount", NATT_KMS_KEY_ABSENT, false},
    {"aws:SourceArn", NATT_KMS_KEY_ABSENT, false},
    {"aws:SourceOrgID", NATT_KMS_KEY_ABSENT, false},
    {"kms:ExpirationModel", NATT_KMS_KEY_ABSENT, false},
    {"kms:GrantConstraintType", NATT_KMS_KEY_ABSENT, false},
    {"kms:GranteePrincipal", NATT_KMS_KEY_ABSENT, false},
    {"kms:GrantIsForAWSResource", NATT_KMS_KEY_ABSENT, false},
    {"kms:GrantOperations", NATT_KMS_KEY_ABSENT, true},
    {"kms:MacAlgorithm", NATT_KMS_KEY_ABSENT, false},
    {"kms:MessageType", NATT_KMS_KEY_ABSENT, false},
    {"kms:MultiRegionKeyType", NATT_KMS_KEY_ABSENT, false},
    {"kms:PrimaryRegion", NATT_KMS_KEY_ABSENT, false},
    {"kms:ReEncryptOnSameKey", NATT_KMS_KEY_ABSENT, false},
    {"kms:ReplicaRegion", NATT_KMS_KEY_ABSENT, false},
    {"kms:RetiringPrincipal", NATT_KMS_KEY_ABSENT, false},
    {"kms:RotationPeriodInDays", NATT_KMS_KEY_ABSENT, false},
    {"kms:SigningAlgorithm", NATT_KMS_KEY_ABSENT, false},
    {"kms:ValidTo", NATT_KMS_KEY_ABSENT, false},
    {"kms:ViaService", NATT_KMS_KEY_ABSENT, false},
    {"kms:WrappingAlgorithm", NATT_KMS_KEY_ABSENT, false},
    {"kms:WrappingKeySpec", NATT_KMS_KEY_ABSENT, false},
    /* of an identity, a network or a session, which this KMS does not know */
    {"aws:AssumedRoot", NATT_KMS_KEY_REFUSED, false},
    {"aws:CurrentTime", NATT_KMS_KEY_REFUSED, false},
    {"aws:Ec2InstanceSourcePrivateIPv4", NATT_KMS_KEY_REFUSED, false},
    {"aws:Ec2InstanceSourceVpc", NATT_KMS_KEY_REFUSED, false},
    {"aws:EpochTime", NATT_KMS_KEY_REFUSED, false},
    {"aws:FederatedProvider", NATT_KMS_KEY_REFUSED, false},
    {"aws:MultiFactorAuthAge", NATT_KMS_KEY_REFUSED, false},
    {"aws:MultiFactorAuthPresent", NATT_KMS_KEY_REFUSED, false},
    {"aws:PrincipalOrgID", NATT_KMS_KEY_REFUSED, false},
    {"aws:PrincipalOrgPaths", NATT_KMS_KEY_REFUSED, true},
    {"aws:PrincipalServiceName", NATT_KMS_KEY_ABSENT, false},
    {"aws:PrincipalServiceNamesList", NATT_KMS_KEY_ABSENT, true},
    {"aws:PrincipalTag/", NATT_KMS_KEY_REFUSED, false},
    {"aws:referer", NATT_KMS_KEY_REFUSED, false},
    {"aws:RequestTag/", NATT_KMS_KEY_REFUSED, false},
    {"aws:ResourceOrgID", NATT_KMS_KEY_REFUSED, false},
    {"aws:ResourceOrgPaths", NATT_KMS_KEY_REFUSED, true},
    {"aws:ResourceTag/", NATT_KMS_KEY_REFUSED, false},
    {"aws:SourceIdentity", NATT_KMS_KEY_REFUSED, false},
    {"aws:SourceIp", NATT_KMS_KEY_REFUSED, false},
    {"aws:SourceVpc", NATT_KMS_KEY_REFUSED, false},
    {"aws:SourceVpcArn", NATT_KMS_KEY_REFUSED, false},
    {"aws:SourceVpce", NATT_KMS_KEY_REFUSED, false},
    {"aws:TagKeys", NATT_KMS_KEY_REFUSED, true},
    {"aws:TokenIssueTime", NATT_KMS_KEY_REFUSED, false},
    {"aws:UserAgent", NATT_KMS_KEY_REFUSED, false},
    {"aws:userid", NATT_KMS_KEY_REFUSED, false},
    {"aws:VpcSourceIp", NATT_KMS_KEY_REFUSED, false},
};

#define COUNT (sizeof keys / sizeof keys[0])

bool natt_kms_key_is_attestation(const natt_kms_key *key)
{
    return key->group == NATT_KMS_KEY_ENCLAVE || key->group == NATT_KMS_KEY_NITROTPM;
}

static bool ends_in(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* "0" to "31" without a leading zero; NATT_PCR_COUNT for anything else. */
static uint32_t pcr_index(const char *text)
{
    uint32_t n = 0;
    size_t len = strlen(text);
    if (len == 0 || len > 2 || (len == 2 && text[0] == '0') || strspn(text, "0123456789") != len)
        return NATT_PCR_COUNT;
    for (size_t i = 0; i < len; i++)
        n = 10 * n + (uint32_t)(text[i] - '0');
    return n < NATT_PCR_COUNT ? n : NATT_PCR_COUNT;
}

uint32_t natt_kms_key_pcr(const natt_kms_key *key, const char *name)
{
    return ends_in(key->name, "PCR") ? pcr_index(name + strlen(key->name)) : 0;
}

static bool begins(const char *name, const char *with)
{
    for (; *with != '\0'; name++, with++) {
        char one[2] = {*name, '\0'}, other[2] = {*with, '\0'};
        if (!natt_kms_equal_ignore_case(one, other))
            return false;
    }
    return true;
}

static bool is(const natt_kms_key *key, const char *name)
{
    size_t len = strlen(key->name);
    if (ends_in(key->name, "PCR"))
        return begins(name, key->name) && pcr_index(name + len) < NATT_PCR_COUNT;
    if (ends_in(key->name, ":") || ends_in(key->name, "/"))
        return begins(name, key->name) && name[len] != '\0';
    return natt_kms_equal_ignore_case(name, key->name);
}

const natt_kms_key *natt_kms_key_find(const char *name)
{
    for (size_t i = 0; i < COUNT; i++)
        if (is(&keys[i], name))
            return &keys[i];
    return NULL;
}

static const char *nth(size_t i)
{
    return keys[i].name;
}

/* The digits of ...PCR<n>; "" if it is not a PCR index. */
static const char *index_of(const char *name)
{
    const char *digits = name + strlen(name);
    while (digits > name && digits[-1] >= '0' && digits[-1] <= '9')
        digits--;
    bool is_index = pcr_index(digits) < NATT_PCR_COUNT && digits - name >= 3 && begins(digits - 3, "PCR");
    return is_index ? digits : "";
}

/* The index is not compared: the suggestion keeps it, or has <n> if it is missing. */
static bool near_key(char out[NATT_KMS_KEY_NEAR], const char *name)
{
    char stem[NATT_KMS_KEY_NEAR];
    const char *index = index_of(name);
    (void)snprintf(stem, sizeof stem, "%s", name);
    stem[strlen(name) - strlen(index)] = '\0';
    size_t i = natt_kms_nearest(stem, nth, COUNT);
    if (i == COUNT || keys[i].group == NATT_KMS_KEY_REFUSED)
        return false;
    const char *behind = index[0] == '\0' ? "<n>" : index;
    (void)snprintf(out, NATT_KMS_KEY_NEAR, "%s%s", keys[i].name, ends_in(keys[i].name, "PCR") ? behind : "");
    return true;
}

bool natt_kms_key_near(char out[NATT_KMS_KEY_NEAR], const char *name)
{
    char whole[NATT_KMS_KEY_NEAR];
    if (strlen(name) + strlen("kms:") >= sizeof whole)
        return false;
    (void)snprintf(whole, sizeof whole, "kms:%s", name);
    return near_key(out, name) || near_key(out, whole);
}
