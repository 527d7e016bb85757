"""The corpus of mails that come back, in the shapes of the real world: what each is, and how well we read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from engine.mail import Message
from notifications.bounces.matching import Match, match
from notifications.bounces.reading import read_report
from notifications.bounces.report import ReadReport
from notifications.mime import Service
from tests.notifications.builders import message as a_message
from workflows.yaml_reading import read_yaml

FOLDER = Path(__file__).parents[1] / "bounce_corpus"
SERVICE = Service(address="collegium@review.example", key=b"corpus", bounces="bounces@review.example")
MESSAGE = "0f3c9a7be1d24c5f8a6b7c8d9e0f1a2b"
NOW = datetime(2027, 4, 12, 12, tzinfo=UTC)
QUIET = ("receipt", "reply", "other", "unsure", "away", "delayed")  # kinds that say nothing against an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One mail of the corpus, and what a person who reads it says that it is."""

    shape: str
    name: str
    data: bytes
    kind: str
    address: str
    status: str
    matched: str
    back_on: date | None

    @property
    def is_report(self) -> bool:
        return self.kind not in ("reply", "other", "unsure")

    def read(self) -> ReadReport:
        return read_report(self.data, today=NOW.date())

    def matched_to(self, report: ReadReport) -> Match:
        return match(report, SERVICE, _find, lambda address: [], NOW)


def samples() -> list[Sample]:
    """All of them, shape by shape."""
    return list(_samples())


def _samples() -> Iterator[Sample]:
    expected, _ = read_yaml((FOLDER / "expected.yaml").read_bytes(), "expected.yaml")
    for shape, mails in cast(dict[str, dict[str, dict[str, Any]]], expected).items():
        for name, said in mails.items():
            back = said.get("back_on")
            yield Sample(
                shape=shape,
                name=name,
                data=(FOLDER / shape / f"{name}.eml").read_bytes(),
                kind=said["kind"],
                address=said.get("address", ""),
                status=said.get("status", ""),
                matched=said["matched"].replace("none", "nothing"),
                back_on=date.fromisoformat(str(back)) if back else None,
            )


def _find(id: str) -> Message | None:
    return a_message(id=MESSAGE) if id == MESSAGE else None


@dataclass(slots=True, kw_only=True)
class Score:
    """How many mails of one shape were read as what they are."""

    mails: int = 0
    recognised: int = 0
    missed: int = 0  # a report that was taken for less than it is
    false: int = 0  # what is no failure, taken for one; or a failure for a graver one


def scores() -> dict[str, Score]:
    """Per shape, by comparing the kinds."""
    found: dict[str, Score] = {}
    for sample in samples():
        score = found.setdefault(sample.shape, Score())
        kind = sample.read().kind
        score.mails += 1
        if kind == sample.kind:
            score.recognised += 1
        elif kind == "hard" or (sample.kind in QUIET and kind not in QUIET):
            score.false += 1
        else:
            score.missed += 1
    return found


def table() -> str:
    """The scores as the table of docs/explanation/bounces.md."""
    rows = ["| shape | mails | recognised | missed | false |", "|---|--:|--:|--:|--:|"]
    total = Score()
    for shape, score in scores().items():
        rows.append(f"| {shape} | {score.mails} | {score.recognised} | {score.missed} | {score.false} |")
        total.mails += score.mails
        total.recognised += score.recognised
        total.missed += score.missed
        total.false += score.false
    rows.append(f"| **all** | {total.mails} | {total.recognised} | {total.missed} | {total.false} |")
    return "\n".join(rows)
