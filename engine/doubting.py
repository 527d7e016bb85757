"""What if nobody knows whether a mail with legal effect arrived? A task for one day of who answers for the case."""

from __future__ import annotations

from engine import task
from engine.draft import Draft

DECIDE_MAIL = "decide_mail"


def doubt(draft: Draft, message: str) -> None:
    """Open the task about that message; nothing where there was one before."""
    about = f"mail:{message}"
    if any((item.name, item.about) == (DECIDE_MAIL, about) for item in draft.tasks.values()):
        return
    draft.emit("mail_doubted", message)
    task.open_task(draft, draft.definition.tasks[DECIDE_MAIL], about=about)


def settle(draft: Draft, message: str) -> None:
    """The office has decided: the task is done."""
    for item in list(draft.tasks.values()):
        if item.is_open and (item.name, item.about) == (DECIDE_MAIL, f"mail:{message}"):
            draft.emit("mail_settled", message)
            task.close(draft, item, "done")
