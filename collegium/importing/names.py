"""Of which parts does a name consist? Title, given names, infix and family name, from one text or from columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from workflows.plain_yaml import load_plain

INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.[ -]?)+|[^\W\d_]")
CALLED = re.compile(r"\s*\(([^()]+)\)")
NEAR = 0.7  # how much alike two names look, from 0 to 1
APOSTROPHES = str.maketrans("’‘`´", "''''")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """A name in parts; `given` holds initials where no more is known."""

    given: str = ""
    infix: str = ""  # "van der"
    family: str = ""
    title: str = ""  # "mevrouw", "de heer", "dr."

    @property
    def full(self) -> str:
        """The name as others read it, without its title."""
        return " ".join(part for part in (self.given, self.infix, self.family) if part)

    @property
    def key(self) -> tuple[str, str]:
        """Infix and family name, and given names, as they are compared."""
        return _folded(f"{self.infix} {self.family}"), _folded(self.given)


@cache
def words() -> Mapping[str, Any]:
    """Infixes, and titles with the words for them."""
    text = (files("collegium") / "data" / "names.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = load_plain(text)
    titles = {word: title for title, forms in table["titles"].items() for word in (title, *forms)}
    alone = frozenset(table["alone"])
    common = frozenset(table["common"])
    return {"infixes": frozenset(table["infixes"]), "titles": titles, "alone": alone, "common": common}


def telling(text: str) -> str:
    """What tells one name of an organisation from others: without words such as De, School and Stichting.

    All of it, where there is nothing else.
    """
    found = _folded(text).split()
    return " ".join(word for word in found if word not in words()["common"]) or " ".join(found)


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like this one in what tells it from others; None where none comes near."""
    told = {telling(each): each for each in known}
    found = get_close_matches(telling(name), told, n=1, cutoff=NEAR)
    return told[found[0]] if found else None


def title_of(text: str) -> str | None:
    """Titles in the form in which they are kept, such as `mevrouw dr.`; None where a word is no title."""
    titles = words()["titles"]
    whole = " ".join(text.casefold().split())
    if whole in titles:
        return str(titles[whole])
    found = [titles.get(word) for word in re.sub(r"\.(?=\w)", ". ", whole).replace("de heer", "dhr").split()]
    return " ".join(found) if found and all(found) else None


@lru_cache(maxsize=1 << 16)  # a list asks for each of its names several times
def name_of(text: str) -> PersonName:
    """The parts of a name that stands in one cell: `Petra van der Berg`, `Berg, P. (Petra) van der`, `mw. De Vries`.

    Where nothing tells, the last word is the family name. The full name that is found is read as itself again.
    """
    found = _read(text)
    while (again := _read(found.full)).full != found.full:  # more commas, brackets or titles than a name has
        found = replace(again, title=found.title or again.title)
    return found


def _read(text: str) -> PersonName:
    text = " ".join(text.split())
    called = CALLED.search(text)
    text = CALLED.sub("", text).strip(" ,")
    title, text = _without_title(text)
    before, comma, after = (part.strip() for part in text.partition(","))
    if "," in after and is_infix(after.partition(",")[0].strip()):  # Berg, van der, Petra
        infix, _, given = (part.strip() for part in after.partition(","))
        after = f"{given} {infix}"
    found = _turned(before, after) if comma and after else _straight(text)
    inner, given = _without_title(found.given, least=0)
    if called and (not given or INITIALS.fullmatch(given)):
        given = called[1].strip()
    return PersonName(given=given, infix=found.infix, family=found.family, title=title or inner)


def alike(one: PersonName, other: PersonName) -> bool:
    """Whether two names can be of the same person as far as they are known: `P. Berg` and `Petra Berg` can."""
    (family, given), (other_family, other_given) = one.key, other.key
    if family != other_family:
        return False
    if not given or not other_given or given == other_given:
        return True
    short, long = sorted((given, other_given), key=len)
    return bool(INITIALS.fullmatch(_initials(short))) and _initials(short)[0] == long[0]


def surely_alike(one: PersonName, other: PersonName) -> bool:
    """Whether two names are the same in full: family name and given names, more than initials."""
    return one.key == other.key and len(one.key[1].replace(".", "").replace(" ", "")) > 1


def shares_a_part(one: PersonName, other: PersonName) -> bool:
    """Whether somebody could have changed the one name into the other: a part of it is the same."""
    parts, others = set(re.split(r"[ .-]+", " ".join(one.key))), set(re.split(r"[ .-]+", " ".join(other.key)))
    return bool({each for each in parts & others if each and each not in words()["infixes"]}) or alike(one, other)


def is_infix(text: str) -> bool:
    """Whether all words of a text can stand before a family name."""
    known = words()["infixes"]
    return bool(text) and all(word.translate(APOSTROPHES).casefold() in known for word in text.split())


def without_infix(family: str) -> tuple[str, str]:
    """The infix that a family name begins or ends with, and the rest: `van der Berg`, `Berg, van der`."""
    found = name_of(family)
    whole = is_infix(found.infix) and found.family and not found.given
    return (found.infix, found.family) if whole else ("", family)


def _turned(before: str, after: str) -> PersonName:
    """`Berg, Petra van der`; also `van der Berg, Petra` and `Berg van der, Petra`."""
    parts = after.split()
    at = len(parts)
    while at and is_infix(parts[at - 1]):
        at -= 1
    infix, given = " ".join(parts[at:]), " ".join(parts[:at])
    if infix:
        return PersonName(given=given, infix=infix, family=before)
    lead, family = _leading_infix(before.split())
    if not lead:
        parts = before.split()
        at = len(parts)
        while at > 1 and is_infix(parts[at - 1]):
            at -= 1
        lead, family = " ".join(parts[at:]), " ".join(parts[:at])
    return PersonName(given=given, infix=lead, family=family)


def _straight(text: str) -> PersonName:
    parts = text.split()
    joined = next((at for at in range(len(parts) - 1) if _joins(parts, at)), len(parts))
    for at, word in enumerate(parts[: min(joined, len(parts) - 1)]):
        doubtful = word.casefold() in words()["alone"] and (at == 0 or word[0].isupper())
        if is_infix(word) and (not doubtful or is_infix(parts[at + 1])):
            infix, family = _leading_infix(parts[at:])
            return PersonName(given=" ".join(parts[:at]), infix=infix, family=family)
    if joined < len(parts):  # Berg - de Vries
        return PersonName(given=" ".join(parts[:joined]), family=" ".join(parts[joined:]))
    return PersonName(given=" ".join(parts[:-1]), family=parts[-1] if parts else "")


def _joins(parts: list[str], at: int) -> bool:
    """Whether a double family name begins here: `Berg - de Vries`, `Berg-de Vries`."""
    return parts[at + 1] in ("-", "–") or ("-" in parts[at] and is_infix(parts[at].rpartition("-")[2]))


def _leading_infix(parts: list[str]) -> tuple[str, str]:
    at = 0
    while at < len(parts) - 1 and is_infix(parts[at]):
        at += 1
    return " ".join(parts[:at]), " ".join(parts[at:])


def _without_title(text: str, least: int = 1) -> tuple[str, str]:
    """The titles in front of a name, and the rest of it: so many words at least."""
    parts = text.split()
    at = 0
    for end in range(1, len(parts) + 1 - least):
        lead = " ".join(parts[:end])
        if title_of(lead) is not None and (lead.casefold() not in words()["alone"]):
            at = end
    return (title_of(" ".join(parts[:at])) or "") if at else "", " ".join(parts[at:])


def _initials(text: str) -> str:
    return text.replace(" ", "")


def _folded(text: str) -> str:
    """Without case, accents and kinds of apostrophes: how lists differ in writing one name."""
    plain = unicodedata.normalize("NFKD", text.translate(APOSTROPHES).casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())
