"""How nitro-attest emulate ends: emulate_end_test.py BINARY [fuse]. Standard library only; POSIX.

A fault may last a day. The command must nevertheless end when its program ends, after a signal, and at --deadline. Exit
0: all passed. 1: something failed. 77: this kernel or sandbox does not let emulate run a program.
"""
import hashlib
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.path.abspath(sys.argv[1])
FUSE = sys.argv[2:] == ["fuse"]
DAY = ("--fault", "any:delay=1d")
# Far above what anything here takes, even under valgrind; far below the day of a fault.
PROMPT = 60
# The command as a client that gives up while its request waits. LeakSanitizer would stop the waiting thread, and so
# wait too.
CLIENT_THAT_GIVES_UP = ["env", f"ASAN_OPTIONS={os.environ.get('ASAN_OPTIONS', '')}:detect_leaks=0", BINARY, "nsm"]
# A request, in its process's main thread, without the client's deadline; then what the handler did.
CLIENT = r"""
import ctypes, fcntl, signal, struct, sys, time
def handler(number, frame):
    print("handler", number, flush=True)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, handler)
text, out = ctypes.create_string_buffer(REQUEST, len(REQUEST)), ctypes.create_string_buffer(0x3000)
def ask():
    raw = bytearray(struct.pack("QQQQ", ctypes.addressof(text), len(text), ctypes.addressof(out), 0x3000))
    with open("/dev/nsm") as device:
        fcntl.ioctl(device, 0xC0200A00, raw, True)
    return out.raw[:struct.unpack("QQQQ", raw)[3]]
print("ready", flush=True)
for number in range(int(sys.argv[1])):
    time.sleep(1 if number > 0 else 0)
    print(ask()[-1], flush=True)
"""
DESCRIBE = CLIENT.replace("REQUEST", repr(b"\x6bDescribeNSM"))
EXTEND = CLIENT.replace("REQUEST", repr(b"\xa1\x69ExtendPCR\xa2\x65index\x10\x64data\x41\x01"))


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    way = ()

    def start(self, *words, options=DAY, **keywords):
        process = subprocess.Popen([BINARY, "emulate", *self.way, *map(str, options), *map(str, words)],
                                   stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **keywords)

        def end():
            process.kill()
            process.communicate()
        self.addCleanup(end)
        return process

    def client(self, script=DESCRIBE, requests=1, options=DAY):
        """A program whose request waits for the fault."""
        process = self.start("--", sys.executable, "-c", script, requests, options=options)
        self.assertEqual(process.stdout.readline(), "ready\n")
        time.sleep(0.5)
        return process

    def ended(self, process, status, within=PROMPT):
        """What it printed."""
        out, err = process.communicate(timeout=within)
        self.assertEqual(process.returncode, status, (out, err))
        return out, err


class Launcher(Case):
    def test_the_end_of_the_program_ends_its_requests(self):
        """The client gives up, but the fault would last a day."""
        process = self.start("--", *CLIENT_THAT_GIVES_UP, "random", "4", "--hex", "--deadline", "300ms")
        self.assertIn("deadline", self.ended(process, 3)[1])

    def test_the_programs_status_is_kept(self):
        process = self.start("--", "sh", "-c", '"$@"; exit 7', "sh", *CLIENT_THAT_GIVES_UP, "describe", "--deadline",
                             "300ms")
        self.ended(process, 7)

    def test_what_the_program_leaves_behind_does_not_wait(self):
        process = self.start("--", "sh", "-c", f"(setsid '{BINARY}' nsm random 4 --hex) & sleep 0.5; exit 5")
        self.assertRegex(self.ended(process, 5)[0], "^[0-9a-f]{8}\n$")

    def test_silence_ends_too(self):
        process = self.start("--", *CLIENT_THAT_GIVES_UP, "random", "4", "--deadline", "300ms",
                             options=("--fault", "any:silence=1d"))
        self.ended(process, 3)

    def test_a_signal_that_kills(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start("--", BINARY, "nsm", "describe")
            time.sleep(0.5)
            process.send_signal(number)
            self.ended(process, 128 + number)

    def test_a_signal_that_is_handled_ends_the_wait(self):
        """Like a real driver, the emulator does not abort the request on a signal; it is made once, and the handler
        runs."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.client()
            process.send_signal(number)
            out, _ = self.ended(process, 0)
            self.assertEqual(out, f"handler {number}\n{ord('4')}\n")

    def test_after_term_no_wait_begins(self):
        process = self.client(requests=3)
        process.terminate()
        self.assertEqual(self.ended(process, 0)[0].count(str(ord("4"))), 3)

    def test_after_hup_waits_begin_again(self):
        """A server that rereads its configuration continues. Its second request comes a second later: one that begins
        while the emulator handles the signal does not wait either."""
        process = self.client(requests=2)
        process.send_signal(signal.SIGHUP)
        self.assertEqual([process.stdout.readline() for _ in range(2)],
                         [f"handler {int(signal.SIGHUP)}\n", f"{ord('4')}\n"])
        time.sleep(1.5)
        self.assertIsNone(process.poll())
        process.terminate()
        self.ended(process, 0)

    def test_waits_behind_a_wait_end_too(self):
        """The device does one thing at a time: three more clients wait for the first."""
        process = self.start("--", "sh", "-c",
                             f"for n in 1 2 3 4; do '{BINARY}' nsm random 4 --hex & done; trap : HUP; "
                                               "echo ready; while ! wait; do :; done; wait")
        process.stdout.readline()
        time.sleep(1)
        process.send_signal(signal.SIGHUP)
        self.assertEqual(len(self.ended(process, 0)[0].splitlines()), 4)

    def test_term_ends_what_the_program_started(self):
        script = "trap 'echo term; exit' TERM; echo ready; while :; do sleep 0.05; done"
        process = self.start("--", "sh", "-c", f'setsid sh -c "{script}" & wait')
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.terminate()
        self.assertEqual(self.ended(process, 128 + signal.SIGTERM)[0], "term\n")

    def test_term_ends_what_the_program_started_and_what_ignores_it(self):
        process = self.start("--", "sh", "-c",
                             "setsid sh -c 'trap \"\" TERM; echo ready; while :; do sleep 1; done' & wait")
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.terminate()
        self.ended(process, 128 + signal.SIGTERM)

    def test_the_terminals_interrupt(self):
        child, terminal = pty.fork()
        if child == 0:
            os.execv(BINARY, [BINARY, "emulate", *DAY, "--", sys.executable, "-c", DESCRIBE, "1"])
        said = b""
        while b"ready" not in said:
            said += os.read(terminal, 1000)
        time.sleep(0.5)
        os.write(terminal, b"\x03")
        until = time.monotonic() + PROMPT
        while os.waitpid(child, os.WNOHANG)[0] == 0:
            if time.monotonic() > until:
                os.kill(child, signal.SIGKILL)
                self.fail("the command did not end")
            time.sleep(0.05)
        os.close(terminal)

    def test_an_extension_under_a_signal_is_made_once(self):
        """The wait ends, and the request is not made twice: another client reads PCR16."""
        script = EXTEND + "import subprocess; subprocess.run(sys.argv[2:])"
        process = self.start("--", sys.executable, "-c", script, 1, BINARY, "nsm", "pcr", "read", "16",
                             options=("--fault", "extend-pcr:delay=1d"))
        self.assertEqual(process.stdout.readline(), "ready\n")
        time.sleep(0.5)
        process.send_signal(signal.SIGHUP)
        out, _ = self.ended(process, 0)
        self.assertIn(hashlib.sha384(bytes(48) + b"\1").hexdigest(), out)


class Trapped(Launcher):
    """Some without a private /dev, where other threads reply."""
    way = ("--dev", "trap")


for name in set(dir(Launcher)) - {"test_the_end_of_the_program_ends_its_requests", "test_after_term_no_wait_begins",
                                  "test_waits_behind_a_wait_end_too"}:
    if name.startswith("test_"):
        setattr(Trapped, name, None)


class Deadline(Case):
    """--deadline bounds everything; status 124 as timeout(1)."""

    def bounded(self, *words, options=("--deadline", "1s"), least=1.0, most=PROMPT):
        began = time.monotonic()
        process = self.start(*words, options=options)
        out, err = self.ended(process, 124)
        self.assertGreaterEqual(time.monotonic() - began, least)
        self.assertLess(time.monotonic() - began, most)
        return out, err

    def test_the_shortest(self):
        self.bounded("--", "sleep", "600", options=("--deadline", "1ms"), least=0)

    def test_a_program(self):
        self.assertIn("--deadline", self.bounded("--", "sleep", "600")[1])

    def test_a_program_in_a_request(self):
        self.bounded("--", BINARY, "nsm", "describe", options=("--deadline", "1s", *DAY))

    def test_term_comes_first(self):
        self.assertEqual(self.bounded("--", "sh", "-c",
                                      "trap 'echo term; exit 9' TERM; while :; do sleep 0.05; done")[0], "term\n")

    def test_kill_comes_then(self):
        self.bounded("--", "sh", "-c", "trap '' TERM; while :; do sleep 1; done", least=3.0)

    def test_a_stopped_program(self):
        script = "trap 'echo term; exit' TERM; kill -STOP $$; while :; do sleep 0.05; done"
        self.assertEqual(self.bounded("--", "sh", "-c", script)[0], "term\n")

    def test_all_processes_of_the_program(self):
        script = "trap 'echo term; exit' TERM; echo $$; while :; do sleep 0.05; done"
        out, _ = self.bounded("--", "sh", "-c", f'setsid sh -c "{script}" & exec sh -c "{script}"')
        self.assertEqual(out.count("term\n"), 2)
        for pid in out.replace("term\n", "").split():
            self.assertFalse(os.path.exists(f"/proc/{pid}"))

    def test_nobody_else(self):
        """Does not end the process group, which a script shares with the command."""
        bystander = subprocess.Popen(["sleep", "600"])
        self.addCleanup(bystander.wait)
        self.addCleanup(bystander.kill)
        self.bounded("--", "sleep", "600")
        self.assertIsNone(bystander.poll())

    def test_what_the_program_left_running(self):
        process = self.start("--", "sh", "-c", "setsid sleep 600 & exit 6", options=("--deadline", "1s"))
        self.ended(process, 6)

    def test_an_end_in_time(self):
        process = self.start("--", "sh", "-c", "exit 8", options=("--deadline", "1h"))
        self.assertEqual(self.ended(process, 8), ("", ""))

    def test_a_socket(self):
        path = self.dir / "socket"
        self.bounded("--listen", path, options=("--deadline", "1s"))
        self.assertFalse(path.exists())

    def test_its_values(self):
        for value in ("0s", "0ms", "", "5", "-1s", "1y", "2147483648s", "24856d", "99999999999999999999d"):
            process = self.start("--", "true", options=("--deadline", value))
            self.assertIn("--deadline", self.ended(process, 2)[1])
        for value in ("5000ms", "2h", "1d", "2147483646s", "2147483647s", "24855d"):
            self.ended(self.start("--", "true", options=("--deadline", value)), 0)
        process = self.start("--init", "--pki", self.dir / "pki", options=("--deadline", "1s"))
        self.assertIn("--deadline", self.ended(process, 2)[1])


class Servers(Case):
    """A server is stopped while a request waits in it."""

    def stops(self, option, place, *client):
        for number in (signal.SIGINT, signal.SIGTERM):
            server = self.start(option, place)
            self.assertIn("serving", server.stderr.readline())
            asking = subprocess.Popen([BINARY, "nsm", "describe", *map(str, client)], stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)
            time.sleep(0.5)
            server.send_signal(number)
            self.ended(server, 0)
            asking.wait(PROMPT)

    def test_a_socket(self):
        self.stops("--listen", self.dir / "socket", "--socket", self.dir / "socket")

    @unittest.skipUnless(FUSE and os.geteuid() == 0 and os.path.exists("/dev/fuse"),
                         "to mount, root and FUSE are needed")
    def test_a_file(self):
        self.stops("--fuse", self.dir / "nsm", "--device", self.dir / "nsm")

    @unittest.skipUnless(FUSE and os.geteuid() == 0 and os.path.exists("/dev/fuse"),
                         "to mount, root and FUSE are needed")
    def test_a_file_with_a_deadline(self):
        server = self.start("--fuse", self.dir / "nsm", options=("--deadline", "2s", *DAY))
        self.assertIn("serving", server.stderr.readline())
        asking = subprocess.Popen([BINARY, "nsm", "describe", "--device", self.dir / "nsm"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        self.ended(server, 124)
        asking.wait(PROMPT)
        self.assertFalse((self.dir / "nsm").exists())


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):  # a shell does, in the background
        signal.signal(ignored, signal.SIG_DFL)
    probe = subprocess.run([BINARY, "emulate", "--", "true"], capture_output=True, text=True, check=False)
    if probe.returncode == 125:
        print("skipped: " + probe.stderr)
        sys.exit(77)
    sys.exit(0 if unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result.wasSuccessful() else 1)
