"""What stands in a text with delimiters (CSV)? Encoding and delimiter are found; what is doubtful is refused."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

from collegium.importing import pages
from collegium.importing.cells import is_empty
from collegium.importing.headings import known_headings
from collegium.importing.pages import Cells, Contents, Page, refused

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
DELIMITERS = (";", ",", "\t", "|")
LINES_TO_LOOK_AT = 40
SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
# UTF-8 that was taken for Windows-1252 and saved again, and MS-DOS text taken for Windows-1252
GARBLED = re.compile(r"Ã[\u0080-¿‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€.|(?<=[a-z])[‚‰‹ˆ„Š](?=[a-z])")
NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read_delimited(path: Path) -> Contents:
    """The one page of a text file. Raises OSError where it cannot be opened."""
    if path.stat().st_size > pages.LARGEST_MB * 1024 * 1024:
        return refused("file_too_large", path, most=pages.LARGEST_MB)
    text = decoded(path.read_bytes())
    if text is None or NO_TEXT.search(text):
        return refused("file_unreadable", path)
    if garbled := GARBLED.search(text):
        return refused("garbled", path, word=_around(text, garbled.start()))
    said = SAID.match(text)
    first = 1 if said is None else 2
    body = text if said is None else text[said.end() :]
    delimiter = said[1] if said is not None else delimiter_of(body)
    try:
        found = list(islice(_filled(body, delimiter, first), pages.MOST_ROWS + 2))
    except csv.Error:
        return refused("file_unreadable", path)
    return Contents(pages=[Page(file=path.name, title=path.stem, rows=found, named=False)] if found else [])


def decoded(content: bytes) -> str | None:
    """The text of some bytes: what a mark at the beginning says, else UTF-8, else Windows-1252; None: no text."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _as(content, encoding)
    if content[1:2] == b"\0" and b"\0" not in content[::2]:
        return _as(content, "utf-16-le")
    for encoding in ("utf-8", "cp1252"):
        text = _as(content, encoding)
        if text is not None:
            return text
    return None


def delimiter_of(text: str) -> str:
    """The delimiter under which one line holds the most known headings; of equals the one that divides most evenly."""

    def fits(delimiter: str) -> tuple[int, int]:
        try:
            lines = list(islice(csv.reader(StringIO(text, newline=""), delimiter=delimiter), LINES_TO_LOOK_AT))
        except csv.Error:
            return 0, 0
        widths = [len(line) for line in lines if any(line)]
        known = max((known_headings(dict(enumerate(line, start=1))) for line in lines), default=0)
        return known, max((widths.count(width) for width in set(widths) if width > 1), default=0)

    return max(DELIMITERS, key=fits)


def _filled(text: str, delimiter: str, first: int) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    for number, line in enumerate(reader, start=first):
        cells = {at: cell for at, cell in enumerate(line[: pages.MOST_COLUMNS], start=1) if not is_empty(cell)}
        if cells:
            yield number, cells


def _as(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _around(text: str, at: int) -> str:
    begin = max((text.rfind(mark, 0, at) for mark in ';,\t\n"'), default=-1) + 1
    return "“" + re.split(r'[;,\t\r\n"]', text[begin : begin + 60])[0] + "”"
