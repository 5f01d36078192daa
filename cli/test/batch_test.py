"""Tests verify --batch: batch_test.py PATH-OF-BINARY [STEP]. Standard library only.

Every vector goes through batches; each STEP-th (default 12) is also verified alone, and the reports are compared.
"""
import base64
import fcntl
import json
import os
import pathlib
import pty
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

BINARY = os.path.abspath(sys.argv[1])
STEP = int(sys.argv[2]) if len(sys.argv) > 2 else 12
REPO = pathlib.Path(__file__).resolve().parents[2]
AT, IMAGE, OTHER = "2025-06-01T12:00:00Z", "aa" * 48, "bb" * 48
MIB = 1 << 20
ACCEPTED = {"allow-debug": "--allow-debug", "allow-unknown-fields": "--allow-unknown-fields",
            "allow-weak-policy": "--allow-weak-policy", "require-module-binding": "--require-module-binding",
            "no-pcr-policy": "--insecure-no-pcr-policy"}


def command(*words):
    return [BINARY, *map(str, words)]


def run(*words, code=None, **more):
    done = subprocess.run(command(*words), capture_output=True, timeout=120, check=False, **more)
    assert b"Sanitizer" not in done.stderr and b"runtime error" not in done.stderr, done.stderr
    assert done.returncode in (0, 1, 2, 3), (words, done.returncode, done.stderr)
    assert code is None or done.returncode == code, (words, done)
    return done


def at_most(mib):
    """Limits the memory of a program; those with sanitizers need more."""
    limit = int(mib * MIB) if "NATT_TEST_MEMORY" in os.environ else resource.RLIM_INFINITY
    return lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def lines_of(done):
    """(objects of files, the summary)."""
    found = [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]
    return found[:-1], found[-1]["summary"]


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.dir = pathlib.Path(folder.name)
        cls.root, cls.good = cls.dir / "root.pem", []
        for number in range(3):
            path = cls.dir / ("good%d" % number)
            run("issue", "--out", path, "--root-out", cls.root, "--seed", "00", "--at", AT, "--pcr", "0=" + IMAGE,
                "--nonce", "0%d" % number, code=0)
            cls.good.append(path.read_bytes())

    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(dir=self.dir))

    @property
    def options(self):
        return ["--root", self.root, "--archive", "--pcr", "0=" + IMAGE, "--no-nonce", "--at", AT]

    def fill(self, **files):
        for name, content in files.items():
            (self.place / name).write_bytes(content)
        return self.place

    def batch(self, *words, code=None, **more):
        return run("verify", "--batch", *self.options, *words, code=code, **more)

    def alone(self, path, *words):
        """(exit code, its JSON)."""
        done = run("verify", "--json", *self.options, *words, path)
        return done.returncode, json.loads(done.stdout) if done.stdout else None


class Verdicts(Case):
    def test_status_is_0_only_if_every_file_is_verified(self):
        place = self.fill(a=self.good[0], b=self.good[1])
        self.assertTrue(self.batch(place, code=0).stdout.startswith(b"VERIFIED: 2 files\n"))
        self.assertTrue(self.batch(place / "a", code=0).stdout.startswith(b"VERIFIED: 1 file\n"))
        done = self.batch(place, self.place / "absent", code=3)
        self.assertIn(b"\nINCOMPLETE: 3 files\n", done.stdout)
        self.assertIn(b"unreadable  %s: cannot read: No such file" % os.fsencode(self.place / "absent"), done.stdout)
        self.fill(c=self.good[0][:-1])
        done = self.batch(place, code=1)
        self.assertIn(b"refused     %s: NATT_E_CBOR_TRUNCATED (R-CBOR-01): truncated CBOR, byte " %
                      os.fsencode(place / "c"), done.stdout)
        self.assertIn(b"\nREFUSED: 3 files\n", done.stdout)
        self.batch(place, self.place / "absent", code=1)
        self.batch(self.place / "absent", code=3)

    def test_json_of_each_document_is_that_of_the_file_alone(self):
        altered = bytearray(self.good[0])
        altered[-1] ^= 1
        place = self.fill(a=self.good[0], b=bytes(altered), c=b"", d=b"junk", e=self.good[1].hex().encode(),
                          f=base64.urlsafe_b64encode(self.good[2]), g=self.good[2][:-1])
        shutil.copy(self.dir / "good1", place / "h")
        for words in ((), ("--canary",), ("--pcr", "1=" + OTHER), ("--region", "eu-west-9"), ("--user-data", "00")):
            found, summary = lines_of(self.batch("--json", *words, place, code=1))
            self.assertEqual([pathlib.Path(one["file"]).name for one in found], list("abcdefgh"))
            for one in found:
                path = one.pop("file")
                status, expected = self.alone(path, *words)
                self.assertEqual(list(one.items()), list(expected.items()), (words, path))
                self.assertEqual(status, 0 if one["verdict"] == "verified" else 1)
            codes = {}
            for one in found:
                if one["verdict"] == "refused":
                    codes[one["code"]] = codes.get(one["code"], 0) + 1
            self.assertEqual(summary["codes"], codes)
            self.assertEqual(list(summary["codes"].values()), sorted(codes.values(), reverse=True))
            self.assertEqual((summary["files"], summary["verified"], summary["refused"], summary["unreadable"],
                              summary["verdict"], summary["interrupted"]),
                             (8, 8 - sum(codes.values()), sum(codes.values()), 0, "refused", False))

    def test_unknown_fields_with_canary(self):
        path = self.place / "doc"
        run("issue", "--break", "document-unknown-field", "--out", path, "--root-out", self.place.parent / "other.pem")
        words = ["--root", self.place.parent / "other.pem", "--canary"]
        one = lines_of(self.batch("--json", *words, path, code=1))[0][0]
        one.pop("file")
        self.assertEqual(one, self.alone(path, *words)[1])
        self.assertIn("canary", one)
        self.assertIn(b"; without its unknown fields, it would be refused too\n", self.batch(*words, path,
                                                                                             code=1).stdout)

    def test_explain_adds_the_page_of_each_code_once(self):
        place = self.fill(a=b"", b=b"", c=self.good[0][:-1])
        text = self.batch("--explain", place, code=1).stdout.decode()
        summary = text[text.index("\nREFUSED"):]
        self.assertEqual(summary.count("NATT_E_COSE_SIZE"), 2, "row and page")
        self.assertEqual(summary.count("NATT_E_CBOR_TRUNCATED"), 2)
        self.assertEqual(self.batch("--json", "--explain", place, code=1).stdout.count(b"\n"), 4)

    def test_checks_of_the_summary(self):
        place = self.fill(a=self.good[0], b=b"")
        text = self.batch(place, code=1).stdout.decode()
        for row in ("  NOT checked  validity now (--archive)", "nonce value (--no-nonce)",
                    "  note         a replayed document is verified too"):
            self.assertIn(row, text)
        summary = lines_of(self.batch("--json", place, code=1))[1]
        self.assertEqual(summary["checks"], self.alone(place / "a")[1]["checks"])
        self.assertEqual(lines_of(self.batch("--json", place / "b", code=1))[1]["checks"], [])
        self.assertNotIn(b"checked", self.batch(place / "b", code=1).stdout)

    def test_keys_and_their_order_are_documented(self):
        text = (REPO / "docs/JSON.md").read_text()
        section = text[text.index("\n## verify --batch\n"):]
        table = section[:section.index("\n## ", 5)].split("|---|---|---|\n")[1]
        keys = [word for line in table.splitlines() if line.startswith("| ")
                for word in line.split("|")[1].replace("`", "").replace(",", "").split()]
        self.assertEqual(list(lines_of(self.batch("--json", self.fill(a=b""), code=1))[1]), keys)

    def test_a_document_is_as_old_as_its_age_when_it_is_read(self):
        options = ["--root", self.root, "--pcr", "0=" + IMAGE, "--no-nonce", "--max-age", "5m"]
        place = self.fill(a=self.good[0])
        run("verify", "--batch", *options, "--at", "2025-06-01T12:05:00Z", place, code=0)
        done = run("verify", "--batch", *options, "--at", "2025-06-01T12:05:00.001Z", place, code=1)
        self.assertIn(b"NATT_E_TIME_STALE", done.stdout)
        done = run("verify", "--batch", *options, place, code=1)
        self.assertIn(b"NATT_E_TIME_", done.stdout, "the clock runs")


class Usage(Case):
    def expect_usage(self, done, *texts):
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        for text in texts:
            self.assertIn(text, done.stderr.decode())

    def test_no_nonce_is_expected_and_the_user_must_say_so(self):
        place = self.fill(a=self.good[0])
        options = ["--root", self.root, "--archive", "--pcr", "0=" + IMAGE]
        self.expect_usage(run("verify", "--batch", *options, "--nonce", "00", place), "--nonce together with --batch")
        done = run("verify", "--batch", *options, place)
        self.expect_usage(done, "missing: --no-nonce, since a batch expects no nonce and accepts replayed documents",
                          "what to do: to expect nonces, verify each document in a call of its own\n")
        self.assertNotIn("The complete command", done.stderr.decode())
        self.expect_usage(run("verify", "--batch", place), "--max-age", "trusted image", "--no-nonce")

    def test_threads(self):
        place = self.fill(a=self.good[0], b=self.good[1], c=b"")
        expected = self.batch("--json", "--threads", "1", place, code=1).stdout.splitlines()[:-1]
        for number in ("2", "3", "1023", "1024"):
            done = self.batch("--json", "--threads", number, place, code=1)
            self.assertEqual(done.stdout.splitlines()[:-1], expected)
            self.assertEqual(lines_of(done)[1]["threads"], min(int(number), 3))
        for number in ("0", "1025", "-1", "+1", "", " 1", "1 ", "0x1", "one", "18446744073709551617", "1.0"):
            self.expect_usage(self.batch("--threads", number, place), "--threads", "from 1 to 1024")
        self.expect_usage(run("verify", *self.options, "--threads", "1", place / "a"), "--threads is only for --batch")

    def test_threads_of_a_process_that_may_open_few_files(self):
        """At most half as many threads, so that no file is unreadable for this reason."""
        place = self.fill(**{"f%02d" % n: self.good[0] for n in range(200)})
        for limit, threads in ((14, 7), (15, 7), (16, 8), (18, 9), (39, 19), (1024, 50)):
            done = self.batch("--json", "--threads", "64", place, code=0, preexec_fn=lambda:
                              resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
            self.assertEqual(lines_of(done)[1]["threads"], threads, limit)

    def test_operands(self):
        place = self.fill(a=self.good[0])
        empty = place / "empty"
        (empty / "deep/deeper").mkdir(parents=True)
        self.expect_usage(self.batch(empty), f"{empty} contains no file")
        self.expect_usage(self.batch(place / "a", empty), f"{empty} contains no file")
        self.expect_usage(self.batch(), "FILE is missing")
        self.expect_usage(self.batch("-"), "standard input")
        self.expect_usage(self.batch(place, "-"), "standard input")
        self.expect_usage(run("verify", *self.options, place / "a", place / "a"), "unexpected", "--batch")
        self.batch(place, code=0)
        self.batch("", code=3)

    def test_no_other_command_has_batches(self):
        """recipient seal has the options of verify for one document."""
        place = self.fill(a=self.good[0])
        for words in (["--batch"], ["--threads", "1"]):
            self.expect_usage(run("recipient", "seal", *self.options, "--secret", place / "a", *words, place / "a"),
                              "unknown option " + words[0])

    def test_files_in_the_options_are_read_first(self):
        self.assertEqual(self.batch("--root", "/nonexistent", self.fill(a=self.good[0])).stdout, b"")


class Files(Case):
    def names(self, *words, code=None):
        return [one["file"] for one in lines_of(self.batch("--json", *words, code=code))[0]]

    def test_order(self):
        for name in ("b/z", "b/a", "a", "B", "b-", "b.d/1", "b.d/10", "b.d/2", ".hidden"):
            path = self.place / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(self.good[0])
        expected = [f"{self.place}/{n}" for n in (".hidden", "B", "a", "b-", "b.d/1", "b.d/10", "b.d/2", "b/a", "b/z")]
        self.assertEqual(self.names(self.place, code=0), expected)
        self.assertEqual(self.names(f"{self.place}/", code=0), expected)
        self.assertEqual(self.names(self.place / "b", self.place / "a", self.place / "b", code=0),
                         [f"{self.place}/{n}" for n in ("b/a", "b/z", "a", "b/a", "b/z")])

    def test_size_of_a_file(self):
        """White space pads a document to these sizes; verify alone refuses a file of more than 1 MiB."""
        text = base64.b64encode(self.good[0])
        for size, code in ((MIB - 1, 0), (MIB, 0), (MIB + 1, 1), (3 * MIB, 1)):
            place = self.fill(a=self.good[1], big=text + b"\n" * (size - len(text)), c=self.good[2])
            found = lines_of(self.batch("--json", place, code=code))[0]
            self.assertEqual([one["verdict"] for one in found], ["verified", "refused" if code else "verified",
                                                                "verified"])
            found[1].pop("file")
            self.assertEqual(found[1], self.alone(place / "big")[1], size)

    def test_large_files_do_not_add_up(self):
        """120 files of 1 MiB, in memory a few of them for each thread."""
        for number in range(120):
            (self.place / str(number)).write_bytes(b"\x84" * MIB)
        done = self.batch("--threads", "2", self.place, code=1, preexec_fn=at_most(40))
        self.assertIn(b"REFUSED: 120 files\n", done.stdout)

    def test_little_memory(self):
        """Several threads run out of memory at the same time: one message, and no success without a summary."""
        for number in range(40):
            (self.place / str(number)).write_bytes(self.good[0])
        statuses = set()
        for kib in range(4000, 9000, 500):
            done = self.batch("--json", "--threads", "8", self.place, preexec_fn=at_most(kib / 1024))
            self.assertEqual((b'"summary"' in done.stdout, done.stderr),
                             (True, b"") if done.returncode == 0 else (False, b"nitro-attest: out of memory\n"))
            statuses.add(done.returncode)
        self.assertEqual(statuses - {0}, {3} if "NATT_TEST_MEMORY" in os.environ else set())

    def test_large_policies_do_not_add_up(self):
        """The JSON of a document lists every expected value: one MB each, for 60 documents that no set matches."""
        policy = self.dir / "large.json"
        policy.write_text(json.dumps({"version": 1, "sets": [{"pcrs": {"0": ["%096x" % n for n in range(1, 9001)]}}]}))
        for number in range(60):
            (self.place / ("%02d" % number)).write_bytes(self.good[0])
        words = ["--root", self.root, "--archive", "--no-nonce", "--at", AT, "--policy", policy, "--json"]
        done = run("verify", "--batch", *words, "--threads", "2", self.place, code=1, preexec_fn=at_most(45))
        found, _ = lines_of(done)
        self.assertEqual(len(found), 60)
        for one in found:
            self.assertEqual((one["code"], len(one["pcr_differences"][0]["expected"])),
                             ("NATT_E_POLICY_PCR_MISMATCH", 9000))

    def test_what_is_no_regular_file(self):
        place = self.fill(a=self.good[0])
        os.mkfifo(place / "fifo")
        (place / "dangling").symlink_to("nowhere")
        (place / "itself").symlink_to("itself")
        (place / "folder").symlink_to(".")
        (place / "link").symlink_to("a")
        (place / "zero").symlink_to("/dev/zero")
        found, summary = lines_of(self.batch("--json", place, code=3))
        verdicts = {pathlib.Path(one["file"]).name: (one["verdict"], one["message"]) for one in found}
        self.assertEqual(verdicts, {
            "a": ("verified", "no error"), "link": ("verified", "no error"),
            "fifo": ("unreadable", "not a regular file"), "zero": ("unreadable", "not a regular file"),
            "dangling": ("unreadable", "cannot read: No such file or directory"),
            "itself": ("unreadable", "cannot read: Too many levels of symbolic links"),
            "folder": ("unreadable", "a link to a folder; links to folders are not followed")})
        self.assertEqual((summary["verdict"], summary["unreadable"]), ("incomplete", 5))
        for name in ("fifo", "dangling", "itself", "zero"):
            self.batch(place / name, code=3)
        (place / "fifo").unlink()
        self.assertEqual(len(self.names(place / "folder", code=3)), 6, "a link to a folder as an argument")

    def test_permissions(self):
        place = self.fill(a=self.good[0], secret=self.good[1])
        (place / "secret").chmod(0)
        (place / "closed").mkdir()
        (place / "closed" / "x").write_bytes(self.good[0])
        (place / "closed").chmod(0)
        user = {"user": 65534} if os.geteuid() == 0 else {}  # root reads everything
        if user:
            for path in (self.dir, place):
                path.chmod(0o755)
            if subprocess.run(["sh", "-c", '"$0" --version', BINARY], capture_output=True, check=False,
                              **user).returncode != 0:
                self.skipTest("a user without rights cannot run the command here")
        found, _ = lines_of(self.batch("--json", place, code=3, **user))
        (place / "closed").chmod(stat.S_IRWXU)
        self.assertEqual([(pathlib.Path(one["file"]).name, one["verdict"], one["message"]) for one in found],
                         [("a", "verified", "no error"),
                          ("closed", "unreadable", "cannot read: Permission denied"),
                          ("secret", "unreadable", "cannot open: Permission denied")])

    def test_a_file_with_a_lease(self):
        """A file server that gives its lease back when another process opens the file."""
        place = self.fill(a=self.good[0], b=self.good[1])
        with open(place / "b", "rb+") as server:
            def give_back(*_):
                fcntl.fcntl(server, fcntl.F_SETLEASE, fcntl.F_UNLCK)

            self.addCleanup(signal.signal, signal.SIGIO, signal.signal(signal.SIGIO, give_back))
            try:
                fcntl.fcntl(server, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            except (OSError, AttributeError):
                self.skipTest("no leases on this file system")
            self.batch(place, code=0)

    def test_odd_names_are_escaped(self):
        names = [b"new\nline", b"esc\033[31m", b"back\\slash", b"bytes\xff\xfe", "\u202egnp".encode(), b"--json",
                 b"tab\t\"quote\"", b"x" * 255]
        for name in names:
            with open(os.path.join(os.fsencode(self.place), name), "wb") as out:
                out.write(b"junk")
        done = self.batch(self.place, code=1)
        lines = done.stdout.split(b"\nREFUSED")[0].split(b"\n")
        self.assertEqual((len(lines), {line[:12] for line in lines}), (len(names), {b"refused     "}))
        for escaped in (b"new\\u{000A}line", b"esc\\u{001B}[31m", b"back\\\\slash", b"bytes\\xFF\\xFE",
                        b"\\u{202E}gnp"):
            self.assertIn(escaped, done.stdout)
        self.assertTrue(done.stdout.isascii())
        found = lines_of(self.batch("--json", self.place, code=1))[0]
        self.assertEqual([bytes.fromhex(one["file_hex"]) if one["file"] is None else one["file"].encode()
                          for one in found], [os.path.join(os.fsencode(self.place), name) for name in sorted(names)])
        self.assertEqual([os.path.basename(one["file"] or "") for one in found if "file_hex" in one], [""])

    def test_a_name_is_not_that_of_another_file(self):
        """The escaped text of the second name is the first name."""
        place = os.fsencode(self.fill(**{"x\\xFF": self.good[0]}))
        with open(os.path.join(place, b"x\xff"), "wb") as out:
            out.write(b"junk")
        first, second = lines_of(self.batch("--json", self.place, code=1))[0]
        self.assertEqual((first["file"], first["verdict"]), (f"{self.place}/x\\xFF", "verified"))
        self.assertEqual((second["file"], second["verdict"]), (None, "refused"))
        self.assertEqual(list(second)[:3], ["file", "file_hex", "verdict"])
        os.remove(os.path.join(place, b"x\xff"))
        os.mkfifo(os.path.join(place, b"x\xff"))
        second = lines_of(self.batch("--json", self.place, code=3))[0][1]
        self.assertEqual((second["file"], bytes.fromhex(second["file_hex"])), (None, os.path.join(place, b"x\xff")))

    def test_files_that_change_during_the_batch(self):
        """Whatever happens to files, each has one line, in order, and a file that is not verified is no success."""
        paths = [self.place / ("%04d" % number) for number in range(600)]
        for path in paths:
            path.write_bytes(self.good[0])
        ended = threading.Event()

        def change():
            number = 0
            while not ended.is_set():
                path = paths[number * 7 % len(paths)]
                if number % 3 == 0:
                    path.unlink(missing_ok=True)
                elif path.exists():
                    path.write_bytes(self.good[0][:number % len(self.good[0])])
                number += 1

        changer = threading.Thread(target=change)
        changer.start()
        try:
            done = self.batch("--json", "--threads", "2", self.place)
        finally:
            ended.set()
            changer.join()
        found, summary = lines_of(done)
        self.assertEqual(len(found), summary["files"])
        self.assertEqual([one["file"] for one in found], sorted(one["file"] for one in found))
        every = all(one["verdict"] == "verified" for one in found)
        self.assertEqual(done.returncode == 0, every)
        self.assertEqual(summary["verified"] + summary["refused"] + summary["unreadable"], len(found))


class Many(Case):
    COUNT = 1000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.many = cls.dir / "many"
        cls.many.mkdir()
        for number in range(cls.COUNT):
            content = cls.good[number % 3] if number % 10 else cls.good[number % 3][:-1 - number // 10]
            (cls.many / ("%04d" % number)).write_bytes(content)

    def test_a_thousand_documents_with_any_number_of_threads(self):
        outputs = []
        for threads in ("1", "2", "7"):
            done = self.batch("--json", "--threads", threads, self.many, code=1)
            found, summary = lines_of(done)
            outputs.append(done.stdout.splitlines()[:-1])
            self.assertEqual((summary["verified"], summary["refused"], summary["threads"]), (900, 100, int(threads)))
            self.assertEqual([one["verdict"] for one in found], ["verified" if n % 10 else "refused"
                                                                for n in range(self.COUNT)])
        self.assertEqual(outputs[0], outputs[1])
        self.assertEqual(outputs[0], outputs[2])

    def test_windows(self):
        """A window has 64 documents: one less, all, one more, and two windows."""
        for count in (1, 2, 63, 64, 65, 127, 128, 129):
            for threads in ("1", "3"):
                files = [self.many / ("%04d" % n) for n in range(count)]
                found, summary = lines_of(self.batch("--json", "--threads", threads, *files))
                self.assertEqual([one["file"] for one in found], list(map(str, files)))
                self.assertEqual(summary["refused"], (count + 9) // 10)

    def test_output_that_cannot_be_written(self):
        for words in ((), ("--json",)):
            with open("/dev/full", "wb") as full:
                done = subprocess.run(command("verify", "--batch", *self.options, *words, self.many), stdout=full,
                                      stderr=subprocess.PIPE, timeout=60, check=False)
            self.assertEqual((done.returncode, b"cannot write to standard output" in done.stderr), (3, True))
        closed = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", *command("verify", "--batch", *self.options,
                                                                            self.many)],
                                stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual(closed.returncode, 3)

    def test_a_reader_that_ends_early(self):
        for ignored in (False, True):
            process = subprocess.Popen(command("verify", "--batch", *self.options, "--json", self.many),
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, restore_signals=not ignored)
            process.stdout.read(100)
            process.stdout.close()
            errors = process.stderr.read()
            process.stderr.close()
            self.assertEqual(process.wait(timeout=60), 3 if ignored else -signal.SIGPIPE)
            self.assertEqual(b"cannot write" in errors, ignored)

    def interrupt(self, number, *words, times=1):
        """A reader that stops, so that the batch is not complete when the signal comes."""
        process = subprocess.Popen(command("verify", "--batch", *self.options, *words, "--threads", "2", self.many),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        first = process.stdout.readline()
        for _ in range(times):
            process.send_signal(number)
            time.sleep(0.1)
        rest, errors = process.stdout.read(), process.stderr.read()
        process.stdout.close()
        process.stderr.close()
        return process.wait(timeout=60), (first + rest).splitlines(), errors

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            status, lines, errors = self.interrupt(number, "--json")
            self.assertEqual((status, errors), (-number, b""), "as a shell expects, and not 0")
            found, summary = [json.loads(line) for line in lines[:-1]], json.loads(lines[-1])["summary"]
            self.assertEqual((summary["interrupted"], summary["files"]), (True, self.COUNT))
            self.assertEqual(summary["verified"] + summary["refused"], len(found))
            self.assertTrue(0 < len(found) < self.COUNT, len(found))
            self.assertEqual([one["file"] for one in found],
                             [f"{self.many}/{n:04d}" for n in range(len(found))], "in order, without a gap")

    def test_a_table_after_a_signal(self):
        status, lines, _ = self.interrupt(signal.SIGTERM, "--pcr", "1=" + OTHER)
        refused = [line for line in lines if line.startswith(b"refused ")]
        self.assertEqual(status, -signal.SIGTERM)
        self.assertTrue(0 < len(refused) < self.COUNT, len(refused))
        self.assertIn(b"REFUSED: 1000 files, INTERRUPTED after %d" % len(refused), lines)

    def test_a_second_signal_ends_it_at_once(self):
        status, lines, _ = self.interrupt(signal.SIGINT, "--json", times=2)
        self.assertEqual(status, -signal.SIGINT)
        self.assertNotIn(b"summary", lines[-1])

    def test_a_document_that_is_signed_during_the_batch_is_not_from_the_future(self):
        for number in range(self.COUNT):
            (self.place / ("%04d" % number)).write_bytes(self.good[0])
        last = self.place / "last"
        last.write_bytes(b"")
        options = ["--root", self.root, "--pcr", "0=" + IMAGE, "--no-nonce", "--max-age", "5m", "--json"]
        process = subprocess.Popen(command("verify", "--batch", *options, "--threads", "1", self.place),
                                   stdout=subprocess.PIPE)
        first = process.stdout.readline()  # the pipe is full before the last file is read
        run("issue", "--out", last, "--root-out", self.dir / "same.pem", "--seed", "00", "--pcr", "0=" + IMAGE, code=0)
        with process.stdout:
            found = [json.loads(line) for line in (first + process.stdout.read()).splitlines()]
        self.assertEqual((process.wait(timeout=60), len(found)), (1, self.COUNT + 2))
        self.assertEqual((found[-2]["file"], found[-2]["code"]), (str(last), "NATT_OK"))
        self.assertEqual(found[-3]["code"], "NATT_E_TIME_EXPIRED")

    def test_an_interrupted_batch_of_good_documents_is_no_success(self):
        for number in range(900):
            (self.place / ("%04d" % number)).write_bytes(self.good[0])
        process = subprocess.Popen(command("verify", "--batch", *self.options, "--json", "--threads", "1", self.place),
                                   stdout=subprocess.PIPE)
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        with process.stdout:
            summary = json.loads(process.stdout.read().splitlines()[-1])["summary"]
        self.assertEqual((process.wait(timeout=60), summary["verdict"], summary["refused"]),
                         (-signal.SIGINT, "incomplete", 0))

    def test_signals_to_process_1_of_a_container(self):
        """The kernel ignores the default action of their signals."""
        inside = ["unshare", "--user", "--map-root-user", "--pid", "--fork"]
        if not shutil.which("unshare") or subprocess.run([*inside, "true"], capture_output=True,
                                                         check=False).returncode != 0:
            self.skipTest("no namespaces here")
        for times in (1, 2):
            process = subprocess.Popen([*inside, *command("verify", "--batch", *self.options, "--json", self.many)],
                                       stdout=subprocess.PIPE)
            first = process.stdout.readline()
            child = int(pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text())
            for _ in range(times):
                os.kill(child, signal.SIGTERM)
                time.sleep(0.1)
            with process.stdout:
                last = (first + process.stdout.read()).splitlines()[-1]
            self.assertEqual((process.wait(timeout=60), b'"interrupted":true' in last),
                             (128 + signal.SIGTERM, times == 1))

    def test_an_ignored_signal_remains_ignored(self):
        process = subprocess.Popen(["sh", "-c", 'trap "" INT; exec "$@"', "sh",
                                    *command("verify", "--batch", *self.options, "--json", self.many)],
                                   stdout=subprocess.PIPE)
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        with process.stdout:
            rest = process.stdout.read()
        self.assertEqual((process.wait(timeout=60), (first + rest).count(b"\n")), (1, self.COUNT + 1))

    def test_progress_at_a_terminal_alone(self):
        master, slave = pty.openpty()
        seen = []

        def read():
            try:
                while piece := os.read(master, 65536):
                    seen.append(piece)
            except OSError:  # Linux: the other side is closed
                pass

        reader = threading.Thread(target=read)
        reader.start()
        process = subprocess.Popen(command("verify", "--batch", *self.options, "--json", "--threads", "2", self.many),
                                   stdout=subprocess.PIPE, stderr=slave, env={**os.environ, "TERM": "xterm"})
        os.close(slave)
        time.sleep(0.8)  # the pipe is full, and half a second is over
        output = process.communicate(timeout=60)[0]
        reader.join(60)
        os.close(master)
        text = b"".join(seen).decode()
        self.assertRegex(text, r"\rverifying: \d+ of 1000 documents, \d+ %")
        self.assertEqual(text.split("\r")[-1], "", "the line is removed")
        self.assertNotIn(b"verifying", output)
        self.assertEqual(self.batch("--json", self.many, code=1).stderr, b"")


class Vectors(Case):
    """Vectors of equal options are one batch. Its lines must have the code, item and offset that the vectors expect,
    and be those of the files alone."""

    @staticmethod
    def groups():
        manifest = json.loads((REPO / "vectors/manifest.json").read_text())
        found = {}
        for row in manifest["files"]:
            data = json.loads((REPO / "vectors" / row["file"]).read_text())
            for v in data["vectors"]:
                if isinstance(v["document"], str):
                    roots = [data["roots"][name] for name in v["roots"]]
                    key = json.dumps([roots, v["now_ms"], v["options"]], sort_keys=True)
                    found.setdefault(key, []).append(v)
        return [(*json.loads(key), vectors) for key, vectors in found.items()]

    def words_of(self, roots, now_ms, options):
        """Options of the command; None: it has none for these. The nonce is not expected here."""
        given = {k: v for k, v in options.items() if k != "nonce"}
        words = ["--at", f"@{now_ms}", "--no-nonce", "--kind", given.pop("kind")]
        for number, root in enumerate(roots):
            path = self.dir / f"root{number}.der"
            path.write_bytes(base64.b64decode(root))
            words += ["--root", path]
        age = given.pop("max_age_ms", None)
        if given.pop("time_mode") == "archive":
            words += ["--archive"]
        elif age == "unlimited":
            return None
        else:
            words += ["--max-age", f"{age}ms"]
        words += [ACCEPTED[flag] for flag in given.pop("flags")]
        for name in ("user_data", "public_key"):
            expected = given.pop(name, None)
            if expected and expected["mode"] == "absent":
                return None
            if expected:
                words += ["--" + name.replace("_", "-"), expected["value"] or "base64:"]
        before, after = (given.pop(f"not_{name}_leeway_ms", 0) for name in ("before", "after"))
        if before != after:
            return None
        words += ["--leeway", f"{before}ms"]
        for entry in given.pop("deny", []):
            kind = {"serial": entry.get("issuer", "any")}.get(entry["type"], entry["type"].replace("certificate-", ""))
            words += ["--deny", kind + ":" + entry["value"]]
        for name in ("module_id", "region", "limits"):
            if name in given:
                words += ["--" + name.replace("_", "-"), given.pop(name)]
        if "max_future_ms" in given:
            words += ["--max-future", "%dms" % given.pop("max_future_ms")]
        if "pcr_policy" in given:
            policy = self.dir / "policy.json"
            policy.write_text(json.dumps(given.pop("pcr_policy")))
            words += ["--policy", policy]
        return words if not given else None

    def test_every_vector(self):
        seen = compared = single = mixed = 0
        for roots, now_ms, options, vectors in self.groups():
            words = self.words_of(roots, now_ms, options)
            if words is None:
                continue
            place = pathlib.Path(tempfile.mkdtemp(dir=self.dir))
            for number, v in enumerate(vectors):
                (place / ("%04d" % number)).write_bytes(base64.b64decode(v["document"]))
            done = run("verify", "--batch", "--json", *words, place)
            if done.returncode == 2:  # such as a root that is no CA: an error of the command line
                alone = run("verify", "--json", *words, place / "0000", code=2)
                self.assertEqual((done.stdout, done.stderr), (b"", alone.stderr))
                self.assertTrue(all(v["expect"]["code"].startswith("NATT_E_USAGE_") for v in vectors))
                continue
            found, summary = lines_of(done)
            self.assertEqual(len(found), len(vectors))
            checks = [one["checks"] for one in found if one["verdict"] == "verified"]
            mixed += len(set(map(tuple, checks))) > 1
            self.assertEqual(set(summary["checks"]), set.intersection(*map(set, checks)) if checks else set())
            for one, v in zip(found, vectors):
                path = one.pop("file")
                seen += 1
                shown = {"result": "accept"} if one["verdict"] == "verified" else {
                    "result": "refuse", "code": one["code"], "offset": one["offset"], "item": one["item"]}
                expected = shown == {key: value for key, value in v["expect"].items() if key != "values"}
                compared += expected
                if not expected or seen % STEP == 0:  # the command decodes base64, and expects no nonce here
                    single += 1
                    alone = run("verify", "--json", *words, path)
                    self.assertEqual(list(one.items()), list(json.loads(alone.stdout).items()), v["id"])
            shutil.rmtree(place)
        self.assertGreater(seen, 1100)
        self.assertGreater(compared, seen - 20)
        self.assertGreaterEqual(single, seen // STEP)
        self.assertGreater(mixed, 0, "documents of one batch with different checks")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
