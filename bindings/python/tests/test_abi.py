"""The ctypes structures have the layout that a C compiler gives those of the headers, and the codes match the
headers."""
import contextlib
import ctypes
import importlib.util
import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import support
from support import na
from nitro_attest import _library, _nsm_structs, _recipient_structs, _structs, _verified
from nitro_attest._errors import LibraryError, emulator_from_c, from_c, nsm_from_c

MODULES = {_structs: "attest", _nsm_structs: "nsm emulator issuer", _recipient_structs: "recipient"}


def lines():
    """C expressions, and the values that Python uses for them."""
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, int):
                yield "NATT_" + name, value
            elif (isinstance(value, type) and issubclass(value, ctypes.Structure)
                  and value.__module__ == module.__name__):
                yield "sizeof(%s)" % value.__doc__, ctypes.sizeof(value)
                for field, _ in value._fields_:
                    yield "offsetof(%s, %s)" % (value.__doc__, field), getattr(value, field).offset
                    yield "sizeof(((%s *)0)->%s)" % (value.__doc__, field), getattr(value, field).size


class Abi(unittest.TestCase):
    @unittest.skipUnless(shutil.which("cc"), "there is no C compiler")
    def test_structures_and_constants_are_the_compilers(self):
        told = dict(lines())
        program = "#include <stdio.h>\n%s\nint main(void)\n{\n%s}\n" % (
            "\n".join("#include <nitro_attest/%s.h>" % name for names in MODULES.values() for name in names.split()),
            "".join('    printf("%%llu\\n", (unsigned long long)%s);\n' % expression for expression in told))
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/abi.c", "w") as f:
                f.write(program)
            subprocess.run(["cc", "-I%s/verify/include" % support.ROOT, "-I%s/nsm/include" % support.ROOT,
                            folder + "/abi.c", "-o", folder + "/abi"], check=True)
            out = subprocess.run([folder + "/abi"], check=True, stdout=subprocess.PIPE, text=True).stdout
        self.assertEqual(dict(zip(told, map(int, out.split()))), told)
        self.assertGreater(len(told), 500)

    def test_certificates_are_unpacked_as_they_lie(self):
        self.assertEqual(_verified._CERTIFICATE.size, ctypes.sizeof(_structs.VerifiedCertificate))
        raw = _structs.VerifiedCertificate(b"x" * 96, -5, 7)
        self.assertEqual(_verified._CERTIFICATE.unpack(bytes(raw)), (b"x" * 96 + b"\0", -5, 7))


@unittest.skipUnless(shutil.which("cc") and importlib.util.find_spec("pycparser"),
                     "there is no C compiler or no pycparser")
class Generated(unittest.TestCase):
    def differing(self, change):
        """Changes one text of one file. Returns the names of the generated files that no longer match the headers."""
        path, old, new = change
        with tempfile.TemporaryDirectory() as folder:
            for part in ("verify/include", "nsm/include", "bindings/python/nitro_attest"):
                shutil.copytree(os.path.join(support.ROOT, part), os.path.join(folder, part))
            with open(os.path.join(folder, path), "r+", encoding="ascii") as f:
                text = f.read()
                self.assertIn(old, text)
                f.seek(0), f.truncate(), f.write(text.replace(old, new))
            done = subprocess.run([sys.executable, support.PACKAGE + "/generate-structs", "--check", "--root", folder,
                                   "--output", folder + "/bindings/python/nitro_attest"], stdout=subprocess.PIPE,
                                   text=True)
        told = re.findall(r"/(\w+)\.py differs", done.stdout)
        self.assertEqual(done.returncode, 1 if told else 0)
        return told

    def test_structures_are_what_the_headers_give(self):
        subprocess.run([sys.executable, support.PACKAGE + "/generate-structs", "--check"], check=True)

    def test_a_change_of_either_side_is_found(self):
        verify, nsm = "verify/include/nitro_attest/", "nsm/include/nitro_attest/"
        package = "bindings/python/nitro_attest/"
        for change in ((verify + "base.h", "uint32_t item;", "uint64_t item;"),
                       (verify + "cache.h", "1000000", "1000001"),
                       (verify + "verify.h", "0 to 4096 each", "0 to 4097 each"),
                       (verify + "verify.h", "NATT_UNSET_MS, NATT_UNSET_MS,", "NATT_UNSET_MS, 0,"),
                       (verify + "batch.h", "size_t natt_batch_workspace_size(size_t",
                        "size_t natt_batch_workspace_size(uint32_t"),
                       (package + "_structs.py", '("item", c_uint32)', '("item", c_uint64)')):
            self.assertEqual(self.differing(change), ["_structs"], change)
        for change in ((nsm + "nsm_transport.h", "void (*close)(void", "int (*close)(void"),
                       (nsm + "fault.h", "NATT_FAULT_NOTHING = 0", "NATT_FAULT_NOTHING = 1"),
                       (package + "_nsm_structs.py", "NSM_MAX_SEED = 512", "NSM_MAX_SEED = 511")):
            self.assertEqual(self.differing(change), ["_nsm_structs"], change)
        for change in ((nsm + "recipient_error.h", "natt_code verify_code;", "size_t verify_code;"),
                       (nsm + "recipient.h", "natt_recipient_key_new(natt_nsm *nsm, unsigned bits",
                        "natt_recipient_key_new(natt_nsm *nsm, size_t bits"),
                       (package + "_recipient_structs.py", "RECIPIENT_DER = 2", "RECIPIENT_DER = 3")):
            self.assertEqual(self.differing(change), ["_recipient_structs"], change)
        self.assertEqual(self.differing((verify + "base.h", "Why a call returned false", "Why it is false")), [])


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
        recipient = _library.recipient_lib()
        for code in set(na.RecipientCode) - {na.RecipientCode.UNKNOWN}:
            self.assertEqual(recipient.natt_recipient_code_name(int(code)).decode(), code.name)
            self.assertEqual(recipient.natt_recipient_code_message(int(code)).decode(), code.message)
            self.assertEqual(recipient.natt_recipient_code_remedy(int(code)).decode(), code.remedy)

    def test_places_in_texts_are_the_librarys(self):
        """Exceptions and natt_error_format use the same names for items, fields and bytes."""
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
        for expected in (", PCR ", ", certificate ", ", deny entry ", ", policy set ", ", root ", ", check ",
                         ", field nonce", ", root 1, byte 0 of the root", ", policy set 1, byte "):
            self.assertIn(expected, told)

    def test_fields_are_the_librarys(self):
        for n, name in enumerate(na.FIELDS):
            self.assertEqual(_library.lib.natt_field_name(n).decode(), name)
        self.assertEqual(_library.lib.natt_field_name(len(na.FIELDS)), b"")

    def test_a_code_of_a_newer_library_is_a_refusal(self):
        error = from_c(_structs.Error(987, _structs.NO_ITEM, _structs.NO_OFFSET, b"new"))
        self.assertIsInstance(error, na.VerificationError)
        self.assertEqual((error.code, error.number, error.message), (na.Code.UNKNOWN, 987, "new"))
        for told in (nsm_from_c(_nsm_structs.NsmError(code=987, message=b"new")),
                     emulator_from_c(_nsm_structs.EmulatorError(code=987, message=b"new"))):
            for one in (told, pickle.loads(pickle.dumps(told))):
                self.assertEqual((one.code.name, one.number, one.message), ("UNKNOWN", 987, "new"))


class WrongLibraries(unittest.TestCase):
    """Plants each fault in a separate process, or in the compared structures."""

    def imported(self, folder, code="import nitro_attest"):
        env = dict(os.environ, NITRO_ATTEST_LIBDIR=folder, PYTHONPATH=os.path.dirname(os.path.dirname(na.__file__)))
        done = subprocess.run([sys.executable, "-c", code], env=env, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        return done.stderr.strip().splitlines()[-1]

    def test_a_missing_library_is_one_clear_message(self):
        with tempfile.TemporaryDirectory() as folder:
            told = self.imported(folder)
        self.assertRegex(told, r"LibraryError: nitro_attest cannot load libnitro-attest.so.0: .*install the wheel")

    def test_names_of_libraries_follow_the_system(self):
        for platform, name in (("linux", "libnitro-attest-nsm.so.0"), ("freebsd14", "libnitro-attest-nsm.so.0"),
                               ("darwin", "libnitro-attest-nsm.0.dylib"), ("win32", "libnitro-attest-nsm-0.dll")):
            self.assertEqual(_library.file_name("nitro-attest-nsm", platform), name)
        self.assertEqual(_library.VERIFIER, "libnitro-attest.so.0")

    def test_elsewhere_the_advice_is_what_helps_there(self):
        for platform in "darwin", "win32", "freebsd14":
            self.assertEqual(_library.advice(_library.VERIFIER, platform), _library.REMEDY)
            self.assertEqual(_library.advice(_library.EMULATOR, platform), "it needs Linux")
        self.assertIn("apt-get install libnitro-attest0", _library.advice(_library.VERIFIER, "linux"))

    def test_a_missing_nsm_library_is_told_when_it_is_needed(self):
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(os.path.realpath(_library.candidates(_library.VERIFIER)[0]), folder + "/" + _library.VERIFIER)
            for call, name in (("na.NsmSession()", "nsm"), ("na.Emulator()", "emulator")):
                told = self.imported(folder, "import nitro_attest as na; na.aws_root(); " + call)
                self.assertRegex(told, r"LibraryError: nitro_attest cannot load libnitro-attest-%s.so.0: .*"
                                       "install the wheel" % name)

    def test_a_missing_recipient_library_is_told_when_it_is_needed(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in (_library.VERIFIER, _library.NSM):
                os.symlink(os.path.realpath(_library.candidates(name)[0]), folder + "/" + name)
            told = self.imported(folder, "import nitro_attest as na; na.EnclaveKey.generate()")
        self.assertRegex(told, "cannot load libnitro-attest-recipient.so.0: .*it needs mbedTLS.*"
                         "apt-get install libnitro-attest-recipient0$")

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
            subprocess.run(["cc", "-shared", "-xc", "-", "-o", folder + "/" + _library.VERIFIER], input=b"", check=True)
            self.assertRegex(self.imported(folder), r"LibraryError: the C library found does not belong .*natt_")

    def test_another_version_is_refused(self):
        for version in (b"0.2.0", b"1.1.0", b"0.10.0", b"", None):
            with self.assertRaises(LibraryError):
                _library.check_version(version, (0, 1, 0))
        _library.check_version(b"0.1.7", (0, 1, 0))

    @contextlib.contextmanager
    def other(self, module, name, fields):
        """Replaces one structure of the package by a different one."""
        real = getattr(module, name)
        planted = type(name, (ctypes.Structure,), {"_fields_": fields})
        pointers = {ctypes.POINTER(real): ctypes.POINTER(planted)}
        tables = [table for table in vars(module) if table.endswith("_FUNCTIONS")]
        with contextlib.ExitStack() as stack:
            for table in tables:
                functions = {f: tuple(pointers.get(t, t) for t in types) for f, types in getattr(module, table).items()}
                stack.enter_context(mock.patch.object(module, table, functions))
            stack.enter_context(mock.patch.object(module, name, planted))
            yield

    def test_each_structure_of_another_size_is_refused(self):
        for name in ("Document", "Certificate", "DenyEntry", "Options", "Verified", "Policy", "BatchItem"):
            fields = getattr(_structs, name)._fields_
            # The last field is removed. The last fields of a batch item are read, so its policy is removed. A
            # certificate without only its last field would be padded to the same size.
            dropped = {"BatchItem": ("policy",), "Certificate": ("path_len", "key_usage")}.get(name, fields[-1][:1])
            for planted in (fields + [("more", ctypes.c_uint64)], [f for f in fields if f[0] not in dropped]):
                with self.other(_structs, name, planted), self.assertRaisesRegex(LibraryError, "size|layout"):
                    _library._loaded(_library.VERIFIER, _structs.VERIFIER_FUNCTIONS, _library.check_verifier)

    def test_each_nsm_structure_of_another_size_is_refused(self):
        for name, table, library, check in (
                ("NsmOptions", "NSM_FUNCTIONS", _library.NSM, _library.check_nsm),
                ("EmulatorOptions", "EMULATOR_FUNCTIONS", _library.EMULATOR, _library.check_emulator),
                ("IssuerOptions", "EMULATOR_FUNCTIONS", _library.EMULATOR, _library.check_emulator),
                ("RecipientAttestation", "RECIPIENT_FUNCTIONS", _library.RECIPIENT, _library.check_recipient),
                ("RecipientSealOptions", "RECIPIENT_FUNCTIONS", _library.RECIPIENT, _library.check_recipient)):
            module = _recipient_structs if table == "RECIPIENT_FUNCTIONS" else _nsm_structs
            planted = getattr(module, name)._fields_ + [("x", ctypes.c_long)]
            with self.other(module, name, planted), self.assertRaisesRegex(LibraryError, "size|layout"):
                _library._loaded(library, getattr(module, table), check)

    def test_an_emulator_error_of_another_shape_is_refused(self):
        """The fields are the same, but in a different order."""
        fields = dict(_nsm_structs.EmulatorError._fields_)
        for order in (("code", "errno_value", "required_len", "index", "offset", "message"),
                      ("code", "errno_value", "index", "offset", "required_len", "message"),
                      ("code", "index", "errno_value", "required_len", "offset", "message")):
            planted = [(name, fields[name]) for name in order]
            with self.other(_nsm_structs, "EmulatorError", planted), self.assertRaisesRegex(LibraryError,
                                                                                            "natt_emulator_error"):
                _library._loaded(_library.EMULATOR, _nsm_structs.EMULATOR_FUNCTIONS, _library.check_emulator)


    def test_a_recipient_error_of_another_shape_is_refused(self):
        fields = dict(_recipient_structs.RecipientError._fields_)
        usual = list(fields)
        for order in (usual[1::-1] + usual[2:], usual[:1] + [usual[3]] + usual[1:3] + usual[4:],
                      usual[:2] + [usual[3], usual[2]] + usual[4:], usual[:4] + [usual[5], usual[4], usual[6]],
                      usual[:5] + [usual[6], usual[5]]):
            planted = [(name, fields[name]) for name in order]
            with self.other(_recipient_structs, "RecipientError", planted), self.assertRaises(LibraryError):
                _library._loaded(_library.RECIPIENT, _recipient_structs.RECIPIENT_FUNCTIONS, _library.check_recipient)


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
        told = support.mypy(support.PACKAGE + "/nitro_attest")
        if told is None:
            self.skipTest("mypy is not installed")
        self.assertEqual(told, "")

    def test_types_are_right_for_pyright(self):
        told = support.pyright(support.PACKAGE + "/nitro_attest")
        if told is None:
            self.skipTest("pyright is not installed")
        self.assertEqual(told, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
