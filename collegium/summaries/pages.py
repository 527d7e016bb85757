"""Which page does each audience get? The same facts give the same blocks, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from collegium.summaries.blocks import Page, Section
from collegium.summaries.case_page import sections_of
from collegium.summaries.committee_page import committee_sections
from collegium.summaries.cycle_page import cycle_sections, cycle_title
from collegium.summaries.facts import Summary
from collegium.summaries.office_page import office_sections
from collegium.summaries.reviewer_page import reviewer_sections
from collegium.summaries.tables import cases, contact, public, round_name, served, short_round, visits, where
from collegium.summaries.words import Words
from engine.summary import Audience


def page_of(summary: Summary, language: str) -> Page:
    """The page of a summary in a language."""
    return PAGES[summary.audience](Words(summary, language))


def _page(words: Words, title: str, subtitle: str, sections: Sequence[Section]) -> Page:
    summary, texts = words.summary, words.texts
    intro = [texts("made_on", date=words.local(summary.made_at))]
    if summary.as_of is not None:
        intro.append(texts("as_of", date=words.moment(summary.as_of)))
    intro.append(texts("explained"))
    return Page(
        language=words.language, title=title, subtitle=subtitle, made_at=summary.made_at, author=summary.office.name,
        intro=(" ".join(intro),),
        sections=(*sections, Section(title=texts("any_questions"), blocks=(contact(words),))),
    )  # fmt: skip


def _office(words: Words) -> Page:
    return _page(words, words.texts("title_office", office=words.summary.office.name), "", office_sections(words))


def _partnership(words: Words) -> Page:
    found = words.summary.cases
    title = words.texts("title_partnership", host=found[0].host)
    if len(found) == 1:
        return _page(words, title, round_name(words, found[0]), sections_of(words, found[0]))
    sections: list[Section] = []
    for case in found:
        sections.append(Section(title=round_name(words, case), sheet=short_round(words, case), blocks=()))
        sections += sections_of(words, case, level=3)
    return _page(words, title, words.label(found[0], "process", found[0].process), sections)


def _region(words: Words) -> Page:
    summary, texts = words.summary, words.texts
    title = texts("title_region", region=summary.region or texts("all_regions"))
    figures = [
        Section(
            title=round_name(words, cycle), sheet=short_round(words, cycle), blocks=(where(words, cycle),), level=3
        )
        for cycle in summary.cycles
    ]  # fmt: skip
    per_phase = [Section(title=texts("per_phase"), blocks=()), *figures] if figures else []
    of_others = (
        [Section(title=texts("served"), sheet=texts("served_sheet"), blocks=(served(words),))] if summary.served else []
    )
    return _page(words, title, "", (*cases(words), *public(words), visits(words), *per_phase, *of_others))


def _committee(words: Words) -> Page:
    return _page(words, words.texts("title_committee"), words.summary.office.name, committee_sections(words))


def _reviewer(words: Words) -> Page:
    mine = words.summary.reviewer
    assert mine is not None
    return _page(
        words, words.texts("title_reviewer", name=mine.name), words.summary.office.name, reviewer_sections(words)
    )


def _cycle(words: Words) -> Page:
    return _page(words, *cycle_title(words), cycle_sections(words))


PAGES: Mapping[Audience, Callable[[Words], Page]] = {
    "office": _office,
    "partnership": _partnership,
    "region": _region,
    "committee": _committee,
    "reviewer": _reviewer,
    "cycle": _cycle,
}
