"""One panel, one visit, three programmes, a decision for each: a whole group on a real database, mail by mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from collegium.bootstrap import Application, build, seeded_keys
from collegium.case_names import host_name
from collegium.clock import Driver, VirtualClock
from collegium.launching import Round, participant_of
from collegium.rehearsal.answers import Writer
from collegium.settings import Settings
from collegium.summaries import render, summarise
from engine.actions import Action, Actor, Answer, Assign, Submit, Substitute, Take
from engine.case import Case, Task
from engine.directory import Membership, OrganisationRecord, PersonRecord, Secretariat
from engine.errors import Refused
from engine.mail import Message
from engine.ports import UnitOfWork
from storage.verify import problems
from tests.builders.storage import a_sql_store
from tests.collegium.command_line import Office
from tests.collegium.reviews import Accepted
from workflows import loader

BEGIN = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
PROGRAMMES = ("Pabo", "Academische pabo", "Leraar Nederlands")
OUTCOMES = {"Pabo": "positive", "Academische pabo": "negative", "Leraar Nederlands": "positive"}
HOST = {"institution_liaison": "Lia Last", "institution_board": "Bob Bord"}
OFFICE = {"office": "Olga Oord", "coordinator": "Cora Koord"}
POOL = tuple(f"Peer {letter}" for letter in "ABCDEFGH")
SEATS = {"chair": 1, "expert": 2, "student": 1, "secretary": 1}


def furnish(work: UnitOfWork) -> None:
    people = work.people
    people.put_secretariat(Secretariat(id="office", name="Evaluatiebureau", email="bureau@example.org"))
    desk = OrganisationRecord(id="desk", secretariat="office", name="Bureau", kind="office")
    nvao = OrganisationRecord(id="nvao", secretariat="office", name="NVAO", kind="body")
    host = OrganisationRecord(
        id="dune", secretariat="office", name="Hogeschool Duinrand", school_region="Midden",
        facts={"accreditation_due": date(2029, 5, 1)},
    )  # fmt: skip
    for each in (desk, nvao, host):
        people.put_organisation(each)
    employed = [(name, role, "dune") for role, name in HOST.items()] + [(n, r, "desk") for r, n in OFFICE.items()]
    employed.append(("Nina Nvao", "accreditor", "nvao"))
    for number, name in enumerate(POOL):
        people.put_organisation(
            OrganisationRecord(
                id=f"school-{number}", secretariat="office", name=f"School {number}", school_region="Noord"
            )
        )
        employed.append((name, "pool", f"school-{number}"))
    for name, role, place in employed:
        email = f"{name.lower().replace(' ', '.')}@example.org"
        people.put_person(
            PersonRecord(id=name, secretariat="office", name=name, email=email, trainings={"training": None})
        )
        people.put_membership(Membership(person=name, organisation=place, role=role))


@dataclass
class Story:
    """A group on a virtual clock; each week everybody does what they are asked."""

    app: Application
    now: datetime = BEGIN
    days: dict[str, date] = field(default_factory=lambda: {"day": date(2028, 9, 12), "last": date(2028, 9, 14)})
    refused: list[str] = field(default_factory=list)

    def launch(self) -> str:
        with self.app.store.write() as work:
            furnish(work)
            stored = self.app.launcher.store_definition(work, loader.bundle(loader.shipped()["nvao-group"]))
            round_ = Round(name="Groep 2029", process=stored.name, secretariat="office", hosts=("dune",))
            self.app.launcher.launch_cycle(work, round_, stored, BEGIN)
            work.commit()
        return next(case.id for case in self.cases())

    def cases(self) -> list[Case]:
        with self.app.store.read() as work:
            return [work.cases.load(id) for id in work.cases.all_ids("office")]

    def until(self, case: str, stage: str) -> None:
        for _ in range(250):
            if next(each for each in self.cases() if each.id == case).stage == stage:
                return
            self.work()
            self.pass_to(self.now + WEEK)
        raise AssertionError(f"it never came to {stage}: {self.refused[-5:]}")

    def pass_to(self, moment: datetime) -> None:
        driver = Driver(store=self.app.store, operations=self.app.operations, mailroom=self.app.mailroom)
        driver.drive(VirtualClock(self.now), moment)
        self.now = moment

    def work(self) -> None:
        for case in self.cases():
            for task in [task for task in case.open_tasks() if task.assignees]:
                for action in self._deeds(case, task):
                    self.do(case.id, action, task.assignees[0])

    def do(self, case: str, action: Action, who: str) -> None:
        try:
            self.app.operations.act(case, action, Actor(kind="operator", on_behalf_of=who, via="cli"), self.now)
        except Refused as error:
            self.refused.append(f"{self.now:%Y-%m-%d} {case}: {error}")

    def _deeds(self, case: Case, task: Task) -> Iterator[Action]:
        with self.app.store.read() as work:
            definition = self.app.library.of(work, case)
            name = host_name(work, case)
        item = definition.tasks[task.name]
        if task.name == "invitation":
            yield Answer(holding=task.about or "", accepts=True)
        elif "assign" in item.does:
            yield from self._named(case)
        elif task.state == "signing":
            yield Submit(task=task.key, answers={"signed": "yes"})
        elif item.does:
            asks = definition.transitions[item.does[0]].asks
            yield Take(transition=item.does[0], answers={key: self.days[key] for key in asks})
        elif item.form:
            panel = tuple(held.participant for held in case.holdings.values() if held.state == "seated")
            writer = Writer(definition, case.rows, {"panel": panel})
            wanted = self._wanted(task, name)
            yield Submit(
                task=task.key,
                answers=writer.fill(definition.forms[item.form], wanted, Random(task.key), self.now.date()),
            )

    def _wanted(self, task: Task, name: str) -> Mapping[str, Any]:
        if task.name == "programme_list":
            return {"programmes": [{"name": each, "kind": "bachelor"} for each in PROGRAMMES]}
        if task.name == "nvao_decision":
            outcome = next(OUTCOMES[each] for each in PROGRAMMES if name.endswith(f"({each})"))
            return {"outcome": outcome, "decided_on": self.now.date().isoformat()}
        return {"approved": "yes"} if task.name == "panel_answer" else {}

    def _named(self, case: Case) -> Iterator[Action]:
        names = iter(POOL)
        for seat, number in SEATS.items():
            with self.app.store.write() as work:
                keys = tuple(participant_of(work, case.id, next(names), self.app.keys) for _ in range(number))
                work.commit()
            yield Assign(name=seat, participants=keys, places=number)

    def mails(self, kind: str) -> list[Message]:
        with self.app.store.read() as work:
            return [each for each in work.outbox.messages("sent") if each.kind == kind]


def sitting(story: Story, id: str) -> set[tuple[str, str | None]]:
    """Who sits on which seat of a case, by their names."""
    with story.app.store.read() as work:
        case = work.cases.load(id)
        held = [each for each in case.holdings.values() if each.state == "seated"]
        known = {each.key: each.person for each in work.people.participants(id)}
    return {(each.seat, known[each.participant]) for each in held}


def test_a_group_has_one_panel_and_one_visit_and_each_programme_its_own_decision(tmp_path: Path) -> None:
    app = build(
        Settings(sender="office@example.org", key="k" * 32), store=a_sql_store(tmp_path), sender=Accepted(),
        keys=seeded_keys(7),
    )  # fmt: skip
    app.mailroom.start()
    story = Story(app)
    group = story.launch()
    story.until(group, "evaluating")
    case = next(iter(story.cases()))
    with app.store.write() as work:
        successor = participant_of(work, group, POOL[6], app.keys)
        work.commit()
    story.do(group, Substitute(holding="expert-2", successor=successor, reason="ill"), case.roles["office"][0])
    moved = {"day": date(2028, 9, 19), "last": date(2028, 9, 21), "reason": "strike"}
    story.do(group, Take(transition="move_visit", answers=moved), case.roles["coordinator"][0])
    story.until(group, "accrediting")
    for kind in ("visit_fixed", "visit_moved", "panel_settled", "findings_final"):
        told = Counter(mail.address for mail in story.mails(kind))
        assert (kind, set(told.values())) == (kind, {1})  # once each, not once for each programme
    story.pass_to(story.now + timedelta(days=1))
    children = [case for case in story.cases() if case.parent is not None]
    with app.store.read() as work:
        names = {host_name(work, case) for case in children}
    assert names == {f"Hogeschool Duinrand ({programme})" for programme in PROGRAMMES}
    page = render(summarise(app, audience="partnership", case=group, now=story.now), "nl", "md")
    assert "| Een andere partij | 3 × Accreditatie | geen datum |" in page
    assert "Accreditatie van een opleiding | Aanvraag" in render(summarise(app, audience="office", now=story.now))
    office = Office(folder=tmp_path, file="collegium.db", now=f"{story.now:%Y-%m-%dT%H:%M}")
    assert "- the end of 3 × Accreditation" in office.lines("--language", "en", "show", group)
    shown = office.lines("--language", "en", "show", "hogeschool duinrand (pabo)")
    assert shown[0] == "Hogeschool Duinrand (Pabo) - NVAO accreditation of a programme (nvao-programme 2028)"
    assert len(sitting(story, group)) == 5
    assert [sitting(story, case.id) for case in children] == [sitting(story, group)] * 3
    story.do(group, Substitute(holding="expert-1", successor=None, reason="left"), case.roles["office"][0])
    story.pass_to(story.now + timedelta(days=1))
    assert len(sitting(story, group)) == 4
    assert [sitting(story, case.id) for case in children] == [sitting(story, group)] * 3
    story.until(group, "group_done")
    ends = {case.parent.number: case.outcome for case in story.cases() if case.parent is not None}
    assert ends == {1: "accredited", 2: "not_accredited", 3: "accredited"}
    story.pass_to(story.now + WEEK)
    subjects = sorted(mail.subject for mail in story.mails("decision_taken") if mail.address.startswith("lia"))
    assert subjects == [f"Besluit van de NVAO: Hogeschool Duinrand ({name})" for name in sorted(PROGRAMMES)]
    early = [
        line for line in story.refused if "Can't propose_panel" not in line
    ]  # proposed before the panel was complete
    assert early == []
    with app.store.read() as work:
        assert list(problems(work)) == []
    app.close()
