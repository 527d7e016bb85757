"""What of a case may not be kept any longer? Terms per class of data, counted from the close of the case.

The AVG sets no terms: personal data are kept no longer than is needed (art. 5 lid 1 sub e), and who keeps them says how
long that is. A document's own term (`keep`) goes before the general one; a date counts from what it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.access import document_of, instance_of
from engine.actions import CLOCK
from engine.case import Case
from engine.definition import Definition, DocumentDef
from engine.draft import Draft
from engine.events import Submission
from engine.expressions import Delta
from engine.moments import calendar, resolve, shift_delta
from engine.offsets import local
from engine.unfinished import Unfinished
from engine.world import World

TOOK_PART = ("accepted", "seated", "left")
"""States of a holding whose candidate said yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionHold:
    """Nothing of this case is removed, whatever its age: an appeal, a question of somebody concerned."""

    case: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long each class of data is kept."""

    answers: Delta  # answers to forms for which the process says nothing; from the close of the case
    names: Delta  # who was who in a case; from its close
    candidates: Delta  # who was asked for a seat and took none; from the close of the case
    mail_words: Delta  # subject, text and files of a mail; from when it was made
    mail_record: Delta  # that a mail was sent, to whom and how it ended; from when it was made


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """What of one case is past its term: submissions with the rule that says so, and participants."""

    answers: Mapping[str, str] = field(default_factory=dict)  # submission -> rule
    unfinished: Mapping[str, str] = field(default_factory=dict)  # task -> rule, of what was never handed in
    names: tuple[str, ...] = ()


def expired(
    definition: Definition, case: Case, world: World, submissions: Iterable[Submission], terms: Terms, today: date,
    unfinished: Iterable[Unfinished] = (),
) -> Expired:  # fmt: skip
    """What is past its term on that day (local to the definition). Asks for the world as it is then."""
    draft = Draft(definition, case, world, CLOCK, case.stage_since)
    closed = _closed_on(draft)
    answers: dict[str, str] = {}
    for one in submissions:
        rule = _rule(draft, one)
        if one.removed_at is None and _is_past(draft, rule, terms, closed, today):
            answers[one.id] = _named(rule)
    rules = {one.task: document_of(draft, draft.tasks[one.task]) for one in unfinished if one.task in draft.tasks}
    kept = {task: _named(rule) for task, rule in rules.items() if _is_past(draft, rule, terms, closed, today)}
    return Expired(answers=answers, unfinished=kept, names=tuple(_names(draft, terms, closed, today)))


def _is_past(draft: Draft, rule: DocumentDef | None, terms: Terms, closed: date | None, today: date) -> bool:
    last = _last_day(draft, rule, terms, closed)
    return last is not None and last < today


def _named(rule: DocumentDef | None) -> str:
    return f"documents.{rule.name}.keep" if rule and rule.keep else "answers"


def _closed_on(draft: Draft) -> date | None:
    """The day on which the case was closed; None while it is open."""
    if not draft.before.closed:
        return None
    moment = draft.moments.get("case.closed")
    return local(moment.at if moment else draft.before.stage_since, draft.plan.zone).day


def _rule(draft: Draft, submission: Submission) -> DocumentDef | None:
    """The rule for the task that was answered, else the one for its form: the instance may be one of long ago."""
    task = draft.tasks.get(submission.task)
    if task is not None:
        return document_of(draft, task)
    return document_of(draft, instance_of(draft, submission)) or draft.definition.documents.get(submission.form)


def _last_day(draft: Draft, rule: DocumentDef | None, terms: Terms, closed: date | None) -> date | None:
    """The last day on which answers are kept; None: that day is not known yet."""
    keep = rule.keep if rule is not None and rule.keep is not None else terms.answers
    if isinstance(keep, Delta):
        return _later(draft, closed, keep)
    found = resolve(draft, keep)
    if found is not None and not found.provisional:
        return found.point.day
    return _later(draft, closed, terms.answers)  # what it counts from never came


def _later(draft: Draft, closed: date | None, term: Delta) -> date | None:
    return shift_delta(draft, closed, term, calendar(draft, None)).day if closed is not None else None


def _names(draft: Draft, terms: Terms, closed: date | None, today: date) -> Iterable[str]:
    """Participants who need not be known any more: of an old case all, earlier those who took no seat."""
    if closed is None:
        return
    last, candidates = _later(draft, closed, terms.names), _later(draft, closed, terms.candidates)
    assert last is not None
    assert candidates is not None
    known = dict.fromkeys([*(held.participant for held in draft.holdings.values()), *_in_roles(draft)])
    for participant in known:
        if today > last or (today > candidates and not _took_part(draft, participant)):
            yield participant


def _in_roles(draft: Draft) -> list[str]:
    return [who for people in draft.roles.values() for who in people]


def _took_part(draft: Draft, participant: str) -> bool:
    sat = any(held.participant == participant and held.state in TOOK_PART for held in draft.holdings.values())
    return sat or participant in _in_roles(draft)
