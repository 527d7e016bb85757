"""Can what is declared ever be used? Forms that nobody can answer, extensions that are too late, counts that clash."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, TaskDef
from engine.expressions import At, Count, Lines
from engine.questions import FieldDef
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.spans import certainly_after


def usable(definition: Definition) -> Iterator[Finding]:
    """Findings about parts that are there and never do their work."""
    for name, form in definition.forms.items():
        for field in form.fields:
            yield from _field(definition, name, field)
    for task in definition.tasks.values():
        yield from _extension(task)
        yield from _signature(definition, task)
    for name, lines in definition.conditions.items():
        yield from _clash(definition, name, lines)
    yield from _days(definition)


def _field(definition: Definition, form: str, field: FieldDef) -> Iterator[Finding]:
    if field.type == "choice" and field.marks == "finding" and not field.closes:
        message = said(
            "No answer to `{field}` closes a finding, so each stays open for ever: name in `closes` the choices after "
            "which it is not open any more.",
            field=field.name,
        )  # fmt: skip
        yield Finding(kind="never_closes", item=("form", form), field=field.name, message=message)
    if field.type == "choice" and field.marks == "finding" and field.choices and set(field.closes) >= {*field.choices}:
        message = said(
            "Every answer to `{field}` closes a finding, so none can be said to be open still: leave out of `closes` "
            "the choices after which it is.",
            field=field.name,
        )  # fmt: skip
        yield Finding(kind="always_closes", item=("form", form), field=field.name, message=message, severity="warning")
    most = _places(definition, field.of) if field.type == "person" and field.of is not None else None
    if most is not None and field.least is not None and field.least > most:
        message = said(
            "`{field}` asks for at least {least} of `{who}`, and more than {most} can never be there (`count`): ask "
            "for fewer, or raise the count.",
            field=field.name, least=field.least, who=field.of, most=most,
        )  # fmt: skip
        yield Finding(kind="never_holds", item=("form", form), field=field.name, message=message)


def _places(definition: Definition, name: str) -> int | None:
    """How many a role, seat or group can hold at most; None: as many as there are."""
    total = 0
    for member in definition.members(name):
        held = definition.seats.get(member) or definition.roles.get(member)
        if held is None or held.most is None:
            return None
        total += held.most
    return total


def _extension(task: TaskDef) -> Iterator[Finding]:
    last = task.extend.not_after if task.extend is not None else None
    if last is None or not task.due or not all(certainly_after(rule.at, last, 0) for rule in task.due):
        return
    message = said(
        "`{task}` can never be extended: it is due `{due}`, and `extend` ends at `{last}`, which is before. Set that "
        "later, or take `extend` out.",
        task=task.name, due=task.due[0].at.text, last=last.text,
    )  # fmt: skip
    yield Finding(kind="bounds", item=("task", task.name), message=message)


def _signature(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    """A signature is that of a second person."""
    if task.sign is None or _places(definition, task.sign.by) != 1:
        return
    doers = {member for name in (*task.performers, *task.each) for member in definition.members(name)}
    if doers == set(definition.members(task.sign.by)):
        message = said(
            "`{role}` does `{task}` and signs it too: let somebody else sign, or take `sign` out.",
            role=task.sign.by, task=task.name,
        )  # fmt: skip
        yield Finding(kind="own_signature", item=("task", task.name), message=message, severity="warning")


def _clash(definition: Definition, name: str, lines: Lines) -> Iterator[Finding]:
    """More people are asked for, seat by seat, than another line allows of all of them."""
    plain = [
        line.test
        for line in lines
        if line.waive is None and isinstance(line.test, Count)
        and line.test.members.filter is None and not line.test.amount.percent and line.test.amount.denominator is None
    ]  # fmt: skip
    for limit in plain:
        if limit.amount.kind not in ("at_most", "exactly") or limit.spread is not None:
            continue
        within = {member for each in limit.members.names for member in definition.members(each)}
        asked: dict[str, int] = {}
        for count in plain:
            if (
                count.verb == limit.verb
                and count.amount.kind in ("at_least", "exactly")
                and len(count.members.names) == 1
            ):
                (seat,) = count.members.names
                if definition.members(seat) == (seat,) and seat in within:
                    asked[seat] = max(asked.get(seat, 0), count.amount.number)
        if sum(asked.values()) > limit.amount.number:
            message = said(
                "`{condition}` never holds: it asks for {needed} of `{who:or}` and allows no more than {most}. Ask for "
                "fewer, or allow more.",
                condition=name, needed=sum(asked.values()), who=limit.members.names, most=limit.amount.number,
            )  # fmt: skip
            yield Finding(kind="never_holds", item=("condition", name), message=message)


def _days(definition: Definition) -> Iterator[Finding]:
    """Arrows that close before their moment, windows the wrong way round, a launch that is meant when it is refused."""
    for arrow in definition.transitions.values():
        last = arrow.until
        alone = arrow.when and not (arrow.by or arrow.by_all or arrow.auto)
        if last is not None and alone and all(certainly_after(when, last, 0) for when in arrow.when):
            message = said(
                "`{arrow}` waits for `{moment}`, and is closed before that (`until: {last}`): set that later.",
                arrow=arrow.name, moment=arrow.when[0].text, last=last.text,
            )  # fmt: skip
            yield Finding(kind="never_taken", item=("transition", arrow.name), message=message)
    for name, date in definition.dates.items():
        if date.window is not None and certainly_after(date.window.first, date.window.last, 0):
            message = said(
                "The window `{first} .. {last}` ends before it begins: turn it round.",
                first=date.window.first.text, last=date.window.last.text,
            )  # fmt: skip
            yield Finding(kind="bounds", item=("date", name), message=message)
    when, least = definition.launch.when, definition.launch.least
    if when is not None and least is not None and isinstance(when.base, At) and certainly_after(when, least, 0):
        message = said(
            "`launch` is meant at `{when}`, and is refused by then (`least: {least}`): let it begin earlier.",
            when=when.text, least=least.text,
        )  # fmt: skip
        yield Finding(kind="bounds", item=("date", when.base.ref.name), message=message)
