"""What became of the findings of each organisation? For the office, the open ones first."""

from __future__ import annotations

from collections.abc import Iterator

from collegium.summaries.blocks import Cell, Section, Table
from collegium.summaries.tables import Row, host, short_round
from collegium.summaries.words import Words
from engine.findings import Finding
from engine.offsets import local


def findings_of_all(words: Words) -> list[Section]:
    """One row for each finding: whose, out of which round, what names it, how it stands and since when."""
    texts, found = words.texts, words.summary.findings
    if not found:
        return []
    head = tuple(texts(each) for each in ("partnership", "a_round", "finding", "finding_state", "finding_since"))
    table = Table(caption=texts("findings_caption"), head=head, rows=tuple(_rows(words)))
    return [Section(title=texts("findings"), blocks=(table,))]


def _rows(words: Words) -> Iterator[Row]:
    cases = {each.case: each for each in words.summary.cases}
    found = [each for each in words.summary.findings if each.case in cases]
    for each in sorted(found, key=lambda one: (not one.is_open, cases[one.case].host, one.since)):
        at = cases[each.case]
        day = local(each.since, words.summary.office.zone).day
        yield (
            host(words, at), Cell(text=short_round(words, at)), Cell(text=each.text),
            Cell(text=_state(words, each)), words.day_cell(day),
        )  # fmt: skip


def _state(words: Words, each: Finding) -> str:
    """The choice as the process calls it in which it was said, also where that case is not in this summary."""
    if not each.state:
        return words.texts("finding_open")
    state = words.of_process(each.said_by, "choice", each.state) or each.state
    return state if each.listed else words.texts("finding_gone", state=state)
