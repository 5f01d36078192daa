"""Prints the results of aws-nsm-interface's functions as JSON. test_compat.py runs it under `nitro-attest emulate`,
once with each of the two packages.

Usage: compat_case.py MODULE
"""
import importlib
import json
import sys


def told(call, *arguments, **named):
    try:
        value = call(*arguments, **named)
    except Exception as e:
        return {"raised": type(e).__name__, "args0": str(e.args[0]) if e.args else None}
    return json.loads(json.dumps(value, default=lambda b: {"bytes": len(b), "zero": not any(b)}))


def main():
    nsm = importlib.import_module(sys.argv[1])
    handle = nsm.open_nsm_device()
    out = {
        "describe_nsm": told(nsm.describe_nsm, handle),
        "types": {k: type(v).__name__ for k, v in nsm.describe_nsm(handle).items()},
        "keys": list(nsm.describe_nsm(handle)),
        "pcr0": nsm.describe_pcr(handle, 0)["data"].hex(),
        "describe_pcr": told(nsm.describe_pcr, handle, 16),
        "describe_pcr 32": told(nsm.describe_pcr, handle, 32),
        "describe_pcr -1": told(nsm.describe_pcr, handle, -1),
        "describe_pcr 2^32": told(nsm.describe_pcr, handle, 1 << 32),
        "extend": nsm.extend_pcr(handle, 16, b"abc")["data"].hex(),
        "extend str": nsm.extend_pcr(handle, 17, "abc")["data"].hex(),
        "extend by name": told(nsm.extend_pcr, handle, index=18, data=b""),
        "extend locked": told(nsm.extend_pcr, handle, 0, b"abc"),
        "extend long": told(nsm.extend_pcr, handle, 18, bytes(5000)),
        "lock": told(nsm.lock_pcr, handle, 16),
        "lock again": told(nsm.lock_pcr, handle, 16),
        "locks": told(nsm.lock_pcrs, handle, 20),
        "locks by name": told(nsm.lock_pcrs, handle, lock_range=33),
        "after": told(nsm.describe_pcr, handle, 19),
        "random": told(nsm.get_random, handle),
        "random 256": told(nsm.get_random, handle, 256),
        "random 0": told(nsm.get_random, handle, 0),
        "random 257": told(nsm.get_random, handle, length=257),
        "document": sorted(nsm.get_attestation_doc(handle, nonce=b"n", user_data=b"u", public_key=b"")),
        "document type": type(nsm.get_attestation_doc(handle)["document"]).__name__,
        "document too long": told(nsm.get_attestation_doc, handle, b"x" * 5000),
        "error is": nsm.IoctlError.__mro__[1].__name__,
    }
    del out["describe_nsm"]["module_id"]
    out["closed"] = told(nsm.close_nsm_device, handle)
    out["after close"] = told(nsm.describe_nsm, handle)["raised"]
    print(json.dumps(out, indent=1))


main()
