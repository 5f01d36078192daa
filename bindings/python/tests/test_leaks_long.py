"""100,000 calls leak no memory: the test measures the process's memory after a first part and at the end."""
import gc
import unittest
from datetime import timedelta

import support
from support import NOW, na

CALLS = 100000
SLACK = 1 << 20  # bytes that 100,000 calls may add: a leak of 11 bytes per call would be detected


def resident():
    gc.collect()
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * 4096


class Leaks(unittest.TestCase):
    def steady(self, what, call, calls=CALLS):
        for n in range(calls // 10):
            call(n)
        before = resident()
        for n in range(calls):
            call(n)
        grown = resident() - before
        print("%s: %d bytes more after %d calls" % (what, grown, calls))
        self.assertLess(grown, SLACK, what)

    def refused(self, call, kind=na.NitroAttestError):
        try:
            call()
        except kind:
            return
        self.fail("was not refused")

    def test_verification(self):
        issued = na.issue(now=NOW, seed=b"leaks", user_data=b"u" * 1000)
        verifier = na.Verifier(roots=[issued.root], max_age=timedelta(minutes=1), insecure_no_pcr_policy=True)
        broken = issued.document[:-1]
        self.steady("accepted", lambda n: verifier.verify(issued.document, now=NOW, no_nonce=True))
        self.steady("refused", lambda n: self.refused(lambda: verifier.verify(broken, now=NOW, no_nonce=True)))
        self.steady("parsed", lambda n: na.parse(bytearray(issued.document)))
        told = dict(roots=[issued.root], max_age=timedelta(minutes=1), nonce=b"n", now=NOW)
        policy = {"version": 1, "sets": [{"name": "a", "pcrs": {"0": ["ab" * 48]}}]}
        self.steady("with new objects for each call",
                    lambda n: self.refused(lambda: na.verify(broken, policy=na.Policy.from_dict(policy), **told)))

    def test_batches(self):
        issued = na.issue(now=NOW, seed=b"leaks")
        verifier = na.Verifier(roots=[issued.root], max_age=timedelta(minutes=1), insecure_no_pcr_policy=True)
        items = [na.BatchItem(issued.document[:-1], no_nonce=True)] * 50
        self.steady("batches on two threads", lambda n: verifier.verify_batch(items, now=NOW, threads=2), CALLS // 50)

    def test_sessions(self):
        with na.Emulator(seed=b"leaks") as emulator:
            with emulator.session() as nsm:
                self.steady("requests", lambda n: nsm.describe_pcr(n % 32))
                self.steady("errors", lambda n: self.refused(lambda: nsm.lock_pcr(0)))
            with na.NsmSession(transport=lambda request: b"\xff") as nsm:
                self.steady("transports in Python", lambda n: nsm.send(b"\xff"))
            self.steady("sessions", lambda n: emulator.session().close())
            self.steady("sessions with a transport in Python",
                        lambda n: na.NsmSession(transport=emulator.exchange).close())
        self.steady("emulators", lambda n: na.Emulator(seed=b"leaks").close(), 1000)


    def test_keys(self):
        told = dict(max_age=timedelta(minutes=1), no_nonce=True, insecure_no_pcr_policy=True)
        with na.Emulator(seed=b"leaks", now=NOW) as emulator, emulator.session() as nsm:
            with na.EnclaveKey.generate(nsm) as key:
                verified = na.verify(key.attest(nsm), roots=[emulator.root], now=NOW, **told)
                pem, message, buffer = key.to_pem(), na.seal(verified, b"s" * 1000), bytearray(2000)
                self.steady("documents", lambda n: key.attest(nsm), CALLS // 50)
                self.steady("opened", lambda n: key.open(message), CALLS // 50)
                self.steady("opened into a buffer", lambda n: key.open_into(message, buffer), CALLS // 50)
                self.steady("not opened", lambda n: self.refused(lambda: key.open(message[:-1])))
                self.steady("sealed", lambda n: na.seal(verified, buffer), CALLS // 50)
            self.steady("keys", lambda n: na.EnclaveKey.from_pem(pem), CALLS // 200)
            self.steady("no keys", lambda n: self.refused(lambda: na.EnclaveKey.from_pem("text")), CALLS // 10)


if __name__ == "__main__":
    unittest.main(verbosity=2)
