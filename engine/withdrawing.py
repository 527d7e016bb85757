"""What must not be asked any more, and who is told so? Asks are taken back; nobody goes on with work that is over."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from engine import rules
from engine.case import Task
from engine.draft import Draft
from engine.events import Notice, Withdrawal
from engine.leave import told_instead
from engine.sending import tell_at

ANSWERED_OTHERWISE = ("invitation", "next_step", "unreached", "decide_mail")
"""Tasks of the engine whose end is told in words of its own, or to nobody."""


def withdraw(draft: Draft, know: Collection[str]) -> None:
    """Asks of tasks that are no longer open, or of people who no longer have them, must not go out.

    Whoever was asked is told, but for those who `know` it from another mail of this moment.
    """
    for key, before in draft.asked_before.items():
        after = draft.tasks.get(key)
        if after is None or not after.is_open or after.quiet:
            reason = after.state if after is not None and not after.is_open else "not needed"
            draft.withdrawals.append(Withdrawal(case=draft.id, task=key, recipient=None, reason=reason))
            if not before.quiet and not _expired(after):
                draft.notices += _over(draft, before, after, know)
            continue
        gone = [who for who in before.assignees if who not in after.assignees]
        for who in gone:
            draft.withdrawals.append(Withdrawal(case=draft.id, task=key, recipient=who, reason="changed hands"))
        signed_next = after.state != before.state
        draft.notices += _not_needed(draft, before, None, gone, know, reminded=signed_next)
        if signed_next or after.term != before.term:
            moved = Withdrawal(case=draft.id, task=key, recipient=None, reason="moved", first_stands=not signed_next)
            draft.withdrawals.append(moved)


def _expired(after: Task | None) -> bool:
    """The asks have said what becomes of silence."""
    return after is not None and after.state == "expired"


def _over(draft: Draft, before: Task, after: Task | None, know: Collection[str]) -> Iterator[Notice]:
    """Of what others have done only those hear whom a reminder still made think of it."""
    done = after is not None and (after.state == "done" or after.quiet)
    yield from _not_needed(draft, before, after, before.assignees, know, reminded=done)
    for absent, leave in told_instead(draft, before):
        if not _unsaid(draft, before):
            yield _notice(draft, before, absent, rules.of_task(before.name, "not_needed.away"), to_substitute=leave)


def _not_needed(
    draft: Draft, before: Task, after: Task | None, people: Collection[str], know: Collection[str], *, reminded: bool
) -> Iterator[Notice]:
    """M23, for whoever had a mail about it and did not end it themselves."""
    if _unsaid(draft, before):
        return
    by = after.done_by if after is not None else None
    again = {
        who
        for task in draft.tasks.values()
        if task.is_open and not task.quiet and task.name == before.name and task.key != before.key
        for who in task.assignees
    }
    for recipient in people:
        if recipient not in know and recipient not in again and recipient not in (draft.doer, by):
            rule = rules.of_task(before.name, "not_needed")
            yield _notice(draft, before, recipient, rule, by=[by] if by else [], reminded=reminded)


def _unsaid(draft: Draft, before: Task) -> bool:
    return draft.definition.tasks[before.name].optional or before.name in ANSWERED_OTHERWISE


def _notice(draft: Draft, before: Task, recipient: str, rule: str, **data: Any) -> Notice:
    return Notice(
        case=draft.id,
        template="not_needed",
        rule=rule,
        occurrence=f"{before.key}#{before.term}",
        recipient=recipient,
        kind="tell",
        send_at=tell_at(draft),
        caused_at=draft.at,
        only_if_asked=before.key,
        data={"task": before.name, **data},
    )
