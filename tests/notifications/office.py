"""An office with people, tasks and notices in a store, and letters for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from engine.events import Notice
from engine.mail import Message, StoredNotice
from engine.ports import Store, UnitOfWork
from notifications import links
from notifications.letters import Hours, Later, Letter, Office, Prepared, Reader, Skip, TaskText
from tests.builders.storage import (
    a_case,
    a_cycle,
    a_notice,
    a_person,
    a_task,
    an_office,
    an_organisation,
    furnish,
    launch,
)
from tests.notifications.builders import NOW, template

ONE_DAY = timedelta(days=1)
TASKS = ("intake#1", "reading#1", "report#1", "agenda#1")


def open_office(store: Store, *notices: Notice, people: Iterable[str] = ("ann", "ben")) -> None:
    """One case with four open tasks, and these notices."""
    people = list(people)
    furnish(store, people=people)
    everybody = tuple(f"p-{name}" for name in people)
    launch(store, a_case(tasks=[a_task(key, assignees=everybody) for key in TASKS]), people=people, notices=notices)


def ask(task: str = "intake#1", who: str = "ann", **more: Any) -> Notice:
    """A reminder that may be bundled."""
    named = {"rule": f"tasks.{task}.remind", "occurrence": task, "template": "reminder", "bundle": True}
    return a_notice(task=task, recipient=f"p-{who}", **{**named, "send_at": NOW, "caused_at": NOW, **more})


def tell(template: str = "moved", who: str = "ann", **more: Any) -> Notice:
    named = {"rule": f"notices.{template}", "occurrence": "1", "template": template, "kind": "tell", "task": None}
    return a_notice(recipient=f"p-{who}", **{**named, "send_at": NOW, "caused_at": NOW, **more})


class PlainLetters:
    """Implements notifications.letters.Letters with one template per notice; mail stops at the hour `closes` (UTC)
    and goes on at that of NOW."""

    def __init__(
        self,
        templates: Mapping[str, str] | None = None,
        *,
        wait: timedelta | None = timedelta(days=1),
        closes: int | None = None,
    ) -> None:
        self.templates = templates or {}
        self.wait = wait
        self.closes = closes
        self.prepared: list[int] = []

    def prepare(self, work: UnitOfWork, notice: StoredNotice, now: datetime) -> Prepared | Later | Skip:
        self.prepared.append(notice.id)
        told = notice.notice
        until = None
        if self.closes is not None:
            until = now.replace(hour=self.closes, minute=0)
            if now > until:
                return Later(at=now.replace(hour=NOW.hour, minute=0) + ONE_DAY)
        assert notice.person is not None
        person = work.people.person(notice.person)
        if person is None or not person.email:
            return Skip(reason="no address")
        task = work.cases.load(told.case).tasks[told.task] if told.task else None
        link = work.outbox.link(told.case, told.recipient, told.task) if told.task else None
        due = "donderdag 11 maart 2027"
        return Prepared(
            letter=Letter(
                reader=Reader(name=person.name, language=person.language),
                office=Office(name="Bureau", email="bureau@review.example"),
                process="Peerreview",
                the_process="de peerreview",
                host="Waterland",
                stage="Voorbereiding",
                phase="Voorbereiding",
                task=TaskText(label=task.name, due=due) if task else None,
                by_when=due if task else None,
                link=links.placeholder(link.id) if link else None,
                why="U doet mee.",
            ),
            template=template(f"{told.template}: {{{{ host }}}}", self.templates.get(told.template, "Beste lezer.")),
            address=person.email,
            reply_to="bureau@review.example",
            zone="Europe/Amsterdam",
            references="<case-1@review.example>",
            due=NOW + timedelta(days=TASKS.index(told.task)) if told.task else None,
            legal=told.template == "decision",
            until=until,
        )

    def next_moment(self, work: UnitOfWork, notice: StoredNotice, prepared: Prepared, now: datetime) -> datetime | None:
        return None if self.wait is None else now + self.wait

    def hours(self, work: UnitOfWork, message: Message, moment: datetime) -> Hours:
        assert self.closes is not None
        opens, closes = (moment.replace(hour=hour, minute=0, second=0) for hour in (NOW.hour, self.closes))
        if moment > closes:
            opens, closes = opens + ONE_DAY, closes + ONE_DAY
        return Hours(day=opens.date().isoformat(), opens=max(opens, moment), closes=closes)


def open_another_office(store: Store, *notices: Notice, email: str = "Ann@example.org", **office: Any) -> None:
    """A case of another office, in which `anna` takes part; she has ann's address."""
    with store.write() as work:
        work.people.put_secretariat(an_office("there", **office))
        work.people.put_organisation(an_organisation("south", secretariat="there"))
        work.people.put_person(a_person("anna", secretariat="there", email=email))
        work.definitions.put_cycle(a_cycle("round", secretariat="there"))
        work.commit()
    tasks = [a_task(key, assignees=("p-anna@case-2",)) for key in TASKS]
    launch(
        store, a_case("case-2", cycle="round", subject="south", tasks=tasks), people=["anna"],
        notices=[replace(each, case="case-2", recipient=f"{each.recipient}@case-2") for each in notices],
    )  # fmt: skip
