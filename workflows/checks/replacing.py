"""Has everything of the version that a process replaces its place in this one, or is it named as gone?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.definition import Definition, Replaces, TaskDef
from engine.questions import FormDef
from engine.renaming import goes, here, places
from engine.saying import Said, said
from engine.unmovable import hangs_on_name, lists_days, shape, unfit
from workflows.checks.findings import Finding
from workflows.problems import did_you_mean, sentence

WHOLE = ("replaces", "")
"""The item of a finding that is about no name of the plan."""

FOLDS = ("stage", "state")
"""Of these several may become one: a case stands in one of them only."""

KEEP_KEYS = ("task", "seat")
"""Of these a case has instances, whose keys begin with the name that each had at first."""


def replacing(definition: Definition, old: Definition) -> Iterator[Finding]:
    """What is wrong with the plan of a version for the cases of the one that it replaces."""
    plan = definition.replaces
    if plan is None:
        return
    before, after = places(old), places(definition)
    yield from _unknown(plan, old, before)
    yield from _used_again(plan, before, {**after, **dict.fromkeys(definition.children, "child")})
    taken: dict[tuple[str, str], str] = {}
    for name, kind in before.items():
        new = here(plan, name)
        if goes(plan, name):
            if after.get(name) == kind and name in plan.drops:
                message = said("`drops` names `{name}`, which is still there: take it out of one of them.", name=name)
                yield Finding(kind="replaces", item=("replaces", name), message=message)
            continue
        if after.get(new) != kind:
            yield _missing(plan, name, kind, after)
        elif (other := taken.get((kind, new))) is not None and kind not in FOLDS:
            message = said(
                "`{name}` and `{other}` of version {version} cannot both become `{new}`: only stages and states can.",
                name=name, other=other, version=plan.version, new=new,
            )  # fmt: skip
            item = ("replaces", name if name in plan.renamed else other)
            yield Finding(kind="replaces", item=item, message=message)
        taken.setdefault((kind, new), name)
    yield from _keeping(plan, definition, old)
    if old.replaces is not None:
        yield from _back(plan, old.replaces, before, after)


def _back(
    plan: Replaces, earlier: Replaces, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Finding]:  # fmt: skip
    """What the replaced version dropped, or gave another name, and this one has again."""
    new = {name: kind for name, kind in after.items() if name not in {here(plan, each) for each in before}}
    for name, kind in new.items():
        if goes(earlier, name):
            message = said(
                "Version {version} dropped `{name}`: in a case that had it before, the {kind:text} begins anew, "
                "without its days and answers of then.", version=plan.version, name=name, kind=kind,
            )  # fmt: skip
            yield Finding(kind="replaces", item=(kind, name), message=message, severity="warning")
        elif kind in KEEP_KEYS and name in earlier.renamed:
            message = said(
                "Version {version} calls `{old}` what was called `{name}` before: a case that had some of that then "
                "cannot move to this version.", version=plan.version, old=earlier.renamed[name], name=name,
            )  # fmt: skip
            yield Finding(kind="replaces", item=(kind, name), message=message, severity="warning")


def _keeping(plan: Replaces, definition: Definition, old: Definition) -> Iterator[Finding]:
    """What would keep the cases that have got so far; others move."""
    named = {*plan.renamed, *plan.drops}
    for name, before in old.tasks.items():
        if not before.built_in:
            after = definition.tasks.get(here(plan, name)) if not goes(plan, name) else None
            item = ("replaces", name) if name in named else WHOLE
            asks = definition.forms.get(after.form or "") if after is not None else None
            told = [*_kept_days(old, before, after), *_kept_by(before, after, old.forms.get(before.form or ""), asks)]
            for message in told:
                yield Finding(kind="replaces", item=item, message=message, severity="warning")


def _kept_days(old: Definition, before: TaskDef, after: TaskDef | None) -> Iterator[Said]:
    """Why a case stays in which days were listed that are in calendars."""
    if (after is None or after.name != before.name) and lists_days(old, before.name):
        yield said(
            "The days that `{name}` lists stand in calendars under its name: a case in which it was answered cannot "
            "move to this version.", name=before.name,
        )  # fmt: skip


def _kept_by(before: TaskDef, after: TaskDef | None, asked: FormDef | None, asks: FormDef | None) -> Iterator[Said]:
    """Why a case that has one task, or answers to it, stays with the earlier version."""
    if (
        asked is not None
        and hangs_on_name(asked)
        and (after is None or (after.name, after.form) != (before.name, before.form))
    ):
        yield said(
            "What was answered in `{name}` counts on under its name, and that of its form: a case that has such an "
            "answer cannot move to this version.", name=before.name,
        )  # fmt: skip
    if after is not None and shape(before) != shape(after):
        yield said(
            "`{name}` is done by or about each of several in one of the two versions only: a case that has it cannot "
            "move to this version.", name=before.name,
        )  # fmt: skip
    if asked is not None and asks is not None:
        for field in unfit(asked, asks, {each.name for each in asked.fields}):
            yield said(
                "An answer to `{field}` need not be one to the question of that name in this version: a case that has "
                "one cannot move. Give the new question another name.", field=f"{asked.name}.{field}",
            )  # fmt: skip


def _used_again(plan: Replaces, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Finding]:
    """Old names that something else has now: what a case has of them keeps its key, which another would take."""
    for name, kind in before.items():
        new = here(plan, name)
        same = after.get(name) == kind and name in plan.drops  # said already
        states = kind in FOLDS and after.get(name) in FOLDS
        if name in after and (new != name or goes(plan, name)) and not same and not states:
            message = said(
                "The {kind:text} `{name}` of version {version} has another name here or is gone: nothing else can have "
                "its old name in this version.",
                name=name, kind=kind, version=plan.version,
            )  # fmt: skip
            yield Finding(kind="replaces", item=("replaces", name), message=message)


def _missing(plan: Replaces, name: str, kind: str, after: Mapping[str, str]) -> Finding:
    if name in plan.renamed:
        message = said(
            "`{name}` is a {kind:text} in version {version}, and `{new}` is no {kind:text} here.",
            name=name, kind=kind, version=plan.version, new=plan.renamed[name],
        )  # fmt: skip
        return Finding(kind="replaces", item=("replaces", name), message=message)
    message = said(
        "Version {version} has the {kind:text} `{name}`, and this one has not: say under `replaces` what it has become "
        "(`as`), or that it is gone (`drops`).",
        version=plan.version, kind=kind, name=name,
    )  # fmt: skip
    near = did_you_mean(name, (each for each, other in after.items() if other == kind), most=0)
    return Finding(kind="replaces", item=WHOLE, message=sentence(message, near))


def _unknown(plan: Replaces, old: Definition, before: Mapping[str, str]) -> Iterator[Finding]:
    for key, names in (("as", plan.renamed), ("drops", sorted(plan.drops))):
        for name in names:
            if name not in before and (key == "drops" or name not in old.transitions):
                message = said(
                    "`{key}` names `{name}`, which version {version} does not have.",
                    key=key, name=name, version=plan.version,
                )  # fmt: skip
                near = did_you_mean(name, before)
                yield Finding(kind="replaces", item=("replaces", name), message=sentence(message, near))
