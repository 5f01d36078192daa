"""Shared by the tests of the bindings: paths, and the vectors as arguments of verify()."""
import base64
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(PACKAGE))
if not os.environ.get("NITRO_ATTEST_INSTALLED"):
    sys.path.insert(0, PACKAGE)

import nitro_attest as na  # noqa: E402

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


def mypy(path, cache=""):
    """The output of mypy --strict for a program or package that uses this one; None if mypy is not installed."""
    found = shutil.which("mypy", path="/usr/bin:" + os.environ.get("PATH", ""))
    if found is None:
        return None
    folder = os.environ.get("NITRO_ATTEST_MYPY_CACHE")
    done = subprocess.run([found, "--strict", "--no-error-summary", "--enable-incomplete-feature=Unpack", "--cache-dir",
                           folder + cache if folder else os.devnull, path],
                          env=dict(os.environ, MYPYPATH=PACKAGE), stdout=subprocess.PIPE, text=True)
    # mypy 1.7 and later know Unpack without the flag, and warn about it.
    return "".join(line for line in done.stdout.splitlines(True) if not line.startswith("Warning: Unpack is already"))


def pyright(*paths):
    """The output of pyright for them; None if it is not installed."""
    found = shutil.which("pyright")
    if found is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/pyrightconfig.json", "w") as f:
            json.dump({"include": [os.path.relpath(path, folder) for path in paths], "extraPaths": [PACKAGE]}, f)
        done = subprocess.run([found, "--project", folder, "--outputjson"], stdout=subprocess.PIPE, text=True)
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] > 0, done.stdout
    return ["%s:%d: %s" % (d["file"], d["range"]["start"]["line"] + 1, d["message"])
            for d in report["generalDiagnostics"]]


def span(ms):
    return timedelta(milliseconds=ms)


def genuine_documents():
    """Genuine documents by SHA-256; empty if the shared material is not available."""
    folder = os.path.join(os.environ.get("NITRO_ATTEST_SHARED") or os.path.join(ROOT, "..", "shared"), "real")
    found = {}
    for path in glob.glob(os.path.join(folder, "*")):
        if os.path.isfile(path) and 0 < os.path.getsize(path) <= 20000:
            with open(path, "rb") as f:
                content = f.read()
            found[hashlib.sha256(content).hexdigest()] = content
    return found


def member(kind, word):
    """Converts a word of the vectors, such as "aws-512", to the member of an enumeration."""
    return kind[word.upper().replace("-", "_")]


def expectation(told):
    return bytes.fromhex(told["value"]) if "value" in told else getattr(na, told["mode"].upper())


def deny(told):
    more = {"issuer": bytes.fromhex(told["issuer"])} if "issuer" in told else {}
    return getattr(na.Deny, told["type"].replace("-", "_"))(bytes.fromhex(told["value"]), **more)


def requirements(options):
    """Options of a vector as arguments of Verifier(). Raises KeyError for an option that the test does not pass on."""
    told = dict(options)
    flags = told.pop("flags")
    out = {"kind": member(na.Kind, told.pop("kind"))}
    if told.pop("time_mode") == "archive":
        out["archive"] = True
    else:
        age = told.pop("max_age_ms")
        out["max_age"] = na.UNLIMITED if age == "unlimited" else span(age)
    for name in ("max_future", "not_before_leeway", "not_after_leeway"):
        if name + "_ms" in told:
            out[name] = span(told.pop(name + "_ms"))
    if "pcr_policy" in told:
        out["policy"] = na.Policy.from_dict(told.pop("pcr_policy"))
    if "deny" in told:
        out["deny"] = [deny(entry) for entry in told.pop("deny")]
    if "limits" in told:
        out["limits"] = member(na.Limits, told.pop("limits"))
    if "region" in told:
        out["region"] = told.pop("region")
    for flag in flags:
        out[{"no-pcr-policy": "insecure_no_pcr_policy"}.get(flag, flag.replace("-", "_"))] = True
    return out, told


def answers(told):
    """The remaining options: the requirements for one document."""
    told = dict(told)
    out = {"nonce": bytes.fromhex(told.pop("nonce"))} if "nonce" in told else {"no_nonce": True}
    for name in ("user_data", "public_key"):
        if name in told:
            out[name] = expectation(told.pop(name))
    if "module_id" in told:
        out["module_id"] = told.pop("module_id")
    assert not told, "options that the test does not pass on: %s" % told
    return out


def document_of(vector, genuine):
    """Its bytes; None if it is genuine and not available."""
    reference = vector["document"]
    if not isinstance(reference, dict):
        return base64.b64decode(reference)
    document = genuine.get(reference["sha256"])
    for edit in reversed(reference.get("patch", [])) if document is not None else ():
        end = edit["offset"] + edit["remove"]
        document = document[:edit["offset"]] + bytes.fromhex(edit["insert"]) + document[end:]
    return document


def vectors():
    """(vector, document, arguments of Verifier, arguments of Verifier.verify); omits missing documents."""
    genuine = genuine_documents()
    with open(os.path.join(ROOT, "vectors", "manifest.json"), encoding="utf-8") as f:
        files = json.load(f)["files"]
    for entry in files:
        with open(os.path.join(ROOT, "vectors", entry["file"]), encoding="utf-8") as f:
            group = json.load(f)
        for vector in group["vectors"]:
            document = document_of(vector, genuine)
            if document is None:
                continue
            all_of_them, told = requirements(vector["options"])
            all_of_them["roots"] = [base64.b64decode(group["roots"][name]) for name in vector["roots"]]
            said = answers(told)
            said["now"] = EPOCH + span(vector["now_ms"])
            yield vector, document, all_of_them, said


def vector_count():
    """(all vectors, those whose documents are genuine and not in the repository)"""
    with open(os.path.join(ROOT, "vectors", "manifest.json"), encoding="utf-8") as f:
        files = json.load(f)["files"]
    absent = ("data/genuine.json", "data/patched.json")
    return sum(entry["count"] for entry in files), sum(e["count"] for e in files if e["file"] in absent)


def expected(vector):
    """Its `expect` without the values."""
    return {key: value for key, value in vector["expect"].items() if key != "values"}


def values(result):
    """Those of a verified document in the form of a vector's `values`, without the digest."""
    fields = {name: getattr(result, name) for name in ("public_key", "user_data", "nonce")}
    return {"module_id": result.module_id, "timestamp": result.timestamp_ms,
            "pcrs": {str(index): value.hex() for index, value in result.pcrs.items()},
            **{name: None if value is None else value.hex() for name, value in fields.items()}}


def sequences():
    """Lists of vectors for one verifier."""
    with open(os.path.join(ROOT, "vectors", "data", "sequence.json"), encoding="utf-8") as f:
        return {one["id"]: one["steps"] for one in json.load(f)["sequences"]}


def verdict(call):
    """A result in the form of a vector's `expect` without values."""
    try:
        call()
    except na.AttestationError as e:
        return {"result": "refuse", "code": e.code.name, "offset": e.offset, "item": e.item}
    return {"result": "accept"}
