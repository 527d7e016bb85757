"""A decision that may not have arrived: the office hears of it within a day, and is asked until it has decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from collegium.doubts import Doubts, settle
from engine.case import Task
from engine.mail import Delivery, Message, Wire, outbox_stream
from notifications import oversight
from notifications.oversight import Deed
from tests.journeys import stage
from tests.journeys.journey import OF_A_CASE, Journey


class Doubtful:
    """Implements engine.ports.Sender: of the first mail nobody ever knows; all others arrive."""

    def __init__(self) -> None:
        self.doubted: str | None = None

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        arrived = {mail.message: Delivery(outcome="sent", code=250) for mail in mails}
        if self.doubted is None:
            self.doubted = mails[0].message
            arrived[self.doubted] = Delivery(outcome="unknown", answer="no answer after the final dot")
        return arrived

    async def close(self) -> None:
        """Nothing is kept open."""


def tasks_about(story: Journey, message: str | None) -> list[Task]:
    tasks = [task for case in story.cases() for task in case.tasks.values()]
    return [task for task in tasks if task.about == f"mail:{message}"]


def test_an_unknown_tell_with_legal_effect_is_a_task_until_the_office_has_decided() -> None:
    sender = Doubtful()
    with Journey("development-review", sender=sender, duties=(*OF_A_CASE, Doubts.name)) as story:
        story.until_day(story.today + timedelta(days=2))
        (task,) = tasks_about(story, sender.doubted)
        assert (task.name, task.is_open) == ("decide_mail", True)
        assert (task.opened - stage.START).days == 0
        assert task.due is not None
        assert task.due.day <= story.today
        assert set(task.assignees) <= {who for role in ("coordinator", "office") for who in story.case.roles[role]}
        asked = [mail for mail in story.mails() if (story.id, task.key) in mail.asks]
        assert asked
        _decide(story, _message(story, sender.doubted))
        assert [task.state for task in tasks_about(story, sender.doubted)] == ["done"]
        story.until_day(story.today + timedelta(days=5))
        assert len(tasks_about(story, sender.doubted)) == 1
    with story.app.store.read() as work:
        kinds = [sealed.event.kind for sealed in work.stream(outbox_stream(stage.OFFICE.id))]
    assert kinds == ["mail_unknown", "mail_doubted", "mail_decided"]


def _message(story: Journey, id: str | None) -> Message:
    with story.app.store.read() as work:
        found = work.outbox.message(id or "")
    assert found is not None
    assert (found.state, found.legal) == ("unknown", True)
    return found


def _decide(story: Journey, message: Message) -> None:
    with story.app.store.write() as work:
        deed = Deed(work=work, now=story.now, reason="Gebeld")
        oversight.decide(deed, message, "by-phone", story.app.service)
        settle(work, story.app.operations, message, story.now)
        work.commit()
