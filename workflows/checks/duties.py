"""Will each task open, and be due some day? And is each part used?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace

from engine.definition import DateDef, Definition, TaskDef
from engine.expressions import Named, Ref, refs_in
from engine.saying import said
from engine.wording import Wording
from workflows.checks.findings import Finding
from workflows.checks.reach import reachable
from workflows.problems import quoted


def duties(definition: Definition, wording: Wording) -> Iterator[Finding]:
    """Findings about tasks, notices, dates, forms and mails."""
    for task in definition.tasks.values():
        if not task.built_in:
            yield from _task(definition, task)
    yield from _anchors(definition)
    yield from _templates(definition, wording)
    yield from _unused(definition)


def _task(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    item = ("task", task.name)
    opened = {step.task for other in definition.tasks.values() for step in other.late}
    if not task.opens and task.name not in opened:
        message = said("Nothing opens the task `{task}`: add `opens`, or name it in a late step.", task=task.name)
        yield Finding(kind="never_opens", item=item, message=message)
    yield from _not_allowed(definition, task)


def _not_allowed(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    """A task that is there for transitions of which its holder may take none, and none of which happens by itself."""
    arrows = [definition.transitions[name] for name in task.does if name in definition.transitions]
    holders = {member for name in (*task.performers, *task.each) for member in definition.members(name)}
    if not arrows or any(not (arrow.by or arrow.by_all) for arrow in arrows):
        return
    allowed = {arrow.name: [*arrow.by, *arrow.by_all] for arrow in arrows}
    if any(holders & set(definition.members(role)) for roles in allowed.values() for role in roles):
        return
    takers = tuple(said("`{arrow}` (by {roles})", arrow=name, roles=tuple(roles)) for name, roles in allowed.items())
    message = said(
        "{who:or} is asked for `{task}`, but may take none of its transitions: {arrows}. Name them in `by`, or ask "
        "those who may.",
        who=quoted((*task.performers, *task.each)), task=task.name, arrows=takers,
    )  # fmt: skip
    yield Finding(kind="not_allowed", item=("task", task.name), message=message)


def _anchors(definition: Definition) -> Iterator[Finding]:
    """Dates that nothing ever sets, where something is counted from them."""
    lost = {name for name, date in definition.dates.items() if _never_set(definition, date)}
    for item, counted in _counted(definition):
        for name in dict.fromkeys(ref.name for ref in refs_in(counted) if ref.name in lost):
            message = said(
                "The {kind} `{item}` counts from `{date}`, which nothing ever sets: add `provisional` to that date, or "
                "a reachable transition that sets it.",
                kind=item[0], item=item[1], date=name,
            )  # fmt: skip
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


def _templates(definition: Definition, wording: Wording) -> Iterator[Finding]:
    wanted = {name: ("notice", name) for name in definition.notices}
    for task in definition.tasks.values():
        for step in task.late:
            if step.notice is not None:
                wanted.setdefault(step.notice, ("task", task.name))
    for name, item in wanted.items():
        for language in definition.languages:
            if (name, language) not in wording.mails:
                message = said(
                    "The notice `{notice}` has no mail in the language {language}: add `{folder}`.",
                    notice=name, language=language, folder=f"mails/{name}/{language}/",
                )  # fmt: skip
                yield Finding(kind="no_template", item=item, message=message)


def _unused(definition: Definition) -> Iterator[Finding]:
    used = {ref.name for ref in refs_in(definition)}
    for name in definition.deadlines:
        if name not in used:
            message = said("Nothing waits for the deadline `{name}`: name it in a `when`, or take it out.", name=name)
            yield Finding(kind="no_effect", item=("deadline", name), message=message, severity="warning")
    own = {name: task for name, task in definition.tasks.items() if not task.built_in}
    words = set(_words(replace(definition, tasks=own)))
    for kind, section in (("condition", "conditions"), ("seat", "seats")):
        for name in getattr(definition, section):
            if name not in words:
                message = said(
                    "Nothing uses the {kind} `{name}`: name it somewhere, or take it out.", kind=kind, name=name
                )
                yield Finding(kind="unused", item=(kind, name), message=message, severity="warning")
    invited = {notice.invite for notice in definition.notices.values()}
    for name, date in definition.dates.items():
        if name not in used and name not in invited and not date.moves and not date.set_by:
            message = said("Nothing counts from the date `{name}`, and no calendar shows it: take it out.", name=name)
            yield Finding(kind="unused", item=("date", name), message=message, severity="warning")
    forms = {task.form for task in definition.tasks.values()} | used
    for name in definition.forms:
        if name not in forms:
            message = said("No task uses the form `{name}`: name it in a task, or take the file out.", name=name)
            yield Finding(kind="unused_form", item=("form", name), message=message, severity="warning")


def _words(value: object) -> Iterator[str]:
    """Every name that stands in a part of the definition, but for what it is called itself and texts of readers."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, tuple | list | frozenset | set):
        for inner in value:
            yield from _words(inner)
    elif is_dataclass(value):
        for each in fields(value):
            if each.name != "text" and (each.name != "name" or isinstance(value, Named | Ref)):
                yield from _words(getattr(value, each.name))
