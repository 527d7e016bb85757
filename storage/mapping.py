"""How do engine values become rows, and rows values again?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, get_type_hints

from engine.case import MAPPINGS, ROWS, Case, Deadline, Holding, Pause, Task
from engine.codec import plain, restore
from engine.events import Sealed, Signal, Submission
from engine.files import KeptFile
from engine.history import opened
from engine.unfinished import Unfinished
from storage.database import Encoded, Row, encode

# What a case keeps as JSON in its own row: whole fields, and mappings entry by entry.
WHOLE = ("paused", "parent", "former", "rubric", "rows")
ENTRIES = tuple(name for name in MAPPINGS if name not in ROWS)
_HINTS = {name: hint for name, hint in get_type_hints(Case).items() if name in {*WHOLE, *ENTRIES}}


@dataclass(frozen=True, slots=True, kw_only=True)
class StateText:
    """The JSON of a case's state in the pieces of which it was made, so that unchanged pieces are not made again."""

    whole: Mapping[str, str] = field(default_factory=dict)  # field -> its text
    entries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # field -> key -> text with its key


def state_changed(before: Case, after: Case) -> bool:
    """Whether anything that stands in the state was replaced."""
    return any(getattr(before, name) is not getattr(after, name) for name in (*WHOLE, *ENTRIES))


def state_text(case: Case, before: Case | None, known: StateText) -> tuple[Encoded, StateText]:
    """The state as JSON text; `known` holds the pieces of `before`."""
    whole: dict[str, str] = {}
    for name in WHOLE:
        value = getattr(case, name)
        same = before is not None and name in known.whole and getattr(before, name) is value
        whole[name] = known.whole[name] if same else text_of(value)
    entries: dict[str, Mapping[str, str]] = {}
    for name in ENTRIES:
        new: Mapping[str, Any] = getattr(case, name)
        old: Mapping[str, Any] = getattr(before, name) if before is not None else {}
        texts = known.entries.get(name, {})
        entries[name] = texts if old is new and name in known.entries else _entry_texts(new, old, texts)
    parts = [f'"{name}":{text}' for name, text in whole.items() if text not in ("null", "[]")]
    parts += [f'"{name}":{{{",".join(texts.values())}}}' for name, texts in entries.items() if texts]
    return Encoded(f"{{{','.join(parts)}}}"), StateText(whole=whole, entries=entries)


def _entry_texts(new: Mapping[str, Any], old: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, str]:
    made: dict[str, str] = {}
    for key, value in new.items():
        text = texts.get(key) if old.get(key) is value else None
        made[key] = text if text is not None else f"{encode(key)}:{text_of(value)}"
    return made


def text_of(value: Any) -> Encoded:
    """A value as the text of a JSON column."""
    return Encoded(encode(plain(value)))


def case_row(case: Case, secretariat: str, state: Encoded) -> Row:
    return {
        "id": case.id,
        "secretariat_id": secretariat,
        "cycle_id": case.cycle,
        "subject_id": case.subject,
        "process": case.process,
        "state": state,
        **case_columns(case),
    }


def case_columns(case: Case) -> dict[str, Any]:
    """The columns that a step may change, without the state."""
    return {
        "process_version": case.process_version,
        "behaviour": case.behaviour,
        "version": case.version,
        "head_seq": case.head[0],
        "head_hash": case.head[1],
        "seq": case.seq,
        "stage": case.stage,
        "stage_since": case.stage_since,
        "stage_seq": case.stage_seq,
        "closed": case.closed,
        "outcome": case.outcome,
        "paused": case.paused is not None,
    }


def case_of(row: Row, tasks: Iterable[Row], seats: Iterable[Row], deadlines: Iterable[Row]) -> Case:
    state = {name: restore(_HINTS[name], value) for name, value in row["state"].items()}
    return Case(
        id=row["id"],
        cycle=row["cycle_id"],
        subject=row["subject_id"],
        process=row["process"],
        process_version=row["process_version"],
        behaviour=row["behaviour"],
        version=row["version"],
        head=(row["head_seq"], row["head_hash"]),
        seq=row["seq"],
        stage=row["stage"],
        stage_since=row["stage_since"],
        stage_seq=row["stage_seq"],
        closed=row["closed"],
        outcome=row["outcome"],
        tasks={task["key"]: task_of(task) for task in tasks},
        holdings={seat["key"]: holding_of(seat) for seat in seats},
        deadlines={deadline["key"]: deadline_of(deadline) for deadline in deadlines},
        **state,
    )


def task_row(case: str, task: Task, position: int) -> Row:
    return {
        "case_id": case,
        "key": task.key,
        "position": position,
        "name": task.name,
        "state": task.state,
        "current": True,
        "held": task.is_open and bool(task.assignees),
        "opened_at": task.opened,
        "due_at": task.due.at if task.due else None,
        "done_at": task.done_at,
        "value": text_of(task),
    }


def task_of(row: Row) -> Task:
    found: Task = restore(Task, row["value"])
    return found


def seat_row(case: str, held: Holding, position: int) -> Row:
    return {"case_id": case, "position": position, **{name: getattr(held, name) for name in _HOLDING}}


def holding_of(row: Row) -> Holding:
    return Holding(**{name: row[name] for name in _HOLDING})


def deadline_row(case: str, deadline: Deadline, paused: Pause | None) -> Row:
    return {
        "case_id": case,
        "key": deadline.key,
        "kind": deadline.kind,
        "subject": deadline.subject,
        "rung": deadline.index,
        "rule": deadline.rule,
        "rank": deadline.rank,
        "declared": deadline.order,
        "instance": deadline.instance,
        "term": deadline.term,
        "day": deadline.day,
        "clock": deadline.clock,
        "due_at": deadline.at,
        "why": deadline.why,
        "clock_runs": deadline.clock_runs,
        "provisional": deadline.provisional,
        "idle": "paused" if paused and not deadline.clock_runs else None,
        "attempts": 0,
        "next_try": None,
        "last_error": "",
    }


def deadline_of(row: Row) -> Deadline:
    return Deadline(
        key=row["key"],
        kind=row["kind"],
        subject=row["subject"],
        index=row["rung"],
        rule=row["rule"],
        order=row["declared"],
        instance=row["instance"],
        term=row["term"],
        day=row["day"],
        clock=row["clock"],
        at=row["due_at"],
        why=row["why"],
        clock_runs=row["clock_runs"],
        provisional=row["provisional"],
    )


def history_row(stream: str, event: Sealed, previous: str) -> Row:
    return {
        "stream": stream,
        "seq": event.seq,
        "hash": event.hash,
        "previous": previous,
        "kind": event.event.kind,
        "recorded_at": event.event.recorded_at,
        "effective_at": event.event.effective_at,
        "payload": event.payload,
    }


def sealed_of(row: Row) -> Sealed:
    return opened(row["seq"], row["hash"], row["payload"])


def signal_row(signal: Signal) -> Row:
    return {
        **{name: getattr(signal, name) for name in _SIGNAL},
        "data": text_of(signal.data),
        "done": False,
    }


def signal_of(row: Row) -> Signal:
    return Signal(data=row["data"], **{name: row[name] for name in _SIGNAL})


def submission_row(submission: Submission) -> Row:
    return {
        "case_id": submission.case,
        **{name: getattr(submission, name) for name in _SUBMISSION},
        "answers": text_of(submission.answers),
    }


def submission_of(row: Row) -> Submission:
    return Submission(case=row["case_id"], answers=row["answers"], **{name: row[name] for name in _SUBMISSION})


def unfinished_row(record: Unfinished) -> Row:
    return {
        "case_id": record.case,
        **{name: getattr(record, name) for name in _UNFINISHED},
        "answers": text_of(record.answers),
    }


def unfinished_of(row: Row) -> Unfinished:
    return Unfinished(case=row["case_id"], answers=row["answers"], **{name: row[name] for name in _UNFINISHED})


def kept_file_row(record: KeptFile) -> Row:
    named = {"case_id": record.case, "submission_id": record.submission}
    return {**named, **{name: getattr(record, name) for name in _KEPT_FILE}}


def kept_file_of(row: Row) -> KeptFile:
    named = {name: row[name] for name in (*_KEPT_FILE, "gone")}
    return KeptFile(case=row["case_id"], submission=row["submission_id"], **{**named, "gone": bool(row["gone"])})


def plain_fields(kind: Any, *without: str) -> tuple[str, ...]:
    """The fields of a value that are columns of the same name."""
    return tuple(part.name for part in fields(kind) if part.name not in without)


_HOLDING = plain_fields(Holding)
_SIGNAL = plain_fields(Signal, "data")
_KEPT_FILE = plain_fields(KeptFile, "case", "submission", "gone")
_UNFINISHED = plain_fields(Unfinished, "case", "answers")
_SUBMISSION = plain_fields(Submission, "case", "answers")
