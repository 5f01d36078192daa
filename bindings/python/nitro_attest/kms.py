"""A local KMS for tests and development: `nitro-attest kms serve`, which this process starts and ends.

    with LocalKms(roots=[emulator.root]) as kms:
        client = boto3.client("kms", **kms.client_options())
        key = client.create_key(Policy=policy)["KeyMetadata"]["KeyId"]

It verifies attestation documents, enforces key policies, and decisions() explains why it allowed or denied requests.
"""
from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sysconfig
import tempfile
import time
import weakref
from datetime import timedelta
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Union

from ._buffers import BytesLike, immutable
from ._errors import NitroAttestError, shown
from ._nsm import Path
from ._owned import Closable, Process
from ._values import boolean, listed, suggests_names, typed

ENVIRONMENT = "NITRO_ATTEST_COMMAND"
REMEDY = "install it (README, Install: not part of the Python package), or name its file in " + ENVIRONMENT

#: A policy as JSON text, or as the result of json.loads().
PolicyDocument = Union[str, Mapping[str, object]]

_NAME = "nitro-attest"
_START_SECONDS = 30
_STOP_SECONDS = 15
_MS = timedelta(milliseconds=1)

__all__ = ["ENVIRONMENT", "LocalKms", "LocalKmsError", "PolicyDocument", "command"]


class LocalKmsError(NitroAttestError):
    """The server cannot be started, or has ended. The message includes its last output."""


def command() -> str:
    """The path of the command nitro-attest. The first that exists is used: the file that NITRO_ATTEST_COMMAND names;
    the folder of this Python's commands; PATH. Raises LocalKmsError if there is none."""
    named = os.environ.get(ENVIRONMENT)
    places = [named] if named else [os.path.join(sysconfig.get_path("scripts"), _NAME), _NAME]
    for place in places:
        found = shutil.which(place)
        if found is not None:
            return found
    raise LocalKmsError("the command %s does not exist; %s" % (shown(named or _NAME), REMEDY))


def _written(folder: str, name: str, content: bytes) -> str:
    path = os.path.join(folder, name)
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
    return path


def _policy_file(folder: str, name: str, policy: PolicyDocument) -> str:
    if not isinstance(policy, (str, Mapping)):
        raise TypeError("a policy must be JSON text or a dictionary, not %s" % type(policy).__name__)
    text = policy if isinstance(policy, str) else json.dumps(dict(policy))
    return _written(folder, name, text.encode("utf-8"))


def _duration(max_age: object) -> str:
    return "%dms" % (typed(max_age, timedelta, "max_age", "a timedelta or None") // _MS)


def _switches(**flags: bool) -> List[str]:
    return ["--" + name.replace("_", "-") for name, flag in flags.items() if boolean(flag, name)]


def _end(servers: List[subprocess.Popen[bytes]], folder: str, process: Process) -> None:
    """Ends the server and removes its files. Does nothing in a forked child, which does not own the server."""
    if not process.is_this():
        return
    for server in servers:
        server.terminate()
        try:
            server.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        if server.stdout is not None:
            server.stdout.close()
    shutil.rmtree(folder, ignore_errors=True)


class LocalKms(Closable):
    """A server of AWS KMS's protocol on this machine. Use it in a `with` statement or stop it.

    roots      trusted root certificates in DER. An Emulator or Issuer has its own in the attribute root.
    store      the file its keys are kept in, with master_key, the file of the key that seals it; None: in memory, lost
               when the server ends
    keys       {"alias/name": key policy} of symmetric keys to create, unless the store has them with the same policy
    principal_policy  the policy of callers without one in credentials; None: they may do everything that key policies
                      delegate
    credentials  the file of access keys, see nitro-attest-kms(1); None: signatures are not verified, and each access
                 key is a separate user
    max_age    the maximum age of documents, a timedelta; None: five minutes
    allow_debug, refuse_replays, explain_replies see the manual page
    socket_path  serve this unix socket; None: a free port of 127.0.0.1, which boto3 needs
    options    more arguments of the command

    A policy is JSON text, or the result of json.loads(). The constructor starts the server and returns when it accepts
    requests; raises LocalKmsError if it cannot be started, TypeError for a wrong type. The server is a separate
    process, which ends with stop(), and at the latest when this process exits. It survives if this process is killed.
    Use only test keys: without credentials, anyone who can connect may use them. Processes: a forked child may use the
    server but cannot stop it.
    """

    @suggests_names
    def __init__(self, *, roots: Iterable[BytesLike], store: Optional[Path] = None, master_key: Optional[Path] = None,
                 keys: Mapping[str, PolicyDocument] = {}, principal_policy: Optional[PolicyDocument] = None,
                 credentials: Optional[Path] = None, max_age: Optional[timedelta] = None, allow_debug: bool = False,
                 refuse_replays: bool = False, explain_replies: bool = False, socket_path: Optional[Path] = None,
                 options: Sequence[str] = ()) -> None:
        program, folder = command(), tempfile.mkdtemp(prefix="nitro-attest-kms-")
        self._folder, self._servers = folder, list[subprocess.Popen[bytes]]()
        self._finalizer = weakref.finalize(self, _end, self._servers, folder, Process())
        told = [program, "kms", "serve", "--json", "--log", os.path.join(folder, "log"),
                "--store", ":memory:" if store is None else os.fsdecode(store),
                "--listen", "127.0.0.1:0" if socket_path is None else "unix:" + os.fsdecode(socket_path)]
        for number, root in enumerate(listed(roots, "roots")):
            told += ["--root", _written(folder, "root%d" % number, immutable(root, "root %d" % number))]
        for number, (alias, policy) in enumerate(keys.items()):
            told += ["--key", "%s=%s" % (alias, _policy_file(folder, "key%d" % number, policy))]
        if principal_policy is not None:
            told += ["--principal-policy", _policy_file(folder, "principals", principal_policy)]
        for name, path in (("--master-key", master_key), ("--credentials", credentials)):
            told += [name, os.fsdecode(path)] if path is not None else []
        told += ["--max-age", _duration(max_age)] if max_age is not None else []
        told += _switches(allow_debug=allow_debug, refuse_replays=refuse_replays, explain_replies=explain_replies)
        self._start(told + list(options))

    def _start(self, told: List[str]) -> None:
        with open(os.path.join(self._folder, "stderr"), "wb") as errors:
            self._servers.append(subprocess.Popen(told, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                                  stderr=errors))
        try:
            self._endpoint = self._ready()
        except BaseException:
            self.stop()
            raise

    def _ready(self) -> str:
        """Reads the address from the line that the server prints when it is ready."""
        server, line, until = self._servers[0], b"", time.monotonic() + _START_SECONDS
        assert server.stdout is not None
        while not line.endswith(b"\n"):
            if not select.select([server.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
                raise LocalKmsError("the server was not ready after %d seconds: %s" % (_START_SECONDS, self.messages()))
            part = os.read(server.stdout.fileno(), 4096)
            if not part:
                status = server.wait()
                raise LocalKmsError("the server ended with status %d: %s" % (status, self.messages()))
            line += part
        return str(json.loads(line)["address"])

    @property
    def endpoint_url(self) -> str:
        """Its address, "http://127.0.0.1:41234", or "unix:" and the path."""
        return self._endpoint

    def client_options(self, user: str = "test") -> Dict[str, Any]:
        """Arguments of boto3.client("kms", ...): the address, a region, and credentials of this user, whose ARN is
        arn:aws:iam::111122223333:user/ and the name. For a server without a credentials file."""
        return {"endpoint_url": self._endpoint, "region_name": "us-east-1", "aws_access_key_id": user,
                "aws_secret_access_key": "not-verified"}

    def decisions(self) -> List[Dict[str, Any]]:
        """Returns the log, a dictionary for each request: operation, principal, resource, outcome ("done", "denied",
        "failed"), error, message, attestation, and decision, with the statement and conditions that determined it."""
        lines = self._read("log").split("\n")
        return [json.loads(line) for line in lines[:-1]]  # after the last line end, a line is still being written

    def messages(self) -> str:
        """The server's standard error."""
        return self._read("stderr").strip() or "it printed nothing"

    def _read(self, name: str) -> str:
        try:
            with open(os.path.join(self._folder, name), encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def stop(self) -> None:
        """Stops the server and removes its temporary files; calling it again does nothing."""
        self._finalizer()

    close = stop

    @property
    def running(self) -> bool:
        """Whether the server accepts requests."""
        return self._finalizer.alive and self._servers[0].poll() is None

    def _check_open(self) -> None:
        if not self.running:
            raise LocalKmsError("the server has ended: %s" % self.messages())
