"""What did the checker try out, what did it find, and what could it not decide?"""

from __future__ import annotations

from dataclasses import dataclass

from engine.saying import Said, said
from workflows.checks.findings import Finding as Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a story: what happens, and where the case stands after it."""

    what: str  # "the task `intake` is done", "nobody does `intake` in time"
    stage: str
    sure: bool = True  # False: it had to be guessed what follows from it
    hoped: bool = False  # a condition was taken to hold that may hold

    def __str__(self) -> str:
        return self.told

    @property
    def told(self) -> Said:
        """The step as a sentence that keeps its patterns."""
        sure = "" if self.sure else said(", as may be")
        hoped = said(", if its conditions hold") if self.hoped else ""
        return said("{what:text}{sure}{hoped} ({stage})", what=self.what, sure=sure, hoped=hoped, stage=self.stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A finding with the way that leads to it."""

    finding: Finding
    path: tuple[Step, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether nothing had to be guessed since the case came into the stage in which the way ends.

        That a case comes to a stage at all is asked by itself; conditions on the way to it are taken to hold.
        """
        entered = len(self.path)
        while entered and self.path[entered - 1].stage == self.path[-1].stage:
            entered -= 1
        return all(step.sure for step in self.path[entered:])

    @property
    def story(self) -> str:
        """The way in one sentence; nothing where no way is told."""
        return said("{steps:all}", steps=tuple(step.told for step in self.path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """How much was tried out."""

    states: int
    steps: int
    bound: int  # states at most
    whole: bool  # False: the bound came first


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that exploring has to say about one process; what was folded on the way: docs/explanation/proof.md."""

    findings: tuple[Proved, ...]
    doubts: tuple[Proved, ...]  # possible as far as the checker can see; the path says which lines it could not read
    explored: Explored
