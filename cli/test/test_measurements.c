#include "cases.h"

#include "measurements.h"

#define ALGORITHM  "\"HashAlgorithm\":\"Sha384 { ... }\""
#define M(members) "{\"Measurements\":{" ALGORITHM "," members "}}"
#define PCRS       "\"PCR0\":\"" HEX48_A "\",\"PCR1\":\"" HEX48_B "\",\"PCR2\":\"" HEX48_B "\""

/* Shape of aws-nitro-enclaves-cli's EifDescribeInfo. */
static const char describe_eif[] =
    "{\"EifVersion\":4,\"Measurements\":{" ALGORITHM "," PCRS ",\"PCR8\":\"" HEX48_B "\"},\"IsSigned\":true,"
    "\"SigningCertificate\":{\"IssuerName\":{\"commonName\":\"x\"},\"Algorithm\":\"ecdsa-with-SHA384\","
    "\"NotBefore\":\"a\",\"NotAfter\":\"b\",\"Signature\":\"00\"},\"CheckCRC\":true,\"SignatureCheck\":true,"
    "\"ImageName\":\"app\",\"ImageVersion\":\"1\",\"Metadata\":{\"BuildTime\":\"t\",\"BuildTool\":\"nitro-cli\"}}";

static size_t parse_count(const char *json)
{
    natt_cli_policy policy = {0};
    natt_cli_error err = {0};
    bool done = natt_cli_measurements_parse(&policy, text_bytes(json), "m.json", &err);
    size_t count = done && policy.count == 1 ? policy.sets[0].count : 0;
    if (done)
        cr_expect_str_eq(policy.sets[0].name, "m.json");
    natt_cli_policy_free(&policy);
    return count;
}

Test(measurements, reads_what_the_tools_print)
{
    cr_expect_eq(parse_count(M(PCRS)), 3);
    cr_expect_eq(parse_count(describe_eif), 4);
    /* NitroTPM-Tools; PCR12 is zero there when there is no command line */
    cr_expect_eq(parse_count("{\"Measurements\":{\"HashAlgorithm\":\"SHA384\",\"PCR4\":\"" HEX48_A
                             "\",\"PCR7\":\"" HEX48_B "\",\"PCR12\":\"" HEX48_0 "\"}}"),
                 3);
    cr_expect_eq(parse_count("{\"Measurements\":{\"HashAlgorithm\":\"SHA384 { ... }\",\"PCR4\":\"" HEX48_A "\"}}"), 1);
}

static const char *const bad[] = {
    "",
    "null",
    "{}",
    "[]",
    "x",
    "[{}]",
    "[" M(PCRS) "]",
    "Enclave Image successfully created.\n" M(PCRS),
    M(PCRS) "\n}",
    "{" ALGORITHM "," PCRS "}",
    "{\"Measurements\":null}",
    "{\"Measurements\":[]}",
    "{\"Measurements\":{}}",
    "{\"Measurements\":{" PCRS "}}",
    "{\"Measurements\":{" ALGORITHM "}}",
    "{\"measurements\":{" ALGORITHM "," PCRS "}}",
    "{\"Measurements\":{\"HashAlgorithm\":\"Sha256 { ... }\"," PCRS "}}",
    "{\"Measurements\":{\"HashAlgorithm\":\"Sha512 { ... }\"," PCRS "}}",
    "{\"Measurements\":{\"HashAlgorithm\":\"sha384 { ... }\"," PCRS "}}",
    "{\"Measurements\":{\"HashAlgorithm\":384," PCRS "}}",
    "{\"Measurements\":{\"hashAlgorithm\":\"Sha384 { ... }\"," PCRS "}}",
    M(PCRS ",\"PCR0\":\"" HEX48_B "\""),
    M(PCRS ",\"PCR0\":\"" HEX48_A "\""),
    M("\"pcr0\":\"" HEX48_A "\""),
    M("\"Pcr0\":\"" HEX48_A "\""),
    M(PCRS ",\"pcr8\":\"" HEX48_A "\""),
    M(PCRS ",\"PCR32\":\"" HEX48_A "\""),
    M(PCRS ",\"PCR08\":\"" HEX48_A "\""),
    M(PCRS ",\"PCR\":\"" HEX48_A "\""),
    M(PCRS ",\"PCR-1\":\"" HEX48_A "\""),
    M(PCRS ",\"PCR 8\":\"" HEX48_A "\""),
    M(PCRS ",\"Extra\":\"" HEX48_A "\""),
    M("\"PCR0\":null"),
    M("\"PCR0\":\"\""),
    M("\"PCR0\":[\"" HEX48_A "\"]"),
    M("\"PCR0\":\"" HEX48_A "0\""),
    M("\"PCR0\":\"0x" HEX48_A "\""),
    M("\"PCR0\":\"" HEX48_0 "\""),
    M(PCRS ",\"PCR8\":1"),
    M("\"PCR0\":\"" HEX48_A "\",\"PCR1\":\"" HEX48_0 "\""),
    M("\"PCR0\":\"" HEX48_A "\",\"PCR2\":\"" HEX48_0 "\""),
    "{\"Measurements\":{" ALGORITHM "," PCRS "},\"CheckCRC\":false}",
    "{\"Measurements\":{" ALGORITHM "," PCRS "},\"CheckCRC\":null}",
    "{\"Measurements\":{" ALGORITHM "," PCRS "},\"CheckCRC\":\"true\"}",
    "{\"Measurements\":{" ALGORITHM "," PCRS "},\"checkCRC\":true}",
    "{\"Measurements\":{" ALGORITHM "," PCRS "},\"CheckCRC\":true,\"SignatureCheck\":false}",
    "{\"Measurements\":{" ALGORITHM "," PCRS "},\"SignatureCheck\":0}",
    "{\"Measurements\":{" ALGORITHM "," PCRS "},\"signaturecheck\":false}",
    "{\"Measurements\":{" ALGORITHM "," PCRS "},\"PCR8\":\"" HEX48_A "\"}",
    "{\"Measurements\":{" ALGORITHM "," PCRS "},\"pcr8\":\"" HEX48_A "\"}",
    "{\"Measurements\":{" ALGORITHM "," PCRS "},\"HashAlgorithm\":\"Sha384 { ... }\"}",
    "{\"Measurements\":{" ALGORITHM "," PCRS "},\"Measurements\":{" ALGORITHM "," PCRS "}}",
    "{\"Measurements\":{" ALGORITHM "," PCRS "},\"MEASUREMENTS\":{}}",
    "{\"Out\":{\"Measurements\":{" ALGORITHM "," PCRS "}}}",
};

Test(measurements, refuses_what_would_be_a_smaller_policy)
{
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_cli_policy policy = {0};
        natt_cli_error err = {0};
        expect_usage(natt_cli_measurements_parse(&policy, text_bytes(bad[i]), "m", &err), &err, bad[i]);
        cr_expect_eq(policy.count, 0, "%s", bad[i]);
        natt_cli_policy_free(&policy);
    }
}

Test(measurements, refuses_every_cut)
{
    for (size_t len = 0; len < sizeof describe_eif - 1; len++) {
        natt_cli_policy policy = {0};
        natt_cli_error err = {0};
        cr_expect_not(
            natt_cli_measurements_parse(&policy, (natt_bytes){(const uint8_t *)describe_eif, len}, "m", &err));
    }
}
