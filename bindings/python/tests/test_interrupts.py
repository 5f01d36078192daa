"""Interrupts, between any two instructions: C has ended when its caller goes on, and nothing waits for ever."""
import os
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock

import support
from support import na
from test_processes import program

from nitro_attest import _emulator, _interruptible

FILES = (_interruptible.__file__, _emulator.__file__)


#: They are inside `with lock` or enter it, which Python does not interrupt between the lock and the block.
LOCKED = ("_use", "_release")


class Interrupt(Exception):
    """What a handler raises."""


def interrupted(number, call):
    """Calls it, and raises Interrupt before the number-th instruction of FILES; whether it has that many."""
    left = [number]

    def local(frame, event, _):
        if event == "opcode":
            left[0] -= 1
            if left[0] == 0:
                raise Interrupt("instruction")
        return local

    def called(frame, _event, _argument):
        if frame.f_code.co_filename not in FILES or frame.f_code.co_name in LOCKED:
            return None
        frame.f_trace_opcodes = True
        return local

    before = sys.gettrace()
    sys.settrace(called)
    try:
        call()
    finally:
        sys.settrace(before)
    return left[0] <= 0


class Fake:
    """A call that works until it is hurried, or for `seconds`."""

    def __init__(self, seconds=10.0):
        self.began, self.ended = threading.Event(), threading.Event()
        self.hurried, self.seconds = 0, seconds

    def __call__(self):
        self.began.set()
        until = time.monotonic() + self.seconds
        while not self.hurried and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(0.003)  # C needs a while to notice
        self.ended.set()
        return 7

    def skip_delays(self, on):
        self.hurried += 1 if on else -1  # C counts

    def run(self):
        return _interruptible.interruptible(self.skip_delays)(self)

    def at_work(self):
        return self.began.is_set() and not self.ended.is_set()


START = _interruptible._thread.start_new_thread


def starts(fake, begin=True):
    """A start of threads that is interrupted when the call has begun, or when the thread has not yet run."""
    def start(function, arguments):
        if fake.began.is_set():  # the helper
            return START(function, arguments)
        if begin:
            START(function, arguments)
            fake.began.wait(20)
        else:
            START(lambda: (time.sleep(0.1), function(*arguments)), ())
        raise Interrupt("start")

    return mock.patch.object(_interruptible._thread, "start_new_thread", start)


class Calls(unittest.TestCase):
    def setUp(self):
        late = mock.patch.object(_interruptible, "_LATE", 0.05)  # a sweep has many of these
        late.start()
        self.addCleanup(late.stop)

    def sweep(self, make, call, check):
        """All instructions, one after the other."""
        for number in range(1, 5000):
            subject, reached = make(), False
            try:
                reached = interrupted(number, lambda: call(subject))
            except Interrupt as e:
                reached = True
                check(subject, e, number)
            if not reached:
                return number
        self.fail("the sweep does not end")

    def test_one_interrupt_anywhere(self):
        def check(fake, _error, number):
            self.assertFalse(fake.at_work(), number)
            self.assertEqual(fake.hurried, 0, number)

        self.assertGreater(self.sweep(lambda: Fake(0.01), Fake.run, check), 50)

    def test_a_second_one_anywhere(self):
        def call(fake):
            with starts(fake):
                fake.run()

        def check(fake, error, number):
            self.assertFalse(fake.at_work(), number)
            self.assertEqual(fake.hurried, 0, number)

        def wrapped(fake):  # the first interrupt alone is how each call ends
            try:
                call(fake)
            except Interrupt as e:
                check(fake, e, 0)

        self.assertGreater(self.sweep(Fake, wrapped, check), 50)

    def test_many_while_it_ends(self):
        for count in (1, 2, 50):
            fake, left, wait = Fake(), [count], _interruptible.Work.wait

            def waits(work):
                if threading.current_thread() is threading.main_thread() and left[0]:
                    left[0] -= 1
                    raise Interrupt("wait")
                wait(work)

            with mock.patch.object(_interruptible.Work, "wait", waits), starts(fake):
                with self.assertRaisesRegex(Interrupt, "start"):  # the first one, no other
                    fake.run()
            self.assertEqual((fake.at_work(), fake.hurried), (False, 0))

    def test_a_call_that_did_not_begin_is_cancelled(self):
        fake = Fake()
        with starts(fake, begin=False), self.assertRaisesRegex(Interrupt, "start"):
            fake.run()
        self.assertFalse(fake.began.wait(0.2))

    def test_no_thread(self):
        with mock.patch.object(_interruptible._thread, "start_new_thread", side_effect=RuntimeError("can't start new thread")):
            with self.assertRaisesRegex(RuntimeError, "can't start"):
                Fake().run()

    def test_results(self):
        self.assertEqual(Fake(0).run(), 7)
        with self.assertRaisesRegex(MemoryError, "full"):
            _interruptible.interruptible(lambda on: None)(mock.Mock(side_effect=MemoryError("full")))

    def test_several_may_wait(self):
        fake = Fake()
        work = _interruptible.Work(fake)
        work.start()
        fake.began.wait(20)
        threads = [threading.Thread(target=work.end, args=(fake.skip_delays,), daemon=True) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
            self.assertFalse(thread.is_alive())
        self.assertEqual(work.result(), 7)

    def test_signals(self):
        """Pairs of real ones, microseconds apart, wherever the runner is at that time."""
        code, out = program("""
            import faulthandler, random, signal, time
            faulthandler.dump_traceback_later(30, exit=True, file=sys.stdout)
            from nitro_attest._interruptible import interruptible
            class Interrupt(Exception): pass
            first, hurried, wrong, pairs, randoms = [True], [0], [], 0, random.Random(1)
            def handler(number, frame):
                while frame and not frame.f_code.co_filename.endswith("_interruptible.py"):
                    frame = frame.f_back
                if frame is None:
                    return
                if first[0]:
                    first[0] = False
                    signal.setitimer(signal.ITIMER_REAL, randoms.uniform(2e-6, 6e-5), 0.005)
                raise Interrupt
            signal.signal(signal.SIGALRM, handler)
            run = interruptible(lambda on: hurried.__setitem__(0, hurried[0] + (1 if on else -1)))
            until = time.monotonic() + 4
            while time.monotonic() < until:
                state = {}
                def call():
                    state["began"] = True
                    while not hurried[0]:
                        time.sleep(0.0005)
                    state["ended"] = True
                    return 0
                first[0] = True
                try:
                    signal.setitimer(signal.ITIMER_REAL, randoms.uniform(2e-5, 2e-3), 0.005)
                    run(call)
                except Interrupt:
                    if "began" in state and "ended" not in state:
                        wrong.append("C at work")
                except BaseException as e:
                    wrong.append(repr(e))
                pairs += 1
            signal.setitimer(signal.ITIMER_REAL, 0)
            print(pairs > 50, wrong[:5], hurried)
            """)
        self.assertEqual((code, out), (0, "True [] [0]\n"))


class Servers(unittest.TestCase):
    def setUp(self):
        late = mock.patch.object(_interruptible, "_LATE", 0.05)
        late.start()
        self.addCleanup(late.stop)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path, self.running = folder.name + "/nsm", [0]
        self.emulator = na.Emulator(seed=b"s")
        self.addCleanup(self.emulator.close)
        real, running = self.emulator._lib, self.running

        class Watched:
            """The library; how many servers are in it is counted."""

            def __getattr__(self, name):
                return getattr(real, name)

            def natt_emulator_serve(self, *arguments):
                running[0] += 1
                try:
                    return real.natt_emulator_serve(*arguments)
                finally:
                    running[0] -= 1

        self.emulator._lib = Watched()

    def serve(self):
        with self.emulator.serve(self.path):
            with na.NsmSession(socket_path=self.path) as session:
                session.describe()

    def test_an_interrupt_anywhere_leaves_no_server(self):
        for number in range(1, 5000):
            reached = False
            try:
                reached = interrupted(number, self.serve)
            except Interrupt:
                reached = True
            self.assertEqual(self.running, [0], number)
            if os.path.exists(self.path):
                os.unlink(self.path)  # the interrupt came between C, which made it, and the first instruction after
            if not reached:
                self.assertGreater(number, 100)
                return
        self.fail("the sweep does not end")

    def test_an_interrupt_while_it_starts_leaves_nothing(self):
        def start(function, arguments):
            if self.running[0]:  # the helper
                return START(function, arguments)
            START(function, arguments)
            while not self.running[0]:
                time.sleep(0.001)
            raise Interrupt("start")

        descriptors = len(os.listdir("/proc/self/fd"))
        with mock.patch.object(_interruptible._thread, "start_new_thread", start):
            with self.assertRaisesRegex(Interrupt, "start"):
                self.serve()
        self.assertEqual((self.running, os.path.exists(self.path)), ([0], False))
        self.assertEqual(len(os.listdir("/proc/self/fd")), descriptors)
        self.serve()

    def test_what_a_server_fails_with_is_raised(self):
        asked = threading.Event()
        self.emulator._lib.natt_emulator_serve = lambda *arguments: asked.set()
        with self.assertRaises(na.NitroAttestError):
            with self.emulator.serve(self.path):
                asked.wait(20)
        self.assertFalse(os.path.exists(self.path))


if __name__ == "__main__":
    unittest.main(verbosity=2)
