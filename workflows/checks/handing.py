"""May those whose work begins with an answer read it? As far as its course tells what begins with what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.conditions import all_lines
from engine.definition import Definition, TaskDef, TransitionDef
from engine.expressions import At, IsState, Ref, refs_in
from engine.saying import said
from workflows.checks.ballots import leaves
from workflows.checks.consulted import consulted
from workflows.checks.findings import Finding
from workflows.checks.openings import open_in, opened_in, spine_of
from workflows.checks.people import doers_of, office_of
from workflows.problems import quoted

LONG = 100  # words from which on an answer is a text that somebody writes


def handing(definition: Definition) -> Iterator[Finding]:
    """Documents that somebody has written, and that nobody may see of those whose work begins with them."""
    told = {each.item[1] for each in consulted(definition)}
    for source, task, who in handed(definition):
        document = definition.documents.get(source.name) or definition.documents.get(source.form or "")
        if document is None or document.publish is not None or document.name in told:
            continue
        if task.each_row_of == source.name:
            continue  # work on a row names that row
        seen = leaves(definition, (each for each, rule in document.see.items() if rule is not False))
        if who.isdisjoint(seen):
            told.add(document.name)
            message = said(
                "`{task}` begins when `{source}` has been answered, and {who:or} may never see `{document}`, which is "
                "that answer: add them under `see`.",
                task=task.name, source=source.name, who=quoted(sorted(who)), document=document.name,
            )  # fmt: skip
            yield Finding(kind="kept_from", item=("document", document.name), message=message, severity="warning")


def handed(definition: Definition) -> Iterator[tuple[TaskDef, TaskDef, set[str]]]:
    """What is written, the work of others that begins with it, and who of its doers are others.

    The office is left out: it helps at every step. Work of both sides is that of the panel too, where the
    organisation wrote; what a panel writes it does not owe to whom it meets.
    """
    course = _Course(definition)
    for source in definition.tasks.values():
        if not writes(definition, source):
            continue
        author = doers_of(definition, source)
        side = _side(definition, author)
        stages = course.until_work(course.onward(source))
        for task in course.work:
            opened, doers = course.opened[task.name], doers_of(definition, task) - course.office
            who = doers - side
            together = doers & side and not author <= course.hosts | course.office
            directly = At(Ref(source.name, "done")) in [each.base for each in task.opens]
            if who and not together and who.isdisjoint(author) and (directly or (opened and opened <= stages)):
                yield source, task, who


@dataclass
class _Course:
    """What is looked up for every answer."""

    definition: Definition

    @cached_property
    def office(self) -> set[str]:
        return office_of(self.definition)

    @cached_property
    def hosts(self) -> set[str]:
        return {name for name, role in self.definition.roles.items() if role.of == "host"}

    @cached_property
    def work(self) -> list[TaskDef]:
        """The tasks in which somebody outside the office has to answer something."""
        return [
            task for task in self.definition.tasks.values()
            if task.form and not task.built_in and not task.optional and doers_of(self.definition, task) - self.office
        ]  # fmt: skip

    @cached_property
    def opened(self) -> dict[str, set[str]]:
        """The stages in which they open first, as far as that is known."""
        return {task.name: opened_in(self.definition, [task]) for task in self.work}

    @cached_property
    def arrows(self) -> list[tuple[TransitionDef, set[str], set[str]]]:
        """Each arrow that leads on, with the moments and states that it waits for, and all names in its conditions."""
        found = []
        for arrow in self.definition.transitions.values():
            lines = tuple(all_lines(self.definition, arrow.condition))
            tests = [line.test for line in lines]
            waits = {str(each.base.ref) for each in arrow.when if isinstance(each.base, At) and not each.shifts}
            for test in tests:
                if isinstance(test, IsState) and not test.negated:
                    waits |= {f"{test.ref.name}.{word}" for word in test.words}
            if arrow.target is not None:
                found.append((arrow, waits, {ref.name for ref in refs_in(lines)}))
        return found

    def onward(self, source: TaskDef) -> set[str]:
        """The stages to which a case goes because of an answer, at once or by the states of a track."""
        since = {f"{source.name}.done", f"{source.name}.expired"}
        stages: set[str] = set()
        grows = True
        while grows:
            before = len(since) + len(stages)
            for arrow, waits, names in self.arrows:
                if waits & since or source.name in names or self._goes_on(arrow, since):
                    if arrow.track is None:
                        stages.add(str(arrow.target))
                    else:
                        since.add(f"{arrow.track}.{arrow.target}")
            grows = len(since) + len(stages) > before
        return {stage for stage in stages if not self.definition.stages[stage].end}

    def _goes_on(self, arrow: TransitionDef, since: set[str]) -> bool:
        """Whether a track leads on from a state to which the answer has brought it."""
        track = self.definition.tracks[arrow.track] if arrow.track is not None else None
        if track is None or track.each is not None:
            return False
        order = track.states.index
        return any(f"{track.name}.{one}" in since and order(str(arrow.target)) > order(one) for one in arrow.sources)

    def until_work(self, stages: set[str]) -> set[str]:
        """With those that follow as a day comes, or before somebody outside the office has work."""
        worked = {
            stage for task in self.work
            for stage in self.opened[task.name] or open_in(self.definition, task, at_once=False) or ()
        }  # fmt: skip
        order = [name for name, stage in self.definition.stages.items() if not stage.end]
        found, todo = set(stages), list(stages)
        while todo:
            stage = todo.pop()
            for arrow in spine_of(self.definition):
                target = str(arrow.target)
                later = stage in arrow.sources and target in order and order.index(target) > order.index(stage)
                if later and target not in found and (stage not in worked or self._by_day(arrow)):
                    found.add(target)
                    todo.append(target)
        return found

    def _by_day(self, arrow: TransitionDef) -> bool:
        named = [each.base.ref.name if isinstance(each.base, At) else "" for each in arrow.when]
        return bool(named) and all(name in self.definition.dates for name in named)


def writes(definition: Definition, task: TaskDef) -> bool:
    """Whether somebody hands in a text, a file, a list or judgements, and not a word of consent."""
    form = definition.forms.get(task.form or "")
    if form is None or task.built_in:
        return False
    return task.by_row is not None or any(
        field.per or field.type in ("file", "rows")
        or (field.type == "text" and field.required and (field.max_words is None or field.max_words >= LONG))
        for field in form.fields
    )  # fmt: skip


def _side(definition: Definition, names: set[str]) -> set[str]:
    """All roles of the same organisation or body as one of these; all seats where one of them is a seat."""
    kinds = {definition.roles[name].of for name in names if name in definition.roles}
    side = {name for name, role in definition.roles.items() if role.of in kinds}
    return side | ({*definition.seats} if names & definition.seats.keys() else set())
