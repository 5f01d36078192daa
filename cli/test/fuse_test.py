"""Drives nitro-attest emulate --fuse: fuse_test.py BINARY built|absent [PROBE [PROGRAM-OF-32-BITS]]. Standard library
only.

Root, or any user, who is then root of a user namespace. Exit 0: all passed. 1: something failed. 77: there is no
/dev/fuse here, or no right to mount.
"""
import ctypes
import errno
import fcntl
import hashlib
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unittest

BINARY, BUILT = os.path.abspath(sys.argv[1]), sys.argv[2] == "built"
PROBE, PROGRAM32 = ([os.path.abspath(path) for path in sys.argv[3:]] + [None, None])[:2]
RAW, NOBODY = 0xC0200A00, 65534
DESCRIBE, RANDOM = b"\x6bDescribeNSM", b"\x69GetRandom"
ATTEST = bytes.fromhex("a16b4174746573746174696f6ea369757365725f64617461420102656e6f6e636541036a7075626c69635f6b6579"
                       "43040506")
ANSWERS = [  # request, how its answer starts, its length if that is known
    (bytes.fromhex("a16b4465736372696265504352a165696e64657800"),
     b"\xa1\x6bDescribePCR\xa2\x64lock\xf5\x64data\x58\x30", 75),
    (bytes.fromhex("a169457874656e64504352a265696e646578106464617461420102"), b"\xa1\x69ExtendPCR\xa1\x64data\x58\x30"
     + hashlib.sha384(bytes(48) + b"\1\2").digest(), 67),
    (bytes.fromhex("a1674c6f636b504352a165696e6465781818"), b"\x67LockPCR", 8),
    (bytes.fromhex("a1684c6f636b50435273a16572616e67651820"), b"\x68LockPCRs", 9),
    (DESCRIBE, b"\xa1\x6bDescribeNSM\xa7\x6dversion_major\1", None),
    (ATTEST, b"\xa1\x6bAttestation\xa1\x68document\x59", None),
    (RANDOM, b"\xa1\x69GetRandom\xa1\x66random\x59\1\0", 278),
]
# Creates a separate /dev, with the real /dev/fuse unless $1 names a different one; the other arguments run there.
OWN_DEV = """set -e
mount -t tmpfs none "$D"
for name in $NAMES; do : >"$D/$name"; mount --bind "/dev/$name" "$D/$name"; done
mount --rbind "$D" /dev
exec "$@"
"""
# With the device at /dev/nsm, in that /dev.
AT_DEV_NSM = """set -e
timeout 50 "$BINARY" emulate --fault attestation:delay=2s --fuse /dev/nsm >/dev/null 2>&1 & server=$!
trap 'kill $server 2>/dev/null || :' EXIT
tries=0
until [ -e /dev/nsm ] && "$BINARY" nsm describe >/dev/null 2>&1; do
    tries=$((tries + 1)); [ $tries -lt 100 ]; sleep 0.05
done
status=0
"$@" || status=$?
kill $server
wait $server
! [ -e /dev/nsm ]
exit $status
"""


class Device:
    """An open file, and requests as a client makes them."""

    def __init__(self, path, flags=os.O_RDWR):
        self.fd = os.open(path, flags)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def ioctl(self, request, room=0x3000, **other):
        """The reply and the bytes after it; other: wrong addresses and lengths."""
        text, out = ctypes.create_string_buffer(request, max(len(request),
                                                             1)), ctypes.create_string_buffer(b"\x55" * 0x3000, 0x3000)
        raw = bytearray(struct.pack("QQQQ", other.get("request_at", ctypes.addressof(text)),
                                    other.get("request_len", len(request)),
                                    other.get("response_at", ctypes.addressof(out)), room))
        fcntl.ioctl(self.fd, other.get("number", RAW), raw, True)
        length = struct.unpack("QQQQ", raw)[3]
        return out.raw[:length], out.raw[length:]


def run(*words, **keywords):
    return subprocess.run([str(word) for word in words], capture_output=True, timeout=60, check=False, **keywords)


def emulate(*words, before=(), **keywords):
    return run(*before, BINARY, "emulate", *words, **keywords)


def mounts(path):
    return [line.split()[1] for line in pathlib.Path("/proc/self/mounts").read_text().splitlines()].count(str(path))


def until(what, seconds=15):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.02)
    return what()


def forked(what):
    """Runs what() in a child process, whose exit status is 0 if what() returned."""
    pid = os.fork()
    if pid == 0:
        try:
            what()
            os._exit(0)
        except BaseException as fault:  # pylint: disable=broad-except
            os.write(2, repr(fault).encode() + b"\n")
            os._exit(1)
    return pid


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.dir = pathlib.Path(self.folder.name).resolve()
        self.dir.chmod(0o755)
        self.path = self.dir / "nsm"

    def serve(self, *options, before=()):
        server = subprocess.Popen([*before, BINARY, "emulate", *map(str, options), "--fuse", self.path],
                                  stderr=subprocess.PIPE)
        self.addCleanup(server.stderr.close)
        self.addCleanup(lambda: subprocess.run(["umount", "-l", self.path], stderr=subprocess.DEVNULL, check=False)
                        if mounts(self.path) else None)
        self.addCleanup(server.wait, 30)
        self.addCleanup(lambda: server.poll() is None and server.terminate())
        self.assertIn(b"serving", server.stderr.readline())
        return server

    def stop(self, server, seconds=20):
        server.terminate()
        self.assertEqual(server.wait(seconds), 0)
        self.assertEqual(mounts(self.path), 0)

    def fails(self, error, call, *arguments, **keywords):
        with self.assertRaises(OSError) as caught:
            call(*arguments, **keywords)
        self.assertEqual(errno.errorcode[caught.exception.errno], errno.errorcode[error])

    def refused(self, done, code, *texts):
        self.assertEqual(done.returncode, code, done)
        for text in texts:
            self.assertIn(text, done.stderr.decode())


class Requests(Case):
    def test_all_seven(self):
        self.serve()
        with Device(self.path, os.O_RDONLY) as device:
            for request, start, length in ANSWERS:
                got, behind = device.ioctl(request)
                self.assertEqual(got[:len(start)], start)
                self.assertEqual(set(behind), {0x55})
                if length is not None:
                    self.assertEqual(len(got), length)

    def test_the_command_and_a_document_that_verifies(self):
        root = self.dir / "root.pem"
        self.serve("--root-out", root, "--pcr", "0=" + "ab" * 48)
        self.assertIn(b"SHA384", run(BINARY, "nsm", "describe", "--device", self.path).stdout)
        document = run(BINARY, "nsm", "attest", "--nonce", "0a", "--device", self.path).stdout
        verified = run(BINARY, "verify", "--root", root, "--pcr", "0=" + "ab" * 48, "--nonce", "0a", "--max-age", "5m",
                     "-",
                     input=document)
        self.assertEqual((verified.returncode, verified.stdout[:9]), (0, b"VERIFIED\n"))

    def test_lengths(self):
        self.serve()
        with Device(self.path) as device:
            whole, _ = device.ioctl(DESCRIBE)
            self.assertEqual(device.ioctl(DESCRIBE, 20)[0], whole[:20])
            self.assertEqual(device.ioctl(DESCRIBE, 20)[1][:8], b"\x55" * 8)
            self.assertEqual(device.ioctl(DESCRIBE, 0)[0], b"")
            self.assertEqual(device.ioctl(DESCRIBE, 2 ** 63)[0], whole)
            self.assertIn(b"InvalidOperation", device.ioctl(b"\xff" * 0x1000)[0])
            self.fails(errno.EMSGSIZE, device.ioctl, bytes(0x1001))
            self.fails(errno.EMSGSIZE, device.ioctl, b"", request_len=2 ** 64 - 1)

    def test_wrong_numbers(self):
        self.serve()
        with Device(self.path) as device:
            for number in (0xC0100A00, 0xC0200A01, 0xC0200B00, 0x40200A00, 0x80200A00, 0x0A00, termios.TCGETS):
                with self.subTest(hex(number)):
                    self.fails(errno.EINVAL, device.ioctl, DESCRIBE, number=number)

    def test_bad_pointers(self):
        self.serve()
        with Device(self.path) as device:
            self.fails(errno.EFAULT, fcntl.ioctl, device.fd, RAW, 8)
            for address in (0, 8, 2 ** 47, 2 ** 64 - 1):
                self.fails(errno.EFAULT, device.ioctl, DESCRIBE, request_at=address)
                self.fails(errno.EFAULT, device.ioctl, DESCRIBE, response_at=address)
            self.assertEqual(device.ioctl(DESCRIBE, 0, response_at=8)[0], b"")

    def test_all_but_ioctl(self):
        self.serve()
        for flags in (os.O_RDWR, os.O_RDONLY, os.O_WRONLY, os.O_WRONLY | os.O_TRUNC,
                      os.O_RDWR | os.O_CREAT | os.O_APPEND):
            with Device(self.path, flags) as device:
                if flags & 3 != os.O_WRONLY:
                    self.fails(errno.EINVAL, os.read, device.fd, 8)
                if flags & 3 != os.O_RDONLY:
                    self.fails(errno.EINVAL, os.write, device.fd, b"x")
                self.assertEqual(device.ioctl(RANDOM)[0][:11], b"\xa1\x69GetRandom")
        self.assertEqual(self.path.stat().st_mode, 0o100666)
        self.fails(errno.EPERM, os.chmod, self.path, 0o600)
        self.fails(errno.EBUSY, os.unlink, self.path)


class Processes(Case):
    def test_eight_at_once(self):
        self.serve()
        extend = bytes.fromhex("a169457874656e64504352a265696e6465781164646174614100")

        def client():
            with Device(self.path) as device:
                for turn in range(300):
                    request, start, length = ANSWERS[(0, 4, 6)[turn % 3]]
                    got, _ = device.ioctl(request)
                    assert got[:len(start)] == start and length in (None, len(got)), got
                    if turn % 10 == 0:
                        device.ioctl(extend)

        for pid in [forked(client) for _ in range(8)]:
            self.assertEqual(os.waitpid(pid, 0)[1], 0)
        value = bytes(48)
        for _ in range(8 * 30 + 1):
            value = hashlib.sha384(value + b"\0").digest()
        with Device(self.path) as device:
            self.assertEqual(device.ioctl(extend)[0][-48:], value)

    def test_slow_requests_keep_no_open_waiting_and_the_stop_neither(self):
        """More requests than the server has threads."""
        server, errors = self.serve("--fault", "get-random:silence=60s"), []

        def wait():
            with Device(self.path) as device:
                try:
                    device.ioctl(RANDOM)
                except OSError as error:
                    errors.append(error.errno)

        threads = [threading.Thread(target=wait, daemon=True) for _ in range(70)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        before = time.monotonic()
        for _ in range(20):
            with Device(self.path) as device:
                self.fails(errno.EINVAL, os.read, device.fd, 1)
        self.assertLess(time.monotonic() - before, 2)
        self.assertEqual(errors, [])
        self.stop(server)
        for thread in threads:
            thread.join(10)
        self.assertEqual(len(errors), 70)
        self.assertLessEqual(set(errors), {errno.ETIMEDOUT, errno.ENODEV})

    def test_a_killed_client(self):
        self.serve("--fault", "get-random:delay=1s")

        def client():
            with Device(self.path) as device:
                device.ioctl(RANDOM)

        clients = [forked(client) for _ in range(4)]
        time.sleep(0.3)
        for pid in clients:
            os.kill(pid, signal.SIGKILL)
        for pid in clients:
            self.assertEqual(os.waitpid(pid, 0)[1], signal.SIGKILL)
        with Device(self.path) as device:
            self.assertEqual(device.ioctl(DESCRIBE)[0][:13], b"\xa1\x6bDescribeNSM")

    def test_a_client_out_of_sight_is_told(self):
        """A server in a separate PID namespace cannot read the memory of processes outside."""
        done = run("unshare", "-pf", "true")
        if done.returncode != 0:
            self.skipTest("no PID namespaces here")
        self.serve(before=["unshare", "-pf"])
        with Device(self.path) as device:
            self.fails(errno.ESRCH, device.ioctl, DESCRIBE)
        self.assertEqual(run("umount", self.path).returncode, 0)  # unshare passes no signal on

    def test_a_client_in_a_namespace_below(self):
        if run("unshare", "-pf", "true").returncode != 0:
            self.skipTest("no PID namespaces here")
        self.serve()
        self.assertIn(b"SHA384", run("unshare", "-pf", BINARY, "nsm", "describe", "--device", self.path).stdout)


class Mount(Case):
    def test_a_stop_unmounts_and_removes_what_was_made(self):
        server = self.serve()
        self.assertEqual(mounts(self.path), 1)
        device = Device(self.path)
        self.stop(server)
        self.fails(errno.ENOTCONN, device.ioctl, DESCRIBE)
        self.fails(errno.ENOTCONN, os.close, device.fd)
        self.assertFalse(self.path.exists())

    def test_a_file_that_was_there_stays(self):
        self.path.touch()
        server = self.serve()
        self.assertEqual(run(BINARY, "nsm", "describe", "--device", self.path).returncode, 0)
        self.stop(server)
        self.assertEqual(self.path.stat().st_size, 0)

    def test_a_killed_server_leaves_no_mount(self):
        if shutil.which("fusermount3") is None:
            self.skipTest("there is no fusermount3")
        server = self.serve()
        server.kill()
        self.assertTrue(until(lambda: mounts(self.path) == 0))
        self.serve()
        self.assertEqual(run(BINARY, "nsm", "describe", "--device", self.path).returncode, 0)

    def test_without_fusermount3_a_killed_server_is_explained(self):
        script = """mount --bind /dev/null "$(command -v fusermount3 || echo /dev/null)"
            "$BINARY" emulate --fuse "$P" 2>/dev/null & server=$!
            until "$BINARY" nsm describe --device "$P" >/dev/null 2>&1; do sleep 0.05; done
            kill -9 $server; wait $server
            "$BINARY" emulate --fuse "$P"; echo "status $?"; umount "$P"; [ -f "$P" ] && echo kept"""
        done = run("unshare", "-m", "sh", "-c", script, env={**os.environ, "BINARY": BINARY, "P": str(self.path)})
        self.assertEqual(done.stdout, b"status 3\nkept\n", done)
        self.assertIn(b"fusermount3 -u", done.stderr)

    def test_unmounted_by_somebody_else(self):
        server = self.serve()
        self.assertEqual(run("umount", self.path).returncode, 0)
        self.assertEqual(server.wait(20), 3)
        self.assertIn(b"another process unmounted", server.stderr.read())

    def test_what_is_in_the_way(self):
        self.refused(emulate("--fuse", self.dir), 3, "not a regular file")
        self.refused(emulate("--fuse", "/dev/null"), 3, "not a regular file")
        self.refused(emulate("--fuse", self.dir / "none/nsm"), 3, "cannot be created")
        (self.dir / "full").write_text("x")
        self.refused(emulate("--fuse", self.dir / "full"), 3, "not empty")
        self.serve()
        self.refused(emulate("--fuse", self.path), 3, "already served")
        self.assertEqual(run(BINARY, "nsm", "describe", "--device", self.path).returncode, 0)

    def test_what_does_not_go_together(self):
        self.refused(emulate("--fuse", self.path, "--", "true"), 2, "--fuse")
        self.refused(emulate("--fuse", self.path, "--listen", self.dir / "s"), 2, "--fuse")


class Rights(Case):
    def own_dev(self, names, *command, script=""):
        environment = {**os.environ, "D": str(self.dir), "NAMES": names, "BINARY": BINARY}
        inner = ["sh", "-c", script, "sh", *map(str, command)] if script else command
        return run("unshare", "-m", "sh", "-c", OWN_DEV, "sh", *inner, env=environment)

    def test_no_dev_fuse(self):
        self.refused(self.own_dev("null", BINARY, "emulate", "--fuse", "/dev/nsm"), 3, "modprobe fuse", "No such file")

    def test_no_right_to_mount(self):
        bare = ["setpriv", "--bounding-set=-sys_admin"]
        if run(*bare, "true").returncode != 0:
            self.skipTest("setpriv cannot take a capability away here")
        self.refused(emulate("--fuse", self.path, before=bare), 3, "unshare -Urm", "not permitted")
        self.assertFalse(self.path.exists())

    def test_at_dev_nsm_the_probe_sees_what_it_sees_of_the_driver(self):
        if PROBE is None:
            self.skipTest("no probe was built")
        for part in ("requests", "inherit", "threads", "signals"):
            with self.subTest(part):
                done = self.own_dev("fuse null urandom", PROBE, part, script=AT_DEV_NSM)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_a_program_of_32_bits(self):
        if PROGRAM32 is None:
            self.skipTest("no program of 32 bits was built")
        done = self.own_dev("fuse null urandom", PROGRAM32, script=AT_DEV_NSM)
        if b"Exec format" in done.stderr:
            self.skipTest("this kernel runs no programs of 32 bits")
        self.assertEqual((done.returncode, done.stdout.count(b"\nok")), (0, 2), done)


@unittest.skipUnless(os.geteuid() == 0 and os.access("/proc/1/environ", os.R_OK) and shutil.which("setpriv"),
                     "needs true root")
class Users(Case):
    nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]

    def test_all_users_may_use_what_root_serves(self):
        self.serve()
        done = run(*self.nobody, BINARY, "nsm", "describe", "--device", self.path)
        self.assertIn(b"SHA384", done.stdout, done)

    def test_a_user_without_dev_fuse(self):
        if os.stat("/dev/fuse").st_mode & 6 == 6:
            self.skipTest("/dev/fuse is open to all users")
        self.dir.chmod(0o777)
        self.refused(emulate("--fuse", self.path, before=self.nobody), 3, "/dev/fuse cannot be opened")

    def test_any_user_in_namespaces(self):
        self.dir.chmod(0o777)
        script = f"""mount -t tmpfs none /mnt; mknod -m 666 /mnt/fuse c 10 229; mount --bind /mnt/fuse /dev/fuse
            exec {" ".join(self.nobody)} unshare -Urm sh -c '
                "$BINARY" emulate --fuse "$P" 2>&1 & sleep 1
                "$BINARY" nsm describe --device "$P"; kill $!; wait $!; echo status $?; ls "$(dirname "$P")"'"""
        done = run("unshare", "-m", "sh", "-c", script, env={**os.environ, "BINARY": BINARY, "P": str(self.path)})
        self.assertIn(b"SHA384", done.stdout, done)
        self.assertTrue(done.stdout.endswith(b"status 0\n"), done)


class Absent(Case):
    def test_without_libfuse3_the_command_says_so(self):
        self.refused(emulate("--fuse", self.path), 3, "built without FUSE", "libfuse3-dev")
        self.assertFalse(self.path.exists())


def check_here():
    """The reason of a skip, or None."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "there is no /dev/fuse that this user may open"
    if os.geteuid() != 0 and "NATT_TEST_FUSE_INSIDE" not in os.environ:
        if run("unshare", "-Urm", "true").returncode != 0:
            return "neither root nor the right to make a user namespace"
        os.execvpe("unshare", ["unshare", "-Urm", sys.executable, *sys.argv],
                   {**os.environ, "NATT_TEST_FUSE_INSIDE": "1"})
    if run("unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt").returncode != 0:
        return "no right to mount"
    return None


if __name__ == "__main__":
    if not BUILT:
        unittest.main(argv=sys.argv[:1], defaultTest="Absent")
    why_not = check_here()
    if why_not is not None:
        print("skipped:", why_not)
        sys.exit(77)
    unittest.main(argv=sys.argv[:1], defaultTest=["Requests", "Processes", "Mount", "Rights", "Users"], verbosity=2)
