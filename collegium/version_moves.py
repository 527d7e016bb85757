"""Which cases can follow another version of their process, and what must each of them know for that?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from collegium.bootstrap import Application
from collegium.finding_words import problem_line
from engine.actions import Kin, MoveVersion
from engine.case import Case
from engine.definition import Definition
from engine.errors import CollegiumError
from engine.ports import StoredDefinition, UnitOfWork
from engine.unfinished import Unfinished, parted
from workflows import loader


def target(app: Application, work: UnitOfWork, stored: StoredDefinition, files: loader.Loaded) -> Definition:
    """The version that was stored, with the plan that stands in the folder now: it may be mended between two tries."""
    definition, _ = app.library.get(work, stored.name, stored.version, stored.behaviour)
    plan = files.known()[0].replaces
    return definition if definition.replaces == plan else replace(definition, replaces=plan)


def check_plan(app: Application, work: UnitOfWork, files: loader.Loaded, cases: Collection[Case]) -> None:
    """Raises CollegiumError with what is wrong with the plan for the versions that these cases follow."""
    definition = files.known()[0]
    plan, told = definition.replaces, dict[str, None]()
    for version, behaviour in dict.fromkeys((case.process_version, case.behaviour) for case in cases):
        if plan is not None and plan.version == version:
            old, _ = app.library.get(work, definition.name, version, behaviour)
            found = loader.faults_of_replacing(files, old)
            told |= dict.fromkeys(problem_line(each) for each in found if each.severity == "error")
    if told:
        raise CollegiumError("\n".join(told))


def follows(case: Case, to: Definition) -> bool:
    """Whether a case follows that version already."""
    return (case.process, case.process_version, case.behaviour) == (to.name, to.version, to.behaviour)


def the_move(app: Application, work: UnitOfWork, case: Case, to: Definition, reason: str) -> MoveVersion:
    """The deed for one case, with the answers that stand and the cases with which it shares something."""
    standing = {task.answer for task in case.tasks.values()}
    given = {each.id: each.answers for each in work.cases.submissions(case.id) if each.id in standing}
    return MoveVersion(to=to, reason=reason, given=given, kin=tuple(_kin(app, work, case)))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptThen:
    """What becomes of answers that somebody kept and did not hand in, when their case moves."""

    task: str  # key of the instance
    name: str  # of the task, as the case knew it
    by: str  # participant
    ends: bool  # they go with their task
    left_out: tuple[str, ...]  # questions that the new version does not ask, as `form.question`


def kept_then(old: Definition, to: Definition, before: Case, after: Case, kept: Iterable[Unfinished]) -> list[KeptThen]:
    """Of unfinished answers that a case had before a move, those that end, and those that lose questions by it."""
    found = []
    for each in kept:
        name, item = before.tasks[each.task].name, after.tasks.get(each.task)
        ends = item is None or item.state != "open"
        form = to.forms.get(to.tasks[item.name].form or "") if item is not None and not ends else None
        was = old.tasks[name].form or ""
        paths = (
            ".".join(part for part in path.split(".") if not part.isdigit()) for path in parted(form, each.answers)[1]
        )
        left = tuple(dict.fromkeys(f"{was}.{path}" for path in paths))
        if ends or left:
            found.append(KeptThen(task=each.task, name=name, by=each.participant, ends=ends, left_out=left))
    return found


def _kin(app: Application, work: UnitOfWork, case: Case) -> Iterator[Kin]:
    if case.parent is not None:
        above = work.cases.load(case.parent.case)
        shares = app.library.of(work, above).children.get(case.parent.child)
        if shares is not None and (shares.shared_seats or shares.shared_dates) and not above.closed:
            definition = app.library.of(work, above)
            yield Kin(case=above.id, child=case.parent.child, definition=definition, called_us=True)
    for name in app.library.of(work, case).children:
        for number in range(1, case.counts.get(f"child:{name}", 0) + 1):
            id = case.facts.get(f"case:{name}:{number}")
            if id is not None and not (below := work.cases.load(id)).closed:
                yield Kin(case=id, child=name, definition=app.library.of(work, below))
