"""What holds for a store holds for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.ports import Store
from storage.memory import MemoryStore
from tests.builders.storage import a_sql_store, furnish


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty one with the people of the tests, in memory and in a file."""
    made: Store = MemoryStore() if request.param == "memory" else a_sql_store(tmp_path)
    furnish(made)
    yield made
    made.close()
