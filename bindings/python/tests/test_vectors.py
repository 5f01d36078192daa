"""Every test vector through the bindings: verdict, code, offset and item must be those of the vector."""
import unittest

import support
from support import na


class Vectors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.all = list(support.vectors())
        # Verifier() refuses wrong roots.
        cls.usable = [one for one in cls.all if not one[0]["expect"].get("code", "").startswith("NATT_E_USAGE_")]

    def test_all_of_them_are_there(self):
        count, genuine = support.vector_count()
        missing = count - len(self.all)
        self.assertIn(missing, (0, genuine), "vectors were neither all there nor all but the genuine documents")
        if missing:
            self.skipTest(f"{genuine} vectors need the shared material (NITRO_ATTEST_SHARED)")

    def test_verify_answers_as_the_vectors_say(self):
        accepted = 0
        for vector, document, requirements, said in self.all:
            got = support.verdict(lambda: na.verify(document, **requirements, **said))
            self.assertEqual(got, support.expected(vector), vector["id"])
            accepted += got["result"] == "accept"
        self.assertGreater(accepted, 150)

    def test_the_values_are_those_of_the_vectors(self):
        compared = 0
        for vector, document, requirements, said in self.all:
            right = dict(vector["expect"].get("values", {}))
            if right:
                del right["digest"]
                self.assertEqual(support.values(na.verify(document, **requirements, **said)), right, vector["id"])
                compared += 1
        self.assertGreater(compared, 200)

    def test_sequences_with_one_verifier(self):
        by_id = {one[0]["id"]: one for one in self.all}
        ran = 0
        for name, steps in support.sequences().items():
            requirements = {repr(by_id[step][2]) for step in steps}
            if len(requirements) > 1:  # a Verifier takes them when it is created
                continue
            verifier = na.Verifier(**by_id[steps[0]][2])
            for step in steps:
                vector, document, _, said = by_id[step]
                got = support.verdict(lambda: verifier.verify(document, **said))
                self.assertEqual(got, support.expected(vector), (name, step))
            ran += 1
        self.assertGreater(ran, 15)

    def test_one_verifier_with_its_cache_answers_the_same(self):
        verifiers = {}
        cached = 0
        for vector, document, requirements, said in self.usable[::3]:
            key = repr(sorted(requirements.items(), key=lambda item: item[0]))
            verifier = verifiers.setdefault(key, na.Verifier(**requirements))
            got = support.verdict(lambda: verifier.verify(document, **said))
            self.assertEqual(got, support.expected(vector), vector["id"])
            cached += got["result"] == "accept" and verifier.cached_certificates > 0
        self.assertGreater(cached, 10)

    def test_batches_answer_the_same(self):
        groups = {}
        for vector, document, requirements, said in self.usable[::3]:
            now = said.pop("now")
            key = repr((now, sorted(requirements.items(), key=lambda item: item[0])))
            groups.setdefault(key, (requirements, now, []))[2].append((vector, na.BatchItem(document, **said)))
            said["now"] = now
        for requirements, now, listed in groups.values():
            results = na.verify_batch([item for _, item in listed], now=now, threads=2, **requirements)
            self.assertEqual(len(results), len(listed))
            for (vector, _), result in zip(listed, results):
                self.assertEqual(support.verdict(result.unwrap), support.expected(vector), vector["id"])
                self.assertEqual(bool(result), vector["expect"]["result"] == "accept")

    def test_bytearrays_and_memoryviews_have_the_same_verdict(self):
        for vector, document, requirements, said in self.usable[::40]:
            verifier = na.Verifier(**requirements)
            for form in (bytearray(document), memoryview(document), memoryview(b"x" + document)[1:],
                         memoryview(bytearray(document))):
                got = support.verdict(lambda: verifier.verify(form, **said))
                self.assertEqual(got, support.expected(vector), vector["id"])

    def test_parse_reads_what_verify_verifies(self):
        for vector, document, requirements, said in self.all:
            if vector["expect"]["result"] != "accept":
                continue
            seen, result = na.parse(document), na.verify(document, **requirements, **said)
            for name in ("kind", "module_id", "timestamp", "timestamp_ms", "pcrs", "public_key", "user_data", "nonce"):
                self.assertEqual(getattr(seen, name), getattr(result, name), (vector["id"], name))
            self.assertEqual(len(result.chain), len(seen.cabundle) + 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
