#!/usr/bin/env python3
"""A service that trusts enclave images of a policy, with Python's standard library and the package nitro_attest.

    relying_service.py POLICY.json [ROOT.pem [PORT]]     root: AWS's without; port: 0 = any free one, 8080 without

    GET  /challenge                        64 hexadecimal digits
    POST /attest, Challenge: <the digits>  the document, raw; answered with the verdict as JSON

`make_verifier` below is the only function that decides which documents are accepted.
"""
import http.server
import json
import re
import secrets
import ssl
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Optional

import nitro_attest

CHALLENGE_SECONDS = 60
MAX_CHALLENGES = 1024
MAX_DOCUMENT = 16493  # bytes; a longer input is not a document


class Challenges:
    """Challenges that were issued and not used yet."""

    def __init__(self) -> None:
        self.until: Dict[str, float] = {}
        self.lock = threading.Lock()

    def make(self) -> Optional[str]:
        now, challenge = time.monotonic(), secrets.token_hex(32)
        with self.lock:
            self.until = {c: t for c, t in self.until.items() if t > now}
            if len(self.until) >= MAX_CHALLENGES:
                return None
            self.until[challenge] = now + CHALLENGE_SECONDS
        return challenge

    def take(self, challenge: str) -> bool:
        """True for a valid challenge, which is then no longer valid, even if the document is refused."""
        with self.lock:
            return self.until.pop(challenge, 0) > time.monotonic()


def make_verifier(policy_file: str, root_file: Optional[str] = None) -> nitro_attest.Verifier:
    """The requirements for every document, except its nonce. Threads may share it."""
    root = nitro_attest.aws_root()
    if root_file:
        with open(root_file, encoding="ascii") as file:
            root = ssl.PEM_cert_to_DER_cert(file.read())
    return nitro_attest.Verifier(
        roots=[root], policy=nitro_attest.Policy.from_file(policy_file), max_age=timedelta(seconds=CHALLENGE_SECONDS),
        max_future=timedelta(seconds=1))  # clocks differ: the document is younger than the challenge


class Handler(http.server.BaseHTTPRequestHandler):
    challenges = Challenges()
    verifier: nitro_attest.Verifier
    timeout = 10  # seconds that a slow client may occupy a thread

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode() + b"\n")

    def do_GET(self) -> None:
        challenge = self.challenges.make() if self.path == "/challenge" else None
        if challenge:
            self.answer(200, challenge)
        elif self.path == "/challenge":
            self.answer(503, "too many challenges are waiting for an answer")
        else:
            self.answer(404, "GET /challenge or POST /attest")

    def do_POST(self) -> None:
        challenge, length = self.headers.get("Challenge", ""), self.headers.get("Content-Length", "")
        if self.path != "/attest":
            self.answer(404, "GET /challenge or POST /attest")
        elif not re.fullmatch("[0-9]{1,5}", length) or int(length) > MAX_DOCUMENT:
            self.answer(413, "a document has a length, of at most %d bytes" % MAX_DOCUMENT)
        elif not re.fullmatch("[0-9A-Fa-f]{64}", challenge):
            self.answer(400, "the header Challenge must have 64 hexadecimal digits")
        elif not self.challenges.take(challenge):
            self.answer(403, "this challenge is unknown, used or too old: fetch another")
        else:
            self.verify(self.rfile.read(int(length)), bytes.fromhex(challenge))

    def verify(self, document: bytes, nonce: bytes) -> None:
        try:
            verified = self.verifier.verify(document, now=datetime.now(timezone.utc), nonce=nonce)
        except nitro_attest.VerificationError as e:
            self.answer(403, json.dumps({"verdict": "refused", "code": e.code.name, "message": e.message}))
        else:  # here: send a secret for this image, encrypted to its key
            key = verified.public_key and verified.public_key.hex()
            self.answer(200, json.dumps({"verdict": "verified", "module_id": verified.module_id, "public_key": key}))

    def log_message(self, format: str, *args: Any) -> None:
        """Prints nothing, since a line for each request would hide the verdicts."""


def main() -> None:
    if not 2 <= len(sys.argv) <= 4:
        sys.exit("usage: relying_service.py POLICY.json [ROOT.pem [PORT]]")
    try:
        Handler.verifier = make_verifier(*sys.argv[1:3])
        port = int(sys.argv[3]) if len(sys.argv) > 3 else 8080
    except (OSError, ValueError) as e:  # a file that cannot be read or used
        sys.exit(f"relying_service.py: {e}")
    # a proxy with TLS serves other machines
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
