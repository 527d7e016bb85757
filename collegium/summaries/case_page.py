"""What does a partnership read of its own review? One page per case: where it stands, what it waits for, its course."""

from __future__ import annotations

from collegium.summaries.blocks import Block, Cell, Facts, Line, PhaseState, Section, Step, Steps, Table
from collegium.summaries.timelines import of_case
from collegium.summaries.words import Words, capital
from engine.standing import Waiting
from engine.summary import CaseSummary


def sections_of(words: Words, case: CaseSummary, level: int = 2) -> tuple[Section, ...]:
    """The sections of one case."""
    texts = words.texts
    facts = (*_phases(words, case), _facts(words, case))
    found = [Section(title=texts("where"), sheet=texts("where_sheet"), blocks=facts, level=level)]
    if not case.ended and case.paused_until is None:
        waits = (_waits(words, case),)
        found.append(Section(title=texts("waits"), sheet=texts("waits_sheet"), blocks=waits, level=level))
    found.append(Section(title=texts("course"), blocks=tuple(_course(words, case)), level=level))
    return tuple(found)


def _phases(words: Words, case: CaseSummary) -> tuple[Block, ...]:
    number = case.phase_number
    if number is None or case.ended:
        return ()
    steps = []
    for index, phase in enumerate(case.phases, start=1):
        state: PhaseState = "current" if index == number else "past" if index < number else "ahead"
        says = words.texts(f"phase_{state}")
        steps.append(Step(text=words.label(case, "phase", phase), state=state, says=says))
    return (Steps(title=words.texts("phases"), steps=tuple(steps)),)


def _facts(words: Words, case: CaseSummary) -> Facts:
    texts = words.texts
    rows = [(texts("standing"), words.standing(case))]
    if case.ended:
        rows.append((texts("outcome"), Cell(text=words.stage(case, case.outcome))))
    elif case.phase is not None:
        phase = texts(
            "phase_value", phase=words.label(case, "phase", case.phase), number=case.phase_number, of=len(case.phases)
        )
        rows.append((texts("phase"), Cell(text=phase)))
    if case.paused_until is not None:
        rows.append((texts("paused_until"), words.day_cell(case.paused_until)))
    if not case.ended:
        step = texts("step_value", stage=words.stage(case), date=words.day(case.since))
        rows.append((texts("step"), Cell(text=step)))
    if not case.closed:
        rows.append((texts("next"), Cell(text=words.milestone(case, case.milestone))))
    if case.visit is not None:
        rows.append((capital(words.label(case, "date", case.visit[0])), words.on_cell(case.visit[1])))
    rows += [
        (texts("public"), Cell(text=texts("public_value", what=words.document(case, name), date=words.day(since))))
        for name, since in case.public
    ]
    rows.append((texts("changed"), Cell(text=words.change(case, case.changed))))
    if number := case.open_tasks.get("host"):
        rows.append((texts("own_tasks"), Cell(text=str(number), value=number)))
    if case.tally.extensions:
        rows.append((texts("extensions"), Cell(text=texts.counted("times", case.tally.extensions))))
    if case.tally.corrections:
        rows.append((texts("corrections"), Cell(text=texts.counted("times", case.tally.corrections))))
    return Facts(rows=tuple(rows))


def _waits(words: Words, case: CaseSummary) -> Block:
    if not case.waits_for:
        return Line(text=words.texts("waits_nothing"))
    texts = words.texts
    head = (texts("who"), texts("what"), texts("by_when"), texts("remark"))
    return Table(
        caption=texts("waits_caption"), head=head, rows=tuple(_waiting(words, case, each) for each in case.waits_for)
    )


def _waiting(words: Words, case: CaseSummary, each: Waiting) -> tuple[Cell, ...]:
    texts = words.texts
    what = texts("work_of_others") if each.name is None else words.label(case, each.kind, each.name)
    if each.kind == "child" and each.number > 1:
        what = f"{each.number} × {what}"
    late = Cell(text="")
    if each.late is not None:
        late = Cell(text=texts("late"), tone="late", more=words.days_late(each.late))
    return (
        Cell(text=capital(words.party(each.party))),
        Cell(text=what),
        words.on_cell(each.on) if each.on else Cell(text=texts("no_date")),
        late,
    )


def _course(words: Words, case: CaseSummary) -> list[Block]:
    texts = words.texts
    rows = tuple(
        (Cell(text=str(number), value=number), Cell(text=words.stage(case, stay.stage)), words.day_cell(stay.first))
        for number, stay in enumerate(case.stays, start=1)
    )
    table = Table(
        caption=texts("course_caption"), head=(texts("number"), texts("step"), texts("begun_on")), rows=rows,
        numbers=frozenset({0}),
    )  # fmt: skip
    drawn = of_case(words, case)
    return [drawn, table] if drawn is not None else [table]
