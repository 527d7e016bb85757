"""Who does what, by when, and what if nobody does it? The tasks of a process as rows, under their steps."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, DueRule, LateStep, TaskDef
from engine.expressions import At, DateExpr, Delta, Ref
from workflows.compiling.raising import RAISE
from workflows.drawing.picture import Painter
from workflows.drawing.tables import Group

OF_PANEL = ("invitation", "objection", "decide_objection", "decide_conflict")  # of the engine's own tasks
NOBODY_ELSE = "assignee"


class Work:
    """The rows of one process."""

    def __init__(self, painter: Painter) -> None:
        self.painter = painter
        self.words, self.texts, self.definition = painter.words, painter.texts, painter.definition

    # tasks ------------------------------------------------------------------------------------------------------------

    def groups(self) -> list[Group]:
        """All tasks that a definition declares, and those of the engine that fill the panel."""
        found: dict[tuple[str, str], list[tuple[str, ...]]] = {key: [] for key in self._keys()}
        for task in self.definition.tasks.values():
            if not task.built_in or task.name in OF_PANEL:
                found[home_of(self.definition, task)].append(self.row(task))
        return [Group(self._heading(key), tuple(rows)) for key, rows in found.items() if rows]

    def _keys(self) -> Iterator[tuple[str, str]]:
        yield from (("stage", name) for name in self.definition.stages)
        yield from (("track", name) for name in self.definition.tracks)
        yield from (("", "on_dates"), ("", "of_engine"), ("", "on_call"))

    def _heading(self, key: tuple[str, str]) -> str:
        kind, name = key
        if kind == "stage":
            number = list(self.definition.stages).index(name) + 1
            return self.texts("in_step", number=number, name=self.words.label(kind, name))
        return self.texts("in_track", name=self.words.label(kind, name)) if kind else self.texts(name)

    def row(self, task: TaskDef) -> tuple[str, ...]:
        """What, who, by when, and what if nobody does it."""
        name = self.words.label("task", task.name)
        if task.optional:
            name = self.texts("optional", name=name)
        return name, self.words.doers(task), "; ".join(self._when(task)), "; ".join(self._silent(task))

    def _when(self, task: TaskDef) -> Iterator[str]:
        """When a task begins, where that is not the begin of its step, and when it is due."""
        begins = [each for each in task.opens if each.base != At(Ref(home_of(self.definition, task)[1]))]
        if begins:
            yield self.texts("opens", when=self.texts.joined(map(self.words.happens, begins), "or"))
        for key, lines in (("only_if", task.condition), ("unless", task.skip_if)):
            if lines:
                yield self.texts(key, conditions=self.painter.conditions.all_of(lines))
        yield from (self._rule(rule) for rule in task.due)
        if task.window is not None:
            yield self.words.window(task.window)
        if not task.due:
            yield self.texts("no_due")
        if task.extend is not None:
            who = self.words.people(task.extend.by)
            yield self.texts("extend", amount=self.words.span(task.extend.at_most), who=who)

    def _rule(self, rule: DueRule) -> str:
        return self._bounded(rule, self.painter.by(rule.at))

    def _bounded(self, rule: DueRule, said: str) -> str:
        """A date with its bounds, and when it holds."""
        if rule.not_before is not None:
            said = self.texts("not_before", due=said, bound=self.words.day(rule.not_before))
        if rule.not_after is not None:
            said = self.texts("not_after", due=said, bound=self.words.day(rule.not_after))
        if rule.stops_in is not None:
            said = self.texts("stops_in", due=said, days=self.words.days_off(rule.stops_in))
        if rule.stops_while:
            names = self.texts.joined((f"‘{self.words.label('task', name)}’" for name in rule.stops_while), "or")
            said = self.texts("stops_while", due=said, names=names)
        if rule.condition:
            said = self.texts("due_if", due=said, conditions=self.painter.conditions.all_of(rule.condition))
        return said

    def _silent(self, task: TaskDef) -> Iterator[str]:
        """What silence does, who is told, which task begins, and which way the case then goes."""
        closes = next((rule.closes for rule in task.due if rule.closes is not None), None)
        if closes is not None and task.silence != "waits":
            key = "closes" if task.silence == "nothing" else "closes_agrees"
            yield self.texts(key, closes=self.words.day(closes))
        else:
            yield self.texts.among("silence", task.silence)
        for step in task.late:
            if step.task is not None:
                yield self.texts("calls", when=self._late(step), name=self.words.label("task", step.task))
            elif step.tell is not None and step.tell != NOBODY_ELSE:
                yield self.texts("tells", when=self._late(step), who=self.words.person(step.tell))
        for arrow in self.definition.transitions.values():
            if any(_is(moment, task.name, ("expired", "due")) for moment in arrow.when):
                yield self.texts("leads", name=self.words.label("transition", arrow.name))

    def _late(self, step: LateStep) -> str:
        return self.words.delta(step.at) if isinstance(step.at, Delta) else self.words.day(step.at)

    # days and terms ---------------------------------------------------------------------------------------------------

    def days(self) -> list[Group]:
        """The named days, the terms that run by themselves with what their end brings, and the cases that follow."""
        days = tuple((self.words.name("date", name), self._day(name)) for name in self.definition.dates)
        terms = tuple((self.words.name("deadline", name), self._term(name)) for name in self.definition.deadlines)
        after = tuple((self.words.name("child", name), self._child(name)) for name in self.definition.children)
        groups = [
            Group(self.texts("days"), days), Group(self.texts("terms"), terms), Group(self.texts("children"), after),
        ]  # fmt: skip
        return [group for group in groups if group.rows]

    def _day(self, name: str) -> str:
        date = self.definition.dates[name]
        said = [self.words.day(date.source)] if date.source is not None else []
        if date.set_by:
            names = self.texts.joined(f"‘{self.words.label('transition', each)}’" for each in date.set_by)
            said.append(self.texts("set_by", names=names))
        if date.asked_at_launch:
            said.append(self.texts("asked"))
        if date.window is not None:
            said.append(self.words.window(date.window))
        least, most = date.days
        if most > 1:
            said.append(self.texts("lasts" if least == most else "lasts_between", least=least, most=most))
        if date.provisional is not None:
            said.append(self.texts("provisional", day=self.words.day(date.provisional)))
        return "; ".join(said)

    def _term(self, name: str) -> str:
        said = [self._bounded(self.definition.deadlines[name], self.words.due(self.definition.deadlines[name].at))]
        for arrow in self.definition.transitions.values():
            if any(moment.base == At(Ref(name)) for moment in arrow.when):
                said.append(self.texts("leads", name=self.words.label("transition", arrow.name)))
        return "; ".join(said)

    def _child(self, name: str) -> str:
        child = self.definition.children[name]
        parts = [self.texts("by", who=self.words.people(child.by))] if child.by else []
        parts += (
            self.words.happens(one) for one in child.opens if not (child.by and one.base == At(Ref(RAISE + name)))
        )
        said = self.texts.joined(parts, "or")
        if child.each is not None:
            rows = self.words.field(child.each.name, child.each.part or "")
            said = self.texts("for_each_row", said=said, rows=rows)
        if child.condition:
            said = f"{said}; {self.texts('only_if', conditions=self.painter.conditions.all_of(child.condition))}"
        if shared := [
            *(self.words.label("seat", name) for name in child.shared_seats),
            *(self.words.label("date", name) for name in child.shared_dates),
        ]:
            said = f"{said}; {self.texts('shares', what=self.texts.joined(shared, 'and'))}"
        return said


def _is(moment: DateExpr, task: str, parts: tuple[str, ...]) -> bool:
    return isinstance(moment.base, At) and moment.base.ref.name == task and moment.base.ref.part in parts


def home_of(definition: Definition, task: TaskDef, seen: frozenset[str] = frozenset()) -> tuple[str, str]:
    """The step or track under which a task is told: where it opens, or where the task before it was."""
    if task.name in OF_PANEL and task.built_in:
        return "", "of_engine"
    for moment in task.opens:
        if not isinstance(moment.base, At) or moment.shifts:
            continue
        ref = moment.base.ref
        if ref.name in definition.stages:
            return "stage", ref.name
        if ref.name in definition.tracks:
            return "track", ref.name
        if ref.name in definition.transitions:
            arrow = definition.transitions[ref.name]
            if arrow.track is not None:
                return "track", arrow.track
            return "stage", arrow.target or arrow.sources[0]
        if ref.name in definition.tasks and ref.name not in seen:
            return home_of(definition, definition.tasks[ref.name], seen | {task.name})
    return "", "on_dates" if task.opens else "on_call"
