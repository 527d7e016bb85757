"""A mission with findings, and two to four years later its follow-up: what became of each, from case to case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from collegium.bootstrap import Application, build, seeded_keys
from collegium.findings import findings_of
from collegium.launching import Round
from collegium.settings import Settings
from collegium.summaries import render, summarise
from engine.actions import Take
from engine.case import Case, Task
from engine.directory import Membership, OrganisationRecord, PersonRecord, Secretariat
from engine.ports import UnitOfWork
from storage.verify import problems
from tests.builders.storage import a_sql_store
from tests.collegium.reviews import Accepted
from tests.journeys.weekly import WEEK, Weekly
from workflows import loader

BEGIN = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)
POOL = tuple(f"Peer {letter}" for letter in "ABCDEFG")
SEATS = {
    "irrs-mission": {"team_leader": 1, "expert": 4, "agency_expert": 1},
    "irrs-follow-up": {"team_leader": 1, "expert": 2, "agency_expert": 1},
}
DAYS = {
    "irrs-mission": {
        "day": date(2028, 4, 10),
        "last": date(2028, 4, 20),
    },  # a Monday, and the Thursday of the next week
    "irrs-follow-up": {"day": date(2031, 3, 3), "last": date(2031, 3, 7)},
}
REPORT = {
    "recommendations": [
        {"mark": "R1", "topic": "Inspection", "basis": "GSR Part 1", "wording": "Inspect without notice."},
        {"mark": "R2", "topic": "Staff", "basis": "GSR Part 1", "wording": "Have enough staff."},
    ],
    "suggestions": [
        {"mark": "S1", "topic": "Guides", "wording": "Publish the guides."},
        {"mark": "S2", "topic": "Training", "wording": "Train the inspectors."},
    ],
    "good_practices": [{"mark": "GP1", "topic": "Openness", "wording": "All reports are public."}],
}
STATUS = {"R1": "settled", "R2": "remains_open", "S1": "on_confidence", "S2": "overtaken"}


def furnish(work: UnitOfWork) -> None:
    people = work.people
    people.put_secretariat(Secretariat(id="office", name="IAEA", email="irrs@example.org", zone="Europe/Vienna"))
    state = OrganisationRecord(id="state", secretariat="office", name="Regulator of Ruritania")
    for each in (OrganisationRecord(id="desk", secretariat="office", name="IAEA", kind="office"), state):
        people.put_organisation(each)
    employed = [
        ("Olga Oord", "office", "desk"), ("Cora Koord", "iaea_coordinator", "desk"),
        ("Lia Last", "liaison_officer", "state"), ("Rex Rood", "regulator_head", "state"),
    ]  # fmt: skip
    for number, name in enumerate(POOL):
        people.put_organisation(OrganisationRecord(id=f"other-{number}", secretariat="office", name=f"State {number}"))
        employed.append((name, "pool", f"other-{number}"))
    for name, role, place in employed:
        email = f"{name.lower().replace(' ', '.')}@example.org"
        people.put_person(PersonRecord(id=name, secretariat="office", name=name, email=email, language="en"))
        people.put_membership(Membership(person=name, organisation=place, role=role))


@dataclass
class Missions(Weekly):
    """The reviews of one state."""

    letters: dict[str, date] = field(default_factory=dict)  # case -> the day of its transmittal letter

    def launch(self) -> str:
        with self.app.store.write() as work:
            furnish(work)
            stored = self.app.launcher.store_definition(work, loader.bundle(loader.shipped()["irrs-mission"]))
            round_ = Round(name="Missions 2028", process=stored.name, secretariat="office", hosts=("state",))
            self.app.launcher.launch_cycle(work, round_, stored, BEGIN)
            work.commit()
        return next(case.id for case in self.cases())

    def wanted(self, case: Case, task: Task, name: str) -> Mapping[str, Any]:
        match task.name:
            case "draft_report" | "final_report" if case.process == "irrs-mission":
                return REPORT
            case "finding_outcome":
                return {"status": STATUS[self.findings(open_only=False)[task.row or ""][:2]]}
            case "objection":
                return {"objects": "no"}
            case "publication_wish":
                return {"wish": "agree"}
        return {}

    def asked(self, case: Case, key: str) -> date:
        if key == "letter_date":
            self.letters[case.id] = self.now.date()
            return self.now.date()
        return self.now.date() + timedelta(days=8) if key == "meeting_day" else DAYS[case.process][key]

    def findings(self, *, open_only: bool = True) -> dict[str, str]:
        """Key -> what names it, of all that the state has now."""
        with self.app.store.read() as work:
            found = findings_of(work, self.app.library, "state", self.now)
        return {each.key: each.text for each in found if each.is_open or not open_only}

    def called(self, process: str) -> Case:
        """The case of that process that another one has called into life."""
        (found,) = (case for case in self.cases() if case.process == process and case.cycle.startswith("office-"))
        return found


def an_app(folder: Path) -> Application:
    app = build(
        Settings(sender="irrs@example.org", key="k" * 32), store=a_sql_store(folder), sender=Accepted(),
        keys=seeded_keys(7),
    )  # fmt: skip
    app.mailroom.start()
    return app


def published(case: Case) -> date:
    return case.tracks["publication"].since.astimezone(ZoneInfo("Europe/Vienna")).date()


def has_closed(story: Missions, case: str) -> Case:
    """The case, once nothing is open in it any more."""
    while not story.case(case).closed:
        story.work()
        story.pass_to(story.now + WEEK)
    return story.case(case)


def refusals(story: Missions, case: str, transition: str, *days: tuple[date, date], **more: str) -> list[str]:
    """Why each of these spans cannot be taken by the coordinator."""
    before = len(story.refused)
    for first, last in days:
        deed = Take(transition=transition, answers={"day": first, "last": last, **more})
        story.do(case, deed, story.case(case).roles["iaea_coordinator"][0])
    return [line.partition(": ")[2].partition(": ")[2] for line in story.refused[before:]]


def table(page: str, title: str) -> list[list[str]]:
    """The rows of the table under a title, without its head."""
    lines = page.partition(f"## {title}\n")[2].partition("\n## ")[0].splitlines()
    return [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")][2:]


def test_what_a_mission_finds_is_followed_up_within_two_to_four_years_and_closed_one_by_one(tmp_path: Path) -> None:
    app = an_app(tmp_path)
    story = Missions(app, BEGIN, POOL, SEATS["irrs-mission"])
    mission = story.launch()
    story.until(mission, "self_assessment")
    first = DAYS["irrs-mission"]["day"]
    three_weeks = (first, date(2028, 4, 28))
    assert refusals(story, mission, "move_mission", three_weeks, reason="more time") == [
        "visit lasts 5 to 12 days: from 2028-04-10 to 2028-04-28 are 19"
    ]
    story.until(mission, "concluded")
    ended = has_closed(story, mission)
    assert published(ended) == story.letters[mission] + timedelta(days=90)
    assert sorted(story.findings().values()) == ["R1 - Inspection", "R2 - Staff", "S1 - Guides", "S2 - Training"]

    story.seats = SEATS["irrs-follow-up"]
    story.pass_to(datetime(2029, 10, 9, 12, tzinfo=UTC))
    assert [case.id for case in story.cases()] == [mission]  # eighteen months have not passed
    story.pass_to(datetime(2029, 10, 10, 12, tzinfo=UTC))
    follow_up = story.called("irrs-follow-up")
    assert follow_up.moments["first_mission"].day == first
    story.until(follow_up.id, "preparing")
    assert story.case(follow_up.id).tasks["open_findings:1"].state == "skipped"  # known from the mission's own report
    too_early, too_late = (date(2030, 4, 9), date(2030, 4, 12)), (date(2032, 4, 12), date(2032, 4, 16))
    window = "chosen.day between first_mission + 2y and first_mission + 4y"
    assert refusals(story, follow_up.id, "fix_follow_up", too_early, too_late) == [
        f"{window}: {day} is not between 2030-04-10 and 2032-04-10 (can be waived by iaea_coordinator)"
        for day in ("2030-04-09", "2032-04-12")
    ]
    story.until(follow_up.id, "transmitted")
    assert list(story.findings().values()) == ["R2 - Staff"]
    ended = has_closed(story, follow_up.id)
    assert (ended.outcome, published(ended)) == ("concluded", story.letters[follow_up.id] + timedelta(days=90))
    assert len(story.refused) == 3  # those above, and nothing else

    page = render(summarise(app, audience="office", language="en", now=story.now), "en", "md")
    assert [row[2:4] for row in table(page, "Findings")] == [
        ["R2 - Staff", "Open"],
        ["R1 - Inspection", "Closed"],
        ["S1 - Guides", "Closed on the basis of progress and confidence"],
        ["S2 - Training", "No longer applies"],
    ]
    assert [row[2] for row in table(page, "Public")] == ["1 July 2031", "6 August 2028"]
    for kind in ("mission_fixed", "report_transmitted", "report_public"):
        told = Counter(mail.address for mail in story.mails(kind))
        assert (kind, told["lia.last@example.org"]) == (kind, 2)  # once of the mission, once of its follow-up

    story.pass_to(datetime(2036, 10, 11, 12, tzinfo=UTC))
    assert story.called("irrs-mission").stage == "requested"  # the next one, about ten years after
    assert list(story.findings().values()) == ["R2 - Staff"]
    with app.store.read() as work:
        assert list(problems(work)) == []
    app.close()
