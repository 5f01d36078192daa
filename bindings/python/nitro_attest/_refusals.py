"""Exceptions for refusals that need a second call: which PCRs differ, which required checks are missing."""
from __future__ import annotations

import ctypes
from ctypes import byref
from typing import Any, Callable, List, Optional, Tuple

from . import _structs as c
from ._buffers import view
from ._codes import Code
from ._differences import PcrDifference
from ._errors import AttestationError, from_c, is_policy_refusal
from ._library import lib
from ._policy import Policy
from ._values import Check

#: Checks that depend on the expectations for one document, not on the verifier's own arguments.
OF_ONE_DOCUMENT = Check.NONCE | Check.USER_DATA | Check.PUBLIC_KEY | Check.MODULE_ID

#: The argument that each check requires; checks that are not listed are always performed.
_NEEDS = {
    Check.NOW: "max_age instead of archive=True", Check.AGE: "max_age, and not UNLIMITED", Check.NONCE: "nonce",
    Check.USER_DATA: "user_data", Check.PUBLIC_KEY: "public_key", Check.PCRS: "policy",
    Check.PRODUCTION: "kind=Kind.ENCLAVE without allow_debug", Check.MODULE_BINDING: "require_module_binding=True",
    Check.MODULE_ID: "module_id", Check.REGION: "region", Check.DENY: "deny",
}


def _difference(policy: Policy, raw: c.PcrDifference) -> PcrDifference:
    one = policy.sets[raw.set]
    expected = tuple(value for index, values in one.pcrs if index == raw.index for value in values)
    return PcrDifference(raw.set, one.name, raw.index, expected, bytes(raw.actual) if raw.present else None)


def differences_of(policy: Policy, explain: Callable[[Any, int, Any], bool]) -> Tuple[PcrDifference, ...]:
    """The result of natt_policy_explain or natt_verify_explain; `explain` calls it with buffer, capacity and count."""
    capacity = sum(len(one.pcrs) for one in policy.sets)
    room, count = (c.PcrDifference * capacity)(), ctypes.c_size_t()
    if not explain(room, capacity, byref(count)):
        return ()
    return tuple(_difference(policy, one) for one in room[:count.value])


def _performed(options: c.Options, check: Check) -> bool:
    """Returns whether the options perform this check: the library checks options first, so an empty document is
    enough."""
    asked, verified, error = c.Options.from_buffer_copy(options), c.Verified(ctypes.sizeof(c.Verified)), c.Error()
    asked.required_checks = check.value
    lib.natt_verify(byref(verified), view(b""), byref(asked), None, byref(error))
    return bool(error.code != Code.NATT_E_USAGE_CHECKS)


def _checks_hint(options: c.Options) -> str:
    missing: List[Check] = [check for check in Check
                            if check.value & options.required_checks and not _performed(options, check)]
    told = ["%s needs %s" % (check.name, _NEEDS[check]) for check in missing if check in _NEEDS]
    return "; ".join(told + ["or remove it from required_checks"])


def refusal(error: c.Error, document: bytes, options: c.Options, policy: Optional[Policy],
            cache: Optional[int]) -> AttestationError:
    """The exception for the error of natt_verify or natt_verify_batch for this document under these options."""
    if error.code == Code.NATT_E_USAGE_CHECKS:
        return from_c(error, _checks_hint(options))
    if policy is None or not is_policy_refusal(error):
        return from_c(error)
    return from_c(error, differences=differences_of(policy, lambda room, capacity, count: bool(lib.natt_verify_explain(
        room, capacity, count, view(document), byref(options), cache, None))))
