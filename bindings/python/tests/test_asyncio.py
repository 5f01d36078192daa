"""Tests the statements of ASYNCIO.md: its sample, the loop that runs meanwhile, cancellation, and sessions."""
import asyncio
import contextlib
import io
import os
import re
import threading
import time
import unittest
from datetime import timedelta

import support
from support import NOW, na

DELAY = 0.6
SLOW = ["any:delay=%dms" % (DELAY * 1000)]


class Page(unittest.TestCase):
    def test_the_sample_prints_what_the_page_says(self):
        with open(os.path.join(support.PACKAGE, "ASYNCIO.md"), encoding="utf-8") as f:
            blocks = re.findall(r"^```(\w*)\n(.*?)^```$", f.read(), re.M | re.S)
        (language, program), (kind, expected) = blocks
        self.assertEqual((language, kind), ("python", "text"))
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(program, "ASYNCIO.md", "exec"), {})
        self.assertEqual(printed.getvalue(), expected)

    def test_it_names_functions_that_exist(self):
        with open(os.path.join(support.PACKAGE, "ASYNCIO.md"), encoding="utf-8") as f:
            cells = [line.split("|")[1] for line in f if line.startswith("| `") or line.startswith("| requests")]
        self.assertEqual(len(cells), 8)
        for name in re.findall(r"`([\w.]+)", "".join(cells)):
            owners = [na, na.NsmSession, na.Verified, na.EnclaveKey, na.kms if hasattr(na, "kms") else na]
            if name == "LocalKms":
                continue
            first, _, last = name.partition(".")
            self.assertTrue(any(hasattr(owner, first) and (not last or hasattr(getattr(owner, first), last))
                                for owner in owners), name)


class Threads(unittest.TestCase):
    def test_the_loop_runs_while_an_nsm_waits(self):
        async def main():
            with na.Emulator(faults=SLOW) as emulator, emulator.session() as nsm:
                task = asyncio.create_task(asyncio.to_thread(nsm.describe))
                ticks = 0
                while not task.done():
                    await asyncio.sleep(0.01)
                    ticks += 1
                self.assertTrue((await task).module_id.startswith("i-"))
                return ticks

        self.assertGreater(asyncio.run(main()), 10)

    def test_cancellation_leaves_the_request_and_close_waits_for_it(self):
        ended = []

        def extend(nsm):
            nsm.extend_pcr(20, b"data")
            ended.append(time.monotonic())

        async def main():
            with na.Emulator(faults=SLOW) as emulator:
                with emulator.session() as nsm:
                    with self.assertRaises(asyncio.TimeoutError):
                        await asyncio.wait_for(asyncio.to_thread(extend, nsm), 0.1)
                    self.assertEqual(ended, [])
                closed = time.monotonic()
                self.assertTrue(ended and ended[0] - 0.1 <= closed, "close waits")
                with emulator.session() as nsm:
                    self.assertNotEqual(nsm.describe_pcr(20).value, bytes(48), "it took effect")

        asyncio.run(main())

    def test_a_deadline_ends_a_request(self):
        async def main():
            with na.Emulator(faults=["any:delay=1d"]) as emulator, \
                    emulator.session(deadline=timedelta(milliseconds=200)) as nsm:
                began = time.monotonic()
                with self.assertRaises(na.NsmError):
                    await asyncio.to_thread(nsm.describe)
                return time.monotonic() - began

        self.assertLess(asyncio.run(main()), 30)

    def test_one_verifier_serves_many_tasks(self):
        issued = na.issue(now=NOW, seed=b"asyncio", nonce=b"n", pcrs={0: bytes([7]) * 48})
        verifier = na.Verifier(roots=[issued.root], max_age=timedelta(minutes=5),
                               policy=na.Policy([na.PcrSet({0: bytes([7]) * 48})]))
        threads = set()

        def verify():
            threads.add(threading.get_ident())
            return verifier.verify(issued.document, now=NOW, nonce=b"n").canonical_id

        async def main():
            return await asyncio.gather(*(asyncio.to_thread(verify) for _ in range(50)))

        self.assertEqual(len(set(asyncio.run(main()))), 1)
        self.assertNotIn(threading.get_ident(), threads)


if __name__ == "__main__":
    unittest.main(verbosity=2)
