"""Whom does mail not reach, and what follows from it? What came back on a mail, told to the case by the machinery.

A case keeps one fact per participant who is not reached, "unreached:<participant>", and one task for its owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engine import task
from engine.actions import Unreached, WroteBack
from engine.case import Case, Task
from engine.draft import Draft
from engine.errors import UnknownName
from engine.saying import said
from engine.seat import LIVE
from engine.task import FACT, UNREACHED

WROTE_BACK = "wrote_back"


def unreached(draft: Draft, action: Unreached) -> None:
    """Note it and open the owner's task, once per participant; a dead address outweighs all else that is known."""
    _check(draft, action.participant)
    draft.emit("not_reached", action.participant, why=action.why, back_on=action.back_on)
    if draft.facts.get(FACT + action.participant) != "dead_address":
        draft.put("facts", FACT + action.participant, action.why)
    task.open_task(draft, draft.definition.tasks[UNREACHED], about=action.participant)


def reached(draft: Draft, participant: str) -> None:
    """The fact goes, the owner's task is done, and what the participant still has to do is asked once more."""
    if FACT + participant not in draft.facts:
        return
    draft.emit("reached_again", participant)
    draft.drop("facts", FACT + participant)
    for item in _about(draft, participant):
        task.close(draft, item, "done")
    number = draft.count(f"reached:{participant}")
    draft.told_data["reached_again"] = participant
    draft.telling += [("ask_anew", item.key, number) for item in _asked(draft.tasks.values(), participant)]


def wrote_back(draft: Draft, action: WroteBack) -> None:
    """A person's own words are an answer to nothing: the owner reads them."""
    _check(draft, action.participant)
    draft.emit("wrote_back", action.participant, report=action.report)
    task.open_task(draft, draft.definition.tasks[WROTE_BACK], about=action.report)


def forget(draft: Draft) -> bool:
    """Close what nobody need see to any more: somebody left, or did their work before they came back."""
    closed = False
    for item in [each for each in draft.tasks.values() if each.is_open and each.name == UNREACHED]:
        who = item.about or ""
        gone = not concerned(draft, who)
        back = draft.facts.get(FACT + who) == "away" and not _asked(draft.tasks.values(), who)
        if gone or back:
            task.close(draft, item, "closed")
            draft.drop("facts", FACT + who)
            closed = True
    return closed


def let_go(draft: Draft) -> bool:
    """A case with nothing else to do stays open for no address: its tasks about those close. Says whether one did.

    What it knew goes too: a closed case hears of no mended address, and one that is reopened hears anew of a dead one.
    """
    closed = False
    for fact in [name for name in draft.facts if name.startswith(FACT)]:
        who = fact.removeprefix(FACT)
        draft.emit("not_pursued", who)
        draft.drop("facts", fact)
        for item in _about(draft, who):
            task.close(draft, item, "closed")
            closed = True
    return closed


def not_reached(case: Case) -> tuple[str, ...]:
    """Participants whom mail does not reach: of a dead address until it is mended, of all else while it is a task."""
    open_about = {item.about for item in case.open_tasks() if item.name == UNREACHED}
    known = {name.removeprefix(FACT): why for name, why in case.facts.items() if name.startswith(FACT)}
    return tuple(who for who, why in known.items() if why == "dead_address" or (why != "away" and who in open_about))


def told(case: Case, participant: str) -> bool:
    """Whether the case knows that the participant's address is dead."""
    return case.facts.get(FACT + participant) == "dead_address"


def misses(case: Case, participant: str, back_on: date | None) -> bool:
    """Whether something that the participant has to do falls due before they say to be back."""
    if back_on is None:
        return False
    dues = [item.due for item in _asked(case.tasks.values(), participant)]
    return any(due is not None and due.day < back_on for due in dues)


def concerned(case: Case | Draft, participant: str) -> bool:
    """Whether the case still has a role, a place in the panel or work for the participant."""
    roles = any(participant in people for people in case.roles.values())
    seats = any(held.participant == participant and held.state in LIVE for held in case.holdings.values())
    return roles or seats or bool(_asked(case.tasks.values(), participant))


def _about(draft: Draft, participant: str) -> list[Task]:
    return [
        item for item in draft.tasks.values() if item.is_open and (item.name, item.about) == (UNREACHED, participant)
    ]


def _asked(tasks: Iterable[Task], participant: str) -> list[Task]:
    return [item for item in tasks if item.is_open and participant in item.assignees]


def _check(draft: Draft, participant: str) -> None:
    if not concerned(draft, participant):
        raise UnknownName(said("Nobody who has to do with this case is called {name!r}", name=participant))
