"""Is the organisation told how its case ends, and of what it may read from a moment of which others are told?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.conditions import all_lines
from engine.definition import Definition, DocumentDef, NoticeDef, TaskDef, TransitionDef
from engine.expressions import At, DateExpr, IsState, Lines, Ref, refs_in
from engine.saying import said
from workflows.checks.asked import written_in
from workflows.checks.ballots import leaves
from workflows.checks.findings import Finding
from workflows.checks.openings import comes_in, spine_of
from workflows.checks.people import doers_of
from workflows.checks.seating import empty_in
from workflows.problems import quoted

STAGE = Ref("stage")


def untold(definition: Definition) -> Iterator[Finding]:
    """Ends of which no notice tells the organisation, and documents of which one tells others than their readers."""
    silent: dict[str, list[str]] = {}
    for arrow in _into_ends(definition):
        if not _known(definition, arrow):
            silent.setdefault(str(arrow.target), []).append(arrow.name)
    for stage, arrows in silent.items():
        message = said(
            "A case ends in `{stage}` by {arrows}, and no notice tells {who:or} of it, the organisation under review: "
            "name one of them in a notice with `when: {arrow}`.",
            stage=stage, arrows=quoted(arrows), who=quoted(sorted(_hosts(definition))), arrow=arrows[0],
        )  # fmt: skip
        yield Finding(kind="untold", item=("stage", stage), message=message, severity="warning")
    told = {arrow for arrows in silent.values() for arrow in arrows}
    for document in definition.documents.values():
        for side in (_hosts(definition), set(definition.seats)):
            yield from _beside(definition, document, side, told)


def _hosts(definition: Definition) -> set[str]:
    """The roles of the organisation under review of which somebody can be told something."""
    return {name for name, role in definition.roles.items() if role.of == "host" and role.account and role.most != 0}


# how a case ends ------------------------------------------------------------------------------------------------------


def _into_ends(definition: Definition) -> list[TransitionDef]:
    hosts = _hosts(definition)
    if not any(_tells(definition, notice, hosts) for notice in definition.notices.values()):
        return []
    return [arrow for arrow in spine_of(definition) if definition.stages[str(arrow.target)].end]


def _known(definition: Definition, arrow: TransitionDef) -> bool:
    """Whether the organisation is told, does it, or had the work from which it follows; a child tells of its own."""
    hosts = _hosts(definition)
    moments = {arrow.name, str(arrow.target), *(f"{one}.left" for one in arrow.sources), *_causes(definition, arrow)}
    if any(_tells(definition, notice, hosts, moments) for notice in definition.notices.values()):
        return True
    by = leaves(definition, arrow.by)
    if hosts & leaves(definition, arrow.by_all) or (by and by <= hosts and not arrow.when):
        return True
    behind = {name.partition(".")[0] for name in moments} | {ref.name for ref in _asked(definition, arrow)}
    if behind & definition.children.keys():
        return True
    return any(
        (task.name in behind or arrow.name in task.does) and hosts & doers_of(definition, task)
        for task in definition.tasks.values()
    )


def _causes(definition: Definition, arrow: TransitionDef) -> set[str]:
    """The moments at which an arrow is taken, and of a state of a track among them the arrows that lead to it."""
    found = _moments(each for each in arrow.when if not each.shifts)
    for other in definition.transitions.values():
        if other.track is not None and f"{other.track}.{other.target}" in found:
            found |= {other.name, *_moments(other.when)}
    return found


def _asked(definition: Definition, arrow: TransitionDef) -> Iterator[Ref]:
    return refs_in(tuple(all_lines(definition, arrow.condition))) if arrow.auto else iter(())


# what may be read -----------------------------------------------------------------------------------------------------


def _beside(definition: Definition, document: DocumentDef, side: set[str], silent: set[str]) -> Iterator[Finding]:
    """Where a notice tells others from when on those of one side may read what others wrote, and nothing tells them."""
    authors = {who for task in written_in(definition, document) for who in doers_of(definition, task)}
    rules = [(leaves(definition, [who]) & side, rule) for who, rule in document.see.items() if rule is not True]
    readers = {who for found, rule in rules if rule is not False for who in found}
    if not authors or not readers or authors & side:
        return
    moments = {
        each for found, rule in rules if found and not isinstance(rule, bool) for each in _from(definition, rule)
    }
    then = _at_once(definition, moments)
    if then & silent or any(_asks(definition, task, side, then) for task in definition.tasks.values()):
        return
    notices = [each for each in definition.notices.values() if _moments(each.when) & then]
    others = [each for each in notices if not each.asks]
    if not others or any(_tells(definition, each, side) for each in notices):
        return
    if side <= definition.seats.keys() and (comes_in(definition, others[0].when) or {""}) <= empty_in(definition):
        return
    message = said(
        "`{notice}` is told when {who:or} may read `{document}` from then on, and nothing tells them: add them under "
        "`to`.",
        notice=others[0].name, who=quoted(sorted(readers)), document=document.name,
    )  # fmt: skip
    yield Finding(kind="untold", item=("notice", others[0].name), message=message, severity="warning")


def _from(definition: Definition, lines: Lines) -> Iterator[str]:
    """The moments from which lines hold: as a task is done, or a stage or a state of a track begins."""
    for line in all_lines(definition, lines):
        match line.test:
            case IsState(ref, False, words) if ref == STAGE:
                yield from words
            case IsState(ref, False, words) if ref.name in definition.tracks:
                yield from (f"{ref.name}.{word}" for word in words)
            case IsState(ref, False, words) if ref.name in definition.tasks:
                yield from (f"{ref.name}.{word}" for word in words)
            case _:
                yield from (ref.name for ref in refs_in(line.test) if ref.name in definition.stages)


def _at_once(definition: Definition, moments: set[str]) -> set[str]:
    """With what follows from it before anybody does anything, and the arrows that lead to a stage among these."""
    found = set(moments) | {arrow.name for arrow in definition.transitions.values() if _target(arrow) in moments}
    grows = True
    while grows:
        more = {
            each for arrow in definition.transitions.values()
            if _moments(arrow.when) & found or _waited(definition, arrow, found)
            for each in (arrow.name, _target(arrow))
        } - found  # fmt: skip
        found |= more
        grows = bool(more)
    return found


def _target(arrow: TransitionDef) -> str:
    return str(arrow.target) if arrow.track is None else f"{arrow.track}.{arrow.target}"


def _waited(definition: Definition, arrow: TransitionDef, moments: set[str]) -> bool:
    """Whether an arrow that nobody takes asks for what has just been done."""
    return any(f"{ref.name}.done" in moments for ref in _asked(definition, arrow))


# who is told ----------------------------------------------------------------------------------------------------------


def _tells(definition: Definition, notice: NoticeDef, who: set[str], moments: set[str] | None = None) -> bool:
    return bool(leaves(definition, (*notice.to, *notice.cc)) & who) and (
        moments is None or bool(_moments(notice.when) & moments)
    )


def _asks(definition: Definition, task: TaskDef, who: set[str], moments: set[str]) -> bool:
    return not task.built_in and bool(doers_of(definition, task) & who) and bool(_moments(task.opens) & moments)


def _moments(when: Iterable[DateExpr]) -> set[str]:
    """What comes at these moments, or some time before them."""
    return {
        str(each.base.ref) for each in when if isinstance(each.base, At) and all(one.sign > 0 for one in each.shifts)
    }
