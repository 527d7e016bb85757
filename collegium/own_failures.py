"""Which mails did not leave because we could not make or sign them? Such a refusal says nothing of an address."""

from __future__ import annotations

from collections.abc import Iterator

from engine.mail import Message
from engine.ports import UnitOfWork
from notifications.backoff import GAVE_UP
from notifications.mime import ADDRESS
from storage.sending import UNREACHABLE

CONVERSATION = (GAVE_UP, "MAIL:", "RCPT:", "DATA:")
"""How a refusal without a code begins that is about this address and its server; all others are failures of our own."""


def is_own(message: Message, *, spoken: bool) -> bool:
    """Whether we are to blame that this mail was refused. `spoken`: a server has answered with a code."""
    words = message.last_error
    if spoken or words == UNREACHABLE.answer or not ADDRESS.fullmatch(message.address):
        return False
    return not words.startswith(CONVERSATION)


def own_failures(work: UnitOfWork, office: str) -> Iterator[Message]:
    """Refused mails of an office that are our own failures and were not sent again."""
    for message in work.outbox.messages("refused"):
        if message.secretariat != office or work.outbox.resent(message.id):
            continue
        attempts = work.outbox.deliveries(message.id)
        if is_own(message, spoken=any(each.delivery.code is not None for each in attempts[-1:])):
            yield message
