"""What becomes of a mail that cannot be composed? A task of the office, once, and never one about itself."""

from __future__ import annotations

from datetime import timedelta

from collegium.bootstrap import Application
from collegium.clock import Driven, Driver, VirtualClock
from engine.case import Task
from storage.memory import MemoryStore
from tests.builders.definitions import small_review_files
from tests.journeys import stage
from tests.journeys.journey import Postbox

# It can be written to the organisation that the check makes up, and to no other.
RAISES = "{% if host != 'Host' %}{{ 1 / 0 }}{% endif %}Dag"
RAISES_ONCE = "{% if host != 'Host' and task.label == 'Bezoekdag kiezen' %}{{ 1 / 0 }}{% endif %}Dag"


def driven(body: str) -> tuple[Application, str, Driven]:
    """A month in which the first mail of a task cannot be written."""
    files = small_review_files()
    files |= {"mails/opened/nl/subject.txt": b"Taak: {{ task.label }}", "mails/opened/nl/body.txt": body.encode()}
    app = stage.an_application(MemoryStore(), Postbox())
    stage.import_people(app)
    case = stage.launch(app, files, stage.hosts_of(app, "development", 1))[0]
    driver = Driver(store=app.store, operations=app.operations, mailroom=app.mailroom)
    with app.mailroom:
        done = driver.drive(VirtualClock(stage.START), stage.START + timedelta(days=30))
    return app, case, done


def stuck(app: Application, case: str) -> list[Task]:
    with app.store.read() as work:
        told = [sealed for sealed in work.cases.history(case) if sealed.event.kind == "rule_stuck"]
        tasks = [task for task in work.cases.load(case).tasks.values() if task.name == "stuck"]
        assert len(told) == len(tasks)
        return tasks


def test_a_mail_that_cannot_be_composed_becomes_a_task_of_the_office() -> None:
    app, case, done = driven(RAISES_ONCE)
    (task,) = stuck(app, case)
    assert (task.about, task.is_open) == ("mail:opened", True)
    assert len(done.failures) == 1
    with app.store.read() as work:
        assert task.assignees == work.cases.load(case).roles["coordinator"]
        asked = [message for message in work.outbox.messages() if (case, task.key) in message.asks]
    assert asked


def test_the_mail_about_that_task_may_fail_as_well() -> None:
    app, case, done = driven(RAISES)
    assert [task.about for task in stuck(app, case)] == ["mail:opened"]
    assert len(done.failures) == 2
