"""Command lines of `nitro-attest kms decrypt`, similar commands, and kmstool_enclave_cli that do not connect to KMS:
kms_client_usage_test.py PATH-OF-BINARY. relying/test/kms_client_test.py has those that do.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv[1])
ENVIRONMENT = {"PATH": os.environ["PATH"], "ASAN_OPTIONS": "detect_leaks=%d" % (os.geteuid() == 0)}
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "a secret"}
BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
           "/etc/pki/tls/cacert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem")
ALL = ("decrypt", "genkey", "genrandom", "datakey-pair", "derive", "encrypt")


def run(*words, binary=BINARY, env=None):
    done = subprocess.run([binary, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                          check=False, env={**ENVIRONMENT, **(env or {})})
    if b"Sanitizer" in done.stderr or b"runtime error" in done.stderr or done.returncode < 0:
        raise AssertionError(f"crashed with {done.returncode}: {words}\n{done.stderr.decode(errors='replace')}")
    return done


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.dir = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def fails(self, done, code, *texts):
        self.assertEqual((done.returncode, done.stdout), (code, b""), (done.args, done.stderr))
        for text in texts:
            self.assertIn(text, done.stderr.decode(), done.args)


class Usage(Case):
    # No server listens on this socket: a command that reaches it has passed the checks.
    GOOD = {"decrypt": ["-c", "AAAA"], "genkey": ["-K", "k", "-p", "AES_256"], "genrandom": ["-l", "1"],
            "datakey-pair": ["-K", "k", "--key-pair-spec", "RSA_2048"]}

    def kms(self, command, *words, env=KEYS):
        return run("kms", command, *words, "--socket", self.dir / "nsm.sock", env=env)

    def reaches_the_nsm(self, done):
        self.fails(done, 3, "nsm.sock: the NSM cannot be opened")

    def test_what_is_right(self):
        for command, words in self.GOOD.items():
            self.reaches_the_nsm(self.kms(command, *words))
        for length in (1, 1024):
            self.reaches_the_nsm(self.kms("genrandom", "--length", length))
        for words in (["--proxy-port", "1"], ["--proxy-port", 2 ** 32 - 2], ["--max-attempts", 10],
                      ["--connect-timeout", "1ms"], ["--endpoint", "https://x", "--connect", "unix:/x"]):
            self.reaches_the_nsm(self.kms("genrandom", "-l", 1, *words))

    def test_what_is_missing(self):
        for command, words, text in (
                ("decrypt", [], "--ciphertext is missing"), ("decrypt", ["-c", ""], "--ciphertext: the value is empty"),
                ("genkey", [], "--key-id is missing"), ("genkey", ["-K", "k"], "either --key-spec or"),
                ("genkey", ["-K", "k", "-p", "AES_256", "--number-of-bytes", 1], "either --key-spec or"),
                ("genrandom", [], "--length is missing"), ("datakey-pair", ["-K", "k"], "--key-pair-spec is missing"),
                ("datakey-pair", ["--key-pair-spec", "RSA_2048"], "--key-id is missing"),
                ("derive", ["-K", "k"], "--public-key is missing"), ("derive", [], "--key-id is missing"),
                ("encrypt", ["-K", "k"], "FILE is missing"), ("encrypt", ["-"], "--key-id is missing")):
            self.fails(self.kms(command, *words), 2, f"nitro-attest kms {command}: ", text)

    def test_values(self):
        for command, words, text in (
                ("decrypt", ["-c", "AAA"], "not base64"), ("decrypt", ["-c", "AAAA\n"], "not base64"),
                ("genkey", ["-K", "k", "-p", "AES256"], "AES_256 or AES_128"),
                ("genkey", ["-K", "k", "--number-of-bytes", 1025], "from 1 to 1024"),
                ("genrandom", ["-l", 0], "from 1 to 1024"), ("genrandom", ["-l", 1025], "from 1 to 1024"),
                ("genrandom", ["-l", "1x"], "from 1 to 1024"), ("genrandom", ["-l", "-1"], "from 1 to 1024"),
                ("genrandom", ["-l", " 1"], "from 1 to 1024"),
                ("genrandom", ["-l", ""], "--length: the value is empty"),
                ("genrandom", ["-l", 2 ** 64 + 1], "from 1 to 1024")):
            self.fails(self.kms(command, *words), 2, text)
        for words, text in ((["-x", 0], "--proxy-port"), (["-x", 2 ** 32 - 1], "--proxy-port"),
                            (["-x", 1, "--connect", "unix:x"], "--connect and --proxy-port"),
                            (["--max-attempts", 0], "--max-attempts"), (["--max-attempts", 11], "from 1 to 10"),
                            (["--timeout", "0s"], "--timeout"), (["--timeout", "5"], "--timeout"),
                            (["--connect-timeout", "50d"], "--connect-timeout"),
                            (["--raw", "--json"], "--raw and --json"), (["--raw", "--out", "x"], "--raw and --out"),
                            (["--document", "x"], "without --key"), (["--device", "x"], "--device and --socket"),
                            (["--deadline", "0s"], "--deadline")):
            self.fails(self.kms("genrandom", "-l", 1, *words), 2, text)
        for text in ("x", "=x"):
            self.fails(self.kms("decrypt", "-c", "AAAA", "--encryption-context", text), 2, "write NAME=VALUE")

    def test_files(self):
        key = self.dir / "key"
        self.fails(self.kms("derive", "-K", "k", "--public-key", key), 3, "key: No such file")
        key.write_text("-----BEGIN PUBLIC KEY-----\nAAAA\n")
        self.fails(self.kms("derive", "-K", "k", "--public-key", key), 2, str(key))

    def test_credentials(self):
        for command, words in self.GOOD.items():
            for env in ({}, {**KEYS, "AWS_ACCESS_KEY_ID": ""}):
                self.fails(self.kms(command, *words, env=env), 2, "there are no credentials", "AWS_ACCESS_KEY_ID",
                           "--credentials FILE", "fd:N")
        for words, text in ((["-k", "a"], "--aws-secret-access-key is missing"),
                            (["-s", "a"], "--aws-access-key-id is missing"),
                            (["-t", "a"], "--aws-access-key-id is missing"),
                            (["-k", "", "-s", "a"], "--aws-access-key-id is missing"),
                            (["-k", "a", "-s", "b", "--credentials", "env"], "and in another way"),
                            (["-t", "b", "--profile", "x"], "and in another way"),
                            (["--profile", "x"], "--profile is"),
                            (["--credentials", "env", "--profile", "x"], "--profile is"),
                            (["--credentials", "fd:"], "fd:N"), (["--credentials", "fd:-1"], "fd:N"),
                            (["--credentials", "fd:2147483648"], "fd:N")):
            self.fails(self.kms("genrandom", "-l", 1, *words), 2, text)
        for words in (["-k", "a", "-s", "b"], ["-k", "a", "-s", "b", "-t", ""], ["--credentials", "fd:0"],
                      ["--credentials", "f", "--profile", "x"]):
            self.reaches_the_nsm(self.kms("genrandom", "-l", 1, *words))

    def test_a_descriptor_for_credentials_is_open(self):
        """Otherwise the descriptor would become the NSM's socket, and the command would wait for the end of its own
        requests."""
        for number in (3, 4, 2147483647):
            self.fails(self.kms("genrandom", "-l", 1, "--credentials", f"fd:{number}"), 3,
                       f"fd:{number}: no file is open there", "3<FILE")
        for number in (1, 2):
            self.fails(self.kms("genrandom", "-l", 1, "--credentials", f"fd:{number}"), 2, "writes to this descriptor")

    def test_errors_repeat_no_secret(self):
        for words, text in ((["--aws-secret-acess-key=hush"], "unknown option --aws-secret-acess-key\n"),
                            (["--aws-secret=hush"], "unknown option --aws-secret\n"),
                            (["--json=hush"], "--json takes no value"),
                            (["--aws-secret-access-key=", "hush"], "unexpected argument of 4 characters")):
            done = self.kms("genrandom", "-l", 1, *words)
            self.fails(done, 2, text)
            self.assertNotIn(b"hush", done.stderr)

    def test_hints(self):
        """The advice for a frequent mistake."""
        for command, words, text in (
                ("decrypt", ["-c", ""], "check that the shell variable is set"),
                ("decrypt", [], "--help lists the options"),
                ("genkey", ["--raw"], "use --out FILE"), ("datakey-pair", ["--raw"], "use --out FILE"),
                ("encrypt", ["--nonsense"], "nitro-attest kms encrypt --help lists the options; they cannot be abbrev"),
                ("decrypt", ["--regio", "x"], "did you mean --region? Options cannot be abbreviated")):
            self.fails(self.kms(command, *words), 2, f"what to do: {text}")
        self.assertNotIn("--out", self.kms("genkey", "--nonsense").stderr.decode())
        for option in ("--raw=x", "--nope"):
            self.assertNotIn("use --out FILE", self.kms("decrypt", option).stderr.decode())

    def of_credentials(self, text, *words):
        path = self.dir / "credentials"
        path.touch(0o600)
        path.write_text(text)
        return run("kms", "encrypt", "-K", "k", "--credentials", path, *words, "--insecure-http", "--endpoint",
                   "http://localhost:1", "-")

    def test_files_of_credentials(self):
        profiles = "[default]\naws_access_key_id=A\n[app]\n"
        self.fails(self.of_credentials(profiles, "--profile", "nope"), 2, "no profile [nope]; it has default, app")
        self.fails(self.of_credentials('{"version": 1, "credentials": [{"access_key_id": "A"}]}'), 2,
                   "for kms serve --credentials", "AccessKeyId")
        self.fails(self.of_credentials('{"AccessKeyId": "A", "SecretAccessKey": "any secret"}'), 2,
                   "the secret access key has a blank", "what to do: correct the value")

    def test_a_machine_without_vsock(self):
        """On machines with vsock, no process listens at this CID, and the hint differs."""
        done = run("kms", "encrypt", "-K", "k", "--connect", "vsock:3:8000", "--max-attempts", 1, "--endpoint",
                   "http://localhost", "--insecure-http", "--connect-timeout", "1s", os.devnull, env=KEYS)
        shown = done.stderr.decode()
        lacking = "not supported by protocol" in shown or "No such device" in shown
        self.assertEqual("this machine has no vsock; outside an enclave use --connect tcp: or unix:" in shown, lacking)

    def test_images_without_ca_certificates(self):
        hide = 'for d in /etc/ssl /etc/pki; do [ ! -d $d ] || mount -t tmpfs none $d || exit 77; done; exec "$@"'
        done = run("-m" if os.geteuid() == 0 else "-rm", "sh", "-c", hide, "sh", BINARY, "kms", "encrypt", "-K", "k",
                   "-", binary=shutil.which("unshare") or "false", env=KEYS)
        if b"nitro-attest" not in done.stderr:
            self.skipTest("no private mounts: " + done.stderr.decode())
        self.fails(done, 3, "no CA certificates found in the usual locations (" + ", ".join(BUNDLES) + ")",
                   "copy a bundle into the image, or set --ca-file or SSL_CERT_FILE")

    def test_commands_in_groups(self):
        shown = run("kms", "--help").stdout.decode()
        self.assertIn("Commands:\n requests to KMS, from an enclave:\n  decrypt ", shown)
        self.assertRegex(shown, "(?s)  encrypt .* a server for .*:\n  serve .* key policies:\n  policy .*  explain ")
        for word in ("", "requests"):
            self.fails(run("kms", word), 2, "nitro-attest kms: unknown command")

    def test_options_are_of_their_commands(self):
        for command, option in (("genrandom", "--key-id"), ("encrypt", "--key"), ("derive", "--encryption-context"),
                                ("genkey", "--raw"), ("datakey-pair", "--key-spec"), ("decrypt", "--length")):
            self.fails(self.kms(command, option, "x"), 2, f"unknown option {option}")
        for command, option in (("genrandom", "-K"), ("genkey", "-c"), ("decrypt", "-p"), ("encrypt", "-l")):
            self.fails(self.kms(command, option, "x"), 2, f"unknown option {option}")


class DropIn(Case):
    CREDENTIALS = ("-k", "a", "-s", "b", "-t", "c")

    def setUp(self):
        super().setUp()
        self.tool = self.dir / "kmstool_enclave_cli"
        self.tool.symlink_to(BINARY)

    def use(self, *words, env=None):
        return run(*words, binary=self.tool, env=env)

    def test_usage_goes_to_standard_error(self):
        for words in ((), ("encrypt",), ("--help",), ("decrypt", "--help"), ("genkey", "-h"), ("genrandom", "help"),
                      ("kms", "decrypt"), ("decrypt", *self.CREDENTIALS, "-h")):
            self.fails(self.use(*words), 1, "usage: kmstool_enclave_cli", "--ciphertext", "-x")

    def test_what_must_be_set(self):
        for command in ("decrypt", "genkey", "genrandom"):
            for without, name in enumerate(("aws-access-key-id", "aws-secret-access-key", "aws-session-token")):
                words = self.CREDENTIALS[:2 * without] + self.CREDENTIALS[2 * without + 2:]
                self.fails(self.use(command, *words, env=KEYS), 1, f"--{name} must be set")
        for words, text in ((["decrypt"], "--ciphertext"), (["genkey", "-p", "AES-256"], "--key-id"),
                            (["genkey", "-K", "k"], "--key-spec"), (["genkey", "-K", "k", "-p", "AES"], "AES"),
                            (["genrandom"], "--length"), (["genrandom", "-l", 0], "from 1 to 1024"),
                            (["genrandom", "-l", 1025], "from 1 to 1024"), (["genrandom", "-l", ""], "--length"),
                            (["decrypt", "-c", "AAAA", "-p", "AES-256"], "--key-spec"),
                            (["decrypt", "-c", "AAAA", "-l", "1"], "--length"),
                            (["genrandom", "-l", 1, "--endpoint", "x"], "--endpoint"),
                            (["genrandom", "-l", 1, "-x", "0"], "--proxy-port")):
            self.fails(self.use(*words, *self.CREDENTIALS), 1, text)
        self.fails(self.use("genrandom", *self.CREDENTIALS, "-l"), 1, "-l needs a value")

    def test_hints_name_this_program(self):
        shown = self.use("decrypt", *self.CREDENTIALS, "-c", "AAAA", "--out", "x")
        self.fails(shown, 1, "unknown option --out", "kmstool_enclave_cli --help lists the options; they cannot",
                   "nitro-attest kms decrypt has more")
        self.assertNotIn("nitro-attest decrypt", shown.stderr.decode())
        self.fails(self.use("--help"), 1, "This is nitro-attest's replacement for kmstool_enclave_cli; see nitro-att")

    def test_without_an_enclave(self):
        if os.path.exists("/dev/nsm"):
            self.skipTest("there is an NSM")
        for words in (["decrypt", "-c", "AAAA"], ["genkey", "-K", "k", "-p", "AES-128", "-l", "ignored"],
                      ["genrandom", "-l", 1, "-c", "ignored", "-r", "one", "-r", "two"]):
            self.fails(self.use(*words, *self.CREDENTIALS), 255, "/dev/nsm")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
