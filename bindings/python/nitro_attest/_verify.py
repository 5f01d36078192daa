"""Verification: is this document genuine, and does it meet the caller's requirements?"""
from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from ctypes import byref
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Iterable, Iterator, List, Optional, Sequence, Tuple

from . import _structs as c
from ._buffers import BytesLike, copy, immutable, view
from ._codes import Code
from ._errors import AttestationError, InternalError, UsageError, VerificationError, call, usage
from ._library import lib
from ._owned import Owned
from ._policy import Policy
from ._refusals import OF_ONE_DOCUMENT, refusal
from ._requirements import Answers, VerifierOptions, requirements, takes_options
from ._values import ANY, Check, Deny, Expected, Kind, Limits, MaxAge, Text  # some names only for typing.get_type_hints
from ._values import integer, listed, typed
from ._verified import Verified, verified_from_c

if TYPE_CHECKING:  # type checkers know this module even if the package is not installed
    from typing_extensions import Unpack

_VERIFIED_SIZE = ctypes.sizeof(c.Verified)
_CHUNK = 64  # documents for one C call: enough to share its cost, few enough for threads to share the work
_REHEARSAL = datetime(2020, 1, 1, tzinfo=timezone.utc)


def aws_root() -> bytes:
    """AWS's root certificate for Nitro Enclaves, "Root-G1", in DER. Trusted only if you list it in roots."""
    return copy(lib.natt_root_aws())


@dataclass(frozen=True)
class BatchItem:
    """One document of a batch and its expectations; nonce or no_nonce must be given.

    document, nonce, no_nonce, user_data, public_key, module_id  as for verify()
    policy  None = the verifier's
    """

    document: BytesLike
    nonce: Optional[BytesLike] = None
    no_nonce: bool = False
    user_data: Expected = ANY
    public_key: Expected = ANY
    module_id: Text = ANY
    policy: Optional[Policy] = None


@dataclass(frozen=True)
class BatchResult:
    """The verdict on one document of a batch: exactly one of verified and error is set. True = verified.

    verified  what verify() would have returned, or None
    error     what verify() would have raised, or None
    """

    verified: Optional[Verified]
    error: Optional[AttestationError]

    def __bool__(self) -> bool:
        return self.verified is not None

    def unwrap(self) -> Verified:
        """What verify() would have returned, or raised."""
        if self.verified is not None:
            return self.verified
        assert self.error is not None
        raise self.error


class Verifier(Owned):
    """The requirements for all documents, and a cache of verified certificates. Create one and keep it. The arguments
    are those of verify(), except those for a single document and the time, which each call has. Invalid arguments raise
    UsageError or TypeError immediately. Of required_checks, NONCE, USER_DATA, PUBLIC_KEY and MODULE_ID are compared
    with the arguments of each call, the others at once.

    cache_chains  the approximate number of chains in each cache, 0 to 1,000,000 (about 260 bytes per certificate, four
                  per chain); 0 = no cache. Only the signature of a cached certificate is not verified again.

    Threads may share it: each call in progress has its own C cache, and C runs without the interpreter's lock.
    Processes: after a fork each continues with its own copy.
    """

    @takes_options
    def __init__(self, *, cache_chains: int = 64, **options: Unpack[VerifierOptions]) -> None:
        self._told = requirements(**options)
        if not 0 <= integer(cache_chains, "cache_chains") <= c.MAX_CACHE_CHAINS:
            raise usage(Code.NATT_E_USAGE_CACHE, "cache_chains is out of range",
                        "cache_chains is 0 to %d" % c.MAX_CACHE_CHAINS)
        self._chains = cache_chains
        # caches and their memory; pop and append are atomic, so the list grows to the number of simultaneous calls
        self._idle: List[Tuple[int, object]] = []
        self._rehearse()

    def _rehearse(self) -> None:
        """Raises an exception for invalid requirements here instead of at the first document."""
        options = self._told.options(_REHEARSAL, Answers(None, True, ANY, ANY, ANY))
        options.required_checks &= ~OF_ONE_DOCUMENT.value
        with suppress(VerificationError, InternalError):
            self._decide(b"", options)

    def _decide(self, document: bytes, options: c.Options) -> Verified:
        raw, error, policy = c.Verified(_VERIFIED_SIZE), c.Error(), self._told.policy
        with self._cache() as cache:
            if not lib.natt_verify(byref(raw), view(document), byref(options), cache, byref(error)):
                raise refusal(error, document, options, policy, cache)
        return verified_from_c(raw, policy)

    @contextmanager
    def _cache(self) -> Iterator[Optional[int]]:
        """A chain cache of the C library that no other thread uses at the same time."""
        if self._chains == 0:
            yield None
            return
        try:
            cache = self._idle.pop()
        except IndexError:
            memory = ctypes.create_string_buffer(lib.natt_cache_size(self._chains, 0))
            cache = call(lib.natt_cache_init, memory, len(memory), self._chains, 0), memory
        try:
            yield cache[0]
        finally:
            self._idle.append(cache)

    def verify(self, document: BytesLike, *, now: datetime, nonce: Optional[BytesLike] = None, no_nonce: bool = False,
               user_data: Expected = ANY, public_key: Expected = ANY, module_id: Text = ANY) -> Verified:
        """Verifies one document; see verify() for arguments, result and exceptions.

        required_checks that depend on these arguments (NONCE, USER_DATA, PUBLIC_KEY, MODULE_ID) are compared with them
        in each call. Cost: one P-384 verification for each certificate that is neither the root nor in the cache, and
        one for the document; the same again, with the same cache, for a refusal with NATT_E_POLICY_*.
        """
        said = Answers(nonce, no_nonce, user_data, public_key, module_id)
        return self._decide(immutable(document, "document"), self._told.options(now, said))

    def verify_batch(self, items: Iterable[BatchItem], *, now: datetime, threads: int = 1) -> List[BatchResult]:
        """A verdict for each document, in order; the same as a separate call of verify().

        items    BatchItem objects; an empty list gives an empty list
        now      the current time, an aware datetime, the same for all
        threads  number of threads; C runs without the interpreter's lock, so use at most one per processor

        Raises TypeError, ValueError and UsageError, which name the argument, for an invalid call or item. Errors of a
        document are in its result, and so are required_checks that an item does not perform. Check each result. Cost:
        that of verify() for each document.
        """
        if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
            raise TypeError("threads must be an int of at least 1, not %r" % (threads,))
        checked = [_checked_item(n, item) for n, item in enumerate(listed(items, "items"))]
        options = self._told.options(now)
        options.policy = None
        size = max(1, min(_CHUNK, -(-len(checked) // threads)))
        chunks = [checked[n:n + size] for n in range(0, len(checked), size)]
        if threads == 1 or len(chunks) < 2:
            parts = [self._decide_chunk(chunk, options) for chunk in chunks]
        else:
            with ThreadPoolExecutor(min(threads, len(chunks))) as pool:
                parts = list(pool.map(lambda chunk: self._decide_chunk(chunk, options), chunks))
        return [result for part in parts for result in part]

    def _decide_chunk(self, chunk: Sequence[_Item], options: c.Options) -> List[BatchResult]:
        array = (c.BatchItem * len(chunk))(*[c.initial_batch_item() for _ in chunk])
        policies = [item.policy or self._told.policy for item in chunk]
        for raw, item, policy in zip(array, chunk, policies):
            raw.document = view(item.document)
            item.said.fill(raw)
            if policy is not None:
                raw.policy = ctypes.pointer(policy._raw)
        size = lib.natt_batch_workspace_size(len(chunk))
        workspace = ctypes.create_string_buffer(size)
        with self._cache() as cache:
            lib.natt_verify_batch(array, len(chunk), byref(options), cache, workspace, size, None)
            return [_result(raw, item, policy, options, cache) for raw, item, policy in zip(array, chunk, policies)]

    @property
    def cached_certificates(self) -> int:
        """The number of certificates in the idle caches; a certificate in several caches counts several times."""
        return sum(lib.natt_cache_count(pointer) for pointer, _ in tuple(self._idle))


@dataclass(frozen=True)
class _Item:
    """A BatchItem with checked types."""

    document: bytes
    said: Answers
    policy: Optional[Policy]


def _checked_item(number: int, item: Any) -> _Item:
    """Returns the item, or raises an exception that names the invalid one."""
    if not isinstance(item, BatchItem):
        raise TypeError("item %d: a batch consists of BatchItem objects, not %s" % (number, type(item).__name__))
    try:
        if item.policy is not None:
            typed(item.policy, Policy, "policy", "a nitro_attest.Policy")
        said = Answers(item.nonce, item.no_nonce, item.user_data, item.public_key, item.module_id)
        return _Item(immutable(item.document, "document"), said, item.policy)
    except UsageError as e:
        raise usage(e.code, "item %d: %s" % (number, e.message), e.remedy) from None
    except TypeError as e:
        raise TypeError("item %d: %s" % (number, e)) from None
    except ValueError as e:
        raise ValueError("item %d: %s" % (number, e)) from None


def _result(raw: c.BatchItem, item: _Item, policy: Optional[Policy], shared: c.Options,
            cache: Optional[int]) -> BatchResult:
    if raw.holds:
        return BatchResult(verified_from_c(raw.verified, policy), None)
    options = c.Options.from_buffer_copy(shared)
    item.said.fill(options)
    options.policy = raw.policy
    return BatchResult(None, refusal(raw.error, item.document, options, policy, cache))


@takes_options
def verify(document: BytesLike, *, now: datetime, nonce: Optional[BytesLike] = None, no_nonce: bool = False,
           user_data: Expected = ANY, public_key: Expected = ANY, module_id: Text = ANY,
           **options: Unpack[VerifierOptions]) -> Verified:
    """Returns the content of a genuine document, or raises. Security-critical options have no defaults.

    document  the raw bytes: decode base64 or hex first. Mutable bytes are copied.
    roots     certificates in DER: all trusted roots. AWS's is aws_root().
    now       the current time, an aware datetime. Also required in archive mode, but not compared there.
    max_age   maximum age of the document, a timedelta or UNLIMITED; or archive=True: certificates valid at the
              document's own time, integrity without freshness.
    nonce     the exact nonce that you sent; or no_nonce=True: freshness depends on time only.
    policy    the trusted images; or insecure_no_pcr_policy=True: every image of every AWS account passes.
    kind      ENCLAVE or NITROTPM; the two are never interchangeable.
    user_data, public_key  the exact bytes, ABSENT (missing or null), or ANY.
    module_id, region      the exact text, or ANY.
    max_future             how far the timestamp may be after now; at most one hour.
    not_before_leeway, not_after_leeway  extend the validity of certificates; at most one hour each.
    limits    size limits of public_key, user_data and nonce.
    deny      certificates and keys that must not be in the chain.
    allow_debug              accept debug enclaves, whose memory the host can read.
    allow_unknown_fields     skip fields that AWS does not list.
    allow_weak_policy        accept policies that do not identify an image.
    require_module_binding   the certificates' names must contain module_id.
    required_checks          a Check: the checks that the caller relies on, for example Check.NONCE | Check.AGE. If the
                             other arguments do not perform all of them, UsageError (NATT_E_USAGE_CHECKS) is raised
                             before the document is read.

    Raises VerificationError if the document is refused, UsageError if the call is invalid, InternalError if the library
    failed (all three are AttestationError), TypeError for a wrong type, ValueError for a naive datetime. A refusal with
    NATT_E_POLICY_* has the PCRs that differ, expected and actual, in its attribute differences. Threads: any number at
    once; C runs without the interpreter's lock. Cost: one P-384 verification for each certificate below the root,
    usually four, and one for the document; a Verifier does not verify the same certificate again. A refusal with
    NATT_E_POLICY_* costs a second verification, since only values of a genuine document are shown.
    """
    verifier = Verifier(cache_chains=0, **options)
    return verifier.verify(document, now=now, nonce=nonce, no_nonce=no_nonce, user_data=user_data,
                           public_key=public_key, module_id=module_id)


@takes_options
def verify_batch(items: Iterable[BatchItem], *, now: datetime, cache_chains: int = 64, threads: int = 1,
                 **options: Unpack[VerifierOptions]) -> List[BatchResult]:
    """A verdict for each document, in order: Verifier(...).verify_batch(items, now=now, threads=threads).

    Arguments are those of verify(), of Verifier and of its verify_batch(), and so are the exceptions. The cache exists
    only during this call: for several batches, keep a Verifier.
    """
    return Verifier(cache_chains=cache_chains, **options).verify_batch(items, now=now, threads=threads)
