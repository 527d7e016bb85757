"""How does a sentence of the engine read in the language of an answer, with the labels of a process?

The English patterns of `engine.saying` are the keys of `data/refusals.yaml`; English has a text of its own where the
pattern reads badly with labels in it. What the catalogue does not hold is said in English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, cached_property
from importlib.resources import files
from types import TracebackType
from typing import TypeAlias

from collegium.importing.problems import WorkbookProblem
from collegium.mail_reasons import answer_text, reason_text
from collegium.speech import catalogue, day_text, known, moment_text, spoken, t
from engine.case import Case
from engine.conditions import Word
from engine.definition import Definition
from engine.errors import Refused, UnknownName
from engine.expressions import DateExpr, Delta, Line
from engine.instance_keys import name_in, task_of
from engine.saying import JOINERS, Speaker
from engine.wording import Wording
from workflows.drawing.catalogue import texts
from workflows.drawing.conditions import Conditions
from workflows.drawing.words import Words
from workflows.plain_yaml import load_plain

Pattern: TypeAlias = str | list[str]
JOINED = ("or", "and")
SECTIONS = {"message_state": "state"}  # kinds that command_texts.yaml holds under another name


@cache
def patterns() -> Mapping[str, Mapping[str, Pattern]]:
    """English pattern -> language -> pattern of that language; a pair is for one and for several."""
    text = (files("collegium") / "data" / "refusals.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Mapping[str, Pattern]] = load_plain(text)
    return loaded


def reason_in(reason: str, language: str) -> str:
    """Why a mail is held, lapsed or was not sent: our own reasons as sentences, the words of others as they are."""
    return reason_text(reason, language) or "; ".join(_part_in(part, language) for part in reason.split("; "))


def _part_in(part: str, language: str) -> str:
    found = reason_text(part, language) or patterns().get(part, {}).get(language) or answer_text(part, language)
    return found if isinstance(found, str) else found[1]


class Answering(Speaker):
    """Sentences in the language of this answer; what needs a process stays as it is."""

    def pattern(self, english: str, n: object = None) -> str:
        found = patterns().get(english, {}).get(spoken(), english)
        return found if isinstance(found, str) else found[0 if n == 1 else 1]

    def reason(self, text: str) -> str:
        """Why a mail is held, lapsed or was not sent."""
        return reason_in(text, spoken())

    def join(self, words: Sequence[str], joiner: str) -> str:
        return (t(joiner) if joiner in JOINED else JOINERS[joiner]).join(words)

    def word(self, value: object, kind: str) -> str:
        if isinstance(value, datetime):
            return moment_text(value, value.tzinfo) if kind == "moment" else f"{value:%Y-%m-%d %H:%M}"
        if isinstance(value, date):
            return day_text(value)
        if isinstance(value, Delta):
            return texts(spoken()).counted("units", value.unit, value.amount)
        if isinstance(value, WorkbookProblem):
            return value.says(spoken())
        text, kind = super().word(value, kind), SECTIONS.get(kind, kind)
        if kind == "option":
            return text  # to be typed as it is
        if kind == "mail_reason":
            return self.reason(text)
        if kind == "days":
            return text.rpartition(", ")[0] or known("days", text)
        return known(kind, text) if kind and f"{kind}.{text}" in catalogue() else self.pattern(text)


@dataclass(slots=True, kw_only=True)
class Told(AbstractContextManager["Told"]):
    """What the sentences of a block are about; a refusal that leaves the block says the words of the process.

    The engine knows participants by keys only: `names` says what they are called.
    """

    names: dict[str, str] = field(default_factory=dict)
    definition: Definition | None = None
    wording: Wording | None = None
    case: Case | None = None

    def about(self, definition: Definition, wording: Wording, case: Case | None = None) -> None:
        self.definition, self.wording, self.case = definition, wording, case

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Refused):
            speaker = self.speaker()
            raise type(error)(speaker.say(error.what), [speaker.say(each) for each in error.reasons]) from error
        if isinstance(error, UnknownName):
            raise UnknownName(self.speaker().say(error.args[0])) from error

    def speaker(self) -> Answering:
        if self.definition is None or self.wording is None:
            return Answering()
        return OfProcess(self.definition, self.wording, names=self.names, case=self.case)


class OfProcess(Answering):
    """Sentences with the labels of a process, the names of its people and its conditions in words."""

    def __init__(
        self, definition: Definition, wording: Wording, *, names: Mapping[str, str] | None = None,
        case: Case | None = None, language: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self._words = Words(definition, wording, language or spoken())
        self._names = names or {}
        self._case = case

    @cached_property
    def _conditions(self) -> Conditions:
        return Conditions(self._words)

    def say(self, text: str) -> str:
        said = super().say(text)
        for key, name in self._names.items():
            said = said.replace(key, name)
        return said

    def word(self, value: object, kind: str) -> str:
        if isinstance(value, Line):
            return self._conditions.all_of((replace(value, waive=None),))  # who may waive it is told apart
        if isinstance(value, Word):
            return self._conditions.word_of(value.ref, value.text)
        if isinstance(value, DateExpr):
            return self._words.day(value)
        if isinstance(value, str) and kind:
            return self._labelled(value, kind)
        return super().word(value, kind)

    def happens(self, expr: DateExpr) -> str:
        """When something comes, in words: as soon as a task is done, or on a day."""
        return self._words.happens(expr)

    def _labelled(self, text: str, kind: str) -> str:
        match kind:
            case "person":
                return self._names.get(text, text)
            case "task":
                return self._quoted("task", name_in(text) if self._case is None else task_of(self._case, text))
            case "task_state" | "seat_state":
                found = self._words.label(kind, text)
                return found.lower() if found != text else self.pattern(text)
            case "state":
                return self._state(text)
            case "role" | "holding":
                return self._role(text)
            case "row":
                return self._of_rubric("criterion", text)
            case "scale":
                return self._of_rubric("scale", text)
            case "field":
                return self._field(text)
            case "ask":
                return self._ask(text)
            case "action":
                return self._quoted("action", text)
            case "transition" | "stage" | "track" | "value" | "date" | "notice" | "process":
                return self._quoted(kind, text)
        return super().word(text, kind)

    def _quoted(self, kind: str, name: str) -> str:
        return f"‘{self._words.label(kind, name)}’"

    def _state(self, text: str) -> str:
        track, _, state = text.partition("@")[0].partition(".")
        if not state:
            return self._quoted("stage", track)
        return f"‘{self._words.label('track', track)}: {self._words.label('state', f'{track}.{state}')}’"

    def _role(self, name: str) -> str:
        held = self._case.holdings.get(name) if self._case is not None else None
        if held is not None:
            return f"{self._names.get(held.participant, held.participant)} ({self._words.person(held.seat)})"
        definition = self._words.definition
        if name in definition.groups:
            return self._words.people((name,))
        return self._words.person(name) if name in {*definition.roles, *definition.seats} else self.pattern(name)

    def _of_rubric(self, kind: str, name: str) -> str:
        rubric = self._words.definition.rubric
        return self._quoted(kind, f"{rubric.name}.{name}") if rubric is not None else name

    def _ask(self, key: str) -> str:
        """What a transition asks, by its own text or by that of the engine."""
        own = ("ask", key) in self._words.wording.labels
        return self._words.label("ask", key if own else key.rpartition(".")[2])

    def _field(self, path: str) -> str:
        """A question by its text: of a form, of a column in a numbered row, or about a row of the rubric."""
        form, name, *rest = path.split(".")
        parts = [self._words.label("field", f"{form}.{name}")]
        for part in rest:
            column = f"{form}.{name}.{part}"
            if part.isdigit():
                parts.append(t("row_number", n=part))
            elif ("field", column) in self._words.wording.labels:
                parts.append(self._words.label("field", column))
            else:
                parts.append(self._of_rubric("criterion", part))
        return ", ".join(parts)
