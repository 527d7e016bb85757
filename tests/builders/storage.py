"""What does a test of the store need? Values with defaults that hold together; each test names what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine.actions import CLOCK
from engine.case import MAPPINGS, SCALARS, Case, Deadline, Due, Holding, Moment, Task
from engine.codec import plain
from engine.directory import OrganisationRecord, Participant, PersonRecord, Secretariat
from engine.events import Event, Notice, Outcome, Signal, Submission, Withdrawal
from engine.history import seal
from engine.mail import Message
from engine.ports import Cycle, Store, StoredDefinition
from storage.database import upgrade
from storage.unit_of_work import SqlStore

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
_numbers = count(1)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def an_office(id: str = "office", **more: Any) -> Secretariat:
    return Secretariat(**{"id": id, "name": "Bureau", "email": "bureau@example.org", **more})


def an_organisation(id: str = "north", **more: Any) -> OrganisationRecord:
    return OrganisationRecord(**{"id": id, "secretariat": "office", "name": f"Partnership {id}", **more})


def a_person(id: str = "ann", **more: Any) -> PersonRecord:
    return PersonRecord(**{"id": id, "secretariat": "office", "name": id, "email": f"{id}@example.org", **more})


def a_cycle(id: str = "cycle", **more: Any) -> Cycle:
    named = {"id": id, "secretariat": "office", "name": "Round 2027", "process": "review", "process_version": 1}
    return Cycle(**{**named, "behaviour": "b1", "launched_at": NOW, **more})


def a_definition(**more: Any) -> StoredDefinition:
    named = {"id": "review-1", "name": "review", "version": 1, "behaviour": "b1", "wording": "w1", "wording_number": 1}
    return StoredDefinition(**{**named, "files": {"process.yaml": b"process: review\n"}, **more})


def a_due(at: datetime, **more: Any) -> Due:
    return Due(**{"day": at.date(), "at": at, **more})


def a_task(key: str = "intake#1", **more: Any) -> Task:
    return Task(**{"key": key, "name": key.split("#")[0], "round": 1, "opened": NOW, "assignees": ("p-ann",), **more})


def a_holding(key: str = "peer-1", **more: Any) -> Holding:
    named = {"key": key, "seat": key.split("-")[0], "participant": "p-ann", "rank": 1, "state": "proposed"}
    return Holding(**{**named, "since": NOW, **more})


def a_deadline(key: str = "silent", at: datetime = NOW, **more: Any) -> Deadline:
    named: dict[str, Any] = {"key": key, "kind": "transition", "subject": key, "rule": f"transitions.{key}"}
    return Deadline(**{**named, "day": at.date(), "at": at, **more})


def a_moment(at: datetime = NOW) -> Moment:
    return Moment(at=at, seq=1)


def a_case(
    id: str = "case-1",
    *,
    tasks: Iterable[Task] = (),
    deadlines: Iterable[Deadline] = (),
    holdings: Iterable[Holding] = (),
    **more: Any,
) -> Case:
    named: dict[str, Any] = {"id": id, "cycle": "cycle", "subject": "north", "process": "review", "process_version": 1}
    return Case(
        **{**named, "behaviour": "b1", "stage": "invited", "stage_since": NOW, **more},
        tasks={task.key: task for task in tasks},
        deadlines={deadline.key: deadline for deadline in deadlines},
        holdings={held.key: held for held in holdings},
    )


def a_step(before: Case, **changes: Any) -> Case:
    """The case one step later, with these fields replaced."""
    return replace(before, seq=before.seq + 1, **changes)


def a_notice(case: str = "case-1", **more: Any) -> Notice:
    named: dict[str, Any] = {
        "case": case,
        "template": "opened",
        "rule": "tasks.intake.opened",
        "occurrence": "intake#1",
    }
    return Notice(
        **{**named, "recipient": "p-ann", "kind": "ask", "task": "intake#1", "send_at": NOW, "caused_at": NOW, **more}
    )


def a_tell(case: str = "case-1", **more: Any) -> Notice:
    return a_notice(case, **{"kind": "tell", "task": None, "rule": "notices.told", "occurrence": "1", **more})


def a_withdrawal(task: str = "intake#1", **more: Any) -> Withdrawal:
    return Withdrawal(**{"case": "case-1", "task": task, "recipient": None, "reason": "done", **more})


def a_signal(key: str = "s1", **more: Any) -> Signal:
    return Signal(**{"key": key, "source": "case-1", "target": "case-2", "name": "told", "effective_at": NOW, **more})


def a_submission(id: str = "sub-1", **more: Any) -> Submission:
    named = {"id": id, "case": "case-1", "task": "intake#1", "form": "intake", "participant": "p-ann"}
    return Submission(**{**named, "answers": {"scope": "all"}, "salt": "s", "hash": "h", "at": NOW, **more})


def a_message(id: str | None = None, **more: Any) -> Message:
    id = id or f"m{next(_numbers)}"
    named: dict[str, Any] = {
        "id": id,
        "secretariat": "office",
        "person": "ann",
        "address": "ann@example.org",
        "language": "nl",
        "kind": "opened",
        "subject": "Taak",
        "text": "Tekst",
        "html": "<p>Tekst</p>",
        "message_id": f"<{id}@example.org>",
        "references": None,
        "reply_to": "bureau@example.org",
        "local_day": "2027-03-01",
        "reminder": False,
        "asks": (("case-1", "intake#1"),),
        "created_at": NOW,
    }
    return Message(**{**named, **more})


def an_event(kind: str, data: Mapping[str, Any], effects: Iterable[tuple[str, str, Any]], at: datetime) -> Event:
    return Event(kind=kind, name=kind, actor=CLOCK, effective_at=at, recorded_at=at, data=data, effects=tuple(effects))


def an_outcome(before: Case | None, after: Case, *, now: datetime = NOW, **more: Any) -> Outcome:
    """A step with a history that leads from the one to the other."""
    if before is None:
        launch = {"case": after.id, "cycle": after.cycle, "subject": after.subject, "process": after.process}
        data = {**launch, "version": after.process_version, "behaviour": after.behaviour}
        event = an_event("case_launched", data, _effects(None, after), now)
    else:
        event = an_event("stepped", {}, _effects(before, after), now)
    head = before.head if before else (0, "")
    return Outcome(before=before, case=after, history=seal(head, [event]), **more)


def _effects(before: Case | None, after: Case) -> Iterable[tuple[str, str, Any]]:
    for name in SCALARS:
        if before is None or getattr(before, name) != getattr(after, name):
            yield name, "", plain(getattr(after, name))
    for name in MAPPINGS:
        new, old = getattr(after, name), getattr(before, name) if before else {}
        yield from ((name, key, plain(value)) for key, value in new.items() if old.get(key) != value)
        yield from ((name, key, None) for key in old if key not in new)


@cache
def _empty_file() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        upgrade(f"sqlite:///{path}")
        return path.read_bytes()


def a_sql_store(folder: Path) -> SqlStore:
    """An empty store on a file of its own; the migrations run once per test run."""
    path = folder / "collegium.db"
    path.write_bytes(_empty_file())
    return SqlStore(f"sqlite:///{path}")


def furnish(store: Store, *, people: Iterable[str] = ("ann", "ben")) -> None:
    """An office with a partnership, two people and a cycle."""
    with store.write() as work:
        work.people.put_secretariat(an_office())
        work.people.put_organisation(an_organisation())
        for name in people:
            work.people.put_person(a_person(name))
        work.definitions.put(a_definition())
        work.definitions.put_cycle(a_cycle())
        work.commit()


def launch(store: Store, case: Case, *, people: Iterable[str] = ("ann", "ben"), **more: Any) -> Case:
    """A stored case with a participant for each person: "p-ann" in "case-1", "p-ann@case-2" in others."""
    with store.write() as work:
        for name in people:
            key = f"p-{name}" if case.id == "case-1" else f"p-{name}@{case.id}"
            work.people.add_participant(Participant(key=key, case=case.id, person=name))
        saved = work.cases.save(an_outcome(None, case, **more))
        work.commit()
    return saved


def save(store: Store, before: Case, after: Case, **more: Any) -> Case:
    """One step, committed."""
    with store.write() as work:
        saved = work.cases.save(an_outcome(before, after, **more))
        work.commit()
    return saved


def day(text: str) -> date:
    return date.fromisoformat(text)
