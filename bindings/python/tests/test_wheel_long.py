"""Source distribution and wheel: builds them, installs them into an empty environment, uses them; and tests how each
step may fail.

Needs a package index for meson-python; without one the tests skip.
"""
import email
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

import support

USE = """
import sys
from datetime import datetime, timedelta, timezone
import nitro_attest as na
assert na.__file__.startswith(sys.prefix), na.__file__
with na.Emulator() as emulator, emulator.session() as nsm:
    document = nsm.attest(nonce=b"n")
    told = dict(roots=[emulator.root], max_age=timedelta(minutes=1), nonce=b"n", insecure_no_pcr_policy=True)
    na.verify(document, now=datetime.now(timezone.utc), **told)
    with na.EnclaveKey.generate(nsm) as key:
        document = key.attest(nsm, nonce=b"n")
        verified = na.verify(document, now=datetime.now(timezone.utc), **told)
        assert key.open(na.seal(verified, b"secret")) == b"secret"
print("verified", len(na.aws_root()), na.__version__)
"""


def run(*command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


class Wheel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        probe = run(sys.executable, "-m", "venv", cls.folder + "/probe")
        pip = cls.folder + "/probe/bin/pip"
        if probe.returncode or run(pip, "download", "-q", "--no-deps", "--retries", "0", "-d", cls.folder,
                                   "meson-python==0.18.0").returncode:
            raise unittest.SkipTest("meson-python cannot be fetched here")
        done = run(support.PACKAGE + "/build-wheel", cls.folder + "/out", env=cls.clean_environment())
        assert done.returncode == 0, done.stdout
        cls.wheel, = glob.glob(cls.folder + "/out/*.whl")
        cls.sdist, = glob.glob(cls.folder + "/out/*.tar.gz")

    @staticmethod
    def clean_environment():
        return {name: value for name, value in os.environ.items() if not name.startswith(("NITRO_ATTEST", "PYTHON"))}

    def installed(self, what, *options):
        folder = tempfile.mkdtemp(dir=self.folder)
        self.assertEqual(run(sys.executable, "-m", "venv", folder).returncode, 0)
        done = run(folder + "/bin/pip", "install", "-q", *options, what, env=self.clean_environment())
        self.assertEqual(done.returncode, 0, done.stdout)
        return folder

    def used(self, folder, code=USE, **env):
        return run(folder + "/bin/python", "-c", code, cwd="/", env=dict({"PATH": "/nonexistent"}, **env))

    def test_the_wheel_is_for_any_python_on_this_machine(self):
        self.assertRegex(os.path.basename(self.wheel), r"^nitro_attest-\d+\.\d+\.\d+-py3-none-(manylinux|linux)")
        names = zipfile.ZipFile(self.wheel).namelist()
        for part in ("nitro_attest/py.typed", "/libnitro-attest.so", "/libnitro-attest-nsm.so",
                     "/libnitro-attest-emulator.so", "/libnitro-attest-recipient.so", "LICENSE"):
            self.assertTrue([n for n in names if part in n], part)
        sources = {os.path.relpath(p, support.PACKAGE) for p in
                   glob.glob(support.PACKAGE + "/nitro_attest/**/*.py", recursive=True)}
        self.assertEqual(sources, {n[n.index("nitro_attest/"):].split("/purelib/")[-1] for n in names
                                   if n.endswith(".py")} & sources)

    def test_what_distributions_install_says_the_same_of_it(self):
        archive = zipfile.ZipFile(self.wheel)
        of_wheel = email.message_from_string(archive.read(
            next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))).decode())
        with open(support.PACKAGE + "/METADATA.in") as f:
            of_meson = email.message_from_string(f.read().replace("@VERSION@", of_wheel["Version"]))
        for field in ("Name", "Version", "Summary", "Requires-Python"):
            self.assertEqual(of_meson[field], of_wheel[field], field)
        self.assertEqual(of_meson["License"], of_wheel["License-Expression"] or of_wheel["License"])
        self.assertEqual([n for n in archive.namelist() if "libnsm" in n], [])
        self.assertEqual(sum(n.endswith("/METADATA") for n in archive.namelist()), 1)

    def test_a_clean_environment_uses_the_wheel(self):
        folder = self.installed(self.wheel, "--no-index")
        done = self.used(folder)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("verified 533 0.", done.stdout)

    def test_nothing_of_the_system_is_needed_but_the_c_library(self):
        if "manylinux" not in self.wheel:
            self.skipTest("auditwheel could not bundle libraries")
        folder = self.installed(self.wheel, "--no-index")
        told = ("import nitro_attest as na; na.Emulator().close(); na.EnclaveKey.generate().close(); "
                "print(open('/proc/self/maps').read())")
        maps = self.used(folder, told).stdout
        self.assertIn("libmbedcrypto", maps)
        self.assertIn("libnitro-attest-recipient", maps)
        for line in maps.splitlines():
            if "libmbedcrypto" in line or "nitro-attest" in line:
                self.assertIn(folder, line)

    def test_without_its_libraries_it_says_what_to_do(self):
        folder = self.installed(self.wheel, "--no-index")
        libraries = folder + "/lib/python3*/site-packages/.nitro_attest.mesonpy.libs"
        library, = glob.glob(libraries + "/libnitro-attest-emulator*")
        os.remove(library)
        self.assertEqual(self.used(folder, "import nitro_attest").returncode, 0)
        done = self.used(folder)
        self.assertIn("LibraryError: nitro_attest cannot load libnitro-attest-emulator.so.0",
                      done.stdout.splitlines()[-1])
        shutil.rmtree(os.path.dirname(library))
        done = self.used(folder, "import nitro_attest")
        self.assertIn("LibraryError: nitro_attest cannot load libnitro-attest.so.0", done.stdout.splitlines()[-1])

    def test_the_folder_and_the_source_distribution_install(self):
        for what in (support.PACKAGE, self.sdist):
            done = self.used(self.installed(what))
            self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
