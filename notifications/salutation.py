"""What is the first line of a mail? By the given name, by title and family name, or by the whole name."""

from __future__ import annotations

from notifications.catalogue import Texts
from notifications.letters import Reader


def salutation(t: Texts, reader: Reader) -> str:
    """ "Geachte mevrouw Van der Berg,", "Beste Petra,", or "Geachte Petra van der Berg," where the parts are not known.

    An infix that no given name precedes begins with a capital (Taaladvies, "Jan de Vries / de heer De Vries").
    """
    if reader.informal:
        return t["salutation_informal"].format(name=reader.given or reader.name)
    title = _title(t, reader.title)
    if not title or not reader.family:
        return t["salutation"].format(name=reader.name)
    return t["salutation"].format(name=f"{title} {_joined(_capital(reader.infix), reader.family)}")


def _title(t: Texts, written: str) -> str:
    """The title in the reader's language, as far as it is a known form of address; what else stands there, as it is."""
    plain = " ".join(written.split())
    for word, forms in t.table("titles").items():
        for form in sorted(forms, key=len, reverse=True):
            begin = plain if form[0].isupper() else plain.lower()
            if begin == form or begin.startswith((f"{form} ", f"{form}.")):
                return f"{word} {plain[len(form) :].lstrip('. ')}".strip()
    return plain


def _capital(infix: str) -> str:
    """An infix that no given name precedes begins with a capital: "Van der"; "'t" has none."""
    return infix[:1].upper() + infix[1:]


def _joined(infix: str, family: str) -> str:
    space = "" if not infix or infix.endswith(("'", "’")) else " "
    return f"{infix}{space}{family}"
