"""What does each question of a form take? A line each, for whoever answers it on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from collegium.speech import counted, spoken, t
from engine.definition import Definition
from engine.errors import InvalidAnswers
from engine.forms import choices
from engine.questions import FieldDef, FormDef
from engine.wording import Wording


@contextmanager
def telling_questions(asked: list[str]) -> Iterator[None]:
    """Answers that do not fit are refused with what each question takes that they are about.

    `asked` is filled inside the block: a line for each question of the form, beginning with its name.
    """
    try:
        yield
    except InvalidAnswers as error:
        about = {reason.partition(":")[0].partition(" ")[0].partition(".")[0] for reason in error.reasons}
        wanted = [line for line in asked if line.partition(" ")[0] in about]
        raise type(error)(error.what, [*error.reasons, *(wanted or asked)]) from error


def questions(definition: Definition, wording: Wording, form: FormDef) -> list[str]:
    """Every question of a form, with what it takes, in the language of this answer."""
    words = _FormWords(definition, wording)
    return [words.line(form.name, field) for field in form.fields]


class _FormWords:
    """The questions of one process."""

    def __init__(self, definition: Definition, wording: Wording) -> None:
        self._definition = definition
        self._wording = wording

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
