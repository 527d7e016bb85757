"""Is an amount read as whoever wrote it meant it, and refused where it could mean two things?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.money import MOST, Money, money, sums

WAYS = {
    "Dutch": lambda whole, cents: f"{whole:,}".replace(",", ".") + f",{cents:02}",
    "English": lambda whole, cents: f"{whole:,}.{cents:02}",
    "spaced": lambda whole, cents: f"{whole:,}".replace(",", "\u00a0") + f",{cents:02}",
    "Swiss": lambda whole, cents: f"{whole:,}".replace(",", "'") + f".{cents:02}",
    "plain with a comma": lambda whole, cents: f"{whole},{cents:02}",
    "plain with a point": lambda whole, cents: f"{whole}.{cents:02}",
}
AROUND = ("{}", "€ {}", "€{}", "{} €", "EUR {}", "{} eur", "  {} ")


@pytest.mark.parametrize("way", WAYS)
@given(cents=st.integers(0, MOST), around=st.sampled_from(AROUND))
def test_an_amount_is_the_same_however_it_is_written(way: str, cents: int, around: str) -> None:
    text = around.format(WAYS[way](cents // 100, cents % 100))
    assert money(text, "EUR") == Money(cents=cents, currency="EUR")


@given(st.builds(Money, cents=st.integers(0, MOST), currency=st.sampled_from(["EUR", "USD", "SEK"])))
def test_what_is_kept_is_read_again_as_the_same(amount: Money) -> None:
    assert money(str(amount), "GBP") == amount


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        (1250, 125000), (12.5, 1250), ("1.250", 125000), ("1,250", 125000), ("1.250.000", 125000000), ("50,-", 5000),
        ("50,--", 5000), ("0", 0), ("007", 700),
    ],
)  # fmt: skip
def test_whole_amounts_may_leave_out_their_cents(written: Any, cents: int) -> None:
    assert money(written, "EUR") == Money(cents=cents, currency="EUR")


@pytest.mark.parametrize(
    "written",
    [
        "12,5", "12.5", "1.25.000", "1.250.00", "1,250,00", "12.50.00", "1.2500", "0.125", "0,125", "01.250",
        "-3", "+3", "3-", "", "€", "EUR",
        "a lot", "12 50", "1e3", "=1+1", "1/2", "€ 3 $", "٣", None, True, [3], 0.333, float("nan"), float("inf"),
        MOST + 1,
    ],
)  # fmt: skip
def test_what_could_be_two_things_or_is_no_amount_is_none(written: Any) -> None:
    assert money(written, "EUR") is None


def test_an_amount_may_name_another_currency() -> None:
    assert [str(money(text, "EUR")) for text in ("$ 3", "3 £", "SEK 3")] == ["USD 3.00", "GBP 3.00", "SEK 3.00"]
    assert money("3") is None


def test_sums_keep_currencies_apart() -> None:
    amounts = [Money(cents=cents, currency=each) for cents, each in ((10, "EUR"), (5, "USD"), (15, "EUR"))]
    assert sums(amounts) == (Money(cents=25, currency="EUR"), Money(cents=5, currency="USD"))
