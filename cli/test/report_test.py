"""The table and the JSON of a command have the same facts: report_test.py PATH-OF-BINARY. Standard library only.

The keys of JSON, in their order, are those that docs/JSON.md lists. The rows of tables are compared with JSON by label.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from image_cases import PLAIN, eif, signature

BINARY = os.path.abspath(sys.argv[1])
REPO = pathlib.Path(__file__).resolve().parents[2]
AT, A, B = "2025-06-01T12:00:00Z", "aa" * 48, "bb" * 48
ROLES = ["root", "regional CA", "zonal CA", "instance CA", "leaf"]


def run(*words, code=0):
    done = subprocess.run([BINARY, *map(str, words)], capture_output=True, timeout=60, check=False)
    assert done.returncode == code, (words, done)
    return done.stdout.decode()


def documented(section):
    """The keys of each table of keys in a section of docs/JSON.md, in order."""
    text = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", (REPO / "docs/JSON.md").read_text(), re.M | re.S)[1]
    tables = re.findall(r"^\| key \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.M)
    return [[key for line in t.splitlines() for key in re.findall(r"`(\w+)`", line.split("|")[1])] for t in tables]


def rows(text, width=12, indent=2):
    """(label, value) of each row; a row without a label continues the one above."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(rf" {{{indent}}}(.{{{width}}}) (.*)", line)
        label, value = (match[1].rstrip(), match[2]) if match else ("", "")
        if label:
            found.append((label, [value]))
        elif match and not match[1].strip() and found:
            found[-1][1].append(value)
    return found


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.dir = pathlib.Path(folder.name)
        cls.doc, cls.root = cls.dir / "doc", cls.dir / "root.pem"
        run("issue", "--out", cls.doc, "--root-out", cls.root, "--seed", "01", "--at", AT, "--pcr", f"0={A}", "--pcr",
            f"4={B}",
            "--nonce", "a1b2c3d4", "--user-data", "68695c", "--region", "eu-west-1")

    def both(self, *words, code=0):
        return run(*words, code=code), json.loads(run(*words, "--json", code=code))

    def expect_field(self, table, value, label, after=""):
        """A field of bytes: its size, hexadecimal, and its text if that is printable."""
        shown = [f"{len(value) // 2} bytes{after}", value] if value is not None else [f"absent{after}"]
        self.assertEqual(table[label][:2], shown)


class Verify(Case):
    def verify(self, *words, code=0):
        return self.both("verify", "--max-age", "5m", "--at", "2025-06-01T12:01:01Z", "--root", self.root, *words,
                         self.doc, code=code)

    def test_verified(self):
        text, out = self.verify("--pcr", f"0={A}", "--nonce", "a1b2c3d4")
        table = dict(rows(text))
        self.assertEqual(list(out), documented("verify")[0])
        for label, key in (("module", "module_id"), ("kind", "kind"), ("region", "region"), ("instance", "instance_id"),
                           ("root sha256", "root_sha256"), ("canonical id", "canonical_id")):
            self.assertEqual(table[label], [out[key]], label)
        self.assertEqual((out["timestamp_ms"], out["age_ms"]), (1748779200000, 61000))
        self.assertEqual(table["time"], ["2025-06-01T12:00:00.000Z (age 1 min 1 s)"])
        self.assertEqual((out["debug"], table["debug"]), (False, ["no"]))
        self.assertEqual((out["matched_set"], table["policy"]), (0, ["set 1 matched"]))
        self.expect_field(table, out["nonce"], "nonce", ", as expected")
        self.expect_field(table, out["user_data"], "user_data", ", not checked")
        self.assertEqual(table["user_data"][2], '"hi\\\\"')
        self.expect_field(table, out["public_key"], "public_key", ", not checked")

    def test_pcrs_chain_and_checks(self):
        text, out = self.verify("--pcr", f"0={A}", "--no-nonce")
        shown = re.findall(r"^  PCR(\d+) +(matched|not checked) +([0-9a-f]{96})$", text, re.M)
        zeros = re.search(r"^  not checked  all zero: PCR((?: \d+)+)$", text, re.M)[1].split()
        self.assertEqual({**{i: v for i, _, v in shown}, **{i: "00" * 48 for i in zeros}}, out["pcrs"])
        self.assertEqual([i for i, word, _ in shown if word == "matched"], ["0"])
        self.assertEqual([(label, *value) for label, value in rows(text) if label in ROLES],
                         [(role, f"until {c['not_after']}  {c['subject']}") for role, c in zip(ROLES, out["chain"])])
        self.assertEqual([list(c) for c in out["chain"]], [["subject", "not_before", "not_after"]] * 5)
        self.assertTrue(all(c["not_before"] < c["not_after"] for c in out["chain"]))
        names = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|",
                           (REPO / "docs/JSON.md").read_text().split("| name | checked |")[1], re.M)
        names = [name for line in names[:9] for name in re.findall(r"`(\w+)`", line)]
        table = dict(rows(text))
        self.assertLessEqual(set(out["checks"]), set(names))
        self.assertEqual(len(table["checked"]), len(out["checks"]))
        self.assertEqual(len(table["checked"]) + len(table["NOT checked"]), 14)

    def test_refused(self):
        text, out = self.verify("--pcr", f"0={B}", "--pcr", f"20={B}", "--no-nonce", code=1)
        table = dict(rows(text))
        self.assertEqual([*out, "canary"], documented("verify")[1])  # only with --canary
        self.assertEqual(table["code"], [f"{out['code']} ({out['rule']})"])
        self.assertEqual((table["reason"], table["item"]), ([out["message"]], [f"PCR{out['item']}"]))
        first, second = out["pcr_differences"]
        self.assertEqual(first, {"set": 0, "set_name": None, "index": 0, "expected": [B], "actual": A})
        self.assertEqual(second, {"set": 0, "set_name": None, "index": 20, "expected": [B], "actual": None})
        self.assertEqual((table["PCR0"], table["PCR20"]), ([f"expected {B}", f"actual   {A}"],
                                                           [f"expected {B}", "actual   absent"]))

    def test_a_place_in_the_document(self):
        (self.dir / "cut").write_bytes(self.doc.read_bytes()[:100])
        for words in (["verify", "--no-nonce", "--max-age", "5m", "--pcr", f"0={A}"], ["inspect"]):
            text, out = self.both(*words, self.dir / "cut", code=1)
            table = dict(rows(text))
            self.assertEqual(list(out), documented("verify")[1][:6])
            self.assertEqual((table["code"], table["reason"], table["offset"]),
                             ([f"{out['code']} ({out['rule']})"], [out["message"]], [f"byte {out['offset']} of 100"]))


class Inspect(Case):
    def test_document(self):
        text, out = self.both("inspect", self.doc)
        table = dict(rows(text.split("\n  certificate 0")[0]))
        self.assertEqual(list(out), documented("inspect")[0])
        self.assertEqual(text.splitlines()[0], out["message"])
        for label, key in (("input", "input"), ("kind", "kind"), ("module_id", "module_id"), ("digest", "digest"),
                           ("signature", "signature")):
            self.assertEqual(table[label], [out[key]], label)
        self.assertEqual((out["timestamp_ms"], table["timestamp"]), (1748779200000, ["2025-06-01T12:00:00.000Z"]))
        self.assertEqual(table["document"], [f"{out['bytes']} bytes, COSE_Sign1 without tag 18"])
        self.assertEqual((out["tagged"], out["indefinite"], out["debug"], out["unknown_fields"]),
                         (False, True, False, []))
        self.assertTrue(table["payload"][0].endswith(" a map of indefinite length"))
        for field in ("nonce", "user_data", "public_key"):
            self.expect_field(table, out[field], field)
        self.assertEqual(dict(re.findall(r"^  PCR(\d+) +([0-9a-f]{96})", text, re.M)), out["pcrs"])

    def test_certificates(self):
        text, out = self.both("inspect", self.doc)
        blocks = text.rsplit("\n\n", 1)[0].split("\n  certificate ")[1:]
        self.assertEqual((len(blocks), len(out["chain"])), (5, 5))
        for index, (block, cert) in enumerate(zip(blocks, out["chain"])):
            self.assertEqual(list(cert), ["role", "der", "subject", "issuer", "serial", "not_before", "not_after",
                                          "key_usage_critical",
                                          "key_usage", "basic_constraints", "unknown_critical", "issuer_der",
                                          "public_key"])
            self.assertLess(cert["not_before"], cert["not_after"])
            self.assertEqual(block.splitlines()[0], f"{index} ({cert['role']}), {len(cert['der']) // 2} bytes")
            table = {label: value for label, [value] in rows(block, width=10, indent=4)}
            ca = cert["basic_constraints"]
            length = "" if ca["path_len"] is None else f", path length {ca['path_len']}"
            self.assertEqual(list(ca), ["critical", "ca", "path_len"])
            self.assertEqual(table, {"subject": cert["subject"], "issuer": cert["issuer"], "serial": cert["serial"],
                                     "valid": f"{cert['not_before']} to {cert['not_after']}",
                                     "key usage": ", ".join(["critical" if cert["key_usage_critical"]
                                                             else "not critical",
                                                             *cert["key_usage"]]),
                                     "CA": f"{'yes' if ca['ca'] else 'no'}{length} "
                                           f"({'critical' if ca['critical'] else 'not critical'})",
                                     "key": cert["public_key"]})


class Others(Case):
    def test_root(self):
        text, out = self.both("root")
        table = {label: value for label, [value] in rows(text) if label in ("sha256", "subject", "serial", "valid")}
        self.assertEqual(list(out), ["sha256", "subject", "serial", "not_before", "not_after"])
        self.assertEqual(table, {"sha256": out["sha256"], "subject": out["subject"], "serial": out["serial"],
                                 "valid": f"{out['not_before']} to {out['not_after']}"})

    def test_explain(self):
        text, out = self.both("explain", "all")
        blocks = re.split(r"^(?=NATT_)", text, flags=re.M)[1:]
        self.assertEqual(len(blocks), len(out))
        for block, code in zip(blocks, out):
            table = {label: value for label, [value] in rows(block, width=11)}
            self.assertEqual(list(code), ["code", "number", "rule", "message", "remedy"])
            self.assertEqual(block.splitlines()[0], f"{code['code']} ({code['number']})")
            self.assertEqual((table.get("rule"), table["meaning"], table["what to do"]),
                             (code["rule"], code["message"], code["remedy"]))

    def test_breaks(self):
        text, out = self.both("issue", "--list-breaks")
        shown = []
        for b in out:
            self.assertEqual(list(b), documented("issue --list-breaks")[0])
            shown += [f"{b['id']}  {b['rule']}  {b['code']}{'  (if asked)' if b['asked'] else ''}",
                      f"    {b['description']}"]
            shown += [f"    Verifiers may differ: {b['policy']}"] if b["policy"] else []
        self.assertEqual(text.splitlines(), shown)

    def test_image(self):
        image = self.dir / "a.eif"
        image.write_bytes(eif(*PLAIN, signature()))
        text, out = self.both("pcr", "describe", image)
        self.assertEqual(list(out), ["version", "architecture", "size", "crc32", "sections", "signature", "metadata",
                                     "metadata_error",
                                     "Measurements"])
        table, signed = dict(rows(text)), out["signature"]
        self.assertEqual(table["image"], [f"{out['size']} bytes, format version {out['version']}, "
                                          f"{out['architecture']}"])
        self.assertEqual(table["CRC-32"], [f"{out['crc32']:08x}, correct"])
        self.assertEqual(re.findall(r"^  \d+ +(\w+) +(\d+) +(\d+)$", text, re.M),
                         [(s["type"], str(s["offset"]), str(s["size"])) for s in out["sections"]])
        self.assertEqual((signed["status"], table["signature"]), ("valid",
                                                                  ["valid: this certificate's key signed PCR0"]))
        self.assertEqual((table["signer"], table["SHA-256"], table["algorithm"], table["valid"]),
                         ([signed["subject"].replace("\\", "\\\\")], [signed["certificate_sha256"]],
                          [signed["algorithm"]],
                          [f"{signed['not_before']} to {signed['not_after']}"]))
        pcrs = {key: [value] for key, value in out["Measurements"].items() if key != "HashAlgorithm"}
        self.assertEqual({key: value for key, value in table.items() if key.startswith("PCR")}, pcrs)
        self.assertEqual(json.loads("{" + text.split("\n{")[1]), out["metadata"])

    def test_vectors(self):
        words = ["vectors", "list", "--vectors", REPO / "vectors", "--group", "policy"]
        text, out = self.both(*words)
        self.assertEqual(list(out), documented("vectors list")[0])
        lines = text.splitlines()
        self.assertEqual(len(lines), out["count"] + 2)
        self.assertTrue(lines[-1].startswith(f"{out['count']} vectors, version {out['version']}, "))
        for line, v in zip(lines[1:], out["vectors"]):
            self.assertEqual(list(v), ["id", "group", "description", "rules", "class", "severity", "reach", "tags",
                                       "policy", "genuine", "expect"])
            more = ["[%s]" % ", ".join(v["tags"])] * bool(v["tags"]) + ["(policy)"] * bool(v["policy"])
            self.assertEqual(line.split(None, 6), [v["id"], v["group"], v["class"], v["severity"], v["reach"],
                                                   v["expect"].get("code", "accept"), *[" ".join(more)] * bool(more)])

    def test_run(self):
        words = ["vectors", "run", "--vectors", REPO / "vectors", "--group", "cbor", "--exec",
                 f"'{BINARY}' vectors answer", "--name", "us"]
        text, out = self.both(*words)
        self.assertEqual(list(out), documented("vectors run")[0])
        lines, counts = text.splitlines(), ["agrees", "accepts", "refuses", "wrong-values", "crashes", "times-out",
                                            "garbled", "unsupported", "skipped"]
        verdict = (f"AGREES: {out['summary']['vectors']} vectors, {out['summary']['decided']} decided, "
                   f"{out['summary']['agrees']} agree")
        self.assertEqual((lines[0], lines[-1]), (verdict, verdict))
        self.assertEqual(lines[1], f"us: vectors version {out['vectors_version']}, nitro-attest "
                                   f"{out['nitro_attest_version']}, "
                                   f"at most {out['timeout_ms']} ms a vector")
        at = 5
        for table, key in (("severities", "severity"), ("reaches", "reach"), ("classes", "class"),
                           ("policy_classes", "class")):
            shown = [[row[key], *(str(row[c] or ".") for c in ["vectors", *counts])] for row in out[table]]
            self.assertEqual([line.split() for line in lines[at:at + len(shown)]], shown)
            self.assertTrue(lines[at + len(shown)].startswith("all "))
            at += len(shown) + 4
        order = ["critical", "high", "medium", "low", "none"]
        found = [row["severity"] for row in out["severities"]]
        self.assertEqual((found, len(found) > 2), ([name for name in order if name in found], True))
        self.assertEqual(list(out["classes"][0]), ["class", "vectors", *counts, "failing"])
        self.assertEqual(list(out["summary"]), ["vectors", "sequences", "decided", "min_decided", *counts,
                                                "values_compared", "values_not_reported", "disagreements",
                                                "unexpected_passes", "known_failures",
                                                "policy_differences", "undecided", "stale_exceptions"])
        self.assertEqual(out["filters"], {"group": ["cbor"], "class": [], "id": [], "skip_tag": []})
        self.assertEqual(list(out["results"][0]), ["id", "group", "class", "severity", "reach", "tags", "policy",
                                                   "expect", "expect_code", "outcome", "values",
                                                   "standing", "code", "detail", "exception", "issue", "duration_ms"])


class Nsm(Case):
    def both(self, *words, code=0):
        """Of one software NSM."""
        script = '"$0" nsm "$@"; echo ---; exec "$0" nsm "$@" --json'
        done = subprocess.run([BINARY, "emulate", "--seed", "01", "--", "sh", "-c", script, BINARY, *words],
                              capture_output=True,
                              timeout=60, check=False, text=True)
        if done.returncode == 125:
            self.skipTest(done.stderr)
        self.assertEqual(done.returncode, code, done)
        text, out = done.stdout.split("---\n")
        return text, json.loads(out)

    def test_describe(self):
        text, out = self.both("describe")
        self.assertEqual(list(out), ["module_id", "version", "digest", "max_pcrs", "locked_pcrs"])
        self.assertEqual(rows(text, indent=0), [("module_id", [out["module_id"]]), ("version", [out["version"]]),
                                                ("digest", [out["digest"]]),
                                                ("PCRs", [str(out["max_pcrs"])]),
                                                ("locked", [" ".join(map(str, out["locked_pcrs"]))])])

    def test_pcrs(self):
        text, out = self.both("pcr", "read", "3", "16")
        self.assertEqual([list(p) for p in out], [["index", "locked", "value"]] * 2)
        self.assertEqual([p["locked"] for p in out], [True, False])
        self.assertEqual(text, "".join(f"{p['index']:3}  {'locked  ' if p['locked'] else 'unlocked'}  {p['value']}\n"
                                       for p in out))

    def test_detect(self):
        text, out = self.both("detect", "--entropy")
        self.assertEqual(list(out), ["present", "entropy", "reason", "nsm"])
        self.assertEqual((out["present"], out["entropy"], out["reason"], list(out["nsm"])[0]),
                         (True, True, None, "module_id"))
        self.assertEqual(text, f"NSM present: {out['nsm']['module_id']}\nrandom bytes: good\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
