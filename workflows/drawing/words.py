"""How does a definition say its days and people? Offsets, anchors and roles in plain words of one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import time

from engine.definition import Definition, TaskDef
from engine.expressions import At, DateExpr, Delta, EndOf, Fixed, NextGate, Now, Ref, Shift, Window
from engine.plan import TASK_MOMENTS, is_event
from engine.questions import FINDINGS, PARTS
from engine.wording import Wording
from workflows.drawing.catalogue import texts

OPENED = At(Ref("opened"))
EACH = {FINDINGS: "each_finding", PARTS: "each_part"}  # what a task may be each of that no answer lists
PANEL = "panel"  # the one group that the engine itself knows


class Words:
    """The labels of one process in one language, and sentences made with them."""

    def __init__(self, definition: Definition, wording: Wording, language: str) -> None:
        self.definition = definition
        self.wording = wording
        self.language = language
        self.texts = texts(language)

    def label(self, kind: str, name: str) -> str:
        """What the process calls it; a name without a text is shown as it is."""
        return self.wording.label(kind, name, self.language)

    def name(self, kind: str, name: str) -> str:
        """What the process calls it, as it begins a line."""
        label = self.label(kind, name)
        return label[:1].upper() + label[1:]

    # people -----------------------------------------------------------------------------------------------------------

    def person(self, name: str) -> str:
        if name in self.definition.seats:
            return self.label("seat", name)
        return self.label("role", name) if name in self.definition.roles else self.texts.among("spread_words", name)

    def people(self, names: Iterable[str], by: str = "or") -> str:
        """``Chair or Secretary``; who is in a group stands by name, all of the panel as the panel."""
        members = [one for name in names for one in self.definition.members(name)]
        panel = self.definition.groups.get(PANEL, ())
        said = []
        if len(panel) > 1 and set(panel) <= set(members):
            members = [one for one in members if one not in panel]
            said = [self.texts("group.panel")]
        said = [*map(self.person, members), *said]
        return self.texts.joined(said, by) if said else self.texts("nobody")

    def doers(self, task: TaskDef) -> str:
        """Who does a task, who helps and who signs."""
        who = self.texts("each_of", who=self.people(task.each, "and")) if task.each else self.people(task.performers)
        if task.each_row_of or task.by_row:
            who = f"{who}, {self.texts(EACH.get(task.each_row_of or '', 'each_row'))}"
        if task.helpers:
            who = self.texts("with_help", who=who, helpers=self.people(task.helpers, "and"))
        return self.texts("signed", who=who, signer=self.person(task.sign.by)) if task.sign else who

    # days -------------------------------------------------------------------------------------------------------------

    def day(self, expr: DateExpr) -> str:
        """A day in words: ``7 weeks before the day of the visit, 17:00``.

        A step back that follows a step forward is said in the order in which it is counted: ``2 days before 3 weeks
        after ...``.
        """
        said = self._base(expr)
        for step in expr.shifts:
            said = self.texts("after" if step.sign > 0 else "ahead", amount=self._amount(step), base=said)
        return self._at(said, expr.clock)

    def due(self, expr: DateExpr) -> str:
        """A day by which something must be done: ``within 5 working days``; an anchor alone with a preposition."""
        if self.is_within(expr):
            return self._at(self.texts("within", amount=self._amount(expr.shifts[0])), expr.clock)
        if expr.shifts or not self.is_day(expr):
            return self.day(expr)
        return self.texts("at_end" if isinstance(expr.base, EndOf) else "on_base", base=self.day(expr))

    def is_within(self, expr: DateExpr) -> bool:
        """Whether a day is said as a length of time from the begin of the task."""
        return expr.base == OPENED and len(expr.shifts) == 1 and expr.shifts[0].sign > 0

    def is_day(self, expr: DateExpr) -> bool:
        return not is_event(self.definition, expr)

    def delta(self, delta: Delta) -> str:
        """A distance from a due date: ``5 working days later``."""
        if not delta.amount:
            return self._at(self.texts("on_day"), delta.clock)
        amount = self.texts.counted("units", delta.unit, delta.amount)
        return self._at(self.texts("later" if delta.sign > 0 else "earlier", amount=amount), delta.clock)

    def span(self, delta: Delta) -> str:
        """A length of time without a direction."""
        return self.texts.counted("units", delta.unit, delta.amount)

    def days_off(self, calendar: str) -> str:
        """The days that do not count in a calendar: ``weekends and public holidays (NL)``."""
        return self.texts.joined(self._parts_off(calendar))

    def _parts_off(self, calendar: str) -> Iterator[str]:
        for part in self.definition.calendars[calendar]:
            if part.kind == "calendar":
                yield from self._parts_off(part.argument)
            else:
                whose = part.argument
                if self.texts.known("whose_days", whose):
                    whose = self.texts.among("whose_days", whose)
                yield self.texts.among("days_off", part.kind, whose=whose)

    def window(self, window: Window) -> str:
        return self.texts("window", first=self.day(window.first), last=self.day(window.last))

    def happens(self, expr: DateExpr) -> str:
        """When something begins: as soon as a task is done, or on a day."""
        if not isinstance(expr.base, At) or self.is_day(expr):
            return self.due(expr)
        ref, texts = expr.base.ref, self.texts
        if ref.name in self.definition.tasks:
            name = self.label("task", ref.name)
            part = ref.part or "done"
            if texts.known("happens", part):
                return texts.among("happens", part, name=name)
        elif ref.name in self.definition.stages and ref.part is None:
            return texts.among("happens", "begin", name=self.label("stage", ref.name))
        elif ref.name in self.definition.transitions:
            return texts.among("happens", "taken", name=self.label("transition", ref.name))
        elif ref.name in self.definition.children:
            return self.children((ref,))
        return texts.among("happens", "other", base=self.anchor(ref))

    def children(self, refs: Sequence[Ref]) -> str:
        """When one of some children comes to one of some stages."""
        child = self.texts.joined((f"‘{self.label('child', ref.name)}’" for ref in refs), "or")
        state = self.texts.joined((f"‘{self.child_state(ref)}’" for ref in refs), "or")
        return self.texts.among("happens", "child", child=child, state=state)

    def anchor(self, ref: Ref) -> str:
        """What a moment is called: a day of the process, or something that happens in it."""
        name, part, definition, texts = ref.name, ref.part, self.definition, self.texts
        if texts.has(str(ref)):
            return texts(str(ref))
        if name in definition.dates:
            said = self._named(self.label("date", name))
            return texts("last_day_of", name=said) if part == "end" else said
        if name in definition.deadlines:
            return self._named(self.label("deadline", name))
        if name in definition.stages:
            return texts("end_of_name" if part else "begin_of", name=self.label("stage", name))
        if name in definition.transitions:
            return texts("taken", name=self.label("transition", name))
        if name in definition.tasks and part is not None:
            return self._of_task(name, part)
        if name in definition.tracks:
            return texts("state_of", track=self.label("track", name), state=self.label("state", f"{name}.{part}"))
        if name in definition.children:
            return texts("child_in", child=self.label("child", name), state=self.child_state(ref))
        return self._of_others(name, part)

    def _of_others(self, name: str, part: str | None) -> str:
        if name in self.definition.seats and part is not None:
            state = self.label("seat_state", part)
            return self.texts("seat_moments", seat=self.person(name), state=state)
        said = (part or name).replace("_", " ")
        if name == "subject":
            known = part is not None and self.texts.known("facts", part)
            return self.texts.among("facts", part or "") if known else self.texts("subject", name=said)
        return self.texts("chosen", name=self.asked(part) if name == "chosen" and part else said)

    def asked(self, name: str) -> str:
        """What a deed asks, by the text of the first transition that asks it, or of the engine."""
        own = [arrow.name for arrow in self.definition.transitions.values() if name in arrow.asks]
        keys = [*(f"{arrow}.{name}" for arrow in own), name]
        return next((self.label("ask", key) for key in keys if ("ask", key) in self.wording.labels), name)

    def field(self, task: str, field: str) -> str:
        """What a question of a task's form is called, or a column of its rows."""
        form = self.definition.forms.get(self.definition.tasks[task].form or "")
        if form is None:
            return field
        asked = {each.name: each.name for each in form.fields}
        columns = {column.name: f"{each.name}.{column.name}" for each in form.fields for column in each.columns}
        return self.label("field", f"{form.name}.{({**columns, **asked}).get(field, field)}")

    def _of_task(self, name: str, part: str) -> str:
        if part in TASK_MOMENTS:
            return self.texts.among("task_moments", part, name=self.label("task", name))
        return self.texts("field_of", field=self.field(name, part))

    def child_state(self, ref: Ref) -> str:
        """A stage of a child as people call it; of another process, its name."""
        child = self.definition.children[ref.name]
        part = ref.part or ""
        return self.label("stage", part) if child.process == self.definition.name else part.replace("_", " ")

    def _base(self, expr: DateExpr) -> str:
        base = expr.base
        if isinstance(base, Now):
            return self.texts("now")
        if isinstance(base, Fixed):
            months = self.texts.series("months")
            return self.texts("calendar_day", day=base.day.day, month=months[base.day.month - 1], year=base.day.year)
        if isinstance(base, EndOf):
            this = base.ordinal == 1 and not base.after
            period = self.texts.among("periods", base.period, which="" if this else f"{self._ordinal(base.ordinal)} ")
            key = "end_after" if base.after else "end_of_this" if this else "end_of"
            return self.texts(key, period=period, base=self.anchor(base.ref))
        if isinstance(base, NextGate):
            day = self.day(DateExpr(base.base, base.shifts))
            return self.texts("gate", gate=self.label("gate", base.gate), day=day)
        return self.anchor(base.ref)

    def _ordinal(self, n: int) -> str:
        known = self.texts.series("ordinals")
        return str(known[n - 1]) if n <= len(known) else self.texts("ordinal", n=n)

    def _amount(self, step: Shift) -> str:
        if isinstance(step.amount, int):
            return self.texts.counted("units", step.unit, step.amount)
        field = self.anchor(step.amount).strip("‘’")
        return f"{self.texts('answered_number', field=field)} {self.texts.series_of('units', step.unit)[1]}"

    def _at(self, said: str, clock: time | None) -> str:
        if clock is None:
            return said
        spoken = self.texts("clock", hour=clock.hour, minute=f"{clock.minute:02}")
        return self.texts("at", day=said, clock=spoken)

    def _named(self, label: str) -> str:
        """A noun with its article, in the middle of a sentence."""
        name = label if label[1:2].isupper() else label[:1].lower() + label[1:]
        common, neuter = self.texts.series("article")
        words = name.split()
        cut = next((at for at, word in enumerate(words) if at and word in self.texts.series("before")), len(words))
        is_neuter = any(words[cut - 1].endswith(end) for end in self.texts.series("het"))
        return self.texts("named", article=neuter if is_neuter else common, name=name)
