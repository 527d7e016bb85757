"""What has a review cost? Amounts that were claimed and paid: per person for the office, in all for a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from collegium.summaries.blocks import Cell, Section, Table
from collegium.summaries.tables import Row, host, short_round
from collegium.summaries.words import Words
from engine.costs import COSTS, Cost
from engine.money import Money, sums

Sums: TypeAlias = tuple[Money, Money, Money]  # claimed, paid, still to be paid


def costs_of_people(words: Words) -> list[Section]:
    """For the office: who claimed what and was paid what, in each case, and the same for each round."""
    texts = words.texts
    if not words.summary.costs:
        return []
    amounts = tuple(texts(each) for each in ("costs_claimed", "costs_paid", "costs_open"))
    people = Table(
        caption=texts("costs_people"), head=(*(texts(each) for each in ("a_round", "partnership", "who")), *amounts),
        rows=tuple(_per_person(words)), numbers=frozenset({3, 4, 5}),
    )  # fmt: skip
    rounds = Table(
        caption=texts("costs_rounds_caption"), head=(texts("a_round"), *amounts), rows=tuple(_per_round(words)),
        numbers=frozenset({1, 2, 3}),
    )  # fmt: skip
    return [
        Section(title=texts("costs"), blocks=(people,)),
        Section(title=texts("costs_rounds"), blocks=(rounds,)),
    ]


def costs_in_all(words: Words) -> list[Section]:
    """For a report: what was claimed and paid in all, and nobody's own."""
    texts = words.texts
    if not words.summary.cost_sums:
        return []
    rows = tuple((Cell(text=texts(f"costs_{kind}")), words.money_cell(each)) for kind, each in words.summary.cost_sums)
    head = (texts("measure"), texts("amount"))
    table = Table(caption=texts("costs_all"), head=head, rows=rows, numbers=frozenset({1}))
    return [Section(title=texts("costs"), blocks=(table,))]


def _per_person(words: Words) -> Iterator[Row]:
    for (round_, _, name, case, *_), sums_ in _people(words).items():
        at = next(each for each in words.summary.cases if each.case == case)
        yield Cell(text=round_), host(words, at), Cell(text=name), *map(words.money_cell, sums_)


def _per_round(words: Words) -> Iterator[Row]:
    """What is left of one person is not made up for by what another was paid too much."""
    groups: dict[tuple[str, str], list[Sums]] = {}
    for (round_, *_, currency), sums_ in _people(words).items():
        groups.setdefault((round_, currency), []).append(sums_)
    for (name, _), own in sorted(groups.items()):
        yield Cell(text=name), *(words.money_cell(next(iter(sums(column)))) for column in zip(*own, strict=True))


def _people(words: Words) -> dict[tuple[str, ...], Sums]:
    """The sums of each person in each case, in the order of the table; one key for each currency.

    Two people of one name stay two.
    """
    cases = {each.case: each for each in words.summary.cases}
    groups: dict[tuple[str, ...], list[Cost]] = {}
    for each in words.summary.costs:
        at = cases[each.case]
        name = words.summary.people.get(each.whose or "") or words.texts("who_was_erased")
        key = (short_round(words, at), at.host, name, each.case, each.whose or "", each.amount.currency)
        groups.setdefault(key, []).append(each)
    return {key: _sums(own) for key, own in sorted(groups.items())}


def _sums(own: Iterable[Cost]) -> Sums:
    """Claimed, paid and what is left, of amounts of one currency. Paid more than claimed leaves nothing."""
    amounts = [(each.kind, each.amount) for each in own]
    none = Money(cents=0, currency=amounts[0][1].currency)
    claimed, paid = (next(iter(sums(each for of, each in amounts if of == kind)), none) for kind in COSTS)
    return claimed, paid, Money(cents=max(claimed.cents - paid.cents, 0), currency=none.currency)
