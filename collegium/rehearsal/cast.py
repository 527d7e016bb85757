"""Who acts in a rehearsal, and when? Everybody who is asked something, in one of a few ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from collegium.bootstrap import Application
from collegium.launching import participant_of
from collegium.rehearsal.deeds import Wishes, deeds, kept_waiting
from collegium.roster import is_current
from engine.actions import CLOCK, Actor
from engine.case import Case, Task
from engine.directory import Participant
from engine.draft import Draft
from engine.errors import CollegiumError, Refused
from engine.ports import UnitOfWork
from engine.rings import VISITOR
from engine.seat import hindrances

JUST_BEFORE = timedelta(minutes=1)
MORNING = time(10)
ROUNDS = 12  # of one task: what is asked again and again leads nowhere
Pace: TypeAlias = Callable[[Task], datetime]
Mark: TypeAlias = tuple[str, str, str, bool]
"""A task of a case as far as it has come: its key, its state, and whether it was answered."""


def last_day(task: Task) -> datetime:
    """A minute before it is late; what has no date, as soon as it opens."""
    return task.opened if task.due is None else task.due.at - JUST_BEFORE


def next_morning(zone: ZoneInfo) -> Pace:
    """At ten on the day after it was asked, and never late for that."""

    def pace(task: Task) -> datetime:
        day = task.opened.astimezone(zone).date() + timedelta(days=1)
        morning = datetime.combine(day, MORNING, zone).astimezone(task.opened.tzinfo)
        return min(morning, max(last_day(task), task.opened))

    return pace


def the_casts(zone: ZoneInfo) -> Mapping[str, Pace | None]:
    """In which ways people can act, by name; None: nobody does anything."""
    morning = next_morning(zone)
    return {
        "last-day": lambda task: last_day(task) if task.due is not None else morning(task),
        "at-once": morning,
        "nobody": None,
    }


CASTS = tuple(the_casts(ZoneInfo("UTC")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Something that somebody tried to do and could not."""

    since: datetime
    case: str
    task: str  # key
    refused: Refused
    mark: Mark


def _same(case: str, task: Task) -> tuple[str | None, ...]:
    """What all rounds of one task for one person have in common."""
    return case, task.name, task.holding, task.row, task.about


def _mark(case: str, task: Task) -> Mark:
    return case, task.key, task.state, task.answer is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may sit on a seat."""

    person: str
    name: str
    organisation: str | None  # that they work for
    near: bool  # of the same sector as the host
    expertise: frozenset[str]

    def brings(self, others: Sequence[Candidate]) -> int:
        """How much they have that these others lack: the host's sector, another organisation, expertise."""
        known = frozenset[str]().union(*(each.expertise for each in others))
        near = self.near and not any(each.near for each in others)
        elsewhere = all(each.organisation != self.organisation for each in others)
        return near + elsewhere + len(self.expertise - known)


class Players:
    """The whole cast (collegium.clock.Cast): what is refused is tried again as soon as the case has changed.

    `stuck`: what could not be done, by case and task, as long as it could not; `few`: seats for which there are not
    people enough.
    """

    def __init__(self, app: Application, secretariat: str, pace: Pace, wishes: Wishes, start: datetime) -> None:
        self._app = app
        self._secretariat = secretariat
        self._pace = pace
        self._wishes = wishes
        self._now = start
        self._planned: dict[str, dict[str, datetime]] = {}  # case -> task -> when
        self._tried: set[Mark] = set()  # done or refused: what stays open after it is not done again and again
        self._done: dict[tuple[str | None, ...], tuple[int, datetime]] = {}  # which round of it, when
        self._acting: str | None = None  # the case in which somebody does something at this moment
        self._asked: Counter[str] = Counter()  # person -> how often named for a seat
        self.stuck: dict[tuple[str, str], Stuck] = {}
        self.few: dict[tuple[str, str], int] = {}  # case and seat -> how many lack
        app.operations.saved.append(self.plan)

    def plan(self, case: Case) -> None:
        """What is to be done in a case as it is now; called with each case that has changed."""
        if self._acting is None:  # the clock changed it, or another case: all may be tried anew
            self._tried = {mark for mark in self._tried if mark[0] != case.id}
        self._planned[case.id] = {
            task.key: max(self._pace(task), self._now, self._rested(case.id, task))
            for task in case.open_tasks()
            if task.assignees and case.paused is None and task.round <= ROUNDS
            and _mark(case.id, task) not in self._tried
        }  # fmt: skip

    def _rested(self, case: str, task: Task) -> datetime:
        """What was done a moment ago and is asked once more is not done before the next day."""
        done = self._done.get(_same(case, task))
        return done[1] + timedelta(days=1) if done is not None and done[0] < task.round else task.opened

    def next_moment(self) -> datetime | None:
        return min((at for tasks in self._planned.values() for at in tasks.values()), default=None)

    def act(self, now: datetime) -> int:
        self._now = now
        done = 0
        while (found := self._first(now)) is not None:
            self._acting, task = found
            done += self._perform(self._acting, task)
            self._acting = None
        return done

    def _first(self, now: datetime) -> tuple[str, str] | None:
        coming = [(at, case, task) for case, tasks in self._planned.items() for task, at in tasks.items() if at <= now]
        return min(coming)[1:] if coming else None

    def _perform(self, case: str, key: str) -> bool:
        """Whether somebody did something about a task; what was refused before may then go."""
        del self._planned[case][key]
        draft = self._draft(case)
        task = draft.tasks.get(key)
        if task is None or not task.is_open:
            return False
        self._tried.add(_mark(case, task))
        acted = False
        last = task.due is not None and self._now >= task.due.at - JUST_BEFORE
        try:
            for action, who in deeds(task, self._wishes, lambda: self._draft(case), self._bench(case), waive=last):
                self._app.operations.act(case, action, Actor(kind="person", participant=who, via="link"), self._now)
                acted = True
            self._look_whether_it_went(case, task)
            self.stuck.pop((case, key), None)
            self._done[_same(case, task)] = (task.round, self._now)
        except CollegiumError as error:
            refused = error if isinstance(error, Refused) else Refused(str(error), [])
            since = self.stuck[case, key].since if (case, key) in self.stuck else self._now
            self.stuck[case, key] = Stuck(since=since, case=case, task=key, refused=refused, mark=_mark(case, task))
        if acted:
            self._tried -= {each.mark for each in self.stuck.values() if each.case == case and each.task != key}
            self.plan(self._draft(case).before)
        return acted

    def _look_whether_it_went(self, case: str, task: Task) -> None:
        """Raises Refused where somebody was to see to a step that happens by itself, and it does not."""
        draft = self._draft(case)
        if task.key in draft.tasks and draft.tasks[task.key].is_open:
            reasons = [failure.told for _, failure in kept_waiting(draft, task)]
            if reasons:
                raise Refused(task.key, reasons)

    def _draft(self, id: str) -> Draft:
        with self._app.store.read() as work:
            case = work.cases.load(id)
            world = self._app.worlds.of(work, case, self._now)
            return Draft(self._app.library.of(work, case), case, world, CLOCK, self._now)

    # who may sit where ------------------------------------------------------------------------------------------------

    def _bench(self, id: str) -> Callable[[str, int], tuple[str, ...]]:
        def named(seat: str, number: int) -> tuple[str, ...]:
            with self._app.store.write() as work:
                case = work.cases.load(id)
                people = self._chosen(work, case, seat, number)
                keys = tuple(participant_of(work, id, person, self._app.keys) for person in people)
                work.commit()
            self._asked.update(people)
            if len(people) < number:
                self.few[id, seat] = number - len(people)
            else:
                self.few.pop((id, seat), None)
            return keys

        return named

    def _chosen(self, work: UnitOfWork, case: Case, seat: str, number: int) -> list[str]:
        """Who may sit there and takes no part yet: who brings most that the others lack, then the least asked.

        No solver: what a panel must be made of is known to its process, which refuses what does not fit.
        """
        free = list(self._free(work, case, seat))
        chosen: list[Candidate] = []
        while free and len(chosen) < number:
            best = min(free, key=lambda each: (-each.brings(chosen), self._asked[each.person], each.name, each.person))
            free.remove(best)
            chosen.append(best)
        return [each.person for each in chosen]

    def _free(self, work: UnitOfWork, case: Case, seat: str) -> Iterator[Candidate]:
        """Who has that function, and in a ring whoever works for the organisation that visits."""
        roster, today = self._app.worlds.roster, self._now.date()
        present = work.people.participants(case.id)
        taken = {each.person for each in present}
        visitor = case.facts.get(VISITOR)
        visiting = [each for each in work.people.memberships() if each.organisation == visitor] if visitor else []
        able = [*roster.holders(work, self._secretariat, seat), *visiting]
        holders = [each for each in able if is_current(each, today)]
        persons = list(dict.fromkeys(each.person for each in holders if each.person not in taken))
        guests = [Participant(key=f"guest:{person}", case=case.id, person=person) for person in persons]
        world = self._app.worlds.of(work, case, self._now, [*present, *guests])
        draft = Draft(self._app.library.of(work, case), case, world, CLOCK, self._now)
        for guest, person in zip(guests, persons, strict=True):
            if world.people[guest.key].reachable and not hindrances(draft, seat, guest.key):
                entry, known = roster.entry(work, person), world.people[guest.key]
                yield Candidate(
                    person=person, name=entry.person.name if entry else "", organisation=known.organisation,
                    near=known.sector == world.host.sector, expertise=known.expertise,
                )  # fmt: skip
