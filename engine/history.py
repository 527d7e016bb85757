"""Is the record whole, and does it lead to what is stored? Sealing events into a chain, checking it, replaying it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args, get_type_hints

from engine.actions import Actor
from engine.case import MAPPINGS, ROWS, SCALARS, Case, Parent
from engine.codec import canonical, plain, restore
from engine.events import Event, Sealed

ROW_TYPES: Mapping[str, Any] = {name: get_args(get_type_hints(Case)[name])[1] for name in MAPPINGS}
SCALAR_TYPES: Mapping[str, Any] = {name: get_type_hints(Case)[name] for name in SCALARS}
IDENTITY = ("id", "cycle", "subject", "process", "process_version", "behaviour", "parent")
"""Fields of a case that its launch sets; the version of its process changes where it moves to another."""


def seal(head: tuple[int, str], events: Sequence[Event]) -> tuple[Sealed, ...]:
    """Number the events after `head` (number and hash of the last one) and chain each to the one before it."""
    sealed: list[Sealed] = []
    seq, previous = head
    for event in events:
        seq += 1
        payload = canonical(
            {
                "seq": seq,
                "kind": event.kind,
                "name": event.name,
                "actor": plain(event.actor),
                "effective_at": plain(event.effective_at),
                "recorded_at": plain(event.recorded_at),
                "data": plain(event.data),
                "effects": [list(effect) for effect in event.effects],
            }
        )
        digest = chained(previous, payload)
        sealed.append(Sealed(seq=seq, hash=digest, payload=payload, event=event))
        previous = digest
    return tuple(sealed)


def chained(previous: str, payload: str) -> str:
    """The hash of an event: SHA-256 over the hash before it and its canonical text."""
    return hashlib.sha256(f"{previous}\n{payload}".encode()).hexdigest()


def answers_hash(salt: str, answers: Mapping[str, Any]) -> str:
    """The salted hash by which history knows answers to a form."""
    return hashlib.sha256(f"{salt}\n{canonical(plain(answers))}".encode()).hexdigest()


def opened(seq: int, digest: str, payload: str) -> Sealed:
    """A stored event, read back."""
    found = json.loads(payload)
    event = Event(
        kind=found["kind"],
        name=found["name"],
        actor=restore(Actor, found["actor"]),
        effective_at=restore(datetime, found["effective_at"]),
        recorded_at=restore(datetime, found["recorded_at"]),
        data=found["data"],
        effects=tuple((field, key, value) for field, key, value in found["effects"]),
    )
    return Sealed(seq=seq, hash=digest, payload=payload, event=event)


def verify_chain(rows: Iterable[Sealed], head: tuple[int, str] | None = None) -> list[str]:
    """What is wrong with a stream: gaps, changed texts, a head that is not the last event. Empty: nothing."""
    problems: list[str] = []
    seq, previous = 0, ""
    for row in rows:
        if row.seq != seq + 1:
            problems.append(f"after event {seq} comes event {row.seq}: there is a gap or a double")
        if chained(previous, row.payload) != row.hash:
            problems.append(f"event {row.seq} does not fit its hash: its text or the one before it was changed")
        elif json.loads(row.payload)["seq"] != row.seq:
            problems.append(f"event {row.seq} stands in another place than it was written for")
        seq, previous = row.seq, row.hash
    if head is not None and head != (seq, previous):
        problems.append(f"the case says that event {head[0]} is the last, the history ends with event {seq}")
    return problems


def replay(rows: Iterable[Sealed]) -> Case:
    """The case to which its history leads: a fold over effects, without guards, calendars or definition.

    Raises ValueError where the history does not begin with a launch.
    """
    state: dict[str, Any] | None = None
    last = (0, "")
    for row in rows:
        if state is None:
            if row.event.kind != "case_launched":
                raise ValueError("The history does not begin with the launch of a case")
            state = _blank(row)
        for field, key, value in row.event.effects:
            _apply(state, field, key, value)
        last = (row.seq, row.hash)
    if state is None:
        raise ValueError("The history is empty")
    identity = state.pop("identity")
    built = {name: restore(SCALAR_TYPES[name], state[name]) for name in SCALARS if name in state}
    for name in MAPPINGS:
        kind = ROW_TYPES[name]
        built[name] = {key: restore(kind, value) for key, value in state[name].items()}
    return replace(Case(**{**identity, **built}), head=last)


def _blank(row: Sealed) -> dict[str, Any]:
    data = row.event.data
    parent = restore(Parent, data["parent"]) if data.get("parent") else None
    identity = {
        "id": data["case"],
        "cycle": data["cycle"],
        "subject": data["subject"],
        "process": data["process"],
        "process_version": data["version"],
        "behaviour": data["behaviour"],
        "parent": parent,
    }
    return {"identity": identity, **{name: {} for name in MAPPINGS}}


def _apply(state: dict[str, Any], field: str, key: str, value: Any) -> None:
    if not key:
        state[field] = value
    elif value is None:
        state[field].pop(key, None)
    elif field in ROWS and key in state[field]:
        merged = dict(state[field][key])
        for part, item in value.items():
            merged[part] = item
        state[field][key] = merged
    else:
        state[field][key] = value


def differences(stored: Case, replayed: Case) -> list[str]:
    """Where the stored case is not what its history leads to, field by field. Empty: they are equal."""
    found: list[str] = []
    for name in dict.fromkeys((*IDENTITY, *SCALARS)):
        if getattr(stored, name) != getattr(replayed, name):
            found.append(f"{name}: stored {getattr(stored, name)!r}, replayed {getattr(replayed, name)!r}")
    for name in MAPPINGS:
        left, right = getattr(stored, name), getattr(replayed, name)
        for key in sorted({*left, *right}):
            if left.get(key) != right.get(key):
                found.append(f"{name}.{key}: stored {left.get(key)!r}, replayed {right.get(key)!r}")
    return found
