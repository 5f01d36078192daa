"""Exceptions between any two instructions of the main thread, like those that signal handlers raise. No object may be
used after it was freed, no call may wait forever, no resource may leak, and no exception may be lost."""
import _thread
import gc
import os
import signal
import sys
import tempfile
import threading
import time
import types
import unittest
from unittest import mock

import support
from support import na
from test_processes import program

from nitro_attest import _emulator, _interruptible, _nsm, _owned, _recipient, _transport

FILES = {module.__file__ for module in (_emulator, _interruptible, _nsm, _owned, _recipient, _transport)}
DESCRIBE = b"\x6bDescribeNSM"
DAY = ["any:delay=1d"]


class Interrupt(Exception):
    """The exception that a handler raises."""


class Instructions:
    """Raises Interrupt before the instructions of FILES whose numbers are in `at`, counted from 1, in the main
    thread."""

    def __init__(self):
        self.count, self.at, self.codes = 0, (), []

    def step(self, *_):
        if self.at and threading.current_thread() is threading.main_thread():
            self.count += 1
            if self.count in self.at:
                raise Interrupt(self.count)

    def trace(self, frame, event, _):
        if frame.f_code.co_filename not in FILES:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            self.step()
        return self.trace

    def watch(self):
        """Call it before the first call. Since Python 3.12, functions are marked once for all calls."""
        if sys.version_info < (3, 12):
            return
        tool, instruction = sys.monitoring.DEBUGGER_ID, sys.monitoring.events.INSTRUCTION
        sys.monitoring.use_tool_id(tool, "interrupts")
        sys.monitoring.register_callback(tool, instruction, self.step)
        codes = {function.__code__ for function in gc.get_objects() if isinstance(function, types.FunctionType)}
        self.codes = [code for code in codes if code.co_filename in FILES]
        for code in self.codes:
            self.codes.extend(inner for inner in code.co_consts if isinstance(inner, types.CodeType))
            sys.monitoring.set_local_events(tool, code, instruction)

    def forget(self):
        for code in self.codes:
            sys.monitoring.set_local_events(sys.monitoring.DEBUGGER_ID, code, 0)
        if self.codes:
            sys.monitoring.free_tool_id(sys.monitoring.DEBUGGER_ID)

    def call(self, function, at):
        # in a generator: the end of an `except` may restore the wrong handled exception, which ends with the generator
        def once():
            yield function()

        self.count, self.at = 0, at
        try:
            if not self.codes:
                sys.settrace(self.trace)
            next(once())
        finally:
            self.at = ()
            sys.settrace(None)


def eventually(condition):
    end = time.monotonic() + 20
    while not condition() and time.monotonic() < end:
        time.sleep(0.0005)
    return condition()


def tasks():
    return len(os.listdir("/proc/self/task"))


class Sweeps(unittest.TestCase):
    """Repeats a call, with exceptions one instruction later each time."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = folder.name + "/nsm"
        self.instructions = Instructions()
        self.instructions.watch()
        self.addCleanup(self.instructions.forget)
        gc.collect()
        gc.freeze()  # otherwise each of a thousand collections would traverse all imported objects
        self.addCleanup(gc.unfreeze)

    def interrupted(self, at, call):
        """Returns the number of instructions of the call. Afterwards, exceptions and the objects that they referenced
        are freed."""
        raised = None
        try:
            self.instructions.call(call, at)
        except Interrupt as e:
            raised = e.args[0]
        if at[0] <= self.instructions.count:
            self.assertIsNotNone(raised, at)  # the exception was not swallowed
        return self.instructions.count

    def sweep(self, call, check, later=()):
        """later  number of instructions from the first exception to the next ones"""
        first = 1
        while True:
            at = (first, *(first + more for more in later))
            before = tasks()
            count = self.interrupted(at, call)
            self.assertTrue(eventually(lambda: tasks() <= before), at)
            check(at)
            if count < first:
                self.assertGreater(first, 30, "instructions are not seen")
                return
            first += 1

    def in_time(self, call, at):
        thread = threading.Thread(target=call, daemon=True)
        thread.start()
        thread.join(20)
        self.assertFalse(thread.is_alive(), at)

    def test_calls(self):
        """With and without waits. Afterwards any thread can close the session, and all memory is freed."""
        for faults in ((), ["any:delay=1ms:every=1000000"]):
            for later in ((), (1,), (2, 3)):
                emulator, sessions = na.Emulator(seed=b"s", faults=faults), []

                def call():
                    with emulator.session() as session:
                        sessions.append(session)
                        session.describe()
                        emulator.exchange(DESCRIBE)

                def check(at):
                    while sessions:
                        self.in_time(sessions.pop().close, at)

                self.sweep(call, check, later)
                emulator.close()
                gc.collect()
                self.assertIsNone(emulator._memory(), faults)

    def test_keys(self):
        """Afterwards all memory except that of the process's key is freed."""
        kept = na.EnclaveKey.for_process()
        with na.Emulator(seed=b"s") as emulator, emulator.session() as session:
            before = len(_owned._to_be_freed)

            def call():
                with na.EnclaveKey.for_process(session) as key:
                    key.attest(session)
                    try:
                        key.open(kept.public_key)
                    except na.RecipientError:
                        pass

            def check(at):
                if len(_owned._to_be_freed) != before:
                    gc.collect()
                self.assertEqual(len(_owned._to_be_freed), before, at)

            self.sweep(call, check)

    def test_servers(self):
        with na.Emulator(seed=b"s") as emulator:
            descriptors = len(os.listdir("/proc/self/fd"))

            def call():
                with emulator.serve(self.path), na.NsmSession(socket_path=self.path) as session:
                    session.describe()

            def check(at):
                gc.collect()
                self.assertFalse(os.path.exists(self.path), at)
                self.assertEqual(len(os.listdir("/proc/self/fd")), descriptors, at)

            for later in ((), (1,), (2, 3)):
                self.sweep(call, check, later)
        gc.collect()
        self.assertIsNone(emulator._memory())

    def test_waits(self):
        """A signal ends a wait of one day; then exceptions occur at any instruction."""
        self.addCleanup(signal.signal, signal.SIGUSR1, signal.getsignal(signal.SIGUSR1))
        with na.Emulator(seed=b"s", faults=DAY) as emulator:
            real = emulator._lib.natt_emulator_exchange

            def exchange(*arguments):
                signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
                return real(*arguments)

            emulator._lib = types.SimpleNamespace(natt_emulator_exchange=exchange,
                                                  natt_emulator_skip_delays=emulator._lib.natt_emulator_skip_delays)
            for later in ((), (1,), (1, 2)):
                for number in range(1, 500):
                    at = (number, *(number + more for more in later))
                    self.instructions.count = 0
                    while self.instructions.count == 0:  # a signal may arrive after the call, on a busy machine
                        self.wait_is_cut(emulator, at)
                    if self.instructions.count < number:
                        self.assertGreater(number, 10)
                        break

    def wait_is_cut(self, emulator, at):
        before, raised = tasks(), False

        def handler(_number, _frame):
            self.instructions.count, self.instructions.at = 0, at
            raise Interrupt("signal")

        signal.signal(signal.SIGUSR1, handler)
        try:
            self.instructions.call(lambda: emulator.exchange(DESCRIBE), (0,))
        except Interrupt:
            raised = True
        self.assertTrue(raised, at)
        self.assertTrue(eventually(lambda: tasks() <= before), at)  # the call was cancelled


class Threads(unittest.TestCase):
    """No further thread can be started, or the process was forked."""

    def test_no_thread(self):
        """A call needs two threads; the first or the second cannot be started."""
        start, before = _thread.start_new_thread, tasks()
        for left in (0, 1):
            starts = [start] * left

            def limited(*arguments):
                if not starts:
                    raise RuntimeError("can't start new thread")
                return starts.pop()(*arguments)

            with mock.patch.object(_thread, "start_new_thread", limited), na.Emulator(faults=DAY) as emulator:
                with self.assertRaisesRegex(RuntimeError, "can't start new thread"):
                    emulator.exchange(DESCRIBE)
            self.assertTrue(eventually(lambda: tasks() <= before))

    def test_c_keeps_its_memory_when_the_caller_has_left(self):
        left, seen = threading.Event(), []
        emulator = na.Emulator(faults=DAY)

        def exchange(*_):
            while not left.wait(0.002):  # the first ends the wait for the result, the second the wait for this thread
                signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
            gc.collect()
            seen.append(emulator._memory() is not None)
            return 0

        def handler(_number, frame):
            while frame and frame.f_code.co_filename not in FILES:
                frame = frame.f_back
            if frame:
                raise Interrupt

        self.addCleanup(signal.signal, signal.SIGUSR1, signal.signal(signal.SIGUSR1, handler))
        emulator._lib = types.SimpleNamespace(natt_emulator_exchange=exchange,
                                              natt_emulator_skip_delays=lambda *_: None)
        with self.assertRaises(Interrupt):
            emulator.exchange(DESCRIBE)
        emulator.close()
        left.set()
        self.assertTrue(eventually(lambda: emulator._memory() is None))
        self.assertEqual(seen, [True])

    def test_results(self):
        run = _interruptible.interruptible(lambda on: None)
        self.assertEqual(run(lambda: 7), 7)
        with self.assertRaisesRegex(MemoryError, "full"):
            run(mock.Mock(side_effect=MemoryError("full")))

    def test_what_a_server_fails_with_is_raised(self):
        with tempfile.TemporaryDirectory() as folder, na.Emulator() as emulator:
            real, asked = emulator._lib, threading.Event()
            serve = mock.Mock(side_effect=lambda *_: asked.set(), argtypes=real.natt_emulator_serve.argtypes)
            emulator._lib = types.SimpleNamespace(natt_emulator_listen=real.natt_emulator_listen,
                                                  natt_emulator_server_free=real.natt_emulator_server_free,
                                                  natt_emulator_serve=serve)
            with self.assertRaises(na.NitroAttestError), emulator.serve(folder + "/nsm"):
                asked.wait(20)
            self.assertEqual(os.listdir(folder), [])

    def test_transports_in_python_do_not_swallow(self):
        for kind in (KeyboardInterrupt, SystemExit):
            transport = mock.Mock(side_effect=kind("signal"))
            with na.NsmSession(transport=transport) as session, self.assertRaisesRegex(kind, "signal"):
                session.describe()


COMMON = """
import faulthandler, gc, os, random, signal, tempfile, threading, time, types
faulthandler.dump_traceback_later(25, exit=True, file=sys.stdout)
class Interrupt(Exception): pass
signals, randoms = (signal.SIGALRM, signal.SIGUSR1, signal.SIGUSR2), random.Random(1)
describe, path = b"\\x6bDescribeNSM", tempfile.mkdtemp() + "/nsm"
"""

TOGETHER_OR_APART = COMMON + """
def handler(number, frame):
    while frame and "nitro_attest" not in frame.f_code.co_filename:
        frame = frame.f_back
    if frame is None or raised[0] == wanted:
        return
    raised[0] += 1
    if apart:
        signal.setitimer(signal.ITIMER_REAL, randoms.uniform(2e-6, 1e-4), 5e-3)
    raise Interrupt
for number in signals:
    signal.signal(number, handler)
emulator, rounds, until, counts = na.Emulator(faults=["any:delay=1d"]), 0, time.monotonic() + 4, set()
session, real = emulator.session(), emulator._lib
def exchange(*arguments):
    for number in signals[:0 if apart else wanted]:
        os.kill(os.getpid(), number)  # Python sees them at once, when the main thread goes on
    return real.natt_emulator_exchange(*arguments)
emulator._lib = types.SimpleNamespace(natt_emulator_exchange=exchange,
                                      natt_emulator_skip_delays=real.natt_emulator_skip_delays)
while time.monotonic() < until:
    raised, wanted, apart = [0], 1 + rounds % 3, rounds % 2
    try:
        if apart:
            signal.setitimer(signal.ITIMER_REAL, randoms.uniform(2e-5, 2e-3), 5e-3)
        session.describe() if rounds % 4 == 1 else emulator.exchange(describe)
        print("swallowed", raised, wanted, apart)
    except Interrupt:
        pass
    signal.setitimer(signal.ITIMER_REAL, 0)
    while len(os.listdir("/proc/self/task")) > 2:  # faulthandler has one
        time.sleep(1e-3)
    counts.add(raised[0])
    rounds += 1
closing = threading.Thread(target=session.close)
closing.start()
closing.join(20)
memory = emulator._memory
del emulator, session
while memory():
    gc.collect()
    time.sleep(1e-3)
print(rounds > 20, counts, closing.is_alive())
"""

SERVING = COMMON + """
fired, lost = [0], 0
def left():
    return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task")), os.path.exists(path)
def handler(number, frame):
    fired[0] = 1
    raise Interrupt
signal.signal(signal.SIGALRM, handler)
with na.Emulator() as emulator:
    before = left()
    for _ in range(150):
        fired[0] = 0
        try:
            with emulator.serve(path):
                signal.setitimer(signal.ITIMER_REAL, randoms.uniform(1e-5, 1e-3))
                time.sleep(3e-4)
            while not fired[0]:
                time.sleep(1e-4)
            lost += 1
        except Interrupt:
            pass
        gc.collect()  # a `with` that was interrupted in contextlib ends now
        until = time.monotonic() + 20
        while left() != before and time.monotonic() < until:
            time.sleep(1e-4)
        assert left() == before, (left(), before)
print(lost)
"""

FORKING = COMMON.replace("faulthandler.dump", "None and faulthandler.dump") + """
def handler(number, frame):
    if os.fork() == 0:
        signal.alarm(20)
        if sys.argv[1] == "raise":
            raise SystemExit(7)
signal.signal(signal.SIGUSR1, handler)
process = os.getpid()
threading.Timer(0.2, os.kill, (process, signal.SIGUSR1)).start()
with na.Emulator(faults=["any:delay=1s"]) as emulator:
    try:
        emulator.exchange(describe)
    except RuntimeError as e:
        assert "forked" in str(e)
        os._exit(8)
print(os.waitpid(-1, 0)[1] >> 8)
"""


class Signals(unittest.TestCase):
    """Real ones."""

    def test_one_to_three_at_any_time(self):
        """Signals arrive together or microseconds apart: waits of one day end, and everything is freed."""
        self.assertEqual(program(TOGETHER_OR_APART), (0, "True {1, 2, 3} False\n"))

    def test_serving(self):
        self.assertEqual(program(SERVING), (0, "0\n"))

    def test_a_handler_that_forks(self):
        for leaves, status in (("raise", "7"), ("return", "8")):
            self.assertEqual(program(FORKING, leaves), (0, status + "\n"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
