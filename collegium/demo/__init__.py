"""Who plays in the demo? Fictional organisations and people, in a workbook such as an office would fill in."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from engine.directory import OrganisationRecord
from engine.ports import People


def people_workbook() -> Path:
    """The workbook that is shipped with the package."""
    return Path(str(files("collegium.demo") / "people.xlsx"))


def under_review(people: People, secretariat: str, review: str) -> list[OrganisationRecord]:
    """The organisations whose review of that kind is due this round, by name."""
    found = [each for each in people.organisations(secretariat) if each.facts.get("review") == review]
    return sorted(found, key=lambda each: each.name)
