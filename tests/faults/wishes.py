"""What does an office want done, as it says it? Commands and a round of the clock, in a process that can be killed.

``python -m tests.faults.wishes`` reads a life per line of its input, ``FOLDER PORT WISH AT WHERE``, and forks for each,
as ``tests.faults.driven_cycle`` does. Who begins anew looks at what is there, as a person would, and asks for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from collegium import bootstrap
from collegium.settings import Settings
from storage import migrations  # noqa: F401  # imported before the first fork: it brings Alembic
from storage.unit_of_work import SqlStore
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import HOST, SHEETS, a_new_office, a_writing_office
from tests.collegium.workbooks import save
from tests.faults import outbox_wishes
from tests.faults.executioner import Executioner, serve, watched_connections
from tests.faults.office_life import ANNA, CORA, HOUR, LATER, LONG_AFTER, SAM, SOON, START, Life, Wish, step
from tests.faults.outbox_wishes import mails_that_are_ready
from tests.journeys.journey import Postbox

TALK = Path(__file__).parents[2] / "docs" / "reference" / "examples" / "talk"
HOSTS = ("--hosts", "De Linde", "--hosts", "De Wulp", "--date", "latest=2028-06-01")
CHANGED = "more.xlsx"


def mails_that_wait(folder: Path) -> None:
    """Two mails to two readers wait for approval."""
    office = a_writing_office(folder)
    with bootstrap.build(Settings(database=f"sqlite:///{office.database}", bulk_from=1)) as app:
        app.mailroom.compose(SOON)


def a_case_of_long_ago(folder: Path) -> None:
    """A case that has ended, with answers, names and mails."""
    office = a_writing_office(folder)
    step(folder, SOON, Postbox())
    office.run("act", HOST, "take", "stop", "--as", "anna@linde.example", "--answer", "reason=Anders")
    office.run("act", HOST, "take", "stop", "--answer", "reason=Anders")
    step(folder, LATER, Postbox())


def people_in_a_workbook(folder: Path) -> None:
    a_new_office(folder)
    sheets = {name: [list(row) for row in rows] for name, rows in SHEETS.items()}
    sheets["Personen"] += [["Nora Nieuw", "nora@linde.example"], ["Otto Oud", "otto@wulp.example"]]
    sheets["Functies"] += [["nora@linde.example", HOST, "contactpersoon"]]
    (folder / "more").mkdir()
    save(folder / "more", sheets).rename(folder / CHANGED)


def approve(life: Life) -> None:
    """Bulk mail: seen, approved, sent."""
    held = life.mails(state="held")
    if held:
        life.run(SOON, "outbox", "approve", held[0]["bulk"])
        life.run(SOON, "outbox", "approve", held[0]["bulk"], "--mails", str(len(held)))
    life.step(SOON + HOUR)


def handle(life: Life) -> None:
    """A mail is held, changed and let go; another, once sent, is sent again."""
    (first,) = life.mails(to=ANNA)
    words: Mapping[str, tuple[str, ...]] = {
        "mail_held": ("hold", first["id"], "--reason", "Eerst bellen", "--as", CORA),
        "mail_edited": ("edit", first["id"], "--as", CORA, "--subject", "Onze afspraak"),
        "mail_released": ("release", first["id"], "--as", CORA),
    }
    for deed, said in words.items():
        if deed not in life.deeds(first["id"]):
            life.run(SOON, "outbox", *said)
    life.step(SOON + HOUR)
    (sent,) = life.mails(to=SAM, resends=None)
    if "mail_resent" not in life.deeds(sent["id"]):
        life.run(LATER, "outbox", "resend", sent["id"], "--reason", "Niet gekregen", "--as", CORA)
    life.step(LATER + HOUR)


def launch(life: Life) -> None:
    """A round of two, and its first mails."""
    life.run(START, "launch", SMALL_REVIEW, "--name", "Ronde 2027", *HOSTS)
    life.step(SOON)


def import_people(life: Life) -> None:
    life.run(START, "people", "import", life.folder / CHANGED)


def a_round_of_talks(folder: Path) -> None:
    """Two cases follow version 1 of their process; both were mailed."""
    office = a_new_office(folder)
    office.run("launch", TALK, "--name", "Ronde 2027", "--hosts", "De Linde", "--hosts", "De Wulp")
    step(folder, SOON, Postbox())


def move_version(life: Life) -> None:
    """Both move to version 2, and what that leads to is mailed."""
    life.run(LATER, "move-version", "Ronde 2027", "--to", TALK.with_name("talk_2"), "--reason", "Vijf weken")
    life.step(LATER + HOUR)


def erase(life: Life) -> None:
    life.run(LATER, "erase", "anna@linde.example", "--reason", "vroeg erom")


def retain(life: Life) -> None:
    life.run(LONG_AFTER, "retention", "--remove")


WISHES = {
    "bulk mail is approved": Wish(prepare=mails_that_wait, carry_out=approve),
    "mails are held, changed, let go and sent again": Wish(prepare=mails_that_are_ready, carry_out=handle),
    **outbox_wishes.WISHES,
    "a round is launched": Wish(prepare=a_new_office, carry_out=launch),
    "people are imported": Wish(prepare=people_in_a_workbook, carry_out=import_people),
    "running cases move to another version": Wish(prepare=a_round_of_talks, carry_out=move_version),
    "a person is erased": Wish(prepare=a_case_of_long_ago, carry_out=erase),
    "what is past its term is removed": Wish(prepare=a_case_of_long_ago, carry_out=retain),
}


def _watched(executioner: Executioner) -> type[SqlStore]:
    class Watched(SqlStore):
        def __init__(self, address: str) -> None:
            super().__init__(address, factory=watched_connections(executioner))

    return Watched


def live(folder: Path, port: int, wish: str, executioner: Executioner) -> None:
    """The office gives its commands once: they open their own store, whose connections pass the executioner."""
    vars(bootstrap)["SqlStore"] = _watched(executioner)
    WISHES[wish].carry_out(Life(folder=folder, executioner=executioner, port=port))


if __name__ == "__main__":
    serve(live)
