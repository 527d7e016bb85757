"""Are the addresses that somebody has left remembered, and that mail reaches them elsewhere or again?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from engine.directory import PersonRecord

PETRA = PersonRecord(id="petra", secretariat="office", name="Petra", email="petra@linde.example")
DEAD = replace(PETRA, reachable=False)
NOW = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)


def test_the_addresses_of_before_are_remembered_once_and_the_present_one_is_none_of_them() -> None:
    moved = PETRA.readdressed("petra@wulp.example").readdressed("petra@els.example")
    assert (moved.email, moved.former) == ("petra@els.example", ("petra@linde.example", "petra@wulp.example"))
    back = moved.readdressed("Petra@Linde.example")
    assert (back.email, back.former) == ("Petra@Linde.example", ("petra@wulp.example", "petra@els.example"))


def test_other_capitals_are_no_other_address() -> None:
    assert PETRA.readdressed("PETRA@linde.example").former == ()


def test_whom_mail_reaches_elsewhere_or_again_is_marked_with_the_moment() -> None:
    elsewhere = PETRA.readdressed("petra@wulp.example")
    assert elsewhere.reached_anew(PETRA, NOW) == replace(elsewhere, calendar_unsure_since=NOW)
    assert PETRA.reached_anew(DEAD, NOW) == replace(PETRA, calendar_unsure_since=NOW)


def test_whose_address_dies_or_stays_as_it_was_is_not_marked() -> None:
    capitals = PETRA.readdressed("PETRA@linde.example")
    assert [one.reached_anew(PETRA, NOW) for one in (PETRA, DEAD, capitals)] == [PETRA, DEAD, capitals]
