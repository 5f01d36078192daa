"""Keys of enclaves, the messages that AWS KMS seals to them, and sealing secrets to the key of a verified document."""
from __future__ import annotations

import ctypes
import hashlib
import os
from ctypes import byref
from typing import Any, Callable, List, Literal, NoReturn, Optional, TypedDict, Union

from . import _recipient_structs as r
from ._buffers import BytesLike, copy, immutable, secret_view, set_views, view, writable
from ._codes import RecipientCode
from ._errors import RecipientError, call, recipient_from_c
from ._library import recipient_lib
from ._nsm import NsmSession, Path, path_bytes
from ._nsm_structs import NSM_MAX_RESPONSE
from ._owned import Memory, MemoryOwner, Process
from ._recipient_structs import RecipientEncoding
from ._values import boolean, enumerator, integer, suggests_names, typed
from ._verified import Verified

_MAX_BITS = 0xFFFF  # passed to C, which supports fewer sizes


class RecipientInfo(TypedDict):
    """The type of boto3's argument Recipient; see EnclaveKey.recipient(). boto3 encodes the document itself."""

    KeyEncryptionAlgorithm: Literal["RSAES_OAEP_SHA_256"]
    AttestationDocument: bytes


def _wiped(room: Any) -> None:
    ctypes.memset(room, 0, ctypes.sizeof(room))


def _session(session: object) -> NsmSession:
    return typed(session, NsmSession, "session", "a nitro_attest.NsmSession")


class EnclaveKey(MemoryOwner):
    """An RSA key pair inside an enclave. Attestation documents carry the public key; messages that KMS or seal() seals
    to such a document can only be opened with the private key.

        key = EnclaveKey.generate(session)
        document = key.attest(session)
        answer = boto3.client("kms").decrypt(CiphertextBlob=blob, Recipient=key.recipient(document))
        secret = key.open(answer["CiphertextForRecipient"])

    Create one with generate(), for_process(), from_pem() or load(). Use it in a `with` statement or close it: this
    wipes the private key, once calls in progress have ended. Until then the key is in memory that is locked if the
    system allows it, and excluded from core dumps.

    Python cannot wipe the bytes that open() returns and the text that to_pem() returns; they stay in memory until it is
    reused. open_into() writes the plaintext to a buffer that you can wipe.

    Messages are encrypted but not authenticated. Anyone who knows the public key can seal a message, and anyone who can
    modify a message in transit can change its plaintext. Terminate TLS to KMS inside the enclave.

    Calls raise RecipientError (see its code and offset), TypeError for a wrong type, and LibraryError if
    libnitro-attest-recipient is missing. Threads: several threads may use a key at once, without the interpreter's
    lock. Processes: after a fork only the process that made the key can use it; other processes create their own. Cost:
    creating a key takes about 0.1, 0.4 or 1 s for 2048, 3072 or 4096 bits, occasionally several times as long; opening
    a message is one RSA private operation.
    """

    _name = "key"
    _lib: Any
    _public: bytes
    _bits: int

    def __init__(self, *_: NoReturn, **__: NoReturn) -> None:
        raise TypeError("create an EnclaveKey with generate(), for_process(), from_pem() or load()")

    @classmethod
    def _made(cls, make: Callable[[Any, r.RecipientError], Any], session: Optional[NsmSession] = None,
              path: Optional[Path] = None) -> EnclaveKey:
        """Creates a key in C. `make` gets a list with the session's natt_nsm or None; errors name the path."""
        lib, error, uses = recipient_lib(), r.RecipientError(), list[Memory]()

        def keep(nsm: Any) -> int:
            pointer = make(nsm, error)
            if pointer:
                uses.append(Memory(ctypes.c_void_p(pointer), lib, "natt_recipient_key_free"))
            return bool(pointer)

        if not (keep([None]) if session is None else _session(session)._ask(keep)):
            raise recipient_from_c(error, None if path is None else os.fsdecode(path))
        key = cls.__new__(cls)
        key._lib, key._process, key._uses = lib, Process(), uses
        key._public = copy(lib.natt_recipient_key_public(uses[0]))
        key._bits = int(lib.natt_recipient_key_bits(uses[0]))
        return key

    @classmethod
    def generate(cls, session: Optional[NsmSession] = None, *, bits: int = 2048) -> EnclaveKey:
        """A new key.

        session  an NsmSession, whose random numbers are used together with the system's; None = only the system's,
                 outside enclaves. A kernel without entropy blocks: call session.seed_kernel() first.
        bits     2048, 3072 or 4096
        """
        size, function = integer(bits, "bits"), recipient_lib().natt_recipient_key_new
        size = size if 0 <= size <= _MAX_BITS else 0
        return cls._made(lambda nsm, error: function(nsm[0], size, byref(error)), session)

    @classmethod
    def for_process(cls, session: Optional[NsmSession] = None) -> EnclaveKey:
        """The key of this process, RSA 2048: created on first use, the same for every caller until the process ends.

        close() closes only the returned object. A forked child creates its own key on first use.

        session  as for generate(); used on first use only
        """
        function = recipient_lib().natt_recipient_process_key
        return cls._made(lambda nsm, error: function(nsm[0], byref(error)), session)

    @classmethod
    def from_pem(cls, text: Union[str, BytesLike]) -> EnclaveKey:
        """A key from PEM, or DER as bytes: PKCS#8 or PKCS#1 without a password, RSA of 2048 to 4096 bits.

        text  is not wiped: wipe a bytearray yourself; str and bytes cannot be wiped.
        """
        function = recipient_lib().natt_recipient_key_parse
        raw, _kept = secret_view(text.encode("utf-8", "replace") if isinstance(text, str) else text, "text")
        return cls._made(lambda _, error: function(raw, byref(error)))

    @classmethod
    def load(cls, path: Path) -> EnclaveKey:
        """Reads such a key from the file at this path. Raises RecipientError with NATT_RECIPIENT_E_KEY_UNSAFE unless it
        is a regular file that belongs to the user of this process and that no other user can read (mode 0600 or
        0400)."""
        told, function = path_bytes(path, "path"), recipient_lib().natt_recipient_key_load
        return cls._made(lambda _, error: function(told, byref(error)), None, path)

    def _refused(self, text: str) -> Exception:
        return RecipientError(RecipientCode.NATT_RECIPIENT_E_USAGE_ARGUMENT, text)

    def to_pem(self) -> str:
        """The private key, PKCS#8 in PEM. Store it where no other user can read it: opener= of open() with mode 0600.

        Python cannot wipe it, so call this only for a key that must outlive the process.
        """
        room, length = ctypes.create_string_buffer(r.RECIPIENT_MAX_PEM), ctypes.c_size_t()
        try:
            call(self._lib.natt_recipient_key_pem, self._use(), room, len(room), byref(length))
            return ctypes.string_at(room, length.value).decode("ascii")
        finally:
            _wiped(room)

    @property
    def public_key(self) -> bytes:
        """The public key as in documents: SubjectPublicKeyInfo in DER. Also available after close()."""
        return self._public

    @property
    def bits(self) -> int:
        """The size of the modulus: 2048, 3072 or 4096; keys of other programs may have sizes in between."""
        return self._bits

    @suggests_names
    def attest(self, session: NsmSession, *, nonce: Optional[BytesLike] = None,
               user_data: Optional[BytesLike] = None) -> bytes:
        """A document that carries the public key, signed by the session's NSM.

        session           an NsmSession; its own attest() creates documents without a key or with a different one
        nonce, user_data  None is null, b"" is empty. KMS ignores both.
        """
        fields, ask = r.initial_recipient_attestation(), _session(session)._ask
        set_views(fields, nonce=nonce, user_data=user_data)
        room, length = ctypes.create_string_buffer(NSM_MAX_RESPONSE), ctypes.c_size_t()
        error, function = r.RecipientError(), self._lib.natt_recipient_attest
        if not ask(lambda nsm: int(function(self._use(), room, len(room), byref(length), nsm[0], byref(fields),
                                            byref(error)))):
            raise recipient_from_c(error)
        return room.raw[:length.value]

    def recipient(self, document: BytesLike) -> RecipientInfo:
        """The argument Recipient of boto3's decrypt, generate_data_key, generate_data_key_pair, generate_random and
        derive_shared_secret.

        document  what attest() returned, at most 262144 bytes; ValueError if it does not carry this public key, since
                  this key could not open the reply. The document is not verified here: KMS does that.
        """
        told = immutable(document, "document")
        if not 0 < len(told) <= r.RECIPIENT_MAX_DOCUMENT:
            raise ValueError("document has %d bytes; KMS accepts 1 to %d" % (len(told), r.RECIPIENT_MAX_DOCUMENT))
        if self._public not in told:
            raise ValueError("document does not carry the public key of this EnclaveKey: pass what attest() returned, "
                             "the bytes themselves and not base64")
        return {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": told}

    def open(self, message: BytesLike) -> bytes:
        """Returns the plaintext of a CiphertextForRecipient, or of a message from seal().

        message  the bytes, base64 decoded as boto3 does: CMS EnvelopedData in BER or DER, at most 65536 bytes.

        Raises RecipientError: NATT_RECIPIENT_E_MESSAGE_* for errors that are visible without the key, with their offset
        in the message; NATT_RECIPIENT_E_DECRYPT for every error that depends on the private key.
        """
        kept = immutable(message, "message")
        room = ctypes.create_string_buffer(max(1, min(len(kept), r.RECIPIENT_MAX_MESSAGE)))
        try:
            return ctypes.string_at(room, self._open_into(kept, room))
        finally:
            _wiped(room)

    def open_into(self, message: BytesLike, buffer: Union[bytearray, memoryview]) -> int:
        """Writes the plaintext to the start of the buffer and returns its length.

        buffer  a bytearray or a writable memoryview. It has the only copy of the plaintext: overwrite it to wipe the
                secret. The length of the message is always enough; for a buffer that is too short, RecipientError has
                required_len. After an error of the C library the buffer is all zeros.

        message and exceptions as for open().
        """
        return self._open_into(immutable(message, "message"), writable(buffer, "buffer"))

    def _open_into(self, message: bytes, room: Any) -> int:
        length = ctypes.c_size_t()
        call(self._lib.natt_recipient_open, self._use(), room, ctypes.sizeof(room), byref(length), view(message))
        return length.value

    @property
    def closed(self) -> bool:
        """Whether close() was called."""
        return not self._uses

    def __repr__(self) -> str:
        """Identifies the key by the SHA-256 of its public key, as messages do."""
        return "<nitro_attest.EnclaveKey RSA-%d %s%s>" % (self._bits, hashlib.sha256(self._public).hexdigest()[:16],
                                                         " closed" if self.closed else "")


@suggests_names
def seal(verified: Verified, secret: BytesLike, *, encoding: RecipientEncoding = RecipientEncoding.BER,
         allow_debug: bool = False) -> bytes:
    """Seals a secret to the public key of a verified document, for EnclaveKey.open() and the SDKs for enclaves. Returns
    what KMS returns as CiphertextForRecipient.

    verified     the result of verify() or verify_batch(); the policy used there determines which images get the secret.
    secret       1 to 16384 bytes; for more data, seal a key and encrypt the data with it. A bytearray is not copied,
                 so that you can wipe it afterwards.
    encoding     a RecipientEncoding
    allow_debug  seal to a debug enclave, whose memory the host can read.

    Raises TypeError for anything but a Verified, so a document must be verified first; UsageError, as Verified.check()
    does, if the result was modified; RecipientError if the document has no RSA key of 2048 to 4096 bits or comes from a
    debug enclave, or if the secret has a wrong size. Threads: any number at once. Cost: Verified.check(), and one RSA
    public operation.
    """
    result = typed(verified, Verified, "verified", "what verify() returned, a nitro_attest.Verified")
    options, length = r.initial_recipient_seal_options(), ctypes.c_size_t()
    options.encoding = enumerator(encoding, RecipientEncoding, "encoding")
    options.allow_debug = boolean(allow_debug, "allow_debug")
    raw, _kept = secret_view(secret, "secret")
    room = ctypes.create_string_buffer(r.RECIPIENT_MAX_SEALED)
    call(recipient_lib().natt_recipient_seal, room, len(room), byref(length), byref(result._checked()), raw,
         byref(options))
    return room.raw[:length.value]


def protect_process() -> None:
    """Disables core dumps and debuggers of the same user for this process (RLIMIT_CORE, PR_SET_DUMPABLE), for programs
    with keys or plaintexts in their memory.

    Call it before you create the first key; programs started with exec can be debugged again. Raises RecipientError if
    the system refuses it.
    """
    call(recipient_lib().natt_recipient_protect_process)
