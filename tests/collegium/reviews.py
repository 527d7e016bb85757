"""What does a test of summaries need? An office in memory with four partnerships; every name in it carries a mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache

from collegium.bootstrap import Application, build, seeded_keys
from collegium.clock import Driver, VirtualClock
from collegium.launching import Round
from collegium.settings import Settings
from collegium.summaries import FORMATS, Summary, render, summarise
from collegium.summaries.texts import languages
from engine.actions import Action, Actor, Extend, PauseCase, Submit, Take
from engine.directory import Membership, OrganisationRecord, PersonRecord, Secretariat
from engine.mail import Delivery, Wire
from engine.ports import People
from engine.summary import Audience
from storage.memory import MemoryStore
from tests.builders.definitions import small_review_files

BEGIN = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)  # a Monday
NOW = BEGIN + timedelta(days=50)
OPERATOR = Actor(kind="operator", via="cli")
HOSTS = ("linde", "eik", "iep", "els")
NAMES = {"linde": "De Linde", "eik": "De Eik & Co <West>", "iep": "De Iep | Zuid", "els": "De Els"}


class Accepted:
    """A server that takes every mail."""

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        return {mail.message: Delivery(outcome="sent", code=250) for mail in mails}

    async def close(self) -> None:
        pass


def an_app() -> Application:
    """An office with a region of four partnerships, each with a contact and a signatory; every name carries a mark."""
    app = build(
        Settings(sender="office@example.org", key="k" * 32), store=MemoryStore(), sender=Accepted(), keys=seeded_keys(7)
    )
    furnish(app)
    return app


def an_app_with_coordinators() -> Application:
    """The same with two people at its desk to whom cases can be given, and its mail switched on."""
    app = an_app()
    with app.store.write() as work:
        for name in ("Ada", "Zoe"):
            work.people.put_person(PersonRecord(id=name, secretariat="office", name=name, email=f"{name}@example.org"))
            work.people.put_membership(Membership(person=name, organisation="desk", role="coordinator"))
        work.commit()
    app.mailroom.start()
    return app


def furnish(app: Application) -> None:
    """Put that office into an empty store."""
    with app.store.write() as work:
        people = work.people
        people.put_secretariat(
            Secretariat(id="office", name="Bureau Review", email="bureau@example.org", phone="030 1")
        )
        people.put_organisation(OrganisationRecord(id="desk", secretariat="office", name="Bureau", kind="office"))
        people.put_organisation(OrganisationRecord(id="dunes", secretariat="office", name="Duinrand", kind="region"))
        for id in HOSTS:
            people.put_organisation(
                OrganisationRecord(
                    id=id, secretariat="office", name=NAMES[id], part_of="dunes", school_region="Midden",
                    sector="po" if id == "linde" else "vo", facts={"previous_visit": date(2022, 7, 10)},
                )
            )  # fmt: skip
            for role in ("contact", "signatory", "pool"):
                _person(people, f"{role}-{id}", id, role)
        for role in ("office", "coordinator"):
            _person(people, role, "desk", role)
        work.commit()


def _person(people: People, id: str, organisation: str, role: str) -> None:
    record = PersonRecord(
        id=id, secretariat="office", name=f"MARK {id}", email=f"{id}@example.org",
        trainings={"chair_training": None, "training": None},
    )  # fmt: skip
    people.put_person(record)
    people.put_membership(Membership(person=id, organisation=organisation, role=role))


def launch(app: Application, files: Mapping[str, bytes], hosts: Sequence[str] = HOSTS) -> dict[str, str]:
    """A round for these hosts: host -> case."""
    with app.store.write() as work:
        stored = app.launcher.store_definition(work, files)
        round_ = Round(name="Ronde 2027", process=stored.name, secretariat="office", hosts=hosts)
        cycle = app.launcher.launch_cycle(work, round_, stored, BEGIN)
        cases = {work.cases.load(id).subject: id for id in work.cases.all_ids("office", cycle.id)}
        work.commit()
    return cases


def act(app: Application, case: str, action: Action, days: int, who: str | None = None) -> None:
    """Let time run to that day, and do it: as the office, or for the person with that id."""
    drive(app, days)
    actor = OPERATOR
    if who is not None:
        with app.store.read() as work:
            key = next(each.key for each in work.people.participants(case) if each.person == who)
        actor = Actor(kind="operator", on_behalf_of=key, via="cli")
    app.operations.act(case, action, actor, BEGIN + timedelta(days=days))


def drive(app: Application, days: int) -> None:
    driver = Driver(store=app.store, operations=app.operations, mailroom=app.mailroom)
    driver.drive(VirtualClock(BEGIN), BEGIN + timedelta(days=days))


@cache
def the_office() -> Application:
    """Four reviews after seven weeks: one with more time, one on its way, one paused, one where nobody has begun."""
    app = an_app()
    app.mailroom.start()
    cases = launch(app, small_review_files())
    begin = Take(transition="begin", answers={"day": date(2027, 4, 22)})
    later = Take(transition="begin", answers={"day": date(2027, 6, 24)})
    act(app, cases["eik"], begin, 2, "coordinator")
    act(app, cases["linde"], later, 3, "coordinator")
    act(app, cases["iep"], begin, 4, "coordinator")
    reflection = "reflection:1"
    move = Take(transition="move_visit", answers={"day": date(2027, 7, 1), "reason": "MARK move"})
    act(app, cases["linde"], move, 20)
    act(app, cases["linde"], Extend(task=reflection, until=date(2027, 6, 10), reason="MARK extension"), 30)
    act(app, cases["iep"], PauseCase(reason="MARK pause", until=date(2027, 4, 1)), 40)
    text = {"text": "MARK what goes well here", "grade": "far", "authors": [{"name": "MARK author"}]}
    act(app, cases["eik"], Submit(task=reflection, answers=text), 45, "contact-eik")
    drive(app, 50)
    return app


def case_of(app: Application, host: str) -> str:
    with app.store.read() as work:
        return next(id for id in work.cases.all_ids("office") if work.cases.load(id).subject == host)


def told(app: Application, audience: Audience, **more: object) -> Summary:
    return summarise(app, audience=audience, now=NOW, **more)  # type: ignore[arg-type]  # passed on


def pages_of(summary: Summary) -> list[str]:
    """The summary in every language and format."""
    return [render(summary, language, format_) for language in languages() for format_ in FORMATS]
