"""Signed test documents without an NSM, under a separate PKI like AWS's. Verifiers that trust only AWS refuse them."""
from __future__ import annotations

import ctypes
import threading
from ctypes import byref, sizeof
from dataclasses import dataclass
from datetime import datetime
from typing import Any, List, Mapping, Optional

from . import _nsm_structs as n
from . import _structs as c
from ._buffers import BytesLike, immutable, set_views, view
from ._emulator import Signer, preset_index, set_texts, time_ms
from ._errors import call
from ._library import emulator_lib
from ._owned import Memory
from ._values import Kind, boolean, enumerator, integer, milliseconds_since_1970, suggests_names


def _pcr_array(pcrs: Mapping[int, BytesLike], keep: List[object]) -> Any:
    if not isinstance(pcrs, Mapping):
        raise TypeError("pcrs must map indices to values, not be a %s" % type(pcrs).__name__)
    kept = {index: immutable(value, "PCR %d" % preset_index(index)) for index, value in pcrs.items()}
    keep.append(kept)
    return (n.IssuePcr * len(kept))(*[n.IssuePcr(index, view(value)) for index, value in kept.items()])


class Issuer(Signer):
    """A test replacement for AWS's attestation PKI. Use it in a `with` statement or close it: this wipes its keys.

    now      its clock, an aware datetime, which determines the dates of certificates
    seed     bytes from which every key is derived: equal seeds give equal documents. None = random keys
    kind     ENCLAVE or NITROTPM
    region, instance_id, role_arn  determine the names and PCRs 3 and 4; None = test values
    suffix   the suffix of every name, "test.invalid"; "aws" gives the names that AWS writes
    bundle_count  certificates above the leaf, 1 to 16

    Raises EmulatorError for invalid values, TypeError for wrong types, and ValueError after it is closed. Threads may
    share it: it handles one call at a time. Cost: a key pair for each certificate, some milliseconds; then one
    signature per document.
    """

    _name = "issuer"

    @suggests_names
    def __init__(self, *, now: datetime, seed: Optional[BytesLike] = None, kind: Kind = Kind.ENCLAVE,
                 region: Optional[str] = None, instance_id: Optional[str] = None, role_arn: Optional[str] = None,
                 suffix: Optional[str] = None, bundle_count: int = 4) -> None:
        self._lock, self._process = threading.Lock(), None
        self._lib = emulator_lib()
        if not 1 <= integer(bundle_count, "bundle_count") <= n.ISSUER_MAX_BUNDLE:
            raise ValueError("bundle_count must be 1 to %d, not %d" % (n.ISSUER_MAX_BUNDLE, bundle_count))
        options = n.IssuerOptions(struct_size=sizeof(n.IssuerOptions), kind=enumerator(kind, Kind, "kind"),
                                  now_ms=milliseconds_since_1970(now, "now"), bundle_count=bundle_count)
        set_views(options, seed=seed)
        set_texts(options, suffix=suffix, region=region, instance_id=instance_id, role_arn=role_arn)
        pointer = call(self._lib.natt_issuer_new, byref(options))
        self._uses = [Memory(ctypes.c_void_p(pointer), self._lib, "natt_issuer_free")]

    @suggests_names
    def issue(self, *, nonce: Optional[BytesLike] = None, user_data: Optional[BytesLike] = None,
              public_key: Optional[BytesLike] = None, pcrs: Optional[Mapping[int, BytesLike]] = None,
              only_these_pcrs: bool = False, timestamp: Optional[datetime] = None, debug: bool = False,
              definite: bool = False, tagged: bool = False) -> bytes:
        """A signed document.

        nonce, user_data, public_key  None is null, b"" is empty
        pcrs       {index: 48 bytes}, replaces or adds to the usual test values; only_these_pcrs omits those
        timestamp  an aware datetime; None = the issuer's clock
        debug      as a debug enclave: PCR0 to 2 are zero
        definite   the payload's map has definite length, as AWS wrote it until 2025
        tagged     tag 18 before the document
        """
        request, keep = n.initial_issue_request(), list[object]()
        set_views(request, nonce=nonce, user_data=user_data, public_key=public_key)
        if pcrs is not None:
            request.pcrs, request.pcr_count = _pcr_array(pcrs, keep), len(pcrs)
        for name, flag in (("only_these_pcrs", only_these_pcrs), ("debug", debug), ("definite", definite),
                           ("tagged", tagged)):
            setattr(request, name, boolean(flag, name))
        request.timestamp_ms = time_ms(timestamp, "timestamp")
        room, length = ctypes.create_string_buffer(c.MAX_DOCUMENT), ctypes.c_size_t()
        with self._lock:
            call(self._lib.natt_issue, self._use(), room, len(room), byref(length), byref(request))
        return room.raw[:length.value]

    def set_now(self, now: datetime) -> None:
        """Sets the clock: certificates below the root are reissued; keys, names and module_id remain."""
        with self._lock:
            call(self._lib.natt_issuer_set_now, self._use(), milliseconds_since_1970(now, "now"))

    def close(self) -> None:
        """Wipes the keys after a call in progress; calling it again does nothing."""
        with self._lock:
            super().close()


@dataclass(frozen=True)
class IssuedDocument:
    """A test document and the root that verifies it.

    document   signed, as an NSM would return it
    root       the root certificate in DER under which it verifies
    module_id  as in the document
    """

    document: bytes
    root: bytes
    module_id: str


@suggests_names
def issue(*, now: datetime, seed: Optional[BytesLike] = None, kind: Kind = Kind.ENCLAVE, region: Optional[str] = None,
          instance_id: Optional[str] = None, role_arn: Optional[str] = None, suffix: Optional[str] = None,
          bundle_count: int = 4, nonce: Optional[BytesLike] = None, user_data: Optional[BytesLike] = None,
          public_key: Optional[BytesLike] = None, pcrs: Optional[Mapping[int, BytesLike]] = None,
          only_these_pcrs: bool = False, timestamp: Optional[datetime] = None, debug: bool = False,
          definite: bool = False, tagged: bool = False) -> IssuedDocument:
    """Creates one test document under a new PKI. The first eight arguments are those of Issuer, the others of its
    issue()."""
    with Issuer(now=now, seed=seed, kind=kind, region=region, instance_id=instance_id, role_arn=role_arn, suffix=suffix,
                bundle_count=bundle_count) as issuer:
        document = issuer.issue(nonce=nonce, user_data=user_data, public_key=public_key, pcrs=pcrs,
                                only_these_pcrs=only_these_pcrs, timestamp=timestamp, debug=debug, definite=definite,
                                tagged=tagged)
        return IssuedDocument(document, issuer.root, issuer.module_id)
