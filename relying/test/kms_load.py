"""Many clients at once, together with slow, silent and huge requests: kms_load.py BINARY [CLIENTS [REQUESTS
[--sanitized]]].

Every client sends REQUESTS times Decrypt with the document of a recipient over one connection. Fails if a request fails
or waits for ten seconds, or if the server's memory grows. Prints requests per second.
"""
import json
import os
import socket
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
import kms_support  # noqa: E402
from kms_support import BINARY, Enclave, Server, b64  # noqa: E402

CLIENTS = int(sys.argv[2]) if len(sys.argv) > 2 else 64
REQUESTS = int(sys.argv[3]) if len(sys.argv) > 3 else 100
MAX_WAIT_S, MAX_GROWTH_KB = 10, 4096
SANITIZED = "--sanitized" in sys.argv


def connect(address):
    host, port = address.split("//")[1].split(":")
    connection = socket.create_connection((host, int(port)), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def request_of(client, operation, **members):
    body = json.dumps(members).encode()
    head = {**client.headers(operation), "Host": "localhost", "Content-Length": len(body)}
    return b"POST / HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in head.items()).encode() + b"\r\n" + body


def exchange(connection, request):
    connection.sendall(request)
    reply = b""
    while b"\r\n\r\n" not in reply:
        piece = connection.recv(65536)
        if not piece:
            raise AssertionError("closed in the middle of a reply: %r" % reply[:200])
        reply += piece
    head, _, body = reply.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                  if line.lower().startswith(b"content-length"))
    while len(body) < length:
        body += connection.recv(65536)
    return head.split()[1], body


class Load:
    def __init__(self, server, request):
        self.server, self.request = server, request
        self.failures, self.waits, self.done = [], [], 0
        self.lock, self.ended = threading.Lock(), threading.Event()

    def client(self):
        try:
            with connect(self.server.address) as connection:
                for _ in range(REQUESTS):
                    began = time.monotonic()
                    status, body = exchange(connection, self.request)
                    assert status == b"200" and b"CiphertextForRecipient" in body, body[:300]
                    with self.lock:
                        self.waits.append(time.monotonic() - began)
                        self.done += 1
        except Exception as failure:  # any exception is a failure
            self.failures.append(repr(failure))

    def silent(self):
        while not self.ended.is_set():
            with connect(self.server.address):
                self.ended.wait(5)

    def slow(self):
        while not self.ended.is_set():
            with connect(self.server.address) as connection:
                for byte in self.request:
                    try:
                        connection.sendall(bytes([byte]))
                    except OSError:
                        break
                    if self.ended.wait(0.1):
                        return

    def huge(self):
        head = self.request.partition(b"Content-Length")[0] + b"Content-Length: 1000000000\r\n\r\n"
        while not self.ended.is_set():
            with connect(self.server.address) as connection:
                try:
                    connection.sendall(head)
                    for _ in range(2000):
                        connection.sendall(b"x" * 65536)
                        if self.ended.is_set():
                            return
                except OSError:
                    pass
            self.ended.wait(0.2)

    def run(self):
        others = [threading.Thread(target=t) for t in [self.silent] * 8 + [self.slow] * 8 + [self.huge] * 2]
        clients = [threading.Thread(target=self.client) for _ in range(CLIENTS)]
        for thread in others:
            thread.start()
        began = time.monotonic()
        for thread in clients:
            thread.start()
        while self.done < CLIENTS * REQUESTS // 4 and any(t.is_alive() for t in clients):
            time.sleep(0.05)
        warm = self.server.memory_kb()
        for thread in clients:
            thread.join()
        seconds, last = time.monotonic() - began, self.server.memory_kb()
        self.ended.set()
        for thread in others:
            thread.join()
        return seconds, warm, last


def main():
    with tempfile.TemporaryDirectory() as folder:
        enclave = Enclave(BINARY, folder)
        # The log would be larger than everything else here.
        with Server(BINARY, folder, "--root", enclave.root, "--max-age", "1h", log=os.devnull) as server:
            client = server.client()
            key = client.good("CreateKey", Policy=json.dumps(kms_support.attested_policy()))["KeyMetadata"]["KeyId"]
            blob = client.good("Encrypt", KeyId=key, Plaintext=b64(b"secret"))["CiphertextBlob"]
            load = Load(server, request_of(client, "Decrypt", CiphertextBlob=blob, Recipient=enclave.recipient()))
            seconds, warm, last = load.run()
    wanted = CLIENTS * REQUESTS
    print(f"{load.done} of {wanted} requests of {CLIENTS} clients in {seconds:.1f} s: "
          f"{load.done / seconds:.0f} a second; "
          f"longest wait {max(load.waits, default=0):.2f} s; memory {warm} kB after a quarter, {last} kB at the end")
    for failure in sorted(set(load.failures))[:5]:
        print("failed:", failure)
    flat = SANITIZED or last - warm < MAX_GROWTH_KB
    return 0 if not load.failures and load.done == wanted and max(load.waits) < MAX_WAIT_S and flat else 1


if __name__ == "__main__":
    sys.exit(main())
