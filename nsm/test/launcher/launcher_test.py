"""Tests the launcher as a program: launcher_test.py NATT-LAUNCH-TEST PROBE WAY. Standard library only; prints TAP.

WAY is private or trap: how the program gets the device. The probe is tested in both ways, the rest only in this one. If
a private /dev is refused, all tests use the trap.
"""
import errno
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

LAUNCH, PROBE = map(os.path.abspath, sys.argv[1:3])
PRIVATE_WORKS = subprocess.run([LAUNCH, "--dev", "private", "--", "true"], stderr=subprocess.DEVNULL,
                               check=False).returncode == 0
WAY = "private" if sys.argv[3] == "private" and PRIVATE_WORKS else "trap"
NOBODY = 65534
PYTHON_CLIENT = """
import ctypes, fcntl, os, stat, struct, sys
with open("/dev/nsm") as device:
    assert stat.S_ISCHR(os.fstat(device.fileno()).st_mode)
    request, response = ctypes.create_string_buffer(b"\\x6bDescribeNSM", 12), ctypes.create_string_buffer(0x3000)
    raw = bytearray(struct.pack("QQQQ", ctypes.addressof(request), 12, ctypes.addressof(response), 0x3000))
    fcntl.ioctl(device, 0xC0200A00, raw, True)
    length = struct.unpack("QQQQ", raw)[3]
    assert response.raw[:14] == b"\\xa1\\x6bDescribeNSM\\xa7" and response.raw[length - 6:length] == b"SHA384", response
"""

TERMINAL_PROGRAM = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
print("ready", flush=True)
came = [signal.sigwaitinfo([signal.SIGINT]).si_code]
while (more := signal.sigtimedwait([signal.SIGINT], 1)) is not None:
    came.append(more.si_code)
print("signals", came, flush=True)
print("got", input(), flush=True)
"""
# Opens the device and calls stat for a second; prints impossible results.
OPENER = """
import os, time
until, wrong = time.monotonic() + 1, set()
while time.monotonic() < until:
    for _ in range(100):
        fd = os.open("/dev/nsm", os.O_RDWR)
        wrong |= {fd} - {3} | {os.stat(fd).st_rdev, os.stat("/dev/nsm").st_rdev} - {os.makedev(NUMBERS)}
        if fd > 2:
            os.close(fd)
print(wrong or "nothing", flush=True)
"""
# Sleeps without a trapped system call.
SLEEPER = f"{sys.executable} -c 'import os, time; print(os.getppid(), os.getpid(), flush=True); time.sleep(60)'"
OPENER = OPENER.replace("NUMBERS", "1, 3" if WAY == "private" else "10, 147")
SI_KERNEL = 128
# Makes a system call fail if an argument has a bit or a value, as older kernels and sandboxes do.
REFUSE = """
import ctypes, os, platform, struct, sys
name, error, argument, mask, wanted = sys.argv[1], *map(int, sys.argv[2:6])
numbers = {"seccomp": (317, 277), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "ioctl": (16, 29),
           "unshare": (272, 97), "open_tree": (428, 428), "move_mount": (429, 429), "mount_setattr": (442, 442),
           "mount": (165, 40)}
number = numbers[name][platform.machine() == "aarch64"]
code = [(0x20, 0, 0, 0), (0x15, 0, 4, number), (0x20, 0, 0, 16 + 8 * argument), (0x54, 0, 0, mask),
        (0x15, 0, 1, wanted), (0x06, 0, 0, 0x00050000 | error), (0x06, 0, 0, 0x7fff0000)]
filter = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *c) for c in code))
program = struct.pack("HxxxxxxQ", len(code), ctypes.addressof(filter))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program, 0, 0) == 0, os.strerror(ctypes.get_errno())
os.execvp(sys.argv[6], sys.argv[6:])
"""


# A prefix for tests that mount or change nodes: a fault must not change the machine's /dev.
PRIVATE = """set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 none "$D"
for node in "null 3" "zero 5" "full 7" "random 8" "urandom 9"; do mknod -m 666 "$D/${node% *}" c 1 "${node#* }"; done
mount --move "$D" /dev
exec "$@"
"""
def start(*command, options=(), way=None, **keywords):
    return subprocess.Popen([LAUNCH, "--dev", way or WAY, *options, "--", *command], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **keywords)


def run(*command, options=(), way=None, **keywords):
    process = start(*command, options=options, way=way, **keywords)
    try:
        out, err = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return process.returncode, out, err


def sandboxed(*words):
    """Runs the script in a mount namespace with its own /dev; $D is an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/D")
        done = subprocess.run(["unshare", "-m", "sh", "-c", PRIVATE, "sh", *words], capture_output=True, text=True,
                              timeout=60, check=False, env=dict(os.environ, D=f"{folder}/D"), stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr


def refused(call, error, *command, argument=0, mask=0, wanted=0, way=None, verbose=0):
    """Runs the launcher under a filter that refuses a call."""
    words = [sys.executable, "-c", REFUSE, call, error, argument, mask, wanted,
             LAUNCH, "--dev", way or WAY, "--verbose", verbose, "--", *command]
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


def figures_in(folder):
    """A program that is built for coverage writes figures beside its objects. Another user may not write there, so this
    changes their folder."""
    os.mkdir(f"{folder}/figures")
    os.chmod(f"{folder}/figures", 0o777)
    return dict(os.environ, GCOV_PREFIX=f"{folder}/figures")


def shell(script, **keywords):
    return run("sh", "-c", script, **keywords)


def gone(pid, seconds=10):
    """True if a process ends in time; a zombie has ended."""
    for _ in range(seconds * 100):
        try:
            if pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


def probe(part, way=None, program=PROBE):
    """The command."""
    return [program, part, *(["private"] if (way or WAY) == "private" else [])]


STATS = " ".join(probe("stats"))


class Calls(unittest.TestCase):
    """The checks of the probe."""
    way = None

    def probe(self, part, *options):
        status, out, err = run(*probe(part, self.way), options=options, way=self.way)
        self.assertEqual((status, out, err), (0, "", ""))

    def test_every_open(self):
        self.probe("opens")

    def test_paths(self):
        self.probe("paths")

    def test_every_stat(self):
        self.probe("stats")

    def test_access_links_attributes(self):
        self.probe("names")

    def test_requests_and_their_errors(self):
        self.probe("requests")

    def test_dup_fork_exec_sockets(self):
        self.probe("inherit")

    def test_eight_threads_a_thousand_requests_each(self):
        self.probe("threads")

    def test_a_signal_repeats_no_request(self):
        self.probe("signals")

    def test_a_handler_that_does_not_restart_loses_no_request(self):
        self.probe("interrupts")

    def test_signals_and_calls_about_other_files(self):
        self.probe("undisturbed")

    def test_a_launcher_that_is_stopped_again_and_again_loses_no_answer(self):
        # They need their own session: if a process ends while one of its group is stopped, the kernel sends SIGHUP to
        # the group.
        process = start(sys.executable, "-c", OPENER, start_new_session=True)
        while process.poll() is None:
            process.send_signal(signal.SIGSTOP)
            process.send_signal(signal.SIGCONT)
        self.assertEqual((process.communicate()[0], process.returncode), ("nothing\n", 0))

    def test_file_limit(self):
        self.probe("limits")

    @unittest.skipIf(os.path.exists("/dev/nsm"), "there is a real device")
    def test_other_abi(self):
        self.probe("other-abi")

    def test_a_slow_request_delays_nobody_else(self):
        self.probe("delegates", "--attestation-delay", "2000")

    def test_an_error_of_the_device(self):
        self.probe("error", "--error", "110")

    @unittest.skipIf(os.path.exists("/dev/nsm"), "there is a real device")
    def test_without_the_launcher_the_probe_fails(self):
        self.assertEqual(subprocess.run(probe("stats"), stderr=subprocess.DEVNULL, check=False).returncode, 1)


class CallsOtherWay(Calls):
    """The quick checks, in the other way."""
    way = {"private": "trap", "trap": "private"}[WAY]

    def setUp(self):
        if not PRIVATE_WORKS:
            self.skipTest("this system allows no private /dev")


for name in set(dir(Calls)) - {"test_every_open", "test_paths", "test_every_stat", "test_access_links_attributes",
                               "test_requests_and_their_errors", "test_dup_fork_exec_sockets", "test_file_limit",
                               "test_other_abi"}:
    if name.startswith("test_"):
        setattr(CallsOtherWay, name, None)


class Tools(unittest.TestCase):
    def test_shell_tools_see_a_device(self):
        self.assertEqual(shell("test -c /dev/nsm && test -r /dev/nsm && test -w /dev/nsm && ! test -x /dev/nsm")[0], 0)
        status, out, err = run("ls", "-l", "/dev/nsm")
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(out, rf"^crw-rw-rw- .* {'1, +3' if WAY == 'private' else '10, 147'} .* /dev/nsm\n$")
        self.assertIn(run("cat", "/dev/nsm"), [(0, "", ""), (1, "", "cat: /dev/nsm: Invalid argument\n")])
        self.assertEqual(shell("exec 3<>/dev/nsm && test -c /dev/fd/3 && cd /dev && stat -c %F nsm"),
                         (0, "character special file\n", ""))
        self.assertEqual(run("realpath", "-e", "/dev/../dev//nsm"), (0, "/dev/nsm\n", ""))

    def test_python(self):
        self.assertEqual(run(sys.executable, "-c", PYTHON_CLIENT), (0, "", ""))

    def test_exec_chain(self):
        self.assertEqual(run("env", "sh", "-c", f"sh -c 'exec nice {STATS}'"), (0, "", ""))

    def test_pcrs_are_shared_by_all_processes(self):
        """The probe's 600 extensions by two processes in a row: the second starts from the first's values."""
        self.assertEqual(shell(f"{PROBE} signals && {PROBE} signals"), (0, "", ""))

    def test_environment_arguments_folder_files_and_signals_are_the_callers(self):
        script = "import os, signal, sys; ignored = [s for s in signal.valid_signals() if signal.getsignal(s) == "
        script += "signal.SIG_IGN]; print(sys.argv[1:], os.getcwd(), sorted(os.environ), "
        script += "sorted(os.listdir('/proc/self/fd')), signal.pthread_sigmask(0, []), ignored)"
        command = [sys.executable, "-c", script, "a b", ""]
        for ignored in ([], [signal.SIGINT, signal.SIGCHLD]):
            prepare = lambda: [signal.signal(s, signal.SIG_IGN) for s in ignored]  # noqa: E731
            plain = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
                                   preexec_fn=prepare)
            self.assertEqual(run(*command, preexec_fn=prepare), (0, plain.stdout, ""))


class Ends(unittest.TestCase):
    """Exit statuses, signals, and remaining processes and files."""

    def test_exit_status(self):
        self.assertEqual(shell("exit 0")[0], 0)
        self.assertEqual(shell("exit 77")[0], 77)
        self.assertEqual(shell("kill -KILL $$")[0], 128 + 9)
        self.assertEqual(shell("kill -SEGV $$", preexec_fn=lambda: os.chdir("/"))[0], 128 + 11)

    def test_not_found(self):
        status, _, err = run("no-such-program")
        self.assertEqual((status, err), (127, "natt-launch-test: no-such-program: there is no such program in PATH: "
                                              "No such file or directory\n"))
        self.assertIn("or its interpreter does not exist", run("/no/such/program")[2])

    def test_not_executable(self):
        with tempfile.NamedTemporaryFile() as file:
            status, _, err = run(file.name)
        self.assertEqual(status, 126)
        self.assertIn("it cannot be executed: Permission denied", err)

    def test_signals_are_passed_on(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            process = start("sh", "-c", "ulimit -c 0; echo ready; exec sleep 60", preexec_fn=lambda: os.chdir("/"))
            self.assertEqual(process.stdout.readline(), "ready\n")
            process.send_signal(number)
            process.communicate(timeout=20)
            self.assertEqual(process.returncode, 128 + number)

    def test_a_handler_decides(self):
        process = start("sh", "-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done")
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.terminate()
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 3)

    def test_terminal_interrupt_comes_once_and_terminal_works(self):
        child, terminal = pty.fork()
        if child == 0:
            os.execv(LAUNCH, [LAUNCH, "--dev", WAY, "--", sys.executable, "-c", TERMINAL_PROGRAM])
        said = b""
        for wait, reply in ((rb"ready", b"\x03"), (rb"signals .*\n", b"a line\n"), (rb"got .*\n", b"")):
            while not re.search(wait, said):  # whole lines, since an echo may come between the pieces of a line
                said += os.read(terminal, 1000)
            # the launcher reads signals later, so that a second one does not merge with the first
            os.kill(child, signal.SIGSTOP)
            os.write(terminal, reply)
            time.sleep(0.2)
            os.kill(child, signal.SIGCONT)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        self.assertIn(f"signals {[SI_KERNEL]}".encode(), said)

    def test_stop_and_continue_through_the_terminals_process_group(self):
        process = start("sh", "-c", "echo ready; sleep 0.3; echo done", start_new_session=True)
        self.assertEqual(process.stdout.readline(), "ready\n")
        os.killpg(process.pid, signal.SIGTSTP)
        time.sleep(0.5)
        os.killpg(process.pid, signal.SIGCONT)
        self.assertEqual(process.communicate(timeout=20)[0], "done\n")
        self.assertEqual(process.returncode, 0)

    def test_processes_left_running_are_served_to_their_end(self):
        began = time.monotonic()
        status, out, _ = shell(f"(setsid sh -c 'sleep 0.7; {STATS} && echo served') & exit 5")
        self.assertEqual((status, out), (5, "served\n"))
        self.assertGreater(time.monotonic() - began, 0.7)

    def test_a_signal_ends_what_is_left_running(self):
        process = start("sh", "-c", "setsid sh -c 'sleep 60 & sleep 60' & echo $!; exit 6")
        left = int(process.stdout.readline())
        time.sleep(0.5)
        process.terminate()
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 6)
        self.assertTrue(gone(left))

    def test_a_killed_launcher_leaves_nothing(self):
        process = start("sh", "-c", f'setsid sh -c "{SLEEPER} & exec {SLEEPER}" & {SLEEPER} & wait')
        pids = {int(n) for _ in range(3) for n in process.stdout.readline().split()} - {process.pid}
        self.assertGreaterEqual(len(pids), 4)
        process.kill()
        process.wait()
        self.assertEqual([pid for pid in pids if not gone(pid)], [])

    def test_a_killed_process_group_leaves_nothing(self):
        process = start("sh", "-c", f"setsid {SLEEPER} & wait", start_new_session=True)
        left = int(process.stdout.readline().split()[1])
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.assertTrue(gone(left))

    def test_a_killed_guard_ends_the_program(self):
        process = start("sh", "-c", f"exec {SLEEPER}")
        guard, program = map(int, process.stdout.readline().split())
        os.kill(guard, signal.SIGKILL)
        self.assertTrue(gone(program))
        _, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 125)
        self.assertIn("guard process was killed", err)

    def test_a_program_killed_during_a_request(self):
        script = f"({PROBE} delegates & p=$!; sleep 0.3; kill -9 $p); exec {STATS}"
        self.assertEqual(shell(script, options=("--attestation-delay", "1000"))[0], 0)

    def test_a_hundred_in_a_row(self):
        self.assertEqual(run(*probe("stats"), options=("--times", "100")), (0, "", ""))


class Limits(unittest.TestCase):
    def test_nested(self):
        status, out, err = run(LAUNCH, "--", "true")
        self.assertEqual((status, out), (125, ""))
        self.assertIn("another process already receives the system calls", err)
        self.assertIn("/dev/nsm is already there", err)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"),
                         "to become another user, root and setpriv are needed")
    def test_without_privilege(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            launch, program = (shutil.copy(p, folder) for p in (LAUNCH, PROBE))
            env = figures_in(folder)
            user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"]
            for part in ("opens", "paths", "stats", "requests", "inherit"):
                done = subprocess.run([*user, launch, "--dev", WAY, "--", *probe(part, program=program)],
                                      capture_output=True, text=True, check=False, cwd="/", env=env)
                self.assertEqual((done.returncode, done.stderr), (0, ""), part)
            command = " ".join(probe("requests", program=program))
            done = subprocess.run([*user, launch, "--dev", WAY, "--", "sh", "-c",
                                   f"(setsid sh -c 'sleep 0.3; {command}') & id -u"],
                                  capture_output=True, text=True, check=False, cwd="/", env=env)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, f"{NOBODY}\n", ""))

    def test_the_device_is_there_for_a_user_the_program_becomes(self):
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("to become another user, root and setpriv are needed")
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            program = shutil.copy(PROBE, folder)
            figures = figures_in(folder)["GCOV_PREFIX"]  # only of the program: the launcher keeps its user
            self.assertEqual(run("setpriv", f"--reuid={NOBODY}", "--clear-groups", "env", f"GCOV_PREFIX={figures}",
                                 *probe("requests", program=program)), (0, "", ""))

    def test_own_root_and_mounts(self):
        """A program that changes its root finds the device in its own /dev, not under the old path."""
        if os.geteuid() != 0:
            self.skipTest("to change the root, root is needed")
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/dev")
            os.mkdir(f"{folder}/other")
            script = ("import os, sys; os.chroot(sys.argv[1]); os.chdir('/'); os.stat('/dev/nsm'); os.stat('dev/nsm');"
                      "os.stat('/other/../dev/nsm'); print(os.path.exists('/other/nsm'))")
            self.assertEqual(run(sys.executable, "-c", script, folder, way="trap"), (0, "False\n", ""))


    @unittest.skipUnless(os.geteuid() == 0 and WAY == "private", "to mount in a private namespace, root is needed")
    def test_a_changed_root_that_has_the_folder(self):
        script = ('mkdir "$D/dev" && mount --rbind /dev "$D/dev" && '
                  'exec "$0" -c \'import os, sys; os.chroot(sys.argv[1]);'
                  'print(os.stat("/dev/nsm").st_rdev == os.makedev(1, 3))\' "$D"')
        self.assertEqual(sandboxed(LAUNCH, "--dev", WAY, "--", "sh", "-c", script, sys.executable), (0, "True\n", ""))


class OlderKernels(unittest.TestCase):
    """Filters around the launcher refuse the calls that older kernels and sandboxes refuse."""

    def test_no_seccomp(self):
        for error, text in ((errno.ENOSYS, "this kernel lacks seccomp user notification; Linux 5.9"),
                            (errno.EINVAL, "this kernel lacks seccomp user notification; Linux 5.9"),
                            (errno.EPERM, "refused; a container needs a profile that allows")):
            status, err = refused("seccomp", error, "true")
            self.assertEqual(status, 125)
            self.assertIn(text, err)

    def test_no_listener(self):
        """Only the first call of seccomp, a query, is allowed: the program's own call fails."""
        status, err = refused("seccomp", errno.EPERM, "true", argument=0, mask=0xff, wanted=1)
        self.assertEqual(status, 125)
        self.assertIn("was refused", err)

    def test_no_handing_over_of_files(self):
        status, err = refused("ioctl", errno.EINVAL, "true", argument=1, mask=0xffffffff, wanted=0x40182103,
                                   way="trap")
        self.assertEqual(status, 125)
        self.assertIn("cannot pass open files to a trapped program; Linux 5.9", err)

    def test_without_uninterruptible_waits(self):
        self.assertEqual(refused("seccomp", errno.EINVAL, *probe("opens"), argument=1, mask=32, wanted=32), (0, ""))

    def test_without_process_vm_calls(self):
        for part in ("opens", "paths", "stats", "threads"):
            self.assertEqual(refused("process_vm_readv", errno.EPERM, *probe(part)), (0, ""))
            self.assertEqual(refused("process_vm_writev", errno.ENOSYS, *probe(part)), (0, ""))


class Tap(unittest.TextTestResult):
    """One line per test, as meson counts them."""

    def line(self, word, test, note=""):
        print(f"{word} {self.testsRun} - {test.id().split('.', 1)[1]}{note}", flush=True)

    def addSuccess(self, test):
        self.line("ok", test)

    def addSkip(self, test, reason):
        self.line("ok", test, f" # SKIP {reason}")

    def report(self, test, err):
        self.line("not ok", test)
        for line in self._exc_info_to_string(err, test).splitlines():
            print(f"# {line}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.report(test, err)


def run_tests(module):
    """All tests of a module, unless the launcher does not work here; the exit status."""
    for ignored in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):  # a shell in the background sets these
        signal.signal(ignored, signal.SIG_DFL)
    if "vgpreload" in os.environ.get("LD_PRELOAD", ""):
        print("1..0 # SKIP valgrind does not know the launcher's system calls")
        return 0
    status, _, why = run("true")
    if status == 125 and "seccomp user notification" in why:
        print(f"1..0 # SKIP {why.strip()}")
        return 0
    tests = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[module])
    print(f"1..{tests.countTestCases()}")
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        done = unittest.TextTestRunner(stream=nowhere, resultclass=Tap).run(tests)
    return not done.wasSuccessful()


if __name__ == "__main__":
    sys.exit(run_tests("__main__"))
