"""What becomes of a mail whose words a person changed? The text as it was typed, and HTML made anew from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from engine.errors import Refused
from engine.mail import Message
from engine.saying import said
from notifications import links, paragraphs
from notifications.composing import Composed

MAIN = re.compile(r"<main>.*</main>", re.DOTALL)
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
RULE = re.compile(r"-{8,}")
LABEL = re.compile(r"[^\s:]{2,20}( [^\s:]{2,20})?:\s")  # the beginning of a line of the box, such as `Uiterlijk:  `
CANT = "Can't change this mail"


def edited(message: Message, *, subject: str | None, text: str | None) -> Composed:
    """The mail with other words; what is None stays. Raises Refused with all that is wrong."""
    new_subject = message.subject if subject is None else subject.strip()
    new_text = message.text if text is None else text.replace("\r\n", "\n").strip() + "\n"
    problems = [*_of_subject(new_subject), *_of_text(message, new_text)]
    if (new_subject, new_text) == (message.subject, message.text):
        problems.append("nothing is different")
    if problems:
        raise Refused(CANT, problems)
    html = TITLE.sub(lambda _: f"<title>{escape(new_subject)}</title>", message.html, count=1)
    if text is not None:
        html = _page(html, _as_html(new_text), message.language)
    return Composed(subject=new_subject, text=new_text, html=html)


def _of_subject(subject: str) -> Iterator[str]:
    if not subject:
        yield "a mail needs a subject"
    elif paragraphs.CONTROL.search(subject):
        yield "the subject holds a line break or a control character"
    elif links.PLACEHOLDER.search(subject):
        yield "a private link may not stand in the subject"


def _of_text(message: Message, text: str) -> Iterator[str]:
    """A private link opens the reader's own task: none may be lost, and none of somebody else's put in."""
    if not text.strip():
        yield "a mail needs a text"
    before, after = (Counter(links.PLACEHOLDER.findall(each)) for each in (message.text, text))
    for id in sorted(before.keys() | after.keys()):
        mark = links.placeholder(id)
        if before[id] > after[id]:
            yield said("the private link {mark} is gone from the text: put it back as it was", mark=mark)
        elif after[id] > before[id]:
            yield said(
                "the private link {mark} does not belong to this mail, or stands in it more often than before",
                mark=mark,
            )


def _page(html: str, body: Markup, language: str) -> str:
    """The page of the mail with another content; where it has none of our layout, a plain one."""
    if MAIN.search(html):
        return MAIN.sub(lambda _: f"<main>\n{body}\n</main>", html, count=1)
    head = '<meta charset="utf-8">\n<meta name="color-scheme" content="light dark">'
    page = f"<head>\n{head}\n</head>\n<body>\n{body}\n</body>"
    return f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n{page}\n</html>\n'


def _as_html(text: str) -> Markup:
    """Paragraphs, lists and rules; a line break that the width did not make is kept."""
    parts: list[Markup] = []
    for block in re.split(r"\n[ \t]*\n\s*", text.strip("\n")):
        for lines in _split(block.split("\n")):
            if RULE.fullmatch(lines[0]):
                parts.append(Markup("<hr>"))
            elif lines[0].startswith(paragraphs.ITEM):
                items = Markup("\n").join(Markup("<li>{}</li>").format(_line(item)) for item in _items(lines))
                parts.append(Markup("<ul>\n{}\n</ul>").format(items))
            else:
                parts.append(Markup("<p>{}</p>").format(Markup("<br>\n").join(map(_line, _joined(lines)))))
    return Markup("\n").join(parts)


def _split(lines: Sequence[str]) -> Iterator[list[str]]:
    """Rules, lists and running text apart."""
    found: list[str] = []
    for line in lines:
        listed = line.startswith(paragraphs.ITEM)
        ruled = RULE.fullmatch(line) or (found and RULE.fullmatch(found[0]))
        if found and (ruled or (listed and not found[0].startswith(paragraphs.ITEM))):
            yield found
            found = []
        found.append(line)
    if found:
        yield found


def _items(lines: Sequence[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        if line.startswith(paragraphs.ITEM):
            items.append(line[len(paragraphs.ITEM) :].strip())
        else:
            items[-1] += " " + line.strip()
    return items


def _joined(lines: Sequence[str]) -> list[str]:
    """Lines as they were meant: one whose next word had no room any more, or that hangs, goes on."""
    found: list[str] = []
    last = ""
    for line in lines:
        words = line.split()
        wrapped = bool(found and words) and len(last) + 1 + len(words[0]) > paragraphs.COLUMNS and not LABEL.match(line)
        if found and (wrapped or line.startswith("  ")):
            found[-1] += " " + line.strip()
        else:
            found.append(line.strip())
        last = line
    return found


def _line(text: str) -> Markup:
    """One line with its links, nothing else of it being HTML."""
    parts, end = [], 0
    for found in paragraphs.LINK.finditer(text):
        parts += [escape(text[end : found.start()]), Markup('<a href="{0}">{0}</a>').format(found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
