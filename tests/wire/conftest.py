"""One pair of mail servers for all tests of a run: to start it takes seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wire.pair import Pair, running


@pytest.fixture(scope="session")
def pair() -> Iterator[Pair]:
    with running() as started:
        yield started
