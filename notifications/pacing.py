"""How many mails may still go to each domain within this hour? A pure function over what was handed over.

What is over the limit waits; it keeps its order, and waiting is no attempt. Mails that arrive by the hundred from a
sender whom a provider hardly knows are put off or taken for spam.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

HOUR = timedelta(hours=1)
SLOWER = 4  # a domain that said "not so fast" gets a quarter of its pace for an hour
# Enhanced codes (RFC 3463): 4.7.28 is Gmail's "unusual rate", 4.7.500 Exchange Online's "server busy". A greylist is
# no word about the rate: it answers to one mail, and that mail's own next try is all that it wants.
TOO_FAST = re.compile(
    r"\brate\b|too (many|much|fast|quickly)|throttl|\blimit|slow down|server busy|unusual|\b4\.7\.(28|500)\b", re.I
)
PUT_OFF_BY_PACE = (421, 450, 451)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Mails per recipient domain and hour; `special` for domains with a limit of their own. 0: no limit."""

    per_hour: int = 200
    special: Mapping[str, int] = field(default_factory=dict)

    def of(self, domain: str, *, slowed: bool = False) -> int | None:
        """The limit of a domain; None where there is none."""
        limit = self.special.get(domain, self.per_hour)
        if slowed:
            limit = max((limit or self.per_hour or SLOWER) // SLOWER, 1)
        return limit or None


def room(pace: Pace, handed_over: Mapping[str, int], slowed: Collection[str] = ()) -> dict[str, int]:
    """How many more may go to each domain that has had mail within the hour or was slowed down; others have it all.

    >>> room(Pace(per_hour=4), {"a.example": 3, "b.example": 9}, slowed={"c.example"})
    {'a.example': 1, 'b.example': 0, 'c.example': 1}
    """
    found: dict[str, int] = {}
    for domain in sorted({*handed_over, *slowed}):
        limit = pace.of(domain, slowed=domain in slowed)
        if limit is not None:
            found[domain] = max(limit - handed_over.get(domain, 0), 0)
    return found


def asks_for_less(code: int | None, answer: str) -> bool:
    """Whether a server that puts a mail off does so because of the number of mails."""
    return code in PUT_OFF_BY_PACE and bool(TOO_FAST.search(answer))


def domain_of(address: str) -> str:
    """The domain of an address, as it is compared."""
    return address.rpartition("@")[2].casefold()
