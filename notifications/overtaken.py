"""What becomes of a mail that has not left, and tells of a date what does not hold any more?"""

from __future__ import annotations

from datetime import datetime

from engine.appointments import TEMPLATE
from engine.ports import UnitOfWork
from notifications.rewriting import write_anew

OVERTAKEN = "overtaken: the date that it tells of has changed since"


def let_lapse(work: UnitOfWork, id: str, now: datetime) -> bool:
    """Take back such a mail; whether it is written anew, since its notices wait again.

    What says no more than where a date stands never goes; where it told of several, the others are told anew
    (`collegium.calendar_duty`). What says more is written anew; where the office holds it or has changed its words, the
    office sees why it cannot go (`oversight.out_of_date`).
    """
    message = work.outbox.message(id)
    if message is None:
        return False
    told = [each.notice for each in work.outbox.notices_in(id)]
    if all(each.template == TEMPLATE or "old_date" in each.data for each in told):
        work.outbox.cancel(id, OVERTAKEN)
    elif message.state == "ready" and not message.edited:
        write_anew(work, message, OVERTAKEN, now)
        return True
    return False
