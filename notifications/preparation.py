"""What became of the notices that were due?"""

from __future__ import annotations

from dataclasses import dataclass

from engine.mail import StoredNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A notice that could not be made into a mail; the office must hear of it."""

    notice: StoredNotice
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What became of the notices that were due."""

    messages: int = 0
    told: int = 0  # notices that stand in those messages
    postponed: int = 0  # to another hour or day of their reader
    merged: int = 0
    skipped: int = 0
    failures: tuple[Failure, ...] = ()

    def __add__(self, other: Preparation) -> Preparation:
        return Preparation(
            messages=self.messages + other.messages,
            told=self.told + other.told,
            postponed=self.postponed + other.postponed,
            merged=self.merged + other.merged,
            skipped=self.skipped + other.skipped,
            failures=self.failures + other.failures,
        )
