"""What does an office want done with its mail? Pause, cancel, copy, end a link, decide about what nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from collegium import bootstrap
from collegium.doubts import Doubts
from collegium.settings import Settings
from engine.mail import Delivery, Wire
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import a_writing_office
from tests.faults.office_life import ANNA, BRAM, CORA, HOUR, LATER, SAM, SOON, Life, Wish, step

DECISIONS = {"again": ANNA, "sent": SAM, "by-phone": BRAM}


class Silent:
    """Implements engine.ports.Sender: of no mail anybody ever knows."""

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        return {mail.message: Delivery(outcome="unknown", answer="no answer after the final dot") for mail in mails}

    async def close(self) -> None:
        """Nothing is kept open."""


def mails_that_are_ready(folder: Path) -> None:
    office = a_writing_office(folder)
    with bootstrap.build(Settings(database=f"sqlite:///{office.database}")) as app:
        app.mailroom.compose(SOON)


def mails_of_which_nobody_knows(folder: Path) -> None:
    """Four with legal effect, in two cases, of which the office was not told yet."""
    office = a_writing_office(folder)
    office.run("launch", SMALL_REVIEW, "--name", "Nog een", "--hosts", "De Wulp", "--date", "latest=2028-06-01")
    office.run("act", "Partnerschap De Wulp", "take", "begin", "--answer", "day=2027-06-15")
    step(folder, SOON, Silent())


def pause_and_resume(life: Life) -> None:
    """Nothing leaves meanwhile."""
    if "mail_paused" not in life.deeds():
        life.run(SOON, "outbox", "pause", "--reason", "Eerst lezen", "--as", CORA)
    if "mail_resumed" not in life.deeds():
        life.step(SOON + HOUR)
        assert life.mails(state="sent") == []
        life.run(LATER, "outbox", "resume", "--as", CORA)
    life.step(LATER + HOUR)


def cancel_and_copy(life: Life) -> None:
    """One is read by the office first, another never goes."""
    (read,) = life.mails(to=SAM)
    if "mail_copied" not in life.deeds(read["id"]):
        life.run(SOON, "outbox", "to-me", read["id"], "--as", CORA)
    (unwanted,) = life.mails(to=ANNA)
    if "mail_cancelled" not in life.deeds(unwanted["id"]):
        life.run(SOON, "outbox", "cancel", unwanted["id"], "--reason", "Al gebeld", "--as", CORA)
    life.step(SOON + HOUR)


def revoke(life: Life) -> None:
    """The mail that holds the link is written anew, with another one."""
    if "link_revoked" not in life.deeds():
        (mail,) = life.mails(to=ANNA)
        life.run(SOON, "outbox", "revoke", mail["id"], "--reason", "Doorgestuurd", "--as", CORA)
    life.step(SOON + HOUR)


def be_asked_and_decide(life: Life) -> None:
    """A task for each; about three of the four the office decides."""
    if "mail_decided" not in life.deeds():
        life.step(SOON + HOUR, Doubts.name)
    for how, reader in DECISIONS.items():
        (doubted,) = life.mails(to=reader, resends=None)
        if "mail_decided" not in life.deeds(doubted["id"]):
            life.run(LATER, "outbox", "decide", doubted["id"], how, "--reason", "Gebeld", "--as", CORA)
    life.step(LATER + HOUR)


WISHES = {
    "all mail is paused, and goes on": Wish(prepare=mails_that_are_ready, carry_out=pause_and_resume),
    "a mail is copied to somebody of the office, another cancelled": Wish(
        prepare=mails_that_are_ready, carry_out=cancel_and_copy
    ),
    "a private link is revoked": Wish(prepare=mails_that_are_ready, carry_out=revoke),
    "the office is asked about mails of which nobody knows, and decides": Wish(
        prepare=mails_of_which_nobody_knows, carry_out=be_asked_and_decide
    ),
}
