"""Are the addresses that somebody has left remembered?"""

from __future__ import annotations

from engine.directory import PersonRecord

PETRA = PersonRecord(id="petra", secretariat="office", name="Petra", email="petra@linde.example")


def test_the_addresses_of_before_are_remembered_once_and_the_present_one_is_none_of_them() -> None:
    moved = PETRA.readdressed("petra@wulp.example").readdressed("petra@els.example")
    assert (moved.email, moved.former) == ("petra@els.example", ("petra@linde.example", "petra@wulp.example"))
    back = moved.readdressed("Petra@Linde.example")
    assert (back.email, back.former) == ("Petra@Linde.example", ("petra@wulp.example", "petra@els.example"))


def test_other_capitals_are_no_other_address() -> None:
    assert PETRA.readdressed("PETRA@linde.example").former == ()
