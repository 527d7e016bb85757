"""How does the demo run? Both cycles through their whole life on a virtual clock, with real mail to a local server."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collegium import bootstrap, summaries, workbook
from collegium.catch_all import CatchAll
from collegium.clock import Driven, Driver, VirtualClock
from collegium.demo import people_workbook, under_review
from collegium.demo.cast import Company
from collegium.demo.casting import Pool
from collegium.demo.scripts import ASSESSMENT, DEVELOPMENT, ORDINARY, Script
from collegium.launch_mails import confirm, mails_at_launch
from collegium.launching import Round
from collegium.settings import Settings
from engine.case import Case
from engine.directory import Secretariat
from engine.errors import CollegiumError
from engine.tally import Tally, tally
from notifications.smtp import SmtpSender
from storage.verify import problems
from workflows import loader
from workflows.drawing.mermaid import mermaid
from workflows.drawing.sheets import drawing, timeline

START = datetime(2026, 9, 7, 7, 0, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
END = datetime(2031, 1, 1, tzinfo=UTC)  # the stated last day: next cycles stay rows
HALFWAY = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)  # summaries of a round in full swing
OUTAGE = (datetime(2027, 2, 8, 5, 0, tzinfo=UTC), datetime(2027, 2, 13, 7, 0, tzinfo=UTC))
SEED = 20260907
OFFICE = Secretariat(
    id="office", name="Bureau Peerreview", email="bureau@peerreview.example", phone="030 000 00 00",
    base_url="https://collegium.peerreview.example",
)  # fmt: skip
ROUNDS = (
    ("development-review", "development", "Ontwikkelingsgericht 2026-2027", DEVELOPMENT),
    ("assessment-review", "assessment", "Beoordelingsgericht 2026-2027", ASSESSMENT),
)

Progress = Callable[[datetime, Driven], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the demo leaves behind, for the closing table."""

    folder: Path
    driven: Driven
    received: Mapping[str, int]  # mails at the server, by kind
    sent: Mapping[str, int]  # messages recorded as sent, by kind
    outcomes: Mapping[tuple[str, str], int]  # (process, outcome or stage) -> cases
    tally: Tally
    cases: int
    problems: tuple[str, ...]  # what `verify` finds


KEEPS_EVERYTHING = "retention"
"""The duty that the demo leaves out: it counts every mail of four years at its end."""


def run(folder: Path, *, seed: int = SEED, until: datetime = END, watch: Progress = lambda now, done: None) -> Result:
    """The whole demo, into an empty folder."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / "collegium.key").write_text("only for the demo, and known to all")  # so that links in its mails work
    settings = Settings(database=f"sqlite:///{folder}/collegium.db", sender="collegium@peerreview.example")
    with CatchAll("127.0.0.1", 0, folder / "mail") as server:
        sender = SmtpSender("127.0.0.1", server.port, connections=4)
        with bootstrap.build(settings, sender=sender, keys=bootstrap.seeded_keys(seed)) as app:
            app.mailroom.start()
            company = stage(app, seed)
            driver = Driver(
                store=app.store, operations=app.operations, mailroom=app.mailroom, cast=company, watch=watch,
                duties=[duty for duty in app.duties if duty.name != KEEPS_EVERYTHING],
                asleep=lambda now: OUTAGE[1] if OUTAGE[0] <= now < OUTAGE[1] else None,
            )  # fmt: skip
            clock = VirtualClock(START)
            driven = Driven()
            if until > HALFWAY:
                driver.drive(clock, HALFWAY, driven)
                summaries.write_all(app, folder / "summaries" / "halfway", HALFWAY)
                summaries.write_reports(app, folder / "summaries" / "halfway", HALFWAY, people=busiest(app))
            driver.drive(clock, until, driven)
            summaries.write_all(app, folder / "summaries", until)
            summaries.write_reports(app, folder / "summaries", until, people=busiest(app))
            draw(folder / "diagrams")
            return closing(app, folder, driven, Counter(server.received), until)


def busiest(app: bootstrap.Application) -> list[str]:
    """The person who sits on most panels: whose summary there is to look at."""
    with app.store.read() as work:
        seated = [held for case in work.cases.load_all(OFFICE.id) for held in case.holdings.values()
                  if held.state == "seated"]  # fmt: skip
        known = [work.people.participant(held.participant) for held in seated]
        found = Counter(each.person for each in known if each is not None and each.person is not None)
    return [max(sorted(found), key=lambda person: found[person])] if found else []


def stage(app: bootstrap.Application, seed: int) -> Company:
    """Import the workbook, launch both cycles, and hand out the parts."""
    reading = workbook.read(people_workbook())
    if reading.workbook is None:
        raise CollegiumError("\n".join(str(problem) for problem in reading.problems))
    with app.store.write() as work:
        work.people.put_secretariat(OFFICE)
        workbook.apply(reading.workbook, work.people, OFFICE.id, today=START.date(), gates=work.definitions,
                       new_id=bootstrap.seeded_keys(seed))  # fmt: skip
        work.commit()
    scripts: dict[str, Script] = {}
    cases: list[Case] = []
    with app.store.write() as work:
        everybody = [host.id for _, review, _, _ in ROUNDS for host in under_review(work.people, OFFICE.id, review)]
        pool = Pool(work, OFFICE.id, everybody, START.date())
        for process, review, name, parts in ROUNDS:
            stored = app.launcher.store_definition(work, loader.bundle(loader.shipped()[process]))
            hosts = [host.id for host in under_review(work.people, OFFICE.id, review)]
            round_ = Round(name=name, process=process, secretariat=OFFICE.id, hosts=hosts)
            cycle = app.launcher.launch_cycle(work, round_, stored, START)
            order = {host: number for number, host in enumerate(hosts)}
            for id in work.cases.all_ids(OFFICE.id, cycle.id):
                case = work.cases.load(id)
                number = order[case.subject]
                scripts[id] = parts[number] if number < len(parts) else ORDINARY
                cases.append(case)
        begun = [case.id for case in cases]
        confirm(app, work, OFFICE.id, begun, len(mails_at_launch(app, work, begun, START)), START)
        work.commit()
    company = Company(app, pool, scripts, seed)
    company.begin(sorted(cases, key=lambda case: case.subject))
    return company


DRAWN = {"mmd": mermaid, "svg": drawing, "timeline.svg": timeline}


def draw(folder: Path) -> None:
    """Of each definition and language a Mermaid diagram, a picture of the process and a timeline."""
    folder.mkdir(exist_ok=True)
    for name, path in loader.shipped().items():
        definition, wording = loader.load(path).known()
        for language in definition.languages:
            for ending, pen in DRAWN.items():
                text = pen(definition, wording, language)
                (folder / f"{name}.{language}.{ending}").write_text(text, encoding="utf-8")


def closing(
    app: bootstrap.Application, folder: Path, driven: Driven, received: Counter[str], until: datetime
) -> Result:
    """Count what has happened, from the rows and the history."""
    outcomes: Counter[tuple[str, str]] = Counter()
    counted = Tally()
    cases = 0
    with app.store.read() as work:
        for id in work.cases.all_ids(OFFICE.id):
            case = work.cases.load(id)
            cases += 1
            outcomes[case.process, case.outcome or f"in {case.stage}"] += 1
            counted += tally(app.library.of(work, case), work.cases.history(id), until)
        found = tuple(str(problem) for problem in problems(work))
        sent = {kind: number for (kind, state), number in work.outbox.counts().items() if state == "sent"}
    return Result(
        folder=folder, driven=driven, received=received, sent=sent, outcomes=outcomes, tally=counted, cases=cases,
        problems=found,
    )  # fmt: skip
