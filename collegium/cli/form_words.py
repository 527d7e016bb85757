"""What does each question of a form take? A line each, for whoever answers it on the command line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from collegium.cli.finding import near
from collegium.refusals import Answering
from collegium.speech import counted, spoken, t
from engine.definition import Definition
from engine.errors import InvalidAnswers
from engine.forms import choices
from engine.questions import FieldDef, FormDef
from engine.saying import said
from engine.wording import Wording

NEEDED = "an answer is needed"  # as engine.forms says it


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a form: what it takes, and the line that says so with its name, its text and whether it must."""

    name: str
    takes: str
    line: str


@dataclass(slots=True)
class Asked:
    """What a form asks, and the names of the answers that were kept of it."""

    questions: Sequence[Question] = ()
    kept: Collection[str] = ()

    def of_no_question(self, reason: str, name: str) -> str:
        """That there is no such question, with those that may be meant, or how it is taken out of what was kept."""
        if name in self.kept:
            return t("takes.taken_out", reason=reason, name=name)
        names = [question.name for question in self.questions]
        hint = near(name, names) or (said(" There are: {names}.", names=tuple(names)) if names else "")
        return f"{reason}.{Answering().say(hint)}" if hint else reason


@contextmanager
def telling_questions(asked: Asked) -> Iterator[None]:
    """Answers that do not fit are refused with what each question takes that they are about.

    `asked` is filled inside the block. A question without an answer is told once, with what it takes; where an answer
    does not fit, a line of its own says what would; of what is no question, which there are.
    """
    try:
        yield
    except InvalidAnswers as error:
        raise type(error)(error.what, list(_told(error.reasons, asked))) from error


def _told(reasons: Sequence[str], asked: Asked) -> Iterator[str]:
    by_name = {question.name: question for question in asked.questions}
    names, about = frozenset(by_name), set[str]()
    needed = f": {Answering().say(NEEDED)}"
    for reason in reasons:
        path = reason.partition(":")[0].partition(" ")[0]
        name = path.partition(".")[0]
        if path in by_name and reason.endswith(needed):
            yield f"{reason}: {by_name.pop(path).takes}"
        elif names and name not in names:
            yield asked.of_no_question(reason, name)
        else:
            yield reason
            about.add(name)
    yield from (question.line for name, question in by_name.items() if name in about)


def questions(definition: Definition, wording: Wording, form: FormDef) -> list[Question]:
    """Every question of a form, with what it takes, in the language of this answer."""
    words = _FormWords(definition, wording)
    return [words.question(form.name, field) for field in form.fields]


class _FormWords:
    """The questions of one process."""

    def __init__(self, definition: Definition, wording: Wording) -> None:
        self._definition = definition
        self._wording = wording

    def question(self, path: str, field: FieldDef) -> Question:
        return Question(name=field.name, takes=self._what(f"{path}.{field.name}", field), line=self.line(path, field))

    def line(self, path: str, field: FieldDef) -> str:
        """``scope (What is the review about?): text, 5 to 300 words; needed``."""
        here = f"{path}.{field.name}"
        label = self._label("field", here, "")
        name = f"{field.name} ({label})" if label else field.name
        must = "takes.needed" if field.required else "takes.sometimes" if field.required_if else "takes.optional"
        return t("takes", name=name, what=self._what(here, field), must=t(must))

    def _what(self, here: str, field: FieldDef) -> str:
        text = self._kind(here, field)
        if field.per is not None and self._definition.rubric is not None:
            return t("takes.per", rows=", ".join(self._definition.rubric.criteria), what=text)
        return text

    def _kind(self, here: str, field: FieldDef) -> str:
        match field.type:
            case "choice":
                options = ", ".join(self._choice(here, field, each) for each in choices(self._definition, field))
                name = "takes.choices" if field.many else "takes.choice"
                return t(name, options=options) + self._range(field, "takes.pieces")
            case "person":
                of = ", ".join(self._role(leaf) for leaf in self._definition.members(field.of)) if field.of else ""
                name = "takes.people" if field.many else "takes.person"
                return (t(f"{name}_of", of=of) if of else t(name)) + self._range(field, "takes.pieces")
            case "rows":
                columns = "; ".join(self.line(here, column) for column in field.columns)
                return t("takes.rows", columns=columns) + self._range(field, "takes.pieces")
            case "text":
                return t("takes.text") + _bounds("takes.words", field.min_words, field.max_words)
            case "number":
                return t("takes.number") + self._range(field, "takes.range")
            case "money":
                return t("takes.money", currency=field.currency) + self._range(field, "takes.range")
            case "file" if field.types:
                size = t("takes.mb", most=field.max_mb) if field.max_mb is not None else ""
                return t("takes.kept_file", types=", ".join(field.types)) + size
        return t(f"takes.{field.type}")

    def _range(self, field: FieldDef, name: str) -> str:
        return _bounds(name, field.least, field.most)

    def _choice(self, here: str, field: FieldDef, choice: str) -> str:
        rubric = self._definition.rubric
        if field.scale is not None and rubric is not None:
            label = self._label("level", f"{rubric.name}.{field.scale}.{choice}", choice)
        else:
            label = self._label("choice", f"{here}.{choice}", choice)
        return choice if label == choice else f"{choice} ({label})"

    def _role(self, name: str) -> str:
        return self._label("seat" if name in self._definition.seats else "role", name, name).lower()

    def _label(self, kind: str, name: str, otherwise: str) -> str:
        texts = self._wording.labels.get((kind, name), {})
        return texts.get(spoken()) or next(iter(texts.values()), otherwise)


def _bounds(name: str, least: int | None, most: int | None) -> str:
    """``, 5 to 300 words``; nothing where there is no bound."""
    if least is None and most is None:
        return ""
    if least is not None and most is not None:
        return t(f"{name}_both", least=least, most=most)
    name, n = (f"{name}_least", least) if least is not None else (f"{name}_most", most or 0)
    return counted(name, n)
