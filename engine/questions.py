"""What may a form ask, and on which criteria and scales is judged? The compiled forms and rubric of a definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from engine.expressions import Lines, Ref

FINDINGS = "findings"  # what `each`, `number of` and `prefill` call the open findings of the host
PARTS = "subject.parts"  # the organisations that are part of the host
OF_HOST = (FINDINGS, PARTS)  # what a task may be `each` of that no answer of the case lists


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDef:
    """One question of a form; `columns` are the questions of each row of a field of the type rows."""

    name: str
    type: Literal["text", "number", "money", "yes_no", "choice", "date", "file", "person", "rows"]
    required: bool = False
    required_if: Lines = ()
    choices: tuple[str, ...] = ()
    max_words: int | None = None
    min_words: int | None = None
    least: int | None = None  # rows, chosen people, or the number itself; of money whole units
    most: int | None = None
    many: bool = False  # several choices or people
    of: str | None = None  # person: a role, seat or group; marks them present where `marks` says so
    marks: Literal["present", "conflict", "recusal", "finding"] | None = None  # what the engine makes of the answer
    closes: tuple[str, ...] = ()  # of a choice that marks a finding: those after which it is not open any more
    per: str | None = None  # the rubric's plural noun: asked once per row of the rubric
    scale: str | None = None  # choice: the values of that scale of the rubric
    prefill: Ref | None = None
    types: tuple[str, ...] = ()  # file: of which kinds the file itself is kept; none: a word about where it is will do
    max_mb: int | None = None  # file: at most so large, in millions of bytes
    currency: str | None = None  # money: its code (ISO 4217)
    cost: Literal["claimed", "paid"] | None = None  # money: an amount of the list of costs
    columns: tuple[FieldDef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDef:
    """Questions as data."""

    name: str
    fields: tuple[FieldDef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """Criteria and the scales on which each is judged."""

    name: str
    noun: str  # one row: "safeguard"
    plural: str  # all rows: "safeguards"
    criteria: tuple[str, ...]  # those that are judged
    scales: Mapping[str, tuple[str, ...]]  # scale -> its values, lowest first
    above: str = ""  # one that has criteria below it: "part"
    below: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))  # such a one -> these
