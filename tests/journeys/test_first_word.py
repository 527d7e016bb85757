"""Does everybody hear of a task first, whatever becomes of its date before that mail leaves?"""

from __future__ import annotations

from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

from collegium.bootstrap import Application, build, seeded_keys
from collegium.settings import Settings
from engine.actions import OPERATOR, Action, Pin
from storage.memory import MemoryStore
from tests.builders.engine import a_folder
from tests.collegium.reviews import BEGIN, drive, furnish, launch
from tests.journeys.test_calendars import Kept

PROCESS = """
people:
  office: {of: secretariat}
  coordinator: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
stages: {busy: {}, over: {end: true}}
transitions:
  finish: {from: busy, to: over, when: work.done}
  lapse: {from: busy, to: over, when: case.launched + 52w}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 6w}, remind: [-1w]}}
"""
PIN: Action = Pin(task="work:1", day=date(2027, 3, 1), reason="later")


def heard(*deeds: Action, after: int = 0) -> list[str]:
    """What is mailed, where this is done so many days after the launch."""
    kept = Kept()
    app: Application = build(
        Settings(sender="office@example.org", key="k" * 32), store=MemoryStore(), sender=kept, keys=seeded_keys(7)
    )
    furnish(app)
    app.mailroom.start()
    case = launch(app, a_folder(PROCESS), ["linde"])["linde"]
    if after:
        drive(app, after)
    for deed in deeds:
        app.operations.act(case, deed, OPERATOR, BEGIN + timedelta(days=after))
    drive(app, 60)
    subjects = [str(message_from_bytes(wire.data, policy=default)["subject"]) for wire in kept.wires]
    return [each.partition(":")[0] for each in subjects]


def test_a_date_that_is_set_before_the_first_mail_has_left_stands_in_that_mail_and_in_no_other() -> None:
    assert heard(PIN) == heard() == ["De Linde", "Reminder"]


def test_who_has_heard_of_the_task_hears_that_its_date_is_another() -> None:
    assert heard(PIN, after=3) == ["De Linde", "New date Monday 1 March 2027", "Reminder"]
