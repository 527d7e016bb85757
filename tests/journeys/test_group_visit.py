"""One panel, one visit, three programmes, a decision for each: a whole group on a real database, mail by mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from collegium.bootstrap import build, seeded_keys
from collegium.case_names import host_name
from collegium.launching import Round, participant_of
from collegium.settings import Settings
from collegium.summaries import render, summarise
from engine.actions import Substitute, Take
from engine.case import Case, Task
from engine.directory import Membership, OrganisationRecord, PersonRecord, Secretariat
from engine.ports import UnitOfWork
from storage.verify import problems
from tests.builders.storage import a_sql_store
from tests.collegium.command_line import Office
from tests.collegium.reviews import Accepted
from tests.journeys.weekly import WEEK, Weekly
from workflows import loader

BEGIN = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
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


class Story(Weekly):
    """A group of programmes."""

    def launch(self) -> str:
        with self.app.store.write() as work:
            furnish(work)
            stored = self.app.launcher.store_definition(work, loader.bundle(loader.shipped()["nvao-group"]))
            round_ = Round(name="Groep 2029", process=stored.name, secretariat="office", hosts=("dune",))
            self.app.launcher.launch_cycle(work, round_, stored, BEGIN)
            work.commit()
        return next(case.id for case in self.cases())

    def wanted(self, case: Case, task: Task, name: str) -> Mapping[str, Any]:
        if task.name == "programme_list":
            return {"programmes": [{"name": each, "kind": "bachelor"} for each in PROGRAMMES]}
        if task.name == "nvao_decision":
            outcome = next(OUTCOMES[each] for each in PROGRAMMES if name.endswith(f"({each})"))
            return {"outcome": outcome, "decided_on": self.now.date().isoformat()}
        return {"approved": "yes"} if task.name == "panel_answer" else {}


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
    story = Story(app, BEGIN, POOL, SEATS, {"day": date(2028, 9, 12), "last": date(2028, 9, 14)})
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
