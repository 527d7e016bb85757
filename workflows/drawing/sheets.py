"""Which sheets does a drawing have? The course, what runs beside it, who does what, and the conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.definition import Definition
from engine.wording import Wording
from workflows.checks.findings import Finding
from workflows.drawing import flow
from workflows.drawing.overlay import Mark, marks_of, numbers_on, rows
from workflows.drawing.paper import LEFT, Paper
from workflows.drawing.picture import Arrow, Machine, Painter, Picture
from workflows.drawing.rows import route
from workflows.drawing.shapes import INK, SOFT, Line, Rect, Shape, Sheet, text
from workflows.drawing.svg import svg
from workflows.drawing.tables import Group, table
from workflows.drawing.timeline import Timeline
from workflows.drawing.words import Words
from workflows.drawing.work import Work


def drawing(
    definition: Definition, wording: Wording, language: str, findings: Sequence[tuple[Finding, str]] = ()
) -> str:
    """The whole process as SVG; what a check found, each with its story, stands in it by number."""
    words = Words(definition, wording, language)
    return svg(words.label("process", definition.name), sheets_of(words, findings), language)


def timeline(definition: Definition, wording: Wording, language: str) -> str:
    """The ordinary case as a timeline, as SVG."""
    words = Words(definition, wording, language)
    return svg(words.label("process", definition.name), timeline_sheets(words), language)


def timeline_sheets(words: Words) -> list[Sheet]:
    """All sheets of the timeline of a process."""
    paper = Paper(words.label("process", words.definition.name), words.texts)
    Timeline(Painter(words)).draw(paper)
    return paper.numbered()


def sheets_of(words: Words, findings: Sequence[tuple[Finding, str]] = ()) -> list[Sheet]:
    """All sheets of the drawing of a process."""
    painter, marks = Painter(words), marks_of(words.definition, findings)
    picture = painter.picture()
    paper = Paper(picture.title, words.texts)
    _course(paper, painter, picture, marks)
    if picture.tracks:
        _tracks(paper, picture, marks)
    _work(paper, Work(painter))
    _conditions(paper, picture)
    if marks:
        paper.chapter(words.texts("findings"), words.texts("read_findings"))
        table(paper, words.texts.series("finding_columns"), (0.07, 0.28, 0.65), [rows(words, marks)])
    return paper.numbered()


def _course(paper: Paper, painter: Painter, picture: Picture, marks: Sequence[Mark]) -> None:
    texts = paper.texts
    paper.chapter(texts("course"), texts("read_course"))
    phases = dict.fromkeys(stage.phase for stage in painter.definition.stages.values() if stage.phase)
    named = {phase: painter.words.label("phase", phase) for phase in phases}
    bands = flow.spine_bands(picture.spine, named, texts)
    many = route(picture.spine, bands, texts)
    flow.mark(bands, numbers_on(marks, ""))
    first = len(paper.sheets) - 1
    places = flow.draw(paper, bands)
    _say(paper, picture.spine, {name: sheet for band in places for name, sheet in band.items()})
    _many(paper, painter, picture.spine, many)
    for sheet in paper.sheets[first:]:
        sheet.shapes.extend(_legend(paper))


def _tracks(paper: Paper, picture: Picture, marks: Sequence[Mark]) -> None:
    texts = paper.texts
    paper.chapter(texts("tracks"), texts("read_tracks"))
    first = len(paper.sheets) - 1
    bands = []
    for track in picture.tracks:
        own = flow.track_bands(track, texts)
        route(track, own, texts)
        flow.mark(own, numbers_on(marks, track.name))
        bands += own
    for track, places in zip(picture.tracks, flow.draw(paper, bands), strict=True):
        _say(paper, track, places)
    for sheet in paper.sheets[first:]:
        sheet.shapes.extend(_legend(paper))


def _work(paper: Paper, work: Work) -> None:
    texts = paper.texts
    paper.chapter(texts("work"), texts("read_work"))
    table(paper, texts.series("columns"), (0.25, 0.19, 0.29, 0.27), work.groups())
    days = work.days()
    if days:
        paper.y += 12
        paper.need(90)
        table(paper, texts.series("day_columns"), (0.3, 0.7), days)


def _conditions(paper: Paper, picture: Picture) -> None:
    texts = paper.texts
    listed = [arrow for machine in (picture.spine, *picture.tracks) for arrow in machine.arrows if arrow.condition]
    if not listed:
        return
    paper.chapter(texts("conditions"), texts("read_conditions"))
    rows = tuple((str(arrow.condition), arrow.text, "; ".join(arrow.conditions)) for arrow in listed)
    table(paper, texts.series("condition_columns"), (0.07, 0.28, 0.65), [Group("", rows)])


def _say(paper: Paper, machine: Machine, places: Mapping[str, int]) -> None:
    """The boxes and arrows as sentences, on the sheet where each of them stands."""
    texts = paper.texts
    if machine.name:
        paper.say(texts("describes_track", name=f"{machine.text}, {machine.says}"), places[machine.boxes[0].name])
    for box in machine.boxes:
        paper.say(texts("describes", number=box.number, name=box.text), places[box.name])
        for arrow in machine.arrows:
            if box.name in arrow.sources and not arrow.everywhere:
                paper.say(_whither(paper, machine, arrow), places[box.name])


def _whither(paper: Paper, machine: Machine, arrow: Arrow) -> str:
    if arrow.target is None:
        return paper.texts("stays", text=arrow.said)
    target = machine.box(arrow.target)
    return paper.texts("to", text=arrow.said, number=target.number, name=target.text)


def _many(paper: Paper, painter: Painter, machine: Machine, many: list[Arrow]) -> None:
    """What can happen in more boxes than an arrow can show."""
    texts, pause = paper.texts, painter.definition.pause
    said = []
    for arrow in many:
        text = _whither(paper, machine, arrow)
        numbers = painter.numbers([machine.box(source).number for source in arrow.sources])
        key = "many_all" if arrow.everywhere else "many_in"
        said.append(texts(key, numbers=numbers, text=text))
    if pause is not None:
        who = texts("by", who=painter.words.people(pause.by))
        said.append(texts("many_all", text=f"{painter.words.label('action', 'pause')}: {who}"))
    if not said:
        return
    paper.need(18 + 15 * len(said))
    paper.paragraph(paper.texts("many"), 11, bold=True)
    for each in said:
        paper.need(28)
        paper.paragraph(each, 10, indent=10)


def _legend(paper: Paper) -> list[Shape]:
    """What the signs mean, at the foot of a sheet."""
    texts, y, x = paper.texts, 766.0, float(LEFT)
    shapes: list[Shape] = []
    for kind in ("step", "end", "way", "back"):
        if kind in ("step", "end"):
            shapes.append(
                Rect(x=x, y=y - 9, width=24, height=14, stroke=INK, weight=2.5 if kind == "end" else 1.2, round=4)
            )
        else:
            back = kind == "back"
            shapes.append(
                Line(points=((x, y - 2), (x + 26, y - 2)), stroke=SOFT if back else INK, weight=1.5 if back else 2,
                     dashed=back, head=True)
            )  # fmt: skip
        said = text(texts(f"legend_{kind}"), 10, Rect(x=x + 32, y=y - 8, width=250, height=14), fill=SOFT)
        shapes.append(said)
        x = said.room[2] + 30
    return shapes
