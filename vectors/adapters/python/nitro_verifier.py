"""A Nitro attestation verifier on cbor2 and cryptography, as a careful Python program would contain it.

It follows the AWS documentation: decode the COSE_Sign1, check the fields, verify the chain from the trusted root to the
leaf, verify the signature, then compare what the caller expects. It relies on the two libraries for CBOR and X.509. The
checks that it omits are part of the result: it is a specimen, not the verifier of this project.
"""
import datetime

import cbor2
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

MANDATORY = {'module_id': str, 'digest': str, 'timestamp': int, 'pcrs': dict, 'certificate': bytes, 'cabundle': list}
OPTIONAL = ('public_key', 'user_data', 'nonce')
UTC = datetime.timezone.utc


class Refused(Exception):
    """The document is not trustworthy. The message has the reason."""


def require(condition, reason):
    if not condition:
        raise Refused(reason)


def verify(document, roots, now=None, allow_debug=False):
    """Returns the fields of the document if the chain begins with one of the roots (DER) and is valid at `now`, a
    datetime with time zone. Without `now`, it uses the timestamp of the document."""
    try:
        protected, payload, signature = decode_envelope(document)
        fields = decode_payload(payload)
        at = now or datetime.datetime.fromtimestamp(fields['timestamp'] / 1000, UTC)
        key = verify_chain(fields, roots, at)
        verify_signature(key, protected, payload, signature)
    except (cbor2.CBORDecodeError, ValueError, OverflowError) as e:
        raise Refused('malformed: %s' % e) from e
    except (x509.ExtensionNotFound, x509.DuplicateExtension, UnsupportedAlgorithm) as e:
        raise Refused('certificate: %s' % e) from e
    except InvalidSignature as e:
        raise Refused('a signature is not valid') from e
    require(allow_debug or any(fields['pcrs'].get(0, b'')), 'debug enclave: PCR0 is zero')
    return fields


def decode_envelope(document):
    message = cbor2.loads(document)
    if isinstance(message, cbor2.CBORTag):
        require(message.tag == 18, 'the tag is not COSE_Sign1')
        message = message.value
    require(isinstance(message, (list, tuple)) and len(message) == 4, 'not a COSE_Sign1 array')
    protected, _unprotected, payload, signature = message
    require(all(isinstance(part, bytes) for part in (protected, payload, signature)), 'a part is not a byte string')
    header = cbor2.loads(protected)
    require(isinstance(header, dict) and header.get(1) == -35, 'the algorithm is not ES384')
    return protected, payload, signature


def decode_payload(payload):
    fields = cbor2.loads(payload)
    require(isinstance(fields, dict), 'the payload is not a map')
    for name, kind in MANDATORY.items():
        require(isinstance(fields.get(name), kind), '%s is missing or has a wrong type' % name)
    for name in OPTIONAL:
        value = fields.setdefault(name, None)
        require(value is None or isinstance(value, bytes) and len(value) <= 1024, '%s is malformed' % name)
    require(fields['module_id'], 'module_id is empty')
    require(fields['digest'] == 'SHA384', 'the digest is not SHA384')
    require(fields['timestamp'] > 0, 'the timestamp is not positive')
    require(1 <= len(fields['pcrs']) <= 32, 'wrong number of PCRs')
    for index, value in fields['pcrs'].items():
        require(isinstance(index, int) and 0 <= index < 32, 'wrong PCR index')
        require(isinstance(value, bytes) and len(value) in (32, 48, 64), 'wrong PCR size')
    require(fields['cabundle'], 'cabundle is empty')
    for der in fields['cabundle']:
        require(isinstance(der, bytes) and 1 <= len(der) <= 1024, 'wrong certificate size')
    return fields


def verify_chain(fields, roots, at):
    """Verifies from root to leaf that each certificate signed the next one. Returns the key of the leaf."""
    require(fields['cabundle'][0] in roots, 'the first certificate is not a trusted root')
    issuers = [x509.load_der_x509_certificate(der) for der in fields['cabundle']]
    leaf = x509.load_der_x509_certificate(fields['certificate'])
    for depth, issuer in enumerate(issuers):
        below = issuers[depth + 1] if depth + 1 < len(issuers) else leaf
        check_validity(issuer, at)
        check_issuer(issuer, len(issuers) - depth - 1)
        check_issued(below, issuer)
    check_validity(leaf, at)
    check_leaf(leaf)
    return leaf.public_key()


def check_validity(certificate, at):
    begin, end = validity(certificate)
    require(begin <= at <= end, 'a certificate is not valid at this time')


def validity(certificate):
    if hasattr(certificate, 'not_valid_before_utc'):
        return certificate.not_valid_before_utc, certificate.not_valid_after_utc
    # cryptography before version 42
    return certificate.not_valid_before.replace(tzinfo=UTC), certificate.not_valid_after.replace(tzinfo=UTC)


def check_issuer(certificate, cas_below):
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    require(constraints.ca, 'an issuer is not a CA')
    require(constraints.path_length is None or cas_below <= constraints.path_length, 'path length exceeded')
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    require(usage.key_cert_sign, 'an issuer may not sign certificates')


def check_issued(certificate, issuer):
    require(certificate.issuer == issuer.subject, 'cabundle is not a chain')
    require(isinstance(certificate.signature_hash_algorithm, hashes.SHA384), 'a certificate is not signed with SHA-384')
    key = issuer.public_key()
    require(isinstance(key, ec.EllipticCurvePublicKey), 'an issuer has no EC key')
    key.verify(certificate.signature, certificate.tbs_certificate_bytes, ec.ECDSA(hashes.SHA384()))


def check_leaf(certificate):
    extensions = certificate.extensions
    require(extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature, 'the leaf may not sign')
    try:
        require(not extensions.get_extension_for_class(x509.BasicConstraints).value.ca, 'the leaf is a CA')
    except x509.ExtensionNotFound:
        pass
    key = certificate.public_key()
    require(isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1),
            'the leaf is not on P-384')


def verify_signature(key, protected, payload, signature):
    require(len(signature) == 96, 'wrong signature size')
    r, s = int.from_bytes(signature[:48], 'big'), int.from_bytes(signature[48:], 'big')
    signed = cbor2.dumps(['Signature1', protected, b'', payload])
    key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA384()))
