"""A result for people and for other programs: repr() is one short line, to_dict() has the members of the command's
JSON."""
import dataclasses
import json
import os
import pickle
import subprocess
import tempfile
import unittest
from datetime import datetime, timedelta, timezone

from support import NOW, na

IMAGE = bytes(range(48))
COMMAND_ALONE = {"verdict", "code", "rule", "item", "offset", "message", "age_ms"}
OURS_ALONE = {"timestamp", "earliest_expiry", "unknown_fields", "cached_certificates", "root_index",
              "matched_set_name"}


class Result(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.policy = na.Policy([na.PcrSet({0: bytes([1]) * 48}), na.PcrSet({0: IMAGE}, name="release 1.2")])
        cls.issued = na.issue(now=NOW + timedelta(milliseconds=78), seed=b"verified", nonce=b"n\0\xff", user_data=b"",
                              pcrs={0: IMAGE})
        cls.verified = cls.verify()

    @classmethod
    def verify(cls, **changed):
        arguments = dict(roots=[cls.issued.root], now=NOW + timedelta(seconds=2), max_age=timedelta(minutes=5),
                         nonce=b"n\0\xff", policy=cls.policy)
        arguments.update(changed)
        return na.verify(cls.issued.document, **arguments)


class Repr(Result):
    def test_one_line_says_who_when_and_which_image(self):
        self.assertEqual(repr(self.verified), "<Verified enclave %s at 2026-01-02T03:04:05.078Z, set 2 'release 1.2', "
                         "canonical id %s...>" % (self.verified.module_id, self.verified.canonical_id.hex()[:16]))
        self.assertEqual(repr(pickle.loads(pickle.dumps(self.verified))), repr(self.verified))
        self.assertLess(len(repr(self.verified)), 200)

    def test_without_a_policy_and_in_debug_mode(self):
        self.assertIn(", no policy, ", repr(self.verify(policy=None, insecure_no_pcr_policy=True)))
        debug = na.issue(now=NOW, seed=b"debug", debug=True)
        verified = na.verify(debug.document, roots=[debug.root], now=NOW, archive=True, no_nonce=True, policy=None,
                             insecure_no_pcr_policy=True, allow_debug=True)
        self.assertTrue(repr(verified).startswith("<Verified DEBUG enclave i-"), repr(verified))

    def test_what_verify_did_not_make_is_seen(self):
        made = dataclasses.replace(self.verified, module_id="i-other\n\u202e")
        self.assertTrue(repr(made).startswith("<Verified (not made by verify) enclave i-other\\n\\u202e at "),
                        repr(made))

    def test_a_long_name_is_cut(self):
        long = na.Policy([na.PcrSet({0: IMAGE}, name="x" * 5000)])
        self.assertLess(len(repr(self.verify(policy=long))), 220)


class ToDict(Result):
    def command(self, status=0, image=IMAGE):
        with tempfile.TemporaryDirectory() as folder:
            paths = {name: os.path.join(folder, name) for name in ("document", "root", "policy.json")}
            sets = [{"pcrs": {"0": ["01" * 48]}}, {"name": "release 1.2", "pcrs": {"0": [image.hex()]}}]
            for name, content in (("document", self.issued.document), ("root", self.issued.root),
                                  ("policy.json", json.dumps({"version": 1, "sets": sets}).encode())):
                with open(paths[name], "wb") as f:
                    f.write(content)
            at = "@%d" % ((NOW - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1) + 2000)
            done = subprocess.run([os.environ["NITRO_ATTEST_TOOL"], "verify", "--json", "--root", paths["root"], "--at",
                                   at, "--max-age", "5m", "--nonce", b"n\0\xff".hex(), "--policy",
                                   paths["policy.json"], paths["document"]], stdout=subprocess.PIPE, timeout=60)
            self.assertEqual(done.returncode, status, done.stdout)
            return json.loads(done.stdout)

    def test_it_has_the_keys_and_values_of_the_command(self):
        mine, command = self.verified.to_dict(), self.command()
        self.assertEqual(set(mine) - set(command), OURS_ALONE)
        self.assertEqual(set(command) - set(mine), COMMAND_ALONE)
        for key in set(mine) & set(command):
            self.assertEqual(mine[key], command[key], key)

    def test_that_of_an_error_too(self):
        policy = na.Policy([na.PcrSet({0: b"\x01" * 48}), na.PcrSet({0: b"\x02" * 48}, name="release 1.2")])
        with self.assertRaises(na.VerificationError) as caught:
            self.verify(policy=policy)
        mine, command = caught.exception.to_dict(), self.command(1, b"\x02" * 48)
        self.assertEqual(json.loads(json.dumps(mine)), mine)
        self.assertEqual(set(command) - set(mine), {"verdict"})
        self.assertEqual({key: mine[key] for key in set(mine) - set(command)},
                         {"number": int(caught.exception.code), "item_kind": "none", "authenticated": True,
                          "remedy": caught.exception.remedy})
        for key in set(mine) & set(command):
            self.assertEqual(mine[key], command[key], key)
        self.assertEqual(repr(na.VerificationError(na.Code.NATT_E_TIME_EXPIRED, "expired", 4, 2118)),
                         "VerificationError(NATT_E_TIME_EXPIRED, message='expired', item=4, offset=2118)")

    def test_the_other_values(self):
        mine = self.verified.to_dict()
        self.assertEqual((mine["timestamp"], mine["matched_set"], mine["matched_set_name"], mine["root_index"]),
                         ("2026-01-02T03:04:05.078Z", 1, "release 1.2", 0))
        self.assertEqual(mine["earliest_expiry"], min(c["not_after"] for c in mine["chain"]))
        self.assertEqual((mine["user_data"], mine["public_key"], mine["nonce"]), ("", None, "6e00ff"))
        self.assertEqual(self.verify(roots=[na.aws_root(), self.issued.root]).to_dict()["root_index"], 1)

    def test_json_takes_it_and_every_field_is_in_it(self):
        mine = self.verified.to_dict()
        self.assertEqual(json.loads(json.dumps(mine)), mine)
        fields = {f.name for f in dataclasses.fields(na.Verified) if not f.name.startswith("_")}
        self.assertEqual(set(mine), fields)

    def test_values_differ_with_the_object(self):
        """Each field comes from the object itself, not from a constant or a different field."""
        changes = {"kind": na.Kind.NITROTPM, "debug": True, "checks": na.Check.CHAIN, "unknown_fields": 3,
                   "cached_certificates": 2, "timestamp": NOW, "timestamp_ms": 5, "earliest_expiry": NOW,
                   "pcrs": na.Pcrs({7: IMAGE}), "module_id": "m", "instance_id": "i", "region": None,
                   "canonical_id": b"c", "root_sha256": b"r", "root_index": 9, "matched_set": None,
                   "matched_set_name": None, "chain": (), "public_key": b"p", "user_data": b"u", "nonce": b"N"}
        before = self.verified.to_dict()
        for name, value in changes.items():
            after = dataclasses.replace(self.verified, **{name: value}).to_dict()
            self.assertEqual({key for key in before if before[key] != after[key]}, {name})


if __name__ == "__main__":
    unittest.main(verbosity=2)
