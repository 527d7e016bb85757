"""Which tables do several pages share? Cases, visits, figures of a round, visits to others, whom to ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from collegium.summaries.blocks import Block, Cell, Facts, Line, Section, Table
from collegium.summaries.texts import settings
from collegium.summaries.timelines import of_round
from collegium.summaries.words import Words
from engine.standing import STATES
from engine.summary import CaseSummary, CycleSummary

LAST = date.max
Row = tuple[Cell, ...]


def table_or(
    words: Words, caption: str, head: Sequence[str], rows: Iterable[Row], none: str, numbers: Iterable[int] = ()
) -> Block:
    """A table by the names of its texts, or the sentence that there is nothing."""
    found = tuple(rows)
    if not found:
        return Line(text=words.texts(none))
    return Table(
        caption=words.texts(caption), head=tuple(words.texts(each) for each in head), rows=found,
        numbers=frozenset(numbers),
    )  # fmt: skip


def counted(words: Words, caption: str, what: str, rows: Iterable[tuple[str, int]]) -> Table:
    """Numbers, each with what it counts."""
    cells = tuple((Cell(text=text), number(each)) for text, each in rows)
    return Table(caption=caption, head=(what, words.texts("number_of")), rows=cells, numbers=frozenset({1}))


def number(value: int) -> Cell:
    return Cell(text=str(value), value=value)


def host(words: Words, case: CaseSummary) -> Cell:
    """The organisation under review, with its own page where there is one."""
    return Cell(text=case.host, page=words.summary.pages.get(case.case, ""))


def round_name(words: Words, of: CaseSummary | CycleSummary) -> str:
    name = words.summary.cycle_names.get(of.cycle, of.cycle)
    return words.texts("round", cycle=name, process=words.process(of))


def short_round(words: Words, of: CaseSummary | CycleSummary) -> str:
    """The round without its process, for the name of a sheet."""
    return words.summary.cycle_names.get(of.cycle, of.cycle)


def contact(words: Words) -> Facts:
    """Whom to ask."""
    office = words.summary.office
    rows = [(words.texts("ask_office"), Cell(text=office.name))]
    if office.email:
        rows.append((words.texts("mail"), Cell(text=office.email, mail=office.email)))
    if office.phone:
        rows.append((words.texts("phone"), Cell(text=office.phone)))
    return Facts(rows=tuple(rows))


# cases ----------------------------------------------------------------------------------------------------------------


def cases(words: Words) -> list[Section]:
    """Those that run, the most urgent first, and those that have ended."""
    texts = words.texts
    found = sorted((case for case in words.summary.cases if not case.ended), key=_urgency)
    ended = [case for case in words.summary.cases if case.ended]
    if not words.summary.cases:
        return [Section(title=texts("cases_now"), blocks=(Line(text=texts("no_cases")),))]
    named = words.summary.audience == "office"
    sections: list[Section] = []
    if found:
        head = ["partnership", "process", "phase_and_step", "standing", "next_what", "next_when"]
        head += ["answers_for_it"] if named else []
        rows = [_running(words, case, named) for case in found]
        sections.append(
            Section(title=texts("cases_now"), blocks=(table_or(words, "cases_now_caption", head, rows, ""),))
        )
    if ended:
        closed = [(host(words, case), Cell(text=words.process(case)), Cell(text=words.stage(case, case.outcome)),
                   words.day_cell(case.since)) for case in ended]  # fmt: skip
        head = ["partnership", "process", "outcome", "ended_on"]
        block = table_or(words, "cases_ended_caption", head, closed, "")
        sections.append(Section(title=texts("cases_ended"), blocks=(block,)))
    return sections


def _running(words: Words, case: CaseSummary, named: bool) -> Row:
    phase = words.label(case, "phase", case.phase) if case.phase else ""
    step = ": ".join(filter(None, (phase, words.stage(case))))
    row = (
        host(words, case),
        Cell(text=words.process(case)),
        Cell(text=step),
        words.short_standing(case) if named else words.standing(case),
        Cell(text=words.next_what(case, case.milestone)),
        words.on_cell(case.milestone.on) if case.milestone else Cell(text=words.texts("none_known")),
    )
    return (*row, Cell(text=words.people(case.desk.ask))) if named and case.desk else row


def _urgency(case: CaseSummary) -> tuple[int, int, date, str, str]:
    """Late before at risk before on schedule, paused last; then by the next date."""
    schedule = case.schedule
    rank = -STATES.index(schedule.state) if schedule else 1
    following = case.milestone.on.day if case.milestone else LAST
    return rank, -schedule.days if schedule else 0, following, case.host, case.case


def public(words: Words) -> list[Section]:
    """Documents that anybody may read, the latest first; nothing where there are none."""
    found = [(since, case, name) for case in words.summary.cases for name, since in case.public]
    if not found:
        return []
    rows = [
        (Cell(text=words.document(case, name)), host(words, case), words.day_cell(since))
        for since, case, name in sorted(found, key=lambda each: (each[0], each[1].host, each[2]), reverse=True)
    ]
    block = table_or(words, "public_caption", ("document", "partnership", "public_since"), rows, "")
    return [Section(title=words.texts("public"), blocks=(block,))]


def visits(words: Words) -> Section:
    """Visits in the coming weeks."""
    rows = [
        (words.on_cell(case.visit[1]), host(words, case), Cell(text=words.process(case)), Cell(text=words.stage(case)))
        for case in words.summary.ahead
        if case.visit is not None
    ]
    head = ("day_of_visit", "partnership", "process", "step")
    block = table_or(words, "visits_caption", head, rows, "visits_none")
    return Section(title=words.texts("visits", n=settings()["visits_ahead"]), blocks=(block,))


def course_of(words: Words, found: Sequence[CaseSummary]) -> tuple[Block, ...]:
    """The pictures of rounds: one row for each case."""
    together: dict[tuple[str, str], list[CaseSummary]] = {}
    for each in found:
        together.setdefault((each.cycle, each.behaviour), []).append(each)
    return tuple(picture for own in together.values() for picture in of_round(words, own))


# figures --------------------------------------------------------------------------------------------------------------


def where(words: Words, cycle: CycleSummary) -> Table:
    """How many cases stand in each phase, or have ended how."""
    texts = words.texts
    rows = [(texts("in_phase", phase=words.label(cycle, "phase", name)), number) for name, number in cycle.by_phase]
    rows += [(words.label(cycle, "stage", name), number) for name, number in cycle.by_outcome if number]
    rows.append((texts("all_cases"), cycle.cases))
    rows += [(texts("of_which_paused"), cycle.paused)] if cycle.paused else []
    rows += [(texts("children"), cycle.children)] if cycle.children else []
    return counted(words, texts("round_where"), texts("phase_or_outcome"), rows)


def how(words: Words, cycle: CycleSummary) -> Table:
    """How it goes: standings, dates kept and missed, more time, changes."""
    texts = words.texts
    rows = [(texts(state), number) for state, number in cycle.by_state]
    return counted(words, texts("round_how"), texts("measure"), [*rows, *deeds(words, cycle)])


def deeds(words: Words, cycle: CycleSummary) -> list[tuple[str, int]]:
    texts, tally = words.texts, cycle.tally
    return [
        (texts("met"), tally.met),
        (texts("missed"), tally.missed),
        (texts("all_extensions"), tally.extensions),
        (texts("substitutions"), tally.substitutions),
        (texts("moves"), tally.moves),
        (texts("pauses"), tally.pauses),
        (texts("all_corrections"), tally.corrections),
    ]


def served(words: Words) -> Table:
    """Visits to others against those that are asked for."""
    years, wanted = settings()["served_years"], settings()["served"]
    rows = tuple((Cell(text=name), number(each), enough(words, each)) for name, each in words.summary.served)
    caption = words.texts("served_caption", years=years, wanted=wanted)
    head = tuple(words.texts(each) for each in ("partnership", "number_of", "standing"))
    return Table(caption=caption, head=head, rows=rows, numbers=frozenset({1}))


def enough(words: Words, visits_: int) -> Cell:
    short = settings()["served"] - visits_
    if short <= 0:
        return Cell(text=words.texts("enough"), tone="good")
    return Cell(text=words.texts.counted("short", short), tone="risk")
