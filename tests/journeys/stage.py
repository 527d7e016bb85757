"""What does a whole cycle need? An office with the shipped people, and a round launched for some organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from random import Random

from collegium import bootstrap, workbook
from collegium.bootstrap import Application
from collegium.demo import people_workbook, under_review
from collegium.launch_mails import confirm, mails_at_launch
from collegium.launching import Round
from collegium.settings import Settings
from collegium.workbook import Workbook
from engine.directory import Secretariat
from engine.ports import Sender, Store
from tests.builders.definitions import small_review_files
from workflows import loader

START = datetime(2026, 9, 7, 7, 0, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
OFFICE = Secretariat(
    id="office", name="Bureau Peerreview", email="bureau@peerreview.example", base_url="https://review.example"
)
PEOPLE = 1  # who of them gets which id: the same in every run, also in one that goes on after a kill
MANY = 10  # cases whose first mails are so many that their number is to be confirmed
REVIEWS = {"development-review": "development", "assessment-review": "assessment", "small-review": "development"}


@dataclass(slots=True)
class StepKeys:
    """Keys that follow from the deed for which they are made: who does it again after a crash makes the same ones."""

    source: Random

    @classmethod
    def of(cls, label: str) -> StepKeys:
        return cls(Random(label))

    def begin(self, label: str) -> None:
        """What follows is done for this deed."""
        self.source = Random(label)

    def __call__(self) -> str:
        return f"{self.source.getrandbits(64):016x}"


def an_application(
    store: Store, sender: Sender, keys: StepKeys | None = None, *, mailbox: str = ""
) -> Application:  # fmt: skip
    """The real application over that store, with that way to get mail out, and that mailbox to which it comes back."""
    settings = Settings(
        sender="collegium@peerreview.example", key="only for tests " * 3, mailbox=mailbox,
        bounces="bounces@peerreview.example" if mailbox else "",
    )  # fmt: skip
    return bootstrap.build(settings, store=store, sender=sender, keys=keys or StepKeys.of("test"))


@cache
def the_workbook() -> Workbook:
    """What stands in the workbook that is shipped with the demo."""
    reading = workbook.read(people_workbook())
    assert reading.workbook is not None
    return reading.workbook


def import_people(app: Application) -> None:
    """Everybody of the workbook that is shipped with the demo; nothing where that was done before."""
    with app.store.write() as work:
        if work.people.secretariats():
            return
        work.people.put_secretariat(OFFICE)
        workbook.apply(the_workbook(), work.people, OFFICE.id, today=START.date(), gates=work.definitions,
                       new_id=bootstrap.seeded_keys(PEOPLE))  # fmt: skip
        work.commit()


def launch(
    app: Application, files: Mapping[str, bytes], hosts: Sequence[str], now: datetime = START,
    dates: Mapping[str, Mapping[str, date]] | None = None,
) -> list[str]:  # fmt: skip
    """The cases of a new round, in the order of the hosts; those of the round that is there, where there is one."""
    with app.store.write() as work:
        cycles = work.definitions.cycles(OFFICE.id)
        if not cycles:
            stored = app.launcher.store_definition(work, files)
            round_ = Round(
                name="a round", process=stored.name, secretariat=OFFICE.id, hosts=hosts, dates=dates or {}, waive="test"
            )
            cycles = [app.launcher.launch_cycle(work, round_, stored, now)]
            begun = work.cases.all_ids(OFFICE.id, cycles[0].id)
            if len(begun) > MANY:
                confirm(app, work, OFFICE.id, begun, len(mails_at_launch(app, work, begun, now)), now)
            work.commit()
        cases = {work.cases.load(id).subject: id for id in work.cases.all_ids(OFFICE.id, cycles[0].id)}
    return [cases[host] for host in cycles[0].hosts]


def files_of(process: str) -> dict[str, bytes]:
    """The files of a shipped process, or of the small one of the tests."""
    return small_review_files() if process == "small-review" else loader.bundle(loader.shipped()[process])


def hosts_of(app: Application, review: str, number: int) -> list[str]:
    """The first organisations whose review of that kind is due."""
    with app.store.read() as work:
        return [host.id for host in under_review(work.people, OFFICE.id, review)[:number]]
