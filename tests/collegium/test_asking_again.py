"""Is a mail with the link of a task looked at again before it leaves: written, held, changed, put off, sent again?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from collegium.bootstrap import Application
from engine.actions import Take
from engine.errors import Refused
from engine.mail import Message
from notifications import oversight
from notifications.oversight import Deed
from tests.collegium.reviews import BEGIN, OPERATOR, an_app, launch
from workflows import loader

DEVELOPMENT = Path(loader.__file__).parent / "development_review"
SOON, LATER = BEGIN + timedelta(minutes=5), BEGIN + timedelta(minutes=10)


def an_invited_partnership() -> tuple[Application, str]:
    """A review was launched a moment ago: its contact is invited to do the intake."""
    app = an_app()
    app.mailroom.start()
    return app, launch(app, loader.bundle(DEVELOPMENT), hosts=("linde",))["linde"]


def the_invitation(app: Application) -> Message:
    with app.store.read() as work:
        return next(one for one in work.outbox.messages() if one.person == "contact-linde" and one.kind == "invitation")


def declined(app: Application, case: str) -> None:
    app.operations.act(case, Take(transition="decline", answers={"reason": "fusie"}), OPERATOR, SOON)


def kinds_sent(app: Application, person: str) -> list[str]:
    with app.store.read() as work:
        return [one.kind for one in work.outbox.messages("sent", person)]


def test_an_invitation_that_was_held_and_changed_does_not_leave_once_its_task_is_over() -> None:
    app, case = an_invited_partnership()
    app.mailroom.compose(BEGIN)
    with app.store.write() as work:
        deed = Deed(work=work, now=BEGIN, reason="eerst bellen")
        oversight.hold(deed, the_invitation(app))
        oversight.edit(deed, the_invitation(app), subject="Zoals besproken")
        work.commit()
    declined(app, case)
    with app.store.write() as work:
        oversight.release(Deed(work=work, now=LATER), the_invitation(app))
        work.commit()
    app.mailroom.run(LATER)
    message = the_invitation(app)
    assert (message.state, message.last_error, message.subject) == ("cancelled", "closed", "Zoals besproken")
    with app.store.read() as work:
        told = [one for one in work.outbox.notices("withdrawn") if one.notice.rule == "notices.invitation"]
    assert {(one.person, one.reason) for one in told} == {("contact-linde", "closed"), ("signatory-linde", "closed")}
    assert [kinds_sent(app, who) for who in ("contact-linde", "signatory-linde")] == [["stopped"], ["stopped"]]


def test_an_invitation_that_was_not_written_yet_is_not_written_once_its_task_is_over() -> None:
    app, case = an_invited_partnership()
    declined(app, case)
    app.mailroom.run(SOON)
    with app.store.read() as work:
        told = [one for one in work.outbox.notices("skipped") if one.notice.rule == "notices.invitation"]
    assert {(one.person, one.reason) for one in told} == {("contact-linde", "closed"), ("signatory-linde", "closed")}
    assert [kinds_sent(app, who) for who in ("contact-linde", "signatory-linde")] == [["stopped"], ["stopped"]]


def test_one_whose_task_is_open_leaves_and_is_not_sent_again_when_that_is_over() -> None:
    app, case = an_invited_partnership()
    app.mailroom.run(BEGIN)
    assert the_invitation(app).state == "sent"
    declined(app, case)
    with app.store.write() as work, pytest.raises(Refused) as refused:
        oversight.resend(Deed(work=work, now=LATER, reason="nog eens"), the_invitation(app), app.service)
    (reason,) = refused.value.reasons
    assert reason.startswith("it has the link of intake:1, which is closed")
