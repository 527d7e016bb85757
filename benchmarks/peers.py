"""placeholder"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    name: str
    rate: float | None


def best(cases: int) -> list[Peer]:
    return []
