"""Tests `nitro-attest provision serve` and `run`: provision_rpc_test.py PATH-OF-BINARY KILLS [CASE...]. TAP.

The bytes of requests and replies are those of the genuine client and server of ACM for Nitro Enclaves. serve is killed
KILLS times while it adds a token.
"""
import json
import os
import pathlib
import random
import signal
import socket
import sys
import time

sys.dont_write_bytecode = True
import provision_scene  # noqa: E402
from provision_scene import MODULE, PIN, SceneCase, accepts, wait_for  # noqa: E402

KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
HEAD = "POST /rpc/v1 HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
REPLY = "200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


def processes(words):
    """Processes that run and whose command line has these words."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            state = (path / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if words in line and state != "Z":
            found.append((path.name, line))
    return found


def group(number):
    """Processes that run in this process group, whatever their command lines are."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            state, _, of = (path / "stat").read_text().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if of == str(number) and state != "Z":
            found.append(path.name)
    return found


class Case(SceneCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.address = cls.s.path("rpc.sock")
        cls.p11_kit = cls.s.path("p11.sock")

    def tearDown(self):
        self.s.remove_all()

    def serve(self, *more, nsm="good"):
        words = ["--state", "state", "--module", MODULE, "--listen", "unix:%s" % self.address, *self.s.way(nsm)]
        return self.s.start("provision", "serve", *words, *more, socket_path=self.address)

    def p11_kit_servers(self):
        return [int(pid) for pid, line in processes(str(self.p11_kit)) if "nitro-attest" not in line]

    def p11_kit_server(self):
        """Each connection has a process for a moment, that of a readiness check too."""
        wait_for(lambda: len(self.p11_kit_servers()) == 1, "there is not one p11-kit server")
        return self.p11_kit_servers()[0]

    def stop(self, server):
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(20), 0)
        self.assertFalse(self.address.exists())
        return pathlib.Path(server.log).read_text()

    def ask(self, raw):
        """The reply to these bytes."""
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(60)
            s.connect(str(self.address))
            s.sendall(raw.encode() if isinstance(raw, str) else raw)
            got = b""
            while True:
                more = s.recv(65536)
                if not more:
                    return got.decode()
                got += more

    def exact(self, request, reply):
        """The genuine client's bytes for this JSON, and the genuine server's for that one."""
        got = self.ask(HEAD % len(request.encode()) + request)
        self.assertEqual(got, REPLY % len(reply.encode()) + reply)

    @staticmethod
    def envelope(user="app"):
        return '{"Kms":{"region":"us-east-1","access_key_id":"%s","secret_access_key":"any","session_token":"t"}}' % (
            user)

    def keys(self, *keys):
        rows = [{"encrypted_pem_b64": k["encrypted_pem_b64"], "id": k["id"], "label": k["label"],
                 "cert_pem": k.get("cert_pem")} for k in keys]
        return json.dumps(rows, separators=(",", ":"))

    def token(self, keys, label="acm-token", pin=PIN):
        return '{"label":"%s","pin":"%s","envelope_key":%s,"keys":%s}' % (label, pin, self.envelope(), keys)

    def packed(self, *more):
        self.s.pack("ec.key", "ec.chain", *more)
        return json.loads(self.s.path("keys.json").read_text())


class Rpc(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.serve(cls)

    @classmethod
    def tearDownClass(cls):
        cls.server.send_signal(signal.SIGTERM)
        cls.server.wait(20)

    def test_every_request_in_the_bytes_of_acm(self):
        self.assertEqual(os.stat(self.address).st_mode & 0o777, 0o600)
        self.exact('"DescribeDevice"', '{"Ok":{"DeviceDescription":{"free_slot_count":128,"tokens":[]}}}')
        keys = self.keys(*self.packed())
        self.exact('{"AddToken":{"token":%s}}' % self.token(keys), '{"Ok":"None"}')
        ttl = self.s.list()[0]["ttl_secs"]
        got = self.ask(HEAD % 16 + '"DescribeDevice"')
        body = '{"Ok":{"DeviceDescription":{"free_slot_count":127,"tokens":[{"label":"acm-token","slot_id":0,' \
            '"ttl_secs":172%s}]}}}'
        seconds = got.split('"ttl_secs":172')[1][:3]
        self.assertEqual(got, REPLY % (len(body) + 1) + body % seconds)
        self.assertGreater(ttl, 172700)
        got = self.ask(HEAD % 58 + '{"DescribeToken":{"label":"acm-token","pin":"12345678"}}  ')
        body = '{"Ok":{"TokenDescription":{"label":"acm-token","slot_id":0,"ttl_secs":172___,"keys":[' \
            '{"label":"acm-key","id":1,"uri":"pkcs11:model=p11ne-token;manufacturer=Amazon;serial=EVT00;' \
            'token=acm-token;id=%01;object=acm-key;type=private"}]}}}'
        self.assertEqual(got[:got.index("172") + 3] + "___" + got[got.index("172") + 6:], REPLY % len(body) + body)
        self.exact('{"RefreshToken":{"label":"acm-token","pin":"12345678","envelope_key":%s}}' % self.envelope(),
                   '{"Ok":"None"}')
        self.exact('{"UpdateToken":{"label":"acm-token","pin":"12345678","token":%s}}' %
                   self.token(self.keys(*self.packed("--id", "200", "--label", "k k")), "other", "9999"),
                   '{"Ok":"None"}')
        self.assertEqual([(t["label"], t["keys"][0]["id"]) for t in self.s.list()], [("acm-token", 200)])
        got = self.ask(HEAD % 56 + '{"DescribeToken":{"label":"acm-token","pin":"12345678"}}')
        self.assertIn("token=acm-token;id=%c8;object=k%20k;type=private", got)
        self.exact('{"RemoveToken":{"label":"acm-token","pin":"12345678"}}', '{"Ok":"None"}')
        self.assertEqual(self.s.tokens(), [])

    def test_every_error_in_the_bytes_of_acm(self):
        row, = self.packed()
        keys = self.keys(row)
        add = '{"AddToken":{"token":%s}}'
        other = {**row, "id": 2, "label": "b"}

        def invalid(what):
            return '{"Err":{"InvalidArgs":%s}}' % what
        for label, pin, reply in (("", PIN, '"LabelTooShort"'), ("x" * 33, PIN, '"LabelTooLong"'),
                                  ("l", "123", '"PinTooShort"'), ("l", "1" * 65, '"PinTooLong"')):
            self.exact(add % self.token(keys, label, pin), invalid(reply))
        self.exact(add % self.token(self.keys(row, {**row, "label": "b"})), invalid('{"DuplicateKeyId":1}'))
        self.exact(add % self.token(self.keys(row, {**row, "id": 2, "label": 'acm-key'})),
                   invalid('{"DuplicateKeyLabel":"acm-key"}'))
        self.exact(add % self.token(self.keys({**row, "encrypted_pem_b64": "*"})), '{"Err":"TokenKeyDecodingFailed"}')
        self.exact(add % self.token(self.keys({**row, "encrypted_pem_b64": "QUJD"})), '{"Err":"KmsDecryptFailed"}')
        bad = {**other, "encrypted_pem_b64": self.s.encrypted(b"\xff\xfe"), "cert_pem": None}
        self.exact(add % self.token(self.keys(row, bad)), '{"Err":"TokenProvisioningFailed"}')
        self.assertEqual(self.s.tokens(), [])
        self.exact(add % self.token("[]", "empty"), '{"Ok":"None"}')
        self.exact('{"RefreshToken":{"label":"empty","pin":"12345678","envelope_key":%s}}' % self.envelope(),
                   '{"Err":"EmptyToken"}')
        self.exact(add % self.token(keys), '{"Ok":"None"}')
        self.exact(add % self.token(keys), '{"Err":"TokenLabelInUse"}')
        one = '"label":"%s","pin":"%s"'
        for operation, more in (("DescribeToken", ""), ("RemoveToken", ""),
                                ("RefreshToken", ',"envelope_key":' + self.envelope()),
                                ("UpdateToken", ',"token":' + self.token(keys))):
            for label, pin, reply in (("acm-token", "1235", "AccessDenied"), ("nobody", PIN, "TokenNotFound")):
                self.exact('{"%s":{%s%s}}' % (operation, one % (label, pin), more), '{"Err":"%s"}' % reply)
        self.assertEqual(sorted(self.s.tokens()), ["acm-token", "empty"])

    def test_credentials_come_with_the_request(self):
        keys = self.keys(*self.packed())
        token = self.token(keys).replace('"app"', '"nobody"')
        self.exact('{"AddToken":{"token":%s}}' % token, '{"Err":"KmsDecryptFailed"}')
        self.assertEqual(self.s.tokens(), [])

    def test_a_refresh_that_kms_refuses(self):
        self.exact('{"AddToken":{"token":%s}}' % self.token(self.keys(*self.packed())), '{"Ok":"None"}')
        refresh = '{"RefreshToken":{"label":"acm-token","pin":"%s","envelope_key":%s}}'
        self.exact(refresh % (PIN, self.envelope("nobody")), '{"Err":"TokenRefreshFailed"}')
        self.assertIn('RefreshToken acm-token: key "acm-key" (id 1, the first in the database): KMS did not decrypt',
                      pathlib.Path(self.server.log).read_text())

    def test_unreadable_requests_are_closed_without_a_reply(self):
        for body in ('{', '3', 'null', '"AddToken"', '{"DescribeDevice":{}}', '{"AddToken":{}}', '[]', '"X"', '{}',
                     '{"RemoveToken":{"label":"a"}}', '{"RemoveToken":{"label":"a","pin":1234}}',
                     '{"RemoveToken":{"label":"a","pin":"12345678"},"x":1}',
                     '{"RefreshToken":{"label":"a","pin":"12345678"}}'):
            self.assertEqual(self.ask(HEAD % len(body) + body), "", body)
        for head in ("GET /rpc/v1 HTTP/1.1\r\n\r\n", "POST /rpc/v2 HTTP/1.1\r\n", HEAD % 65537, "\r\n",
                     "POST /rpc/v1 HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"):
            self.assertEqual(self.ask(head), "", head)
        self.exact('"DescribeDevice"', '{"Ok":{"DeviceDescription":{"free_slot_count":128,"tokens":[]}}}')

    def test_a_request_that_does_not_end_is_dropped_after_a_second(self):
        begun = time.monotonic()
        self.assertEqual(self.ask(HEAD % 100 + '"DescribeDevice"'), "")
        self.assertGreater(time.monotonic() - begun, 0.9)

    def test_ordinary_http(self):
        body = '{"Ok":{"DeviceDescription":{"free_slot_count":128,"tokens":[]}}}'
        for head in ("Host: x\r\nContent-Type: application/json\r\nContent-Length: 16\r\n",
                     "content-type: application/json\r\ncontent-length: 16\r\n", "Content-Length:16\r\n",
                     "Content-Type: application/json\r\nContent-Length: 16\r\nAccept: */*\r\n"):
            self.assertEqual(self.ask("POST /rpc/v1 HTTP/1.1\r\n" + head + '\r\n"DescribeDevice"'),
                             "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                             "Connection: close\r\n\r\n%s" % (len(body), body))

    def test_the_129th_token(self):
        """126 of them are in the state alone, as copies of a token without keys: 128 real ones take a minute."""
        add = '{"AddToken":{"token":%s}}'
        self.exact(add % self.token("[]", "t0"), '{"Ok":"None"}')
        path = self.s.path("state/state")
        state = json.loads(path.read_text())
        token, = state["tokens"]
        state["tokens"] += [{**token, "label": "t%d" % n, "slot": n} for n in range(1, 127) if n != 5]
        path.write_text(json.dumps(state))
        self.exact(add % self.token("[]", "t5"), '{"Ok":"None"}')
        self.exact(add % self.token("[]", "t127"), '{"Ok":"None"}')
        self.assertEqual(sorted(t["slot_id"] for t in self.s.list()), list(range(128)))
        self.assertEqual([t["slot_id"] for t in self.s.list() if t["label"] == "t5"], [5])
        self.exact(add % self.token("[]", "one too many"), '{"Err":"TooManyTokens"}')
        self.s.pack("ec.key")
        self.assertIn("all 128 slots are taken", self.s.token("add", code=1).stderr)
        self.assertEqual(sorted(self.s.tokens()), ["t0", "t127", "t5"])
        self.assertIn('"free_slot_count":0,', self.ask(HEAD % 16 + '"DescribeDevice"'))
        self.exact('{"RemoveToken":{"label":"t5","pin":"12345678"}}', '{"Ok":"None"}')
        self.exact(add % self.token("[]", "fits"), '{"Ok":"None"}')
        state = json.loads(path.read_text())
        state["tokens"] = [t for t in state["tokens"] if t["label"] in ("t0", "t127", "fits")]
        path.write_text(json.dumps(state))


class Serve(Case):
    def test_p11_kit_ends_with_serve_and_is_started_again(self):
        server = self.serve("--p11-kit", "unix:path=%s" % self.p11_kit)
        mine = str(self.p11_kit)
        wait_for(lambda: self.p11_kit.exists() and accepts(self.p11_kit), "it does not listen")
        running = self.p11_kit_server()
        os.kill(running, signal.SIGKILL)
        wait_for(lambda: self.p11_kit_servers() not in ([], [running]), "it is not started again")
        wait_for(lambda: self.p11_kit.exists() and accepts(self.p11_kit), "it does not listen again")
        with socket.socket(socket.AF_UNIX) as connection:  # its own child
            connection.connect(str(self.p11_kit))
            time.sleep(0.1)
            self.assertIn("p11-kit server has ended", self.stop(server))
            wait_for(lambda: processes(mine) == [], "processes continue")

    def test_a_killed_serve_takes_the_children_of_p11_kit_with_it(self):
        server = self.serve("--p11-kit", "unix:path=%s" % self.p11_kit)
        self.addCleanup(server.kill)
        guard, = {os.getpgid(int(pid)) for pid, _ in processes(str(self.p11_kit))} - {os.getpgid(server.pid)}
        wait_for(lambda: len(group(guard)) == 3, "there are not guard, witness and p11-kit server alone")
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.p11_kit))
            wait_for(lambda: len(group(guard)) > 3, "p11-kit has no child")
            server.kill()
            server.wait()
            wait_for(lambda: group(guard) == [], "processes continue")

    def test_on_change(self):
        row, = self.packed()
        server = self.serve("--on-change", "echo changed >> changes")
        changes = self.s.path("changes")
        changes.write_text("")

        def lines():
            time.sleep(1.2)
            return changes.read_text().count("changed")
        self.exact('{"AddToken":{"token":%s}}' % self.token(self.keys(row)), '{"Ok":"None"}')
        self.assertEqual(lines(), 1)
        self.exact('{"RefreshToken":{"label":"acm-token","pin":"12345678","envelope_key":%s}}' % self.envelope(),
                   '{"Ok":"None"}')
        update = '{"UpdateToken":{"label":"acm-token","pin":"12345678","token":%s}}'
        self.exact(update % self.token(self.keys(row)), '{"Ok":"None"}')
        self.assertEqual(lines(), 1)
        self.s.chain("ec")
        row, = self.packed()
        self.exact(update % self.token(self.keys(row)), '{"Ok":"None"}')
        self.assertEqual(lines(), 2)
        text = self.stop(server)
        self.assertEqual([line for line in text.splitlines() if "Token" in line],
                         ["AddToken acm-token: done", "RefreshToken acm-token: done", "UpdateToken acm-token: done",
                          "UpdateToken acm-token: done"])
        self.assertNotIn(PIN, text)

    def test_tokens_go_with_it_unless_they_are_kept(self):
        self.packed()
        server = self.serve()
        self.s.token("add", code=0)
        self.stop(server)
        self.assertEqual((self.s.list(), self.s.tokens()), ([], []))
        server = self.serve("--keep-tokens")
        self.s.token("add", code=0)
        self.stop(server)
        self.assertEqual(self.s.tokens(), ["acm-token"])
        self.s.token("refresh", code=0)

    def test_what_is_no_socket_is_not_deleted(self):
        self.packed()
        place = self.s.path("place")
        for make, remove in ((lambda: place.write_text("mine"), place.unlink), (place.mkdir, place.rmdir),
                             (lambda: place.symlink_to(self.s.kms), place.unlink),
                             (lambda: place.symlink_to("nothing"), place.unlink)):
            make()
            done = self.s.token("run", "--p11-kit", "unix:path=%s" % place, code=3)
            self.assertIn("--p11-kit: %s exists, and is not a socket" % place, done.stderr)
            self.assertEqual(self.s.tokens(), [])
            remove()  # it is unchanged
        self.assertTrue(accepts(self.s.kms))

    def test_p11_kit_whose_place_is_taken_while_it_runs(self):
        server = self.serve("--p11-kit", "unix:path=%s" % self.p11_kit)
        wait_for(lambda: accepts(self.p11_kit), "it does not listen")
        running = self.p11_kit_server()
        self.p11_kit.unlink()
        self.p11_kit.write_text("mine")
        os.kill(running, signal.SIGKILL)
        log = pathlib.Path(server.log)
        wait_for(lambda: "exists, and is not a socket" in log.read_text(), "it is not notified")
        time.sleep(2.5)
        self.assertEqual((log.read_text().count("is not a socket"), self.p11_kit.read_text()), (1, "mine"))
        self.p11_kit.unlink()
        wait_for(lambda: self.p11_kit.exists() and accepts(self.p11_kit), "it is not started again")
        self.stop(server)

    def test_group_of_the_socket(self):
        self.packed()
        where = "unix:path=%s" % self.p11_kit
        mine = str(next((g for g in os.getgroups() if g != os.getgid()), 65534 if os.geteuid() == 0 else os.getgid()))

        def mode():
            s = os.stat(self.p11_kit)
            return "%o %d" % (s.st_mode & 0o777, s.st_gid)
        server = self.serve("--p11-kit", where)
        wait_for(lambda: accepts(self.p11_kit), "it does not listen")
        self.assertEqual(mode(), "711 %d" % os.getgid())  # a user who may write can connect
        self.stop(server)
        server = self.serve("--p11-kit", where, "--p11-kit-group", mine)
        wait_for(lambda: accepts(self.p11_kit), "it does not listen")
        self.assertEqual(mode(), "720 " + mine)
        running = self.p11_kit_server()
        os.kill(running, signal.SIGKILL)
        wait_for(lambda: "again" in pathlib.Path(server.log).read_text() and accepts(self.p11_kit), "not again")
        wait_for(lambda: mode() == "720 " + mine, "the new socket is not the group's")
        self.stop(server)
        for more, why in ((["--p11-kit-group", mine], "is for a unix socket"),
                          (["--p11-kit", "vsock:cid=1;port=9", "--p11-kit-group", mine], "is for a unix socket"),
                          (["--p11-kit", where, "--p11-kit-group", "no-such-group"], "there is no group no-such-group"),
                          (["--p11-kit", where, "--p11-kit-group", "-1"], "there is no group -1")):
            done = self.s.token("run", *more, code=2)
            self.assertIn(why, done.stderr)

    def test_after_another_boot(self):
        """Then the times in the state are not valid: the token is removed, and added again."""
        self.packed()
        self.s.token("add", code=0)
        path = self.s.path("state/state")
        state = json.loads(path.read_text())
        state["boot_id"] = "01234567-89ab-cdef-0123-456789abcdef"
        state["ended_ms"] = 2 ** 50  # of a clock that restarted
        path.write_text(json.dumps(state))
        self.assertIn("there is no token with this label", self.s.token("refresh", code=1).stderr)
        self.assertEqual((self.s.tokens(), json.loads(path.read_text())["ended_ms"]), ([], 0))
        self.s.token("add", code=0)
        self.s.token("refresh", code=0)

    def test_an_incomplete_token_is_removed(self):
        """As after a crash during its removal: marked, but not yet removed."""
        self.packed()
        self.s.token("add", code=0)
        path = self.s.path("state/state")
        text = path.read_text()
        self.assertEqual(text.count('"complete":true'), 1)
        path.write_text(text.replace('"complete":true', '"complete":false'))
        self.assertEqual(self.s.list(), [])
        self.assertEqual(self.s.tokens(), [])

    def test_killed_while_it_adds_or_replaces_a_token(self):
        keys = self.keys(*self.packed())
        add = '{"AddToken":{"token":%s}}' % self.token(keys)
        update = '{"UpdateToken":{"label":"acm-token","pin":"12345678","token":%s}}' % self.token(keys)
        seen = {"whole": 0, "none": 0}
        longest = self.time_of((HEAD % len(add) + add).encode())
        for n in range(KILLS):
            if n % 2 == 1:
                self.s.token("add", code=0)
            request = update if n % 2 == 1 else add
            raw = (HEAD % len(request) + request).encode()
            server = self.serve("--p11-kit", "unix:path=%s" % self.p11_kit)
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(str(self.address))
                s.sendall(raw)
                time.sleep(random.uniform(0, longest))
                server.kill()
                server.wait()
            wait_for(lambda: processes(str(self.p11_kit)) == [], "processes of p11-kit continue: %s" %
                     processes(str(self.p11_kit)))
            seen[self.check_repaired()] += 1
        print("# %s" % seen)

    def time_of(self, raw):
        server = self.serve()
        begun = time.monotonic()
        self.ask(raw)
        longest = time.monotonic() - begun
        self.stop(server)
        self.s.remove_all()
        return longest

    def check_repaired(self):
        """A token is complete and refreshed, or does not exist."""
        done = self.s.token("refresh")
        listed, tokens = [t["label"] for t in self.s.list()], self.s.tokens()
        self.assertEqual(listed, tokens)
        if done.returncode == 0:
            self.assertEqual(tokens, ["acm-token"])
            self.assertEqual(len(self.s.module("acm-token", PIN)["objects"]), 5)
            self.s.token("remove", code=0)
            return "whole"
        self.assertIn("there is no token with this label", done.stderr)
        self.assertEqual(tokens, [])
        return "none"


class Run(Case):
    def run_it(self, *more, stdout="run.out"):
        words = ["--state", "state", "--module", MODULE, "--label", "acm-token", "--pin-file", "pin", "--database",
                 "keys.json", *self.s.way("good")]
        with open(self.s.path(stdout), "wb") as out:
            program = self.s.start("provision", "run", *words, *more, stdout=out)
        wait_for(lambda: b"ready" in self.s.path(stdout).read_bytes() or program.poll() is not None, "not ready")
        if program.poll() is not None:
            raise AssertionError(pathlib.Path(program.log).read_text())
        return program

    def end(self, program):
        program.send_signal(signal.SIGTERM)
        self.assertEqual(program.wait(20), 0)
        self.assertEqual((self.s.list(), self.s.tokens()), ([], []))
        return pathlib.Path(program.log).read_text()

    def test_refreshes_follows_the_database_and_removes(self):
        self.packed()
        changes = self.s.write("changes", "")
        program = self.run_it("--lifetime", "8s", "--refresh-every", "1s", "--on-change", "echo changed >> changes")
        self.assertEqual(self.s.path("run.out").read_bytes(), b"token acm-token: ready\n")
        wait_for(lambda: changes.read_text() == "changed\n", "the command did not run")
        time.sleep(9)
        self.assertEqual([t["label"] for t in self.s.list()], ["acm-token"], "it was not refreshed")
        self.assertEqual(changes.read_text(), "changed\n")
        self.assertRegex(self.s.path("run.out").read_text(), "ready\ntoken acm-token: refreshed, expires 20[-0-9T:]*Z")
        self.s.write("keys.json", "{")
        wait_for(lambda: "keys.json: " in pathlib.Path(program.log).read_text(), "the bad database is not reported")
        self.assertEqual(self.s.tokens(), ["acm-token"])
        self.s.chain("ec")
        self.packed("--id", "9")
        wait_for(lambda: changes.read_text() == "changed\nchanged\n", "the command did not run again")
        self.assertEqual(self.s.list()[0]["keys"][0]["id"], 9)
        wait_for(lambda: "loaded from the database, expires 20" in self.s.path("run.out").read_text(),
                 "it is not notified")
        self.end(program)

    def test_goes_on_where_a_killed_one_was(self):
        self.packed()
        more = ["--p11-kit", "unix:path=%s" % self.p11_kit]
        program = self.run_it(*more)
        program.kill()
        program.wait()
        wait_for(lambda: processes(str(self.p11_kit)) == [], "processes of p11-kit continue")
        self.assertEqual(self.s.tokens(), ["acm-token"])
        program = self.run_it(*more)
        self.end(program)
        self.assertEqual(processes(str(self.p11_kit)), [])

    def test_a_refusal_at_the_start(self):
        self.packed()
        done = self.s.token("run", "--p11-kit", "unix:path=%s" % self.p11_kit, nsm="wrong-pcr", code=1)
        self.assertIn("KMS did not decrypt the key", done.stderr)
        self.assertEqual((done.stdout, self.s.tokens(), processes(str(self.p11_kit))), ("", [], []))
        done = self.s.token("run", "--p11-kit", "unix:path=/nothing/there", code=3)
        self.assertIn("does not listen on unix:path=/nothing/there", done.stderr)


if __name__ == "__main__":
    provision_scene.main(sys.argv[3:])
