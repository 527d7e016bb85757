"""How is a step carried out on stored cases? Load, apply, save; dates that came first, each in the clock's order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from engine import machine
from engine.actions import CLOCK, Action, Actor, Answer, ChangeVisitor, Expire, MoveVersion, Receive, RuleStuck, Submit
from engine.case import Case
from engine.children import BEGUN
from engine.definition import Definition
from engine.events import Outcome, Signal
from engine.foresight import due_before
from engine.machine import Launch
from engine.ports import DueRow, Store, UnitOfWork
from engine.sharing import SHARED
from engine.visiting import visited
from engine.world import World

BATCH = 50  # dates applied in one transaction
ATTEMPTS = 5  # after which a rule is stuck
RETRY = timedelta(minutes=1)


class Library(Protocol):
    """Finds the definition of a case."""

    def of(self, work: UnitOfWork, case: Case) -> Definition: ...


class Worlds(Protocol):
    """Loads what a case needs to know of the world."""

    def of(self, work: UnitOfWork, case: Case, now: datetime) -> World: ...

    def under(self, work: UnitOfWork, definition: Definition, case: Case, now: datetime) -> World:
        """The world of a case as another version of its process asks it."""


class Children(Protocol):
    """Makes a case that another one called for."""

    def launch(self, work: UnitOfWork, signal: Signal, now: datetime) -> str | None:
        """Returns the new case's id; None where none can be made, which the office has been told."""

    def heard(self, work: UnitOfWork, signal: Signal) -> Mapping[str, Any]:
        """What a word says, with the keys that people have in the case that hears it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a round of the clock has done."""

    applied: int = 0
    failed: int = 0

    def __add__(self, other: Applied) -> Applied:
        return Applied(applied=self.applied + other.applied, failed=self.failed + other.failed)


class Operations:
    """All changes to stored cases. `keys` makes new random keys (of submissions and salts)."""

    def __init__(
        self, store: Store, library: Library, worlds: Worlds, children: Children, keys: Callable[[], str]
    ) -> None:
        self.store = store
        self.library = library
        self.worlds = worlds
        self.children = children
        self.keys = keys
        self.saved: list[Callable[[Case], None]] = []  # called with each case that a step has changed

    def act(
        self, case: str, action: Action | Callable[[UnitOfWork, Case], Action], actor: Actor, now: datetime
    ) -> Outcome:
        """One deed on one case, in one transaction; dates of this case that came before it are applied first.

        `action` may be made inside the transaction, from the case as it is then. Raises Refused and its kin.
        """
        with self.store.write() as work:
            outcome = self.try_out(work, case, action, actor, now)[-1]
            work.commit()
        return outcome

    def try_out(
        self, work: UnitOfWork, case: str, action: Action | Callable[[UnitOfWork, Case], Action], actor: Actor,
        now: datetime,
    ) -> tuple[Outcome, ...]:  # fmt: skip
        """The same inside a transaction of the caller, who may leave it without a commit: then nothing has happened.

        One outcome for each date that comes before the deed, and the deed's last.
        """
        found = self._come_due(work, case, now)
        loaded = work.cases.load(case)
        made = action if not callable(action) else action(work, loaded)
        return (*found, self._apply(work, loaded, self._keyed(made), actor, now))

    def come_to(self, work: UnitOfWork, case: str, now: datetime) -> Case:
        """A case as it is at that moment: dates of it that came before are applied first, in a transaction of the
        caller."""
        self._come_due(work, case, now)
        return work.cases.load(case)

    def _keyed(self, action: Action) -> Action:
        if isinstance(action, Submit | Answer) and not action.submission:
            return replace(action, submission=self.keys(), salt=self.keys())
        return action

    def _apply(self, work: UnitOfWork, case: Case, action: Action, actor: Actor, now: datetime) -> Outcome:
        definition = self.library.of(work, case)
        world = self.worlds.of(work, case, now)
        if isinstance(action, MoveVersion):
            world = self.worlds.under(work, action.to, case, now).with_days_of(world)
        if isinstance(action, ChangeVisitor):
            world = replace(world, host_visits=visited(work, case))
        outcome = machine.apply(definition, case, action, actor, world, now)
        return replace(outcome, case=self._saved(work.cases.save(outcome)))

    def _saved(self, case: Case) -> Case:
        for hook in self.saved:
            hook(case)
        return case

    def _come_due(self, work: UnitOfWork, case: str, now: datetime) -> list[Outcome]:
        """A late deed meets the state that the expiry left; a rule that fails is left to the clock."""
        found: list[Outcome] = []
        failed: set[str] = set()
        while (row := due_before(work.cases.load(case), now, failed)) is not None:
            outcome = self._one(work, DueRow(case=case, deadline=row), now)
            if outcome is None:
                failed.add(row.key)
            else:
                found.append(outcome)
        return found

    # the clock's side -------------------------------------------------------------------------------------------------

    def claim_due(self, now: datetime, limit: int | None = None) -> Applied:
        """Apply what has come, in the order (due, case, rank, rule, instance), re-reading after each row.

        A batch is one commit with a savepoint per row, so that one broken rule among many holds nobody up.
        """
        done = Applied()
        while limit is None or done.applied + done.failed < limit:
            batch = self._batch(now)
            done += batch
            if batch.applied + batch.failed == 0:
                break
        return done

    def _batch(self, now: datetime) -> Applied:
        applied = failed = 0
        with self.store.write() as work:
            while applied + failed < BATCH:
                signals = work.cases.signals(1)
                if signals:
                    self._signal(work, signals[0], now)
                    applied += 1
                    continue
                rows = work.cases.due(now, 1)
                if not rows:
                    break
                good = self._one(work, rows[0], now) is not None
                applied, failed = applied + good, failed + (not good)
            if applied + failed:
                work.commit()
        return Applied(applied=applied, failed=failed)

    def _one(self, work: UnitOfWork, row: DueRow, now: datetime) -> Outcome | None:
        """One row, in a savepoint; a failure is noted with its next try, and after five the rule is stuck."""
        try:
            with work.savepoint():
                return self._apply(work, work.cases.load(row.case), Expire(deadline=row.deadline.key), CLOCK, now)
        except Exception as error:
            self._failed(work, row, error, now)
            return None

    def _failed(self, work: UnitOfWork, row: DueRow, error: Exception, now: datetime) -> None:
        stuck = row.attempts + 1 >= ATTEMPTS
        wait = RETRY * 2**row.attempts
        work.cases.failed(row.case, row.deadline.key, f"{type(error).__name__}: {error}", now + wait, stuck)
        if stuck:
            self._tell_stuck(work, row.case, row.deadline.key, error, now)

    def _tell_stuck(self, work: UnitOfWork, case: str, key: str, error: Exception, now: datetime) -> None:
        """What does not work becomes the office's task; where not even that works, it is recorded."""
        try:
            with work.savepoint():
                action = RuleStuck(deadline=key, error=str(error))
                self._apply(work, work.cases.load(case), action, CLOCK, now)
        except Exception as worse:
            work.record(f"stuck:{case}", "stuck_untold", {"key": key, "error": str(worse)}, now)

    def tell(self, work: UnitOfWork, case: str, action: Action, now: datetime) -> bool:
        """A word from outside about one case, inside a transaction of the caller; where it fails, that is recorded."""
        try:
            with work.savepoint():
                self._apply(work, work.cases.load(case), action, CLOCK, now)
            return True
        except Exception as error:  # one case that cannot hear it holds up no other
            work.record(f"untold:{case}", "untold", {"name": type(action).__name__, "error": str(error)}, now)
            return False

    def _signal(self, work: UnitOfWork, signal: Signal, now: datetime) -> None:
        """A word for another case, or the call for a new one; done once."""
        try:
            with work.savepoint():
                if signal.target is None:
                    child = self.children.launch(work, signal, now)
                    if child is not None:
                        self._saved(work.cases.load(child))
                        self._begun(work, signal, child, now)
                else:
                    action = Receive(name=signal.name, data=self.children.heard(work, signal))
                    self._apply(work, work.cases.load(signal.target), action, CLOCK, now)
        except Exception as error:  # one word that nobody understands holds nobody up
            work.record(f"signal:{signal.source}", "signal_failed", {"key": signal.key, "error": str(error)}, now)
            self._tell_stuck(work, signal.source, signal.key, error, now)
        work.cases.signal_done(signal.key)

    def _begun(self, work: UnitOfWork, signal: Signal, child: str, now: datetime) -> None:
        """The case that called hears which case shares its seats and dates: it tells it what has changed by now."""
        if SHARED in signal.data:
            data = {BEGUN: child, "number": signal.data.get("number", 1)}
            self._apply(work, work.cases.load(signal.source), Receive(name=signal.name, data=data), CLOCK, now)

    def launch(self, work: UnitOfWork, definition: Definition, start: Launch, world: World, now: datetime,
               actor: Actor) -> Case:  # fmt: skip
        """Begin a case inside a transaction of the caller."""
        return work.cases.save(machine.launch(definition, start, actor, world, now))
