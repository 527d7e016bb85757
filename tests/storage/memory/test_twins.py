"""Whatever happens, in whatever order, the store in memory and the one on SQLite give the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.case import Case, Pause
from engine.mail import Delivery
from engine.ports import Store, UnitOfWork
from storage.memory import MemoryStore
from tests.builders.storage import (
    NOW,
    a_case,
    a_deadline,
    a_message,
    a_notice,
    a_person,
    a_sql_store,
    a_step,
    a_task,
    a_tell,
    a_withdrawal,
    an_outcome,
    furnish,
    launch,
    minutes,
)

CASES = st.sampled_from(["case-1", "case-2"])
TASKS = st.sampled_from(["a#1", "b#1", "resume#1"])
PEOPLE = st.sampled_from(["p-ann", "p-ben", "p-nobody"])
MOMENTS = st.integers(0, 4)
ACTS = st.one_of(
    st.tuples(st.just("task"), CASES, TASKS, st.sampled_from(["open", "signing", "done", "closed"])),
    st.tuples(st.just("drop_task"), CASES, TASKS),
    st.tuples(st.just("date"), CASES, TASKS, MOMENTS, st.booleans()),
    st.tuples(st.just("drop_date"), CASES, TASKS),
    st.tuples(st.just("pause"), CASES),
    st.tuples(st.just("resume"), CASES),
    st.tuples(st.just("ask"), CASES, TASKS, PEOPLE, MOMENTS),
    st.tuples(st.just("tell"), CASES, TASKS, PEOPLE, MOMENTS),
    st.tuples(st.just("withdraw"), CASES, TASKS, st.none() | PEOPLE),
    st.tuples(st.just("failed"), CASES, TASKS, MOMENTS, st.booleans()),
    st.tuples(st.just("compose"), MOMENTS, st.integers(1, 3), st.booleans()),
    st.tuples(st.just("postpone"), st.integers(1, 6), MOMENTS),
    st.tuples(st.just("skip"), st.integers(1, 6)),
    st.tuples(st.just("lease"), MOMENTS, st.integers(1, 3)),
    st.tuples(st.just("record"), st.integers(0, 3), st.sampled_from(["sent", "refused", "retry", "unknown"])),
    st.tuples(st.just("rescue"), MOMENTS),
    st.tuples(st.just("reachable"), st.sampled_from(["ann", "ben"]), st.booleans()),
    st.tuples(st.just("undone"), CASES, TASKS),
    st.tuples(st.just("rollback"), CASES, TASKS),
)


def step(work: UnitOfWork, case: Case, more: dict[str, Any] | None = None, **changes: Any) -> None:
    work.cases.save(an_outcome(case, a_step(case, **changes), **(more or {})))


def change(work: UnitOfWork, act: tuple[Any, ...]) -> None:
    """One step of a case."""
    what, id, *rest = act
    case = work.cases.load(id)
    match what, rest:
        case "task", [key, state]:
            step(work, case, tasks={**case.tasks, key: a_task(key, state=state)})
        case "drop_task", [key]:
            step(work, case, tasks={name: task for name, task in case.tasks.items() if name != key})
        case "date", [key, at, runs]:
            dates = {**case.deadlines, key: a_deadline(key, NOW + minutes(at), clock_runs=runs)}
            step(work, case, deadlines=dates)
        case "drop_date", [key]:
            step(work, case, deadlines={name: one for name, one in case.deadlines.items() if name != key})
        case "pause", []:
            step(work, case, paused=Pause(since=NOW, by=None, until=date(2027, 4, 1), reason=""))
        case "resume", []:
            step(work, case, paused=None)
        case "ask", [key, who, at]:
            told = a_notice(id, task=key, rule=f"ask.{key}", recipient=who, send_at=NOW + minutes(at))
            step(work, case, {"notices": (replace(told, occurrence=str(case.seq % 3)),)})
        case "tell", [key, who, at]:
            told = a_tell(id, task=key, rule=f"tell.{key}", recipient=who, send_at=NOW + minutes(at))
            step(work, case, {"notices": (told,)})
        case "withdraw", [key, who]:
            step(work, case, {"withdrawals": (a_withdrawal(key, case=id, recipient=who),)})
        case "failed", [key, at, stuck]:
            due = case.deadlines[key].at if key in case.deadlines else NOW
            work.cases.failed(id, key, "x", due + minutes(at), stuck)


def send(work: UnitOfWork, act: tuple[Any, ...], number: int) -> None:
    """Something that happens to notices and messages."""
    match act:
        case "compose", at, many, reminder:
            waiting = work.outbox.waiting(NOW + minutes(at), many)
            asks = tuple((one.notice.case, one.notice.task or "") for one in waiting if one.notice.kind == "ask")
            person = next((one.person for one in waiting if one.person), "ann")
            made = a_message(f"m{number}", asks=asks, person=person, reminder=reminder, created_at=NOW + minutes(at))
            work.outbox.add(made, [one.id for one in waiting])
        case "postpone", id, at:
            work.outbox.postpone([id], NOW + minutes(at))
        case "skip", id:
            work.outbox.close_notices([id], "skipped", "past")
        case "lease", at, many:
            work.outbox.lease(NOW + minutes(at), many, NOW + minutes(at + 1))
        case "record", at, outcome:
            messages = work.outbox.messages("sending")
            if at < len(messages):
                work.outbox.record(messages[at].id, Delivery(outcome=outcome, answer="x"), NOW)
        case "rescue", at:
            work.outbox.rescue(NOW + minutes(at))
        case "reachable", who, reachable:
            work.people.put_person(a_person(who, reachable=reachable))


def act_on(store: Store, act: tuple[Any, ...], number: int) -> None:
    with store.write() as work:
        if act[0] in ("rollback", "undone"):
            try:
                with work.savepoint():
                    change(work, ("task", act[1], act[2], "done"))
                    change(work, ("ask", act[1], act[2], "p-ann", 0))
                    change(work, ("pause", act[1]))
                    raise RuntimeError
            except RuntimeError:
                pass
            if act[0] == "rollback":
                change(work, ("withdraw", act[1], act[2], None))
                return
        else:
            change(work, act) if len(act) > 1 and act[1] in ("case-1", "case-2") else send(work, act, number)
        work.commit()


def answers(store: Store) -> Iterator[object]:
    """All that can be asked."""
    with store.read() as work:
        for id in ("case-1", "case-2"):
            yield work.cases.load(id)
            yield [(row.seq, row.hash) for row in work.cases.history(id)]
            yield [work.outbox.asked(id, task, who) for task in ("a#1", "b#1") for who in ("ann", "ben")]
        yield work.cases.next_due()
        yield [work.cases.due(NOW + minutes(at), 3) for at in range(5)]
        yield work.cases.stuck()
        yield work.cases.without_next()
        yield work.outbox.next_moment()
        yield [work.outbox.waiting(NOW + minutes(at), 3) for at in range(5)]
        yield work.outbox.waiting_of(["ann", "ben"], NOW + minutes(4))
        yield work.outbox.notices()
        yield work.outbox.messages()
        yield dict(work.outbox.counts())
        yield [work.outbox.reminder_mail_on(who, "2027-03-01") for who in ("ann", "ben")]
        yield work.streams()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ACTS, max_size=25))
def test_answer_alike(acts: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        twins: tuple[Store, Store] = (MemoryStore(), a_sql_store(Path(folder)))
        for store in twins:
            furnish(store)
            for id in ("case-1", "case-2"):
                launch(store, a_case(id, tasks=[a_task("a#1")], deadlines=[a_deadline("a#1", NOW)]))
        for number, act in enumerate(acts):
            for store in twins:
                act_on(store, act, number)
            assert list(answers(twins[0])) == list(answers(twins[1])), act
        twins[1].close()
