"""What does a mail say of what has changed more than once before it left?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from collegium.bootstrap import Application
from engine.actions import Extend, Pin, Take
from engine.mail import Message
from notifications.dates_text import day_text
from tests.builders.definitions import small_review_files
from tests.collegium.reviews import act, an_app, drive, launch

REFLECTION = "reflection:1"
MOVES = (date(2027, 6, 3), date(2027, 6, 10), date(2027, 6, 14))


def written() -> tuple[Application, str, date]:
    """A reflection that was asked for by mail, and its due date."""
    app = an_app()
    app.mailroom.start()
    case = launch(app, small_review_files(), ["linde"])["linde"]
    act(app, case, Take(transition="begin", answers={"day": date(2027, 6, 24)}), 3, "coordinator")
    drive(app, 20)
    return app, case, due_of(app, case)


def due_of(app: Application, case: str) -> date:
    with app.store.read() as work:
        due = work.cases.load(case).tasks[REFLECTION].due
    assert due is not None
    return due.day


def extended(app: Application) -> list[Message]:
    with app.store.read() as work:
        return [each for each in work.outbox.messages() if each.kind == "extended"]


def tells(mail: Message, new: date, old: date) -> bool:
    text = " ".join(mail.text.split())
    return f"tot en met {day_text(new, 'nl')}. De oude datum was {day_text(old, 'nl')}." in text


@pytest.mark.parametrize("moves", [MOVES[:1], MOVES[:2], MOVES], ids=["once", "twice", "three times"])
def test_moves_of_one_moment_are_told_as_one_from_the_day_that_was_told(moves: Sequence[date]) -> None:
    app, case, first = written()
    act(app, case, Extend(task=REFLECTION, until=moves[0], reason="illness"), 21)
    for day in moves[1:]:
        act(app, case, Pin(task=REFLECTION, day=day, reason="illness"), 21)
    drive(app, 23)
    (mail,) = extended(app)
    assert tells(mail, moves[-1], first), mail.text


def test_a_move_after_a_mail_of_the_last_one_is_told_from_there() -> None:
    app, case, first = written()
    for days, day in zip((21, 23), MOVES[:2], strict=True):
        act(app, case, Pin(task=REFLECTION, day=day, reason="illness"), days)
    drive(app, 25)
    one, two = extended(app)
    assert tells(one, MOVES[0], first), one.text
    assert tells(two, MOVES[1], MOVES[0]), two.text


def test_a_date_that_goes_and_comes_back_in_one_moment_is_told_to_nobody() -> None:
    app, case, first = written()
    for day in (MOVES[0], first):
        act(app, case, Pin(task=REFLECTION, day=day, reason="a mistake"), 21)
    drive(app, 23)
    assert extended(app) == []
