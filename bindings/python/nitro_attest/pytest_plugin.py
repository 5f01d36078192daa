"""Fixtures for pytest. Name it in conftest.py: pytest_plugins = ["nitro_attest.pytest_plugin"]"""
from __future__ import annotations

from typing import Iterator

import pytest

from . import Emulator, NsmSession
from .kms import LocalKms


@pytest.fixture
def nitro_emulator() -> Iterator[Emulator]:
    """A software NSM with fresh keys; its documents verify under nitro_emulator.root."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def nitro_nsm(nitro_emulator: Emulator) -> Iterator[NsmSession]:
    """A session with nitro_emulator."""
    with nitro_emulator.session() as session:
        yield session


@pytest.fixture
def nitro_kms(nitro_emulator: Emulator) -> Iterator[LocalKms]:
    """A local KMS that verifies the documents of nitro_emulator; it needs the command nitro-attest."""
    with LocalKms(roots=[nitro_emulator.root]) as kms:
        yield kms
