"""Tests the HTTP server with raw sockets: http_test.py PROGRAM [CLASS]... (http_program.c). Standard library only.

Accepted requests, refused ones with their status, and slow, silent, huge and vanished clients, which must not affect
others.
"""
import concurrent.futures
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = os.path.abspath(sys.argv[1])
PATIENCE = 30  # seconds for an expected result; far more than any step here needs
MAX_BODY, MAX_HEAD, MAX_HEADERS = 1000, 16384, 64
DATA_SEGMENTS_IN = 152  # tcpi_data_segs_in of struct tcp_info [linux/tcp.h]


class Server:
    """Runs PROGRAM with its options until stop()."""

    def __init__(self, address="127.0.0.1:0", **options):
        words = ["%s=%d" % option for option in options.items()]
        self.process = subprocess.Popen([PROGRAM, address, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.address = self.process.stdout.readline().strip()

    def connect(self):
        if self.address.startswith("unix:"):
            sock = socket.socket(socket.AF_UNIX)
            where = self.address[5:]
        else:
            host, port = self.address.rsplit(":", 1)
            sock = socket.socket(socket.AF_INET6 if "[" in host else socket.AF_INET)
            where = (host.strip("[]"), int(port))
        sock.settimeout(PATIENCE)
        sock.connect(where)
        return sock

    def ask(self, raw):
        with self.connect() as sock:
            sock.sendall(raw)
            return Reply(sock)

    def runs(self):
        """The number of earlier runs of the handler."""
        return int(self.ask(get("/runs")).body) - 1

    def stop(self):
        self.process.stdin.close()
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return status


class Reply:
    """The next reply on a connection; status None: the connection was closed instead."""

    def __init__(self, sock, head_only=False):
        self.status, self.head, self.body, data = None, "", b"", b""
        while b"\r\n\r\n" not in data:
            piece = receive(sock, 1)
            if piece == b"":
                return
            data += piece
        self.head = data.decode("latin-1")
        self.status = int(self.head.split()[1])
        length = int(self.header("Content-Length") or 0) if self.status >= 200 and not head_only else 0
        while len(self.body) < length:
            piece = receive(sock, length - len(self.body))
            if piece == b"":
                self.status = None
                return
            self.body += piece

    def header(self, name):
        found = re.search(r"^%s: *(.*?)\r$" % name, self.head, re.M | re.I)
        return found and found.group(1)


def receive(sock, size):
    """b"" if the server has closed the connection, with or without a reset; a time-out is an error."""
    try:
        return sock.recv(size)
    except ConnectionError:
        return b""


def is_closed(sock):
    """The server must end the connection, perhaps after a reply."""
    while receive(sock, 65536) != b"":
        continue
    return True


def post(path="/echo", body=b"", headers=(), length=None):
    lines = ["POST %s HTTP/1.1" % path, "Host: h", "Content-Length: %d" % (len(body) if length is None else length)]
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1") + body


def get(path, headers=(), method="GET"):
    return "\r\n".join(["%s %s HTTP/1.1" % (method, path), "Host: h", *headers, "", ""]).encode("latin-1")


def chunked(pieces, path="/echo"):
    head = "POST %s HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" % path
    return head.encode() + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


def measure_slowness():
    """1, or more on an emulated or busy machine: a factor for upper limits of times."""
    server = Server()
    began = time.monotonic()
    for _ in range(20):
        server.ask(get("/many?1"))
    server.stop()
    return max(1, (time.monotonic() - began) / 0.2)


class Case(unittest.TestCase):
    def start(self, *address, **options):
        server = Server(*address, **options)
        self.addCleanup(lambda: server.process.poll() is None and server.stop())
        return server

    def folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder.name


class Requests(Case):
    """One server for all tests: after each test, it must serve the next one."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0

    def test_what_the_handler_is_given(self):
        request = post("/describe?a=%41&b", b"body", ["X-Once: 1", "x-twice: 1", "X-Twice: 2"])
        text = self.server.ask(request).body.decode()
        client = re.search(r"client=127\.0\.0\.1:\d+\n", text).group(0)
        self.assertEqual(text, "method=POST\npath=/describe\nquery=a=%41&b\nx-once=1\nx-twice=(absent)\nbody=body\n"
                         "nul=000\n" + client + "headers=5\n")

    def test_targets_are_raw(self):
        self.assertEqual(self.server.ask(get("/%65cho")).status, 500)  # no handler has this path
        self.assertIn("query=(absent)\n", self.server.ask(get("/describe")).body.decode())
        self.assertIn("query=\n", self.server.ask(get("/describe?")).body.decode())
        self.assertIn("query=?%00+\n", self.server.ask(get("/describe??%00+")).body.decode())

    def test_methods_are_the_handlers_business(self):
        for method in ("GET", "PUT", "DELETE", "OPTIONS", "PATCH", "NONE"):
            self.assertIn("method=%s\n" % method, self.server.ask(get("/describe", method=method)).body.decode())
        with self.server.connect() as sock:
            sock.sendall(get("/many?7", method="HEAD") + get("/many?5"))
            self.assertEqual(Reply(sock, head_only=True).header("Content-Length"), "7")
            self.assertEqual(Reply(sock).body, bytes(5))

    def test_body_lengths(self):
        for length in (0, 1, MAX_BODY - 1, MAX_BODY):
            body = os.urandom(length)
            with self.subTest(length), self.server.connect() as sock:
                sevens = [body[i:i + 7] for i in range(0, length, 7)]
                for request in (post(body=body), chunked([body] if body else []), chunked(sevens)):
                    sock.sendall(request)
                    reply = Reply(sock)
                    self.assertEqual((reply.status, reply.body), (200, body))

    def test_longer_bodies(self):
        runs = self.server.runs()
        for length in (MAX_BODY + 1, 100 * MAX_BODY, 1 << 32, 1 << 63, (1 << 64) - 1, 1 << 64, 10 ** 30):
            reply = self.server.ask(post(body=b"x", length=length))
            self.assertEqual((reply.status, reply.header("Connection")), (413, "close"), length)
        body = bytes(MAX_BODY + 1)
        for pieces in ([body], [body[:MAX_BODY], b"x"], [b"x"] * (MAX_BODY + 1), [body] * 10):
            self.assertEqual(self.server.ask(chunked(pieces)).status, 413)
        with self.server.connect() as sock:  # endless: the server closes the connection at 16 times the limit
            sock.sendall(chunked([])[:-5])
            with self.assertRaises(ConnectionError):
                for _ in range(2000):
                    sock.sendall(b"%x\r\n%s\r\n" % (len(body), body) * 50)
        self.assertEqual(self.server.runs(), runs + 1)

    def test_length_of_the_head(self):
        def padded(length):
            request = get("/describe", ["X-Pad: "])
            return request.replace(b"Pad: ", b"Pad: " + b"x" * (length - len(request)))
        for length, status in ((MAX_HEAD - 1, 200), (MAX_HEAD, 200), (MAX_HEAD + 1, 431), (40000, 431)):
            self.assertEqual(self.server.ask(padded(length)).status, status, length)
        self.assertIn(self.server.ask(get("/" + "x" * 70000)).status, (414, 431, None))

    def test_number_of_headers(self):
        for count, status in ((MAX_HEADERS - 1, 200), (MAX_HEADERS, 200), (MAX_HEADERS + 1, 431), (500, 431)):
            self.assertEqual(self.server.ask(get("/describe", ["X: y"] * (count - 1))).status, status, count)

    def test_what_could_be_read_in_two_ways(self):
        runs = self.server.runs()
        rows = [
            (["Content-Length: 3", "Content-Length: 3"], 400), (["Content-Length: 3", "Content-Length: 4"], 400),
            (["Content-Length: 3", "content-length: 3"], 400), (["Content-Length: 3, 3"], 400),
            (["Content-Length: +3"], 400), (["Content-Length: 0x3"], 400), (["Content-Length: -3"], 400),
            (["Content-Length:"], 400), (["Content-Length: 3;"], 400),
            (["Transfer-Encoding: chunked", "Content-Length: 3"], 400),
            (["Content-Length: 3", "Transfer-Encoding: chunked"], 400),
            (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], 400),
            (["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], 400),
            (["Transfer-Encoding: identity"], 501), (["Transfer-Encoding: gzip, chunked"], 501),
            (["Transfer-Encoding: xchunked"], 501), (["Transfer-Encoding: chunked, identity"], 501),
            (["Transfer-Encoding : chunked"], 400), (["Content-Length : 3"], 400), (["Content-Length\t: 3"], 400),
            (["Content-Length\x0b: 3"], 400), (["X(: 3"], 400), (["X\xe9: 3"], 400),
            (["X: a\x01b"], 400), (["X: a\rb"], 400), (["X: a\x7fb"], 400), (["no colon"], 400), (["Host: other"], 400),
        ]
        for headers, status in rows:
            head = "\r\n".join(["POST /echo HTTP/1.1", "Host: h", *headers, "", ""]).encode("latin-1")
            with self.subTest(headers), self.server.connect() as sock:
                sock.sendall(head + b"3\r\nabc\r\n0\r\n\r\n" + get("/describe"))
                self.assertIn(Reply(sock).status, (status, 400))  # libmicrohttpd 1.0 itself refuses more
                self.assertTrue(is_closed(sock))
        for line in ("GET /a b HTTP/1.1", "GET /\xe9 HTTP/1.1", "GET /\x01 HTTP/1.1", "GET /a\tb HTTP/1.1"):
            self.assertIn(self.server.ask((line + "\r\nHost: h\r\n\r\n").encode("latin-1")).status, (400, None), line)
        self.assertEqual(self.server.ask(b"GET /describe HTTP/1.1\r\n\r\n").status, 400)
        for version in ("1.0", "1.2"):
            request = chunked([b"abc"]).replace(b"HTTP/1.1", b"HTTP/" + version.encode())
            self.assertEqual(self.server.ask(request).status, 400)
        self.assertIn(self.server.ask(b"GET /describe HTTP/2.0\r\nHost: h\r\n\r\n").status, (400, 505, None))
        self.assertEqual(self.server.runs(), runs + 1)

    def test_chunks_that_are_none(self):
        runs = self.server.runs()
        for chunk in (b"x\r\n", b"-1\r\n", b"3 \r\nabc\r\n", b"\r\n", b"3\r\nabcd\r\n",
                      b"ffffffffffffffff1\r\nabc\r\n"):
            with self.subTest(chunk), self.server.connect() as sock:
                sock.sendall(chunked([])[:-5] + chunk + b"0\r\n\r\n" + get("/describe"))
                self.assertIn(Reply(sock).status, (400, 413))
                self.assertTrue(is_closed(sock))
        self.assertEqual(self.server.runs(), runs + 1)

    def test_a_folded_line_is_never_a_length(self):
        """libmicrohttpd 0.9.75 appends the second line to the first one's name, so it is not a header of the first
        name; 1.0 refuses it."""
        reply = self.server.ask(get("/describe", ["X-Once: 1", " folded"]))
        self.assertTrue(reply.status == 400 or b"x-once=(absent)\n" in reply.body)

    def test_nothing_is_seen_behind_a_nul(self):
        """libmicrohttpd 0.9.75 ends a value and a target there; 1.0 refuses them."""
        reply = self.server.ask(get("/describe", ["X-Once: 1\0 Content-Length: 3"]))
        self.assertTrue(reply.status == 400 or b"x-once=1\n" in reply.body, reply.body)
        reply = self.server.ask(b"GET /describe\0?secret HTTP/1.1\r\nHost: h\r\n\r\n")
        self.assertTrue(reply.status in (400, None) or b"secret" not in reply.body, reply.body)
        self.assertEqual(self.server.ask(get("/describe", ["X\0Y: 1"])).status, 400)

    def test_old_clients(self):
        reply = self.server.ask(b"GET /describe HTTP/1.0\r\n\r\n")
        self.assertEqual((reply.status, reply.header("Connection")), (200, "close"))

    def test_pipelining(self):
        bodies = [os.urandom(length) for length in (3, 0, MAX_BODY, 17)]
        with self.server.connect() as sock:
            sock.sendall(b"".join(post(body=body) for body in bodies) + get("/later?20") + get("/many?1"))
            self.assertEqual([Reply(sock).body for _ in range(6)], [*bodies, b"late\n", b"\0"])

    def test_byte_by_byte(self):
        with self.server.connect() as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in (post(body=b"hello"), chunked([b"he", b"llo"])):
                for i in range(len(request)):
                    sock.sendall(request[i:i + 1])
                self.assertEqual(Reply(sock).body, b"hello")

    def test_expectation(self):
        with self.server.connect() as sock:
            sock.sendall(post(headers=["Expect: 100-continue"], length=3))
            self.assertEqual(Reply(sock).status, 100)
            sock.sendall(b"abc")
            self.assertEqual(Reply(sock).body, b"abc")
        reply = self.server.ask(post(headers=["Expect: 100-continue"], length=MAX_BODY + 1))
        self.assertEqual(reply.status, 413)

    def test_half_closed(self):
        for request, body in ((post(body=b"abc"), b"abc"), (get("/later?50"), b"late\n"), (chunked([b"abc"]), b"abc")):
            with self.server.connect() as sock:
                sock.sendall(request)
                sock.shutdown(socket.SHUT_WR)
                self.assertEqual(Reply(sock).body, body)
                self.assertTrue(is_closed(sock))

    def test_vanished_clients(self):
        runs = self.server.runs()
        for request in (b"", b"POST", post(body=b"abc", length=10), chunked([b"abc"])[:-5], get("/")[:-2]):
            for linger in (b"", struct.pack("ii", 1, 0)):  # a reset, too
                with self.server.connect() as sock:
                    sock.sendall(request)
                    if linger:
                        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        with self.server.connect() as sock:  # while the handler runs, and while a reply is sent
            sock.sendall(get("/later?50"))
        with self.server.connect() as sock:
            sock.sendall(get("/many?5000000"))
            self.assertEqual(len(sock.recv(10)), 10)
        self.assertEqual(self.server.runs(), runs + 3)

    def test_statuses(self):
        for status in (200, 201, 404, 503, 599):
            reply = self.server.ask(get("/status?%d" % status))
            self.assertEqual((reply.status, reply.body), (status, b"status\n"))
            self.assertEqual(reply.header("Content-Type"), "text/plain")
        for status in (0, 1, 100, 101, 199, 600, 1000):
            reply = self.server.ask(get("/status?%d" % status))
            self.assertEqual((reply.status, reply.body, reply.header("Content-Type")), (500, b"", None))

    def test_headers_of_replies(self):
        reply = self.server.ask(get("/header?0"))
        self.assertEqual((reply.status, reply.header("x-test")), (200, "fine"))
        self.assertRegex(reply.header("Date"), r"^\w{3}, \d\d \w{3} 20\d\d \d\d:\d\d:\d\d GMT$")
        reply = self.server.ask(get("/header?1"))
        self.assertEqual((reply.status, reply.header("x-test"), reply.header("lines")), (500, None, None))

    def test_one_segment(self):
        for size in (1, 300, 20000):  # loopback's segments are larger
            with self.server.connect() as sock:
                for count in range(1, 4):
                    sock.sendall(get("/many?%d" % size))
                    self.assertEqual(len(Reply(sock).body), size)
                    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
                    self.assertEqual(struct.unpack_from("I", info, DATA_SEGMENTS_IN)[0], count)

    def test_large_replies(self):
        self.assertEqual(len(self.server.ask(get("/many?3000000")).body), 3000000)

    def test_many_at_once(self):
        def client(i):
            with self.server.connect() as sock:
                for j in range(20):
                    body = b"%d %d" % (i, j)
                    sock.sendall(post(body=body))
                    self.assertEqual(Reply(sock).body, body)
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(client, range(16)))

    def test_nothing_is_left_in_memory(self):
        """No copy of a body or a header remains, on open and on closed connections."""
        server = self.start(max_body=20000)
        secrets = [b"natt-secret-%s" % os.urandom(8).hex().encode() for _ in range(4)]
        with server.connect() as sock:
            sock.sendall(post(body=secrets[0], headers=["X-Secret: " + secrets[1].decode()]))
            self.assertEqual(Reply(sock).body, secrets[0])
            sock.sendall(chunked([secrets[2] * 300, b"x" * 10000], "/status?200"))
            self.assertEqual(Reply(sock).status, 200)
            socks = [server.connect() for _ in range(2)]
            for last in socks:
                last.sendall(post(body=secrets[3] * 100, headers=["Connection: close"]))
            self.assertEqual({Reply(last).body for last in socks}, {secrets[3] * 100})
            for last in socks:
                last.close()
            time.sleep(0.05)
            left = memory_of(server.process.pid)
        self.assertIn(b"x-twice", left)  # constants of the program
        self.assertEqual([s for s in secrets if s in left], [])


def memory_of(pid):
    """All writable memory of a process, and its constants, without large empty mappings of sanitizers."""
    found = []
    with open("/proc/%d/maps" % pid, encoding="ascii") as maps, open("/proc/%d/mem" % pid, "rb", 0) as memory:
        for line in maps:
            first, last = (int(x, 16) for x in line.split()[0].split("-"))
            if "r" in line.split()[1] and last - first < 1 << 28 and "[v" not in line:
                memory.seek(first)
                try:
                    found.append(memory.read(last - first))
                except OSError:
                    continue
    return b"".join(found)


class Patience(Case):
    """Clients that take too long."""

    def ends_after(self, server, request, drip=b""):
        """Sends the request, then a byte of `drip` every 50 ms. Returns the time until the server closes the
        connection."""
        began = time.monotonic()
        with server.connect() as sock:
            sock.sendall(request)
            sock.settimeout(0.05)
            for i in range(200):
                try:
                    if sock.recv(1 << 20) == b"":
                        break
                except ConnectionError:
                    break
                except TimeoutError:
                    try:
                        sock.sendall(drip[i % len(drip):][:1] if drip else b"")
                    except ConnectionError:
                        break
        return time.monotonic() - began

    def read_slowly(self, length, **options):
        """The part of a reply that a client gets by reading slowly for two seconds, then the rest. On a unix socket,
        which has smaller kernel buffers."""
        with self.start("unix:%s/s" % self.folder(), **options).connect() as sock:
            sock.sendall(get("/many?%d" % length))
            got = 0
            for _ in range(80):
                got += len(receive(sock, 65536))
                time.sleep(0.025)
            while (piece := receive(sock, 1 << 20)) != b"":
                got += len(piece)
        return got

    def test_slow_and_silent_clients(self):
        options = {"request_s": 1, "idle_s": 1, "max_body": 1 << 20}
        server = self.start(**options)
        rows = {
            "silent": (b"",), "half a line": (b"POST",), "idle": (get("/many?1"),),
            "half a request": (post(length=10),), "slow line": (b"GET /", b"x"),
            "slow head": (get("/")[:-2], b"X: y\r\n"), "slow body": (post(length=1000), b"x"),
            "slow chunks": (chunked([])[:-5], b"1\r\nx\r\n"),
        }
        with concurrent.futures.ThreadPoolExecutor(len(rows) + 1) as pool:
            got = pool.submit(self.read_slowly, 50000000, **options)
            lives = {name: pool.submit(self.ends_after, server, *row) for name, row in rows.items()}
            worst = 0
            while not all(life.done() for life in lives.values()):
                began = time.monotonic()
                self.assertEqual(server.ask(post(body=b"x" * 300000)).status, 200)
                worst = max(worst, time.monotonic() - began)
        lives = {name: life.result() for name, life in lives.items()}
        for name, life in lives.items():  # a request line may begin at the end of the idle time
            least, most = (1.8, 4) if name == "slow line" else (0.8, 3)
            self.assertTrue(least <= life <= most * SLOWNESS, (name, lives))
        self.assertLess(worst, 1 * SLOWNESS)
        self.assertLess(got.result(), 50000000)

    def test_a_slow_handler_delays_no_other_client(self):
        server = self.start(threads=2)
        with server.connect() as slow:
            slow.sendall(get("/later?%d" % (700 * SLOWNESS)))
            began = time.monotonic()
            for _ in range(20):
                self.assertEqual(server.ask(post(body=b"x")).status, 200)
            self.assertLess(time.monotonic() - began, 0.6 * SLOWNESS)
            self.assertEqual(Reply(slow).body, b"late\n")

    def test_handlers_may_all_be_busy(self):
        server = self.start(threads=1)
        with server.connect() as first, server.connect() as second:
            first.sendall(get("/later?200"))
            time.sleep(0.05)
            second.sendall(post(body=b"x"))
            self.assertEqual((Reply(first).body, Reply(second).body), (b"late\n", b"x"))

    def test_two_hundred_idle_connections(self):
        server = self.start(max_connections=220)
        socks = [server.connect() for _ in range(200)]
        try:
            self.assertEqual(server.ask(post(body=b"x")).body, b"x")
            for sock in socks:
                sock.sendall(post(body=b"y"))
            self.assertEqual({Reply(sock).body for sock in socks}, {b"y"})
        finally:
            for sock in socks:
                sock.close()

    def test_number_of_connections(self):
        server = self.start(max_connections=3)
        socks = [server.connect() for _ in range(4)]  # the kernel has accepted the fourth, but the server has not
        for sock in socks:
            sock.sendall(get("/later?300"))
        began = time.monotonic()
        self.assertEqual([Reply(sock).status for sock in socks[:3]], [200] * 3)
        socks[0].close()
        self.assertEqual(Reply(socks[3]).status, 200)
        self.assertGreater(time.monotonic() - began, 0.55)
        for sock in socks:
            sock.close()

    def test_silent_clients_make_room(self):
        server = self.start(max_connections=3)
        socks = [server.connect() for _ in range(3)]
        began = time.monotonic()
        self.assertEqual(server.ask(post(body=b"x")).body, b"x")
        self.assertTrue(0.5 < time.monotonic() - began < 3 * SLOWNESS)
        self.assertTrue(is_closed(socks[0]))
        for sock in socks:
            sock.close()


class Stop(Case):
    def test_running_requests_end(self):
        server = self.start()
        with server.connect() as busy, server.connect() as idle, server.connect() as half:
            idle.sendall(get("/many?1"))
            self.assertEqual(Reply(idle).status, 200)
            half.sendall(post(length=10))
            busy.sendall(get("/later?300"))
            time.sleep(0.1 * min(SLOWNESS, 3))
            stopping = threading.Thread(target=server.stop)
            stopping.start()
            time.sleep(0.1 * min(SLOWNESS, 3))
            with self.assertRaises(ConnectionError):
                server.connect()
            half.sendall(b"0123456789")
            self.assertEqual(Reply(half).body, b"0123456789")
            reply = Reply(busy)
            self.assertEqual((reply.body, reply.header("Connection")), (b"late\n", "close"))
            stopping.join()
            self.assertTrue(is_closed(idle))
        self.assertEqual(server.process.returncode, 0)

    def test_grace_is_limited(self):
        server = self.start(threads=1, grace_s=1)
        with server.connect() as running, server.connect() as queued, server.connect() as half:
            half.sendall(post(length=10))
            running.sendall(get("/later?3000000&1300"))
            time.sleep(0.1 * min(SLOWNESS, 3))
            queued.sendall(get("/many?1"))
            time.sleep(0.1 * min(SLOWNESS, 3))
            began = time.monotonic()
            stopping = threading.Thread(target=server.stop)
            stopping.start()
            self.assertEqual([Reply(sock).status for sock in (running, queued, half)], [200, 503, None])
            stopping.join()
            self.assertTrue(0.9 < time.monotonic() - began < 2.5 * SLOWNESS)
        self.assertEqual(server.process.returncode, 0)

    def test_abandoned_requests_are_not_waited_for(self):
        server = self.start()
        for request in (b"POST", post(body=b"abc", length=10), chunked([b"abc"])[:-5], get("/")[:-2]):
            with server.connect() as sock:
                sock.sendall(request)
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 1.5 * SLOWNESS)

    def test_idle_server_stops_at_once(self):
        server = self.start()
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 0.5 * SLOWNESS)


class Addresses(Case):
    def refused(self, address, *texts):
        server = Server(address)
        self.assertEqual(server.stop(), 1)
        for text in ("error: ", *texts):
            self.assertIn(text, server.address)

    def test_unix_socket(self):
        path = self.folder() + "/s"
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        server = self.start("unix:" + path)
        self.assertEqual((server.address, os.stat(path).st_mode & 0o777), ("unix:" + path, 0o600))
        self.assertIn("client=unix\n", server.ask(get("/describe")).body.decode())
        self.refused("unix:" + path, "another program is listening on that socket")
        self.assertEqual(server.ask(get("/many?3")).body, bytes(3))
        server.stop()
        self.assertFalse(os.path.exists(path))

    def test_unix_socket_files(self):
        folder = self.folder()
        stale, other, file = folder + "/stale", folder + "/seqpacket", folder + "/file"
        with socket.socket(socket.AF_UNIX) as sock:
            sock.bind(stale)
        self.assertEqual(self.start("unix:" + stale).ask(get("/many?1")).status, 200)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as sock:
            sock.bind(other)
            sock.listen()
            self.refused("unix:" + other, "another program is listening")
        open(file, "wb").close()
        self.refused("unix:" + file, "is not a socket")
        self.assertTrue(os.path.isfile(file))
        self.refused("unix:", "empty or longer than 107 bytes")
        self.assertEqual(self.start("unix:%s/%s" % (folder, "x" * (106 - len(folder)))).ask(get("/many?1")).status, 200)
        self.refused("unix:%s/%s" % (folder, "x" * (107 - len(folder))), "longer than 107 bytes")
        self.refused("unix:%s/none/s" % folder, "No such file")

    def test_tcp(self):
        for address, shown in (("127.0.0.1:0", r"127\.0\.0\.1:\d+"), ("localhost:0", r"127\.0\.0\.1:\d+"),
                               ("127.9.8.7:0", r"127\.9\.8\.7:\d+"), ("[::1]:0", r"\[::1\]:\d+")):
            if address.startswith("[") and not has_ipv6():
                continue
            server = self.start(address)
            self.assertRegex(server.address, "^%s$" % shown)
            self.assertNotRegex(server.address, ":0$")
            own = "[::1]" if address.startswith("[") else "127.0.0.1"
            self.assertIn("client=%s:" % own, server.ask(get("/describe")).body.decode())
            self.refused(server.address, "the server cannot listen on this address: Address already in use")

    def test_not_loopback(self):
        for address in ("0.0.0.0:0", "128.0.0.1:0", "126.255.255.255:0", "10.0.0.1:0", "[::]:0", "[::2]:0",
                        "[fe80::1]:0", "[::ffff:10.0.0.1]:0"):
            self.refused(address, "is not a loopback address")

    def test_any_address(self):
        server = self.start("0.0.0.0:0", allow_any_address=1)
        server.address = server.address.replace("0.0.0.0", "127.0.0.1")
        self.assertEqual(server.ask(get("/many?1")).status, 200)

    def test_no_addresses(self):
        for address in ("", "x", "127.0.0.1", "127.0.0.1:", ":80", "127.0.0.1:65536", "127.0.0.1:1x", "127.0.0.1:-1",
                        "127.0.0.1: 1", "127.0.0.1:000080", "::1:80", "[::1]", "[]:80", "example.org:80",
                        "x" * 64 + ":80"):
            self.refused(address, "is not an address to listen on")

    def test_options(self):
        for option, limit in (("max_connections", 16384), ("threads", 256)):
            for value, ok in ((limit, True), (limit + 1, False)):
                server = Server(**{option: value})
                self.assertEqual(server.stop() == 0, ok, (option, value))
        for option in ("max_connections", "idle_s", "request_s", "max_body"):
            server = Server(**{option: 0})
            self.assertEqual(server.stop(), 1, option)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
            return True
    except OSError:
        return False


SLOWNESS = measure_slowness()

if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
