"""Does the drawing show each state, who moves the case, on which day, and where it ends?"""

from __future__ import annotations

from tests.workflows.builders import small
from workflows.drawing.mermaid import diagrams, mermaid
from workflows.loader import load, shipped

ARROW = "  finish: {from: busy"
LAPSE = "  lapse: {from: asked, to: finished, when: visit + 2w at 17:00, says: {nl: Te laat, en: Too late}}\n"
LATE = (ARROW, LAPSE + ARROW)


def test_spine_is_drawn_with_people_and_dates() -> None:
    definition, wording = small(LATE).known()
    assert diagrams(definition, wording, "en")[""].splitlines() == [
        "stateDiagram-v2",
        "    asked : Asked",
        "    busy : Busy",
        "    finished : Finished",
        "    [*] --> asked",
        "    asked --> busy : Confirmed",
        "    asked --> finished : Too late (2 weeks after the visit, 17#58;00)",
        "    busy --> finished : Done",
        "    asked --> finished : Withdraw (Contact and Office)",
        "    busy --> finished : Withdraw (Contact and Office)",
        "    finished --> [*]",
    ]


def test_track_is_drawn_in_the_chosen_language() -> None:
    definition, wording = small().known()
    assert diagrams(definition, wording, "nl")["planning"].splitlines() == [
        "stateDiagram-v2",
        "    open : Open",
        "    fixed : Vast",
        "    [*] --> open",
        "    open --> fixed : Dag vastgesteld (Bureau)",
        "    fixed --> [*]",
    ]


def test_every_diagram_stands_under_a_heading() -> None:
    for folder in shipped().values():
        definition, wording = load(folder).known()
        drawn = mermaid(definition, wording, "nl")
        headings = [line for line in drawn.splitlines() if line.startswith("## ")]
        assert len(headings) == drawn.count("```mermaid\nstateDiagram-v2\n") == 1 + len(definition.tracks)


def test_transition_from_every_stage_is_a_note() -> None:
    definition, wording = load(shipped()["development-review"]).known()
    notes = [line for line in mermaid(definition, wording, "en").splitlines() if "In every step" in line]
    assert notes
    assert not any(
        line.endswith("--> withdrawn : Withdraw") for line in mermaid(definition, wording, "en").splitlines()
    )
