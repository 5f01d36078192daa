#!/usr/bin/env python3
"""A service that trusts enclave images of a policy, in Python's standard library and the nitro-attest command.

    relying_service.py POLICY.json [ROOT.pem [PORT]]     root: AWS's without; port 0: any free one

    GET  /challenge                        64 hexadecimal digits
    POST /attest, Challenge: <the digits>  the document, raw; answered with the verdict as JSON

`verify` below is the only function that knows how documents are judged. NITRO_ATTEST names another command than the one
on the PATH.
"""
import http.server
import json
import os
import secrets
import subprocess
import sys
import time

CHALLENGE_SECONDS = 60
MAX_CHALLENGES = 1024
MAX_DOCUMENT = 16493  # bytes; longer ones are no documents


class Challenges:
    """Handed out and not answered yet. The server has one thread."""

    def __init__(self):
        self.until = {}

    def make(self):
        now = time.monotonic()
        self.until = {c: t for c, t in self.until.items() if t > now}
        if len(self.until) >= MAX_CHALLENGES:
            return None
        challenge = secrets.token_hex(32)
        self.until[challenge] = now + CHALLENGE_SECONDS
        return challenge

    def take(self, challenge):
        """True for one that is good; from now on it is not, whatever the document says."""
        return self.until.pop(challenge, 0) > time.monotonic()


def verify(document, nonce, policy, root):
    """The verdict of one document as a dictionary, see docs/JSON.md. Raises when none was reached."""
    command = [os.environ.get("NITRO_ATTEST", "nitro-attest"), "verify", "--json", "--nonce", nonce, "--max-age",
               f"{CHALLENGE_SECONDS}s", "--max-future", "1s", "--policy", policy, "--root", root, "-"]
    done = subprocess.run(command, input=document, capture_output=True, timeout=30, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return json.loads(done.stdout)


class Handler(http.server.BaseHTTPRequestHandler):
    challenges, policy, root = Challenges(), None, None
    timeout = 10  # seconds that a slow client may hold the one thread

    def answer(self, status, text):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode() + b"\n")

    def do_GET(self):
        challenge = self.challenges.make() if self.path == "/challenge" else None
        if challenge:
            self.answer(200, challenge)
        elif self.path == "/challenge":
            self.answer(503, "too many challenges are waiting for an answer")
        else:
            self.answer(404, "GET /challenge or POST /attest")

    def do_POST(self):
        challenge, length = self.headers.get("Challenge", ""), self.headers.get("Content-Length", "")
        if self.path != "/attest":
            self.answer(404, "GET /challenge or POST /attest")
        elif not length.isdecimal() or int(length) > MAX_DOCUMENT:
            self.answer(413, "a document has a length, of at most %d bytes" % MAX_DOCUMENT)
        elif not self.challenges.take(challenge):
            self.answer(403, "this challenge is unknown, used or too old: fetch another")
        else:
            self.judge(self.rfile.read(int(length)), challenge)

    def judge(self, document, challenge):
        verdict = verify(document, challenge, self.policy, self.root)
        if verdict["verdict"] == "verified":  # here: send what only this image may have, encrypted to its key
            kept = {name: verdict[name] for name in ("verdict", "module_id", "public_key")}
            self.answer(200, json.dumps(kept))
        else:
            self.answer(403, json.dumps({name: verdict[name] for name in ("verdict", "code", "message")}))

    def log_message(self, format, *args):
        """One line for each request would only hide the verdicts."""


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit("usage: relying_service.py POLICY.json [ROOT.pem [PORT]]")
    Handler.policy = sys.argv[1]
    Handler.root = sys.argv[2] if len(sys.argv) > 2 else "aws"
    port = int(sys.argv[3]) if len(sys.argv) > 3 else 8080
    server = http.server.HTTPServer(("127.0.0.1", port), Handler)  # the outside is the business of a proxy with TLS
    print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
