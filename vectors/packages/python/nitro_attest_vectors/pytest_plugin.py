"""A test with the argument nitro_attest_vector runs once for each vector:

    def test_vector(nitro_attest_vector):
        nitro_attest_vector.check(verify)

Settings, in the section of pytest: nitro_attest_exceptions (a file, relative to that of the settings),
nitro_attest_skip_tags, nitro_attest_min_decided.
"""
import functools
import os

import pytest

from ._exceptions import Exceptions, read
from ._load import load
from ._run import Result, is_skipped, outcome_of

ARGUMENT = 'nitro_attest_vector'


@functools.lru_cache(maxsize=None)
def _items():
    vectors, sequences = load()
    return [*vectors, *sequences]


class Check:
    """A vector or sequence, for a test."""

    def __init__(self, item, state):
        self.item = item
        self._state = state

    def check(self, verify):
        """Fails the test unless verify(vector) gives the expected verdict."""
        __tracebackhide__ = True  # pytest reads it
        if is_skipped(self.item, self._state.skip_tags):
            pytest.skip('a genuine document, or a tag to skip')
        outcome, detail = outcome_of(verify, self.item)
        result = Result(self.item, outcome, self._state.known.standing(self.item, outcome), detail)
        self._state.count(result)
        if result.failed:
            pytest.fail(str(result), pytrace=False)
        if result.standing == 'unsupported':
            pytest.skip('unsupported')
        if result.standing in ('known', 'differs'):
            pytest.xfail(self.item.policy if result.standing == 'differs' else outcome)


class State:
    """What one session has decided."""

    def __init__(self, config):
        path = config.getini('nitro_attest_exceptions')
        path = os.path.join(str(config.inipath.parent if config.inipath else config.rootpath), path) if path else None
        self.known = Exceptions(read(path), _items())
        self.skip_tags = frozenset(config.getini('nitro_attest_skip_tags'))
        self.min_decided = int(config.getini('nitro_attest_min_decided') or 1)
        self.checked = self.decided = 0

    def count(self, result):
        self.checked += 1
        self.decided += result.outcome != 'unsupported'

    def faults(self):
        """After all vectors; a selection of them says nothing about the rest."""
        if self.checked + len([i for i in _items() if is_skipped(i, self.skip_tags)]) < len(_items()):
            return []
        stale = ['%s: no vector needs %s any more' % (e['class'], e['expect']) for e in self.known.stale()]
        few = '%d vectors were decided; %d are required' % (self.decided, self.min_decided)
        return stale + ([few] if self.decided < self.min_decided else [])


def _state(config):
    if not hasattr(config, '_nitro_attest_state'):
        config._nitro_attest_state = State(config)  # it belongs to this plugin
    return config._nitro_attest_state


def pytest_addoption(parser):
    parser.addini('nitro_attest_exceptions', 'file of known failures', default='')
    parser.addini('nitro_attest_skip_tags', 'vectors with one of these tags are skipped', type='args', default=[])
    parser.addini('nitro_attest_min_decided', 'how many vectors the verifier must accept or refuse', default='1')


def pytest_generate_tests(metafunc):
    if ARGUMENT in metafunc.fixturenames:
        checks = [Check(item, _state(metafunc.config)) for item in _items()]
        metafunc.parametrize(ARGUMENT, checks, ids=[check.item.id for check in checks])


def pytest_sessionfinish(session):
    faults = _state(session.config).faults() if hasattr(session.config, '_nitro_attest_state') else []
    session.config.stash[FAULTS] = faults
    if faults and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


FAULTS = pytest.StashKey()


def pytest_terminal_summary(terminalreporter, config):
    for fault in config.stash.get(FAULTS, []):
        terminalreporter.write_line('nitro-attest-vectors: ' + fault, red=True)
