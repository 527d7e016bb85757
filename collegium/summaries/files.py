"""Which files hold the summaries? One per partnership and process and one for the office, per language and format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collegium.summaries.audiences import for_office, partnership
from collegium.summaries.facts import NothingToSummarise, Summary, gather
from collegium.summaries.rendering import FORMATS, render, render_file
from collegium.summaries.summarising import summarise
from engine.summary import CaseSummary

if TYPE_CHECKING:
    from collegium.bootstrap import Application

LANGUAGES = ("nl", "en")
OFFICE = "office"


def write_all(
    app: Application, folder: Path, now: datetime, languages: Sequence[str] = LANGUAGES, secretariat: str | None = None
) -> list[Path]:
    """Write every summary of an office into a folder: `NAME.LANGUAGE.FORMAT`. Returns the paths, in order."""
    with app.store.read() as work:
        offices = [each for each in work.people.secretariats() if secretariat in (None, each.id)]
        gathered = [gather(app, work, each, work.cases.all_ids(each.id), now, past=False) for each in offices]
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for number, found in enumerate(gathered):
        groups = _pages(found.cases)
        pages = {case.case: name for name, cases in groups.items() for case in cases}
        name = OFFICE if number == 0 else f"{OFFICE}-{slug(found.office.id)}"
        written += _write(folder, name, for_office(found, found.cases, languages[0], now, None, pages), languages)
        for page, cases in groups.items():
            written += _write(folder, page, partnership(found, cases, languages[0], now, None), languages)
    return written


def write_reports(
    app: Application, folder: Path, now: datetime, languages: Sequence[str] = LANGUAGES, people: Sequence[str] = (),
    secretariat: str | None = None,
) -> list[Path]:  # fmt: skip
    """Write what is told of many cases together: region, committee, a report on each round, and for these people.

    As HTML in every language, as workbook and PDF in the first. Returns the paths, in order.
    """
    with app.store.read() as work:
        offices = [each.id for each in work.people.secretariats() if secretariat in (None, each.id)]
        cycles = {office: [each.id for each in work.definitions.cycles(office)] for office in offices}
    asked: list[dict[str, Any]] = [
        {"secretariat": office, **one}
        for office in offices
        for one in (
            {"audience": "office"}, {"audience": "region"}, {"audience": "committee"},
            *({"audience": "cycle", "cycle": cycle} for cycle in cycles[office]),
            *({"audience": "reviewer", "person": person} for person in people),
        )
    ]  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for one in asked:
        try:
            told = summarise(app, language=languages[0], now=now, **one)
        except NothingToSummarise:
            continue  # no process of this office has a body that decides, or a round has no case yet
        wanted = [(language, "html") for language in languages] + [(languages[0], "xlsx"), (languages[0], "pdf")]
        for language, format_ in wanted:
            path = folder / file_name(told, language, format_)
            if told.audience == OFFICE and format_ == "html":
                continue  # `write_all` writes it, with links to the pages beside it
            path.write_bytes(render_file(told, language, format_))
            written.append(path)
    return written


def file_name(summary: Summary, language: str, format: str) -> str:
    """What the file of one summary is called in a folder.

    The audience, and which of them: "region-duinrand.nl.pdf".
    """
    of = {
        "partnership": summary.cases[0].host if summary.cases else "",
        "region": summary.region or "",
        "cycle": summary.cycle_names.get(summary.cycles[0].cycle, "") if summary.cycles else "",
        "reviewer": summary.reviewer.name if summary.reviewer else "",
    }.get(summary.audience, "")  # fmt: skip
    name = "-".join(slug(part) for part in (summary.audience, of) if part)
    return f"{name}.{language}.{format}"


def _pages(cases: Iterable[CaseSummary]) -> dict[str, list[CaseSummary]]:
    """The cases of one host and process together, under a name of their own."""
    together: dict[tuple[str, str], list[CaseSummary]] = {}
    for case in cases:
        together.setdefault((case.subject, case.process), []).append(case)
    named: dict[str, list[CaseSummary]] = {}
    for own in together.values():
        base = name = f"{slug(own[0].host)}--{slug(own[0].process)}"
        number = 1
        while name in named:
            number += 1
            name = f"{base}-{number}"
        named[name] = own
    return named


def _write(folder: Path, name: str, summary: Summary, languages: Sequence[str]) -> Iterable[Path]:
    for language in languages:
        for format_ in FORMATS:
            path = folder / f"{name}.{language}.{format_}"
            path.write_text(render(summary, language, format_), encoding="utf-8")
            yield path


def slug(text: str) -> str:
    """A name as part of a file name.

    >>> slug("Opleidingsschool De IJsvogel (Zuid)")
    'opleidingsschool-de-ijsvogel-zuid'
    """
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_.lower()).strip("-") or "page"
