"""A panel asks for nobody whom it bars, and what the office sets aside for it stays set aside."""

from __future__ import annotations

import pytest

from tests.builders.engine import unchecked
from workflows.checks.panels import panels

PANEL = """
seats: {peer: {count: 2}}
groups: {panel: [peer], all: [peer, contact]}
invitations: {form: answer, due: {at: opened + 10wd}, bars: [BAR]}
conditions: {full: [ASKED]}
tracks: {composition: {states: [filling, complete], during: [busy]}}
transitions:
  filled: {from: composition.filling, to: composition.complete, auto: true, if: [full, THERE]}
  emptied: {from: composition.complete, to: composition.filling, auto: true, unless: [BACK]}
  finish: {from: busy, to: over, by: office}
"""
SPREAD = "all panel seated from 2 different sector"


def told(
    bar: str = "same_region", asked: str = "2 peer seated", there: str = SPREAD, back: str = "full"
) -> list[tuple[str, tuple[str, str], str]]:
    text = PANEL.replace("BAR", bar).replace("ASKED", asked).replace("THERE", there).replace("BACK", back)
    return [(each.kind, each.item, each.severity) for each in panels(unchecked(text))]


def test_a_panel_of_those_whom_it_does_not_bar_is_sound() -> None:
    assert told(asked="1 peer with region != subject.region seated") == []
    assert told(asked="1 peer with sector = subject.sector seated") == []
    assert told(asked="no peer with region = subject.region seated") == []
    assert told(bar="tie(5y)", asked="1 peer with region = subject.region seated") == []


@pytest.mark.parametrize(
    ("asked", "severity"),
    [
        ("1 peer with region = subject.region seated", "error"),
        ("1 panel with region = subject.region seated", "error"),
        ("{that: 1 peer with region = subject.region seated, waive: office}", "warning"),
    ],
)
def test_whoever_is_barred_cannot_be_asked_for(asked: str, severity: str) -> None:
    assert told(asked=asked) == [("never_holds", ("condition", "full"), severity)]


def test_what_is_set_aside_on_the_way_there_sends_nobody_back() -> None:
    aside = f"{{that: {SPREAD}, waive: office}}"
    assert told(there=aside) == []
    assert told(there=aside, back=f"full, {aside}") == []
    assert told(there=aside, back=f"full, {SPREAD}") == [("rivals", ("transition", "emptied"), "warning")]
