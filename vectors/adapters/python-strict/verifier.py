"""A strict verifier of attestation documents, written from docs/RULES.md alone, as a second opinion on the vectors."""
from __future__ import annotations

import cbor2  # type: ignore[import]

from certificate import Certificate, read_certificate
from chain import KEY_CERT_SIGN, check_chain, check_signatures
from curve import verified
from document import PROTECTED, Document, Envelope, Part, read_document, read_envelope
from expectations import check_expectations, check_fields
from options import Options
from refusal import Refused, require


def verify(data: bytes, roots: list[bytes], now: int, options: Options) -> Document:
    """Returns the content if no rule fails; `now` is in milliseconds since 1970. Otherwise it raises Refused."""
    check_roots(roots)
    envelope = read_envelope(data)
    document = read_document(data, envelope.payload)
    check_fields(document, options)
    parts = [*document.cabundle, document.certificate]
    chain = [read_certificate(data, part, index) for index, part in enumerate(parts)]
    check_chain(chain, roots, options, now, document.timestamp)
    check_signatures(chain)
    check_signature(envelope, chain[-1])
    check_expectations(document, chain, options, now)
    return document


def check_roots(roots: list[bytes]) -> None:
    """R-USAGE-03, R-USAGE-04, R-USAGE-23"""
    require(roots != [], 'NATT_E_USAGE_ROOTS')
    read = []
    for index, root in enumerate(roots):
        try:
            read.append(read_certificate(root, Part(0, root), index))
        except Refused as refusal:
            raise Refused('NATT_E_USAGE_ROOT_INVALID', refusal.offset, index) from refusal
    for index, certificate in enumerate(read):
        issues = certificate.ca and KEY_CERT_SIGN in (certificate.key_usage or ())
        require(issues, 'NATT_E_USAGE_ROOT_CA', None, index)


def check_signature(envelope: Envelope, leaf: Certificate) -> None:
    """R-COSE-10 [RFC 9052 4.4]"""
    signed = cbor2.dumps(['Signature1', PROTECTED[1:], b'', envelope.payload.value])
    r, s = (int.from_bytes(envelope.signature.value[at:at + 48], 'big') for at in (0, 48))
    require(verified(leaf.point.value, r, s, signed), 'NATT_E_COSE_SIGNATURE', envelope.signature.at)
