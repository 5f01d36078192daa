"""Objects that own memory of C have one owner; objects in a forked child; programs that end without closing
anything."""
import copy
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest
import warnings
from datetime import timedelta

import support
from support import NOW, na

SECOND = timedelta(seconds=1)
PACKAGES = os.path.dirname(os.path.dirname(na.__file__))
#: The beginning of a program.
PREFACE = "import sys\nsys.path.insert(0, %r)\nimport nitro_attest as na\n" % PACKAGES


def in_child(call):
    """The output of a forked child: "ok", or the name and text of the exception. A child that hangs is killed after 20
    seconds."""
    told, tells = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the test needs these threads
        child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            call()
            said = "ok"
        except BaseException as e:
            said = "%s: %s" % (type(e).__name__, e)
        os.write(tells, said.encode())
        os._exit(0)
    os.close(tells)
    with os.fdopen(told) as reader:
        said = reader.read()
    return said if os.waitpid(child, 0)[1] == 0 else "ended by a signal"


def program(text, *arguments):
    """Runs a program with nitro_attest as na; (exit status, output). A program that hangs fails."""
    done = subprocess.run([sys.executable, "-X", "dev", "-W", "ignore", "-c", PREFACE + textwrap.dedent(text),
                           *arguments], timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


class Owners(unittest.TestCase):
    def test_there_is_only_one(self):
        """A copy would release what the original still uses."""
        issued = na.issue(now=NOW, seed=b"owners")
        verifier = na.Verifier(roots=[issued.root], max_age=SECOND, insecure_no_pcr_policy=True)
        with na.Emulator(seed=b"s") as emulator, emulator.session() as session, na.Issuer(
                now=NOW, seed=b"s") as issuer, na.EnclaveKey.for_process() as key:
            for owner in (emulator, session, issuer, verifier, key):
                for way in (copy.copy, copy.deepcopy, pickle.dumps):
                    with self.assertRaisesRegex(TypeError, type(owner).__name__ + " objects cannot be copied"):
                        way(owner)
            self.assertEqual(session.describe().module_id, emulator.module_id)
            issuer.issue()

    def test_what_is_closed_is_not_entered(self):
        emulator, issuer = na.Emulator(seed=b"s"), na.Issuer(now=NOW, seed=b"s")
        session = emulator.session()
        for owner in (session, emulator, issuer, na.EnclaveKey.for_process()):
            owner.close()
            owner.close()
            with self.assertRaisesRegex((ValueError, na.NsmError), "closed"):
                with owner:
                    pass

    def test_secrets_are_not_shown(self):
        secret = b"a seed that nobody must see"
        with na.Emulator(seed=secret) as emulator, na.Issuer(now=NOW,
                                                             seed=secret) as issuer, emulator.session() as session:
            for owner in (emulator, issuer, session):
                self.assertNotIn("seed", repr(owner) + str(owner))


class Forks(unittest.TestCase):
    def test_a_verifier_goes_on_in_both(self):
        issued = na.issue(now=NOW, seed=b"forks")
        verifier = na.Verifier(roots=[issued.root], max_age=SECOND, insecure_no_pcr_policy=True)

        def work():
            assert verifier.verify(issued.document, now=NOW, no_nonce=True).module_id == issued.module_id
            items = [na.BatchItem(issued.document, no_nonce=True)] * 130
            assert all(verifier.verify_batch(items, now=NOW, threads=2))

        work()
        self.assertEqual(in_child(work), "ok")
        work()

    def test_sessions_stay_with_their_process(self):
        with na.Emulator(seed=b"s") as emulator, tempfile.TemporaryDirectory() as folder, emulator.serve(folder +
                                                                                                         "/nsm"):
            for session in (emulator.session(), emulator.session(deadline=SECOND),
                            na.NsmSession(transport=emulator.exchange), na.NsmSession(socket_path=folder + "/nsm")):
                with session:
                    session.describe()
                    said = in_child(session.describe)
                    self.assertIn("USAGE_SESSION: the session belongs to the process that this one was forked from",
                                  said)
                    self.assertEqual(in_child(session.close), "ok")
                    self.assertEqual(in_child(session._uses.clear), "ok")
                    session.describe()

    def test_no_two_processes_get_the_same_random_bytes(self):
        with na.Emulator() as emulator, emulator.session() as session:
            session.random(16)
            self.assertIn("NsmError", in_child(lambda: session.random(16)))
            self.assertIn("ValueError: the emulator belongs to the process",
                          in_child(lambda: emulator.exchange(b"iGetRandom")))
            self.assertIn("ValueError: the emulator belongs to the process", in_child(emulator.session))
            self.assertEqual(in_child(emulator.close), "ok")
            self.assertEqual(len(session.random(16)), 16)

    def test_a_device_may_be_used_by_the_child(self):
        """Only the kind of a session matters, so the test marks a session with a transport as one with a device."""
        with na.Emulator(seed=b"s") as emulator, na.NsmSession(transport=lambda request: b"answer") as session:
            session._may_move = True
            self.assertEqual(in_child(lambda: session.send(b"request")), "ok")
            entered, leave = threading.Event(), threading.Event()
            with na.NsmSession(transport=lambda request: (entered.set(), leave.wait(20), b"answer")[2]) as busy:
                busy._may_move = True
                thread = threading.Thread(target=busy.send, args=(b"request",))
                thread.start()
                entered.wait(20)
                said = in_child(lambda: busy.send(b"request"))
                leave.set()
                thread.join()
            self.assertIn("USAGE_SESSION", said)
            self.assertEqual(emulator.session().describe().max_pcrs, 32)
        with self.assertRaises(na.NsmError):
            na.NsmSession(path="/nonexistent/nsm")

    def test_a_server_outlives_a_child_and_is_stopped_beside_one(self):
        code, out = program("""
            import os, signal, time
            signal.alarm(30)
            path = sys.argv[1] + "/nsm"
            with na.Emulator() as emulator:
                with emulator.serve(path):
                    child = os.fork()
                    if child == 0:
                        with na.NsmSession(socket_path=path) as nsm:
                            nsm.describe()
                        sys.exit(0)  # leaves the `with` in the child as well
                    assert os.waitpid(child, 0)[1] == 0
                    with na.NsmSession(socket_path=path) as nsm:
                        print("still served", nsm.describe().max_pcrs, flush=True)
                    child = os.fork()
                    if child == 0:
                        time.sleep(20)
                        os._exit(0)
                print("stopped", os.path.exists(path), flush=True)
                os.kill(child, signal.SIGKILL)
            """, self.folder())
        self.assertEqual((code, out), (0, "still served 32\nstopped False\n"))

    def folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder.name


ENDINGS = {
    "an open session": "session = na.Emulator().session(); session.describe()",
    "an open session with a deadline": """
        from datetime import timedelta
        session = na.Emulator().session(deadline=timedelta(seconds=9)); session.describe()""",
    "an answer on its way": """
        from datetime import timedelta
        session = na.Emulator(faults=["describe-nsm:silence=300ms"]).session(deadline=timedelta(milliseconds=20))
        try:
            session.describe()
        except na.NsmError as e:
            assert e.code is na.NsmCode.NATT_NSM_E_TIMEOUT""",
    "a server that was never left": """
        import tempfile
        folder = tempfile.TemporaryDirectory()
        serving = na.Emulator().serve(folder.name + "/nsm")
        serving.__enter__()""",
    "a server that is kept to the last": """
        import tempfile
        folder, emulator = tempfile.TemporaryDirectory(), na.Emulator()
        serving = emulator.serve(folder.name + "/nsm")
        serving.__enter__()
        session = na.NsmSession(socket_path=folder.name + "/nsm")
        session.describe()
        sys.modules["kept"] = (emulator, serving, session)""",
    "keys in use": """
        import threading, time
        key, session = na.EnclaveKey.for_process(), na.Emulator().session()
        sys.modules["kept"] = (key, na.EnclaveKey.generate())
        def ask():
            while True:
                key.attest(session)
        threading.Thread(target=ask, daemon=True).start()
        time.sleep(0.1)""",
    "a cycle that only the end collects": """
        class Cycle: pass
        cycle = Cycle(); cycle.own = cycle; cycle.emulator = na.Emulator(); cycle.session = cycle.emulator.session()
        sys.modules["kept"] = cycle""",
    "threads in the middle of C": """
        import threading, time
        from datetime import datetime, timedelta, timezone
        now = datetime.now(timezone.utc)
        issued, session = na.issue(now=now), na.Emulator().session()
        verifier = na.Verifier(roots=[issued.root], max_age=timedelta(days=1), insecure_no_pcr_policy=True)
        def verify():
            while True:
                verifier.verify(issued.document, now=now, no_nonce=True)
        def ask():
            while True:
                session.random(1000)
        for work in (verify, ask):
            threading.Thread(target=work, daemon=True).start()
        time.sleep(0.1)""",
}


# A request that a fault delays by one day, through the emulator, through a session, and through a session with a
# deadline.
WAITS = {
    "exchange": "emulator.exchange(b'\\x6bDescribeNSM')",
    "session": "emulator.session().describe()",
    "deadline": "emulator.session(deadline=timedelta(hours=1)).describe()",
    "key": "na.EnclaveKey.generate(emulator.session())",
}


class Interrupts(unittest.TestCase):
    """Ctrl-C ends the wait of a fault, although the wait is inside C."""

    def interrupted(self, fault, call, number=signal.SIGINT):
        text = f"""
            from datetime import timedelta
            import signal
            signal.signal(signal.SIGUSR1, lambda number, frame: print("handled", flush=True))
            with na.Emulator(faults=[{fault!r}]) as emulator:
                print("ready", flush=True)
                try:
                    {call}
                except KeyboardInterrupt:
                    print("interrupted", flush=True)
            """
        process = subprocess.Popen([sys.executable, "-c", PREFACE + textwrap.dedent(text)], stdout=subprocess.PIPE,
                                   text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "ready\n")
        time.sleep(0.3)
        process.send_signal(number)
        return process

    def test_an_interrupt(self):
        for kind in ("delay", "silence"):
            for what, call in WAITS.items():
                process = self.interrupted(f"any:{kind}=1d", call)
                self.assertEqual((process.communicate(timeout=60)[0], process.returncode), ("interrupted\n", 0), what)

    def test_a_handler_that_returns_runs_at_once_and_changes_nothing(self):
        process = self.interrupted("any:delay=1d", WAITS["session"], signal.SIGUSR1)
        self.assertEqual(process.stdout.readline(), "handled\n")
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual((process.communicate(timeout=60)[0], process.returncode), ("interrupted\n", 0))

    def test_term(self):
        process = self.interrupted("any:delay=1d", WAITS["session"], signal.SIGTERM)
        self.assertEqual(process.wait(60), -signal.SIGTERM)

    def test_a_wait_without_signals_lasts(self):
        with na.Emulator(faults=["any:delay=300ms"]) as emulator, emulator.session() as session:
            began = time.monotonic()
            session.describe()
            self.assertGreaterEqual(time.monotonic() - began, 0.3)


class Endings(unittest.TestCase):
    def test_programs_end_quietly_whatever_is_open(self):
        for what, text in ENDINGS.items():
            code, out = program(text)
            self.assertEqual((code, out), (0, ""), what)

    def test_no_socket_is_left_behind(self):
        """The server runs in a thread that never leaves its `with`, and that no other thread joins."""
        with tempfile.TemporaryDirectory() as folder:
            code, out = program("""
                import threading
                served = threading.Event()
                def serve():
                    with na.Emulator() as emulator, emulator.serve(sys.argv[1] + "/nsm"):
                        served.set()
                        threading.Event().wait()
                threading.Thread(target=serve, daemon=True).start()
                served.wait()
                """, folder)
            self.assertEqual((code, out, os.listdir(folder)), (0, "", []))


if __name__ == "__main__":
    unittest.main(verbosity=2)
