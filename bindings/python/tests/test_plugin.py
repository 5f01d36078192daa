"""The pytest fixtures, as a project of its own uses them."""
import os
import subprocess
import sys
import tempfile
import unittest

import support
from support import na

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


class Plugin(unittest.TestCase):
    def test_fixtures_work_in_a_project(self):
        try:
            import pytest  # noqa: F401
        except ImportError:
            self.skipTest("pytest is not installed")
        with tempfile.TemporaryDirectory() as folder:
            for name, text in PROJECT.items():
                with open(os.path.join(folder, name), "w") as f:
                    f.write(text)
            env = dict(os.environ, PYTHONPATH=os.path.dirname(os.path.dirname(na.__file__)))
            done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder], env=env,
                                  cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("3 passed", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
