"""How is a round played that does not exist? On a copy of the office's people in memory, until it is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from collegium.bootstrap import Application, build, seeded_keys
from collegium.clock import Driver, VirtualClock
from collegium.forecast import Foreseen, Recorder, as_sent
from collegium.rehearsal.cast import Players, the_casts
from collegium.rehearsal.deeds import Wishes
from engine.directory import Secretariat
from engine.ports import UnitOfWork
from storage.memory import MemoryStore

STEP = timedelta(days=7)  # so often it is looked whether all is over
SEED = 1  # the same rehearsal twice tells the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An installation in memory that sends nothing, with the people of an office and without their cases."""

    app: Application
    office: Secretariat
    recorder: Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a round."""

    until: datetime  # when its last case had ended, or the rehearsal was broken off
    mails: tuple[Foreseen, ...]
    players: Players | None


@contextmanager
def trial(app: Application, office: Secretariat, gates: list[str]) -> Iterator[Trial]:
    """A copy of what a launch needs: the people of the office, which digests they stopped, its days of those gates."""
    store, recorder = MemoryStore(), Recorder()
    settings = replace(app.settings, bulk_from=0, dkim_key="", mailbox="")  # nobody waits for an approval
    awake = replace(office, paused_at=None)
    with app.store.read() as here, store.write() as there:
        _copy(here, there, awake, gates)
        there.commit()
    with build(settings, store=store, sender=recorder, keys=seeded_keys(SEED)) as made:
        made.mailroom.start()
        yield Trial(app=made, office=awake, recorder=recorder)


def _copy(here: UnitOfWork, there: UnitOfWork, office: Secretariat, gates: list[str]) -> None:
    there.people.put_secretariat(office)
    for organisation in here.people.organisations(office.id):
        there.people.put_organisation(organisation)
    known = {person.id for person in here.people.persons(office.id)}
    for person in here.people.persons(office.id):
        there.people.put_person(person)
    for membership in here.people.memberships():
        if membership.person in known:
            there.people.put_membership(membership)
    for tie in here.people.ties():
        if tie.person in known:
            there.people.put_tie(tie)
    for subscription in here.digests.subscriptions():
        if subscription.person in known:
            there.digests.put_subscription(subscription)
    for gate in gates:
        there.definitions.put_gate(office.id, gate, here.definitions.gate(office.id, gate))


def play(trial: Trial, cast: str, wishes: Wishes, now: datetime, until: datetime) -> Played:
    """Let the round that was launched in a trial go, until all its cases have ended, or just before `until`."""
    app = trial.app
    pace = the_casts(ZoneInfo(trial.office.zone))[cast]
    players = Players(app, trial.office.id, pace, wishes, now) if pace is not None else None
    if players is not None:
        with app.store.read() as work:
            for case in work.cases.load_all(trial.office.id):
                players.plan(case)
    driver = Driver(
        store=app.store, operations=app.operations, mailroom=app.mailroom, cast=players,
        duties=[duty for duty in app.duties if getattr(duty, "foreseen", False)],
    )  # fmt: skip
    clock = VirtualClock(now)
    over = False
    while clock.now < until and not over:
        over = _is_over(app, trial.office.id)  # then one step more, for the mails about its end
        driver.drive(clock, min(clock.now + STEP, until))
    with app.store.read() as work:
        mails = [found for id in trial.recorder.sent if (found := as_sent(work, id, trial.office.id)) is not None]
    return Played(until=clock.now, mails=tuple(mails), players=players)


def _is_over(app: Application, office: str) -> bool:
    """Every case has ended, and nothing is asked in it any more; a next review years later is not waited for."""
    with app.store.read() as work:
        return not work.cases.signals(1) and all(
            case.closed and all(row.kind == "child" for row in case.deadlines.values())
            for case in work.cases.load_all(office)
        )
