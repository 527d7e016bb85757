"""How does plain text become a neat mail? Blank lines, lists, wrapped lines, and the same as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

COLUMNS = 72
ITEM = "- "
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]|%%link:[A-Za-z0-9._-]{1,80}%%")
# Line breaks and control characters, in whatever alphabet: in a header they could begin another one.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
BLANKS = re.compile(r"[ \t\n\x0b\x0c\r]+")  # where a line may end: a no-break space is none
BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def blocks(text: str) -> Iterator[list[str] | str]:
    """Paragraphs as one line each, lists as a list of items: list lines with only blank lines between make one list."""
    items: list[str] = []
    for paragraph in _paragraphs(text):
        for block in _split(paragraph):
            if isinstance(block, list):
                items += block
                continue
            if items:
                yield items
                items = []
            yield block
    if items:
        yield items


def wrapped(text: str, *, width: int = COLUMNS) -> str:
    """The text with lines of at most `width` characters; a longer word, such as a link, stays whole."""
    return "\n\n".join(
        "\n".join(_fill(ITEM + item, width, "  ") for item in block) if isinstance(block, list) else _fill(block, width)
        for block in blocks(text)
    )


def as_html(text: str) -> Markup:
    """Paragraphs, lists and links; everything else is escaped."""
    parts = []
    for block in blocks(text):
        if isinstance(block, list):
            items = Markup("\n").join(Markup("<li>{}</li>").format(_linked(item)) for item in block)
            parts.append(Markup("<ul>\n{}\n</ul>").format(items))
        else:
            parts.append(Markup("<p>{}</p>").format(_linked(block)))
    return Markup("\n").join(parts)


def _paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in BLANK_LINES.split(text.replace("\r\n", "\n").strip()) if paragraph.strip()]


def _split(paragraph: str) -> list[list[str] | str]:
    """A paragraph's list lines apart from its running text; a line after an item that is indented belongs to it."""
    found: list[list[str] | str] = []
    for line in paragraph.split("\n"):
        last = found[-1] if found else None
        if line.startswith(ITEM):
            if isinstance(last, list):
                last.append(line[len(ITEM) :].strip())
            else:
                found.append([line[len(ITEM) :].strip()])
        elif isinstance(last, list) and line.startswith("  "):
            last[-1] += " " + line.strip()
        elif isinstance(last, str):
            found[-1] = f"{last} {line.strip()}"
        else:
            found.append(line.strip())
    return found


def _fill(text: str, width: int, indent: str = "") -> str:
    if len(text) <= width:
        return text
    first, *others = BLANKS.split(text)
    lines = [first]
    for word in others:
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(indent + word)
    return "\n".join(lines)


def _linked(text: str) -> Markup:
    parts, end = [], 0
    for found in LINK.finditer(text):
        parts += [escape(text[end : found.start()]), Markup('<a href="{0}">{0}</a>').format(found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
