"""What does a test of a process need? The small review, compiled; its world; a case that was launched from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from engine import machine
from engine.actions import CLOCK, Action, Actor
from engine.business_days import DaySet
from engine.case import Case
from engine.definition import Definition
from engine.events import Outcome
from engine.machine import Launch
from engine.wording import Wording
from engine.world import Organisation, Person, World
from workflows import calendars, loader

PROCESSES = Path(__file__).parents[1] / "processes"
SMALL_REVIEW = PROCESSES / "small_review"
START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
OPERATOR = Actor(kind="operator", via="cli")
PEOPLE: Mapping[str, tuple[str, ...]] = {
    "office": ("p-olga", "p-cora"),
    "coordinator": ("p-cora",),
    "contact": ("p-anna",),
    "signatory": ("p-sam",),
}


@cache
def process(folder: Path = SMALL_REVIEW) -> tuple[Definition, Wording]:
    """A process folder, compiled once."""
    return loader.load(folder).known()


def small_review() -> Definition:
    """The small review: proposed -> writing -> done."""
    return process()[0]


def small_review_files() -> dict[str, bytes]:
    """The files of the small review, as a launch stores them."""
    return loader.bundle(SMALL_REVIEW)


def a_world(definition: Definition | None = None, **more: Any) -> World:
    """A partnership in the middle of the country, with everybody of `PEOPLE`."""
    known = {who for people in PEOPLE.values() for who in people}
    named: dict[str, Any] = {
        "host": Organisation(
            id="linde", name="De Linde", region="duinrand", facts={"previous_visit": date(2021, 7, 10)}
        ),
        "people": {who: Person(participant=who, organisation="linde") for who in sorted(known)},
        "general": calendars.general_days((definition or small_review()).calendars),
        "school": {"host": (calendars.school_holidays("Midden"),)},
    }
    return World(**{**named, **more})


def unknown_holidays() -> tuple[DaySet, ...]:
    """School holidays of a region that nobody knows."""
    return (DaySet("school-holidays of De Linde", "unknown", frozenset(), known=()),)


def a_launched_case(definition: Definition | None = None, world: World | None = None, now: datetime = START) -> Case:
    """A case in the first stage of its process."""
    definition = definition or small_review()
    start = Launch(case="case-1", cycle="cycle", subject="linde", roles=PEOPLE)
    return machine.launch(definition, start, OPERATOR, world or a_world(definition), now).case


def on_behalf_of(participant: str) -> Actor:
    """An operator who acts for somebody."""
    return replace(OPERATOR, on_behalf_of=participant)


def after(case: Case, action: Action, *, actor: Actor = OPERATOR, now: datetime = START, **more: Any) -> Outcome:
    """One action on a case of the small review."""
    definition: Definition = more.get("definition") or small_review()
    world: World = more.get("world") or a_world(definition)
    return machine.apply(definition, case, action, actor, world, now)


__all__ = [
    "CLOCK", "OPERATOR", "PEOPLE", "PROCESSES", "SMALL_REVIEW", "START", "a_launched_case", "a_world", "after",
    "on_behalf_of", "process", "small_review", "small_review_files", "unknown_holidays",
]  # fmt: skip
