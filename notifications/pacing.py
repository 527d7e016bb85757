"""How many mails may still go to each domain within this hour? A pure function over what was handed over.

What is over the limit waits; it keeps its order, and waiting is no attempt. Mails that arrive by the hundred from a
sender whom a provider hardly knows are put off or taken for spam.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

HOUR = timedelta(hours=1)
USUAL = 200  # what is lowered where there is no limit
ENOUGH = 1_000_000  # for a domain that is named as one without a limit
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

    per_hour: int = 0
    special: Mapping[str, int] = field(default_factory=dict)

    @property
    def most(self) -> int | None:
        """The limit of a domain that has none of its own; None where there is no limit."""
        return self.per_hour or None

    def of(self, domain: str, *, slowed: bool = False) -> int | None:
        """The limit of a domain; one that asked for less has one in any case."""
        limit = self.special.get(domain, self.per_hour)
        if slowed:
            return max((limit or self.per_hour or USUAL) // SLOWER, 1)
        return limit or None


def room(pace: Pace, handed_over: Mapping[str, int], slowed: Collection[str] = ()) -> dict[str, int]:
    """How many more may go to each domain of which there is something to say; to any other `pace.most`.

    >>> room(Pace(per_hour=4), {"a.example": 3, "b.example": 9}, slowed={"c.example"})
    {'a.example': 1, 'b.example': 0, 'c.example': 1}
    """
    found: dict[str, int] = {}
    for domain in sorted({*handed_over, *slowed, *pace.special}):
        limit = pace.of(domain, slowed=domain in slowed)
        if limit is not None:
            found[domain] = max(limit - handed_over.get(domain, 0), 0)
        elif domain in pace.special:
            found[domain] = ENOUGH
    return found


def asks_for_less(code: int | None, answer: str) -> bool:
    """Whether a server that puts a mail off does so because of the number of mails."""
    return code in PUT_OFF_BY_PACE and bool(TOO_FAST.search(answer))


def too_fast_for(put_off: Iterable[tuple[str, int, str]]) -> set[str]:
    """The domains whose servers asked for less, of (domain, reply code, answer) of the mails that were put off."""
    return {domain for domain, code, answer in put_off if asks_for_less(code, answer)}
