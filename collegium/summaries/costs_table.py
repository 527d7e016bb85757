"""What has a review cost? Amounts that were claimed and paid: per person for the office, in all for a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from collegium.summaries.blocks import Cell, Section, Table
from collegium.summaries.tables import Row, host, short_round
from collegium.summaries.words import Words
from engine.costs import COSTS, Cost
from engine.money import Money, sums


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
    """Two people of one name stay two; the currencies of one person are two rows."""
    cases = {each.case: each for each in words.summary.cases}
    groups: dict[tuple[str, str, str, str, str, str], list[Cost]] = {}
    for each in words.summary.costs:
        at = cases[each.case]
        name = words.summary.people.get(each.whose or "") or words.texts("who_was_erased")
        key = (short_round(words, at), at.host, name, each.case, each.whose or "", each.amount.currency)
        groups.setdefault(key, []).append(each)
    for (round_, _, name, case, *_), own in sorted(groups.items()):
        yield Cell(text=round_), host(words, cases[case]), Cell(text=name), *_sums(words, own)


def _per_round(words: Words) -> Iterator[Row]:
    names = {each.case: short_round(words, each) for each in words.summary.cases}
    groups: dict[tuple[str, str], list[Cost]] = {}
    for each in words.summary.costs:
        groups.setdefault((names[each.case], each.amount.currency), []).append(each)
    for (name, _), own in sorted(groups.items()):
        yield Cell(text=name), *_sums(words, own)


def _sums(words: Words, own: Iterable[Cost]) -> Row:
    """Claimed, paid and what is left, of amounts of one currency. Paid more than claimed leaves nothing."""
    amounts = [(each.kind, each.amount) for each in own]
    none = Money(cents=0, currency=amounts[0][1].currency)
    found = [next(iter(sums(each for of, each in amounts if of == kind)), none) for kind in COSTS]
    left = Money(cents=max(found[0].cents - found[1].cents, 0), currency=none.currency)
    return tuple(words.money_cell(each) for each in (*found, left))
