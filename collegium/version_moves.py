"""Which cases can follow another version of their process, and what must each of them know for that?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from collegium.bootstrap import Application
from collegium.finding_words import problem_line
from engine.actions import Kin, MoveVersion
from engine.case import Case
from engine.definition import Definition
from engine.errors import CollegiumError
from engine.ports import StoredDefinition, UnitOfWork
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
            told |= dict.fromkeys(map(problem_line, loader.faults_of_replacing(files, old)))
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
