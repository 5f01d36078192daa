"""The unverified content of documents and certificates. No signature is verified here: use it for inspection, never for
security decisions."""
from __future__ import annotations

import hashlib
from ctypes import byref
from dataclasses import dataclass
from datetime import datetime
from typing import Optional, Tuple

from . import _structs as c
from ._buffers import BytesLike, copy, immutable, members, view
from ._errors import call
from ._library import lib
from ._structs import KeyUsage, Kind
from ._values import Pcrs, chain_moment, moment

_SAME_IN_DOCUMENT = ("timestamp_ms", "certificate", "public_key", "user_data", "nonce", "tagged", "indefinite",
                     "protected_header", "payload", "signature")
_SAME_IN_CERTIFICATE = ("raw", "tbs", "issuer", "subject", "spki", "public_key", "r", "s", "unknown_critical")


@dataclass(frozen=True)
class UntrustedDocument:
    """A well-formed, unverified attestation document: anyone may have written it.

    kind            ENCLAVE, NITROTPM or OTHER
    module_id       may contain any characters: escape it before printing
    digest          "SHA384"
    timestamp       its time of creation; timestamp_ms is the same in milliseconds since 1970 UTC
    pcrs            PCR values by index, 48 bytes each
    certificate     the leaf in DER; parse_certificate() reads it
    cabundle        the certificates above it; the first is the root
    public_key, user_data, nonce  None = missing or null, b"" = empty
    unknown_fields  names that AWS does not list, in order
    tagged          tag 18 before the document
    indefinite      the payload's map has indefinite length
    protected_header, payload  the signed parts, as CBOR
    signature       r || s, 96 bytes
    """

    kind: Kind
    module_id: str
    digest: str
    timestamp: datetime
    timestamp_ms: int
    pcrs: Pcrs
    certificate: bytes
    cabundle: Tuple[bytes, ...]
    public_key: Optional[bytes]
    user_data: Optional[bytes]
    nonce: Optional[bytes]
    unknown_fields: Tuple[bytes, ...]
    tagged: bool
    indefinite: bool
    protected_header: bytes
    payload: bytes
    signature: bytes


def parse(document: BytesLike) -> UntrustedDocument:
    """Reads a document without verifying anything.

    document  the raw bytes: decode base64 or hex first.

    Raises VerificationError if it is not one well-formed attestation document, TypeError for a wrong type. Unknown
    fields, sizes of the optional fields and the kind depend on the options of verify() and are not checked here.
    Threads: any number at once. Cost: one pass over it; no public-key work.
    """
    data, raw = immutable(document, "document"), c.Document()
    call(lib.natt_document_parse, byref(raw), view(data))
    return UntrustedDocument(
        kind=Kind(raw.kind),
        module_id=copy(raw.module_id).decode("utf-8"),
        digest=copy(raw.digest).decode("utf-8"),
        timestamp=moment(raw.timestamp_ms),
        pcrs=Pcrs({n: copy(raw.pcrs[n]) for n in range(c.PCR_COUNT) if raw.pcr_mask >> n & 1}),
        cabundle=tuple(copy(raw.cabundle[n]) for n in range(raw.cabundle_count)),
        unknown_fields=tuple(copy(raw.unknown_fields[n]) for n in range(raw.unknown_count)),
        **members(raw, _SAME_IN_DOCUMENT),
    )


@dataclass(frozen=True)
class UntrustedCertificate:
    """An unverified certificate in the form that AWS writes: anyone may have written it.

    raw          the complete certificate in DER; tbs is the signed part
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
    ssl.PEM_cert_to_DER_cert converts PEM to DER. Raises VerificationError, with the offset, for any other input, and
    TypeError for a wrong type. Threads: any number at once. Cost: one pass over it; no public-key work.
    """
    data, raw = immutable(certificate, "certificate"), c.Certificate()
    call(lib.natt_certificate_parse, byref(raw), view(data))
    return UntrustedCertificate(
        serial=int.from_bytes(copy(raw.serial), "big"),
        issuer_cn=_text(raw.issuer_cn),
        subject_cn=_text(raw.subject_cn),
        not_before=chain_moment(raw.not_before),
        not_after=chain_moment(raw.not_after),
        ca=raw.ca if raw.has_basic_constraints else None,
        path_len=raw.path_len if raw.has_path_len else None,
        key_usage=KeyUsage(raw.key_usage) if raw.has_key_usage else None,
        **members(raw, _SAME_IN_CERTIFICATE),
    )
