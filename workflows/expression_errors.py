"""Why can a text not be read as a date or a condition? Column and help, made from the parser's refusal."""

from __future__ import annotations

import re

from lark.exceptions import UnexpectedInput, UnexpectedToken

from engine.saying import said
from workflows.problems import nearest, sentence

UNITS = ("h", "d", "wd", "sd", "w", "mo", "q", "y", "sy")
SPELLINGS = {
    "w": ("wk", "wks", "week", "weeks"),
    "d": ("day", "days", "dag", "dagen"),
    "wd": ("workday", "workdays", "workingday", "workingdays", "bd", "werkdag", "werkdagen"),
    "mo": ("m", "mon", "month", "months", "maand", "maanden"),
    "h": ("hr", "hrs", "hour", "hours", "uur"),
    "y": ("yr", "yrs", "year", "years", "jaar"),
    "q": ("quarter", "quarters"),
}
UNIT_OF = {spelling: unit for unit, spellings in SPELLINGS.items() for spelling in spellings}

# what a reader of an error may know a terminal by
SAID = {
    "NAME": said("a name"),
    "INT": said("a number"),
    "UNIT": said("a unit ({units})", units=UNITS),
    "DAY": said("a day such as 2027-04-22"),
    "TIME": said("a time such as 17:00"),
    "SIGN": said("`+` or `-`"),
    "OP": said("`=`, `!=`, `<`, `<=`, `>` or `>=`"),
    "PERIOD": said("`month`, `quarter`, `year` or `school year`"),
    "ORDINAL": "`1st`, `2nd`, ...",
    "STATE": said("`seated`, `present`, `open` or `decided`"),
    "DEED": said("`done`, `answered` or `agreed`"),
    "BOUND": said("`exactly` or `at most`"),
    "IS": said("`is` or `is not`"),
    "$END": said("the end"),
}
WORDS = {
    "STATE": ("seated", "present", "open", "decided"),
    "DEED": ("done", "answered", "agreed"),
    "BOUND": ("exactly", "at most"),
    "IS": ("is", "is not"),
    "PERIOD": ("month", "quarter", "year", "school year"),
    "ALL": ("all",),
    "NO": ("no",),
}


class ExpressionError(ValueError):
    """This text is no date, window, distance or condition."""

    def __init__(self, text: str, column: int, message: str) -> None:
        super().__init__(message)
        self.text = text
        self.column = column  # within the text, counted from 1
        self.message = message


def explained(error: UnexpectedInput, text: str, start: str) -> ExpressionError:
    """The parser's refusal as a sentence for the writer of the definition."""
    expected: set[str] = set(getattr(error, "expected", None) or getattr(error, "allowed", None) or ())
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    column = len(text) + 1 if ended else max(int(error.column), 1)
    rest = text[column - 1 :]
    found = re.match(r"[A-Za-z_0-9]+|.", rest)
    word = found.group() if found else ""
    if "UNIT" in expected and re.fullmatch(r"[A-Za-z_]+", word):
        return ExpressionError(text, column, _unknown_unit(word))
    if start in ("delta", "duration") and column == 1 and re.match(r"\d", text):
        return ExpressionError(
            text, 1, said("`{text}` needs a direction: write `-{text}` for before or `+{text}` for after.", text=text)
        )
    if word in (",", "(", ")", "[", "]"):
        message = said(
            "`{word}` may not stand in an expression: all of several is a YAML list, any of them `any:`.", word=word
        )
        return ExpressionError(text, column, message)
    if word[:1].isupper() and word.lower() != word:
        message = said("Words are written in small letters: did you mean `{near}`?", near=word.lower())
        return ExpressionError(text, column, message)
    return ExpressionError(text, column, _unexpected(word, expected, ended=ended))


def _unknown_unit(word: str) -> str:
    near = UNIT_OF.get(word.lower()) or nearest(word, UNITS)
    help_ = said("Did you mean `{near}`?", near=near) if near else said("Units are {units}.", units=UNITS)
    return sentence(said("`{word}` is no unit of time.", word=word), help_)


def _unexpected(word: str, expected: set[str], *, ended: bool) -> str:
    literals = [one for name in expected for one in WORDS.get(name, ())]
    literals += [name.lower() for name in expected if name.isalpha() and name not in SAID and name not in WORDS]
    listed = sorted({SAID[name] for name in expected if name in SAID})
    listed += sorted(f"`{one}`" for one in literals if f"`{one}`" not in " ".join(listed))
    wanted = (
        said("{some:text} or {last:text}", some=tuple(listed[:-1]), last=listed[-1])
        if len(listed) > 1
        else (listed or [""])[0]
    )
    if ended:
        return said("The text ends too early; here may stand {wanted:text}.", wanted=wanted)
    near = nearest(word, literals)
    return sentence(
        said("`{word}` cannot stand here.", word=word),
        said("Did you mean `{near}`?", near=near)
        if near
        else said("Here may stand {wanted:text}.", wanted=wanted)
        if wanted
        else "",
    )
