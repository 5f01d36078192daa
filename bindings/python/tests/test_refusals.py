"""Refusals: missing required checks, and PCRs that differ; and results that were changed."""
import copy
import dataclasses
import inspect
import pickle
import re
import unittest
from datetime import timedelta
from unittest import mock

from support import NOW, na
from nitro_attest._library import lib

PCR0, PCR3, OTHER, THIRD = b"\xab" * 48, b"\x03" * 48, b"\1" * 48, b"\2" * 48
AGE = timedelta(minutes=1)
#: The arguments that request each check, and whether each call has them. Checks that are not listed are always
#: performed.
PERFORMED = {
    "NOW": (dict(max_age=na.UNLIMITED), False), "AGE": (dict(max_age=AGE), False), "NONCE": (dict(nonce=b"n"), True),
    "USER_DATA": (dict(user_data=b"u"), True), "PUBLIC_KEY": (dict(public_key=na.ABSENT), True),
    "PCRS": (dict(policy=na.Policy([na.PcrSet({0: PCR0})])), False), "PRODUCTION": (dict(allow_debug=False), False),
    "MODULE_BINDING": (dict(require_module_binding=True), False), "MODULE_ID": (dict(module_id=None), True),
    "REGION": (dict(region="us-east-1"), False), "DENY": (dict(deny=[na.Deny.spki_sha256(bytes(32))]), False),
}
OF_ONE_DOCUMENT = ("now", "nonce", "no_nonce", "user_data", "public_key", "module_id")


class Issued(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.issued = na.issue(now=NOW, seed=b"refusals", nonce=b"n", user_data=b"u", pcrs={0: PCR0, 3: PCR3})
        cls.debug = na.issue(now=NOW, seed=b"refusals", nonce=b"n", debug=True)

    def least(self, **more):
        """The minimal arguments of verify(), without those that one of `more` excludes."""
        told = dict(roots=[self.issued.root], now=NOW, archive=True, no_nonce=True, insecure_no_pcr_policy=True,
                    allow_debug=True)
        for name, excluded in (("max_age", "archive"), ("nonce", "no_nonce"), ("policy", "insecure_no_pcr_policy")):
            if name in more:
                del told[excluded]
        told.update(more)
        return told

    def ways(self, document, **told):
        """The three ways to verify, as functions that return a Verified or raise."""
        each = {name: told[name] for name in OF_ONE_DOCUMENT if name in told}
        shared = {name: value for name, value in told.items() if name not in each}
        item = na.BatchItem(document, **{name: value for name, value in each.items() if name != "now"})
        return (lambda: na.verify(document, **told), lambda: na.Verifier(**shared).verify(document, **each),
                lambda: na.verify_batch([item], now=told["now"], **shared)[0].unwrap(),
                lambda: na.verify_batch([item] * 3, now=told["now"], threads=3, **shared)[2].unwrap())

    def raised(self, call, kind, code):
        with self.assertRaises(kind) as caught:
            call()
        self.assertEqual(caught.exception.code.name, code)
        return caught.exception


class RequiredChecks(Issued):
    def told(self, name):
        made = dict(PERFORMED[name][0])
        return {key: self.issued.module_id if key == "module_id" else value for key, value in made.items()}

    def test_every_check_that_depends_on_arguments_is_known_here(self):
        always = {"CHAIN", "SIGNATURE", "TIMESTAMP"}
        self.assertEqual(set(PERFORMED) | always, {check.name for check in na.Check})
        for call in self.ways(self.issued.document, **self.least(
                required_checks=na.Check.CHAIN | na.Check.SIGNATURE | na.Check.TIMESTAMP)):
            call()

    def test_one_that_is_performed_is_accepted(self):
        for name in PERFORMED:
            told = self.least(required_checks=na.Check[name], **self.told(name))
            for call in self.ways(self.issued.document, **told):
                self.assertIn(na.Check[name], call().checks)

    def test_one_that_is_not_performed_is_a_usage_error(self):
        """This also applies if the document would pass the check, and before any byte of the document is read."""
        for name in PERFORMED:
            for document in (self.issued.document, b""):
                for call in self.ways(document, **self.least(required_checks=na.Check[name])):
                    error = self.raised(call, na.UsageError, "NATT_E_USAGE_CHECKS")
                    self.assertRegex(error.remedy, name + " needs .*or remove it from required_checks")
                    self.assertEqual(error.differences, ())

    def test_those_that_are_missing_are_named_and_no_others(self):
        asked = na.Check.CHAIN | na.Check.NONCE | na.Check.AGE | na.Check.USER_DATA | na.Check.PCRS
        for call in self.ways(self.issued.document, **self.least(required_checks=asked, nonce=b"n")):
            error = self.raised(call, na.UsageError, "NATT_E_USAGE_CHECKS")
            if "AGE" in error.remedy:
                self.assertRegex(error.remedy, "^AGE needs max_age, and not UNLIMITED; ((USER_DATA needs user_data; )?)"
                                               "PCRS needs policy; or remove")
        error = self.raised(lambda: na.verify(b"", **self.least(required_checks=asked, max_age=AGE, policy=na.Policy(
            [na.PcrSet({0: PCR0})]))), na.UsageError, "NATT_E_USAGE_CHECKS")
        self.assertEqual(error.remedy, "NONCE needs nonce; USER_DATA needs user_data; or remove it from "
                                       "required_checks")

    def test_a_verifier_refuses_its_own_at_once_and_those_of_a_call_later(self):
        for name, (_, of_a_call) in PERFORMED.items():
            shared = self.least(required_checks=na.Check[name])
            each = {key: shared.pop(key) for key in OF_ONE_DOCUMENT if key in shared}
            if not of_a_call:
                self.raised(lambda: na.Verifier(**shared), na.UsageError, "NATT_E_USAGE_CHECKS")
                continue
            verifier = na.Verifier(**shared)
            self.raised(lambda: verifier.verify(self.issued.document, **each), na.UsageError, "NATT_E_USAGE_CHECKS")
            if name == "NONCE":
                del each["no_nonce"]
            self.assertIn(na.Check[name], verifier.verify(self.issued.document, **each, **self.told(name)).checks)

    def test_each_item_of_a_batch_is_compared_alone(self):
        verifier = na.Verifier(**{n: v for n, v in self.least(required_checks=na.Check.NONCE).items()
                                  if n not in OF_ONE_DOCUMENT})
        good, lax = na.BatchItem(self.issued.document, nonce=b"n"), na.BatchItem(self.issued.document, no_nonce=True)
        results = verifier.verify_batch([good, lax, good], now=NOW)
        self.assertEqual([bool(result) for result in results], [True, False, True])
        self.assertIs(results[1].error.code, na.Code.NATT_E_USAGE_CHECKS)

    def test_an_unlimited_age_and_nitrotpm_perform_less(self):
        for told in (dict(max_age=na.UNLIMITED, required_checks=na.Check.AGE),
                     dict(kind=na.Kind.NITROTPM, allow_debug=False, required_checks=na.Check.PRODUCTION)):
            for call in self.ways(self.issued.document, **self.least(**told)):
                self.raised(call, na.UsageError, "NATT_E_USAGE_CHECKS")

    def test_wrong_types_are_named(self):
        for wrong in (None, 0, 32, True, "NONCE", na.Kind.ENCLAVE, na.Limits.DEFAULT, [na.Check.NONCE], na.KeyUsage(1)):
            for call in self.ways(self.issued.document, **self.least(required_checks=wrong)):
                with self.assertRaisesRegex(TypeError, "required_checks must be a nitro_attest.Check, not"):
                    call()


class Signatures(unittest.TestCase):
    def test_the_three_of_them_agree(self):
        """verify(), Verifier and verify_batch(): the same arguments, types and defaults."""
        verify, verifier, batch, method = (inspect.signature(f).parameters for f in (
            na.verify, na.Verifier.__init__, na.verify_batch, na.Verifier.verify))
        told = {name: (p.default, p.annotation, p.kind) for name, p in verify.items()}
        kept = {name: (p.default, p.annotation, p.kind) for name, p in verifier.items() if name != "self"}
        for name, p in method.items():
            if name != "self":
                self.assertEqual((p.default, p.annotation, p.kind), told[name], name)
        self.assertEqual(set(told) - set(kept), set(method) - {"self"})
        self.assertEqual(set(kept) - set(told), {"cache_chains"})
        self.assertEqual({name: told[name] for name in kept if name in told},
                         {name: value for name, value in kept.items() if name in told})
        self.assertEqual({name: (p.default, p.annotation, p.kind) for name, p in batch.items()
                          if name not in ("items", "now", "threads")}, kept)


class Differences(Issued):
    policy = na.Policy([na.PcrSet({0: [OTHER, THIRD], 3: PCR3}, "first"), na.PcrSet({0: PCR0, 3: OTHER, 31: THIRD})])
    expected = (na.PcrDifference(0, "first", 0, (OTHER, THIRD), PCR0), na.PcrDifference(1, None, 3, (OTHER,), PCR3),
                na.PcrDifference(1, None, 31, (THIRD,), None))

    def refused(self, code, policy, **more):
        return [self.raised(call, na.VerificationError, code)
                for call in self.ways(self.issued.document, **self.least(policy=policy, **more))]

    def all_refused(self, code, policy):
        verified = na.verify(self.issued.document, **self.least())
        return self.refused(code, policy) + [
            self.raised(lambda: verified.check_policy(policy), na.VerificationError, code)]

    def test_each_pcr_of_each_set_is_named(self):
        for error in self.all_refused("NATT_E_POLICY_NO_SET", self.policy):
            self.assertEqual(error.differences, self.expected)
            self.assertTrue(error.authenticated)
            self.assertTrue(all(type(one) is na.PcrDifference for one in error.differences))

    def test_one_set_that_lacks_a_pcr_or_has_another(self):
        for index, code, actual in ((3, "PCR_MISMATCH", PCR3), (31, "PCR_ABSENT", None)):
            expected = na.PcrDifference(0, None, index, (OTHER,), actual)
            for error in self.all_refused("NATT_E_POLICY_" + code, na.Policy([na.PcrSet({0: PCR0, index: OTHER})])):
                self.assertEqual((error.differences, error.item), ((expected,), expected.index))

    def test_a_weak_policy_is_explained_as_well(self):
        weak = na.Policy([na.PcrSet({3: OTHER})])
        for error in self.refused("NATT_E_POLICY_PCR_MISMATCH", weak, allow_weak_policy=True):
            self.assertEqual(error.differences, (na.PcrDifference(0, None, 3, (OTHER,), PCR3),))

    def test_all_pcrs_of_many_sets_have_room(self):
        sets = [na.PcrSet({index: OTHER for index in range(32)}, "n%d" % n) for n in range(20)]
        for error in self.all_refused("NATT_E_POLICY_NO_SET", na.Policy(sets)):
            self.assertEqual([(one.set_index, one.set_name, one.index) for one in error.differences],
                             [(n, "n%d" % n, index) for n in range(20) for index in range(32)])

    def test_required_checks_do_not_hide_them(self):
        for error in self.refused("NATT_E_POLICY_NO_SET", self.policy, required_checks=na.Check.PCRS | na.Check.CHAIN):
            self.assertEqual(error.differences, self.expected)

    def test_every_item_of_a_batch_has_its_own(self):
        mine, other = na.Policy([na.PcrSet({0: PCR0, 3: OTHER}, "mine")]), na.Policy([na.PcrSet({0: PCR0})])
        items = [na.BatchItem(self.issued.document, no_nonce=True, policy=mine), na.BatchItem(b"", no_nonce=True),
                 na.BatchItem(self.issued.document, no_nonce=True),
                 na.BatchItem(self.issued.document, nonce=b"n", policy=other),
                 na.BatchItem(self.issued.document, nonce=b"m", policy=mine)] * 30
        shared = {n: v for n, v in self.least(policy=self.policy).items() if n != "no_nonce"}
        for threads in (1, 3):
            told = [result.error.differences if result.error else None
                    for result in na.verify_batch(items, threads=threads, **shared)]
            self.assertEqual(len(told), len(items))
            of_mine = (na.PcrDifference(0, "mine", 3, (OTHER,), PCR3),)
            for n, expected in enumerate([of_mine, (), self.expected, None, ()] * 30):
                self.assertEqual(told[n], expected, n)

    def test_other_refusals_have_none_and_cost_nothing(self):
        broken = bytearray(self.issued.document)
        broken[-1] ^= 1
        with mock.patch.object(lib, "natt_verify_explain", side_effect=AssertionError("was called")):
            for document, more, code in ((bytes(broken), {}, "NATT_E_COSE_SIGNATURE"), (b"", {}, "NATT_E_COSE_SIZE"),
                                         (self.issued.document, dict(nonce=b"m"), "NATT_E_EXPECT_NONCE"),
                                         (self.debug.document, dict(allow_debug=False, roots=[self.debug.root]),
                                          "NATT_E_EXPECT_DEBUG")):
                for call in self.ways(document, **self.least(policy=self.policy, **more)):
                    error = self.raised(call, na.VerificationError, code)
                    self.assertEqual(error.differences, ())
                    self.assertNotIn("; set ", str(error))
        for call in (lambda: na.parse(b""), lambda: na.parse_certificate(b"")):
            with self.assertRaises(na.VerificationError) as caught:
                call()
            self.assertEqual(caught.exception.differences, ())

    def test_one_verification_more_with_the_same_cache(self):
        calls, real = [], {name: getattr(lib, name) for name in ("natt_verify", "natt_verify_explain")}

        def recorded(name, cache):
            def call(*arguments):
                calls.append((name, arguments[cache]))
                return real[name](*arguments)
            return mock.patch.object(lib, name, side_effect=call)

        shared = {n: v for n, v in self.least(policy=self.policy).items() if n not in OF_ONE_DOCUMENT}
        for chains in (0, 4):
            verifier = na.Verifier(cache_chains=chains, **shared)
            with recorded("natt_verify", 3), recorded("natt_verify_explain", 5):
                del calls[:]
                self.raised(lambda: verifier.verify(self.issued.document, now=NOW, no_nonce=True), na.VerificationError,
                            "NATT_E_POLICY_NO_SET")
            self.assertEqual([name for name, _ in calls], ["natt_verify", "natt_verify_explain"])
            self.assertEqual(calls[0][1], calls[1][1])
            self.assertEqual(calls[0][1] is None, chains == 0)
            self.assertEqual(verifier.cached_certificates > 0, chains > 0)
            self.assertEqual(len(verifier._idle), min(chains, 1))

    def test_a_refusal_stays_one_when_it_cannot_be_explained(self):
        verified = na.verify(self.issued.document, **self.least())
        with mock.patch.object(lib, "natt_verify_explain", return_value=False), \
                mock.patch.object(lib, "natt_policy_explain", return_value=False):
            for error in self.refused("NATT_E_POLICY_NO_SET", self.policy):
                self.assertEqual(error.differences, ())
            self.assertEqual(self.raised(lambda: verified.check_policy(self.policy), na.VerificationError,
                                         "NATT_E_POLICY_NO_SET").differences, ())

    def test_the_text_shows_them(self):
        for error in self.all_refused("NATT_E_POLICY_NO_SET", self.policy):
            plain = na.VerificationError(error.code, error.message, error.item, error.offset)
            self.assertEqual(str(error), "%s; set 1 'first': PCR 0 expected %s or %s, actual %s; "
                             "set 2: PCR 3 expected %s, actual %s; set 2: PCR 31 expected %s, actual absent" % (
                                 plain, OTHER.hex(), THIRD.hex(), PCR0.hex(), OTHER.hex(), PCR3.hex(), THIRD.hex()))

    def test_the_text_is_one_line_of_bounded_length(self):
        named = na.Policy([na.PcrSet({0: OTHER, 3: OTHER}, "a\nb\x1b[31m\u202e")])
        for error in self.all_refused("NATT_E_POLICY_PCR_MISMATCH", named):
            self.assertTrue(str(error).isprintable() and str(error).isascii(), ascii(str(error)))
        for count, more in ((7, None), (8, None), (9, 1), (32, 24)):
            policy = na.Policy([na.PcrSet({index: OTHER for index in range(count)})])
            for error in self.all_refused("NATT_E_POLICY_PCR_MISMATCH", policy):
                text = str(error)
                shown = text.count(" expected " + OTHER.hex())
                self.assertEqual((len(error.differences), shown), (count, min(count, 8)))
                self.assertEqual(re.findall("; and ([0-9]+) more$", text), [str(more)] if more else [], text)
        for count, more in ((3, None), (4, None), (5, 1), (9, 5)):
            policy = na.Policy([na.PcrSet({0: [bytes([n]) * 48 for n in range(1, count + 1)]})])
            for error in self.all_refused("NATT_E_POLICY_PCR_MISMATCH", policy):
                text = str(error)
                self.assertEqual((len(error.differences[0].expected), len(re.findall("[0-9a-f]{96} or ", text))),
                                 (count, min(count - 1, 4)), text)
                self.assertEqual(re.findall(" or one of ([0-9]+) more,", text), [str(more)] if more else [], text)

    def test_they_travel_with_the_exception(self):
        error = self.refused("NATT_E_POLICY_NO_SET", self.policy)[0]
        for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error),
                     type(error)(*error.args)):
            self.assertEqual((twin.differences, str(twin), type(twin)), (self.expected, str(error), type(error)))
        with self.assertRaises(dataclasses.FrozenInstanceError):
            error.differences[0].actual = OTHER


class Debug(Issued):
    def test_a_debug_result_is_refused_unless_the_call_allows_it(self):
        document = na.issue(now=NOW, seed=b"debug", debug=True, pcrs={8: OTHER})
        policy = na.Policy([na.PcrSet({8: OTHER})])
        for call in self.ways(document.document, **self.least(roots=[document.root])):
            verified = call()
            self.assertTrue(verified.debug)
            for allow in ({}, dict(allow_debug=False)):
                error = self.raised(lambda: verified.check_policy(policy, **allow), na.VerificationError,
                                    "NATT_E_EXPECT_DEBUG")
                self.assertEqual((error.item, error.differences), (0, ()))
            verified.check_policy(policy, allow_debug=True)
            error = self.raised(lambda: verified.check_policy(na.Policy([na.PcrSet({8: THIRD})]), allow_debug=True),
                                na.VerificationError, "NATT_E_POLICY_PCR_MISMATCH")
            self.assertEqual(error.differences, (na.PcrDifference(0, None, 8, (THIRD,), OTHER),))
            verified.check_policy(policy, allow_debug=True)
            self.raised(lambda: verified.check_policy(policy), na.VerificationError, "NATT_E_EXPECT_DEBUG")

    def test_wrong_types_are_named(self):
        verified = na.verify(self.issued.document, **self.least())
        for wrong in (None, 1, "yes", 0):
            with self.assertRaisesRegex(TypeError, "allow_debug must be True or False"):
                verified.check_policy(na.Policy([na.PcrSet({0: PCR0})]), allow_debug=wrong)
        with self.assertRaises(TypeError):
            verified.check_policy(na.Policy([na.PcrSet({0: PCR0})]), True)


class Unchanged(Issued):
    policy = na.Policy([na.PcrSet({0: PCR0}, "v1")])

    def changed(self, verified, named=""):
        for call in (verified.check, lambda: verified.check_policy(self.policy)):
            error = self.raised(call, na.UsageError, "NATT_E_USAGE_RESULT")
            self.assertRegex(error.remedy, "^use the object itself that verify\\(\\)")
            if named:
                self.assertEqual(error.message, named + " is not the verified value")

    def results(self):
        for fields in (dict(nonce=b"n", user_data=b"u", public_key=b"k"), dict(public_key=b""), {}):
            issued = na.issue(now=NOW, seed=b"unchanged", pcrs={0: PCR0}, **fields)
            for policy in (dict(policy=self.policy), {}):
                yield from (call() for call in self.ways(issued.document, **self.least(roots=[issued.root], **policy)))

    def test_what_verify_returned_passes(self):
        for verified in self.results():
            for one in (verified, pickle.loads(pickle.dumps(verified)), copy.copy(verified), copy.deepcopy(verified)):
                self.assertIsNone(one.check())
                one.check_policy(self.policy)

    def test_every_field_that_changed_is_named(self):
        others = {"kind": na.Kind.NITROTPM, "debug": True, "checks": na.Check.CHAIN, "pcrs": na.Pcrs({0: OTHER}),
                  "timestamp": NOW + AGE, "earliest_expiry": NOW, "region": None, "matched_set": 1, "chain": ()}
        for verified in self.results():
            for field in (f.name for f in dataclasses.fields(verified) if f.init):
                value = getattr(verified, field)
                other = b"x" if isinstance(value, bytes) else value + 1 if isinstance(value, int) else "x"
                wrong = [others.get(field, other)]
                wrong += [bytearray(value)] if type(value) is bytes else [None] if value is not None else [b"", b"x", 0]
                wrong += [int(value)] if type(value) is bool else []
                for other in wrong:
                    changed = copy.copy(verified)
                    object.__setattr__(changed, field, other)
                    self.changed(changed, field)
            verified.check()

    def test_a_value_that_moved_to_another_field_is_noticed(self):
        verified = next(self.results())
        changed = copy.copy(verified)
        object.__setattr__(changed, "public_key", verified.user_data)
        object.__setattr__(changed, "user_data", verified.public_key)
        self.changed(changed, "public_key")

    def test_what_lies_inside_is_compared(self):
        changed = copy.deepcopy(next(self.results()))
        changed.pcrs._values[0] = OTHER
        self.changed(changed, "pcrs")
        changed = copy.deepcopy(next(self.results()))
        object.__setattr__(changed.chain[0], "common_name", "x")
        self.changed(changed, "chain")

    def test_what_was_built_by_hand_is_refused(self):
        verified = next(self.results())
        told = {f.name: getattr(verified, f.name) for f in dataclasses.fields(verified) if f.init}
        for forged in (na.Verified(**told), dataclasses.replace(verified), dataclasses.replace(verified, debug=True)):
            self.changed(forged)
        named = verified._sealed[:-2]
        for sealed in (b"", named[:-1], bytes(len(named)), None, bytearray(verified._sealed),
                       verified._sealed.replace(PCR0, OTHER), b"\0" + verified._sealed[1:]):
            changed = copy.copy(verified)
            object.__setattr__(changed, "_sealed", sealed)
            self.changed(changed)
        changed = copy.copy(verified)
        object.__setattr__(changed, "_sealed", named)
        self.changed(changed, "matched_set_name")

    def test_a_seal_that_is_cut_is_refused_even_where_only_zeros_are_lost(self):
        issued = na.issue(now=NOW, seed=b"zeros", pcrs={0: PCR0})
        verified = na.verify(issued.document, **self.least(roots=[issued.root]))
        self.assertEqual(verified._sealed[-48:], bytes(48))  # the digest of a nonce that is absent
        for length in (len(verified._sealed) - 1, len(verified._sealed) - 48, 1):
            changed = copy.copy(verified)
            object.__setattr__(changed, "_sealed", verified._sealed[:length])
            self.changed(changed)

    def test_a_name_that_is_more_than_a_text_is_taken_as_text(self):
        class Name(str):
            pass

        policy = na.Policy([na.PcrSet({0: PCR0}, Name("v2"))])
        verified = na.verify(self.issued.document, **self.least(policy=policy))
        self.assertIs(type(verified.matched_set_name), str)
        verified.check()

    def test_values_of_results_may_be_expected_of_the_next_batch(self):
        """natt_verify_batch refuses pointers into its own array. Python passes only copies."""
        shared = {n: v for n, v in self.least().items() if n != "no_nonce"}
        verifier = na.Verifier(**{n: v for n, v in shared.items() if n != "now"})
        results = [na.verify(self.issued.document, **self.least())] * 3
        for _ in range(3):
            items = [na.BatchItem(self.issued.document, nonce=r.nonce, user_data=r.user_data, module_id=r.module_id)
                     for r in results]
            results = [result.unwrap() for result in verifier.verify_batch(items, now=NOW)]
            for verified in results:
                verified.check()


if __name__ == "__main__":
    unittest.main(verbosity=2)
