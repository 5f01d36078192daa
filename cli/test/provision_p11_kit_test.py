"""Tests how `nitro-attest provision run` and `serve` start p11-kit server, and start it again.

provision_p11_kit_test.py PATH-OF-BINARY [CASE...]. TAP. A test program replaces p11-kit if the real one
must fail.
"""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../nsm/provision/test/tls"))
import provision_scene  # noqa: E402
import token_support as ts  # noqa: E402
from provision_scene import MODULE, PIN, SceneCase, accepts, wait_for  # noqa: E402

LISTENS = """#!%s
import os, socket, sys, time
place = sys.argv[sys.argv.index("--name") + 1].split("=", 1)[1]
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(place)
    listener.listen()
    with open("starts", "a") as starts:
        starts.write("%%f\\n" %% time.monotonic())
    time.sleep(0.1)
""" % sys.executable


class P11Kit(SceneCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.s.pack("ec.key", "ec.chain")
        cls.place = cls.s.path("p11.sock")
        cls.address = "unix:path=%s" % cls.place

    def tearDown(self):
        for name in ("bin/p11-kit", "p11.sock", "starts"):
            self.s.path(name).unlink(missing_ok=True)
        self.s.remove_all()

    def replace(self, text):
        """Programs started now use this program as p11-kit."""
        self.s.path("bin").mkdir(exist_ok=True)
        self.s.write("bin/p11-kit", text, 0o755)
        return {"PATH": "%s:%s" % (self.s.path("bin"), os.environ["PATH"])}

    def start(self, *more, env=None, lifetime="1h"):
        words = ["--state", "state", "--module", MODULE, "--label", "acm-token", "--pin-file", "pin", "--database",
                 "keys.json", "--p11-kit", self.address, "--lifetime", lifetime, *more, *self.s.way("good")]
        program = self.s.start("provision", "run", *words, env=env or {})
        wait_for(lambda: "ready" in self.log(program) or program.poll() is not None, "it is not ready", 20)
        return program

    @staticmethod
    def log(program):
        return pathlib.Path(program.log).read_text()

    def end(self, program):
        program.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        self.assertEqual(program.wait(20), 0, self.log(program))
        self.assertLess(time.monotonic() - begun, 3)
        return self.log(program)

    def run_once(self, address, code, env=None):
        before = self.s.env
        self.s.env = {**before, **(env or {})}
        try:
            return self.s.token("run", "--p11-kit", address, code=code).stderr
        finally:
            self.s.env = before

    # ---- addresses ----

    def test_addresses(self):
        for address in ("vsock:9999", "vsock:", "vsock:port=", "vsock:port=x", "vsock:port=4294967295", "vsock:port=1;",
                        "vsock:cid=16", "vsock:cid=16;port=", "vsock:cid=;port=1", "vsock:cid=4294967295;port=1",
                        "vsock:port=1;cid=16", "vsock:cid=99999999999999999999;port=1", "unix:p12.sock", "unix:path=",
                        "unix:path=p12.sock", "unix:/p12.sock", "/p12.sock", "", "tcp:1"):
            with self.subTest(address):
                text = self.run_once(address, 2)
                self.assertIn('--p11-kit: "%s" is not an address of p11-kit server' % address, text)
                self.assertIn("write unix:path=/PATH or vsock:port=PORT", text)
        self.assertFalse(self.s.path("p12.sock").exists())

    def test_addresses_of_config(self):
        def config(address, code):
            words = ["openssl", "--label", "t", "--key-label", "k", "--pin-file", "pin", "--certificate", "ec.pem",
                     "--client-module", MODULE, "--out", "out", "--p11-kit", address]
            self.s.path("out").mkdir(exist_ok=True)
            return self.s.run("provision", "config", *words, code=code).stderr
        for address in ("vsock:port=9999", "vsock:cid=16", "vsock:cid=16;port=x", "unix:path=p12.sock"):
            text = config(address, 2)
            self.assertIn("write unix:path=/PATH or vsock:cid=CID;port=PORT", text)
        for address in ("vsock:cid=16;port=9999", "vsock:cid=0;port=4294967294", "unix:path=/run/p11-kit.sock"):
            config(address, 0)

    def test_paths_of_sockets_have_a_limit(self):
        for size, code, why in ((107, 3, "does not listen on"), (108, 2, "at most 107 bytes, and this one 108")):
            path = "/nothing/" + "x" * (size - 9)
            self.assertIn(why, self.run_once("unix:path=" + path, code))

    # ---- the start ----

    def test_a_server_that_does_not_listen(self):
        for text in ("#!/bin/sh\nexit 1\n", "#!/bin/sh\nexec sleep 60\n"):
            env = self.replace(text)
            self.assertIn("p11-kit server does not listen on unix:path=", self.run_once(self.address, 3, env))
            self.assertEqual(self.s.tokens(), [])
        env = self.replace("#!/bin/sh\nexit 1\n")
        for address in ("vsock:port=9999", "vsock:cid=16;port=9999"):
            self.assertIn("p11-kit server does not listen on vsock:", self.run_once(address, 3, env))

    def test_a_socket_file_that_nobody_listens_on(self):
        env = self.replace(LISTENS.replace("listener.listen()", "time.sleep(60)"))
        self.assertIn("p11-kit server does not listen on unix:path=", self.run_once(self.address, 3, env))

    # ---- again and again ----

    def test_waits_grow(self):
        program = self.start(env=self.replace(LISTENS))
        starts = self.s.path("starts")
        wait_for(lambda: len(starts.read_text().split()) >= 5, "it is not started again", 20)
        times = [float(t) for t in starts.read_text().split()]
        waits = [b - a for a, b in zip(times, times[1:])]
        self.assertTrue(waits[1] >= 0.5 and waits[2] >= 1 and waits[3] >= 2, waits)
        time.sleep(0.5)
        self.assertIn("p11-kit server has ended; this command starts it again", self.end(program))  # waits 4 s

    def test_waits_delay_no_expiry(self):
        program = self.start("--refresh-every", "2s", env=self.replace(LISTENS), lifetime="4s")
        self.s.path("keys.json").rename(self.s.path("kept"))
        try:
            os.kill(program.pid, signal.SIGSTOP)
            time.sleep(4.2)
            os.kill(program.pid, signal.SIGCONT)
            wait_for(lambda: self.s.tokens() == [], "the token does not expire", 1.5)
            wait_for(lambda: "token acm-token has expired; its key was removed" in self.log(program), "no line", 2)
        finally:
            self.s.path("kept").rename(self.s.path("keys.json"))
        self.end(program)

    def test_a_signal_that_ends_the_command_of_on_change(self):
        program = self.start("--on-change", "kill -9 $$")
        wait_for(lambda: "--on-change: signal 9 ended the command\n" in self.log(program), "it is not notified")
        self.end(program)

    def test_another_server_is_there_at_once_when_a_token_was_removed(self):
        program = self.start()
        for _ in range(4):
            self.s.token("remove", code=0)
            self.s.token("add", code=0)
            wait_for(lambda: accepts(self.place), "it is not started again", 2)
        text = self.end(program)
        self.assertIn("token acm-token was removed", text)
        self.assertIn("closing all connections to p11-kit server", text)
        self.assertNotIn("starts it again", text)
        self.assertNotIn("P11_KIT", text)  # what p11-kit prints for a shell
        self.assertNotIn(PIN, text)

    # ---- with others ----

    def test_it_gives_access_to_its_own_token_alone(self):
        if ts.missing("pkcs11-tool"):
            self.skipTest("pkcs11-tool is missing")
        self.s.token("add", label="other", state="others", code=0)
        program = self.start()
        try:
            done = ts.run("pkcs11-tool", "--module", ts.CLIENT, "--list-token-slots",
                          env={**os.environ, "P11_KIT_SERVER_ADDRESS": self.address})
            self.assertEqual(re.findall(r"token label +: (\S+)", done.stdout), ["acm-token"], done)
            self.assertEqual(sorted(self.s.tokens()), ["acm-token", "other"])
        finally:
            self.end(program)
            self.s.remove_all(state="others")

    def test_a_token_that_another_program_took_away_is_added_again(self):
        program = self.start()
        serve = self.s.start("provision", "serve", "--state", "state", "--module", MODULE, *self.s.way("good"),
                             "--listen", "unix:%s" % self.s.path("rpc.sock"), socket_path=self.s.path("rpc.sock"))
        serve.send_signal(signal.SIGTERM)
        self.assertEqual(serve.wait(20), 0, self.log(serve))
        wait_for(lambda: self.s.tokens() == ["acm-token"], "it is not added again", 5)
        self.end(program)

    def test_a_database_that_is_no_file(self):
        program = self.start()
        database = self.s.path("keys.json")
        kept = database.rename(self.s.path("kept"))
        try:
            for make in (os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)):
                make(database)
                wait_for(lambda: self.log(program).count("is not a regular file") > 0, "it waits for a FIFO", 5)
                (os.rmdir if database.is_dir() else os.unlink)(database)
            self.assertEqual(self.s.tokens(), ["acm-token"])
            os.mkfifo(database)
            self.end(program)
        finally:
            kept.rename(database)

    def test_a_state_that_is_gone(self):
        program = self.start()
        shutil.rmtree(self.s.path("state"))
        program.send_signal(signal.SIGTERM)
        self.assertEqual(program.wait(20), 3)
        self.assertIn("the state in state is missing: a token and its keys may remain in the module", self.log(program))
        done = subprocess.run(["softhsm2-util", "--delete-token", "--token", "acm-token"], env=self.s.env, check=False,
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, self.s.tokens()), (0, []), done)

    def test_the_command_of_on_change_ends_with_it_and_has_no_credentials(self):
        seen, pid = self.s.path("environment"), self.s.path("pid")
        program = self.start("--on-change", "env >environment; echo $$ >new; mv new pid; exec sleep 100",
                             env={"AWS_SESSION_TOKEN": "secret-token"})
        self.s.make_key("new.key", "P-256")
        self.s.chain("new")
        kept = self.s.path("keys.json").read_bytes()
        self.s.pack("new.key", "new.chain")
        wait_for(pid.exists, "the command does not run", 10)
        self.assertNotIn("AWS_", seen.read_text())
        self.assertIn("PATH=", seen.read_text())
        command = int(pid.read_text())
        self.end(program)
        with self.assertRaises(ProcessLookupError):
            os.kill(command, 0)
        self.s.path("keys.json").write_bytes(kept)

    def test_as_the_first_process_it_leaves_no_zombies(self):
        if os.geteuid() != 0:
            self.skipTest("not root")
        words = ["provision", "run", "--state", "state", "--module", MODULE, "--label", "acm-token", "--pin-file",
                 "pin", "--database", "keys.json", "--p11-kit", self.address, *self.s.way("good")]
        with open(self.s.path("first.log"), "w+") as log:
            outer = subprocess.Popen(["unshare", "--pid", "--fork", provision_scene.BINARY, *map(str, words)],
                                     cwd=self.s.dir, stdout=log, stderr=log, env={**self.s.env, "AWS_ACCESS_KEY_ID":
                                                                                  "app"})
            wait_for(lambda: "ready" in self.s.path("first.log").read_text(), "it is not ready", 20)
            run, = children(outer.pid)
            for _ in range(2):
                clients = [socket.socket(socket.AF_UNIX) for _ in range(4)]
                for client in clients:
                    client.connect(str(self.place))
                time.sleep(0.3)
                self.s.token("remove", code=0)
                self.s.token("add", code=0)
                wait_for(lambda: accepts(self.place), "it is not started again", 2)
                for client in clients:
                    client.close()
            wait_for(lambda: "Z" not in children(run).values(), "there are zombies", 2)
            os.kill(run, signal.SIGTERM)
            self.assertEqual(outer.wait(20), 0, self.s.path("first.log").read_text())


def children(pid):
    """Their states by number."""
    found = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid:
            found[int(stat.parent.name)] = state
    return found


if __name__ == "__main__":
    provision_scene.main(sys.argv[2:])
