"""What does a cell hold? One function per kind of column; a cell that does not fit is refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import TypeAlias

from collegium.importing.columns import LANGUAGES, Column, Kind, normal
from collegium.importing.problems import CellRefused, hint, quoted

Value: TypeAlias = str | int | bool | date | tuple[str, ...] | None
Known: TypeAlias = Mapping[str, Collection[str]]  # name of a list of choices -> further identifiers

LONGEST_TEXT = 300
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
EXCEL_ERRORS = frozenset(
    {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#N/B", "#VERW!", "#NAAM?"}
)
YES, NO = frozenset({"ja", "j", "yes", "y", "x", "true", "waar"}), frozenset({"nee", "n", "no", "false", "onwaar"})
MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan januari january",
            "feb februari february",
            "mrt maart mar march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "aug augustus august",
            "sep sept september",
            "okt oktober oct october",
            "nov november",
            "dec december",
        ],
        start=1,
    )
    for name in names.split()
}
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?", re.ASCII)
DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
IN_WORDS = re.compile(r"(?:[a-z]+\.? )?(\d{1,2}) ([a-z]+)\.? (\d{4})", re.ASCII)
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"({ATOM}(?:\.{ATOM})*)@((?:{LABEL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9])")


def is_empty(raw: object) -> bool:
    """Whether a cell says nothing: blanks count for nothing, those that do not break included."""
    return raw is None or (isinstance(raw, str) and not _trimmed(raw))


def value_of(column: Column, raw: object, known: Known) -> Value:
    """The value of a cell that is not empty. Raises CellRefused."""
    if isinstance(raw, str) and raw.strip().upper() in EXCEL_ERRORS:
        raise CellRefused("formula_error", word=raw.strip())
    if column.kind in {"choice", "list"}:
        words = _text(raw)
        if column.kind == "choice":
            return _choice(column, words, known)
        return tuple(dict.fromkeys(_choice(column, word, known) for word in re.split(r"[,;\n]", words) if word.strip()))
    return PARSERS[column.kind](raw)


def address(raw: object) -> str:
    """An address to which a mail server will send (the dotted atoms of RFC 5321), with its domain in lower case."""
    text = _trimmed(str(raw)).removeprefix("mailto:")
    found = ADDRESS.fullmatch(text) if len(text) <= 254 else None
    if found is None or len(found[1]) > 64:
        raise CellRefused("bad_address", word=quoted(raw))
    return f"{found[1]}@{found[2].lower()}"


def day(raw: object) -> date:
    """A day from a date cell, or from text: year first, or day first as the Dutch write it; never with two digits."""
    if isinstance(raw, datetime):
        found: date | None = raw.date()
    elif isinstance(raw, date):
        found = raw
    else:
        found = _day_in_text(normal(raw)) if isinstance(raw, str) else None
    if found is None:
        raise CellRefused("bad_date", word=quoted(raw))
    if not FIRST_DAY <= found <= LAST_DAY:
        raise CellRefused("date_out_of_range", word=quoted(found), first=str(FIRST_DAY), last=str(LAST_DAY))
    return found


def number(raw: object) -> int:
    """A whole number of 0 or more."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = "" if isinstance(raw, bool) else str(raw).strip()
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII):
        raise CellRefused("bad_number", word=quoted(raw))
    return int(text)


def yes_no(raw: object) -> bool:
    """Ja, nee, yes, no, or a ticked cell."""
    word = normal(str(raw))
    if word not in YES | NO:
        raise CellRefused("bad_yes_no", word=quoted(raw))
    return word in YES


def validity(raw: object) -> date | bool:
    """The last day on which something is valid; True where it never ends, False where it is not there."""
    if normal(str(raw)) in YES | NO:
        return yes_no(raw)
    try:
        return day(raw)
    except CellRefused as refused:
        if refused.key == "bad_date":
            raise CellRefused("bad_validity", word=quoted(raw)) from None
        raise


def fact(raw: object) -> str | int | date:
    """A fact of the office's own: a day, a whole number, or else a text."""
    if isinstance(raw, datetime | date):
        return day(raw)
    try:
        return number(raw)
    except CellRefused:
        text = _text(raw)
        return _day_in_text(normal(text)) or text


def _text(raw: object) -> str:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = _trimmed(str(raw))
    if len(text) > LONGEST_TEXT:
        raise CellRefused("too_long", length=len(text), most=LONGEST_TEXT)
    return text


def _trimmed(text: str) -> str:
    """One line without blanks around it; what does not print (zero-width marks, controls) is dropped."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _choice(column: Column, word: str, known: Known) -> str:
    for choice in column.choices:
        if normal(word) in {normal(each) for each in choice.words}:
            return choice.id
    further = known.get(column.group, ()) if column.open else ()
    if normal(word) in further:
        return normal(word)
    words = [each for choice in column.choices for each in choice.words]
    listed = {language: [*(choice.says[language] for choice in column.choices), *further] for language in LANGUAGES}
    raise CellRefused("bad_choice", word=quoted(word), hint=hint(word, [*words, *further], listed))


def _day_in_text(text: str) -> date | None:
    if found := YEAR_FIRST.fullmatch(text):
        year, month, number = (int(part) for part in found.groups())
    elif found := DAY_FIRST.fullmatch(text):
        number, month, year = (int(part) for part in found.groups())
    elif (found := IN_WORDS.fullmatch(text)) and found[2] in MONTHS:
        number, month, year = int(found[1]), MONTHS[found[2]], int(found[3])
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


PARSERS: Mapping[Kind, Callable[[object], Value]] = {
    "text": _text,
    "email": address,
    "date": day,
    "number": number,
    "yes_no": yes_no,
    "validity": validity,
    "fact": fact,
    "organisation": _text,
    "person": address,
}
