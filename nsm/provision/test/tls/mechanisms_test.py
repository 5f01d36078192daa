"""The matrix of mechanisms: mechanisms_test.py TOKEN-PROGRAM MECHANISMS [all]. Prints TAP.

Keys from files are loaded into a token of SoftHSM; MECHANISMS (mechanisms.c) uses them in one session and compares the
results with OpenSSL's: all cases through the module itself, a sample through p11-kit (all cases with `all`).
"""
import os
import pathlib
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import token_support as ts  # noqa: E402
from token_support import Checks, Hsm, Server  # noqa: E402

PROGRAM, MECHANISMS = map(os.path.abspath, sys.argv[1:3])
LIMIT_S = 60
CASES = {"RSA PKCS #1 v1.5 signatures": 108, "RSA-PSS signatures": 630, "RSA-PSS with hash": 630, "raw RSA": 6,
         "RSA PKCS #1 decryption": 24, "ECDSA": 165, "attributes": 105}
# Mechanisms with SHA-224, and those of PSS with a hash, do not pass p11-kit 0.24; TLS does not need them.
NOT_CARRIED = ("RSA PKCS #1 v1.5 signatures", "RSA-PSS with hash")


def make_keys(folder):
    for bits in (1024, 2048, 4096):
        ts.run("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}",
               "-out", folder / f"rsa{bits}.key")
    for bits in (256, 384, 521):
        ts.run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:P-{bits}",
               "-out", folder / f"ec{bits}.key")
    return sorted(folder.glob("*.key"))


def matrix(title, env, module, folder, every):
    start = time.monotonic()
    done = ts.run(MECHANISMS, module, "matrix", ts.PIN, folder, every, env=env, timeout=600)
    took = time.monotonic() - start
    groups = [line.split("\t") for line in done.stdout.splitlines()]
    Checks.ok(done.returncode == 0 and [g[0] for g in groups] == list(CASES), f"{title}: every group is run", done)
    for name, cases, wrong, not_carried, ms in groups:
        enough = int(cases) == CASES[name] if every == 1 else int(cases) > 0
        whole = not_carried == "0" or (module == ts.CLIENT and name in NOT_CARRIED)
        Checks.ok(wrong == "0" and enough and whole, f"{title}, {name}",
                  f"{wrong} of {cases} are wrong, {not_carried} unknown\n{done.stderr}")
        Checks.note(f"{cases} cases, {ms} ms; mechanisms that do not pass: {not_carried} cases")
    total = sum(int(g[1]) for g in groups)
    Checks.ok(took < LIMIT_S, f"{title}: all of it takes less than a minute", took)
    Checks.note(f"{total} cases, {took:.1f} s")


def check_control(env, folder):
    """With files of other keys every comparison fails."""
    other = folder / "other"
    other.mkdir()
    make_keys_like = {"rsa1024": "rsa1024", "rsa2048": "rsa2048", "rsa4096": "rsa2048", "ec256": "ec384",
                      "ec384": "ec384", "ec521": "ec384"}
    for name, source in make_keys_like.items():
        (other / f"{name}.key").write_bytes((folder / f"{source}.key").read_bytes())
    done = ts.run(MECHANISMS, ts.SOFTHSM, "matrix", ts.PIN, other, 3, env=env)
    wrong = {line.split("\t")[0]: int(line.split("\t")[2]) for line in done.stdout.splitlines()}
    failing = [name for name in CASES if name != "attributes"]
    Checks.ok(all(wrong.get(name, 0) > 0 for name in failing), "control: with files of other keys it finds faults",
              done)


def main():
    why = ts.missing()
    if why:
        Checks.skip("mechanisms", why)
        return Checks.end()
    with ts.workplace() as folder:
        folder = pathlib.Path(folder)
        hsm = Hsm(folder / "hsm", PROGRAM)
        keys = make_keys(folder)
        done = hsm.add("matrix", *((i + 1, key.stem, key, "-") for i, key in enumerate(keys)))
        Checks.ok(done.returncode == 0 and len(keys) == 6, "a token with six keys", done)
        matrix("SoftHSM", hsm.env, ts.SOFTHSM, folder, 1)
        server = Server(hsm)
        matrix("p11-kit", server.env, ts.CLIENT, folder, 1 if "all" in sys.argv[3:] else 7)
        server.end()
        check_control(hsm.env, folder)
    return Checks.end()


sys.exit(main())
