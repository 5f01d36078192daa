"""The unverified content of a certificate. No signature is verified here: use it to inspect, never to decide."""
from __future__ import annotations

import ctypes
import enum
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from . import _structs as c
from ._buffers import BytesLike, copy, immutable, view
from ._errors import call
from ._library import lib
from ._values import chain_moment


class KeyUsage(enum.IntFlag):
    """What a certificate's key may be used for, as RFC 5280 names it; bits without a name are kept.

    DIGITAL_SIGNATURE, NON_REPUDIATION, KEY_ENCIPHERMENT, DATA_ENCIPHERMENT, KEY_AGREEMENT, KEY_CERT_SIGN, CRL_SIGN,
    ENCIPHER_ONLY, DECIPHER_ONLY. A genuine leaf has the first, the certificates above it KEY_CERT_SIGN.
    """

    DIGITAL_SIGNATURE = c.KU_DIGITAL_SIGNATURE
    NON_REPUDIATION = c.KU_NON_REPUDIATION
    KEY_ENCIPHERMENT = 0x0004
    DATA_ENCIPHERMENT = 0x0008
    KEY_AGREEMENT = 0x0010
    KEY_CERT_SIGN = c.KU_KEY_CERT_SIGN
    CRL_SIGN = c.KU_CRL_SIGN
    ENCIPHER_ONLY = 0x0080
    DECIPHER_ONLY = 0x0100


@dataclass(frozen=True)
class UntrustedCertificate:
    """An unverified certificate in the form that AWS writes: anyone may have written it.

    raw          all of it in DER; tbs is the signed part
    serial       a positive number, for Deny.serial(it.serial, issuer=it.issuer)
    issuer, subject        Names in DER
    issuer_cn, subject_cn  the text of the last commonName, or None; escape it before showing
    not_before, not_after  its validity, both seconds included
    spki         SubjectPublicKeyInfo in DER
    public_key   x || y, 96 bytes; not checked to be a point on the curve
    r, s         the signature's two numbers, big-endian
    ca           from basicConstraints; None if the certificate has none
    path_len     number of CAs that may follow; None if absent
    key_usage    None if absent
    unknown_critical  OID (DER, without head) of the first critical extension this library does not know; None is usual
    """

    raw: bytes
    tbs: bytes
    serial: int
    issuer: bytes
    subject: bytes
    issuer_cn: Optional[str]
    subject_cn: Optional[str]
    not_before: datetime
    not_after: datetime
    spki: bytes
    public_key: bytes
    r: bytes
    s: bytes
    ca: Optional[bool]
    path_len: Optional[int]
    key_usage: Optional[KeyUsage]
    unknown_critical: Optional[bytes]

    @property
    def sha256(self) -> bytes:
        """SHA-256 of the whole certificate, for Deny.certificate_sha256()."""
        return hashlib.sha256(self.raw).digest()

    @property
    def spki_sha256(self) -> bytes:
        """SHA-256 of its SubjectPublicKeyInfo, for Deny.spki_sha256()."""
        return hashlib.sha256(self.spki).digest()


def _text(raw: c.Bytes) -> Optional[str]:
    return None if raw.ptr is None else copy(raw).decode("utf-8")


def parse_certificate(certificate: BytesLike) -> UntrustedCertificate:
    """Reads one certificate in DER, of at most 1024 bytes, without verifying anything.

    Accepts X.509 v3 with a P-384 key, signed with ecdsa-with-SHA384, like all certificates in AWS's chains.
    ssl.PEM_cert_to_DER_cert converts PEM to DER. Raises VerificationError, with the offset, for everything else,
    TypeError for a wrong type. Threads: any number at once. Cost: one pass over it; no public-key work.
    """
    data, raw = immutable(certificate, "certificate"), c.Certificate()
    call(lib.natt_certificate_parse, ctypes.byref(raw), view(data))
    return UntrustedCertificate(
        raw=copy(raw.raw),
        tbs=copy(raw.tbs),
        serial=int.from_bytes(copy(raw.serial), "big"),
        issuer=copy(raw.issuer),
        subject=copy(raw.subject),
        issuer_cn=_text(raw.issuer_cn),
        subject_cn=_text(raw.subject_cn),
        not_before=chain_moment(raw.not_before),
        not_after=chain_moment(raw.not_after),
        spki=copy(raw.spki),
        public_key=copy(raw.public_key),
        r=copy(raw.r),
        s=copy(raw.s),
        ca=raw.ca if raw.has_basic_constraints else None,
        path_len=raw.path_len if raw.has_path_len else None,
        key_usage=KeyUsage(raw.key_usage) if raw.has_key_usage else None,
        unknown_critical=None if raw.unknown_critical.ptr is None else copy(raw.unknown_critical),
    )
