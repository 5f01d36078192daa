"""What the caller requires: R-DOC-03, R-DOC-16, R-DOC-18, R-TIME-05, R-TIME-06, R-EXPECT, R-POLICY."""
from __future__ import annotations

import re

from certificate import Certificate
from document import FIELDS, OPTIONAL, Document, Part
from options import Expectation, Options
from refusal import Refused, require

SIZES = {'default': {name: (0, 4096) for name in OPTIONAL},
         'aws-1024': {name: (0, 1024) for name in OPTIONAL},
         'aws-512': {'public_key': (1, 1024), 'user_data': (0, 512), 'nonce': (0, 512)}}
KINDS = {'enclave': ('pcrs', re.compile(rb'i-[0-9a-f]+-enc[0-9a-f]+')),
         'nitrotpm': ('nitrotpm_pcrs', re.compile(rb'i-[0-9a-f]+-tpm[0-9a-f]+'))}
REGION = re.compile(rb'([a-z0-9-]{1,96})\..')
IDENTITY_PCRS = (0, 1, 2)


def check_fields(document: Document, options: Options) -> None:
    """What depends on the options, before the certificates."""
    if document.unknown and 'allow-unknown-fields' not in options.flags:
        raise Refused('NATT_E_DOC_UNKNOWN_FIELD', document.unknown[0].at)
    for name, part in document.optional.items():
        least, most = SIZES[options.limits][name]
        require(least <= len(part.value) <= most, 'NATT_E_DOC_OPTIONAL_SIZE', part.at, FIELDS.index(name))
    name, form = KINDS[options.kind]
    fits = name in document.present and form.fullmatch(document.module_id.value) is not None
    require(fits, 'NATT_E_DOC_KIND_UNEXPECTED', document.module_id.at, None)


def check_expectations(document: Document, chain: list[Certificate], options: Options, now: int) -> None:
    require(document.timestamp <= now + options.max_future_ms, 'NATT_E_TIME_FUTURE')
    if options.time_mode == 'now' and options.max_age_ms is not None:
        require(now - document.timestamp <= options.max_age_ms, 'NATT_E_TIME_STALE')
    if options.kind == 'enclave' and 'allow-debug' not in options.flags:
        check_debug(document)
    if options.nonce is not None:
        nonce = document.optional.get('nonce')
        if nonce is None:
            raise Refused('NATT_E_EXPECT_NONCE_ABSENT')
        require(nonce.value == options.nonce, 'NATT_E_EXPECT_NONCE', nonce.at)
    check_value(document.optional.get('user_data'), options.user_data, 'NATT_E_EXPECT_USER_DATA')
    check_value(document.optional.get('public_key'), options.public_key, 'NATT_E_EXPECT_PUBLIC_KEY')
    check_identity(document, chain, options)
    if options.pcr_policy is not None:
        check_policy(document, options.pcr_policy)


def check_debug(document: Document) -> None:
    """R-EXPECT-01"""
    for index in IDENTITY_PCRS:
        pcr = document.pcrs.get(index)
        if pcr is None:
            raise Refused('NATT_E_EXPECT_DEBUG', None, index)
        require(any(pcr.value), 'NATT_E_EXPECT_DEBUG', pcr.at, index)


def check_value(value: Part | None, expected: Expectation | None, code: str) -> None:
    if expected is not None:
        found = None if value is None else value.value
        require(found == expected.value, code, None if value is None else value.at)


def check_identity(document: Document, chain: list[Certificate], options: Options) -> None:
    """R-EXPECT-06 to R-EXPECT-08"""
    module_id = document.module_id
    region = region_after(module_id.value, chain[-1])
    instance = region_after(re.split(rb'-(?:enc|tpm)', module_id.value)[0], chain[-2])
    if region is not None and (instance is None or instance.value != region.value):
        region = None
    if 'require-module-binding' in options.flags:
        require(region is not None, 'NATT_E_EXPECT_MODULE_BINDING', module_id.at, len(chain) - 1)
    if options.module_id is not None:
        require(module_id.value == options.module_id.encode(), 'NATT_E_EXPECT_MODULE_ID', module_id.at)
    if options.region is not None:
        if region is None:
            raise Refused('NATT_E_EXPECT_REGION')
        require(region.value == options.region.encode(), 'NATT_E_EXPECT_REGION', region.at)


def region_after(identity: bytes, certificate: Certificate) -> Part | None:
    """The region in a commonName, which is identity, a dot, the region, a dot, and something more."""
    name = certificate.subject.common_name
    if name is None or not name.value.startswith(identity + b'.'):
        return None
    found = REGION.match(name.value, len(identity) + 1)
    return Part(name.at + found.start(1), found[1]) if found else None


def check_policy(document: Document, sets: list[dict[int, list[bytes]]]) -> None:
    """R-POLICY-01 to R-POLICY-03"""
    refusals = [refusal for refusal in (check_set(document, wanted) for wanted in sets) if refusal is not None]
    if len(refusals) == len(sets):
        raise refusals[0] if len(sets) == 1 else Refused('NATT_E_POLICY_NO_SET')


def check_set(document: Document, wanted: dict[int, list[bytes]]) -> Refused | None:
    for index, values in wanted.items():
        pcr = document.pcrs.get(index)
        if pcr is None:
            return Refused('NATT_E_POLICY_PCR_ABSENT', None, index)
        if pcr.value not in values:
            return Refused('NATT_E_POLICY_PCR_MISMATCH', pcr.at, index)
    return None
