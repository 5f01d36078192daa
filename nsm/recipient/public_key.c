/*
 * Parses SubjectPublicKeyInfo of RSA keys, in DER [RFC5280 4.1; RFC8017 A.1.1], including every byte.
 */
#include "nsm/recipient/public_key.h"

#include "nsm/recipient/error.h"
#include "nsm/recipient/key.h"
#include "verify/parse/der.h"

#define MIN_EXPONENT 65537

/* AlgorithmIdentifier { rsaEncryption, NULL } */
static const uint8_t rsa_encryption[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                         0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};

static bool fail(natt_recipient_error *err, size_t offset, const char *message)
{
    return natt_recipient_fail_at(err, NATT_RECIPIENT_E_PUBLIC_KEY, offset, message);
}

/* RSAPublicKey ::= SEQUENCE { modulus, publicExponent } */
static bool parse_numbers(struct natt_reader *bits, struct natt_public_key *out)
{
    struct natt_reader numbers;
    return natt_der_enter(bits, NATT_DER_SEQUENCE, &numbers) && natt_der_unsigned(&numbers, &out->modulus) &&
           natt_der_unsigned(&numbers, &out->exponent) && natt_reader_at_end(&numbers) && natt_reader_at_end(bits);
}

static bool parse(struct natt_reader *r, struct natt_public_key *out)
{
    struct natt_reader info, bits;
    natt_bytes octets;
    if (!natt_der_enter(r, NATT_DER_SEQUENCE, &info) ||
        !natt_reader_literal(&info, rsa_encryption, sizeof rsa_encryption, NATT_E_DER_TAG) ||
        !natt_der_octet_bits(&info, &octets) || !natt_reader_at_end(&info) || !natt_reader_at_end(r))
        return false;
    bits = natt_reader_inside(&info, octets);
    return parse_numbers(&bits, out);
}

static size_t bit_length(natt_bytes number)
{
    size_t bits = 8 * number.len;
    for (uint8_t top = number.len > 0 ? number.ptr[0] : 0; top != 0 && top < 0x80; top = (uint8_t)(top << 1))
        bits--;
    return bits;
}

static bool is_odd(natt_bytes number)
{
    return number.len > 0 && (number.ptr[number.len - 1] & 1) != 0;
}

/* 65537 is the common value. Smaller ones have less margin, larger ones make sealing expensive. */
static bool exponent_ok(natt_bytes e)
{
    uint32_t value = 0;
    for (size_t i = 0; i < e.len && e.len <= sizeof value; i++)
        value = value << 8 | e.ptr[i];
    return is_odd(e) && value >= MIN_EXPONENT;
}

static bool check_numbers(const struct natt_public_key *key, natt_bytes spki, natt_recipient_error *err)
{
    size_t bits = bit_length(key->modulus), at = (size_t)(key->modulus.ptr - spki.ptr);
    if (bits < NATT_RSA_MIN_BITS || bits > NATT_RSA_MAX_BITS)
        return fail(err, at, "the RSA key has fewer than 2048 or more than 4096 bits");
    if (!is_odd(key->modulus))
        return fail(err, at, "the modulus of the RSA key is even");
    return exponent_ok(key->exponent) ||
           fail(err, (size_t)(key->exponent.ptr - spki.ptr),
                "the exponent of the RSA key is even, less than 65537, or has more than 32 bits");
}

/* PEM, and PKCS#1 without the algorithm, are common mistakes. */
static const char *mistake(natt_bytes spki)
{
    if (spki.len > 10 && spki.ptr[0] == '-' && spki.ptr[1] == '-')
        return "the document's public key is PEM, not DER";
    if (spki.len > 8 && spki.ptr[0] == 0x30 && spki.ptr[1] == 0x82 && spki.ptr[4] == 0x02)
        return "the document's public key is PKCS #1, not SubjectPublicKeyInfo";
    return "the document's public key is not an RSA key in DER";
}

bool natt_public_key_parse(struct natt_public_key *out, natt_bytes spki, natt_recipient_error *err)
{
    natt_error why;
    struct natt_reader r = natt_der_reader(spki, natt_error_begin(&why, &why));
    if (spki.ptr == NULL)
        return fail(err, NATT_NO_OFFSET, "the document has no public key");
    return parse(&r, out) ? check_numbers(out, spki, err) : fail(err, why.offset, mistake(spki));
}
