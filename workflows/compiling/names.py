"""What is there that a definition can name? The one namespace of a process, and the engine's own names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from engine.counting import KEPT
from engine.plan import PANEL_ATTRIBUTES
from workflows.form_schema import Form, FormField, RubricFile
from workflows.schema import Process
from workflows.schema_parts import Item
from workflows.yaml_reading import Text

Kind: TypeAlias = Literal[
    "date", "deadline", "stage", "track", "task", "transition", "role", "seat", "group", "gate", "value", "child"
]

WORDS = """
    now end next all no own round number share overlap exactly at month quarter year school case stage subject chosen
    opened due submitted any assign assignee findings open_assignees who_left otherwise conflict a on of is or and not
    with from in between outside h d wd sd w mo q y sy
"""
RESERVED = frozenset(WORDS.split())
RESERVED_STATES = frozenset({"a", "or", "and"})  # behind a dot or `is` only these cannot be read
BUILT_IN_TASKS = (
    "invitation",
    "objection",
    "decide_objection",
    "decide_conflict",
    "next_step",
    "resume",
    "missing_date",
    "add_dates",
    "stuck",
    "unreached",
    "wrote_back",
    "decide_mail",
    "outside_window",
)
BUILT_IN_NOTICES = ("opened", "reminder", "today", "late", "escalation", "seat_invited", "seat_closed", "not_needed")

CASE_MOMENTS = ("launched", "paused", "resumed", "closed")
CASE_STATES = ("child", "paused")
TASK_MOMENTS = ("opened", "submitted", "done", "expired", "due")
TASK_STATES = ("open", "signing", "done", "answered", "expired", "skipped")
SEAT_MOMENTS = ("proposed", "invited", "accepted", "seated", "left")
SPREAD_ATTRIBUTES = ("organisation", "region", "sector", "expertise")
PERSON_ATTRIBUTES = (*SPREAD_ATTRIBUTES, KEPT, *PANEL_ATTRIBUTES)
OWN_RECORD = "training_record"
RECORD_STATES = ("valid",)


@dataclass(kw_only=True)
class Names:
    """Every name of a process by kind, with what is needed to check the part behind its dot."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    first: dict[str, Text] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    ends: frozenset[str] = frozenset()
    states: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    conditions: frozenset[str] = frozenset()
    calendars: frozenset[str] = frozenset()
    seated: frozenset[str] = frozenset()  # seats, and groups that have one: of whom some sit in the panel
    task_forms: Mapping[str, str] = field(default_factory=dict)
    child_processes: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, Mapping[str, FormField]] = field(default_factory=dict)
    rubric: RubricFile | None = None
    process: str = ""
    broken: set[str] = field(default_factory=set)  # items that could not be read: nothing is said about their names

    def of(self, *kinds: Kind) -> list[str]:
        """All names of these kinds."""
        return [name for name, kind in self.kinds.items() if kind in kinds]

    @property
    def people(self) -> list[str]:
        return self.of("role", "seat", "group")

    def kind(self, name: str) -> Kind | None:
        return self.kinds.get(name)

    def form_of(self, task: str) -> Mapping[str, FormField] | None:
        """The fields of a task's form; None where it has none or it could not be read."""
        return self.forms.get(self.task_forms.get(task, ""))

    def words_of(self, question: FormField) -> tuple[str, ...] | None:
        """The answers that a question can have; None where anything can be answered."""
        if question.type == "yes_no":
            return ("yes", "no")
        if question.scale and self.rubric and question.scale in self.rubric.scales:
            return tuple(map(str, self.rubric.scales[Text(question.scale)].levels))
        return tuple(map(str, question.choices)) or None


def named_items(process: Process) -> Iterable[tuple[Kind, Mapping[Text, Item | list[Text]]]]:
    """The parts of a process that share the one namespace."""
    return (
        ("date", process.dates),
        ("deadline", process.deadlines),
        ("stage", process.stages),
        ("track", process.tracks),
        ("transition", process.transitions),
        ("task", process.tasks),
        ("role", process.people),
        ("seat", process.seats),
        ("group", process.groups),
        ("gate", process.gates),
        ("value", process.values),
        ("child", process.children),
    )


def _seated(process: Process) -> frozenset[str]:
    """The seats, and the groups that have one, themselves or through another group."""
    found = {str(name) for name in process.seats}
    groups = {str(name): {str(each) for each in members} for name, members in process.groups.items()}
    while more := {name for name, members in groups.items() if name not in found and members & found}:
        found |= more
    return frozenset(found)


def names_of(process: Process, forms: Mapping[str, Form], rubric: RubricFile | None, broken: set[str]) -> Names:
    """The namespace of a process; names that clash keep their first meaning."""
    names = Names(
        stages=tuple(map(str, process.stages)),
        ends=frozenset(str(name) for name, stage in process.stages.items() if stage.end),
        states={str(name): tuple(map(str, track.states)) for name, track in process.tracks.items()},
        choices={str(name): tuple(map(str, value.choice)) for name, value in process.values.items()},
        conditions=frozenset(map(str, process.conditions)),
        calendars=frozenset(map(str, process.calendars)),
        seated=_seated(process),
        task_forms={str(name): str(task.form) for name, task in process.tasks.items() if task.form},
        child_processes={str(name): str(child.process) for name, child in process.children.items()},
        forms={name: {str(key): question for key, question in form.fields.items()} for name, form in forms.items()},
        rubric=rubric,
        process=str(process.process),
        broken=broken,
    )
    for kind, items in named_items(process):
        for name in items:
            names.kinds.setdefault(str(name), kind)
            names.first.setdefault(str(name), name)
    for task in BUILT_IN_TASKS:
        names.kinds.setdefault(task, "task")
    return names
