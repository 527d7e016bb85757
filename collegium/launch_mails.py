"""What is mailed when a round begins, and what is to be known first? Whoever confirms the number has seen both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from collegium.bootstrap import Application
from engine.actions import CLOCK
from engine.draft import Draft
from engine.errors import Refused
from engine.lead_time import Caution, Collapse, cautions, collapses, too_late
from engine.mail import Message, StoredNotice
from engine.named_days import Doubt, provisional_doubts
from engine.ports import UnitOfWork
from engine.saying import said
from notifications.bulk import approve_at_once
from notifications.oversight import Deed
from notifications.preparing import foreseen_at_once


def mails_at_launch(app: Application, work: UnitOfWork, cases: Sequence[str], now: datetime) -> list[Message]:
    """The mails that these new cases lead to at once, in the transaction that has launched them; none is kept."""
    return foreseen_at_once(work, _notices(work, cases), now, app.letters, app.service, app.settings.bulk_from)


def confirm(
    app: Application, work: UnitOfWork, secretariat: str, cases: Sequence[str], number: int, now: datetime
) -> None:
    """Let the mails of a launch go: somebody has seen that they are so many. Raises Refused where they are not."""
    mails = mails_at_launch(app, work, cases, now)
    if len(mails) != number:
        reason = said("{n} mails would go out now: look at them again", n=len(mails))
        raise Refused(said("Can't launch with {n} mails", n=number), [reason])
    many = Counter(mail.bulk for mail in mails if mail.bulk)
    approve_at_once(Deed(work=work, now=now), secretariat, _notices(work, cases), app.settings.bulk_from, many)


def nothing_waived(app: Application, work: UnitOfWork, cases: Sequence[str], now: datetime) -> str | None:
    """Why a reason for launching although time is short sets nothing aside, with all that it could; None: it does."""
    drafts = list(_drafts(app, work, cases, now))
    if any(too_late(draft) is not None for draft in drafts):
        return None
    for draft in drafts:
        if (least := draft.definition.launch.least) is not None:
            return said(
                "there is nothing to waive: only lead_time can be, and every case begins before {rule}", rule=least
            )
    return said("there is nothing to waive: a launch can waive lead_time, and this process has none")


def doubts_at_launch(
    app: Application, work: UnitOfWork, cases: Sequence[str], now: datetime
) -> list[tuple[str, Doubt]]:
    """Provisional days of these new cases that their process would refuse, each with the name of its host."""
    found: list[tuple[str, Doubt]] = []
    for draft in _drafts(app, work, cases, now):
        found += [(draft.world.host.name, doubt) for doubt in provisional_doubts(draft)]
    return sorted(found, key=lambda each: (each[0], each[1].name))


def cautions_at_launch(
    app: Application, work: UnitOfWork, cases: Sequence[str], now: datetime
) -> list[tuple[str, Caution]]:
    """What is short in these new cases, each with the name of its host; what holds of all of them once, of nobody."""
    found = [
        ("" if each.kind == "gate" else draft.world.host.name, each)
        for draft in _drafts(app, work, cases, now)
        for each in cautions(draft)
    ]
    return sorted(set(found), key=lambda each: (each[0], each[1].name))


def collapses_at_launch(
    app: Application, work: UnitOfWork, cases: Sequence[str], now: datetime
) -> dict[Collapse, list[str]]:
    """Due dates of these new cases that free days bring together, each with the names of the hosts where they do."""
    found: dict[Collapse, list[str]] = {}
    for draft in _drafts(app, work, cases, now):
        for each in collapses(draft):
            found.setdefault(each, []).append(draft.world.host.name)
    return {each: sorted(hosts) for each, hosts in sorted(found.items(), key=lambda item: item[0].day)}


def vacancies_at_launch(
    app: Application, work: UnitOfWork, cases: Sequence[str], now: datetime
) -> dict[str, list[str]]:
    """Roles that their process wants to be held and nobody holds, with the names of the hosts of these new cases."""
    found: dict[str, list[str]] = {}
    for draft in _drafts(app, work, cases, now):
        for name, role in draft.definition.roles.items():
            if role.least and role.account and not draft.roles.get(name):
                found.setdefault(name, []).append(draft.world.host.name)
    return {name: sorted(hosts) for name, hosts in found.items()}


def _drafts(app: Application, work: UnitOfWork, cases: Sequence[str], now: datetime) -> Iterator[Draft]:
    for id in cases:
        case = work.cases.load(id)
        yield Draft(app.library.of(work, case), case, app.worlds.of(work, case, now), CLOCK, now)


def _notices(work: UnitOfWork, cases: Sequence[str]) -> list[StoredNotice]:
    return [each for case in cases for each in work.outbox.notices(state="waiting", case=case)]
