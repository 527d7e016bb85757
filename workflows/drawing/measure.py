"""How much room does a text take? Never less than it needs: the widths of the widest usual fonts, and its lines.

The widths are those of DejaVu Sans, in hundredths of the size; Verdana is as wide, all other fonts that a drawing names
are narrower.
"""

from __future__ import annotations

FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"
REGULAR = {
    40: "'ijlïIJ,.:;’‘·/|-t()[]! f\\", 54: "r\"*_`–sz“”?", 64: "cçLkFvxy•PYaoTáàôöeéëèSE",
    65: "bdghnpquqü0123456789${}€", 74: "KAVBRXZCU", 82: "HNDG&OQwÉË", 88: "#+<=>~→←×≥≤M", 100: "%mW—…@",
}  # fmt: skip
BOLD = {
    42: "'ijlïIJ/\\|,.’‘·:;- ", 50: "f!()[]tr_`–", 60: "\"*z?csç", 70: "•Lkvxy“”aáàeéëèFTEoôö0123456789$€",
    74: "hnuübdgpqSYCP", 82: "BAKRVXUGÉË", 88: "DHNOQ&#+<=>~→←×≥≤", 100: "wM%—…@", 112: "mW",
}  # fmt: skip
BOUND = "\u00a0"  # a blank at which no line ends
WIDTHS = [{letter: width for width, letters in table.items() for letter in letters} for table in (REGULAR, BOLD)]
UNKNOWN = 112
SLACK = 1.03  # a browser rounds the step from letter to letter
BREAKS = "-/"  # a word that is too long is broken behind these first


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The room that a line of text takes at most."""
    table = WIDTHS[bold]
    return sum(table.get(" " if letter == BOUND else letter, UNKNOWN) for letter in text) * size / 100 * SLACK


def lines(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """A text in lines that fit into the room; only a word that is wider than the room is broken."""
    found: list[str] = []
    line = ""
    for word in filter(None, text.split(" ")):  # not between a number and what it counts, which a hard space binds
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            found.append(line)
        *whole, line = _pieces(word, size, room, bold)
        found += whole
    return [*found, line] if line else found


def _pieces(word: str, size: float, room: float, bold: bool) -> list[str]:
    """A word in pieces that fit, with a hyphen where it is broken within."""
    pieces: list[str] = []
    while width(word, size, bold=bold) > room and len(word) > 1:
        fits = next((n for n in range(len(word) - 1, 1, -1) if width(word[:n] + "-", size, bold=bold) <= room), 1)
        cut = max((word.rfind(sign, 1, fits) + 1 for sign in BREAKS), default=0)
        cut = cut if cut > 1 else fits
        pieces.append(word[:cut] if word[cut - 1] in BREAKS else f"{word[:cut]}-")
        word = word[cut:]
    return [*pieces, word]
