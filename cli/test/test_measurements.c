#include "cases.h"

#include "cli/pcr_values/measurements.h"

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

Test(measurements, an_image_is_told_from_its_measurements)
{
    natt_cli_policy policy = {0};
    natt_cli_error err;
    cr_expect_not(natt_cli_measurements_parse(&policy, text_bytes(".eif\1\4"), "app.eif", &err));
    cr_expect(strstr(err.what, "enclave image") != NULL && strstr(err.hint, "pcr compute") != NULL, "%s", err.what);
    natt_cli_policy_free(&policy);
}

/* Each gives PCR0 = aa.., PCR1 = bb.., PCR2 = bb.. */
static const char *const forms[] = {
    M(PCRS),
    "\xef\xbb\xbf" M(PCRS),
    "{\"Measurements\":{" PCRS "}}",
    "{" ALGORITHM "," PCRS "}",
    "{\"HashAlgorithm\":\"Sha512_48 { .. }\"," PCRS "}",
    "{" PCRS "}",
    "[" M(PCRS) "]",
    "[\n  {\"EnclaveName\":\"a\",\"EnclaveID\":\"i-1-enc2\",\"Flags\":\"NONE\",\"Measurements\":{" ALGORITHM "," PCRS
    "}}\n]\n",
    "Start building the Enclave Image...\nEnclave Image successfully created.\n" M(PCRS),
    "Output file: app.eif\r\n\r\n {" ALGORITHM "," PCRS "}\r\n",
    "[2025-01-02T03:04:05Z INFO  builder] measuring PCR0\nnot {json} \xff\n[ \t\n{" PCRS "}\n]",
    "\xef\xbb\xbflog\n{" PCRS "}",
    HEX48_A " PCR0\n" HEX48_B " PCR1\n" HEX48_B " PCR2\n",
    "PCR1: " HEX48_B "\r\n\r\n\tPCR0=" HEX48_A "\nPCR2  " HEX48_B,
    "\xef\xbb\xbfPCR0 : " HEX48_A "\nPCR1\t" HEX48_B "\n" HEX48_B "\t PCR2",
};

Test(measurements, every_form_gives_the_same_set)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        natt_cli_policy policy = {0};
        natt_cli_error err = {0};
        bool seen[3] = {false};
        cr_assert(natt_cli_measurements_parse(&policy, text_bytes(forms[i]), "m", &err), "%s: %s", forms[i], err.what);
        cr_assert_eq(policy.sets[0].count, 3, "%s", forms[i]);
        for (size_t p = 0; p < 3; p++) {
            const natt_cli_pcr *pcr = &policy.sets[0].pcrs[p];
            cr_assert_lt(pcr->index, 3);
            cr_expect_eq(pcr->value[47], pcr->index == 0 ? 0xaa : 0xbb, "%s", forms[i]);
            seen[pcr->index] = true;
        }
        cr_expect(seen[0] && seen[1] && seen[2], "%s", forms[i]);
        natt_cli_policy_free(&policy);
    }
}

static const struct {
    const char *file, *expected;
} named[] = {
    {"", "empty"},
    {"\n \n", "empty"},
    {"\xef\xbb\xbf", "empty"},
    {"\xff\xfe{", "UTF-16"},
    {"[]", "list of enclaves is empty"},
    {"[{\"EnclaveName\":\"web\",\"EnclaveID\":\"i-1-enc2\",\"Measurements\":{" PCRS
     "}},{\"EnclaveID\":\"i-1-enc3\"},7]",
     "3 enclaves: give the object of one of them: \"web\" (i-1-enc2), unnamed (i-1-enc3), unnamed (no EnclaveID)"},
    {"[[{" PCRS "}]]", "neither"},
    {"[ {" PCRS "},]", "line 1"},
    {"log\nlog\n{" PCRS "} x", "line 3"},
    {"log\n{" PCRS "}\nPCR3 " HEX48_A, "line 3"},
    {M(PCRS) M(PCRS), "line 1"},
    {HEX48_A " PCR0\nlog\n{" PCRS "}", "line 1 is a measurement, and JSON with other measurements begins at line 3"},
    {"INFO pcr0: " HEX48_B "\n{" PCRS "}", "line 1 is a measurement"},
    {HEX48_A " PCR0\n" HEX48_A " PCR0\n", "line 2: PCR0 is given twice"},
    {HEX48_A " PCR0\nPCR0: " HEX48_B "\n", "line 2: PCR0 is given twice"},
    {HEX48_0 " PCR0\n", "line 1: PCR0 is all zero"},
    {HEX48_A " PCR32\n", "line 1: unknown measurement \"PCR32\""},
    {HEX48_A " PCR00\n", "unknown measurement"},
    {HEX48_A " pcr0\n", "not spelled PCR0"},
    {HEX48_A "\n", "neither"},
    {"PCR0\n", "neither"},
    {"PCR0 PCR1\n", "neither"},
    {HEX48_A " " HEX48_A "\n", "neither"},
    {"PCR0 : = " HEX48_A "\n", "neither"},
    {"PCR0 image " HEX48_A "\n", "neither"},
    {HEX48_A " PCR0 x\n", "neither"},
    {HEX48_A " PCR0\nwarning\n", "line 2: \"warning\" is neither"},
    {"0x" HEX48_A " PCR0\n", "begins with 0x"},
    {"{\"PCR0\":\"0x" HEX48_A "\"}", "begins with 0x"},
    {"{\"PCR0\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}", "SHA-256"},
    {"{\"Measurements\":{\"PCR0\":\"" HEX48_A "a\"}}", "97 characters"},
    {"{\"Measurements\":{\"PCR0\":7}}", "PCR0: the value is not a string"},
    {"{\"PCR0\":\"" HEX48_A "\",\"EifVersion\":4}", "unknown measurement \"EifVersion\""},
    {"{\"PCR0\":\"" HEX48_A "\",\"Measurements\":{" PCRS "}}", "outside \"Measurements\""},
    {"{\"pcr0\":\"" HEX48_A "\"}", "not spelled PCR0"},
    {"{\"hashAlgorithm\":\"SHA384\"," PCRS "}", "unknown measurement"},
    {"{\"measurements\":{" PCRS "}}", "not spelled \"Measurements\""},
    {"{\"nitronsm\":{\"Measurements\":{" PCRS "}}}", "inside \"nitronsm\""},
    {"{\"version\":1,\"sets\":[]}", "--policy"},
    {"{\"Measurements\":{}}", "no PCR"},
};

Test(measurements, refusals_say_what_and_where)
{
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        natt_cli_policy policy = {0};
        natt_cli_error err = {0};
        expect_usage(natt_cli_measurements_parse(&policy, text_bytes(named[i].file), "m", &err), &err, named[i].file);
        cr_expect(strstr(err.what, named[i].expected) != NULL || strstr(err.hint, named[i].expected) != NULL,
                  "%s: %s; %s", named[i].file, err.what, err.hint);
        natt_cli_policy_free(&policy);
    }
}

Test(measurements, a_zero_byte_in_a_line_is_not_its_end)
{
    static const char line[] = HEX48_A " PCR0\0x\n", two[] = HEX48_A " PCR0\0\n" HEX48_B " PCR1\n";
    natt_cli_policy policy = {0};
    natt_cli_error err = {0};
    expect_usage(natt_cli_measurements_parse(&policy, (natt_bytes){(const uint8_t *)line, sizeof line - 1}, "m", &err),
                 &err, "zero byte");
    expect_usage(natt_cli_measurements_parse(&policy, (natt_bytes){(const uint8_t *)two, sizeof two - 1}, "m", &err),
                 &err, "zero byte at the end");
}

static const char *const bad[] = {
    "",
    "null",
    "{}",
    "[]",
    "x",
    "[{}]",
    M(PCRS) "\n}",
    "{\"Measurements\":null}",
    "{\"Measurements\":[]}",
    "{\"Measurements\":{}}",
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
