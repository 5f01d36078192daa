"""The pytest fixtures, as a separate project uses them."""
import os
import subprocess
import sys
import tempfile
import unittest

import support
from support import na
from test_kms import has_server

PROJECT = {
    "conftest.py": 'pytest_plugins = ["nitro_attest.pytest_plugin"]\n',
    "test_mine.py": """
from datetime import datetime, timedelta, timezone
import nitro_attest as na

def test_document(nitro_emulator, nitro_nsm):
    document = nitro_nsm.attest(nonce=b"n")
    na.verify(document, roots=[nitro_emulator.root], now=datetime.now(timezone.utc), max_age=timedelta(minutes=1),
              nonce=b"n", insecure_no_pcr_policy=True)

def test_each_has_its_own(nitro_nsm):
    nitro_nsm.lock_pcr(16)

def test_each_has_its_own_again(nitro_nsm):
    nitro_nsm.lock_pcr(16)
""",
}
#: Used only if the command includes the server.
KMS = """
import base64, os
import nitro_attest as na
from test_kms import ask

processes = []

def test_kms_trusts_the_emulator(nitro_nsm, nitro_kms):
    processes.append(nitro_kms._servers[0].pid)
    document = na.EnclaveKey.for_process(nitro_nsm).attest(nitro_nsm)
    told = {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": base64.b64encode(document).decode()}
    status, reply = ask(nitro_kms, "GenerateRandom", NumberOfBytes=8, Recipient=told)
    assert status == 200 and reply["CiphertextForRecipient"], reply

def test_servers_have_ended(nitro_kms):
    assert nitro_kms.running and not os.path.exists("/proc/%d" % processes[0])
"""


class Plugin(unittest.TestCase):
    def test_fixtures_work_in_a_project(self):
        self.works(PROJECT, 3)

    @unittest.skipUnless(has_server(), "the command is built without kms serve")
    def test_kms_works_in_a_project(self):
        self.works({"conftest.py": PROJECT["conftest.py"], "test_mine.py": KMS}, 2)

    def works(self, project, count):
        try:
            import pytest  # noqa: F401
        except ImportError:
            self.skipTest("pytest is not installed")
        with tempfile.TemporaryDirectory() as folder:
            for name, text in project.items():
                with open(os.path.join(folder, name), "w") as f:
                    f.write(text)
            env = dict(os.environ, PYTHONPATH=os.pathsep.join((os.path.dirname(os.path.dirname(na.__file__)),
                                                                os.path.dirname(os.path.abspath(__file__)))))
            done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder], env=env,
                                  cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("%d passed" % count, done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
