/*
 * See address.h. Each part has one form: text that a resolver or signer could interpret differently is refused.
 */
#include "nsm/kms/address.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#define MAX_LABEL 63 /* characters [RFC1035 2.3.4] */

static const char too_long[] = "the host is longer than 253 characters";
static const char no_port[] = "the port is not a number from 1 to 65535";

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_alphanumeric(char c)
{
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}

static bool fail(const char **where, const char *text)
{
    *where = text;
    return false;
}

/* Only decimal digits, without leading zeros. */
static bool parse_number(const char *text, size_t len, uint32_t *out)
{
    uint64_t value = 0;
    if (len == 0 || len > 10 || (len > 1 && text[0] == '0'))
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(text[i]))
            return false;
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    *out = (uint32_t)value;
    return value <= UINT32_MAX;
}

static bool parse_port(const char *text, size_t len, uint16_t *port, const char **where)
{
    uint32_t number;
    if (!parse_number(text, len, &number) || number == 0 || number > UINT16_MAX)
        return fail(where, no_port);
    *port = (uint16_t)number;
    return true;
}

/* --- hosts --- */

static bool is_label(const char *label, size_t len)
{
    if (len == 0 || len > MAX_LABEL || label[0] == '-' || label[len - 1] == '-')
        return false;
    for (size_t i = 0; i < len; i++)
        if (!is_alphanumeric(label[i]) && label[i] != '-')
            return false;
    return true;
}

/* Text that the C library would parse as a number: the host is then an IPv4 address, or invalid. */
static bool is_number_label(const char *label)
{
    size_t hexadecimal = label[0] == '0' && lower(label[1]) == 'x' ? 2 : 0;
    return label[hexadecimal + strspn(label + hexadecimal, hexadecimal ? "0123456789abcdefABCDEF" : "0123456789")] == 0;
}

/* label *("." label) */
static bool check_name(const char *host, const char **where)
{
    const char *label = host;
    for (const char *dot = strchr(label, '.'); dot != NULL; dot = strchr(label, '.')) {
        if (!is_label(label, (size_t)(dot - label)))
            return fail(where, "the host is neither a name nor an IP address");
        label = dot + 1;
    }
    if (!is_label(label, strlen(label)))
        return fail(where, "the host is neither a name nor an IP address");
    struct in_addr address;
    return !is_number_label(label) || inet_pton(AF_INET, host, &address) == 1 ||
           fail(where, "the IPv4 address is not four numbers from 0 to 255");
}

static bool copy_lower(char out[NATT_ENDPOINT_MAX_HOST + 1], const char *text, size_t len, const char **where)
{
    if (len > NATT_ENDPOINT_MAX_HOST)
        return fail(where, too_long);
    for (size_t i = 0; i < len; i++)
        out[i] = lower(text[i]);
    out[len] = '\0';
    return true;
}

/* "[" IPv6address "]": *used bytes of the text. Zones name an interface of this machine only, which a server cannot
 * know. */
static bool parse_ipv6(char out[NATT_ENDPOINT_MAX_HOST + 1], const char *text, size_t *used, const char **where)
{
    struct in6_addr address;
    const char *end = strchr(text, ']');
    if (end == NULL)
        return fail(where, "the IPv6 address has no closing bracket");
    *used = (size_t)(end - text) + 1;
    return copy_lower(out, text + 1, *used - 2, where) &&
           (inet_pton(AF_INET6, out, &address) == 1 || fail(where, "the brackets do not contain an IPv6 address"));
}

/* A host, up to one of `ends` or the end of the text. */
static bool parse_host(char out[NATT_ENDPOINT_MAX_HOST + 1], const char *text, const char *ends, size_t *used,
                       const char **where)
{
    if (text[0] == '[')
        return parse_ipv6(out, text, used, where);
    *used = strcspn(text, ends);
    if (text[*used] == ':' && strchr(text + *used + 1, ':') != NULL)
        return fail(where, "there are several colons; an IPv6 address needs brackets: [HOST]:PORT");
    if (*used == 0)
        return fail(where, "the host is missing");
    return copy_lower(out, text, *used, where) && check_name(out, where);
}

/* --- endpoints --- */

/* Compared without regard to case [RFC3986 3.1]. */
static const char *skip_scheme(const char *text, const char *scheme)
{
    for (; *scheme != '\0'; scheme++, text++)
        if (lower(*text) != *scheme)
            return NULL;
    return text;
}

static bool parse_scheme(natt_endpoint *out, const char **text, const char **where)
{
    const char *secure = skip_scheme(*text, "https://"), *plain = skip_scheme(*text, "http://");
    if (secure == NULL && plain == NULL)
        return fail(where, "the endpoint begins with neither https:// nor http://");
    out->tls = secure != NULL;
    *text = secure != NULL ? secure : plain;
    return true;
}

/* Characters that a URL may contain and an endpoint may not; checked first, so that the error names them. */
static bool check_parts(const char *text, const char **where)
{
    size_t authority = strcspn(text, "/?#");
    const char *rest = text + authority;
    if (memchr(text, '@', authority) != NULL)
        return fail(where, "the endpoint has a user name; pass credentials separately");
    if (strchr(rest, '?') != NULL)
        return fail(where, "the endpoint has a query");
    if (strchr(rest, '#') != NULL)
        return fail(where, "the endpoint has a fragment");
    return rest[0] == '\0' || rest[1] == '\0' || fail(where, "the endpoint has a path; KMS uses only /");
}

static uint16_t port_of_scheme(bool tls)
{
    return tls ? 443 : 80;
}

/* [":" PORT] ["/"] */
static bool parse_rest(natt_endpoint *out, const char *text, const char **where)
{
    out->port = port_of_scheme(out->tls);
    size_t len = strcspn(text, "/");
    if (len == 0)
        return true;
    if (text[0] != ':')
        return fail(where, "the IPv6 address is followed by something other than a port");
    return parse_port(text + 1, len - 1, &out->port, where);
}

static char *put(char *at, const char *text)
{
    size_t len = strlen(text);
    memcpy(at, text, len + 1);
    return at + len;
}

static void put_port(char *at, uint16_t port)
{
    char digits[6] = {0};
    size_t first = sizeof digits - 1;
    for (unsigned rest = port; rest > 0; rest /= 10)
        digits[--first] = (char)('0' + rest % 10);
    put(put(at, ":"), digits + first);
}

/* The scheme's default port is omitted, as clients do: the value is signed, so both sides must write it in the same
 * form. */
static void write_authority(natt_endpoint *e)
{
    bool ipv6 = strchr(e->host, ':') != NULL;
    char *at = put(put(put(e->authority, ipv6 ? "[" : ""), e->host), ipv6 ? "]" : "");
    if (e->port != port_of_scheme(e->tls))
        put_port(at, e->port);
}

static bool parse_endpoint(natt_endpoint *out, const char *text, const char **where)
{
    size_t used;
    if (!parse_scheme(out, &text, where) || !check_parts(text, where) ||
        !parse_host(out->host, text, ":/", &used, where) || !parse_rest(out, text + used, where))
        return false;
    write_authority(out);
    return true;
}

bool natt_endpoint_parse(natt_endpoint *out, const char *text, const char **where)
{
    *out = (natt_endpoint){0};
    *where = NULL;
    bool ok = parse_endpoint(out, text, where);
    if (!ok)
        *out = (natt_endpoint){0};
    return ok;
}

/* --- regions --- */

/* AWS's partitions.json: the prefix of a partition's regions, and its DNS suffix. A region that matches no row belongs
 * to "aws". */
static const struct {
    const char *prefix, *suffix;
} partitions[] = {
    {"cn-", "amazonaws.com.cn"},    /* aws-cn */
    {"eusc-", "amazonaws.eu"},      /* aws-eusc */
    {"us-gov-", "amazonaws.com"},   /* aws-us-gov */
    {"us-iso-", "c2s.ic.gov"},      /* aws-iso */
    {"us-isob-", "sc2s.sgov.gov"},  /* aws-iso-b */
    {"eu-isoe-", "cloud.adc-e.uk"}, /* aws-iso-e */
    {"us-isof-", "csp.hci.ic.gov"}, /* aws-iso-f */
};

static const char *suffix_of(const char *region)
{
    for (size_t i = 0; i < sizeof partitions / sizeof partitions[0]; i++)
        if (strncmp(region, partitions[i].prefix, strlen(partitions[i].prefix)) == 0)
            return partitions[i].suffix;
    return "amazonaws.com";
}

/* LETTERS "-" 1*(WORD "-") DIGITS in lower case: an availability zone, "us-east-1a", is not a region. */
static bool is_region(const char *region)
{
    static const char lower_letters[] = "abcdefghijklmnopqrstuvwxyz", digits[] = "0123456789";
    size_t hyphens = 0, len = strlen(region);
    for (size_t i = 0; i < len; i++) {
        if (region[i] != '-' && (!is_alphanumeric(region[i]) || region[i] != lower(region[i])))
            return false;
        if (region[i] == '-' && region[i + 1] == '-')
            return false;
        hyphens += region[i] == '-';
    }
    if (len == 0 || len > MAX_LABEL || hyphens < 2)
        return false;
    const char *last = strrchr(region, '-') + 1;
    size_t first_len = strspn(region, lower_letters);
    return first_len > 0 && region[first_len] == '-' && last[0] != '\0' && last[strspn(last, digits)] == '\0';
}

bool natt_endpoint_of_region(natt_endpoint *out, const char *region)
{
    *out = (natt_endpoint){0};
    if (!is_region(region))
        return false;
    out->tls = true;
    out->port = port_of_scheme(true);
    put(put(put(put(out->host, "kms."), region), "."), suffix_of(region));
    write_authority(out);
    return true;
}

/* --- addresses --- */

/* HOST ":" PORT */
static bool parse_tcp(natt_address *out, const char *text, const char **where)
{
    size_t used;
    out->kind = NATT_ADDRESS_TCP;
    if (!parse_host(out->host, text, ":", &used, where))
        return false;
    if (text[used] != ':')
        return fail(where, "the port is missing: tcp:HOST:PORT");
    return parse_port(text + used + 1, strlen(text + used + 1), &out->port, where);
}

/* PATH, or "@" and the name of an abstract socket, unix(7) */
static bool parse_unix(natt_address *out, const char *text, const char **where)
{
    size_t len = strlen(text);
    out->kind = NATT_ADDRESS_UNIX;
    if (len == 0 || strcmp(text, "@") == 0)
        return fail(where, "the path of the unix socket is missing");
    if (len > NATT_ADDRESS_MAX_PATH)
        return fail(where, "the path of the unix socket is longer than 107 bytes");
    memcpy(out->path, text, len + 1);
    return true;
}

/* CID ":" PORT */
static bool parse_vsock(natt_address *out, const char *text, const char **where)
{
    const char *colon = strchr(text, ':');
    out->kind = NATT_ADDRESS_VSOCK;
    if (colon == NULL)
        return fail(where, "the port is missing: vsock:CID:PORT");
    if (!parse_number(text, (size_t)(colon - text), &out->cid))
        return fail(where, "the CID is not a number from 0 to 4294967295; the parent instance has 3");
    return parse_number(colon + 1, strlen(colon + 1), &out->vsock_port) ||
           fail(where, "the vsock port is not a number from 0 to 4294967295");
}

static bool parse_address(natt_address *out, const char *text, const char **where)
{
    static const struct {
        const char *prefix;
        bool (*parse)(natt_address *out, const char *text, const char **where);
    } kinds[] = {{"tcp:", parse_tcp}, {"unix:", parse_unix}, {"vsock:", parse_vsock}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strncmp(text, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
            return kinds[i].parse(out, text + strlen(kinds[i].prefix), where);
    return fail(where, "the address begins with none of tcp:, unix: and vsock:");
}

bool natt_address_parse(natt_address *out, const char *text, const char **where)
{
    *out = (natt_address){0};
    *where = NULL;
    bool ok = parse_address(out, text, where);
    if (!ok)
        *out = (natt_address){0};
    return ok;
}

natt_address natt_address_of_endpoint(const natt_endpoint *endpoint)
{
    natt_address address = {.kind = NATT_ADDRESS_TCP, .port = endpoint->port};
    memcpy(address.host, endpoint->host, sizeof address.host);
    return address;
}
