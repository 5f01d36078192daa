"""Java with keys only in a token: java_test.py TOKEN-PROGRAM. Prints TAP.

keytool lists a token of SoftHSM behind p11-kit, and TokenServer.java is a TLS server with its keys.
"""
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import memory_search as ms  # noqa: E402
import parent_side as parent  # noqa: E402
import token_support as ts  # noqa: E402
from token_support import Checks, Hsm, Server  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "TokenServer.java")
JAVA = ["-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]


def check_keytool(env, configuration):
    done = ts.run("keytool", "-list", "-keystore", "NONE", "-storetype", "PKCS11", "-storepass", ts.PIN,
                  "-providerClass", "sun.security.pkcs11.SunPKCS11", "-providerArg", configuration, env=env)
    entries = re.findall(r"^acm-ne-cert-0\b.*, PrivateKeyEntry", done.stdout, re.M)
    Checks.ok(len(entries) == 2, "keytool lists both keys by their certificates", done.stdout + done.stderr)


class JavaServer:
    def __init__(self, env, configuration):
        self.process = subprocess.Popen(["java", *JAVA, SOURCE, configuration, ts.PIN], env=env, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        line = self.process.stdout.readline()
        self.port = int(line) if line.strip().isdigit() else None

    def end(self):
        self.process.kill()
        return self.process.communicate()[1]


def check_server(hsm, env, configuration, cas, wanted):
    server = JavaServer(env, configuration)
    if not Checks.ok(server.port is not None, "a TLS server in Java finds the token"):
        Checks.note(server.end()[-2000:].replace("\n", " | "))
        return
    for kind, sigalgs in (("EC", "ECDSA+SHA256"), ("RSA", "RSA-PSS+SHA256:RSA+SHA256")):
        for version in ("-tls1_2", "-tls1_3"):
            good, text = parent.handshake(server.port, cas, version, "-sigalgs", sigalgs)
            Checks.ok(good, f"Java, {kind} key, {version[1:]}: verified", text)
    found, size = ms.in_memory(server.process.pid, wanted)
    Checks.ok(not found and size > 1 << 20, "neither key is in Java's memory", found)
    hsm.remove("tls")
    results = [parent.handshake(server.port, cas, "-tls1_3", "-sigalgs", "ECDSA+SHA256")[0] for _ in range(3)]
    Checks.ok(not any(results), "the token is removed: every handshake from then on fails", results)
    server.end()


def check_all(folder):
    ec, ec_chain, ec_ca = ts.make_key(folder, "ec", *ts.EC)
    rsa, rsa_chain, rsa_ca = ts.make_key(folder, "rsa", *ts.RSA)
    cas = folder / "cas.pem"
    cas.write_text(ec_ca.read_text() + rsa_ca.read_text())
    hsm = Hsm(folder / "hsm", PROGRAM)
    done = hsm.add("tls", (1, "ec-key", ec, ec_chain), (9, "rsa-key", rsa, rsa_chain))
    Checks.ok(done.returncode == 0, "a token with an EC and an RSA key", done)
    server = Server(hsm)
    env = {**parent.parent_env(folder, server.address), "JAVA_TOOL_OPTIONS": ""}
    configuration = folder / "pkcs11.cfg"
    configuration.write_text(f"name = token\nlibrary = {ts.CLIENT}\nslotListIndex = 0\n")
    check_keytool(env, configuration)
    check_server(hsm, env, configuration, cas, {**ms.needles(ec), **ms.needles(rsa)})
    server.end()


def main():
    why = ts.missing("java", "keytool")
    if why is None and ts.run("java", "--list-modules").stdout.find("jdk.compiler") < 0:
        why = "this Java has no compiler"
    if why:
        Checks.skip("Java with keys in a token", why)
        return Checks.end()
    with ts.workplace() as folder:
        check_all(pathlib.Path(folder))
    return Checks.end()


sys.exit(main())
