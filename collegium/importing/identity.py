"""Who is meant by each row? Somebody who is known, somebody new, or one about whom the office is asked.

In this order: the answer of the office; its own number; the address, or the one that it replaces; the name together
with the organisation. A pure function of rows, directory and answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from collegium.importing.columns import normal
from collegium.importing.names import PersonName, alike, name_of, shares_a_part, surely_alike
from engine.directory import PersonRecord

NEW = ("nieuw", "new")
How: TypeAlias = Literal["answer", "reference", "address", "previous_address", "former_address", "name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a row says of who somebody is."""

    name: PersonName
    email: str
    reference: str = ""
    previous_email: str = ""
    answer: str = ""  # an address, a number or an id of somebody known, or "new"
    organisations: frozenset[str] = frozenset()  # ids of where the files say that they work


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody of the directory."""

    person: PersonRecord
    organisations: frozenset[str] = frozenset()  # ids of where they work, or have worked

    @property
    def name(self) -> PersonName:
        """Their name in parts; taken from the whole name where the parts are not known."""
        return known_name(self.person)


@dataclass(frozen=True, slots=True)
class Same:
    """The row is about somebody who is known."""

    person: PersonRecord
    how: How


@dataclass(frozen=True, slots=True)
class New:
    """The row is about somebody who is not known."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Only the office can say; `why` is the key of a sentence."""

    why: str
    candidates: tuple[PersonRecord, ...]
    new_is_possible: bool = True


@dataclass(frozen=True, slots=True)
class Impossible:
    """What the row says cannot be; `key` is that of a sentence about a field."""

    key: str
    field: str
    word: str
    who: str = ""


Verdict: TypeAlias = Same | New | Asked | Impossible


def known_name(person: PersonRecord) -> PersonName:
    """The name of somebody in parts."""
    if person.family:
        return PersonName(given=person.given, infix=person.infix, family=person.family, title=person.title)
    return name_of(person.name)


def decide(claims: Sequence[Claim], known: Sequence[Known]) -> list[Verdict]:
    """One verdict per claim. Whoever is given another address by a row of their own leaves the old one to others."""
    deciding = _Deciding(known)
    deciding.leaving = deciding.who_leave(claims)
    verdicts: list[Verdict | None] = [deciding.certain(claim) for claim in claims]
    for verdict in verdicts:
        if isinstance(verdict, Same):
            deciding.taken.add(verdict.person.id)
    return [verdict or deciding.by_name(claim) for claim, verdict in zip(claims, verdicts, strict=True)]


@dataclass(slots=True)
class _Deciding:
    known: Sequence[Known]
    taken: set[str] = field(default_factory=set)
    by_id: dict[str, Known] = field(default_factory=dict)
    leaving: set[str] = field(default_factory=set)  # ids of whom the files give another address
    by_address: dict[str, Known] = field(default_factory=dict)
    by_former: dict[str, list[Known]] = field(default_factory=dict)
    by_reference: dict[str, Known] = field(default_factory=dict)
    by_family: dict[str, list[Known]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.known:
            self.by_id[each.person.id] = each
            self.by_address[normal(each.person.email)] = each
            for address in each.person.former:
                self.by_former.setdefault(normal(address), []).append(each)
            if each.person.reference:
                self.by_reference[normal(each.person.reference)] = each
            self.by_family.setdefault(each.name.key[0], []).append(each)

    def certain(self, claim: Claim) -> Verdict | None:
        """What answer, number and address tell; None where they tell nothing."""
        owner = self._owner(claim)
        if claim.answer:
            return self._answered(claim, owner)
        numbered = self.by_reference.get(normal(claim.reference)) if claim.reference else None
        if numbered is not None:
            if owner is not None and owner is not numbered:
                return Impossible("address_of_another", "email", claim.email, owner.person.name)
            return Same(numbered.person, "reference")
        if owner is not None:
            return self._of_the_address(claim, owner)
        before = self.by_address.get(normal(claim.previous_email)) if claim.previous_email else None
        if before is not None:
            return Same(before.person, "previous_address")
        past = [each for each in self.by_former.get(normal(claim.email), ()) if shares_a_part(claim.name, each.name)]
        if len(past) > 1:
            return Asked("former_address_of_several", tuple(each.person for each in past))
        return Same(past[0].person, "former_address") if past else None

    def _owner(self, claim: Claim) -> Known | None:
        """Who has the address of a row, and does not leave it by another row."""
        owner = self.by_address.get(normal(claim.email))
        return None if owner is None or owner.person.id in self.leaving else owner

    def who_leave(self, claims: Sequence[Claim]) -> set[str]:
        """Who surely gets another address that is free, or becomes free in the same way: two may change places."""
        going = {}
        for claim in claims:
            before = self._named_by(claim)
            if before is not None and normal(before.person.email) != normal(claim.email):
                going[before.person.id] = normal(claim.email)
        while stopped := {
            id for id, address in going.items()
            if (owner := self.by_address.get(address)) is not None and owner.person.id not in going
        }:  # fmt: skip
            going = {id: address for id, address in going.items() if id not in stopped}
        return set(going)

    def _named_by(self, claim: Claim) -> Known | None:
        """Whom answer, number or previous address name, where nothing speaks against it."""
        if claim.answer:
            word = normal(claim.answer)
            meant = self.by_address.get(word) or self.by_reference.get(word) or self.by_id.get(claim.answer)
            return meant if meant is not None and not self._carried_out(claim, meant) else None
        if claim.reference and (numbered := self.by_reference.get(normal(claim.reference))) is not None:
            return numbered
        before = self.by_address.get(normal(claim.previous_email)) if claim.previous_email else None
        return before if before is not None and shares_a_part(claim.name, before.name) else None

    def _carried_out(self, claim: Claim, meant: Known) -> bool:
        """Whether an answer names somebody else by now: two have changed places, and the answer is still there."""
        owner = self.by_address.get(normal(claim.email))
        here = owner is not None and owner is not meant and alike(claim.name, owner.name)
        return here and not alike(claim.name, meant.name)

    def by_name(self, claim: Claim) -> Verdict:
        """What the name tells of those about whom no other row is."""
        alikes = [each for each in self.by_family.get(claim.name.key[0], ()) if alike(claim.name, each.name)]
        free = [each for each in alikes if each.person.id not in self.taken and not self._told_apart(claim, each)]
        there = [each for each in free if each.organisations & claim.organisations]
        sure = [each for each in there if surely_alike(claim.name, each.name)]
        if len(free) == 1 and sure and len(alikes) == 1:
            return Same(sure[0].person, "name")
        if not free:
            double = tuple(each.person for each in alikes if each.organisations & claim.organisations)
            apart = bool(claim.reference) or not double
            return New() if apart else Asked("same_name_there", double)
        candidates = tuple(each.person for each in (there or free))
        return Asked("same_name_there" if there else "same_name_elsewhere", candidates)

    def _told_apart(self, claim: Claim, each: Known) -> bool:
        """Two different numbers of the office are two people."""
        return bool(claim.reference and each.person.reference)

    def _answered(self, claim: Claim, owner: Known | None) -> Verdict:
        answered_before = owner is not None and alike(claim.name, owner.name)
        if normal(claim.answer) in NEW:
            if owner is not None and answered_before:
                return Same(owner.person, "address")
            if owner is not None:
                return Impossible("address_of_another", "email", claim.email, owner.person.name)
            return New()
        word = normal(claim.answer)
        meant = self.by_address.get(word) or self.by_reference.get(word) or self.by_id.get(claim.answer)
        if meant is None and owner is not None and answered_before:
            return Same(owner.person, "address")
        if owner is not None and meant is not None and self._carried_out(claim, meant):
            return Same(owner.person, "address")
        if meant is None:
            return Impossible("answer_unknown", "same_as", claim.answer)
        if owner is not None and owner is not meant:
            return Impossible("address_of_another", "email", claim.email, owner.person.name)
        return Same(meant.person, "answer")

    def _of_the_address(self, claim: Claim, owner: Known) -> Verdict:
        if claim.reference and owner.person.reference:
            return Asked("other_number", (owner.person,), new_is_possible=False)
        if not shares_a_part(claim.name, owner.name):
            return Asked("address_of_other_name", (owner.person,), new_is_possible=False)
        return Same(owner.person, "address")


def repeated(verdicts: Sequence[Verdict]) -> Iterator[tuple[int, int]]:
    """(claim, earlier claim) wherever two are about the same person."""
    first: dict[str, int] = {}
    for at, verdict in enumerate(verdicts):
        if isinstance(verdict, Same):
            before = first.setdefault(verdict.person.id, at)
            if before != at:
                yield at, before


def namesakes(claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> Iterator[tuple[int, int]]:
    """(claim, earlier claim) wherever two new people have one name at one organisation and nothing tells them apart."""
    first: dict[tuple[tuple[str, str], str], int] = {}
    for at, (claim, verdict) in enumerate(zip(claims, verdicts, strict=True)):
        if not isinstance(verdict, New) or claim.reference or claim.answer:
            continue
        others = [first.setdefault((claim.name.key, place), at) for place in sorted(claim.organisations)]
        if any(other != at for other in others):
            yield at, min(others)
