"""What does the office read? Whom to ring today, what is late, what did not arrive, what waits for a decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from collegium.refusals import reason_in
from collegium.summaries.blocks import Block, Cell, Line, Section
from collegium.summaries.costs_table import costs_of_people
from collegium.summaries.facts import Contact
from collegium.summaries.findings_table import findings_of_all
from collegium.summaries.post import LostMail
from collegium.summaries.tables import (
    Row,
    cases,
    course_of,
    host,
    how,
    public,
    round_name,
    short_round,
    table_or,
    visits,
    where,
)
from collegium.summaries.twice import Place
from collegium.summaries.words import Words
from engine.offsets import local
from engine.standing import LateTask, Question
from engine.summary import CaseSummary, CycleSummary


@dataclass(slots=True)
class Call:
    """One person to ring, with all that there is to talk about; or somebody who is away, and nobody can be rung."""

    name: str
    phone: str = ""
    instead_of: dict[str, None] = field(default_factory=dict)  # "replaces ...", of a substitute
    nobody: bool = False
    reasons: Counter[str] = field(default_factory=Counter)
    since: date = date.max
    days: int = 0


def office_sections(words: Words) -> list[Section]:
    """The sections of the office's page, the most urgent first."""
    summary, texts = words.summary, words.texts
    pictures = course_of(words, summary.cases)
    return [
        Section(title=texts("ring"), blocks=(_ring(words),)),
        Section(title=texts("late_title"), blocks=(_late(words),)),
        Section(title=texts("lost_title"), blocks=(_lost(words),)),
        Section(title=texts("undecided_title"), blocks=(_open_questions(words),)),
        *_twice(words),
        visits(words),
        *cases(words),
        *public(words),
        *findings_of_all(words),
        *costs_of_people(words),
        *([Section(title=texts("course_of_round"), blocks=pictures)] if pictures else []),
        Section(title=texts("rounds"), blocks=()),
        *(_figures(words, cycle) for cycle in summary.cycles),
    ]


def _figures(words: Words, cycle: CycleSummary) -> Section:
    return Section(
        title=round_name(words, cycle), sheet=short_round(words, cycle),
        blocks=(where(words, cycle), how(words, cycle)), level=3, beside=True
    )  # fmt: skip


# whom to ring ---------------------------------------------------------------------------------------------------------


def _ring(words: Words) -> Block:
    rows = [
        (
            Cell(text=", ".join([call.name, *call.instead_of])),
            Cell(text=call.phone),
            Cell(text="; ".join(f"{text} ({n})" if n > 1 else text for text, n in call.reasons.items())),
            words.day_cell(call.since) if call.since != date.max else Cell(text=""),
            words.late_cell(call.days) if call.days else Cell(text=""),
        )
        for call in _calls(words)
    ]
    return table_or(words, "ring_caption", ("who", "phone", "why_ring", "since", "lateness"), rows, "ring_nobody")


def _calls(words: Words) -> list[Call]:
    """Each person once; who is most late first, then whom mail does not reach, and last who is away without substitute.

    Nobody rings the own desk: what the office itself is late with stands under what is late.
    """
    calls: dict[str, Call] = {}
    for task, case in _late_tasks(words):
        if task.party == "secretariat":
            continue
        for contact in _people(words, task, case):
            call = _call(words, calls, contact)
            call.reasons[f"{case.host}: {words.label(case, 'task', task.name)}"] += 1
            call.since = min(call.since, task.due)
            call.days = max(call.days, task.days)
    for each in words.summary.unreached:
        if each.away_until is not None:
            continue  # it stands under what did not arrive; there is nobody to ask for another address now
        known = next(
            (key for key, call in calls.items() if (call.name, call.phone) == (each.name, each.phone)), each.name
        )
        call = calls.setdefault(known, Call(each.name, each.phone))
        call.reasons[words.texts("mail_fails")] = 1
        if each.since is not None:
            call.since = min(call.since, local(each.since, words.summary.office.zone).day)
    return sorted(calls.values(), key=lambda call: (call.nobody, -call.days, call.since, call.name))


def _call(words: Words, calls: dict[str, Call], contact: Contact) -> Call:
    """The call in which somebody's work is talked about: with them, or with their substitute."""
    until, other = contact.away_until, contact.substitute
    if until is None:
        return calls.setdefault(contact.person, Call(contact.name, contact.phone))
    if other is None:
        return calls.setdefault(contact.person, Call(words.absence(contact.name, until), nobody=True))
    call = calls.setdefault(other.person, Call(other.name, other.phone))
    call.instead_of[words.replaces(contact.name, until)] = None
    return call


def _people(words: Words, task: LateTask, case: CaseSummary) -> Iterator[Contact]:
    """Who can do the task and does not answer for the case at the office."""
    contacts, own = words.summary.contacts, case.desk.ask if case.desk else ()
    yield from (contacts[who] for who in task.people if who in contacts and who not in own)


# late -----------------------------------------------------------------------------------------------------------------


def _late_tasks(words: Words) -> list[tuple[LateTask, CaseSummary]]:
    found = [(task, case) for case in words.summary.cases if case.desk for task in case.desk.late]
    return sorted(found, key=lambda pair: (-pair[0].days, pair[0].due, pair[1].host, pair[0].task))


def _late(words: Words) -> Block:
    rows = [
        (
            host(words, case),
            Cell(text=words.task(case, task.name, task.row)),
            Cell(text=words.people(task.people)),
            words.day_cell(task.due),
            words.late_cell(task.days),
        )
        for task, case in _late_tasks(words)
    ]
    return table_or(words, "late_caption", ("partnership", "task", "who", "was_due", "lateness"), rows, "late_none")


# what did not arrive --------------------------------------------------------------------------------------------------


def _lost(words: Words) -> Block:
    if words.summary.as_of is not None:
        return Line(text=words.texts("lost_past"))
    rows = [*_addresses(words), *(_lost_mail(words, each) for each in words.summary.lost if not _is_question(each))]
    rows += _without_address(words)
    return table_or(words, "lost_caption", ("who", "what", "since", "partnership", "remark"), rows, "lost_none")


def _addresses(words: Words) -> Iterator[Row]:
    zone = words.summary.office.zone
    for each in words.summary.unreached:
        yield (
            Cell(text=each.name),
            Cell(text=words.texts("address_fails" if each.email else "address_missing"), tone="late"),
            words.day_cell(local(each.since, zone).day) if each.since else Cell(text=""),
            Cell(text=_hosts(words, each.cases)),
            Cell(text=each.why),
        )


def _lost_mail(words: Words, each: LostMail) -> Row:
    return (
        Cell(text=each.to),
        Cell(text=words.texts(f"mail_{each.state}"), tone="late" if each.state == "refused" else "risk",
             more=_kind(words, each)),
        words.day_cell(local(each.since, words.summary.office.zone).day),
        Cell(text=_hosts(words, each.cases)),
        Cell(text=reason_in(each.why, words.language)),
    )  # fmt: skip


def _without_address(words: Words) -> Iterator[Row]:
    """Mails that had nobody to go to: they are counted per case, and belong to nobody in particular."""
    for case in words.summary.cases:
        whole = case.desk.undelivered if case.desk else 0
        counted = sum(case.case in each.cases for each in words.summary.lost)
        if whole and whole > counted:
            yield (
                Cell(text=""), Cell(text=words.texts.counted("no_address", whole - counted), tone="late"),
                Cell(text=""), host(words, case), Cell(text=""),
            )  # fmt: skip


def _is_question(each: LostMail) -> bool:
    return each.state == "held" or each.legal


def _kind(words: Words, each: LostMail) -> str:
    case = next((case for case in words.summary.cases if case.case in each.cases), None)
    return words.mail_kind(case, each.kind) if case is not None else each.kind


def _hosts(words: Words, wanted: tuple[str, ...]) -> str:
    return ", ".join(dict.fromkeys(case.host for case in words.summary.cases if case.case in wanted))


# in two places ----------------------------------------------------------------------------------------------------


def _twice(words: Words) -> list[Section]:
    """Who is expected in two places at once; nothing where nobody is."""
    cases = {each.case: each for each in words.summary.cases}
    rows = [
        (Cell(text=each.name), words.day_cell(each.second.appointment.first),
         *(Cell(text=_engaged(words, cases.get(side.case), side)) for side in (each.first, each.second)))
        for each in words.summary.twice
    ]  # fmt: skip
    if not rows:
        return []
    block = table_or(words, "twice_caption", ("who", "day", "twice_first", "twice_second"), rows, "")
    return [Section(title=words.texts("twice_title"), blocks=(block,))]


def _engaged(words: Words, case: CaseSummary | None, side: Place) -> str:
    """What it is, with whom, and at what time; of another round than the page is about just that."""
    if case is None:
        return words.texts("twice_elsewhere")
    what = words.label(case, side.kind, side.name)
    clock = f", {side.appointment.clock:%H:%M}" if side.appointment.clock is not None else ""
    return f"{what}, {case.host}{clock}"


# what waits for a decision --------------------------------------------------------------------------------------------


def _open_questions(words: Words) -> Block:
    rows = [row for case in words.summary.cases for row in _questions(words, case)]
    rows += [
        (Cell(text=_hosts(words, each.cases)), Cell(text=words.texts("mail_decide", state=words.texts(
            f"mail_{each.state}"), kind=_kind(words, each), name=each.to)),
         words.day_cell(local(each.since, words.summary.office.zone).day), Cell(text=""))
        for each in words.summary.lost if _is_question(each)
    ]  # fmt: skip
    return table_or(
        words, "undecided_caption", ("partnership", "what", "since", "answers_for_it"), rows, "undecided_none"
    )


def _questions(words: Words, case: CaseSummary) -> Iterator[Row]:
    desk = case.desk
    if desk is None:
        return
    for each in desk.questions:
        yield (
            host(words, case), Cell(text=_question(words, case, each)), words.day_cell(each.since),
            Cell(text=words.people(each.people or desk.ask)),
        )  # fmt: skip
    said = [words.texts("blocked", what=words.label(case, "transition", name)) for name in desk.blocked]
    said += [words.texts.counted("stuck", desk.stuck)] if desk.stuck else []
    for text in said:
        yield host(words, case), Cell(text=text), Cell(text=""), Cell(text=words.people(desk.ask))


def _question(words: Words, case: CaseSummary, each: Question) -> str:
    """What is asked; of a date that no longer fits, which one, its day and when it may be."""
    text, found = words.label(case, "task", each.name), each.outside
    if found is None:
        return text
    day, first, last = map(words.day, (found.day, found.first, found.last))
    what = words.label(case, "date", found.name)
    return f"{text}: {words.texts('date_outside', what=what, day=day, first=first, last=last)}"
