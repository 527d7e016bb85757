"""What are things called in each language? The labels of a process, its forms and its rubric; missing ones are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.saying import said
from workflows.compiling.reader import Reader
from workflows.form_schema import Form, FormField, RubricFile
from workflows.problems import did_you_mean
from workflows.schema import Asks, Process
from workflows.schema_parts import Item, Texts
from workflows.yaml_reading import Text

LANGUAGES = {
    "nl": "Dutch",
    "en": "English",
    "de": "German",
    "fr": "French",
    "fy": "Frisian",
    "pap": "Papiamentu",
}

Labels = dict[tuple[str, str], dict[str, str]]


def language_name(language: str) -> str:
    """``Dutch text (nl)`` reads better than ``nl text (nl)``."""
    return LANGUAGES.get(language, language)


@dataclass
class LabelDesk:
    """Gathers the labels of all files; each text must be there in each language of the process."""

    languages: tuple[str, ...]
    labels: Labels = field(default_factory=dict)

    def add(self, reader: Reader, kind: str, name: str, owner: Text, texts: Texts | None, *, must: bool = True) -> None:
        """Add one label; `owner` is the key of the item that bears it."""
        if texts is None:
            if must:
                message = said(
                    "The {kind} `{name}` has no text: add `says: {{{texts}}}`.",
                    kind=kind.replace("_", " "), name=name, texts=tuple(f"{each}: ..." for each in self.languages),
                )  # fmt: skip
                reader.error(owner, message)
            return
        for language in self.languages:
            if language not in texts:
                message = said(
                    "The {kind} `{name}`: missing {language} text ({code}). Add `{code}: ...` beside the others.",
                    kind=kind, name=name, language=language_name(language), code=language,
                )  # fmt: skip
                reader.error(owner, message)
            elif not texts[Text(language)].strip():
                message = said(
                    "The {kind} `{name}` has an empty {language} text ({code}).",
                    kind=kind, name=name, language=language_name(language), code=language,
                )  # fmt: skip
                reader.error(owner, message)
        for language in texts:
            if language not in self.languages:
                help_ = did_you_mean(language, self.languages)
                message = said("`{language}` is none of the languages of this process.", language=language)
                reader.error(language, message, help_)
        self.labels[kind, name] = {str(language): str(text).strip() for language, text in texts.items()}


def process_labels(desk: LabelDesk, reader: Reader, process: Process) -> None:
    """Labels of everything that `process.yaml` declares."""
    desk.add(reader, "process", str(process.process), process.process, process.title)
    desk.add(reader, "in_sentences", str(process.process), process.process, process.in_sentences, must=False)
    for name, texts in process.phases.items():
        desk.add(reader, "phase", str(name), name, texts)
    for kind, items, must in _sections(process):
        for name, item in items:
            desk.add(reader, kind, str(name), name, item.says, must=must)
    for name, shared in process.classes.items():
        desk.add(reader, "class", str(name), name, shared.says)
    for name, track in process.tracks.items():
        for state, texts in track.states.items():
            desk.add(reader, "state", f"{name}.{state}", state, texts)
    for name, value in process.values.items():
        for choice, texts in value.choice.items():
            desk.add(reader, "value", f"{name}.{choice}", choice, texts)
    for owner, asks in _asked(process):
        _asks(desk, reader, owner, asks)


def _sections(process: Process) -> Iterator[tuple[str, Iterable[tuple[Text, Item]], bool]]:
    yield "stage", process.stages.items(), True
    yield "track", process.tracks.items(), True
    yield "task", process.tasks.items(), True
    yield "transition", process.transitions.items(), True
    yield "role", process.people.items(), True
    yield "seat", process.seats.items(), True
    yield "date", process.dates.items(), False
    yield "deadline", process.deadlines.items(), False
    yield "gate", process.gates.items(), False
    yield "value", process.values.items(), False
    yield "child", process.children.items(), False
    yield "notice", process.notices.items(), False
    yield "document", process.documents.items(), False


def _asked(process: Process) -> Iterator[tuple[str, Asks]]:
    for name, transition in process.transitions.items():
        yield str(name), transition.asks
    if process.pause is not None:
        yield "pause", process.pause.asks
    for name, value in process.values.items():
        if value.may_differ is not None:
            yield str(name), value.may_differ.asks


def _asks(desk: LabelDesk, reader: Reader, owner: str, asks: Asks) -> None:
    """What a deed asks is labelled here (``transition.name``) or by the engine's own texts (``name``)."""
    for name, ask in asks.items():
        known = ("ask", str(name)) in desk.labels
        desk.add(reader, "ask", f"{owner}.{name}", name, ask.says, must=not known)


def form_labels(desk: LabelDesk, reader: Reader, form: Form) -> None:
    """Title, intro, questions, help and choices of a form."""
    desk.add(reader, "form", str(form.form), form.form, form.title)
    desk.add(reader, "intro", str(form.form), form.form, form.intro, must=False)
    _questions(desk, reader, str(form.form), form.fields)


def _questions(desk: LabelDesk, reader: Reader, path: str, fields: Mapping[Text, FormField]) -> None:
    for name, question in fields.items():
        here = f"{path}.{name}"
        desk.add(reader, "field", here, name, question.says)
        desk.add(reader, "help", here, name, question.help, must=False)
        for choice, texts in question.choices.items():
            desk.add(reader, "choice", f"{here}.{choice}", choice, texts)
        _questions(desk, reader, here, question.columns)


def rubric_labels(desk: LabelDesk, reader: Reader, rubric: RubricFile) -> None:
    """Title, criteria, scales and levels of a rubric."""
    desk.add(reader, "rubric", str(rubric.rubric), rubric.rubric, rubric.title)
    _nested(reader, rubric)
    below = [item for each in rubric.criteria.values() for item in each.criteria.items()]
    for name, criterion in (*rubric.criteria.items(), *below):
        desk.add(reader, "criterion", f"{rubric.rubric}.{name}", name, criterion.says)
        desk.add(reader, "help", f"{rubric.rubric}.{name}", name, criterion.help, must=False)
    for name, scale in rubric.scales.items():
        desk.add(reader, "scale", f"{rubric.rubric}.{name}", name, scale.says)
        desk.add(reader, "help", f"{rubric.rubric}.{name}", name, scale.help, must=False)
        for level, texts in scale.levels.items():
            desk.add(reader, "level", f"{rubric.rubric}.{name}.{level}", level, texts)


def _nested(reader: Reader, rubric: RubricFile) -> None:
    """Criteria below criteria: one level, each name once, and a word for those above."""
    seen = set(map(str, rubric.criteria))
    for name, above in rubric.criteria.items():
        if above.criteria and rubric.above is None:
            message = said("`{name}` has criteria below it: say what such a one is called, with `above`.", name=name)
            reader.error(name, message)
        for key, each in above.criteria.items():
            if each.criteria:
                reader.error(key, said("`{name}` lies below `{above}`: nothing lies below it.", name=key, above=name))
            if str(key) in seen:
                reader.error(key, said("The criterion `{name}` stands here twice.", name=key))
            seen.add(str(key))
