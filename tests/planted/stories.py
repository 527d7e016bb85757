"""Does the way that a finding tells lead there on the real engine? Its steps are played, then everybody goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from engine.actions import Take
from engine.definition import Definition, TransitionDef
from engine.errors import Refused
from engine.expressions import At, parts_in
from engine.saying import Said
from engine.task import participants
from engine.world import Organisation
from tests.builders.engine import day, order_of
from tests.builders.last_day import LastDay
from workflows.checking.report import Step

BEGIN = "2027-03-01 10:00"
DAYS: Mapping[str, date | str] = {"day": day("2028-04-11"), "last": day("2028-04-13")}
ASKED = day("2028-06-15")  # the dates that a launch asks for: the longest lead time is fourteen months
LONG_AGO = day("2025-09-01")  # what is known of the host: a day from which its dates count
TRIES = 400  # things that happen between two steps of a story at most
AFTERWARDS = 200  # things that are tried where it ends
DONE, SILENT, TAKEN = "`{task}` is done", "nobody does `{task}` in time", "somebody takes `{arrow}`"


class Told(LastDay):
    """A case that follows a story. What the story leaves out, as seats and votes, everybody does on the last day."""

    def __init__(self, definition: Definition) -> None:
        dates = {name: str(ASKED) for name, item in definition.dates.items() if item.asked_at_launch}
        facts = {
            at.ref.part: LONG_AGO for at in parts_in(definition.dates, At) if at.ref.name == "subject" and at.ref.part
        }
        host = Organisation(id="host", name="Host", region="middle", sector="vo", facts=facts)
        super().__init__(definition, at=BEGIN, days=DAYS, dates=dates, host=host)

    def follow(self, path: Sequence[Step]) -> str:
        """Play every step; empty, or why the engine does not go that way."""
        for number, step in enumerate(path):
            if number and not self._follow(step):
                stage = self.review.case.stage
                return f"step {number}, {step.what}: in {stage}, not {step.stage}; {self.refusals[-1:]}"
        return ""

    def ends(self) -> bool:
        """Whether the case comes to an end, or further, when everybody goes on."""
        for _ in range(AFTERWARDS):
            if self.review.case.closed:
                return True
            if not self.review.case.deadlines and not list(self._work()):
                return False
            self._step()
        return self.review.case.closed

    def _follow(self, step: Step) -> bool:
        before = self.review.case.stage
        pattern = step.what.pattern if isinstance(step.what, Said) else step.what
        values = step.what.values if isinstance(step.what, Said) else {}
        name = str(values.get("task") or values.get("arrow") or "")
        for _ in range(TRIES):
            if self._does(pattern, name) or (step.stage != before and self.review.case.stage == step.stage):
                break
            if self.review.case.stage != before:
                return False
            if pattern not in (DONE, SILENT, TAKEN) and step.stage == before:
                return True  # a day that comes: whatever waits for it meets it
            if not self._goes_on(name if pattern == SILENT else ""):
                return False
        for _ in range(TRIES):  # what the checker takes to hold must be brought about here: everybody does their work
            if self.review.case.stage == step.stage or not self._goes_on(""):
                break
        return self.review.case.stage == step.stage

    def _does(self, pattern: str, name: str) -> bool:
        """Whether that step is taken now."""
        if pattern == DONE:
            return self._done(name)
        if pattern == TAKEN:
            return self._taken(self.review.definition.transitions[name])
        if pattern == SILENT:
            rounds = [each for each in self.review.case.tasks.values() if each.name == name]
            return bool(rounds) and not any(each.is_open for each in rounds)
        return False

    def _done(self, name: str) -> bool:
        open_now = [each for each in self.review.case.open_tasks() if each.name == name]
        for task in open_now:
            self._do(task)
        return bool(open_now) and not any(each.name == name for each in self.review.case.open_tasks())

    def _taken(self, arrow: TransitionDef) -> bool:
        for name, item in self.review.definition.tasks.items():
            if arrow.name in item.does:
                self.choose = {**self.choose, name: arrow.name}
        if arrow.track is None and self.review.case.stage not in arrow.sources:
            return False
        asked = {name: self.days.get(name, "So it was agreed.") for name in arrow.asks}
        try:
            for role in arrow.by_all or arrow.by[:1]:
                who = next(iter(participants(self._draft(), (role,))), None)
                self.review.apply(Take(transition=arrow.name, answers=asked, waive={}), who)
        except Refused as error:
            self.refusals.append(str(error))
            return False
        return True

    def _goes_on(self, silent: str) -> bool:
        """The next thing happens; nobody does what the story says that nobody does."""
        if silent:
            self.tried |= {
                (each.key, each.state + str(each.answer is not None))
                for each in self.review.case.open_tasks()
                if each.name == silent
            }
        if not self.review.case.deadlines and not list(self._work()):
            return False
        if not list(self._work()) and min(map(order_of, self.review.case.deadlines.values()), default=None) is None:
            return False
        self._step()
        return True
