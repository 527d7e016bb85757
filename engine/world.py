"""What does a case need to know of the world around it? A frozen, bounded snapshot that the caller loads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from engine.business_days import DaySet
from engine.questions import FINDINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A tie between a person and an organisation, or with a person, until some day (None: it lasts)."""

    organisation: str
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A participant of the case, as the world knows them on this day. The key is the participant's, never a name."""

    participant: str
    organisation: str | None = None
    region: str | None = None
    sector: str | None = None
    expertise: frozenset[str] = frozenset()
    trainings: Mapping[str, date | None] = field(default_factory=dict)  # kind -> valid until (None: for ever)
    ties: tuple[Tie, ...] = ()
    beside: frozenset[str] = frozenset()  # other cases of this round on whose panel they sit
    this_year: int = 0  # on how many panels of other cases they took a seat in this school year
    served_before: bool = False  # sat on a panel for the same organisation in an earlier round
    reachable: bool = True  # False: the address is dead or missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The organisation under review; `facts` are its attributes: previous_visit, aspirant_since, sector, region."""

    id: str
    name: str
    region: str | None = None
    sector: str | None = None
    facts: Mapping[str, str | int | date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Leave:
    """Days on which somebody is away, the last one included; `covered`: a substitute is named who can be reached."""

    first: date
    last: date
    covered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A finding of the host, from whichever case: what names it, and whether it is still open."""

    text: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """People, calendars, fixed meeting days and other hosts of the round."""

    host: Organisation
    people: Mapping[str, Person]  # participant -> person
    general: Mapping[str, tuple[DaySet, ...]]  # "public-holidays(NL)" -> its day sets
    school: Mapping[str, tuple[DaySet, ...]] = field(default_factory=dict)  # "host", "region" or participant
    absences: Mapping[str, tuple[DaySet, ...]] = field(default_factory=dict)  # participant -> the days of all leaves
    leaves: Mapping[str, tuple[Leave, ...]] = field(default_factory=dict)  # participant
    gates: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    hosts_this_round: frozenset[str] = frozenset()  # organisations under review in the same cycle
    host_visits: Mapping[str, str] = field(default_factory=dict)  # id -> name; known where another visitor is named
    findings: Mapping[str, Followed] = field(default_factory=dict)  # by key; only where the process follows them
    parts: Mapping[str, str] = field(default_factory=dict)  # id -> name of what is part of the host, where it is asked
    calendars: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)  # composed once, by use

    def with_days_of(self, other: World) -> World:
        """The same with the calendars and meeting days that only the other one has as well."""
        return replace(self, general={**other.general, **self.general}, gates={**other.gates, **self.gates})

    def of_host(self, what: str) -> tuple[str, ...]:
        """The keys of the host's open findings, or of its parts."""
        if what == FINDINGS:
            return tuple(key for key, each in self.findings.items() if each.is_open)
        return tuple(self.parts)

    def called(self, key: str | None) -> str | None:
        """What names a finding or a part; None where it is none, or not known any more."""
        found = self.findings.get(key or "")
        return found.text if found is not None else self.parts.get(key or "")
