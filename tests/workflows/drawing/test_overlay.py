"""Does what the check found stand in the drawing, where it belongs?"""

from __future__ import annotations

from itertools import combinations

from tests.workflows.builders import small
from workflows.checks.findings import Finding
from workflows.drawing.overlay import marks_of, numbers_on
from workflows.drawing.shapes import RED, Rect, Text
from workflows.drawing.sheets import sheets_of
from workflows.drawing.words import Words
from workflows.loader import with_findings

LOST = ("  busy: {says", "  lost: {says: {nl: Weg, en: Lost}}\n  busy: {says")
ABOUT = (
    Finding(kind="a", item=("stage", "busy"), message="About a stage."),
    Finding(kind="b", item=("task", "intake"), message="About a task."),
    Finding(kind="c", item=("transition", "fix_visit"), message="About an arrow of a track."),
    Finding(kind="d", item=("transition", "finish"), message="About an arrow of the spine."),
    Finding(kind="e", item=("state", "planning.fixed"), message="About a state."),
    Finding(kind="f", item=("track", "planning"), message="About a track."),
    Finding(kind="g", item=("role", "contact"), message="About a role."),
)


def test_each_finding_stands_on_its_box() -> None:
    definition, _ = small().known()
    marks = marks_of(definition, [(each, "") for each in ABOUT])
    assert numbers_on(marks, "") == {"busy": (1, 4), "asked": (2,)}
    assert numbers_on(marks, "planning") == {"open": (3, 6), "fixed": (5,)}
    assert [mark.number for mark in marks if not mark.box] == [7]


def test_findings_are_numbered_in_the_drawing_and_listed_with_their_story() -> None:
    sheets = sheets_of(Words(*small().known(), "en"), [(each, "So it goes.") for each in ABOUT])
    said = [[" ".join(shape.lines) for shape in sheet.shapes if isinstance(shape, Text)] for sheet in sheets]
    assert {"! 1, 4", "! 2"} <= set(said[0])
    assert {"! 3, 6", "! 5"} <= set(said[1])
    assert said[-1][:3] == ["Small", "What the check found", "The numbers with an exclamation mark stand in the"
                            " drawing at the step that they are about."]  # fmt: skip
    assert "About a role. So it goes." in said[-1]
    assert "Contact" in said[-1]


def test_marks_lie_on_their_boxes_and_cover_no_text() -> None:
    many = [(each, "") for each in ABOUT] * 2
    for sheet in sheets_of(Words(*small().known(), "nl"), many):
        pills = [shape for shape in sheet.shapes if isinstance(shape, Rect) and shape.fill == RED]
        others = [shape for shape in sheet.shapes if isinstance(shape, Text) and shape.box not in pills]
        for pill in pills:
            assert [text.lines for text in others if covers(pill, text)] == []
        assert not any(one.y == other.y and abs(one.x - other.x) < 1 for one, other in combinations(pills, 2))


def covers(pill: Rect, text: Text) -> bool:
    left, top, right, bottom = text.room
    wide = min(pill.x + pill.width, right) - max(pill.x, left)
    return wide > 1 and min(pill.y + pill.height, bottom) - max(pill.y, top) > 1


def test_a_process_that_only_the_checker_refuses_is_drawn_with_its_findings() -> None:
    loaded = small(LOST)
    assert loaded.definition is None
    drawn, findings = with_findings(loaded)
    assert drawn.definition is not None
    assert ("stage", "lost") in {finding.item for finding in findings}


def test_a_process_with_wrong_names_has_no_drawing() -> None:
    loaded = small(("opens: asked", "opens: nowhere"))
    assert with_findings(loaded) == (loaded, [])


def test_what_is_accepted_is_no_finding() -> None:
    assert with_findings(small())[1] == []
