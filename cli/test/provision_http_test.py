"""Tests the replies of `nitro-attest provision serve` to clients of HTTP/1.1, and its log of requests that it refuses.

provision_http_test.py PATH-OF-BINARY [CASE...]. TAP. The bytes of the genuine client and server: provision_rpc_test.py.
"""
import http.client
import pathlib
import signal
import socket
import sys
import time

sys.dont_write_bytecode = True
import provision_scene  # noqa: E402
from provision_scene import MODULE, SceneCase, wait_for  # noqa: E402



class Http(SceneCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.address = cls.s.path("rpc.sock")
        cls.server = cls.s.start("provision", "serve", "--state", "state", "--module", MODULE, "--listen",
                                 "unix:%s" % cls.address, *cls.s.way("good"), socket_path=cls.address)

    @classmethod
    def tearDownClass(cls):
        cls.server.send_signal(signal.SIGTERM)
        cls.server.wait(20)

    def log(self):
        return pathlib.Path(self.server.log).read_text()

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("localhost", timeout=20)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(20)
        connection.sock.connect(str(self.address))
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        self.assertEqual(reply.getheader("Connection"), "close")
        return reply, reply.read().decode()

    def refused(self, status, why, *request, **more):
        before = len(self.log())
        reply, text = self.ask(*request, **more)
        self.assertEqual((reply.status, text), (status, why + "\n"))
        line = "a request does not belong to the RPC (%s): replied with %d\n" % (why, status)
        wait_for(lambda: self.log()[before:] == line, "no line: %s" % self.log())
        return reply

    def closed(self, why, raw):
        """The connection is closed without a reply, as the genuine server does."""
        before = len(self.log())
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(20)
            s.connect(str(self.address))
            s.sendall(raw)
            self.assertEqual(s.recv(100), b"")
        line = "a request does not belong to the RPC (%s): closed without a reply\n" % why
        wait_for(lambda: self.log()[before:] == line, "no line: %s" % self.log())

    def test_requests(self):
        reply, text = self.ask("POST", "/rpc/v1", '"DescribeDevice"')
        wait_for(lambda: self.log().endswith("DescribeDevice: done\n"), "no line")
        self.assertEqual(reply.status, 200)
        self.assertEqual(text, '{"Ok":{"DeviceDescription":{"free_slot_count":128,"tokens":[]}}}')

    def test_other_paths_and_methods(self):
        self.refused(404, "the path is not /rpc/v1", "POST", "/", '"DescribeDevice"')
        self.refused(404, "the path is not /rpc/v1", "GET", "/rpc/v1/")
        self.refused(404, "the path is not /rpc/v1", "POST", "/rpc/v1?x", "x" * 1000000)  # more than is read at once
        reply = self.refused(405, "the method is not POST", "GET", "/rpc/v1")
        self.assertEqual(reply.getheader("Allow"), "POST")
        self.refused(405, "the method is not POST", "DELETE", "/rpc/v1")

    def test_malformed_requests(self):
        self.refused(400, "Transfer-Encoding is not supported", "POST", "/rpc/v1", iter([b"x"]))
        self.refused(400, "Content-Length is not a number up to 65536", "POST", "/rpc/v1", "x" * 65537)
        for body in ("", "{", "x"):
            self.refused(400, "the body is not JSON", "POST", "/rpc/v1", body)
        for body in ('"AddToken"', "[]", "3", '{"Add":{}}', '{"AddToken":{},"x":{}}'):
            self.refused(400, "the body is not a request of the RPC", "POST", "/rpc/v1", body)
        for body in ('{"AddToken":{}}', '{"RemoveToken":{"label":"a","pin":12345678}}'):
            self.refused(400, "an argument is missing, or has the wrong type", "POST", "/rpc/v1", body)

    def test_what_the_genuine_client_might_send(self):
        head = b"POST /rpc/v1 HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self.closed("the body is not JSON", head % 1 + b"{")
        self.closed("an argument is missing, or has the wrong type", head % 15 + b'{"AddToken":{}}')
        self.closed("the request line is not POST /rpc/v1 HTTP/1.1", b"GET /rpc/v1 HTTP/1.1\r\n\r\n")
        self.closed("the request line is not POST /rpc/v1 HTTP/1.1", b"\r\n")
        self.closed("Content-Length must be given once", head[:head.index(b"Content-Length")] + b"\r\n")
        begun = time.monotonic()
        self.closed("it did not arrive within a second", head % 16 + b'"Describe')
        self.assertGreater(time.monotonic() - begun, 0.9)

    def test_who_closes_early(self):
        before = len(self.log())
        for sent in (b"", b"POST /rpc"):
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(str(self.address))
                s.sendall(sent)
        line = "a request does not belong to the RPC (the client closed the connection early): closed without a reply\n"
        wait_for(lambda: self.log()[before:] == line, "no line, or two")


if __name__ == "__main__":
    provision_scene.main(sys.argv[2:])
