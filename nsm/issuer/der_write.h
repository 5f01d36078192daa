/*
 * Writes DER, valid or deliberately invalid. [X.690 8, 10; RFC5280 4.1]
 */
#ifndef NATT_NSM_DER_WRITE_H
#define NATT_NSM_DER_WRITE_H

#include "nitro_attest/issuer_plan.h"
#include "nsm/issuer/arena.h"

#define NATT_DER_INTEGER          0x02u
#define NATT_DER_BIT_STRING       0x03u
#define NATT_DER_OCTET_STRING     0x04u
#define NATT_DER_OID              0x06u
#define NATT_DER_UTF8             0x0cu
#define NATT_DER_PRINTABLE        0x13u
#define NATT_DER_UTC_TIME         0x17u
#define NATT_DER_GENERALIZED_TIME 0x18u
#define NATT_DER_SEQUENCE         0x30u
#define NATT_DER_SET              0x31u
#define NATT_DER_EXTENSIONS       0xa3u /* [3] of TBSCertificate */

/* width: length octets after the first, 0 = as few as possible, at most 8. */
natt_bytes natt_der_write_head(struct natt_arena *arena, uint8_t tag, uint32_t width, uint64_t len);
natt_bytes natt_der_write(struct natt_arena *arena, uint8_t tag, natt_bytes content);
natt_bytes natt_der_write_wrapped(struct natt_arena *arena, uint8_t tag, const natt_plan_wrap *wrap,
                                  natt_bytes content);

/* INTEGER from a big-endian magnitude of any length: leading zeros are removed, and a sign octet is added if necessary.
 * [X.690 8.3] */
natt_bytes natt_der_write_unsigned(struct natt_arena *arena, natt_bytes magnitude);
/* OBJECT IDENTIFIER from "1.2.840"; any other text makes the arena fail. [X.690 8.19] */
natt_bytes natt_der_write_oid(struct natt_arena *arena, const char *dotted);
/* UTCTime or GeneralizedTime, by tag, of seconds since 1970, in Z. [RFC5280 4.1.2.5] */
natt_bytes natt_der_write_time(struct natt_arena *arena, uint8_t tag, int64_t seconds);
/* The form that RFC 5280 requires for that year. */
natt_bytes natt_der_write_any_time(struct natt_arena *arena, int64_t seconds);
natt_bytes natt_der_write_extension(struct natt_arena *arena, const char *oid, bool critical, natt_bytes value);
/* RelativeDistinguishedName of one attribute 2.5.4.n. */
natt_bytes natt_der_write_rdn(struct natt_arena *arena, uint8_t attribute, uint8_t string_tag, const char *text);
/* SubjectPublicKeyInfo of secp384r1. [RFC5480 2] */
natt_bytes natt_der_write_spki(struct natt_arena *arena, natt_bytes point);

#endif
