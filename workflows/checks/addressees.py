"""Is there somebody who can be asked, told, or agree?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, TaskDef, TransitionDef
from engine.saying import said
from workflows.checks.counts import counts_in
from workflows.checks.findings import Finding
from workflows.problems import quoted


def addressees(definition: Definition) -> Iterator[Finding]:
    """Findings about roles and seats that nobody may hold, of which there may be none, or who have no account."""
    yield from _nobody(definition)
    yield from _without_account(definition)
    for task in definition.tasks.values():
        yield from _perhaps_nobody(definition, task)
    for arrow in definition.transitions.values():
        yield from _perhaps_refused(definition, arrow)


def _nobody(definition: Definition) -> Iterator[Finding]:
    empty = {name: "role" for name, role in definition.roles.items() if role.most == 0}
    empty |= {name: "seat" for name, seat in definition.seats.items() if seat.most == 0}
    named: dict[str, list[str]] = {}
    for item, name in ((item, name) for item, names in _addressed(definition) for name in names):
        members = definition.members(name)
        if members and set(members) <= empty.keys():
            for member in members:
                named.setdefault(member, []).append(item)
    for name, items in named.items():
        message = said(
            "Nobody may ever hold `{name}` (`count: 0`), but {items} need it: raise its count, or name others there.",
            name=name, items=quoted(dict.fromkeys(items)),
        )  # fmt: skip
        yield Finding(kind="nobody", item=(empty[name], name), message=message)


def _without_account(definition: Definition) -> Iterator[Finding]:
    """Who has no account is named only: a list of which nobody has one reaches nobody."""
    mute = {name for name, role in definition.roles.items() if not role.account}
    unheard: dict[str, list[str]] = {}
    for item, names in _addressed(definition):
        if names and {member for name in names for member in definition.members(name)} <= mute:
            for name in names:
                unheard.setdefault(name, []).append(item)
    for name, items in unheard.items():
        message = said(
            "`{name}` has no account (`account: false`): nobody does, signs or hears {items}. Name others there.",
            name=name, items=quoted(dict.fromkeys(items)),
        )  # fmt: skip
        about = ("role", name) if name in mute else ("group", name)
        yield Finding(kind="no_account", item=about, message=message, severity="warning")


def _perhaps_nobody(definition: Definition, task: TaskDef) -> Iterator[Finding]:
    """Roles of which there may be none; who sits on a panel is another matter, and asked by counts."""
    if task.optional or task.built_in:
        return
    if not task.condition and _may_lack(definition, task.performers, definition):
        message = said(
            "Nobody need hold {roles} (`count: 0..`), and then nobody does the task `{task}`: add somebody else under "
            "`for`, or a condition.",
            roles=quoted(task.performers), task=task.name,
        )  # fmt: skip
        yield Finding(kind="perhaps_nobody", item=("task", task.name), message=message, severity="warning")
    if task.sign is not None and _may_lack(definition, (task.sign.by,), task.condition):
        message = said(
            "Nobody need hold `{role}` (`count: 0..`), and then nobody signs what is handed in for `{task}`: let "
            "somebody else sign, or ask for one.",
            role=task.sign.by, task=task.name,
        )  # fmt: skip
        yield Finding(kind="perhaps_nobody", item=("task", task.name), message=message, severity="warning")


def _perhaps_refused(definition: Definition, arrow: TransitionDef) -> Iterator[Finding]:
    """All of `by_all` must agree; of a role of which there may be none nobody ever does."""
    for role in arrow.by_all:
        if _may_lack(definition, (role,), arrow.condition):
            message = said(
                "Nobody need hold `{role}` (`count: 0..`), and without their consent `{arrow}` is never taken: take "
                "them out of `by_all`, or ask for one.",
                role=role, arrow=arrow.name,
            )  # fmt: skip
            yield Finding(kind="perhaps_nobody", item=("transition", arrow.name), message=message, severity="warning")


def _may_lack(definition: Definition, names: tuple[str, ...], asking: object) -> bool:
    """Whether nobody need hold any of these, and nothing in that part of the definition asks whether somebody does."""
    roles = [definition.roles.get(name) for name in names]
    if not roles or any(role is None or role.least > 0 or role.of == "secretariat" for role in roles):
        return False
    return not {name for count in counts_in(asking) for name in count.members.names} & set(names)


def _addressed(definition: Definition) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Who is asked or told something: by which item, and by which names, of whom one is enough."""
    for task in definition.tasks.values():
        if not task.built_in:
            yield task.name, (*task.performers, *task.each)
            yield from ((task.name, (step.tell,)) for step in task.late if step.tell is not None)
            if task.sign is not None:
                yield task.name, (task.sign.by,)
            if task.extend is not None:
                yield f"{task.name}.extend", task.extend.by
    yield from _invitations(definition)
    for notice in definition.notices.values():
        yield notice.name, (*notice.to, *notice.cc)
    for arrow in definition.transitions.values():
        yield arrow.name, arrow.by
        yield from ((arrow.name, (name,)) for name in arrow.by_all)


def _invitations(definition: Definition) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Who objects to candidates, and who names another one."""
    rule = definition.invitations
    if rule is not None and rule.objection is not None:
        yield "invitations.objection", (rule.objection.by,)
    if rule is not None and rule.replace is not None:
        yield "invitations.replace", rule.replace.by
