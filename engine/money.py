"""How much money is that? Amounts as people write them, in whole cents of one currency.

An amount is kept as the text `EUR 1250.00`: it says its own currency wherever it goes, and read again it is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

SIGNS = {"€": "EUR", "£": "GBP", "$": "USD"}
"""Signs that people write for a currency; the others have only their code (ISO 4217)."""

MOST = 99_999_999_999
"""Cents; what is more was not meant."""

_GROUPED = r"[1-9]\d{0,2}(?:(?P<sep>[.,' ])\d{3})(?:(?P=sep)\d{3})*"
_AMOUNT = re.compile(rf"(?P<whole>{_GROUPED}|\d+)(?:(?P<point>[.,])(?P<cents>\d\d|-|--|–|—))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount of one currency."""

    cents: int
    currency: str  # ISO 4217

    def __str__(self) -> str:
        return f"{self.currency} {self.cents // 100}.{self.cents % 100:02}"

    @property
    def value(self) -> Decimal:
        """In units of the currency, as it is compared and shown."""
        return Decimal(self.cents) / 100


def money(value: Any, currency: str | None = None) -> Money | None:
    """An amount as people write it, in Dutch or in English; None where it is none.

    What names no currency is in `currency`. A point or comma before three figures groups thousands, one before two
    figures is that of the cents: no amount can be read in two ways. One figure behind it is refused, and so is
    `0.125`: no group of thousands begins with a nought.

    >>> [str(money(text, "EUR")) for text in ("€ 1.250,00", "€ 1,250.00", "1250", "1.250", "12,50", "€ 50,-")]
    ['EUR 1250.00', 'EUR 1250.00', 'EUR 1250.00', 'EUR 1250.00', 'EUR 12.50', 'EUR 50.00']
    >>> money("12,5", "EUR"), money("-3", "EUR"), money("a lot", "EUR")
    (None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, float):
        value = f"{value:.2f}" if round(value, 2) == value else ""
    text, named = _without_currency(" ".join(str(value).split()))
    found = _AMOUNT.fullmatch(text)
    if found is None or found["sep"] == found["point"] is not None or not (named or currency):
        return None
    whole = re.sub(r"\D", "", found["whole"])
    cents = int(whole) * 100 + (int(found["cents"]) if (found["cents"] or "").isdecimal() else 0)
    return Money(cents=cents, currency=named or currency or "") if cents <= MOST else None


def sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum for each currency, in the order in which they come up.

    >>> [str(each) for each in sums([Money(cents=100, currency="EUR"), Money(cents=50, currency="EUR")])]
    ['EUR 1.50']
    """
    found: dict[str, int] = {}
    for each in amounts:
        found[each.currency] = found.get(each.currency, 0) + each.cents
    return tuple(Money(cents=cents, currency=currency) for currency, cents in found.items())


def _without_currency(text: str) -> tuple[str, str | None]:
    """The amount without its currency, which stands before or after it, as a sign or as a code."""
    for sign, code in SIGNS.items():
        if text.startswith(sign) or text.endswith(sign):
            return text.removeprefix(sign).removesuffix(sign).strip(), code
    words = text.split(" ")
    for word in (words[0], words[-1]):
        if len(words) > 1 and len(word) == 3 and word.isascii() and word.isalpha():
            return text.removeprefix(word).removesuffix(word).strip(), word.upper()
    return text, None
