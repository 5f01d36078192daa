"""Compares nitro_attest.compat.aws_nsm_interface with the package whose interface it has, each under `nitro-attest
emulate`."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import support
from support import na
from nitro_attest.compat import aws_nsm_interface as compat

TOOL = os.environ.get("NITRO_ATTEST_TOOL")
CASE = os.path.join(support.PACKAGE, "tests", "compat_case.py")
PINNED = "aws-nsm-interface==1.0.0"
NAMES = ["open_nsm_device", "close_nsm_device", "get_random", "get_attestation_doc", "describe_nsm", "describe_pcr",
         "extend_pcr", "lock_pcr", "lock_pcrs", "IoctlError"]


def emulated(python, module, **env):
    done = subprocess.run([TOOL, "emulate", "--pcr", "0=" + "ab" * 48, "--", python, CASE, module], check=True,
                          env=dict(os.environ, **env), stdout=subprocess.PIPE, text=True, timeout=120)
    return json.loads(done.stdout)


class Compat(unittest.TestCase):
    def test_the_names_are_there(self):
        for name in NAMES:
            self.assertTrue(callable(getattr(compat, name)), name)

    def test_without_a_device_opening_fails_as_a_file_does(self):
        if os.path.exists("/dev/nsm"):
            self.skipTest("there is a /dev/nsm")
        with self.assertRaises(FileNotFoundError):
            compat.open_nsm_device()

    def test_errors_of_the_ioctl_are_those_of_the_system(self):
        with na.Emulator(faults=["any:errno=EIO"]) as emulator, emulator.session() as nsm:
            for call in (compat.describe_nsm, compat.get_random, lambda h: compat.lock_pcr(h, 16)):
                with self.assertRaises(OSError) as caught:
                    call(nsm)
                self.assertEqual((type(caught.exception), caught.exception.errno), (OSError, 5))

    @unittest.skipUnless(TOOL, "NITRO_ATTEST_TOOL names no command")
    def test_a_program_sees_what_it_saw(self):
        if subprocess.run([TOOL, "emulate", "--", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 125:
            self.skipTest("emulate cannot run a program here")
        mine = emulated(sys.executable, "nitro_attest.compat.aws_nsm_interface",
                        PYTHONPATH=os.path.dirname(os.path.dirname(na.__file__)))
        self.assertEqual(mine["pcr0"], "ab" * 48)
        self.assertEqual(mine["extend locked"], {"raised": "IoctlError", "args0": "ReadOnlyIndex"})
        self.assertEqual(mine["document"], ["document"])
        with tempfile.TemporaryDirectory() as folder:
            theirs = self.theirs(folder)
        self.assertEqual(mine, theirs)

    def theirs(self, folder):
        """The results of the other package, which is downloaded for this if possible."""
        have = os.environ.get("NITRO_ATTEST_AWS_NSM_INTERFACE")
        python = have or os.path.join(folder, "venv", "bin", "python")
        if not have:
            if not shutil.which("pip3") and not shutil.which("pip"):
                self.skipTest("there is no pip to fetch %s with" % PINNED)
            made = subprocess.run([sys.executable, "-m", "venv", folder + "/venv"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
            got = made.returncode or subprocess.run(
                [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "0",
                 "--timeout", "10",
                 PINNED], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
            if got:
                self.skipTest("%s cannot be fetched here" % PINNED)
        return emulated(python, "aws_nsm_interface")


if __name__ == "__main__":
    unittest.main(verbosity=2)
