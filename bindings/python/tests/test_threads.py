"""Verification runs in parallel on two threads: C releases the interpreter's lock.

The tests check what the threads did, not how much faster they were, so that a busy machine does not affect the result.
"""
import ctypes
import itertools
import threading
import time
import unittest
from datetime import timedelta

import support
from support import NOW, na

COUNT = 192
DIFFERENT = 16  # a batch verifies each signature only once


class Parallel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        issued = [na.issue(now=NOW, seed=b"threads %d" % i) for i in range(DIFFERENT)]
        cls.items = [na.BatchItem(i.document, no_nonce=True) for i in issued] * (COUNT // DIFFERENT)
        cls.verifier = na.Verifier(roots=[i.root for i in issued], max_age=timedelta(minutes=1),
                                   insecure_no_pcr_policy=True, cache_chains=0)

    def test_python_runs_on_while_c_verifies(self):
        """A counting thread makes progress during a single C call; with the lock held, it could not."""
        inside = threading.Event()
        done = threading.Event()
        ticks = [0]

        def count():
            inside.wait()
            while not done.is_set():
                ticks[0] += 1
                time.sleep(0)

        thread = threading.Thread(target=count)
        thread.start()
        real, seen = na._verify.lib, []

        class Watched:
            """The library, whose batch call also reports to the counter when it begins, and reads it at its end."""

            def __getattr__(self, name):
                return getattr(real, name)

            def natt_verify_batch(self, *arguments):
                inside.set()
                before = ticks[0]
                held = real.natt_verify_batch(*arguments)
                seen.append(ticks[0] - before)
                return held

        na._verify.lib = Watched()
        try:
            results = self.verifier.verify_batch(self.items[:64], now=NOW)
        finally:
            na._verify.lib = real
            done.set()
            thread.join()
        self.assertTrue(all(results))
        self.assertGreater(max(seen), 10, "nothing else ran while C verified")

    def test_two_threads_are_in_c_at_the_same_time(self):
        """Two C calls, one on each thread, both use processor time while neither has returned."""
        real, calls, inside = na._verify.lib, itertools.count(), {}

        class Watched:
            """The library, which also records the thread inside each batch call."""

            def __getattr__(self, name):
                return getattr(real, name)

            def natt_verify_batch(self, *arguments):
                inside[threading.get_ident()] = next(calls)
                real.natt_verify_batch(*arguments)
                del inside[threading.get_ident()]

        def pairs():
            work = [threading.Thread(target=self.verifier.verify_batch, args=(self.items,), kwargs={"now": NOW})
                    for _ in range(2)]
            for thread in work:
                thread.start()
            try:
                return self.used_together(work, inside)
            finally:
                for thread in work:
                    thread.join()

        na._verify.lib = Watched()
        try:  # a busy machine may give both threads one processor for a while
            together = next(filter(None, (pairs() for _ in range(20))), 0)
        finally:
            na._verify.lib = real
        print("%d pairs of C calls ran at the same time" % together)
        self.assertGreater(together, 0)

    def used_together(self, work, inside):
        """The number of pairs of calls that both used 2 ms of processor time between two samples."""
        begun, together = {}, set()
        clocks = {thread.ident: time.pthread_getcpuclockid(thread.ident) for thread in work}
        while all(thread.is_alive() for thread in work):
            now = dict(inside)
            if len(now) == 2:
                try:
                    used = [time.clock_gettime(clocks[ident]) for ident in sorted(now)]
                except OSError:
                    break  # one has ended
                pair = tuple(now[ident] for ident in sorted(now))
                before = begun.setdefault(pair, used)
                if dict(inside) == now and all(u - b > 0.002 for u, b in zip(used, before)):
                    together.add(pair)
            time.sleep(0.001)
        return len(together)

    def test_the_library_is_not_one_that_holds_the_lock(self):
        self.assertIs(type(na._library.lib), ctypes.CDLL)


if __name__ == "__main__":
    unittest.main(verbosity=2)
