"""Who is there? Organisations and people as an office keeps them, outside any case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Secretariat:
    """The office that runs cycles; everything else belongs to one."""

    id: str
    name: str
    email: str
    phone: str = ""
    zone: str = "Europe/Amsterdam"
    languages: tuple[str, ...] = ("nl", "en")
    base_url: str = "http://localhost:8000"
    paused_at: datetime | None = None  # no mail leaves since then, until somebody lets it go


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRecord:
    """A partnership, region, school, committee or office."""

    id: str
    secretariat: str
    name: str
    reference: str = ""  # the office's own number for it
    kind: Literal["partnership", "region", "part", "body", "office"] = "partnership"
    part_of: str | None = None
    school_region: str | None = None  # Noord, Midden, Zuid; None: not known
    sector: str | None = None
    facts: Mapping[str, str | int | date] = field(default_factory=dict)  # previous_visit, aspirant_since, ...
    closing_days: tuple[tuple[date, date, str], ...] = ()  # first, last, why


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Absence:
    """Days on which somebody is away, the last one included, and who looks after their work meanwhile."""

    first: date
    last: date
    why: str = ""
    substitute: str | None = None  # a person


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """A person whom the office can reach."""

    id: str
    secretariat: str
    name: str  # in full, as others read it
    email: str
    given: str = ""
    infix: str = ""  # "van der"
    family: str = ""
    phone: str = ""
    title: str = ""  # "mevrouw", "de heer", "dr."
    informal: bool = False  # addressed by the given name and with "je"
    reference: str = ""  # the office's own number for this person
    language: str = "nl"
    reachable: bool = True
    unreachable_since: datetime | None = None
    unreachable_why: str = ""
    former: tuple[str, ...] = ()  # addresses of before, by which an older list is recognised
    calendar_unsure_since: datetime | None = None  # since when what their calendar was told is to be compared
    generation: int = 1  # of this person's private tokens (calendar feed, digests): those of an earlier one are void
    expertise: tuple[str, ...] = ()
    trainings: Mapping[str, date | None] = field(default_factory=dict)  # kind -> valid until
    absences: tuple[Absence, ...] = ()

    def readdressed(self, email: str) -> PersonRecord:
        """The person with another address; the one of before is remembered, unless only its case was different."""
        if email.casefold() == self.email.casefold():
            return replace(self, email=email)
        kept = [each for each in self.former if each.casefold() not in (email.casefold(), self.email.casefold())]
        return replace(self, email=email, former=(*kept, *([self.email] if self.email else [])))

    def reached_anew(self, before: PersonRecord, at: datetime) -> PersonRecord:
        """The person as they became at that moment; marked where mail reaches them elsewhere than before, or again.

        What their calendar was told meanwhile may be missing there: the mark says that it is to be compared.
        """
        elsewhere = self.email.casefold() != before.email.casefold()
        again = self.reachable and not before.reachable
        return replace(self, calendar_unsure_since=at) if elsewhere or again else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Who works where, as what, from when to when. `role` is a role of processes: contact, signatory, office, ..."""

    person: str
    organisation: str
    role: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TieRecord:
    """A declared tie between a person and an organisation."""

    person: str
    organisation: str
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatElsewhere:
    """A seat that somebody of a case holds in another case of whatever round."""

    participant: str  # in the case from which it is asked
    case: str
    cycle: str
    subject: str
    process: str
    seat: str
    since: datetime
    begun: datetime  # its round
    caller: str | None = None  # the case that called that one, and as which of its children
    child: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """One person in one case, by a random key: the only name that history knows."""

    key: str
    case: str
    person: str | None  # None: erased
