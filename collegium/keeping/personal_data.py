"""What is known of one person, and how is it taken out? Access (AVG art. 15) and erasure (art. 17).

Histories name nobody: they know a random key for each person and case. Erasing removes the row that joins the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from collegium import kept_files
from collegium.case_names import host_name
from collegium.keeping import mentions
from collegium.keeping.mentions import Mention
from collegium.library import DefinitionLibrary
from collegium.speech import known
from engine.case import Case
from engine.directory import Participant, PersonRecord
from engine.errors import Refused
from engine.mail import outbox_stream
from engine.ports import UnitOfWork
from engine.saying import said
from engine.seat import LIVE, told_as
from engine.wording import Wording
from notifications.links import PLACEHOLDER

STREAM = "people"
LINK_TEXT = "[private link]"


def about(work: UnitOfWork, library: DefinitionLibrary, person: PersonRecord, language: str) -> dict[str, Any]:
    """Everything that the database holds about a person, as plain values: what they did, got and are said to be.

    Names of states stay as they are for programs; what they are called stands beside them.

    What others wrote about them in free text cannot be found by name and is not among it.
    """
    own = participations(work, person)
    cases = {each.case: work.cases.load(each.case) for each in own}
    organisations = {each.id: each.name for each in work.people.organisations(person.secretariat)}
    memberships = [
        {**_plain(asdict(each)), "organisation": organisations.get(each.organisation, each.organisation)}
        for each in work.people.memberships(person=person.id)
    ]
    ties = [
        {**_plain(asdict(each)), "organisation": organisations.get(each.organisation, each.organisation)}
        for each in work.people.ties(person.id)
    ]
    mails = [
        {
            "subject": each.subject, "text": PLACEHOLDER.sub(LINK_TEXT, each.text), "address": each.address,
            "state": each.state, "state_label": known("state", each.state), "made": each.created_at.isoformat(),
            "sent": each.sent_at.isoformat() if each.sent_at else None,
            "attempts": [_plain(asdict(one)) for one in work.outbox.deliveries(each.id)],
        }
        for each in work.outbox.messages(person=person.id)
    ]  # fmt: skip
    return {
        "person": _plain(asdict(person)),
        "memberships": memberships,
        "ties": ties,
        "cases": [_in_case(work, library, cases[each.case], each, language) for each in own],
        "mails": mails,
        "mail_reports": [_plain(asdict(each)) for each in work.outbox.reports(person=person.id)],
        "subscriptions": [_plain(asdict(each)) for each in work.digests.subscriptions() if each.person == person.id],
        "digests": [
            {"kind": each.kind, "period": each.period, "made": each.at.isoformat()}
            for each in work.keeping.issues(person.id)
        ],
        "outbox_deeds": _outbox_deeds(work, person),
    }  # fmt: skip


def participations(work: UnitOfWork, person: PersonRecord) -> list[Participant]:
    """In which cases somebody is known, by which key."""
    return [
        each
        for case in work.cases.all_ids(person.secretariat)
        for each in work.people.participants(case)
        if each.person == person.id
    ]


def _outbox_deeds(work: UnitOfWork, person: PersonRecord) -> list[dict[str, Any]]:
    """What they did to mails, and which copies were made for them."""
    events = [sealed.event for sealed in work.stream(outbox_stream(person.secretariat))]
    return [
        {"at": each.recorded_at.isoformat(), "kind": each.kind, "message": each.data.get("message"),
         "reason": each.data.get("reason", "")}
        for each in events if person.id in (each.data.get("by"), each.data.get("to"))
    ]  # fmt: skip


def _told_in_case(work: UnitOfWork, case: str, key: str) -> dict[str, Any]:
    """What was to be told to them, what their calendar holds, and their private links without what would open them."""
    return {
        "notices": [
            {"template": each.notice.template, "from": each.notice.send_at.isoformat(), "state": each.state,
             "state_label": known("notice_state", each.state)}
            for each in work.outbox.notices(case=case) if each.notice.recipient == key
        ],
        "calendar": [
            {"date": each.date, "first": each.first.isoformat(), "last": each.last.isoformat(), "state": each.state}
            for each in work.calendar_entries.of_case(case) if each.participant == key
        ],
        "links": [
            {"task": each.task, "revoked": each.revoked} for each in work.keeping.links([key]) if each.case == case
        ],
    }  # fmt: skip


def _in_case(
    work: UnitOfWork, library: DefinitionLibrary, case: Case, who: Participant, language: str
) -> dict[str, Any]:
    wording = library.wording(work, case)
    seats = [held for held in case.holdings.values() if held.participant == who.key]
    held_seats = {held.key for held in seats}
    return {
        "case": case.id,
        "key": who.key,
        "process": wording.label("process", case.process, language),
        "host": host_name(work, case),
        "roles": [wording.label("role", name, language) for name, people in case.roles.items() if who.key in people],
        "seats": [
            {"seat": wording.label("seat", held.seat, language), "state": held.state,
             "state_label": wording.label("seat_state", told_as(case, held), language), "since": held.since.isoformat(),
             "reason": held.reason}
            for held in seats
        ],
        "conflicts": [
            {"reason": each.reason, "state": each.state, "state_label": known("conflict_state", each.state)}
            for each in case.conflicts.values() if each.holding in held_seats
        ],
        "tasks": [
            {"task": wording.label("task", task.name, language), "state": task.state,
             "state_label": known("task_state", task.state),
             "due": task.due.day.isoformat() if task.due else None}
            for task in case.tasks.values() if who.key in (*task.assignees, task.done_by)
        ],
        "answers": [
            {"form": each.form, "given": each.at.isoformat(), "answers": _plain(each.answers)}
            for each in work.cases.submissions(case.id) if each.participant == who.key
        ],
        "files": [kept_files.plain(work, each) for each in work.files.of_case(case.id) if each.participant == who.key],
        "unfinished": [
            {"task": each.task, "kept": each.at.isoformat(), "answers": _plain(each.answers)}
            for each in work.unfinished.of_case(case.id) if each.participant == who.key
        ],
        "deeds": [
            {"at": each.event.recorded_at.isoformat(), "kind": each.event.kind, "name": each.event.name}
            for each in work.cases.history(case.id)
            if who.key in (each.event.actor.participant, each.event.actor.on_behalf_of)
        ],
        **_told_in_case(work, case.id, who.key),
    }  # fmt: skip


def hindrances(work: UnitOfWork, library: DefinitionLibrary, person: PersonRecord, language: str) -> list[str]:
    """Why somebody cannot be erased yet: in an open case somebody else must take over first."""
    found: list[str] = []
    for each in participations(work, person):
        case = work.cases.load(each.case)
        names = () if case.closed else _still(case, each.key, library.wording(work, case), language)
        if names:
            where = f"{host_name(work, case)} ({case.id})"
            found.append(
                said(
                    "takes part in the open case of {where} ({names:and}): somebody else must take over first",
                    where=where, names=names,
                )
            )  # fmt: skip
    return found


def _still(case: Case, key: str, wording: Wording, language: str) -> tuple[str, ...]:
    """The seats, roles and open tasks of somebody in a case, by their labels."""
    held = [each.seat for each in case.holdings.values() if each.participant == key and each.state in LIVE]
    named = [
        *(("seat", seat) for seat in held),
        *(("role", role) for role, people in case.roles.items() if key in people),
        *(("task", task.name) for task in case.open_tasks() if key in task.assignees),
    ]
    return tuple(dict.fromkeys(wording.label(kind, name, language) for kind, name in named))


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure took out, and which texts of others still name the person."""

    removed: Mapping[str, int]
    named_in: tuple[Mention, ...]


def erase(
    work: UnitOfWork, library: DefinitionLibrary, person: PersonRecord, reason: str, now: datetime, *, language: str
) -> Erasure:
    """Remove all rows that name a person; the caller commits. Raises Refused with what stands in the way: seats, roles
    and tasks by their labels in that language.
    """
    reasons = hindrances(work, library, person, language)
    if mentions.names(reason, mentions.marks(person)):
        reasons.append("the reason names who is to be erased, and it is kept: say it without name and address")
    if reasons:
        raise Refused(said("Can't erase {name}", name=person.name), reasons)
    _empty_copies(work, person)
    keys = [each.key for each in participations(work, person)]
    for other in work.people.persons(person.secretariat):
        if any(absence.substitute == person.id for absence in other.absences):
            work.people.put_person(_without_substitute(other, person.id))
    counted = work.keeping.erase(person.id)
    data = {"participants": keys, "reason": reason, "removed": dict(counted)}
    work.record(f"{STREAM}:{person.secretariat}", "person_erased", data, now)
    return Erasure(removed=counted, named_in=tuple(mentions.of(work, person)))


def _empty_copies(work: UnitOfWork, person: PersonRecord) -> None:
    """Copies of their mails that somebody of the office sent to themselves say the same words."""
    own = {each.id for each in work.outbox.messages(person=person.id)}
    events = [sealed.event for sealed in work.stream(outbox_stream(person.secretariat))]
    copies = [str(each.data["copy"]) for each in events if each.kind == "mail_copied" and each.data["message"] in own]
    for copy in copies:
        work.outbox.cancel(copy, "")
    work.keeping.forget_words(copies)


def _without_substitute(record: PersonRecord, gone: str) -> PersonRecord:
    absences = tuple(replace(each, substitute=None) if each.substitute == gone else each for each in record.absences)
    return replace(record, absences=absences)


def _plain(value: Any) -> Any:
    """The value as JSON knows it: dates and moments as text."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
