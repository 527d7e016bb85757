"""When is a mail tried again that a server would not take yet? Longer and longer, and not for ever.

The jitter comes from the message's own id: the same message always waits equally long, and a thousand mails that were
put off in the same second do not come back in the same second.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

FIRST = timedelta(seconds=80)  # three quarters of it, a minute, is the shortest wait
LONGEST = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=4)
GAVE_UP = "gave up"
SEEK_FIRST, SEEK_LONGEST = timedelta(minutes=1), timedelta(minutes=15)


def delay(message: str, attempt: int) -> timedelta:
    """The wait after the n-th failed attempt: doubled each time, between one minute and four hours.

    >>> [str(delay("m-1", attempt)) for attempt in (1, 2, 3, 10)]
    ['0:01:12', '0:02:27', '0:04:00', '3:41:02']
    """
    if attempt < 1:
        raise ValueError(f"Can't wait after attempt {attempt}: attempts are counted from 1.")
    doublings = min(attempt - 1, 20)
    longest = min(FIRST * 2**doublings, LONGEST)
    share = int.from_bytes(sha256(f"{message}:{attempt}".encode()).digest()[:4], "big") / 2**32
    return timedelta(seconds=int(longest.total_seconds() * (0.75 + share / 4)))


def seek_after(failures: int) -> timedelta:
    """The wait before a server that could not be reached is sought again, after so many failures in a row.

    >>> [str(seek_after(failures)) for failures in (1, 2, 5, 99)]
    ['0:01:00', '0:02:00', '0:15:00', '0:15:00']
    """
    doublings: int = min(failures - 1, 20)
    return min(SEEK_FIRST * (1 << doublings), SEEK_LONGEST)


def retry_at(message: str, attempt: int, now: datetime) -> datetime | None:
    """When to try again after the n-th failed attempt; None where the waits so far have used up four days.

    The waits are counted, not the time since the first attempt: our own outage uses up no mail's patience.

    >>> from datetime import UTC
    >>> retry_at("m-1", 1, datetime(2027, 4, 22, 9, 0, tzinfo=UTC)).isoformat()
    '2027-04-22T09:01:12+00:00'
    >>> retry_at("m-1", 60, datetime(2027, 4, 22, 9, 0, tzinfo=UTC)) is None
    True
    """
    wait = delay(message, attempt)
    waited = sum((delay(message, earlier) for earlier in range(1, attempt)), timedelta())
    return None if waited + wait > GIVE_UP_AFTER else now + wait
