"""Who must be told what, after a step? Derived once, from the final state.

An ask is about one open task; a tell is about something that happened. A task that opens and closes within one step
tells nobody. One rule speaks at most once per occurrence and reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine import appointments, conditions, rules, seat
from engine.asking import OF_OTHERS
from engine.case import Due, Task
from engine.codec import plain
from engine.definition import NoticeDef
from engine.draft import Draft
from engine.events import Notice
from engine.moments import Scope, resolve
from engine.offsets import Point, instant
from engine.reminders import moments_of
from engine.sending import KINDS, earliest, kind_of, kind_of_ask, tell_at
from engine.task import participants
from engine.withdrawing import withdraw

WHO_LEFT = "who_left"
"""Among those who are told: whoever has left the seat of which the notice speaks."""

SEATED = ".seated"
REMINDERS = frozenset(KINDS)  # they share one mail a day


def derive(draft: Draft) -> None:
    """Fill the notices and withdrawals of the draft."""
    told = list(_tells(draft))
    covered = {(notice.recipient, key) for notice, keys in told for key in keys}
    draft.notices += [notice for notice, _ in told]
    draft.notices += _openings(draft, covered)
    draft.notices += _said(draft)
    withdraw(draft, _know_already(draft, [notice for notice, _ in told]))
    draft.notices = appointments.carried(draft, draft.notices)


def _know_already(draft: Draft, told: Iterable[Notice]) -> frozenset[str]:
    """Who hears in another mail of this moment that nothing is asked of them any more.

    That says a mail to the open assignees, each mail of the moment at which the case comes to its end, and a mail about
    a seat that was left to whoever has left it.
    """
    before = (draft.former or draft).definition.stages[draft.before.stage]
    ended = draft.definition.stages[draft.stage].end and not before.end
    return frozenset(
        notice.recipient
        for notice in told
        if ended or notice.data.get("to_open") or notice.recipient in notice.data.get("people", ())
    )


# tells of the definition ----------------------------------------------------------------------------------------------


def _tells(draft: Draft) -> Iterator[tuple[Notice, tuple[str, ...]]]:
    """Each notice with the task instances that it asks for, in place of their own opening mail."""
    told: set[str] = set()
    for moment, holding in draft.heard:
        for definition in draft.plan.notices.get(moment, ()):
            if definition.name not in told and _is_news(draft, definition, moment):
                told.add(definition.name)
                yield from _tell(draft, definition, f"{draft.before.seq}", moment, holding)
    for item in draft.telling:
        if item[0] == "dated":
            _, name, index, occurrence = item
            yield from _dated(draft, draft.definition.notices[name], index, occurrence)


def _is_news(draft: Draft, definition: NoticeDef, moment: str) -> bool:
    """A word about a seat that is left and taken speaks of who takes a place that fell free; not of who came first."""
    if moment not in _newcomers(definition):
        return True
    return any(seat.fills(draft, key) for key in draft.told_data.get(moment, ()))


def _waits_for(definition: NoticeDef) -> list[str]:
    return [str(getattr(expr.base, "ref", "")) for expr in definition.when]


def _newcomers(definition: NoticeDef) -> list[str]:
    """The moments at which somebody takes a seat, of a notice that tells too when that seat is left."""
    waits = _waits_for(definition)
    return [name for name in waits if name.endswith(SEATED) and f"{name.removesuffix(SEATED)}.left" in waits]


def _tell(
    draft: Draft, definition: NoticeDef, occurrence: str, moment: str, holding: str | None,
    not_after: datetime | None = None,
) -> Iterator[tuple[Notice, tuple[str, ...]]]:  # fmt: skip
    if definition.condition and not conditions.holds(draft, definition.condition, Scope(holding=holding)):
        return
    data = _data(draft, definition)
    asked = {
        task.key: task
        for task in draft.tasks.values()
        if task.is_open and task.name in definition.asks and task.key not in draft.asked_before
    }
    done: set[str] = set()
    for names, copy in ((definition.to, False), (definition.cc, True)):
        for recipient in _recipients(draft, names, data.get("people", ())):
            if recipient in done:
                continue
            done.add(recipient)
            own = tuple(key for key, task in asked.items() if recipient in task.assignees)
            notice = Notice(
                case=draft.id,
                template=definition.name,
                rule=rules.of_notice(definition.name),
                occurrence=occurrence,
                recipient=recipient,
                kind="tell",
                send_at=tell_at(draft),
                caused_at=draft.at,
                copy=copy,
                task=own[0] if own else None,
                not_after=not_after,
                data={
                    **data,
                    "moment": moment,
                    **({"to_open": True} if "open_assignees" in names else {}),
                    **({OF_OTHERS: next(iter(asked))} if copy and asked and not own else {}),
                },
            )
            yield replace(notice, send_at=_leaves_at(draft, notice)), own


def _leaves_at(draft: Draft, notice: Notice) -> datetime:
    """Nothing is asked of somebody on leave, whatever the words that ask for it."""
    return earliest(draft, notice.recipient, kind_of(draft.definition, notice)) or notice.send_at


def _dated(
    draft: Draft, definition: NoticeDef, index: int, occurrence: str
) -> Iterator[tuple[Notice, tuple[str, ...]]]:
    """A dated word is worth saying until the day of which it speaks is over."""
    expr = definition.when[index]
    anchor = resolve(draft, type(expr)(expr.base))
    before = bool(expr.shifts) and expr.shifts[-1].sign < 0
    limit = instant(Point(anchor.point.day), draft.plan.zone, ends=True) if anchor and before else None
    if limit is not None and limit < draft.now:
        draft.emit("notice_skipped", definition.name, why="past")
        return
    yield from _tell(draft, definition, f"{index}:{occurrence}", expr.text, None, limit)


def _recipients(draft: Draft, names: Iterable[str], about: Iterable[str] = ()) -> tuple[str, ...]:
    """Whom these names mean now; `about`: of whom the notice speaks.

    Who was only invited has left nothing: that their place is closed is what they are told.
    """
    found: dict[str, None] = {}
    closed = {draft.holdings[item[1]].participant for item in draft.telling if item[0] == "seat_closed"}
    for name in names:
        if name == WHO_LEFT:
            found.update(dict.fromkeys(who for who in about if who not in closed and not seat.is_held_by(draft, who)))
            continue
        if name == "open_assignees":
            for task in draft.asked_before.values():
                found.update(dict.fromkeys(task.assignees))
        else:
            found.update(dict.fromkeys(participants(draft, _with_account(draft, name))))
    return tuple(found)


def _with_account(draft: Draft, name: str) -> list[str]:
    roles = draft.definition.roles
    return [leaf for leaf in draft.definition.members(name) if leaf not in roles or roles[leaf].account]


def _data(draft: Draft, definition: NoticeDef) -> dict[str, Any]:
    """What a mail may speak of: answers of the deed, whom it is about, where a date was before."""
    told = draft.told_data
    newcomers = _newcomers(definition)
    holdings = [key for name in _waits_for(definition) if name not in newcomers for key in told.get(name, ())]
    joined = [key for name in newcomers for key in told.get(name, ()) if not holdings]
    data: dict[str, Any] = {"asked": {name: plain(value) for name, value in draft.chosen.items()}}
    if joined:
        data["joined"] = [draft.holdings[key].participant for key in joined]
        data["seats"] = [draft.holdings[key].seat for key in joined]
    if holdings:
        data["people"] = [draft.holdings[key].participant for key in dict.fromkeys(holdings)]
        data["seats"] = [draft.holdings[key].seat for key in dict.fromkeys(holdings)]
    for name in ("successor", "old_date"):
        if told.get(name) is not None:
            data[name] = plain(told[name])
    return data


# asks -----------------------------------------------------------------------------------------------------------------


def _ask(
    draft: Draft,
    task: Task,
    template: str,
    rule: str,
    recipient: str,
    *,
    bundle: bool,
    not_before: datetime | None = None,
    **data: Any,
) -> Iterator[Notice]:
    """The notice, unless there is no moment left that is worth it: the late step then speaks."""
    kind = kind_of_ask(template, bundle=bundle)
    moment = earliest(draft, recipient, kind, task.due.at if task.due else None)
    if moment is None:
        draft.emit("reminder_skipped", rule, why="free until after the due date")
        return
    yield Notice(
        case=draft.id,
        template=template,
        rule=rule,
        occurrence=f"{task.key}#{task.term}",
        recipient=recipient,
        kind="ask",
        send_at=max(moment, not_before) if not_before else moment,
        caused_at=draft.at,
        task=task.key,
        bundle=bundle and draft.definition.defaults.sending.bundle == "day",
        data=data,
    )


def _openings(draft: Draft, covered: set[tuple[str, str]]) -> Iterator[Notice]:
    """Who has a task now that they had not before, unless another mail of this moment asks for it."""
    for task in draft.tasks.values():
        if not task.is_open:
            continue
        before = draft.asked_before.get(task.key)
        known = before.assignees if before is not None and before.state == task.state else ()
        for recipient in task.assignees:
            if recipient in known or (recipient, task.key) in covered:
                continue
            if recipient == draft.doer and len(task.assignees) == 1 and _by_engine(task):
                continue
            template = "seat_invited" if task.name == "invitation" else "opened"
            rule = rules.of_task(task.name, "sign" if task.state == "signing" else "opened")
            yield from _ask(draft, task, template, rule, recipient, bundle=template == "opened")


def _by_engine(task: Task) -> bool:
    return task.name in ("next_step", "decide_conflict")


def _said(draft: Draft) -> Iterator[Notice]:
    """What reminders, late steps, repeats, seats and moved dates have to say."""
    for item in draft.telling:
        match item:
            case ("remind", key, index, template):
                yield from _reminder(draft, key, index, template)
            case ("late", key, index, tell, template):
                yield from _late(draft, key, index, tell, template)
            case ("repeat", key, number):
                yield from _repeat(draft, key, number)
            case ("seat_closed", holding):
                yield from _seat_closed(draft, holding)
            case ("extended", key, old):
                yield from _extended(draft, key, old)
            case ("ask_anew", key, number):
                yield from _again(draft, key, number)
            case ("dated", *_):
                pass  # told with the tells
            case _:
                raise AssertionError(f"nobody tells {item!r}")


def _again(draft: Draft, key: str, number: int) -> Iterator[Notice]:
    """Whom mail reaches again is asked anew for what is still open: nobody knows which mails were lost."""
    task = _open(draft, key)
    if task is None:
        return
    for recipient in task.assignees:
        if recipient == draft.told_data.get("reached_again"):
            template = "seat_invited" if task.name == "invitation" else "opened"
            rule = rules.of_task(task.name, "again", number)
            yield from _ask(draft, task, template, rule, recipient, bundle=template == "opened")


def _open(draft: Draft, key: str) -> Task | None:
    task = draft.tasks.get(key)
    return task if task is not None and task.is_open and not task.quiet else None


def _reminder(draft: Draft, key: str, index: int, template: str) -> Iterator[Notice]:
    """Each reader on the own day: the row came at the first of them."""
    task = _open(draft, key)
    if task is None or task.due is None:
        return
    for recipient in task.assignees:
        own = moments_of(draft, task, task.due, recipient)
        if index in own:
            rule = rules.of_task(task.name, "remind", index)
            yield from _ask(draft, task, template, rule, recipient, bundle=True, not_before=own[index])


def _late(draft: Draft, key: str, index: int, tell: str, template: str) -> Iterator[Notice]:
    task = _open(draft, key)
    if task is None:
        return
    rule = rules.of_task(task.name, "late", index)
    if tell == "assignee":
        for recipient in task.assignees:
            yield from _ask(draft, task, template, rule, recipient, bundle=template in REMINDERS)
        return
    for recipient in _recipients(draft, (tell,)):
        if recipient not in task.assignees:
            yield from _ask(draft, task, template, rule, recipient, bundle=False, people=list(task.assignees))


def _repeat(draft: Draft, key: str, number: int) -> Iterator[Notice]:
    """A late task tells its owner again; where the task itself repeats, those who must do it."""
    task = _open(draft, key)
    if task is None:
        return
    own = task.about is not None or draft.definition.tasks[task.name].about is not None
    owners = draft.roles.get(draft.definition.owner, ())
    for recipient in task.assignees if own or not owners else owners:
        template = "late" if recipient in task.assignees else "escalation"
        rule = rules.of_task(task.name, "repeat", number)
        yield from _ask(draft, task, template, rule, recipient, bundle=True, people=list(task.assignees))


def _seat_closed(draft: Draft, holding: str) -> Iterator[Notice]:
    """Who never answered hears it only after the invitation has gone out; a reserve hears of the list and its end."""
    held = draft.holdings[holding]
    listed = held.reserve and held.state == "accepted"
    invited = [task for task in draft.tasks.values() if task.name == "invitation" and task.about == holding]
    answered = not invited or invited[-1].state == "done"
    yield Notice(
        case=draft.id,
        template="seat_closed",
        rule=rules.SEATS_CLOSED,
        occurrence=f"{holding}#ended" if held.reserve and not listed else holding,
        recipient=held.participant,
        kind="tell",
        send_at=tell_at(draft),
        caused_at=draft.at,
        only_if_asked=None if answered else invited[-1].key,
        data={"seats": [held.seat], "people": [held.participant], "reserve": listed},
    )


def _extended(draft: Draft, key: str, old: Due) -> Iterator[Notice]:
    """A single due date that a person extended or set by hand: those who must do the task are told."""
    task = _open(draft, key)
    if task is None:
        return
    for recipient in task.assignees:
        if recipient != draft.doer:
            rule = rules.of_task(task.name, "extended")
            yield from _ask(draft, task, "extended", rule, recipient, bundle=False, old_due=plain(old.day))


def unique(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Each (case, rule, occurrence, recipient) once, the first of them."""
    found: Mapping[tuple[str, str, str, str], Notice] = {}
    kept: dict[tuple[str, str, str, str], Notice] = dict(found)
    for notice in notices:
        kept.setdefault(notice.key, notice)
    return tuple(kept.values())
