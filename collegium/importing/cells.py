"""What does a cell hold? One function per kind of column; a cell that does not fit is refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias

from collegium.importing.addresses import address
from collegium.importing.columns import LANGUAGES, Column, Kind, nearest_word, normal, trimmed
from collegium.importing.dates import day, day_in_text
from collegium.importing.names import title_of
from collegium.importing.pages import NoValue
from collegium.importing.problems import CellRefused, Hint, quoted

Value: TypeAlias = str | int | bool | date | tuple[str, ...] | None
Known: TypeAlias = Mapping[str, Mapping[str, Collection[str]]]  # list of choices -> further identifier -> its words

LONGEST_TEXT = 300
EXCEL_ERRORS = frozenset(
    {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#N/B", "#VERW!", "#NAAM?"}
)
YES, NO = frozenset({"ja", "j", "yes", "y", "x", "true", "waar"}), frozenset({"nee", "n", "no", "false", "onwaar"})
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
WHOLE = re.compile(r"(\d{1,12}|\d{1,3}(?:\.\d{3}){1,3})(?:[,.]0{1,2})?", re.ASCII)
PHONE = re.compile(r"\+?[\d\s()./-]{4,25}(?:(?:tst|toestel|ext)?\.? ?\d{1,6})?", re.ASCII | re.IGNORECASE)
MOST_DIGITS = 18  # of an international number (E.164: 15), an optional 0 and an extension
NATIONAL = 10  # digits of a Dutch number
INFORMAL, FORMAL = (
    frozenset({"je", "jij", "jou", "tutoyeren", "informeel", "informal", "jij/je"}),
    frozenset({"u", "vousvoyeren", "formeel", "formal"}),
)

SHOWN_YES_NO = {"nl": {True: "ja", False: "nee"}, "en": {True: "yes", False: "no"}}
SHOWN_INFORMAL = {True: "je", False: "u"}


def is_empty(raw: object) -> bool:
    """Whether a cell says nothing: blanks count for nothing, those that do not break included."""
    return raw is None or (isinstance(raw, str) and not trimmed(raw))


def value_of(column: Column, raw: object, known: Known) -> Value:
    """The value of a cell that is not empty. Raises CellRefused."""
    if isinstance(raw, NoValue):
        raise CellRefused("formula_without_value", word=quoted(raw))
    if isinstance(raw, str) and raw.strip().upper() in EXCEL_ERRORS:
        raise CellRefused("formula_error", word=raw.strip())
    if column.kind in {"choice", "list"}:
        words = _text(raw)
        if column.kind == "choice":
            return _choice(column, words, known)
        return tuple(dict.fromkeys(_choice(column, word, known) for word in re.split(r"[,;\n]", words) if word.strip()))
    return PARSERS[column.kind](raw)


def shown(column: Column, value: Value, language: str) -> str | int | date:
    """The cell from which `value_of` reads that value; an empty text for None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(_said(column, word, language) for word in value)
    if isinstance(value, bool):
        return SHOWN_INFORMAL[value] if column.kind == "informal" else SHOWN_YES_NO[language][value]
    return _said(column, value, language) if isinstance(value, str) else value


def _said(column: Column, id: str, language: str) -> str:
    return next((choice.says[language] for choice in column.choices if choice.id == id), id)


def number(raw: object) -> int:
    """A whole number of 0 or more."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = "" if isinstance(raw, bool | float) else str(raw).strip()
    found = WHOLE.fullmatch(text)
    if found is None:
        raise CellRefused("bad_number", word=quoted(raw))
    return int(found[1].replace(".", ""))


def yes_no(raw: object) -> bool:
    """Ja, nee, yes, no, or a ticked cell."""
    word = normal(str(raw))
    if word not in YES | NO:
        raise CellRefused("bad_yes_no", word=quoted(raw))
    return word in YES


def is_yes_no(raw: object) -> bool:
    """Whether a cell answers a question with ja or nee, or is ticked."""
    return normal(str(raw)) in YES | NO


def validity(raw: object) -> date | bool:
    """The last day on which something is valid; True where it never ends, False where it is not there."""
    if is_yes_no(raw):
        return yes_no(raw)
    try:
        return day(raw)
    except CellRefused as refused:
        if refused.key == "bad_date":
            raise CellRefused("bad_validity", word=quoted(raw)) from None
        raise


def reference(raw: object) -> str:
    """An office's own number, as text. Raises CellRefused where a spreadsheet has made a power of ten of it."""
    text = _text(raw)
    if SCIENTIFIC.fullmatch(text):
        raise CellRefused("scientific", word=quoted(raw))
    return re.sub(r"(?<=\d)[.,]0$", "", text)


def phone(raw: object) -> str:
    """A phone number as text; what a spreadsheet took for a number gets back the 0 or the + that it lost."""
    text = reference(raw)
    if isinstance(raw, int | float) and len(text) == NATIONAL - 1:
        text = f"0{text}"
    elif isinstance(raw, int | float) and len(text) > NATIONAL:
        text = f"+{text}"
    if not PHONE.fullmatch(text) or sum(letter.isdigit() for letter in text) > MOST_DIGITS:
        raise CellRefused("bad_phone", word=quoted(raw))
    return text


def title(raw: object) -> str:
    """Titles in the form in which they are kept."""
    found = title_of(_text(raw))
    if found is None:
        raise CellRefused("bad_title", word=quoted(raw))
    return found


def informal(raw: object) -> bool:
    """Whether somebody is addressed with `je`: the word itself, or ja under a heading that asks for it."""
    word = normal(str(raw))
    if word in INFORMAL | YES or word in FORMAL | NO:
        return word in INFORMAL | YES
    raise CellRefused("bad_informal", word=quoted(raw))


def fact(raw: object) -> str | int | date:
    """A fact of the office's own: a day, a whole number, or else a text."""
    if isinstance(raw, datetime | date):
        return day(raw)
    text = _text(raw)
    if re.fullmatch(r"0|[1-9]\d{0,11}", text, re.ASCII):
        return int(text)
    return (day_in_text(normal(text)) if not text.isdecimal() else None) or text


def _text(raw: object) -> str:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = trimmed(str(raw))
    if len(text) > LONGEST_TEXT:
        raise CellRefused("too_long", length=len(text), most=LONGEST_TEXT)
    return text


def _choice(column: Column, word: str, known: Known) -> str:
    for choice in column.choices:
        if normal(word) in {normal(each) for each in choice.words}:
            return choice.id
    further = known.get(column.group, {}) if column.open else {}
    meant = [id for id, words in further.items() if normal(word) in {normal(each) for each in (id, *words)}]
    if len(meant) == 1 or normal(word) in meant:
        return normal(word) if normal(word) in meant else meant[0]
    if meant:
        raise CellRefused("several_choices", word=quoted(word), known=", ".join(sorted(meant)))
    labels = [label for words in further.values() for label in words]
    raise CellRefused("bad_choice", word=quoted(word), hint=_near_choice(column, word, labels))


def _near_choice(column: Column, word: str, labels: Sequence[str]) -> Hint:
    """The choice that looks most like a word, in words of the reader; where none comes near, the list."""
    near: dict[str, str | None] = {}
    for language in LANGUAGES:
        said = {
            each: choice.says[language] for choice in column.choices for each in (*choice.also, choice.says[language])
        }
        found = nearest_word(word, said)
        near[language] = said[found] if found is not None else nearest_word(word, labels)
    return Hint(None, {language: tuple(each.says[language] for each in column.choices) for language in LANGUAGES}, near)


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
    "reference": reference,
    "title": title,
    "informal": informal,
    "phone": phone,
}
