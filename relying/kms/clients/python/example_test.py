"""examples/kms_data_key.py with boto3, under emulate, with the local KMS: it succeeds, and each changed request that
must not get the key is refused with its reason. Prints TAP.

Usage: VENV/bin/python example_test.py BUILD/cli/nitro-attest      the environment has requirements.txt and example.txt
"""
import base64
import datetime
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[4]
EXAMPLE = ROOT / "examples/kms_data_key.py"
LIBRARIES = {"verify": "libnitro-attest.so.0", "nsm": "libnitro-attest-nsm.so.0",
             "nsm/recipient": "libnitro-attest-recipient.so.0"}
IMAGE, OTHER_IMAGE = "5a" * 48, "5b" * 48
ATTESTED = {"StringEqualsIgnoreCase": {"kms:RecipientAttestation:ImageSha384": IMAGE}}
POLICY = {"Version": "2012-10-17", "Statement": [
    {"Sid": "this image", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/app"},
     "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*", "Condition": ATTESTED}]}
SECONDS = 120


class Fake(http.server.BaseHTTPRequestHandler):
    """A KMS that ignores Recipient, like most KMSs for tests."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"CiphertextBlob": "eA==", "Plaintext": base64.b64encode(bytes(32)).decode(), "KeyId": "k"})
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format, *args):
        """Suppresses the server's log lines."""


class Scene:
    """The tool, the libraries of its build, a PKI, and the local KMS that trusts it."""

    def __init__(self, tool, folder):
        self.tool, self.folder = tool.resolve(), folder
        libraries = folder / "libraries"
        libraries.mkdir()
        for where, name in LIBRARIES.items():
            (libraries / name).symlink_to(self.tool.parents[1] / where / name)
        os.environ.update(NITRO_ATTEST_LIBDIR=str(libraries), NITRO_ATTEST_COMMAND=str(self.tool),
                          PYTHONDONTWRITEBYTECODE="1")
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(ROOT / "bindings/python"))
        subprocess.run([self.tool, "emulate", "--pki", folder / "pki", "--init"], check=True, stdout=sys.stderr)
        root = subprocess.run(["openssl", "x509", "-in", folder / "pki/root.pem", "-outform", "DER"], check=True,
                              stdout=subprocess.PIPE).stdout
        from nitro_attest.kms import LocalKms  # finds the library only now
        self.kms = LocalKms(roots=[root], keys={"alias/app": POLICY})

    def example(self, *options, endpoint=None, user="app", pki=True):
        """(exit status, what it printed)"""
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        env.update(AWS_ACCESS_KEY_ID=user, AWS_SECRET_ACCESS_KEY="not verified", AWS_DEFAULT_REGION="us-east-1",
                   AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_EC2_METADATA_DISABLED="true",
                   PYTHONPATH=str(ROOT / "bindings/python"))
        keys = ["--pki", self.folder / "pki"] if pki else []
        done = subprocess.run([self.tool, "emulate", *keys, *(options or ("--pcr", "0=" + IMAGE)), "--", sys.executable,
                               EXAMPLE, endpoint or self.kms.endpoint_url, "alias/app"],
                              env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, text=True)
        return done.returncode, done.stdout

    def last(self):
        return self.kms.decisions()[-1]


def expect(right, *told):
    if not right:
        raise AssertionError("\n".join(str(t) for t in told))


def refused(scene, told, *options, **more):
    status, out = scene.example(*options, **more)
    expect(status == 1 and "AccessDeniedException" in out and "decrypted" not in out, status, out)
    last = scene.last()
    expect(last["outcome"] == "denied" and told(last), json.dumps(last, indent=1))


def reason(decision):
    return [(r["key"], r["expected"], r["actual"]) for r in decision["decision"]["reasons"]]


def it_works(scene):
    status, out = scene.example()
    words = [line.split(":")[0] for line in out.splitlines()]
    expect(status == 0 and words == ["enclave", "attested", "opened", "encrypted", "stored", "attested", "opened",
                                     "decrypted"], status, out)
    expect(out.endswith("decrypted: what only this image may read\n"), out)
    asked = [decision["operation"] for decision in scene.kms.decisions()[-2:]]
    expect(asked == ["GenerateDataKey", "Decrypt"], asked)


def another_image(scene):
    """One PCR differs: the reason has both values."""
    wanted = [("kms:RecipientAttestation:ImageSha384", [IMAGE], OTHER_IMAGE)]
    refused(scene, lambda last: reason(last) == wanted and last["decision"]["closest"]["sid"] == "this image",
            "--pcr", "0=" + OTHER_IMAGE)


def a_debug_enclave(scene):
    refused(scene, lambda last: last["attestation"]["code"] == "NATT_E_EXPECT_DEBUG", "--debug-mode")


def an_old_document(scene):
    past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=10)
    refused(scene, lambda last: last["attestation"]["code"] == "NATT_E_TIME_STALE", "--pcr", "0=" + IMAGE, "--at",
            past.strftime("%Y-%m-%dT%H:%M:%SZ"))


def a_foreign_root(scene):
    refused(scene, lambda last: last["attestation"]["code"] == "NATT_E_CHAIN_ROOT", pki=False)


def another_caller(scene):
    refused(scene, lambda last: last["principal"].endswith(":user/visitor"), user="visitor")


def a_kms_that_shows_keys(scene):
    with http.server.HTTPServer(("127.0.0.1", 0), Fake) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        status, out = scene.example(endpoint="http://127.0.0.1:%d" % server.server_port)
        server.shutdown()
    expect(status == 1 and "this server ignores Recipient" in out and "encrypted" not in out, status, out)


def no_kms(scene):
    status, out = scene.example(endpoint="http://127.0.0.1:1")
    expect(status == 1 and "KMS cannot be reached" in out, status, out)


TESTS = (it_works, another_image, a_debug_enclave, an_old_document, a_foreign_root, another_caller,
         a_kms_that_shows_keys, no_kms)


def passed(test, scene):
    try:
        test(scene)
        return True, ""
    except (AssertionError, KeyError, TypeError, subprocess.SubprocessError) as error:
        return False, "%s: %s" % (type(error).__name__, error)


def main():
    failed = False
    print("1..%d" % len(TESTS))
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(pathlib.Path(sys.argv[1]), pathlib.Path(folder))
        with scene.kms:
            for number, test in enumerate(TESTS, 1):
                right, told = passed(test, scene)
                failed |= not right
                title = test.__name__.replace("_", " ")
                print("%sok %d - boto3 example: %s" % ("" if right else "not ", number, title))
                print("".join("# %s\n" % line for line in told.splitlines()), end="", flush=True)
    return int(failed)


sys.exit(main())
