"""The launcher's private /dev: private_test.py NATT-LAUNCH-TEST PROBE private. Standard library only; prints TAP.

Tests its content, that a program cannot change the host's files through it, the rights that the program keeps, and when
the launcher uses the trap instead.
"""
import errno
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from launcher_test import (LAUNCH, NOBODY, PRIVATE_WORKS, PROBE, figures_in, probe, refused, run, run_tests, sandboxed,
                           shell)

LOOK = """
import os, subprocess, sys
def look():
    names = sorted(os.listdir("/dev"))
    states = [os.lstat(f"/dev/{name}") for name in names]
    return names, [(s.st_mode, s.st_uid, s.st_gid, s.st_ino, s.st_rdev, s.st_mtime_ns, s.st_ctime_ns) for s in states]
before = look()
status = subprocess.run(sys.argv[1:]).returncode
print("same" if look() == before else "changed")
sys.exit(status)
"""
# Tries to change the host's nodes in every way that a path, a descriptor and mounts allow; each must be refused.
HOSTILE = """
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
def must_fail(what, call):
    try:
        done = call()
    except OSError:
        return
    if done != -1:
        print(what, "was allowed")
fd = os.open("/dev/null", os.O_RDWR)
link = f"/proc/self/fd/{fd}"
for name in ("/dev/null", "/dev/zero", "/dev/random", link, fd):
    must_fail(f"chmod {name}", lambda: os.chmod(name, 0o600))
    must_fail(f"chown {name}", lambda: os.chown(name, 1, 1))
    must_fail(f"utime {name}", lambda: os.utime(name))
    must_fail(f"setxattr {name}", lambda: os.setxattr(name, "trusted.x", b"1"))
    must_fail(f"setxattr {name}", lambda: os.setxattr(name, "user.x", b"1"))
for name in ("/dev/null", "/dev/zero", "/dev"):
    path = name.encode()
    for flags in (0, 1, 2, 8):
        must_fail(f"umount {name} {flags}", lambda: libc.umount2(path, flags))
    if name != "/dev":
        must_fail(f"unlink {name}", lambda: os.unlink(name))
        must_fail(f"rename {name}", lambda: os.rename(name, name + "x"))
        must_fail(f"remount {name}", lambda: libc.mount(None, path, None, 32 | 4096, None))
        attr = (ctypes.c_uint64 * 4)(0, 1, 0, 0)
        must_fail(f"mount_setattr {name}", lambda: libc.syscall(442, -100, path, 0, attr, 32))
        tree = libc.syscall(428, -100, path, 1)
        if tree >= 0:
            must_fail(f"mount_setattr of a copy of {name}", lambda: libc.syscall(442, tree, b"", 0x1000, attr, 32))
            must_fail(f"chmod of a copy of {name}", lambda: os.chmod(f"/proc/self/fd/{tree}", 0o600))
"""
# Folders of /dev with nodes, and those in which programs share files; "$@" must leave the nodes as they are.
FOLDERS = """set -e
mknod -m 666 /dev/ptmx c 5 2
mkdir /dev/shm /dev/pts /dev/mqueue /dev/huge /dev/dri /dev/open /dev/net /dev/net/shm
mount -t devpts -o newinstance,ptmxmode=666 none /dev/pts
mount -t mqueue none /dev/mqueue
mount -t hugetlbfs -o mode=1777 none /dev/huge || rmdir /dev/huge
for folder in shm dri net/shm; do mount -t tmpfs none /dev/$folder; done
for folder in shm dri; do mkdir /dev/$folder/below && mount -t tmpfs none /dev/$folder/below; done
for folder in dri dri/below open net/shm shm/below; do
    chmod 777 /dev/$folder && mknod -m 666 /dev/$folder/card c 1 3 && chown "$OWNER" /dev/$folder/card
done
state() { find /dev -name card -printf "%p %m %u %C@\\n"; }
before=$(state)
"$@"
test "$(state)" = "$before" && echo same
"""
# Nodes work, but neither they nor their folders can be changed; shared folders can.
IN_FOLDERS = """
import ctypes, errno, glob, os, pty
libc = ctypes.CDLL(None, use_errno=True)
def is_refused(what, call, *args):
    try:
        call(*args)
        print(what, args[0], "was allowed")
    except OSError as error:
        if error.errno != errno.EROFS:
            print(what, args[0], error)
nodes = glob.glob("/dev/**/card", recursive=True) + glob.glob("/dev/.host/**/card", recursive=True)
hidden = os.path.exists("/dev/.host")
assert len(nodes) == (10 if hidden else 5), nodes
for node in nodes:
    folder = os.path.dirname(node)
    with open(node, "r+b", buffering=0) as file:
        assert file.write(b"x") == 1
        is_refused("fchmod", os.fchmod, file.fileno(), 0)
    for what, call, args in (("chmod", os.chmod, [0]), ("chown", os.chown, [os.getuid(), -1]), ("utime", os.utime, []),
                             ("rename", os.rename, [node + "x"]), ("link", os.link, [node + "y"]),
                             ("unlink", os.unlink, [])):
        is_refused(what, call, node, *args)
    is_refused("mkdir", os.mkdir, folder + "/new")
    for flags in (32, 32 | 4096):
        libc.mount(None, folder.encode(), None, flags, None)
    libc.syscall(442, -100, folder.encode(), 0x8000, (ctypes.c_uint64 * 4)(0, 1, 0, 0), 32)
    libc.umount2(folder.encode(), 2)
    is_refused("chmod after mounts", os.chmod, node, 0)
for folder in ("shm", "mqueue", "huge"):
    if os.path.exists(f"/dev/{folder}"):
        name = f"/dev/{folder}/natt-{os.getpid()}"
        os.close(os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL))
        os.chmod(name, 0o600)
        os.unlink(name)
main, terminal = pty.openpty()
os.fchmod(terminal, 0o620)
os.chmod(os.ttyname(terminal), 0o600)
print("hidden" if hidden else "plain")
"""


class PrivateDev(unittest.TestCase):
    def setUp(self):
        if not PRIVATE_WORKS:
            self.skipTest("this system allows no private /dev")

    def test_auto_is_private_and_falls_back(self):
        self.assertEqual(run(*probe("stats", "private"), way="auto", options=("--verbose", "1")),
                         (0, "", "natt-launch-test: private\n"))
        for call, error, what in (("unshare", errno.EPERM, "creating a mount namespace"),
                                  ("mount", errno.EACCES, "mounting a tmpfs"),
                                  ("open_tree", errno.ENOSYS, "mounting a tmpfs"),
                                  ("move_mount", errno.EPERM, "mounting the host's devices"),
                                  ("mount_setattr", errno.EINVAL, "mounting the host's devices")):
            reason = f"no private /dev: {what}: {os.strerror(error)}"
            self.assertEqual(refused(call, error, *probe("requests", "trap"), way="auto", verbose=1),
                             (0, f"natt-launch-test: trap; {reason}\n"))
            self.assertEqual(refused(call, error, "true", way="private"), (125, f"natt-launch-test: {reason}\n"))
            self.assertEqual(refused(call, error, *probe("requests", "trap"), way="trap", verbose=1),
                             (0, "natt-launch-test: trap\n"))

    @unittest.skipUnless(os.geteuid() == 0, "only root's mounts are locked")
    def test_without_user_namespaces(self):
        """The limit is that of a separate user namespace."""
        script = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
        words = ["unshare", "-Ur", "sh", "-c", script, "sh", LAUNCH, "--verbose", "1", "--", *probe("requests", "trap")]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (
            0, "natt-launch-test: trap; no private /dev: locking the mounts: No space left on device\n"))

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "to have some capabilities, root is needed")
    def test_capabilities_are_not_taken(self):
        """Root without CAP_SYS_ADMIN would lose its other capabilities."""
        words = ["setpriv", "--bounding-set=-sys_admin", LAUNCH, "--verbose", "1", "--dev"]
        for way, result in (("auto", "trap; no private /dev: the program would lose capabilities"),
                            ("private", "private")):
            done = subprocess.run([*words, way, "--", *probe("requests", result)], capture_output=True, text=True,
                                  check=False)
            self.assertEqual((done.returncode, done.stderr), (0, f"natt-launch-test: {result}\n"))

    @unittest.skipUnless(os.geteuid() == 0, "to leave a root, root is needed")
    def test_in_a_chroot(self):
        script = "import os, sys; os.chroot('/'); os.execv(sys.argv[1], sys.argv[1:])"
        with tempfile.TemporaryDirectory() as folder:
            script = script.replace("'/'", repr(folder))
            for name in os.listdir("/"):
                if os.path.islink(f"/{name}"):
                    os.symlink(os.readlink(f"/{name}"), f"{folder}/{name}")
                elif os.path.isdir(f"/{name}"):
                    os.mkdir(f"{folder}/{name}")
            folders = [name for name in os.listdir(folder) if not os.path.islink(f"/{name}")]
            mounts = "".join(f"mount --rbind /{name} {folder}/{name} && " for name in folders)
            words = ["unshare", "-m", "sh", "-c", f'{mounts} exec "$@"', "sh", sys.executable, "-c", script, LAUNCH,
                     "--verbose", "1", "--", *probe("requests", "trap")]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr.split(":")[1]), (0, " trap; no private /dev"))

    def test_a_folder_without_a_path(self):
        """If the mounts are locked, the program returns to the working directory by its path."""
        with tempfile.TemporaryDirectory() as folder:
            inner = f"{folder}/inner"
            for before, where in (("true", inner), (f"rmdir {inner}", "")):
                os.makedirs(inner, exist_ok=True)
                command = f'cd {inner}; {before}; exec "$0" --verbose 1 -- pwd -P'
                done = subprocess.run(["sh", "-c", command, LAUNCH], capture_output=True, text=True, check=False)
                way = "private" if where or os.geteuid() != 0 else "trap; no private /dev: returning"
                self.assertIn(f"natt-launch-test: {way}", done.stderr)
                self.assertEqual(done.stdout.strip(), where)

    def test_shows_the_hosts_devices_and_its_own(self):
        lines = []
        for before in ([], [LAUNCH, "--dev", "private", "--"]):
            words = [*before, "find", "/dev", "-maxdepth", "1", "-printf", "%f %M %l\\n"]
            lines.append(set(subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()))
        changed = {line.split()[0] for line in lines[0] ^ lines[1]}
        self.assertTrue({"nsm"} <= changed <= {"dev", "nsm", ".host", "ptmx"}, changed)

    def test_shared_memory_and_terminals_work(self):
        self.assertEqual(run(*probe("terminals"), way="private"), (0, "", ""))
        with tempfile.NamedTemporaryFile("w+", dir="/dev/shm") as memory:
            memory.write("out")
            memory.flush()
            script = f"cat {memory.name}; printf ' and back' >> {memory.name}"
            self.assertEqual(shell(script, way="private"), (0, "out", ""))
            memory.seek(0)
            self.assertEqual(memory.read(), "out and back")

    @unittest.skipUnless(os.geteuid() == 0, "to share mounts, root is needed")
    def test_the_host_sees_no_mount(self):
        """With shared mounts, a new mount of ours would appear in other namespaces. The host may have its own
        device."""
        script = ('mount --make-rshared / && touch /dev/nsm && "$0" --dev private -- sh -c "'
                  'test -c /dev/nsm; echo \\$?; grep -c nitro-attest /proc/self/mountinfo /proc/$$/mountinfo"; '
                  'test -f /dev/nsm && echo same')
        status, out, err = sandboxed("sh", "-c", script, LAUNCH)
        self.assertEqual((status, re.sub("/proc/[0-9]+/", "/host/", out), err),
                         (0, "0\n/proc/self/mountinfo:1\n/host/mountinfo:0\nsame\n", ""))

    @unittest.skipUnless(os.geteuid() == 0, "only root could change them")
    def test_the_hosts_nodes_are_not_changed(self):
        for words in ([], ["unshare", "-m"], ["unshare", "-Urm"]):
            done = sandboxed(sys.executable, "-c", LOOK, LAUNCH, "--dev", "private", "--", *words, sys.executable, "-c",
                             HOSTILE)
            self.assertEqual(done, (0, "same\n", ""), words)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "to mount folders, root is needed")
    def test_folders_with_nodes_are_read_only(self):
        """Also folders of other file systems, and folders that all users may write to. Users that may not create nodes
        have a second path to them."""
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            launch = shutil.copy(LAUNCH, folder)
            env = figures_in(folder)
            words = [launch, "--dev", "private", "--", sys.executable, "-c", IN_FOLDERS]
            nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
            cases = [(0, [], "plain"), (0, ["setpriv", "--bounding-set=-mknod"], "hidden"), (NOBODY, nobody, "hidden")]
            if subprocess.run([*nobody, sys.executable, "-c", ""], capture_output=True, check=False).returncode != 0:
                cases.pop() # this Python is root's
            for owner, before, shown in cases:
                done = sandboxed("env", f"OWNER={owner}", f"GCOV_PREFIX={env['GCOV_PREFIX']}", "sh", "-c", FOLDERS,
                                 "sh", *before, *words)
                self.assertEqual(done, (0, f"{shown}\nsame\n", ""), before)

    @unittest.skipUnless(os.geteuid() == 0, "to mount folders, root is needed")
    def test_shm_is_written_where_the_host_may_write_a_tmpfs(self):
        for prepare, written in (("true", "no"), ("mount -t tmpfs none /dev/shm", "yes"),
                                 ("mount -t tmpfs none /dev/shm; mount -o remount,bind,ro /dev/shm", "no")):
            script = f"""mkdir -m 1777 /dev/shm; {prepare}; exec "$0" --dev private -- sh -c '
                         (: >/dev/shm/x) 2>/dev/null && rm /dev/shm/x && echo yes || echo no'"""
            self.assertEqual(sandboxed("sh", "-c", script, LAUNCH), (0, f"{written}\n", ""), prepare)

    @unittest.skipUnless(os.geteuid() == 0, "to mount folders, root is needed")
    def test_later_mounts_of_the_host_do_not_appear(self):
        """Later mounts would be writable."""
        script = """mkdir /dev/dri && mount -t tmpfs none /dev/dri && mkdir /dev/dri/below && mount --make-rshared / &&
                    mkfifo "$D/began" "$D/mounted" || exit
                    timeout 30 "$0" --dev private -- sh -c 'echo >"$D/began"; read -r line <"$D/mounted"
                        (: >/dev/dri/below/x) 2>/dev/null || echo refused' &
                    read -r line <"$D/began"; mount -t tmpfs none /dev/dri/below; echo >"$D/mounted"; wait"""
        self.assertEqual(sandboxed("sh", "-c", script, LAUNCH), (0, "refused\n", ""))

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "the privileges of root are checked")
    def test_root_keeps_its_rights(self):
        plain = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
        wanted = [line for line in plain.splitlines() if line.startswith(("Cap", "NoNewPrivs", "Uid", "Groups"))]
        script = ("cat /proc/self/status; nice -n -1 true; mknod /dev/x c 1 3 && echo > /dev/x; mount -t tmpfs x /mnt;"
                  "setpriv --reuid=1 id -u")
        status, out, err = sandboxed(LAUNCH, "--dev", "private", "--", "sh", "-c", script)
        self.assertEqual((status, err, out.splitlines()[-1]), (0, "", "1"))
        self.assertEqual([line for line in out.splitlines() if line in wanted], wanted)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "to become another user, root is needed")
    def test_other_users(self):
        """Without capabilities, a program keeps user, group and folder. The user nobody has the same number as unknown
        users."""
        script = ("id -u; id -g; touch /dev/x; ln -f /dev/nsm /dev/y; chmod 600 /dev/null; pwd -P;"
                  "test -w /dev/nsm && echo yes; grep NoNewPrivs /proc/self/status")
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            launch, program, env = shutil.copy(LAUNCH, folder), shutil.copy(PROBE, folder), figures_in(folder)
            for user in (NOBODY, 1234):
                def as_user(*words, cwd="/", user=user):
                    ids = [f"--reuid={user}", f"--regid={user}", "--clear-groups"]
                    done = subprocess.run(["setpriv", *ids, launch, "--verbose", "1", "--", *words], cwd=cwd,
                                          capture_output=True, text=True, check=False, env=env)
                    return done.returncode, done.stdout, done.stderr
                for before in ([], ["unshare", "-Urmpf", "--mount-proc"]):
                    for part in ("requests", "hidden", "terminals"):
                        done = as_user(*before, *probe(part, "private", program))
                        self.assertEqual(done, (0, "", "natt-launch-test: private\n"), (user, before, part))
                status, out, err = as_user("sh", "-c", script, cwd="/usr")
                self.assertEqual((status, out), (0, f"{user}\n{user}\n/usr\nyes\nNoNewPrivs:\t1\n"))
                self.assertEqual(err.count("Read-only file system"), 3)


if __name__ == "__main__":
    sys.exit(run_tests("__main__"))
