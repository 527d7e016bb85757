"""Which page does each audience get? The same facts give the same blocks, in a fixed order."""

from __future__ import annotations

from datetime import date

from collegium.summaries.blocks import Block, Cell, Facts, Line, Page, Section, Table
from collegium.summaries.case_page import sections_of
from collegium.summaries.facts import Summary
from collegium.summaries.texts import settings
from collegium.summaries.words import Words
from engine.standing import STATES
from engine.summary import CaseSummary, CycleSummary

LAST = date.max


def page_of(summary: Summary, language: str) -> Page:
    """The page of a summary in a language."""
    words = Words(summary, language)
    build = {"partnership": _partnership, "office": _office, "region": _region}[summary.audience]
    return build(words)


def _page(words: Words, title: str, subtitle: str, sections: tuple[Section, ...]) -> Page:
    summary, texts = words.summary, words.texts
    intro = [texts("made_on", date=words.local(summary.made_at))]
    if summary.as_of is not None:
        intro.append(texts("as_of", date=words.local(summary.as_of)))
    intro.append(texts("explained"))
    return Page(
        language=words.language, title=title, subtitle=subtitle, made_at=summary.made_at, author=summary.office.name,
        intro=(" ".join(intro),),
        sections=(*sections, Section(title=texts("any_questions"), blocks=(_contact(words),))),
    )  # fmt: skip


def _contact(words: Words) -> Facts:
    office = words.summary.office
    rows = [(words.texts("ask_office"), Cell(text=office.name))]
    if office.email:
        rows.append((words.texts("mail"), Cell(text=office.email, mail=office.email)))
    if office.phone:
        rows.append((words.texts("phone"), Cell(text=office.phone)))
    return Facts(rows=tuple(rows))


# a partnership --------------------------------------------------------------------------------------------------------


def _partnership(words: Words) -> Page:
    cases = words.summary.cases
    title = words.texts("title_partnership", host=cases[0].host)
    if len(cases) == 1:
        return _page(words, title, _round(words, cases[0]), sections_of(words, cases[0]))
    sections: list[Section] = []
    for case in cases:
        sections.append(Section(title=_round(words, case), blocks=()))
        sections += sections_of(words, case, level=3)
    return _page(words, title, words.label(cases[0], "process", cases[0].process), tuple(sections))


def _round(words: Words, of: CaseSummary | CycleSummary) -> str:
    name = words.summary.cycle_names.get(of.cycle, of.cycle)
    return words.texts("round", cycle=name, process=words.process(of))


# the office -----------------------------------------------------------------------------------------------------------


def _office(words: Words) -> Page:
    summary, texts = words.summary, words.texts
    sections = [
        Section(title=texts("ring"), blocks=(_ring(words),)),
        Section(title=texts("attention"), blocks=(_attention(words),)),
        _visits(words),
        *_cases(words),
        Section(title=texts("rounds"), blocks=()),
        *(_figures(words, cycle) for cycle in summary.cycles),
    ]
    return _page(words, texts("title_office", office=summary.office.name), "", tuple(sections))


def _host(words: Words, case: CaseSummary) -> Cell:
    return Cell(text=case.host, page=words.summary.pages.get(case.case, ""))


def _ring(words: Words) -> Block:
    texts = words.texts
    found = [(task, case) for case in words.summary.cases if case.desk for task in case.desk.late]
    found.sort(key=lambda pair: (-pair[0].days, pair[0].due, pair[1].host, pair[0].task))
    rows = tuple(
        (
            _host(words, case),
            Cell(text=words.task(case, task.name, task.row)),
            Cell(text=words.people(task.people)),
            words.day_cell(task.due),
            words.late_cell(task.days),
        )
        for task, case in found
    )
    if not rows:
        return Line(text=texts("ring_nobody"))
    head = (texts("partnership"), texts("task"), texts("who"), texts("was_due"), texts("lateness"))
    return Table(caption=texts("ring_caption"), head=head, rows=rows)


def _attention(words: Words) -> Block:
    texts = words.texts
    rows: list[tuple[Cell, ...]] = []
    for case in words.summary.cases:
        desk = case.desk
        if desk is None:
            continue
        said = [texts("blocked", what=words.label(case, "transition", name)) for name in desk.blocked]
        said += [texts.counted("stuck", desk.stuck)] if desk.stuck else []
        said += [texts.counted("undelivered", desk.undelivered)] if desk.undelivered else []
        rows += [(_host(words, case), Cell(text=each), Cell(text=words.people(desk.ask))) for each in said]
    if not rows:
        past = words.summary.as_of is not None
        return Line(text=texts("attention_none_past" if past else "attention_none"))
    head = (texts("partnership"), texts("what"), texts("answers_for_it"))
    return Table(caption=texts("attention_caption"), head=head, rows=tuple(rows))


def _cases(words: Words) -> list[Section]:
    texts = words.texts
    running = sorted((case for case in words.summary.cases if not case.ended), key=_urgency)
    ended = [case for case in words.summary.cases if case.ended]
    named = words.summary.audience == "office"
    found: list[Section] = []
    if not words.summary.cases:
        return [Section(title=texts("cases_now"), blocks=(Line(text=texts("no_cases")),))]
    if running:
        head = [texts("partnership"), texts("process"), texts("phase_and_step"), texts("standing"), texts("next_what")]
        head += [texts("next_when"), *([texts("answers_for_it")] if named else [])]
        rows = tuple(_running(words, case, named) for case in running)
        table = Table(caption=texts("cases_now_caption"), head=tuple(head), rows=rows)
        found.append(Section(title=texts("cases_now"), blocks=(table,)))
    if ended:
        head = [texts("partnership"), texts("process"), texts("outcome"), texts("ended_on")]
        closed = tuple(
            (
                _host(words, case),
                Cell(text=words.process(case)),
                Cell(text=words.stage(case, case.outcome)),
                words.day_cell(case.since),
            )
            for case in ended
        )
        table = Table(caption=texts("cases_ended_caption"), head=tuple(head), rows=closed)
        found.append(Section(title=texts("cases_ended"), blocks=(table,)))
    return found


def _running(words: Words, case: CaseSummary, named: bool) -> tuple[Cell, ...]:
    phase = words.label(case, "phase", case.phase) if case.phase else ""
    step = ": ".join(filter(None, (phase, words.stage(case))))
    texts = words.texts
    row = (
        _host(words, case),
        Cell(text=words.process(case)),
        Cell(text=step),
        words.short_standing(case) if named else words.standing(case),
        Cell(text=words.next_what(case, case.milestone)),
        words.on_cell(case.milestone.on) if case.milestone else Cell(text=texts("none_known")),
    )
    return (*row, Cell(text=words.people(case.desk.ask))) if named and case.desk else row


def _urgency(case: CaseSummary) -> tuple[int, int, date, str, str]:
    """Late before at risk before on schedule, paused last; then by the next date."""
    schedule = case.schedule
    rank = -STATES.index(schedule.state) if schedule else 1
    following = case.milestone.on.day if case.milestone else LAST
    return rank, -schedule.days if schedule else 0, following, case.host, case.case


def _visits(words: Words) -> Section:
    texts = words.texts
    title = texts("visits", n=settings()["visits_ahead"])
    rows = tuple(
        (
            words.on_cell(case.visit[1]),
            _host(words, case),
            Cell(text=words.process(case)),
            Cell(text=words.stage(case)),
        )
        for case in words.summary.ahead
        if case.visit is not None
    )
    if not rows:
        return Section(title=title, blocks=(Line(text=texts("visits_none")),))
    head = (texts("day_of_visit"), texts("partnership"), texts("process"), texts("step"))
    return Section(title=title, blocks=(Table(caption=texts("visits_caption"), head=head, rows=rows),))


def _figures(words: Words, cycle: CycleSummary) -> Section:
    return Section(
        title=_round(words, cycle), blocks=(_where(words, cycle), _how(words, cycle)), level=3, beside=True
    )  # fmt: skip


def _where(words: Words, cycle: CycleSummary) -> Table:
    texts = words.texts
    rows = [(texts("in_phase", phase=words.label(cycle, "phase", name)), number) for name, number in cycle.by_phase]
    rows += [(words.label(cycle, "stage", name), number) for name, number in cycle.by_outcome if number]
    rows.append((texts("all_cases"), cycle.cases))
    rows += [(texts("of_which_paused"), cycle.paused)] if cycle.paused else []
    rows += [(texts("children"), cycle.children)] if cycle.children else []
    return _counts(words, texts("round_where"), texts("phase_or_outcome"), rows)


def _how(words: Words, cycle: CycleSummary) -> Table:
    texts, tally = words.texts, cycle.tally
    rows = [(texts(state), number) for state, number in cycle.by_state]
    rows += [
        (texts("met"), tally.met),
        (texts("missed"), tally.missed),
        (texts("all_extensions"), tally.extensions),
        (texts("substitutions"), tally.substitutions),
        (texts("moves"), tally.moves),
        (texts("pauses"), tally.pauses),
        (texts("all_corrections"), tally.corrections),
    ]
    return _counts(words, texts("round_how"), texts("measure"), rows)


def _counts(words: Words, caption: str, what: str, rows: list[tuple[str, int]]) -> Table:
    cells = tuple((Cell(text=text), Cell(text=str(number), value=number)) for text, number in rows)
    return Table(caption=caption, head=(what, words.texts("number_of")), rows=cells, numbers=frozenset({1}))


# a region -------------------------------------------------------------------------------------------------------------


def _region(words: Words) -> Page:
    summary, texts = words.summary, words.texts
    title = texts("title_region", region=summary.region or texts("all_regions"))
    figures = [
        Section(title=_round(words, cycle), blocks=(_where(words, cycle),), level=3) for cycle in summary.cycles
    ]  # fmt: skip
    per_phase = [Section(title=texts("per_phase"), blocks=()), *figures] if figures else []
    served = [Section(title=texts("served"), blocks=(_served(words),))] if summary.served else []
    return _page(words, title, "", (*_cases(words), _visits(words), *per_phase, *served))


def _served(words: Words) -> Table:
    texts, wanted = words.texts, settings()["served"]
    rows = tuple(
        (
            Cell(text=name),
            Cell(text=str(number), value=number),
            Cell(text=texts("enough"), tone="good")
            if number >= wanted
            else Cell(text=texts.counted("short", wanted - number), tone="risk"),
        )
        for name, number in words.summary.served
    )
    caption = texts("served_caption", years=settings()["served_years"], wanted=wanted)
    head = (texts("partnership"), texts("number_of"), texts("standing"))
    return Table(caption=caption, head=head, rows=rows, numbers=frozenset({1}))
