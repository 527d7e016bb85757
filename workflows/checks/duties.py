"""Will each task open, be asked of somebody, be reminded of in time, and be due some day? And is each part used?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import DateDef, Definition, TaskDef
from engine.expressions import refs_in
from engine.wording import Wording
from workflows.checks.findings import Finding
from workflows.checks.reach import reachable
from workflows.compiling.tasks import falls_before_opening


def duties(definition: Definition, wording: Wording) -> Iterator[Finding]:
    """Findings about tasks, notices, dates, forms and mails."""
    for task in definition.tasks.values():
        if not task.built_in:
            yield from _task(definition, task)
    yield from _anchors(definition)
    yield from _addressees(definition)
    yield from _templates(definition, wording)
    yield from _unused(definition)


def _task(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    item = ("task", task.name)
    opened = {step.task for other in definition.tasks.values() for step in other.late}
    if not task.opens and task.name not in opened:
        message = f"Nothing opens the task `{task.name}`: add `opens`, or name it in a late step."
        yield Finding(kind="never_opens", item=item, message=message)
    for reminder in task.remind:
        if falls_before_opening(reminder, task.due):
            message = (
                f"The reminder `{reminder.text}` of `{task.name}` falls on or before the day of opening, so it is "
                f"never sent: take it out, or give the task more time."
            )
            yield Finding(kind="early_reminder", item=item, message=message, severity="warning")


def _anchors(definition: Definition) -> Iterator[Finding]:
    """Dates that nothing ever sets, where something is counted from them."""
    lost = {name for name, date in definition.dates.items() if _never_set(definition, date)}
    for item, counted in _counted(definition):
        for name in dict.fromkeys(ref.name for ref in refs_in(counted) if ref.name in lost):
            message = (
                f"The {item[0]} `{item[1]}` counts from `{name}`, which nothing ever sets: add `provisional` to that "
                f"date, or a reachable transition that sets it."
            )
            yield Finding(kind="no_anchor", item=item, message=message)


def _counted(definition: Definition) -> Iterator[tuple[tuple[str, str], object]]:
    """What is counted from dates, by item; conditions are asked again and may wait."""
    for task in definition.tasks.values():
        dates = [(rule.at, rule.not_before, rule.not_after) for rule in task.due]
        yield ("task", task.name), (dates, task.window, task.remind, task.opens)
    for name, rule in definition.deadlines.items():
        yield ("deadline", name), (rule.at, rule.not_before, rule.not_after)
    for arrow in definition.transitions.values():
        yield ("transition", arrow.name), (arrow.when, arrow.until)
    for notice in definition.notices.values():
        yield ("notice", notice.name), notice.when
    for child in definition.children.values():
        yield ("child", child.name), (child.opens, dict(child.dates))


def _never_set(definition: Definition, date: DateDef) -> bool:
    if date.source or date.asked_at_launch or date.provisional:
        return False
    return not any(_can_fire(definition, name) for name in date.set_by)


def _can_fire(definition: Definition, name: str) -> bool:
    arrow = definition.transitions.get(name)
    if arrow is None:
        return False
    start = definition.first_stage if arrow.track is None else definition.tracks[arrow.track].states[0]
    beside = [one for one in definition.transitions.values() if one.track == arrow.track]
    return bool(reachable(start, beside) & set(arrow.sources))


def _addressees(definition: Definition) -> Iterator[Finding]:
    empty = {name for name, role in definition.roles.items() if role.most == 0}
    empty |= {name for name, seat in definition.seats.items() if seat.most == 0}
    for name, (item, key) in _addressed(definition).items():
        people = definition.members(name)
        if people and set(people) <= empty:
            message = (
                f"`{key}` names `{name}`, which nobody may ever hold (`count: 0`): raise its count or name another."
            )
            yield Finding(kind="nobody", item=item, message=message)


def _addressed(definition: Definition) -> dict[str, tuple[tuple[str, str], str]]:
    """Who is asked or told something: name -> the first item that does, and with which key."""
    found: dict[str, tuple[tuple[str, str], str]] = {}
    for task in definition.tasks.values():
        item = ("task", task.name)
        for name in (*task.performers, *task.each):
            found.setdefault(name, (item, "for" if task.performers else "each"))
        for step in task.late:
            if step.tell is not None:
                found.setdefault(step.tell, (item, "tell"))
    for notice in definition.notices.values():
        for name in (*notice.to, *notice.cc):
            found.setdefault(name, (("notice", notice.name), "to"))
    for arrow in definition.transitions.values():
        for name in (*arrow.by, *arrow.by_all):
            found.setdefault(name, (("transition", arrow.name), "by"))
    return found


def _templates(definition: Definition, wording: Wording) -> Iterator[Finding]:
    wanted = {name: ("notice", name) for name in definition.notices}
    for task in definition.tasks.values():
        for step in task.late:
            if step.notice is not None:
                wanted.setdefault(step.notice, ("task", task.name))
    for name, item in wanted.items():
        for language in definition.languages:
            if (name, language) not in wording.mails:
                message = f"The notice `{name}` has no mail in the language {language}: add `mails/{name}/{language}/`."
                yield Finding(kind="no_template", item=item, message=message)


def _unused(definition: Definition) -> Iterator[Finding]:
    used = {ref.name for ref in refs_in(definition)}
    for name in definition.deadlines:
        if name not in used:
            message = f"Nothing waits for the deadline `{name}`: name it in a `when`, or take it out."
            yield Finding(kind="no_effect", item=("deadline", name), message=message, severity="warning")
    forms = {task.form for task in definition.tasks.values()} | used
    for name in definition.forms:
        if name not in forms:
            message = f"No task uses the form `{name}`: name it in a task, or take the file out."
            yield Finding(kind="unused_form", item=("form", name), message=message, severity="warning")
