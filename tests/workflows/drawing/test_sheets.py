"""Can a person who has never seen a process read its drawing? All is named, nothing covers or leaves anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from tests.workflows.builders import small
from workflows.drawing.picture import Painter
from workflows.drawing.rows import WIDE
from workflows.drawing.shapes import HEIGHT, MARGIN, WIDTH, Line, Rect, Sheet, Text
from workflows.drawing.sheets import drawing, sheets_of, timeline, timeline_sheets
from workflows.drawing.words import Words
from workflows.drawing.work import OF_PANEL
from workflows.loader import Loaded, load, shipped

SVG = "{http://www.w3.org/2000/svg}"
NAMED = ("stage", "transition", "track", "state", "phase", "date", "deadline", "child")
BACK = "  more{n}: {{from: busy, to: asked, by: office, says: {{nl: Terug {n}, en: Back {n}}}}}\n"
MANY = "".join(BACK.format(n=n) for n in range(9))
LONG = "Een taak met een bijzondernaamdieinéénkeernietopeenregelpast en nog veel meer woorden"
ODD = (
    ("  finish: {from: busy", f"{MANY}  finish: {{from: busy"),
    ("says: {nl: Gevraagd, en: Asked}", f"says: {{nl: {LONG}, en: {LONG}}}"),
    ("says: {nl: Bevestigd, en: Confirmed}", f"says: {{nl: {LONG}, en: {LONG}}}"),
)
SHEETS = {
    f"{kind} {name} {language}": (name, language, kind)
    for name in ("development-review", "assessment-review", "small", "odd")
    for language in ("nl", "en")
    for kind in ("drawing", "timeline")
} | {"timeline caep-review nl": ("caep-review", "nl", "timeline")}  # its days lie near one another, and at the edge


def loaded(name: str) -> Loaded:
    return small(*(ODD if name == "odd" else ())) if name in ("small", "odd") else load(shipped()[name])


def words_of(name: str, language: str) -> Words:
    return Words(*loaded(name).known(), language)


def sheets(case: str) -> list[Sheet]:
    name, language, kind = SHEETS[case]
    words = words_of(name, language)
    return sheets_of(words) if kind == "drawing" else timeline_sheets(words)


def texts(sheet: Sheet) -> list[Text]:
    return [shape for shape in sheet.shapes if isinstance(shape, Text)]


def written(shapes: list[Sheet]) -> str:
    """All words of the sheets; a word that was broken at the end of a line is one again."""
    said = " ".join("\n".join(text.lines) for sheet in shapes for text in texts(sheet))
    return squeezed(re.sub(r"(?<=\w)-\n", "", said))


def squeezed(text: str) -> str:
    return re.sub(r"[\s-]", "", text).casefold()


def boxes(sheet: Sheet) -> list[Rect]:
    """The boxes of stages and states."""
    return [shape for shape in sheet.shapes if isinstance(shape, Rect) and shape.width == WIDE and shape.stroke]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["development-review", "assessment-review", "small", "odd"])
def test_every_stage_arrow_task_and_day_is_named(name: str, language: str) -> None:
    words = words_of(name, language)
    said = written(sheets_of(words))
    definition = words.definition
    used = {("phase", stage.phase) for stage in definition.stages.values()}
    wanted = [key for key in words.wording.labels if key[0] in NAMED and (key[0] != "phase" or key in used)]
    wanted += [("task", task.name) for task in definition.tasks.values() if not task.built_in or task.name in OF_PANEL]
    assert [key for key in wanted if squeezed(words.label(*key)) not in said] == []
    assert len(wanted) > 15


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["development-review", "assessment-review"])
def test_every_due_date_is_told_in_words(name: str, language: str) -> None:
    words = words_of(name, language)
    said = written(sheets_of(words))
    rules = [rule for task in words.definition.tasks.values() if not task.built_in for rule in task.due]
    rules += words.definition.deadlines.values()
    assert [rule.at.text for rule in rules if squeezed(words.due(rule.at)) not in said] == []


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["development-review", "assessment-review"])
def test_every_condition_of_a_task_is_told_in_words(name: str, language: str) -> None:
    painter = Painter(words_of(name, language))
    tasks = [task for task in painter.definition.tasks.values() if not task.built_in]
    asked = [lines for task in tasks for lines in (task.condition, task.skip_if) if lines]
    said = written(sheets_of(painter.words))
    assert len(asked) > 3
    assert [lines for lines in asked if squeezed(painter.conditions.all_of(lines)) not in said] == []


@pytest.mark.parametrize("case", SHEETS)
def test_no_expression_of_the_language_is_left(case: str) -> None:
    names = {name for name in words_of(*SHEETS[case][:2]).definition.tasks if "_" in name}
    said = " ".join(line for sheet in sheets(case) for text in texts(sheet) for line in text.lines)
    assert re.findall(r"[+-] ?\d+(?:wd|sd|w|mo|y|d)\b", said) == []
    assert [name for name in sorted(names) if re.search(rf"\b{name}\b", said)] == []


@pytest.mark.parametrize("name", sorted(shipped()))
def test_no_name_of_the_file_is_left_in_what_is_drawn_of_a_shipped_process(name: str) -> None:
    found = load(shipped()[name]).known()
    words = {language: Words(*found, language) for language in found[0].languages}
    said = [" ".join(text.lines) for each in words.values() for sheet in sheets_of(each) for text in texts(sheet)]
    assert [line for line in said if re.search(r"[a-z]_[a-z]", line)] == []


@pytest.mark.parametrize("case", SHEETS)
def test_each_text_stays_within_its_box_and_the_sheet(case: str) -> None:
    outside = []
    for sheet in sheets(case):
        for text in texts(sheet):
            left, top, right, bottom = text.room
            box = text.box
            fits = box.x - 1 <= left and right <= box.x + box.width + 1
            fits = fits and box.y - 2 <= top and bottom <= box.y + box.height + 2
            if not fits or left < MARGIN - 1 or right > WIDTH - MARGIN + 1 or bottom > HEIGHT - 10:
                outside.append(text.lines)
    assert outside == []


@pytest.mark.parametrize("case", SHEETS)
def test_no_text_covers_another(case: str) -> None:
    assert [
        (one.lines, other.lines) for sheet in sheets(case) for one, other in combinations(texts(sheet), 2)
        if overlap(one.room, other.room)
    ] == []  # fmt: skip


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether two rooms share more than a hair."""
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > 1 and min(one[3], other[3]) - max(one[1], other[1]) > 1
    )  # fmt: skip


@pytest.mark.parametrize("case", [case for case in SHEETS if case.startswith("drawing")])
def test_no_arrow_runs_through_a_box(case: str) -> None:
    crossed = []
    for sheet in sheets(case):
        frames = boxes(sheet)
        for line in (shape for shape in sheet.shapes if isinstance(shape, Line) and shape.head):
            for first, last in pairwise(line.points):
                for box in frames:
                    if runs_through(box, first, last):
                        crossed.append((first, last, box))
    assert crossed == []


def runs_through(box: Rect, first: tuple[float, float], last: tuple[float, float]) -> bool:
    left, right = sorted((first[0], last[0]))
    top, bottom = sorted((first[1], last[1]))
    across = left < box.x + box.width - 2 and right > box.x + 2
    return across and top < box.y + box.height - 2 and bottom > box.y + 2


@pytest.mark.parametrize("case", [case for case in SHEETS if case.startswith("drawing")])
def test_no_arrow_that_is_not_of_a_text_runs_through_a_text(case: str) -> None:
    """A text with a halo may lie over a line that crosses its way; others may not."""
    crossed = []
    for sheet in sheets(case):
        plain = [text for text in texts(sheet) if not text.halo]
        for line in (shape for shape in sheet.shapes if isinstance(shape, Line) and shape.head):
            for first, last in pairwise(line.points):
                for text in plain:
                    left, top, right, bottom = text.room
                    room = Rect(x=left, y=top, width=right - left, height=bottom - top)
                    if runs_through(room, first, last):
                        crossed.append(text.lines)
    assert crossed == []


@pytest.mark.parametrize("case", SHEETS)
def test_each_sheet_is_described_for_who_does_not_see_it(case: str) -> None:
    for sheet in sheets(case):
        assert sheet.title
        assert sheet.says


def test_description_tells_the_way_from_step_to_step() -> None:
    says = sheets_of(words_of("small", "en"))[0].says
    assert says[:4] == [
        "Step 1: Asked.",
        "Confirmed: Contact: ‘Fill in the intake’ done, at the latest 10 working days after the start → 2 Busy.",
        "Step 2: Busy.",
        "Done: by itself once ‘Give your dates’ is done and ‘Day’ is ‘Fixed’ → 3 Finished.",
    ]


@pytest.mark.parametrize("pen", [drawing, timeline])
def test_drawing_is_the_same_each_time_and_well_formed(pen: object) -> None:
    assert callable(pen)
    known = load(shipped()["assessment-review"]).known()
    first = pen(*known, "nl")
    assert first == pen(*known, "nl")
    root = ElementTree.fromstring(first)
    groups = root.findall(f"{SVG}g")
    assert root.get("height") == str(HEIGHT * len(groups))
    assert [group.get("role") for group in groups] == ["img"] * len(groups)
    for group in groups:
        title, says = group.find(f"{SVG}title"), group.find(f"{SVG}desc")
        assert title is not None
        assert says is not None
        assert group.get("aria-labelledby") == f"{title.get('id')} {says.get('id')}"


def test_texts_of_a_process_are_no_markup() -> None:
    known = small(("says: {nl: Bezig, en: Busy}", 'says: {nl: "<b>&", en: "<b>&"}')).known()
    root = ElementTree.fromstring(drawing(*known, "nl"))
    assert "<b>&" in list(root.itertext())


def test_a_process_in_another_language_is_drawn_with_english_words_around_its_labels() -> None:
    assert squeezed("If nobody does anything") in written(sheets_of(words_of("small", "fr")))


def colours() -> Iterator[str]:
    for case in SHEETS:
        for sheet in sheets(case):
            for text in texts(sheet):
                yield text.fill


def test_colours_can_be_told_from_the_ground() -> None:
    """WCAG 2.2, success criterion 1.4.3: a contrast of at least 4.5, on the darkest ground that they stand on."""
    for fill in set(colours()):
        ground = "#0b4f9e" if fill == "#ffffff" else "#e9edf1"
        assert contrast(fill, ground) >= 4.5, fill


def contrast(one: str, other: str) -> float:
    lights = sorted(map(luminance, (one, other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
