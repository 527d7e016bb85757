"""How long is a dead address no task yet? Our own clock, our own minute: `run` as an installation has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from collegium import bootstrap
from collegium.bootstrap import Application
from collegium.clock import utc_now
from collegium.settings import Settings
from collegium.wall_clock import WallClock
from engine.case import Task
from tests.builders.definitions import small_review_files
from tests.journeys import stage
from tests.notifications.builders import message
from tests.wire.pair import OWN_DOMAIN, PASSWORD, USER, Pair
from tests.wire.postfix import wait_until

pytestmark = [pytest.mark.debian, pytest.mark.slow]

DEAD = "gone@school.example"
ID = "0123456789abcdef"


@contextmanager
def running(app: Application) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=WallClock(app).run, args=(stop,), name="run")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_mail_that_comes_back_is_a_task_of_the_office_within_a_minute(pair: Pair, tmp_path: Path) -> None:
    settings = Settings(
        database=f"sqlite:///{tmp_path}/collegium.db", key="only for tests " * 3, sender=f"collegium@{OWN_DOMAIN}",
        bounces=f"bounces@{OWN_DOMAIN}", mailbox=f"maildir:{pair.bounces}",
        smtp_host="localhost", smtp_port=pair.ports["starttls"], smtp_tls="starttls", smtp_user=USER,
        smtp_password=PASSWORD, smtp_ca=str(pair.authority.ca),
    )  # fmt: skip
    with bootstrap.build(settings) as app:
        stage.import_people(app)
        (case,) = stage.launch(app, small_review_files(), stage.hosts_of(app, "development", 1), utc_now())
        written(app, case)
        with running(app):
            wait_until(lambda: unreached(app, case), "a task about the address", patience=90)
        (task,) = unreached(app, case)
    reports = [file for file in pair.bounces.rglob("*") if file.is_file() and f"bounces+{ID}" in file.read_text()]
    (came_back,) = [datetime.fromtimestamp(file.stat().st_mtime, UTC) for file in reports]
    print(f"{(task.opened - came_back).total_seconds():.1f} s from the mailbox to the task")
    assert timedelta(0) < task.opened - came_back < timedelta(minutes=1)


def written(app: Application, case: str) -> None:
    """A mail to the contact of that case, whose address does not work any more, is ready to go."""
    with app.store.write() as work:
        contact = work.cases.load(case).roles["contact"][0]
        (known,) = [each for each in work.people.participants(case) if each.key == contact]
        assert known.person is not None
        person = work.people.person(known.person)
        assert person is not None
        work.people.put_person(replace(person, email=DEAD))
        mail = message(
            id=ID, secretariat=stage.OFFICE.id, person=person.id, address=DEAD, cases=(case,), created_at=utc_now(),
            message_id=f"<{ID}@{OWN_DOMAIN}>",
        )  # fmt: skip
        work.outbox.add(mail, [])
        work.commit()


def unreached(app: Application, case: str) -> list[Task]:
    with app.store.read() as work:
        return [task for task in work.cases.load(case).open_tasks() if task.name == "unreached"]
