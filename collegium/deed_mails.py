"""Which mails does a deed lead to? Its notices, without those that would be left out when they are made into mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from collegium.bootstrap import Application
from engine.events import Notice, Outcome
from engine.ports import UnitOfWork
from notifications.preparing import untold_at_once

OVER = ("withdrawn", "skipped", "merged")


def to_be_told(app: Application, work: UnitOfWork, outcomes: Sequence[Outcome], now: datetime) -> list[Notice]:
    """The notices of these outcomes, all of one case, that lead to a mail as far as can be known now.

    `work` has the outcomes in it. Whatever else waits in the case is tried with them, since mails of one moment take
    account of each other. What a later moment changes (somebody does the task meanwhile) is not known.
    """
    case = outcomes[-1].case.id
    stored = work.outbox.notices(case=case)
    waiting = sorted(
        (each for each in stored if each.state == "waiting"), key=lambda each: (each.notice.send_at, each.id)
    )
    left_out = untold_at_once(work, waiting, now, app.letters, app.service)
    over = {each.notice.key for each in stored if each.state in OVER or each.id in left_out}
    return [notice for outcome in outcomes for notice in outcome.notices if notice.key not in over]
