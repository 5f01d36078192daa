/*
 * Endpoints and addresses: text to host, port and the kind of socket. Neither resolves nor connects.
 */
#ifndef NATT_NSM_KMS_ADDRESS_H
#define NATT_NSM_KMS_ADDRESS_H

#include "nitro_attest/base.h"

#define NATT_ENDPOINT_MAX_HOST 253 /* characters of a DNS name [RFC1035 2.3.4] */
#define NATT_ADDRESS_MAX_PATH  107 /* of sockaddr_un, without its NUL */

typedef struct natt_endpoint {
    bool tls;
    char host[NATT_ENDPOINT_MAX_HOST + 1]; /* lower case; an IPv6 address without its brackets */
    uint16_t port;
    char authority[NATT_ENDPOINT_MAX_HOST + 10]; /* the value of Host: with ":PORT" unless it is the scheme's own */
} natt_endpoint;

/*
 * "https://HOST[:PORT][/]", "http://...". HOST is a DNS name, an IPv4 address or an IPv6 address in brackets. False:
 * *where is a constant text with the reason, and *out is zero.
 */
bool natt_endpoint_parse(natt_endpoint *out, const char *text, const char **where);

/*
 * The endpoint of AWS KMS in this region, its partition's suffix included; a prefix that is not known is of the
 * partition "aws". False: that has not the form of a region's name ("us-east-1a" is a zone), and *out is zero.
 */
bool natt_endpoint_of_region(natt_endpoint *out, const char *region);

typedef enum natt_address_kind { NATT_ADDRESS_TCP, NATT_ADDRESS_UNIX, NATT_ADDRESS_VSOCK } natt_address_kind;

typedef struct natt_address {
    natt_address_kind kind;
    char host[NATT_ENDPOINT_MAX_HOST + 1]; /* TCP: a name or an address, to be resolved */
    uint16_t port;                         /* TCP */
    char path[NATT_ADDRESS_MAX_PATH + 1];  /* UNIX; "@NAME" is an abstract socket, "./@NAME" a file */
    uint32_t cid, vsock_port;              /* VSOCK */
} natt_address;

/* "tcp:HOST:PORT", "unix:PATH", "vsock:CID:PORT". False: as above. */
bool natt_address_parse(natt_address *out, const char *text, const char **where);
/* Where an endpoint is, without a `connect`. */
natt_address natt_address_of_endpoint(const natt_endpoint *endpoint);

#endif
