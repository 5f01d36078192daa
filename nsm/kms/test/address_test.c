/*
 * Endpoints, addresses and regions: accepted values, and the message for each refused one.
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/kms/address.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define L63      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NAME253  L63 "." L63 "." L63 "." L61
#define L61      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

#define NO_SCHEME   "the endpoint begins with neither https:// nor http://"
#define NO_HOST     "the host is missing"
#define BAD_HOST    "the host is neither a name nor an IP address"
#define BAD_IPV4    "the IPv4 address is not four numbers from 0 to 255"
#define BAD_IPV6    "the brackets do not contain an IPv6 address"
#define OPEN_IPV6   "the IPv6 address has no closing bracket"
#define AFTER_IPV6  "the IPv6 address is followed by something other than a port"
#define COLONS      "there are several colons; an IPv6 address needs brackets: [HOST]:PORT"
#define LONG_HOST   "the host is longer than 253 characters"
#define BAD_PORT    "the port is not a number from 1 to 65535"
#define USER        "the endpoint has a user name; pass credentials separately"
#define PATH        "the endpoint has a path; KMS uses only /"
#define QUERY       "the endpoint has a query"
#define FRAGMENT    "the endpoint has a fragment"
#define NO_KIND     "the address begins with none of tcp:, unix: and vsock:"
#define NO_TCP_PORT "the port is missing: tcp:HOST:PORT"
#define NO_PATH     "the path of the unix socket is missing"
#define LONG_PATH   "the path of the unix socket is longer than 107 bytes"
#define NO_VPORT    "the port is missing: vsock:CID:PORT"
#define BAD_CID     "the CID is not a number from 0 to 4294967295; the parent instance has 3"
#define BAD_VPORT   "the vsock port is not a number from 0 to 4294967295"

/* --- endpoints --- */

static const struct {
    const char *text;
    bool tls;
    const char *host;
    uint16_t port;
    const char *authority;
} good_endpoints[] = {
    {"https://kms.us-east-1.amazonaws.com", true, "kms.us-east-1.amazonaws.com", 443, "kms.us-east-1.amazonaws.com"},
    {"https://kms.us-east-1.amazonaws.com/", true, "kms.us-east-1.amazonaws.com", 443, "kms.us-east-1.amazonaws.com"},
    {"https://kms.example:443", true, "kms.example", 443, "kms.example"},
    {"https://kms.example:80", true, "kms.example", 80, "kms.example:80"},
    {"https://kms.example:8443/", true, "kms.example", 8443, "kms.example:8443"},
    {"http://localhost", false, "localhost", 80, "localhost"},
    {"http://localhost:80", false, "localhost", 80, "localhost"},
    {"http://localhost:443", false, "localhost", 443, "localhost:443"},
    {"HTTPS://KMS.Example:1", true, "kms.example", 1, "kms.example:1"},
    {"Http://h:65535", false, "h", 65535, "h:65535"},
    {"https://127.0.0.1:8443", true, "127.0.0.1", 8443, "127.0.0.1:8443"},
    {"https://255.255.255.255", true, "255.255.255.255", 443, "255.255.255.255"},
    {"https://[::1]", true, "::1", 443, "[::1]"},
    {"https://[::1]:8443/", true, "::1", 8443, "[::1]:8443"},
    {"http://[FD00::A]:9", false, "fd00::a", 9, "[fd00::a]:9"},
    {"https://[::ffff:192.0.2.1]:443", true, "::ffff:192.0.2.1", 443, "[::ffff:192.0.2.1]"},
    {"https://a-b.c--d.1e", true, "a-b.c--d.1e", 443, "a-b.c--d.1e"},
    {"https://1.2.3.4a", true, "1.2.3.4a", 443, "1.2.3.4a"},
    {"https://" L63 ".x", true, L63 ".x", 443, L63 ".x"},
    {"https://" NAME253 ":65535/", true, NAME253, 65535, NAME253 ":65535"},
};

Test(address, endpoints_are_taken_apart)
{
    for (size_t i = 0; i < COUNT(good_endpoints); i++) {
        const char *where = "";
        natt_endpoint e;
        memset(&e, 0x55, sizeof e);
        cr_assert(natt_endpoint_parse(&e, good_endpoints[i].text, &where), "%s: %s", good_endpoints[i].text, where);
        cr_expect_null(where);
        cr_expect_eq(e.tls, good_endpoints[i].tls, "%s", good_endpoints[i].text);
        cr_expect_str_eq(e.host, good_endpoints[i].host);
        cr_expect_eq(e.port, good_endpoints[i].port, "%s", good_endpoints[i].text);
        cr_expect_str_eq(e.authority, good_endpoints[i].authority);
    }
}

static const struct {
    const char *text, *where;
} bad_endpoints[] = {
    {"", NO_SCHEME},
    {"kms.example", NO_SCHEME},
    {"ftp://kms.example", NO_SCHEME},
    {"https:/kms.example", NO_SCHEME},
    {"https//kms.example", NO_SCHEME},
    {" https://kms.example", NO_SCHEME},
    {"https://", NO_HOST},
    {"https:///", NO_HOST},
    {"https://:443", NO_HOST},
    {"https://kms.example.", BAD_HOST},
    {"https://.kms.example", BAD_HOST},
    {"https://kms..example", BAD_HOST},
    {"https://-kms.example", BAD_HOST},
    {"https://kms-.example", BAD_HOST},
    {"https://kms_1.example", BAD_HOST},
    {"https://kms.example ", BAD_HOST},
    {"https://kms.exam\tple", BAD_HOST},
    {"https://kms.example\r\n", BAD_HOST},
    {"https://k\xc3\xbcms.example", BAD_HOST},
    {"https://kms%2eexample", BAD_HOST},
    {"https://*.example", BAD_HOST},
    {"https://kms.example\\x", BAD_HOST},
    {"https://" L63 "a.x", BAD_HOST},
    {"https://" NAME253 "a", LONG_HOST},
    {"https://127.1", BAD_IPV4},
    {"https://2130706433", BAD_IPV4},
    {"https://0x7f000001", BAD_IPV4},
    {"https://127.0.0.0x1", BAD_IPV4},
    {"https://127.0.0.01", BAD_IPV4},
    {"https://256.0.0.1", BAD_IPV4},
    {"https://1.2.3.4.5", BAD_IPV4},
    {"https://kms.0", BAD_IPV4},
    {"https://[::1", OPEN_IPV6},
    {"https://[]", BAD_IPV6},
    {"https://[::g]", BAD_IPV6},
    {"https://[127.0.0.1]", BAD_IPV6},
    {"https://[fe80::1%eth0]", BAD_IPV6},
    {"https://[::1]443", AFTER_IPV6},
    {"https://[::1]x:443", AFTER_IPV6},
    {"https://::1", COLONS},
    {"https://fd00::2:443", COLONS},
    {"https://h:1:2", COLONS},
    {"https://h:", BAD_PORT},
    {"https://h:/", BAD_PORT},
    {"https://h:0", BAD_PORT},
    {"https://h:65536", BAD_PORT},
    {"https://h:4294967297", BAD_PORT},
    {"https://h:99999999999999999999", BAD_PORT},
    {"https://h:+443", BAD_PORT},
    {"https://h:-1", BAD_PORT},
    {"https://h: 443", BAD_PORT},
    {"https://h:443 ", BAD_PORT},
    {"https://h:0443", BAD_PORT},
    {"https://h:443x", BAD_PORT},
    {"https://h:0x1bb", BAD_PORT},
    {"https://user@h", USER},
    {"https://user:password@h", USER},
    {"https://@h", USER},
    {"https://h/path", PATH},
    {"https://h//", PATH},
    {"https://h/@", PATH},
    {"https://h?", QUERY},
    {"https://h/?x=1", QUERY},
    {"https://h#", FRAGMENT},
    {"https://h/#x", FRAGMENT},
};

static bool is_zero(const void *bytes, size_t len)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < len; i++)
        if (b[i] != 0)
            return false;
    return true;
}

Test(address, endpoints_are_refused_with_the_reason)
{
    for (size_t i = 0; i < COUNT(bad_endpoints); i++) {
        const char *where = NULL;
        natt_endpoint e;
        memset(&e, 0x55, sizeof e);
        cr_assert_not(natt_endpoint_parse(&e, bad_endpoints[i].text, &where), "%s", bad_endpoints[i].text);
        cr_assert_not_null(where);
        cr_expect_str_eq(where, bad_endpoints[i].where, "%s: %s", bad_endpoints[i].text, where);
        cr_expect(is_zero(&e, sizeof e), "%s", bad_endpoints[i].text);
    }
}

/* --- addresses --- */

static const struct {
    const char *text;
    natt_address address;
} good_addresses[] = {
    {"tcp:localhost:8080", {.kind = NATT_ADDRESS_TCP, .host = "localhost", .port = 8080}},
    {"tcp:KMS.example:1", {.kind = NATT_ADDRESS_TCP, .host = "kms.example", .port = 1}},
    {"tcp:127.0.0.1:65535", {.kind = NATT_ADDRESS_TCP, .host = "127.0.0.1", .port = 65535}},
    {"tcp:[::1]:443", {.kind = NATT_ADDRESS_TCP, .host = "::1", .port = 443}},
    {"unix:/run/kms", {.kind = NATT_ADDRESS_UNIX, .path = "/run/kms"}},
    {"unix:k", {.kind = NATT_ADDRESS_UNIX, .path = "k"}},
    {"unix:./@a b:c", {.kind = NATT_ADDRESS_UNIX, .path = "./@a b:c"}},
    {"unix:@a", {.kind = NATT_ADDRESS_UNIX, .path = "@a"}},
    {"vsock:3:8000", {.kind = NATT_ADDRESS_VSOCK, .cid = 3, .vsock_port = 8000}},
    {"vsock:0:0", {.kind = NATT_ADDRESS_VSOCK}},
    {"vsock:4294967295:4294967295",
     {.kind = NATT_ADDRESS_VSOCK, .cid = UINT32_C(4294967295), .vsock_port = UINT32_C(4294967295)}},
    {"vsock:4294967294:65536", {.kind = NATT_ADDRESS_VSOCK, .cid = UINT32_C(4294967294), .vsock_port = 65536}},
};

static void expect_address(const natt_address *a, const natt_address *wanted, const char *text)
{
    cr_expect_eq(a->kind, wanted->kind, "%s", text);
    cr_expect_str_eq(a->host, wanted->host, "%s", text);
    cr_expect_eq(a->port, wanted->port, "%s", text);
    cr_expect_str_eq(a->path, wanted->path, "%s", text);
    cr_expect_eq(a->cid, wanted->cid, "%s", text);
    cr_expect_eq(a->vsock_port, wanted->vsock_port, "%s", text);
}

Test(address, addresses_are_taken_apart)
{
    for (size_t i = 0; i < COUNT(good_addresses); i++) {
        const char *where = "";
        natt_address a;
        memset(&a, 0x55, sizeof a);
        cr_assert(natt_address_parse(&a, good_addresses[i].text, &where), "%s: %s", good_addresses[i].text, where);
        cr_expect_null(where);
        expect_address(&a, &good_addresses[i].address, good_addresses[i].text);
    }
}

static const struct {
    const char *text, *where;
} bad_addresses[] = {
    {"", NO_KIND},
    {"localhost:80", NO_KIND},
    {"TCP:localhost:80", NO_KIND},
    {"https://localhost", NO_KIND},
    {"vsock", NO_KIND},
    {"tcp:", NO_HOST},
    {"tcp::80", NO_HOST},
    {"tcp:localhost", NO_TCP_PORT},
    {"tcp:[::1]", NO_TCP_PORT},
    {"tcp:localhost:", BAD_PORT},
    {"tcp:localhost:0", BAD_PORT},
    {"tcp:localhost:65536", BAD_PORT},
    {"tcp:localhost:+1", BAD_PORT},
    {"tcp:localhost:80/", BAD_PORT},
    {"tcp:::1:80", COLONS},
    {"tcp:user@localhost:80", BAD_HOST},
    {"tcp:local/host:80", BAD_HOST},
    {"tcp:127.1:80", BAD_IPV4},
    {"tcp:[::1:80", OPEN_IPV6},
    {"unix:", NO_PATH},
    {"unix:@", NO_PATH},
    {"vsock:", NO_VPORT},
    {"vsock:3", NO_VPORT},
    {"vsock::8000", BAD_CID},
    {"vsock:-1:8000", BAD_CID},
    {"vsock:03:8000", BAD_CID},
    {"vsock:4294967296:8000", BAD_CID},
    {"vsock:99999999999:8000", BAD_CID},
    {"vsock:parent:8000", BAD_CID},
    {"vsock:3:", BAD_VPORT},
    {"vsock:3:-1", BAD_VPORT},
    {"vsock:3:4294967296", BAD_VPORT},
    {"vsock:3:8000:", BAD_VPORT},
    {"vsock:3: 8000", BAD_VPORT},
};

static void expect_refused(const char *text, const char *wanted)
{
    const char *where = NULL;
    natt_address a;
    memset(&a, 0x55, sizeof a);
    cr_assert_not(natt_address_parse(&a, text, &where), "%s", text);
    cr_assert_not_null(where);
    cr_expect_str_eq(where, wanted, "%s: %s", text, where);
    cr_expect(is_zero(&a, sizeof a), "%s", text);
}

Test(address, addresses_are_refused_with_the_reason)
{
    for (size_t i = 0; i < COUNT(bad_addresses); i++)
        expect_refused(bad_addresses[i].text, bad_addresses[i].where);
}

static void make_path(char *text, size_t len)
{
    memcpy(text, "unix:", 5);
    memset(text + 5, 'p', len);
    text[5 + len] = '\0';
}

Test(address, path_limit_is_107)
{
    char text[128];
    natt_address a;
    const char *where;
    for (size_t len = NATT_ADDRESS_MAX_PATH - 1; len <= NATT_ADDRESS_MAX_PATH; len++) {
        make_path(text, len);
        cr_assert(natt_address_parse(&a, text, &where));
        cr_expect_str_eq(a.path, text + 5);
    }
    make_path(text, NATT_ADDRESS_MAX_PATH + 1);
    expect_refused(text, LONG_PATH);
}

Test(address, endpoint_is_where_its_host_is)
{
    natt_endpoint e;
    const char *where;
    cr_assert(natt_endpoint_parse(&e, "https://[FD00::1]:8443", &where));
    natt_address a = natt_address_of_endpoint(&e);
    const natt_address wanted = {.kind = NATT_ADDRESS_TCP, .host = "fd00::1", .port = 8443};
    expect_address(&a, &wanted, "of_endpoint");
}

/* --- regions --- */

static const struct {
    const char *region, *host;
} good_regions[] = {
    {"us-east-1", "kms.us-east-1.amazonaws.com"},
    {"eu-central-1", "kms.eu-central-1.amazonaws.com"},
    {"ap-southeast-7", "kms.ap-southeast-7.amazonaws.com"},
    {"cn-north-1", "kms.cn-north-1.amazonaws.com.cn"},
    {"us-gov-west-1", "kms.us-gov-west-1.amazonaws.com"},
    {"eusc-de-east-1", "kms.eusc-de-east-1.amazonaws.eu"},
    {"us-iso-east-1", "kms.us-iso-east-1.c2s.ic.gov"},
    {"us-isob-east-1", "kms.us-isob-east-1.sc2s.sgov.gov"},
    {"eu-isoe-west-1", "kms.eu-isoe-west-1.cloud.adc-e.uk"},
    {"us-isof-south-1", "kms.us-isof-south-1.csp.hci.ic.gov"},
    {"xx-new-12", "kms.xx-new-12.amazonaws.com"},
    {"us-isox-east-1", "kms.us-isox-east-1.amazonaws.com"},
};

Test(address, regions_have_the_suffix_of_their_partition)
{
    for (size_t i = 0; i < COUNT(good_regions); i++) {
        natt_endpoint e;
        memset(&e, 0x55, sizeof e);
        cr_assert(natt_endpoint_of_region(&e, good_regions[i].region), "%s", good_regions[i].region);
        cr_expect_str_eq(e.host, good_regions[i].host);
        cr_expect_str_eq(e.authority, good_regions[i].host);
        cr_expect(e.tls && e.port == 443);
    }
}

static const char *const bad_regions[] = {
    "",          "us",         "us-1",        "us-east",     "us-east-",       "-us-east-1", "us--east-1",
    "US-EAST-1", "us-east-1a", "us-east-1 ",  "us-east-1.x", "us-east-1/",     "us_east_1",  "aws-global",
    "1s-east-1", "us-east-x1", "us-east-1\n", "us.east.1",   "us-east-1@evil", "-a-1",       "us-" L61 "-1",
};

Test(address, other_words_are_no_regions)
{
    for (size_t i = 0; i < COUNT(bad_regions); i++) {
        natt_endpoint e;
        memset(&e, 0x55, sizeof e);
        cr_expect_not(natt_endpoint_of_region(&e, bad_regions[i]), "%s", bad_regions[i]);
        cr_expect(is_zero(&e, sizeof e), "%s", bad_regions[i]);
    }
}

Test(address, region_limit_is_63)
{
    natt_endpoint e;
    char region[80] = "us-" L61;
    cr_assert_eq(strlen(L61), 61);
    memcpy(region + 60, "-1", 3);
    cr_expect(natt_endpoint_of_region(&e, region), "62");
    memcpy(region + 60, "a-1", 4);
    cr_expect(natt_endpoint_of_region(&e, region), "63");
    memcpy(region + 60, "aa-1", 5);
    cr_expect_not(natt_endpoint_of_region(&e, region), "64");
}
