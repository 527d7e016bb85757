"""Where do the settings come from, and what do they mean?"""

from __future__ import annotations

from pathlib import Path

import pytest

from collegium.settings import Settings


@pytest.mark.parametrize(
    ("given", "address"),
    [("office.db", "sqlite:///office.db"), ("sqlite:///office.db", "sqlite:///office.db")],
)
def test_a_database_may_be_named_by_its_path_alone(tmp_path: Path, given: str, address: str) -> None:
    settings = Settings.load({"COLLEGIUM_DATABASE": given}, tmp_path)
    assert (settings.database, settings.database_file) == (address, Path("office.db"))
    (tmp_path / "collegium.toml").write_text(f'database = "{given}"\n', encoding="utf-8")
    assert Settings.load({}, tmp_path).database == address
