"""help() documents every public name; importing the package has no side effects."""
import dataclasses
import enum
import importlib
import inspect
import os
import pydoc
import re
import subprocess
import sys
import typing
import unittest

import support
from support import na

from nitro_attest import _requirements, _structs, kms
from nitro_attest._errors import from_c

MODULES = ("nitro_attest", "nitro_attest.compat.aws_nsm_interface", "nitro_attest.kms", "nitro_attest.pytest_plugin")
# Each of their members has its own texts.
GENERATED = (na.Code, na.EmulatorCode, na.NsmCode, na.NsmDeviceError, na.RecipientCode)
# A minimal environment: the child must not inherit changes that importing the package here could have made.
WITHOUT_TRACES = {name: os.environ[name] for name in ("PATH", "NITRO_ATTEST_LIBDIR", "LD_LIBRARY_PATH")
                  if name in os.environ}
PATH = os.path.dirname(os.path.dirname(na.__file__))


def words(text):
    return set(re.findall(r"\w+", text or ""))


def public():
    """(module, name, value) of each public name of the package."""
    return [(module, name, getattr(module, name)) for module in (na, kms) for name in module.__all__]


def parameters(function):
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls", "_", "__")]


def public_methods(kind):
    """(name, function) of each method that the class itself defines."""
    for name, part in vars(kind).items():
        function = getattr(part, "__func__", getattr(part, "fget", None) or part)
        if not name.startswith("_") and inspect.isfunction(function):
            yield name, function


class Documentation(unittest.TestCase):
    def test_every_name_and_method_is_documented(self):
        for module, name, value in public():
            if inspect.isclass(value):
                self.assertTrue(vars(value).get("__doc__"), name)
                for method, function in public_methods(value):
                    self.assertTrue(inspect.getdoc(function), (name, method))
            elif inspect.isfunction(value):
                self.assertTrue(inspect.getdoc(value), name)
            elif module is na:
                self.assertIn(name, na.__doc__)

    def test_every_field_and_member_is_explained(self):
        explained = 0
        for name in na.__all__:
            kind = getattr(na, name)
            if inspect.isclass(kind) and "__dataclass_fields__" in vars(kind):
                parts = [f.name for f in dataclasses.fields(kind) if not f.name.startswith("_")]
            elif inspect.isclass(kind) and issubclass(kind, enum.Enum) and kind not in GENERATED:
                parts = list(kind.__members__)
            else:
                continue
            self.assertEqual([part for part in parts if part not in words(kind.__doc__)], [], name)
            explained += len(parts)
        self.assertGreater(explained, 100)

    def test_attributes_of_errors_are_explained(self):
        for error in (na.UsageError(na.Code.NATT_OK, "m"), na.NsmError(na.NsmCode.UNKNOWN, "m"),
                      na.EmulatorError(na.EmulatorCode.UNKNOWN, "m"), na.RecipientError(na.RecipientCode.UNKNOWN, "m")):
            kind = next(k for k in type(error).__mro__ if "__init__" in vars(k))
            self.assertEqual([n for n in vars(error) if not n.startswith("_") and n not in words(kind.__doc__)], [])

    def test_every_argument_is_explained(self):
        """Each argument is in the function's text, in its class's, or in that of the function or class to which the
        text refers."""
        missing = []
        for _, name, value in public():
            functions = list(public_methods(value)) if inspect.isclass(value) else []
            if inspect.isfunction(value):
                functions.append((name, value))
            elif inspect.isclass(value) and "__init__" in vars(value) and not dataclasses.is_dataclass(value):
                functions.append(("__init__", value.__init__))
            for what, function in functions:
                known = words(inspect.getdoc(function)) | (words(value.__doc__) if inspect.isclass(value) else set())
                for other in known & set(na.__all__):
                    known |= words(getattr(na, other).__doc__)
                known |= words(na.Issuer.issue.__doc__) if name == "issue" else set()
                missing += [(name, what, p) for p in parameters(function) if p not in known]
        self.assertEqual(missing, [], missing)

    def test_shared_options_are_shown_by_their_names(self):
        """help() and inspect show the options, and annotations can be evaluated, although functions take them as
        **options."""
        shared = inspect.signature(_requirements.requirements).parameters
        self.assertEqual(set(na.VerifierOptions.__annotations__), set(shared))
        for call in (na.verify, na.Verifier, na.verify_batch):
            shown = inspect.signature(call).parameters
            self.assertEqual({name: shown[name] for name in shared}, dict(shared))
            self.assertNotIn("options", shown)
            self.assertRegex(pydoc.plain(pydoc.render_doc(call)), r"\bmax_age: '?Optional\[MaxAge\]")
            function = call.__init__ if inspect.isclass(call) else call
            self.assertLessEqual(set(shared), set(typing.get_type_hints(function)))
            for name in shared:
                self.assertRegex(na.verify.__doc__, r"\b%s\b" % name)

    def test_wrong_names_are_answered_as_python_does(self):
        """The error suggests the intended name; Python itself does this from 3.13 on."""
        document, given = {"document": b"", "now": support.NOW}, {"roots": []}
        for call, arguments, expected in (
                (na.verify, {**document, **given, "max_agee": 1},
                 "verify() got an unexpected keyword argument 'max_agee'. Did you mean 'max_age'?"),
                (na.verify, {**document, **given, "nonse": b""},
                 "verify() got an unexpected keyword argument 'nonse'. Did you mean 'nonce'?"),
                (na.verify, document, "verify() missing 1 required keyword-only argument: 'roots'"),
                (na.verify, {"document": b"", **given}, "verify() missing 1 required keyword-only argument: 'now'"),
                (na.Verifier, {**given, "now": 1}, "Verifier.__init__() got an unexpected keyword argument 'now'"),
                (na.Verifier, {}, "Verifier.__init__() missing 1 required keyword-only argument: 'roots'"),
                (na.verify_batch, {"items": [], "now": 1, **given, "thread": 2},
                 "verify_batch() got an unexpected keyword argument 'thread'. Did you mean 'threads'?"),
                (na.Emulator, {"fault": []},
                 "Emulator.__init__() got an unexpected keyword argument 'fault'. Did you mean 'faults'?"),
                (na.NsmSession, {"socket": "x"}, "NsmSession.__init__() got an unexpected keyword argument 'socket'. "
                                                 "Did you mean 'socket_path'?"),
                (na.seal, {"verified": None, "secret": b"", "debug": True},
                 "seal() got an unexpected keyword argument 'debug'. Did you mean 'allow_debug'?"),
                (kms.LocalKms, {"roots": [], "key": {}},
                 "LocalKms.__init__() got an unexpected keyword argument 'key'. Did you mean 'keys'?"),
                (na.issue, {"now": support.NOW, "pcr": {}},
                 "issue() got an unexpected keyword argument 'pcr'. Did you mean 'pcrs'?"),
                (na.issue, {}, "issue() missing 1 required keyword-only argument: 'now'")):
            with self.assertRaises(TypeError) as caught:
                call(**arguments)
            self.assertEqual(str(caught.exception), expected)

    def test_what_may_be_shared_and_what_it_costs_is_said(self):
        for name in ("verify", "Verifier", "parse", "parse_certificate", "NsmSession", "Emulator", "Issuer",
                     "measure_eif", "EnclaveKey", "seal"):
            self.assertRegex(getattr(na, name).__doc__, "Threads", name)
        for name in ("verify", "parse", "parse_certificate", "NsmSession", "Emulator", "Issuer", "measure_eif",
                     "EnclaveKey", "seal"):
            self.assertRegex(getattr(na, name).__doc__, "Cost", name)
        for name in ("verify", "Verifier", "parse", "parse_certificate", "NsmSession", "Emulator", "Issuer",
                     "measure_eif", "init_pki", "PcrSet", "Policy", "EnclaveKey", "seal", "protect_process"):
            self.assertRegex(getattr(na, name).__doc__, "[Rr]aise|Every request raises", name)

    def test_pydoc_renders_all_of_it(self):
        for name in MODULES:
            try:
                module = importlib.import_module(name)
            except ImportError:
                continue  # pytest is not installed
            self.assertIn(module.__doc__.splitlines()[0], pydoc.plain(pydoc.render_doc(module)))

    def test_messages_of_usage_errors_speak_python(self):
        for code in na.Code:
            told = from_c(_structs.Error(int(code), _structs.NO_ITEM, _structs.NO_OFFSET, code.message.encode()))
            if isinstance(told, na.UsageError):
                self.assertNotRegex(told.message, r"natt_|NATT_|NULL|_ms\b|NOT_USED|struct_size", code)

    def test_remedies_speak_python(self):
        """No remedy in an exception names a C function, constant or pointer."""
        for code in na.Code:
            self.assertNotRegex(na.UsageError(code, "m").remedy, r"natt_|NATT_|NULL|_ms\b|\*_INIT", code)
        for code in na.NsmCode:
            self.assertNotRegex(na.NsmError(code, "m").remedy, r"natt_|NATT_|NULL|_ms\b|\*_INIT", code)
        for code in na.EmulatorCode:
            self.assertNotRegex(na.EmulatorError(code, "m").remedy,
                                r"natt_|NATT_|NULL|_ms\b|\*_INIT|\.h\b|required_len", code)
        for code in na.RecipientCode:
            self.assertNotRegex(na.RecipientError(code, "m").remedy,
                                r"natt_|NATT_|NULL|_ms\b|\*_INIT|\.h\b|required_len", code)


class Import(unittest.TestCase):
    def ran(self, code, *options):
        done = subprocess.run([sys.executable, *options, "-c", "import sys; sys.path.insert(0, %r)\n%s" % (PATH, code)],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=WITHOUT_TRACES)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_it_works_with_every_switch_of_the_interpreter(self):
        verify = ("import nitro_attest as na; from datetime import datetime, timedelta, timezone\n"
                  "now = datetime.now(timezone.utc); i = na.issue(now=now)\n"
                  "r, = na.verify_batch([na.BatchItem(i.document, no_nonce=True)], roots=[i.root], now=now,\n"
                  "                     max_age=timedelta(1), insecure_no_pcr_policy=True)\n"
                  "print(r.unwrap().module_id == i.module_id)")
        for options in (["-O"], ["-OO"], ["-I", "-S"], ["-W", "error", "-X", "dev", "-b"]):
            self.assertEqual(self.ran(verify, "-B", *options), "True\n", options)

    def test_it_does_nothing_else(self):
        """Importing starts no thread, prints no warning, opens no file for writing, changes neither environment nor
        signals nor locale, and loads no library of an NSM."""
        told = self.ran("""
import locale, os, signal, threading, warnings
warnings.simplefilter("error")
opened = []
sys.addaudithook(lambda event, told: opened.append(told) if event == "open" and told[1] not in (None, "r", "rb") or
                 event in ("socket.connect", "subprocess.Popen", "os.system") else None)
before = dict(os.environ), [signal.getsignal(n) for n in signal.valid_signals()], locale.setlocale(locale.LC_ALL)
import nitro_attest
after = dict(os.environ), [signal.getsignal(n) for n in signal.valid_signals()], locale.setlocale(locale.LC_ALL)
with open("/proc/self/maps") as f:
    maps = f.read()
print(before == after, threading.active_count(), opened, "libnitro-attest.so" in maps, "libnitro-attest-" in maps,
      "pytest" in sys.modules)
""", "-B")
        self.assertEqual(told, "True 1 [] True False False\n")

    def test_all_names_what_a_star_brings(self):
        names = {}
        exec("from nitro_attest import *", names)
        self.assertEqual(set(names) - {"__builtins__"}, set(na.__all__))
        self.assertEqual(sorted(na.__all__, key=lambda n: (n.islower(), not n.isupper())), na.__all__)
        public = {n for n in dir(na) if not n.startswith("_") and not inspect.ismodule(getattr(na, n))}
        self.assertEqual(public, set(na.__all__))


if __name__ == "__main__":
    unittest.main(verbosity=2)
