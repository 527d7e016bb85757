"""How do the parts of a process come together? Read files in; definition, wording and places of the items out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from zoneinfo import ZoneInfo

from engine.definition import Definition, FormDef
from engine.expressions import Ref
from engine.saying import said
from engine.wording import Wording
from workflows.checks.accepting import Accepted
from workflows.compiling import course, dates, forms, notices, people, tasks
from workflows.compiling.built_in import built_in_tasks
from workflows.compiling.hashes import wording_hash
from workflows.compiling.labels import LabelDesk, form_labels, process_labels, rubric_labels
from workflows.compiling.mails import gather_mails, gather_papers
from workflows.compiling.names import BUILT_IN_TASKS, RESERVED, RESERVED_STATES, Names, named_items, names_of
from workflows.compiling.raising import with_raising
from workflows.compiling.reader import Reader
from workflows.compiling.replacing import replaces
from workflows.compiling.scope import NOWHERE
from workflows.form_schema import Form, RubricFile
from workflows.problems import Place, Problem
from workflows.schema import Process
from workflows.yaml_reading import Text, read_yaml

T = TypeVar("T")

ENGINE_TEXTS = Path(__file__).parents[1] / "engine_texts.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The read files of one process."""

    process: Process
    forms: Mapping[str, tuple[str, Form]]  # name -> (file, form)
    rubric: tuple[str, RubricFile] | None
    files: Mapping[str, bytes]
    default_mails: Mapping[str, bytes]
    behaviour: str
    broken: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What came out; where there were errors, the definition is good for a few further checks only."""

    definition: Definition
    wording: Wording
    used_defaults: Mapping[str, bytes]
    places: Mapping[tuple[str, str], Place]
    accepted: Accepted


def compiled(sources: Sources, problems: list[Problem]) -> Compiled:
    """Compile a process; mistakes go to `problems`."""
    desk = Reader(file="process.yaml", names=Names(), problems=problems)
    process = with_raising(sources.process, desk)
    sources = replace(sources, process=process)
    rubric = None if sources.rubric is None else sources.rubric[1]
    names = names_of(process, {name: form for name, (_, form) in sources.forms.items()}, rubric, sources.broken)
    reader = Reader(file="process.yaml", names=names, problems=problems)
    _check_names(reader, process)
    definition = _definition(reader, sources, names)
    post = gather_mails(
        reader,
        notices=process.notices,
        late=_late_notices(process),
        languages=definition.languages,
        files=sources.files,
        defaults=sources.default_mails,
    )
    attached = [notice.attach for notice in process.notices.values() if notice.attach is not None]
    papers = gather_papers(reader, attached=attached, languages=definition.languages, files=sources.files)
    labels = _labels(reader, sources, definition.languages)
    revision = wording_hash(labels, post.mails, papers)
    wording = Wording(revision=revision, labels=labels, mails=post.mails, papers=papers)
    places, accepted = _places(process, sources)
    return Compiled(
        definition=definition, wording=wording, used_defaults=post.defaults, places=places, accepted=accepted
    )


def _definition(reader: Reader, sources: Sources, names: Names) -> Definition:
    process = sources.process
    reader.conditions.update(course.conditions(reader, process.conditions))
    groups = people.groups(reader, process.groups)
    defaults = tasks.task_defaults(reader, process.defaults)
    roles = people.roles(reader, process)
    seats = people.seats(process)
    invitations = people.invitations(reader, process.invitations)
    if seats and invitations is None and "invitations" not in names.broken:
        reader.error(
            next(iter(process.seats)), "There are seats, but nothing says how they are filled: add `invitations`."
        )
    made_tasks = tasks.tasks(reader, process, groups, defaults)
    owner = next((name for name, role in roles.items() if role.owner), next(iter(roles)))
    made_tasks |= built_in_tasks(
        owner=owner, seats=seats.values(), invitations=invitations, repeat=defaults.repeat, order=len(made_tasks)
    )
    return Definition(
        name=str(process.process),
        version=process.version,
        behaviour=sources.behaviour,
        languages=tuple(map(str, process.languages)),
        zone=_zone(reader, process.zone),
        rubric=None if sources.rubric is None else forms.rubric(sources.rubric[1]),
        rubric_pinned=_pinned(reader, process),
        calendars=_frozen(dates.calendars(reader, process.calendars)),
        gates=_frozen(dates.gates(reader, process.gates)),
        dates=_frozen(dates.dates(reader, process)),
        deadlines=_frozen(dates.deadlines(reader, process.deadlines)),
        launch=course.launch(reader, process),
        roles=_frozen(roles),
        seats=_frozen(seats),
        groups=_frozen(groups),
        invitations=invitations,
        conditions=_frozen(reader.conditions),
        values=_frozen(course.values(reader, process.values)),
        stages=_frozen(course.stages(reader, process)),
        tracks=_frozen(course.tracks(reader, process.tracks)),
        transitions=_frozen(course.transitions(reader, process)),
        pause=course.pause(reader, process.pause),
        tasks=_frozen(made_tasks),
        children=_frozen(notices.children(reader, process.children, groups)),
        notices=_frozen(notices.notices(reader, process.notices, groups)),
        documents=_frozen(notices.documents(reader, process)),
        defaults=notices.defaults(reader, process.defaults, defaults.repeat),
        forms=_frozen(_forms(reader, sources)),
        replaces=replaces(reader, process),
    )


def _frozen(items: Mapping[str, T]) -> Mapping[str, T]:
    return MappingProxyType(dict(items))


def _check_names(reader: Reader, process: Process) -> None:
    """One namespace: no name twice, none of the words of the expressions, none of the engine's own tasks."""
    seen: dict[str, tuple[str, Text]] = {}
    for kind, items in named_items(process):
        for name in items:
            check_name(reader, name, kind)
            if name in BUILT_IN_TASKS:
                message = said("`{name}` is the name of one of the engine's own tasks: choose another name.", name=name)
                reader.error(name, message)
            if name in seen:
                other, first = seen[name]
                message = said(
                    "`{name}` already names a {other} (line {line}): give the {kind} another name.",
                    name=name, other=other, line=first.line, kind=kind,
                )  # fmt: skip
                reader.error(name, message)
            seen.setdefault(str(name), (kind, name))
    for name in process.conditions:
        check_name(reader, name, "condition")
    for name in process.notices:
        check_name(reader, name, "notice")
    for name, track in process.tracks.items():
        for state in track.states:
            check_name(reader, state, said("state of {track}", track=name), RESERVED_STATES)


def check_name(reader: Reader, name: Text, kind: str, reserved: frozenset[str] = RESERVED) -> None:
    """A name is written in small letters and is no word of the expressions."""
    if name in reserved:
        message = said(
            "`{name}` has a meaning in expressions, so no {kind:text} can be called that: choose another name.",
            name=name, kind=kind,
        )  # fmt: skip
        reader.error(name, message)
    elif not name.isascii() or not name.isidentifier() or name != name.lower() or name.startswith("_"):
        message = said("`{name}` is no name: use small letters, digits and `_`, beginning with a letter.", name=name)
        reader.error(name, message)


def _zone(reader: Reader, zone: Text) -> str:
    try:
        ZoneInfo(str(zone))
    except (KeyError, ValueError, OSError):
        reader.error(zone, said("`{zone}` is no time zone: write it as Europe/Amsterdam.", zone=zone))
        return "UTC"
    return str(zone)


def _pinned(reader: Reader, process: Process) -> Ref | None:
    if process.rubric is None or process.rubric.pinned is None:
        return None
    return reader.ref(process.rubric.pinned, NOWHERE)


def _forms(reader: Reader, sources: Sources) -> dict[str, FormDef]:
    known = {name: form for name, (_, form) in sources.forms.items()}
    made = {}
    for name, (file, form) in sources.forms.items():
        desk = Reader(file=file, names=reader.names, problems=reader.problems, conditions=reader.conditions)
        made[name] = forms.form(desk, form, known)
    return made


def _late_notices(process: Process) -> Iterable[Text]:
    ladders = [*(task.late or [] for task in process.tasks.values()), process.defaults.late]
    for step in (step for ladder in ladders for step in ladder):
        if step.notice is not None:
            yield step.notice


def _labels(
    reader: Reader, sources: Sources, languages: tuple[str, ...]
) -> Mapping[tuple[str, str], Mapping[str, str]]:
    desk = LabelDesk(languages)
    desk.labels.update({key: dict(texts) for key, texts in engine_texts().items()})
    process_labels(desk, reader, sources.process)
    for file, form in sources.forms.values():
        form_labels(desk, Reader(file=file, names=reader.names, problems=reader.problems), form)
    if sources.rubric is not None:
        file, rubric = sources.rubric
        rubric_labels(desk, Reader(file=file, names=reader.names, problems=reader.problems), rubric)
    return MappingProxyType({key: MappingProxyType(texts) for key, texts in desk.labels.items()})


@lru_cache(maxsize=1)
def engine_texts() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """The texts of the engine's own tasks, states, notices and actions."""
    raw, problems = read_yaml(ENGINE_TEXTS.read_bytes(), ENGINE_TEXTS.name)
    if raw is None or problems:
        raise ValueError(f"{ENGINE_TEXTS.name} cannot be read: {problems}")
    return {
        (str(kind), str(name)): {str(language): str(text) for language, text in texts.items()}
        for kind, section in raw.items()
        for name, texts in section.items()
    }


def _places(process: Process, sources: Sources) -> tuple[Mapping[tuple[str, str], Place], Accepted]:
    """Where each item stands, and for which of them a warning is accepted."""
    places: dict[tuple[str, str], Place] = {}
    accepted: dict[tuple[str, str], frozenset[str] | None] = {}
    sections: list[tuple[str, Mapping[Text, object]]] = [*named_items(process)]
    sections += [("notice", process.notices), ("document", process.documents), ("condition", process.conditions)]
    for kind, items in sections:
        for name, item in items.items():
            key = (kind, str(name))
            places.setdefault(key, Place("process.yaml", name.line, name.column))
            if (why := getattr(item, "accept", None)) is not None:
                accepted[key] = _kinds(why)
    for name, track in process.tracks.items():
        for state in track.states:
            places["state", f"{name}.{state}"] = Place("process.yaml", state.line, state.column)
    if process.replaces is not None:
        for name in (*process.replaces.renamed, *process.replaces.drops):
            places["replaces", str(name)] = Place("process.yaml", name.line, name.column)
    for form, (file, read) in sources.forms.items():
        places["form", form] = Place(file)
        for name in read.fields:
            places["field", f"{form}.{name}"] = Place(file, name.line, name.column)
        if read.accept is not None:
            accepted["form", form] = _kinds(read.accept)
    return places, accepted


def _kinds(accept: Text | Mapping[Text, Text]) -> frozenset[str] | None:
    return frozenset(map(str, accept)) if isinstance(accept, Mapping) else None
