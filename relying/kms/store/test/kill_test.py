"""Repeatedly kills a program that writes to a store: kill_test.py WRITER ROUNDS. Standard library only; TAP.

Afterwards the store must have everything that the writer announced, and the file must be intact. Since the kernel
continues to run, this does not test power failures. They need fsync, which store_file_test.c lets fail.
"""
import contextlib
import os
import pathlib
import random
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

WRITER, ROUNDS = os.path.abspath(sys.argv[1]), int(sys.argv[2])
MOST_LINES, LONGEST_S = 24, 0.005


def read_lines(stream, count):
    """The output after this number of lines, or after ten seconds."""
    said, deadline = b"", time.monotonic() + 10
    while said.count(b"\n") < count and select.select([stream], [], [], max(0, deadline - time.monotonic()))[0]:
        said += os.read(stream.fileno(), 65536)
    return said


def killed(path, number, *more):
    """The lines that a writer announced before it was killed, a random time after a random line."""
    with subprocess.Popen([WRITER, "write", path, str(number), *more], stdout=subprocess.PIPE) as writer:
        said = read_lines(writer.stdout, random.randrange(MOST_LINES))
        time.sleep(random.uniform(0, LONGEST_S))
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.read()
        if writer.wait() != -signal.SIGKILL:
            raise AssertionError(f"the writer ended by itself with {writer.returncode}")
    return said[:said.rfind(b"\n") + 1]


def check(path, said):
    """The announced changes that the store lost; '' if there are none."""
    done = subprocess.run([WRITER, "check", path], input=said, capture_output=True, check=False)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).decode()


def integrity(path):
    with contextlib.closing(sqlite3.connect(path)) as file:
        return file.execute("PRAGMA integrity_check").fetchall()


def lines_to_check(said):
    """A key whose deletion had begun may exist or not, with its policies and aliases."""
    lines = said.decode().splitlines(keepends=True)
    going = {line.split()[1] for line in lines if line.startswith("deleting ")}
    return "".join(line for line in lines
                   if line.split()[1] not in going or line.startswith(("deleting ", "deleted "))).encode()


def until_noticed(path):
    """The number of kills until a lost key is detected; 0 = never."""
    for number in range(1, 200):
        said = killed(path, 1000000 + number, "sabotage")
        if "lost: key" in check(path, lines_to_check(said)):
            return number
    return 0


def report(number, good, title, text=""):
    print(f"{'ok' if good else 'not ok'} {number} - {title}")
    print("".join(f"# {line}\n" for line in text.splitlines()[:20]), end="", flush=True)
    return good


def run(path):
    said = b"".join(killed(path, number) for number in range(ROUNDS))
    keys, deleted = said.count(b"key "), said.count(b"deleted ")
    lost = check(path, lines_to_check(said))
    changes = said.count(b"policy ") + said.count(b"alias ")
    written = f"{keys} keys, {deleted} deleted, {changes} changes"
    good = report(1, not lost, f"{ROUNDS} times killed: {written}, none lost", lost)
    good &= report(2, integrity(path) == [("ok",)], "the file is intact")
    good &= report(3, keys >= 2 * ROUNDS and deleted > 0, "much was written between the kills")
    rounds = until_noticed(path)
    return good & report(4, rounds > 0, f"a writer that announces too early is detected (after {rounds} kills)")


def main():
    random.seed(int(os.environ.get("NATT_TEST_SEED", "1")))
    with tempfile.TemporaryDirectory() as folder:
        good = run(str(pathlib.Path(folder) / "kms.db"))
    print("1..4")
    return 0 if good else 1


sys.exit(main())
