"""System calls that the kernel answers: changes_test.py NATT-LAUNCH-TEST PROBE CALLS.md. Standard library only; prints
TAP.

Each column of the table in CALLS.md is one case here, and no case may change the host's /dev/null. As root, everything
runs in a mount namespace with its own /dev, so that a fault does no harm.
"""
import errno
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from launcher_test import NOBODY, PRIVATE, REFUSE, Tap, figures_in

LAUNCH, PROBE, TABLE = map(os.path.abspath, sys.argv[1:4])
ROOT = os.geteuid() == 0
SHOW_NULL = """
import os, subprocess, sys
def look():
    st = os.stat("/dev/null")
    return [st.st_mode, st.st_uid, st.st_gid, st.st_nlink, st.st_ino, st.st_rdev, st.st_atime_ns, st.st_mtime_ns,
            st.st_ctime_ns, os.listxattr("/dev/null"), sorted(os.listdir("/dev"))]
before = look()
status = subprocess.run(sys.argv[1:]).returncode
print("null", "changed" if look() != before else "same")
sys.exit(status)
"""
NUMBERS = {"fsopen": (430, 430), "mknodat": (259, 33), "unshare": (272, 97), "memfd_create": (319, 279)}


def refusing(*calls):
    """A prefix for commands, whose filter makes these calls fail with EPERM."""
    words = []
    for call in calls:
        script = REFUSE.replace("numbers = {", f"numbers = {{'{call}': {NUMBERS[call]}, ")
        words += [sys.executable, "-c", script, call, str(errno.EPERM), "0", "0", "0"]
    return words


def table():
    """{call: {column: result}}"""
    rows, columns = {}, []
    for line in pathlib.Path(TABLE).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "call":
            columns = cells[1:]
        elif columns and cells[0].startswith("`"):
            for call in cells[0].replace("`", "").split(", "):
                rows[call] = dict(zip(columns, cells[1:]))
    return rows


class Changes(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.dir = pathlib.Path(self.folder.name)
        self.dir.chmod(0o755)
        (self.dir / "dev").mkdir()
        self.launch, self.probe = (shutil.copy(path, self.dir) for path in (LAUNCH, PROBE))
        self.env = dict(figures_in(self.dir), D=str(self.dir / "dev"))

    def run_probe(self, *before, user=0, part="changes", way="trap"):
        """{call: result by name}"""
        words = [*before, self.launch, "--dev", way, "--", self.probe, part, *(["private"] if way == "private" else [])]
        if user and ROOT:
            words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *words]
        words = [sys.executable, "-c", SHOW_NULL, *words]
        if ROOT:
            words = ["unshare", "-m", "sh", "-c", PRIVATE, "sh", *words]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, cwd="/", env=self.env)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = [line.rsplit(" ", 1) for line in done.stdout.splitlines()]
        return {call: result if not result.startswith("-") else errno.errorcode[-int(result)] for call, result in lines}

    def compare(self, got, column, *others):
        """others: the calls whose result differs here, with that result."""
        wanted = {call: cells[column] for call, cells in table().items()} | dict(others)
        wanted = {call: result for call, result in wanted.items() if result != "-"} | {"null": "same"}
        for call in got:  # older kernels
            if got[call] == "ENOSYS":
                wanted[call] = got[call]
        differences = {call: f"{got.get(call)} instead of {wanted.get(call)}" for call in wanted.keys() | got.keys()
                       if got.get(call) != wanted.get(call)}
        self.assertEqual(differences, {})

    @unittest.skipUnless(ROOT, "to make device nodes and mounts, root is needed")
    def test_root(self):
        self.compare(self.run_probe(), "root")

    @unittest.skipUnless(ROOT, "to make device nodes and mounts, root is needed")
    def test_root_that_may_not_mount(self):
        self.compare(self.run_probe(*refusing("fsopen")), "root")

    @unittest.skipUnless(ROOT, "to change a file of the host, root is needed")
    def test_root_that_may_make_no_node(self):
        """Root could change the host's node, so the launcher uses it through a read-only mount."""
        got = self.run_probe(*refusing("fsopen", "mknodat"))
        self.assertEqual([got[call] for call in ("fchmod", "fchown", "futimens", "fsetxattr trusted")], ["EROFS"] * 4)
        self.assertEqual(got["null"], "same")

    @unittest.skipUnless(ROOT, "to change a file of the host, root is needed")
    def test_root_that_may_make_nothing(self):
        self.compare(self.run_probe(*refusing("fsopen", "mknodat", "unshare")), "memory",
                     ("path: mknodat", "EPERM"), ("path: linkat to", "-"), ("path: renameat to", "-"))

    def other_user(self, *before, part="changes", way="trap"):
        if not ROOT:
            return self.run_probe(*before, part=part, way=way)
        if not shutil.which("setpriv"):
            self.skipTest("to become another user, setpriv is needed")
        return self.run_probe(*before, user=NOBODY, part=part, way=way)

    def test_the_probe_with_memory(self):
        """Everything that launcher_test.py checks, with the last resort."""
        for part in ("opens", "paths", "stats", "names", "requests", "inherit", "limits"):
            self.assertEqual(self.other_user(*refusing("unshare"), part=part), {"null": "same"}, part)

    def need_user_namespace(self):
        user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                "--clear-groups"] if ROOT and shutil.which("setpriv") else []
        if subprocess.run([*user, "unshare", "-U", "-m", "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("this system gives no user namespace")

    def test_other_user(self):
        self.need_user_namespace()
        self.compare(self.other_user(), "others")

    def need_private(self):
        self.need_user_namespace()
        if subprocess.run([LAUNCH, "--dev", "private", "--", "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("this system allows no private /dev")

    @unittest.skipUnless(ROOT, "to make device nodes and mounts, root is needed")
    def test_private_root(self):
        self.need_private()
        self.compare(self.run_probe(way="private"), "own /dev, root")

    def test_private_other_user(self):
        self.need_private()
        self.compare(self.other_user(way="private"), "own /dev, others")

    def test_other_user_without_user_namespaces(self):
        paths = [(call, cells["others"]) for call, cells in table().items() if call.startswith("path: ")]
        if os.geteuid() not in (0, NOBODY):  # the probe changes the file's owner to nobody
            paths += [(call, "EPERM") for call in ("fchown", "fchownat empty path", "link: fchownat")]
        self.compare(self.other_user(*refusing("unshare")), "memory", *paths, ("fsetxattr trusted", "EPERM"),
                     ("linkat empty path", "ENOENT"))


if __name__ == "__main__":
    status = subprocess.run([LAUNCH, "--", "true"], capture_output=True, text=True, check=False)
    if "vgpreload" in os.environ.get("LD_PRELOAD", "") or (status.returncode == 125 and "seccomp" in status.stderr):
        print(f"1..0 # SKIP the launcher does not work here: {status.stderr.strip()}")
        sys.exit(0)
    if ROOT and subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode != 0:
        print("1..0 # SKIP to keep the host's /dev out of it, root must be allowed to make a mount namespace")
        sys.exit(0)
    tests = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    print(f"1..{tests.countTestCases()}")
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        done = unittest.TextTestRunner(stream=nowhere, resultclass=Tap).run(tests)
    sys.exit(not done.wasSuccessful())
