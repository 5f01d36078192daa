"""The ctypes structures are those a C compiler makes of the headers; the codes are those of the headers."""
import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import support
from support import na
from nitro_attest import _library, _nsm_structs, _structs, _verified
from nitro_attest._errors import LibraryError, from_c

NAMES = {
    _structs: {"Bytes": "bytes", "Error": "error", "Document": "document", "Certificate": "certificate",
               "PcrValue": "pcr_value", "PcrSet": "pcr_set",
               "Policy": "policy", "PcrDifference": "pcr_difference", "Expectation": "expectation", "DenyEntry": "deny_entry", "Options": "options",
               "VerifiedCertificate": "verified_certificate", "Verified": "verified", "BatchItem": "batch_item"},
    _nsm_structs: {"NsmErrorC": "nsm_error", "Session": "nsm", "Transport": "nsm_transport", "NsmOptions": "nsm_options",
                   "Description": "nsm_description", "NsmPcr": "nsm_pcr", "Attestation": "nsm_attestation",
                   "Seed": "nsm_seed", "SeedReport": "nsm_seed_report", "EmulatorPcr": "emulator_pcr",
                   "EmulatorClock": "emulator_clock", "Fault": "fault", "EmulatorOptions": "emulator_options",
                   "EifMeasurements": "eif_measurements", "IssuerOptions": "issuer_options", "IssuePcr": "issue_pcr",
                   "IssueRequest": "issue_request"},
}
CONSTANTS = {
    _structs: {"NO_ITEM": "NATT_NO_ITEM", "UNSET_MS": "NATT_UNSET_MS", "UNLIMITED_MS": "NATT_UNLIMITED_MS",
               "PCR_COUNT": "NATT_PCR_COUNT", "FIRST_AUTHENTICATED": "NATT_FIRST_AUTHENTICATED",
               "MAX_CACHE_CHAINS": "NATT_MAX_CACHE_CHAINS", "TIME_NOW": "NATT_TIME_NOW",
               "TIME_ARCHIVE": "NATT_TIME_ARCHIVE", "NONCE_EXACT": "NATT_NONCE_EXACT",
               "NONCE_NOT_USED": "NATT_NONCE_NOT_USED", "EXPECT_EXACT": "NATT_EXPECT_EXACT",
               "EXPECT_ABSENT": "NATT_EXPECT_ABSENT", "ALLOW_DEBUG": "NATT_ALLOW_DEBUG",
               "ALLOW_UNKNOWN_FIELDS": "NATT_ALLOW_UNKNOWN_FIELDS", "ALLOW_WEAK_POLICY": "NATT_ALLOW_WEAK_POLICY",
               "INSECURE_NO_PCR_POLICY": "NATT_INSECURE_NO_PCR_POLICY",
               "POLICY_ALLOW_DEBUG": "NATT_POLICY_ALLOW_DEBUG",
               "REQUIRE_MODULE_BINDING": "NATT_REQUIRE_MODULE_BINDING"},
    _nsm_structs: {"MAX_REQUEST": "NATT_NSM_MAX_REQUEST", "MAX_RESPONSE": "NATT_NSM_MAX_RESPONSE",
                   "MAX_SEED": "NATT_NSM_MAX_SEED", "STRICT_SIZES": "NATT_NSM_STRICT_SIZES",
                   "MAX_BUNDLE": "NATT_ISSUER_MAX_BUNDLE", "MAX_EMULATOR_FAULTS": "NATT_EMULATOR_MAX_FAULTS"},
}


def lines():
    """C statements that print what Python believes, and Python's own print of it."""
    for module, names in NAMES.items():
        for python, c in names.items():
            struct = getattr(module, python)
            yield '"%s %%zu\\n", sizeof(natt_%s)' % (c, c), "%s %d" % (c, ctypes.sizeof(struct))
            for name, _ in struct._fields_:
                field = getattr(struct, name)
                yield ('"%s.%s %%zu %%zu\\n", offsetof(natt_%s, %s), sizeof(((natt_%s *)0)->%s)' % (c, name, c, name, c, name),
                       "%s.%s %d %d" % (c, name, field.offset, field.size))
    for module, names in CONSTANTS.items():
        for python, c in names.items():
            yield '"%s %%llu\\n", (unsigned long long)%s' % (c, c), "%s %d" % (c, getattr(module, python))
    for enum, prefix in ((na.Kind, "NATT_KIND_"), (na.Limits, "NATT_LIMITS_"), (na.Check, "NATT_CHECKED_")):
        for member in enum:
            c = prefix + member.name
            yield '"%s %%llu\\n", (unsigned long long)%s' % (c, c), "%s %d" % (c, member.value)
    for name in ("DIGITAL_SIGNATURE", "NON_REPUDIATION", "KEY_CERT_SIGN", "CRL_SIGN"):
        yield '"%s %%u\\n", NATT_KU_%s' % (name, name), "%s %d" % (name, na.KeyUsage[name])
    for n, c in ((1, "SERIAL"), (2, "CERTIFICATE_SHA256"), (3, "SPKI_SHA256")):
        yield '"%s %%d\\n", (int)NATT_DENY_%s' % (c, c), "%s %d" % (c, n)


class Abi(unittest.TestCase):
    @unittest.skipUnless(shutil.which("cc"), "there is no C compiler")
    def test_structures_and_constants_are_the_compilers(self):
        told = list(lines())
        program = "#include <stdio.h>\n#include <nitro_attest/attest.h>\n#include <nitro_attest/nsm.h>\n" \
                  "#include <nitro_attest/emulator.h>\n#include <nitro_attest/issuer.h>\nint main(void)\n{\n%s}\n" % \
                  "".join("    printf(%s);\n" % c for c, _ in told)
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/abi.c", "w") as f:
                f.write(program)
            subprocess.run(["cc", "-I%s/verify/include" % support.ROOT, "-I%s/nsm/include" % support.ROOT,
                            folder + "/abi.c", "-o", folder + "/abi"], check=True)
            out = subprocess.run([folder + "/abi"], check=True, stdout=subprocess.PIPE, text=True).stdout
        self.assertEqual(out.splitlines(), [python for _, python in told])
        self.assertGreater(len(told), 200)

    def test_certificates_are_unpacked_as_they_lie(self):
        self.assertEqual(_verified._CERTIFICATE.size, ctypes.sizeof(_structs.VerifiedCertificate))
        raw = _structs.VerifiedCertificate(b"x" * 96, -5, 7)
        self.assertEqual(_verified._CERTIFICATE.unpack(bytes(raw)), (b"x" * 96 + b"\0", -5, 7))

    def test_every_structure_is_compared(self):
        for module, names in NAMES.items():
            here = {n for n, v in vars(module).items() if isinstance(v, type) and issubclass(v, ctypes.Structure)
                    and v.__module__ == module.__name__}
            self.assertEqual(here, set(names))


class Codes(unittest.TestCase):
    def test_texts_are_the_librarys(self):
        lib = ctypes.CDLL(_library.candidates(_library.VERIFIER)[0])
        for name, told in (("name", lambda c: c.name), ("rule", lambda c: c.rule), ("message", lambda c: c.message),
                           ("remedy", lambda c: c.remedy)):
            function = getattr(lib, "natt_code_" + name)
            function.restype = ctypes.c_char_p
            for code in na.Code:
                if code is not na.Code.UNKNOWN:
                    self.assertEqual(function(int(code)).decode(), told(code), code)
        self.assertGreater(len(na.Code), 100)
        nsm = _library.nsm_lib()
        nsm.natt_nsm_code_remedy.restype = ctypes.c_char_p
        for code in na.NsmCode:
            if code is not na.NsmCode.UNKNOWN:
                self.assertEqual(nsm.natt_nsm_code_message(int(code)).decode(), code.message)
                self.assertEqual(nsm.natt_nsm_code_remedy(int(code)).decode(), code.remedy)

    def test_places_in_texts_are_the_librarys(self):
        """Exceptions and natt_error_format call items, fields and bytes alike."""
        lib = ctypes.CDLL(_library.candidates(_library.VERIFIER)[0])
        lib.natt_error_format.restype = ctypes.c_size_t
        told = set()
        for code in na.Code:
            for item in (None, 0, 9, 10, 4294967294):
                for offset in (None, 0, 2118):
                    raw = _structs.Error(int(code), _structs.NO_ITEM if item is None else item,
                                         _structs.NO_OFFSET if offset is None else offset, code.message.encode())
                    room = ctypes.create_string_buffer(1024)
                    self.assertLess(lib.natt_error_format(room, ctypes.c_size_t(1024), ctypes.byref(raw)), 1024)
                    error = from_c(raw, code.remedy)
                    place = error._where().replace(" at ", ", ", 1)
                    if code is not na.Code.UNKNOWN:
                        sentence = "%s (%s%s): %s" % (code.message, code.name, place, code.remedy)
                        self.assertEqual(room.value.decode(), sentence)
                    told.add(place.rstrip("0123456789"))
                    self.assertIn(error._where(), str(error))
        for expected in (", PCR ", ", certificate ", ", deny entry ", ", policy set ", ", root ", ", field nonce",
                         ", root 0, byte 0 of the root"):
            self.assertIn(expected, told)

    def test_fields_are_the_librarys(self):
        for n, name in enumerate(na.FIELDS):
            self.assertEqual(_library.lib.natt_field_name(n).decode(), name)
        self.assertEqual(_library.lib.natt_field_name(len(na.FIELDS)), b"")

    def test_a_code_of_a_newer_library_is_a_refusal(self):
        error = from_c(_structs.Error(987, _structs.NO_ITEM, _structs.NO_OFFSET, b"new"))
        self.assertIsInstance(error, na.VerificationError)
        self.assertEqual((error.code, error.number, error.message), (na.Code.UNKNOWN, 987, "new"))


class WrongLibraries(unittest.TestCase):
    """Each fault is planted in a process of its own, or in the structures that are compared."""

    def imported(self, folder, code="import nitro_attest"):
        env = dict(os.environ, NITRO_ATTEST_LIBDIR=folder, PYTHONPATH=os.path.dirname(os.path.dirname(na.__file__)))
        done = subprocess.run([sys.executable, "-c", code], env=env, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        return done.stderr.strip().splitlines()[-1]

    def test_a_missing_library_is_one_clear_message(self):
        with tempfile.TemporaryDirectory() as folder:
            told = self.imported(folder)
        self.assertRegex(told, r"LibraryError: nitro_attest cannot load libnitro-attest.so.0: .*install the wheel")

    def test_a_missing_nsm_library_is_told_when_it_is_needed(self):
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(os.path.realpath(_library.candidates(_library.VERIFIER)[0]), folder + "/" + _library.VERIFIER)
            for call, name in (("na.NsmSession()", "nsm"), ("na.Emulator()", "emulator")):
                told = self.imported(folder, "import nitro_attest as na; na.aws_root(); " + call)
                self.assertRegex(told, r"LibraryError: nitro_attest cannot load libnitro-attest-%s.so.0: .*install the wheel" % name)

    def test_a_session_loads_neither_emulator_nor_mbedtls(self):
        code = ("import nitro_attest as na\ntry: na.NsmSession(path='/nonexistent')\nexcept na.NsmError: pass\n"
                "maps = open('/proc/self/maps').read()\n"
                "raise SystemExit('%s %s %s' % ('libnitro-attest-nsm' in maps, 'emulator' in maps, 'mbed' in maps))")
        with tempfile.TemporaryDirectory() as folder:
            for name in (_library.VERIFIER, _library.NSM):
                os.symlink(os.path.realpath(_library.candidates(name)[0]), folder + "/" + name)
            self.assertEqual(self.imported(folder, code), "True False False")

    @unittest.skipUnless(shutil.which("cc"), "there is no C compiler")
    def test_another_library_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["cc", "-shared", "-xc", "/dev/null", "-o", folder + "/" + _library.VERIFIER], check=True)
            self.assertRegex(self.imported(folder), r"LibraryError: the C library found does not belong .*natt_")

    def test_another_version_is_refused(self):
        for version in (b"0.2.0", b"1.1.0", b"0.10.0", b"", None):
            with self.assertRaises(LibraryError):
                _library.check_version(version, (0, 1, 0))
        _library.check_version(b"0.1.7", (0, 1, 0))

    def test_each_structure_of_another_size_is_refused(self):
        for name in ("Document", "Certificate", "DenyEntry", "Options", "Verified", "Policy", "BatchItem"):
            real = getattr(_structs, name)
            # Without its last field; a batch item's last ones are looked at, so without its policy.
            # A certificate without its last field alone would be padded to the same size.
            dropped = {"BatchItem": ("policy",), "Certificate": ("path_len", "key_usage")}.get(name, real._fields_[-1][:1])
            shorter = [field for field in real._fields_ if field[0] not in dropped]
            for fields in (real._fields_ + [("more", ctypes.c_uint64)], shorter):
                setattr(_structs, name, type(name, (ctypes.Structure,), {"_fields_": fields}))
                try:
                    with self.assertRaisesRegex(LibraryError, "size|shape"):
                        loaded = ctypes.CDLL(_library.candidates(_library.VERIFIER)[0])
                        _library._declare_verifier(loaded)
                        _library.check_verifier(loaded)
                finally:
                    setattr(_structs, name, real)

    def test_each_nsm_structure_of_another_size_is_refused(self):
        for name, table, library in (("NsmOptions", "nsm", _library.NSM), ("EmulatorOptions", "emulator", _library.EMULATOR),
                                     ("IssuerOptions", "emulator", _library.EMULATOR)):
            types_of = getattr(_nsm_structs, "_%s_FUNCTIONS" % table.upper())
            real = getattr(_nsm_structs, name)
            setattr(_nsm_structs, name, type(name, (ctypes.Structure,), {"_fields_": real._fields_ + [("x", ctypes.c_long)]}))
            functions = dict(types_of)
            pointers = {ctypes.POINTER(real): ctypes.POINTER(getattr(_nsm_structs, name))}
            types_of.update({f: tuple(pointers.get(t, t) for t in types) for f, types in functions.items()})
            try:
                with self.assertRaisesRegex(LibraryError, "size|shape"):
                    getattr(_nsm_structs, "prepare_" + table)(ctypes.CDLL(_library.candidates(library)[0]))
            finally:
                setattr(_nsm_structs, name, real)
                types_of.update(functions)


class Text(unittest.TestCase):
    def test_every_file_is_installed(self):
        with open(os.path.join(support.PACKAGE, "meson.build"), encoding="ascii") as f:
            listed = set(re.findall(r"'(nitro_attest/[\w/.]+\.(?:py|typed))'", f.read()))
        here = {os.path.relpath(os.path.join(folder, name), support.PACKAGE)
                for folder, _, names in os.walk(os.path.join(support.PACKAGE, "nitro_attest"))
                for name in names if not name.endswith(".pyc")}
        self.assertEqual(listed, here)

    def test_everything_public_is_documented(self):
        for name in na.__all__:
            value = getattr(na, name)
            if isinstance(value, type) or callable(value):
                self.assertTrue((value.__doc__ or "").strip(), name)
            for member, part in vars(value).items() if isinstance(value, type) else ():
                if callable(part) and not member.startswith("_"):
                    self.assertTrue((part.__doc__ or "").strip(), (name, member))

    def test_types_hold_under_mypy_strict(self):
        mypy = shutil.which("mypy", path="/usr/bin:" + os.environ.get("PATH", ""))
        if mypy is None:
            self.skipTest("mypy is not installed")
        done = subprocess.run([mypy, "--strict", "--cache-dir", os.environ.get("NITRO_ATTEST_MYPY_CACHE", os.devnull),
                               support.PACKAGE + "/nitro_attest"], stdout=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertTrue(re.search(r"no issues found in \d+ source files", done.stdout), done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
