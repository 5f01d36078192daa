"""The local KMS for tests: its start, its messages, and its end."""
import base64
import hashlib
import json
import os
import pickle
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from datetime import timedelta
from unittest import mock

import support
from support import na
from test_processes import in_child, program

from nitro_attest import kms as module
from nitro_attest.kms import LocalKms, LocalKmsError


def has_server():
    try:
        return subprocess.run([module.command(), "kms", "serve", "--help"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0
    except LocalKmsError:
        return False


def ask(kms, operation, user="test", **members):
    """Sends a request without boto3, since the server does not verify signatures. Returns (status, reply)."""
    scope = time.strftime("%Y%m%d", time.gmtime()) + "/us-east-1/kms/aws4_request"
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    signed = "content-type;host;x-amz-date;x-amz-target"
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-date": stamp,
               "x-amz-target": "TrentService." + operation,
               "authorization": "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
               % (user, scope, signed, hashlib.sha256().hexdigest())}
    request = urllib.request.Request(kms.endpoint_url, json.dumps(members).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, json.loads(reply.read() or b"{}")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def gone(process):
    """True if a process has ended, or ends within some seconds."""
    until = time.monotonic() + 20
    while os.path.exists("/proc/%d" % process) and time.monotonic() < until:
        with open("/proc/%d/stat" % process) as f:
            if f.read().rpartition(")")[2].split()[0] == "Z":
                return True
        time.sleep(0.01)
    return not os.path.exists("/proc/%d" % process)


class Command(unittest.TestCase):
    def named(self, path):
        return mock.patch.dict(os.environ, {module.ENVIRONMENT: path})

    def test_the_environment_comes_first(self):
        with self.named(sys.executable):
            self.assertEqual(module.command(), sys.executable)

    def test_beside_python_then_in_the_path(self):
        with tempfile.TemporaryDirectory() as scripts, tempfile.TemporaryDirectory() as path:
            environment = {"PATH": path}
            with mock.patch.dict(os.environ, environment, clear=True), \
                    mock.patch("sysconfig.get_path", lambda name: {"scripts": scripts}[name]):
                with self.assertRaisesRegex(LocalKmsError,
                                            "command nitro-attest does not exist; .*NITRO_ATTEST_COMMAND"):
                    module.command()
                for folder in (path, scripts):
                    with open(folder + "/nitro-attest", "w") as f:
                        f.write("#!/bin/sh\n")
                    os.chmod(f.name, 0o755)
                    self.assertEqual(module.command(), f.name)

    def test_a_wrong_name_is_shown(self):
        with self.named("/nonexistent/\u202eattest"):
            with self.assertRaises(LocalKmsError) as caught:
                LocalKms(roots=[])
        self.assertIn("'/nonexistent/\\u202eattest' does not exist", str(caught.exception))

    def test_what_it_is_given(self):
        """The command under test prints its arguments, and copies the files that they name."""
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/command", "w") as f:
                f.write("#!/bin/sh\nprintf '%%s\\n' \"$@\" >&2\ncp -a \"${5%%/log}\" %s/copy\nexit 9\n" % folder)
            os.chmod(f.name, 0o755)
            with self.named(f.name), self.assertRaises(LocalKmsError) as caught:
                LocalKms(roots=[b"root"], store="s", master_key="m", keys={"alias/a": {"x": 1}}, principal_policy="p",
                         credentials="c", max_age=timedelta(seconds=1.5), allow_debug=True, refuse_replays=True,
                         explain_replies=True, socket_path="socket", options=["--region", "eu-west-1"])
            for name, content in (("root0", "root"), ("key0", '{"x": 1}'), ("principals", "p")):
                with open(os.path.join(folder, "copy", name)) as f:
                    self.assertEqual((f.read(), stat.S_IMODE(os.fstat(f.fileno()).st_mode)), (content, 0o600))
        status, told = str(caught.exception).split(": ", 1)
        self.assertEqual(status, "the server ended with status 9")
        words = told.splitlines()
        self.assertRegex(words[4], "/nitro-attest-kms-[^/]*/log$")
        self.assertEqual(words[:4] + words[5:10], ["kms", "serve", "--json", "--log", "--store", "s", "--listen",
                                                   "unix:socket", "--root"])
        self.assertEqual((words[11], words[12].split("=")[0]), ("--key", "alias/a"))
        self.assertEqual([w for w in words[13:] if not w.endswith("/principals")],
                         ["--principal-policy", "--master-key", "m", "--credentials", "c", "--max-age", "1500ms",
                          "--allow-debug", "--refuse-replays", "--explain-replies", "--region", "eu-west-1"])

    def test_a_silent_server_is_not_waited_for(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/command", "w") as f:
                f.write("#!/bin/sh\necho $$ > %s/process\nexec sleep 1000\n" % folder)
            os.chmod(f.name, 0o755)
            with self.named(f.name), mock.patch.object(module, "_START_SECONDS", 1):
                with self.assertRaisesRegex(LocalKmsError, "not ready after 1 seconds: it printed nothing"):
                    LocalKms(roots=[])
            with open(folder + "/process") as f:
                self.assertTrue(gone(int(f.read())))

    def test_one_that_will_not_end_is_killed(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/command", "w") as f:
                f.write("#!/bin/sh\ntrap '' TERM\necho '{\"address\":\"unix:a\"}'\nwhile :; do sleep 0.1; done\n")
            os.chmod(f.name, 0o755)
            with self.named(f.name), mock.patch.object(module, "_STOP_SECONDS", 0.3):
                kms = LocalKms(roots=[])
                self.assertEqual((kms.endpoint_url, kms.running), ("unix:a", True))
                process = kms._servers[0].pid
                kms.stop()
        self.assertTrue(gone(process))

    def test_wrong_types_are_named(self):
        for arguments, named in (({"roots": b"root"}, "root 0"), ({"roots": ["text"]}, "root 0"),
                                 ({"roots": 5}, "roots"), ({"roots": [], "max_age": 5}, "max_age"),
                                 ({"roots": [], "keys": {"alias/a": 5}}, "a policy"),
                                 ({"roots": [], "principal_policy": [1]}, "a policy"),
                                 ({"roots": [], "allow_debug": 1}, "allow_debug")):
            with self.named("/bin/true"):
                with self.assertRaisesRegex(TypeError, named + " must be"):
                    LocalKms(**arguments)


@unittest.skipUnless(has_server(), "the command is built without kms serve")
class Server(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = na.Emulator()
        cls.session = cls.emulator.session()
        cls.key = na.EnclaveKey.for_process(cls.session)

    def recipient(self, **fields):
        told = self.key.recipient(self.key.attest(self.session, **fields))
        return dict(told, AttestationDocument=base64.b64encode(told["AttestationDocument"]).decode())

    def policy(self, pcr0):
        return {"Version": "2012-10-17", "Statement": [
            {"Sid": "attested", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/app"},
             "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*",
             "Condition": {"StringEqualsIgnoreCase": {"kms:RecipientAttestation:ImageSha384": pcr0.hex()}}}]}

    def test_a_data_key(self):
        with LocalKms(roots=[self.emulator.root]) as kms:
            self.assertRegex(kms.endpoint_url, r"^http://127\.0\.0\.1:\d+$")
            self.assertEqual(kms.client_options("me")["endpoint_url"], kms.endpoint_url)
            key = ask(kms, "CreateKey")[1]["KeyMetadata"]["KeyId"]
            status, reply = ask(kms, "GenerateDataKey", KeyId=key, KeySpec="AES_256", Recipient=self.recipient())
            self.assertEqual((status, "Plaintext" in reply), (200, False), reply)
            plaintext = self.key.open(base64.b64decode(reply["CiphertextForRecipient"]))
            status, reply = ask(kms, "Decrypt", CiphertextBlob=reply["CiphertextBlob"], Recipient=self.recipient())
            self.assertEqual(self.key.open(base64.b64decode(reply["CiphertextForRecipient"])), plaintext)
            self.assertEqual(len(plaintext), 32)

    def test_denials_are_explained(self):
        other, mine = bytes(range(48)), self.session.describe_pcr(0).value
        keys = {"alias/mine": self.policy(mine), "alias/other": json.dumps(self.policy(other))}
        with LocalKms(roots=[self.emulator.root], keys=keys) as kms:
            self.assertEqual(ask(kms, "GenerateDataKey", "app", KeyId="alias/mine", KeySpec="AES_256",
                                 Recipient=self.recipient())[0], 200)
            status, reply = ask(kms, "GenerateDataKey", "app", KeyId="alias/other", KeySpec="AES_256",
                                Recipient=self.recipient())
            self.assertEqual((status, reply["__type"]), (400, "AccessDeniedException"))
            done, denied = kms.decisions()
        self.assertEqual((done["outcome"], done["principal"]), ("done", "arn:aws:iam::111122223333:user/app"))
        self.assertEqual((denied["outcome"], denied["operation"], denied["error"]),
                         ("denied", "GenerateDataKey", "AccessDeniedException"))
        self.assertEqual(denied["decision"]["closest"]["sid"], "attested")
        reason, = denied["decision"]["reasons"]
        self.assertEqual((reason["expected"], reason["actual"]), ([other.hex()], mine.hex()))

    def test_documents_of_others_are_not_trusted(self):
        with na.Emulator() as other, LocalKms(roots=[other.root, na.aws_root()]) as kms:
            status, reply = ask(kms, "GenerateRandom", NumberOfBytes=8, Recipient=self.recipient())
            self.assertEqual((status, reply["__type"]), (400, "AccessDeniedException"))
            self.assertEqual(kms.decisions()[0]["attestation"]["code"], "NATT_E_CHAIN_ROOT")

    def test_a_line_that_is_being_written(self):
        with LocalKms(roots=[self.emulator.root]) as kms:
            ask(kms, "ListKeys")
            with open(os.path.join(kms._folder, "log"), "a", encoding="utf-8") as log:
                log.write('{"operation":"ListAl')
                log.flush()
                self.assertEqual([decision["operation"] for decision in kms.decisions()], ["ListKeys"])
                log.write('iases"}\n')
                log.flush()
                self.assertEqual([decision["operation"] for decision in kms.decisions()], ["ListKeys", "ListAliases"])

    def test_a_store_that_lasts(self):
        with tempfile.TemporaryDirectory() as folder:
            told = dict(roots=[self.emulator.root], store=folder + "/store", master_key=folder + "/master")
            with LocalKms(**told) as kms:
                key = ask(kms, "CreateKey")[1]["KeyMetadata"]["KeyId"]
            with LocalKms(**told) as kms:
                self.assertEqual(ask(kms, "DescribeKey", KeyId=key)[0], 200)

    def test_a_socket(self):
        with tempfile.TemporaryDirectory() as folder, LocalKms(roots=[self.emulator.root],
                                                               socket_path=folder + "/kms") as kms:
            self.assertEqual(kms.endpoint_url, "unix:" + folder + "/kms")
            self.assertTrue(stat.S_ISSOCK(os.stat(folder + "/kms").st_mode))

    def test_what_is_wrong_is_told(self):
        for arguments, told in (({"roots": []}, "status 2: .*no root is given"),
                                ({"roots": [b"text"]}, "status 2: .*neither a DER nor a PEM certificate"),
                                ({"keys": {"alias/a": "{"}}, "status 2: .*alias/a"),
                                ({"store": "/nonexistent/s", "master_key": "/nonexistent/m"},
                                 "status [23]: .*/nonexistent/m"),
                                ({"options": ["--nothing"]}, "status 2: .*--nothing")):
            before = set(os.listdir(tempfile.gettempdir()))
            with self.assertRaisesRegex(LocalKmsError, told):
                LocalKms(**{"roots": [self.emulator.root], **arguments})
            left = {name for name in os.listdir(tempfile.gettempdir()) if name.startswith("nitro-attest-kms-")}
            self.assertLessEqual(left, before)

    def test_it_ends(self):
        kms = LocalKms(roots=[self.emulator.root])
        process, folder = kms._servers[0].pid, kms._folder
        self.assertTrue(kms.running)
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        self.assertEqual(in_child(kms.stop), "ok")
        self.assertEqual(ask(kms, "ListKeys")[0], 200)
        self.assertEqual([decision["operation"] for decision in kms.decisions()], ["ListKeys"])
        kms.stop()
        kms.stop()
        self.assertFalse(kms.running)
        self.assertTrue(gone(process))
        self.assertFalse(os.path.exists(folder))
        with self.assertRaisesRegex(LocalKmsError, "the server has ended"), kms:
            pass
        with self.assertRaisesRegex(TypeError, "LocalKms objects cannot be copied or pickled"):
            pickle.dumps(kms)

    def test_it_ends_with_its_user(self):
        """The server ends whether the program ends normally or by an exception. The end of a forked child does not stop
        it."""
        for end in ("", "raise SystemExit(0)"):
            status, out = program("""
                import os
                from nitro_attest.kms import LocalKms
                with na.Emulator() as emulator:
                    kms = LocalKms(roots=[emulator.root])
                if os.fork() == 0:
                    sys.exit()
                os.wait()
                print(kms.running and os.path.exists(kms._folder), kms._servers[0].pid, kms._folder)
                """ + end)
            running, process, folder = out.split()
            self.assertEqual((status, running), (0, "True"))
            self.assertTrue(gone(int(process)))
            self.assertFalse(os.path.exists(folder))

    def test_one_that_died_is_noticed(self):
        with LocalKms(roots=[self.emulator.root]) as kms:
            os.kill(kms._servers[0].pid, signal.SIGKILL)
            kms._servers[0].wait()
            self.assertFalse(kms.running)


if __name__ == "__main__":
    unittest.main(verbosity=2)
