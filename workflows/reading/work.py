"""Who does what and when, what does a day bring about, and who may take a step?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definition import DecidesRule, Definition, LateStep, TaskDef, TransitionDef
from engine.expressions import DateExpr, IsState, Ref
from engine.saying import said
from workflows.checking.relevance import lines_in
from workflows.checks.asked import asked
from workflows.problems import quoted
from workflows.reading.words import Fact, facts, folded, own_tasks, rule_text, texts


def work(definition: Definition) -> Iterator[Fact]:
    """Each task in one line."""
    for task in own_tasks(definition):
        parts = [*_doers(definition, task), *_begins(task), *_due(task), *_ends(definition, task)]
        yield from facts(("task", task.name), parts)


def _doers(definition: Definition, task: TaskDef) -> Iterator[str]:
    if task.performers:
        yield said("is asked of {doers:or}", doers=folded(definition, task.performers))
    if task.each:
        yield said("is asked of each of {doers:and}", doers=folded(definition, task.each))
    if task.each_row_of is not None:
        yield said("comes for each row of `{rows}`", rows=task.each_row_of)
    if task.by_row is not None:
        yield said("is answered for each of `{rows}`", rows=task.by_row)
    if task.helpers:
        yield said("with the help of {helpers:and}", helpers=folded(definition, task.helpers))
    if task.only_present:
        yield said("only of those who were present")
    if task.optional:
        yield said("may be left undone")
    if task.decides is not None:
        yield from _decides(definition, task.decides)


def _decides(definition: Definition, rule: DecidesRule) -> Iterator[str]:
    yield said("decides on `{source}`", source=rule.source)
    if rule.votes:
        yield said("by the votes of {votes:and}", votes=folded(definition, rule.votes))
    if rule.quorum:
        yield said("with a quorum of {lines:and}", lines=texts(rule.quorum))
    if rule.tie is not None:
        yield said("where votes are equal as `{tie}` has voted", tie=rule.tie)


def _begins(task: TaskDef) -> Iterator[str]:
    if task.opens:
        yield said("opens at {when:or}", when=texts(task.opens))
    if task.condition:
        yield said("only if {lines:and}", lines=texts(task.condition))
    if task.skip_if:
        yield said("not if {lines:and}", lines=texts(task.skip_if))
    if task.does:
        yield said("is for the step {steps:or}", steps=quoted(task.does))


def _due(task: TaskDef) -> Iterator[str]:
    for rule in task.due:
        if rule.condition:
            yield said("is due at `{rule}` if {lines:and}", rule=rule_text(rule), lines=texts(rule.condition))
        else:
            yield said("is due at `{rule}`", rule=rule_text(rule))
    if task.window is not None:
        yield said("is to be done from `{first}` up to `{last}`", first=task.window.first, last=task.window.last)
    if task.sign is not None:
        yield said("is signed by `{by}` at `{rule}`", by=task.sign.by, rule=rule_text(task.sign.due))
    if task.extend is not None:
        yield said(
            "may be put off `{most}` by {by:or}, at most {n} times",
            most=task.extend.at_most, by=quoted(task.extend.by), n=task.extend.times,
        )  # fmt: skip
    if task.remind:
        yield said("reminds at {days:and}", days=texts(task.remind))
    told = tuple(said("`{who}` at `{day}`", who=step.tell, day=step.at) for step in task.late if _tells(step))
    if told:
        yield said("if it is late tells {told:and}", told=told)


def _tells(step: LateStep) -> bool:
    return step.tell is not None


def _ends(definition: Definition, task: TaskDef) -> Iterator[str]:
    if task.done_if:
        yield said("is done as soon as {lines:and}", lines=texts(task.done_if))
    if task.until:
        yield said("goes at {when:or}", when=texts(task.until))
    if task.silence == "agrees":
        yield said("takes silence for consent")
    elif task.silence == "nothing":
        deaf = _deaf(definition, task)
        if deaf:
            yield said("ends if nobody answers, and {names:or} then does not come", names=quoted(deaf))
        else:
            yield said("ends if nobody answers, and all that waits for it hears of that")


def _deaf(definition: Definition, task: TaskDef) -> list[str]:
    """What waits for a task to be done, or asks whether it is, and does not hear of its silence."""
    waiting: list[tuple[str, tuple[DateExpr, ...]]] = [
        *((each.name, each.when) for each in definition.transitions.values()),
        *((each.name, each.opens) for each in own_tasks(definition)),
        *((each.name, each.when) for each in definition.notices.values()),
        *((each.name, each.opens) for each in definition.children.values()),
    ]
    deaf = [name for name, moments in waiting if _hears_only_done(_parts(task, moments))]
    for one in asked(definition):
        for line in lines_in(definition, one.lines):
            test = line.test
            if isinstance(test, IsState) and test.ref == Ref(task.name) and not test.negated:
                deaf += [one.item[1]] if _hears_only_done({*test.words}) else []
    return list(dict.fromkeys(deaf))


def _hears_only_done(parts: set[str]) -> bool:
    return parts & {"done", "expired"} == {"done"}


def _parts(task: TaskDef, moments: Iterable[DateExpr]) -> set[str]:
    refs = [getattr(day.base, "ref", None) for day in moments]
    return {ref.part for ref in refs if ref is not None and ref.name == task.name and ref.part}


def days(definition: Definition) -> Iterator[Fact]:
    """Named days, terms, and what a day brings about by itself."""
    for date in definition.dates.values():
        parts = []
        if date.source is not None:
            parts.append(said("is `{at}`", at=date.source))
        if date.provisional is not None:
            parts.append(said("counts as `{at}` until it is set", at=date.provisional))
        if date.window is not None:
            parts.append(said("lies from `{first}` up to `{last}`", first=date.window.first, last=date.window.last))
        yield from facts(("date", date.name), parts)
    for message, day in (
        (said("A case begins at `{when}`.", when=definition.launch.when), definition.launch.when),
        (said("A launch advises `{when}`.", when=definition.launch.advised), definition.launch.advised),
        (said("A launch after `{when}` is refused.", when=definition.launch.least), definition.launch.least),
    ):
        if day is not None:
            yield ("launch", "launch"), message
    for name, rule in definition.deadlines.items():
        yield from facts(("deadline", name), [said("is at `{rule}`", rule=rule_text(rule))])


def _sources(arrow: TransitionDef) -> tuple[str, ...]:
    return quoted(source if arrow.track is None else f"{arrow.track}.{source}" for source in arrow.sources)


def steps(definition: Definition) -> Iterator[Fact]:
    """Each arrow with what takes it and where it leads, and who decides about objections and derived values."""
    for arrow in definition.transitions.values():
        yield from facts(("transition", arrow.name), _step(definition, arrow))
    rules = definition.invitations
    if rules is not None and rules.objection is not None:
        yield ("invitations", "objection"), said(
            "`{by}` may object to somebody for the panel until `{rule}`, and `{decides}` decides.",
            by=rules.objection.by, rule=rule_text(rules.objection.due), decides=rules.objection.decides,
        )  # fmt: skip
    for value in definition.values.values():
        if value.differ_by is not None:
            yield from facts(("value", value.name), [said("may be set aside by `{by}`", by=value.differ_by)])


def _step(definition: Definition, arrow: TransitionDef) -> Iterator[str]:
    if arrow.target is None:
        yield said("stays in {sources:or}", sources=_sources(arrow))
    else:
        target = arrow.target if arrow.track is None else f"{arrow.track}.{arrow.target}"
        yield said("leads from {sources:or} to `{target}`", sources=_sources(arrow), target=target)
    if arrow.when:
        yield said("is taken at {when:or}", when=texts(arrow.when))
    if arrow.by_all:
        yield said("is taken by {doers:and} together", doers=folded(definition, arrow.by_all))
    if arrow.by:
        yield said("may be taken by {doers:or}", doers=folded(definition, arrow.by))
    if arrow.auto:
        yield said("goes by itself")
    if arrow.condition:
        yield said("only if {lines:and}", lines=texts(arrow.condition))
    if arrow.unless:
        yield said("not if {lines:and}", lines=texts(arrow.unless))
    if arrow.times is not None:
        yield said("at most {n} times", n=arrow.times)
    if arrow.until is not None:
        yield said("is possible until `{until}`", until=arrow.until)
