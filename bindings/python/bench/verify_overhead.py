#!/usr/bin/python3
"""What Verifier.verify adds to a cold verification by the C library, both measured in one run, turn by turn.

Usage: verify_overhead.py [--rounds N] [--limit PERCENT] [--library FOLDER]
  --library   the folder with libnitro-attest.so.0 to measure; build it with -Dasm=false for the scalar engine
  --limit     exit status 1 when more than this is added
Three numbers, in processor time of the thread, per document: natt_verify_batch over 4 documents (C alone); natt_verify
through ctypes with everything prepared; Verifier.verify without cache. Best and median of all rounds; the median
decides.
"""
import argparse
import os
import statistics
import sys
import time
from ctypes import byref, create_string_buffer, pointer
from datetime import datetime, timedelta, timezone

COUNT = 4
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--limit", type=float)
    parser.add_argument("--library")
    return parser.parse_args()


def subjects(na):
    """The three calls; each verifies COUNT documents."""
    from nitro_attest import _structs as c
    from nitro_attest._buffers import view
    from nitro_attest._library import lib
    from nitro_attest._requirements import Answers

    issued = na.issue(now=NOW, seed=b"bench", nonce=b"nonce", pcrs={0: b"\1" * 48})
    verifier = na.Verifier(roots=[issued.root], max_age=timedelta(minutes=1), cache_chains=0,
                           policy=na.Policy([na.PcrSet({0: b"\1" * 48})]))
    document, said = view(issued.document), Answers(b"nonce", False, na.ANY, na.ANY, na.ANY)
    alone, shared = verifier._told.options(NOW), verifier._told.options(NOW)
    said.fill(alone)
    policy, shared.policy = pointer(verifier._told.policy._raw), None
    items = (c.BatchItem * COUNT)(*[c.initial_batch_item() for _ in range(COUNT)])
    for item in items:
        item.document, item.policy = document, policy
        said.fill(item)
    room = create_string_buffer(lib.natt_batch_workspace_size(COUNT))
    out, error = c.Verified(struct_size=items[0].verified.struct_size), c.Error()
    prepared = byref(out), document, byref(alone), None, byref(error)

    def batch():
        assert lib.natt_verify_batch(items, COUNT, byref(shared), None, room, len(room), None)

    def direct():
        for _ in range(COUNT):
            assert lib.natt_verify(*prepared)

    def python():
        for _ in range(COUNT):
            verifier.verify(issued.document, now=NOW, nonce=b"nonce")

    return issued, {"C alone": batch, "C through ctypes": direct, "Verifier.verify": python}


def main():
    args = parsed()
    if args.library:
        os.environ["NITRO_ATTEST_LIBDIR"] = args.library
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    import nitro_attest as na

    _keep, calls = subjects(na)
    told = {name: [] for name in calls}
    for _ in range(args.rounds):
        for name, call in calls.items():
            begin = time.thread_time_ns()
            call()
            told[name].append((time.thread_time_ns() - begin) / COUNT / 1000)
    base_best, base = min(told["C alone"]), statistics.median(told["C alone"])
    for name, times in told.items():
        best, median = min(times), statistics.median(times)
        print("%-18s best %8.1f us %+5.1f %%   median %8.1f us %+5.1f %%" % (
            name, best, 100 * (best / base_best - 1), median, 100 * (median / base - 1)))
    added = 100 * (statistics.median(told["Verifier.verify"]) / base - 1)
    return 1 if args.limit is not None and added > args.limit else 0


sys.exit(main())
