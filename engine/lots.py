"""Who is drawn by lot? Decided by a seed and nothing else, so that anybody can draw again and find the same.

The seed of a round is its key, which nobody chooses; the history of each case keeps it with what was drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

FACT = "drawn:"  # of a case: the choice that fell to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What fell to one case: whether it was drawn, by which seed, out of how many."""

    drawn: bool
    seed: str
    out_of: int


def draw(seed: str, name: str, percent: int, hosts: Iterable[str]) -> dict[str, Lot]:
    """The lot of each host of a round: so many per cent of them are drawn, rounded up.

    Of a case that is launched alone a share would be all or nothing: it is drawn with that chance.
    """
    order = sorted(set(hosts), key=lambda host: _number(seed, name, host))
    if len(order) == 1:
        chosen = set(order) if _number(seed, name, order[0]) * 100 < percent * 2**256 else set()
    else:
        chosen = set(order[: math.ceil(len(order) * percent / 100)])
    return {host: Lot(drawn=host in chosen, seed=seed, out_of=len(order)) for host in order}


def _number(*parts: str) -> int:
    return int.from_bytes(sha256(":".join(parts).encode()).digest(), "big")
