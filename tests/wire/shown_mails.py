"""Which mails are looked at? One of each shape that the layout knows, with the longest words that people have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from notifications.composing import Composed, compose, compose_bundle
from notifications.letters import Letter, Office, Reader, TaskText
from tests.notifications.builders import letter, template

LONG_WORD = "Samenwerkingsovereenkomstbeoordelingscommissievoorzitter"
ADDRESS = "secretariaat.samenwerkendeopleidingsscholen@partnerschap-waterland-en-omstreken.example"
LINK = "https://review.example/t/TDE.2.Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFy"


def mails() -> Mapping[str, Composed]:
    """By name; links are filled in, as at the wire."""
    ask = letter(answer_how=None)
    long = letter(
        reader=Reader(name=f"prof. dr. {LONG_WORD} van der Zwaluwenburg-Oosterhuis"),
        office=Office(name="Bureau Peerreview", email=ADDRESS, phone="030 123 45 67"),
        host=f"Partnerschap {LONG_WORD}",
        task=TaskText(
            label=f"Reactie op het {LONG_WORD.lower()}", due="donderdag 11 maart 2027", provisional=True, late=3
        ),
    )
    tell = letter(task=None, link=None, by_when=None, copy=True)
    several = [_another(ask, number) for number in range(1, 5)]
    found = {
        "ask": compose(ask, template(text="Het panel leest uw reflectie.\n\n- wat gaat goed\n- wat kan beter")),
        "long": compose(long, template(text=f"Zie {LINK} voor het verslag, of vraag het {ADDRESS}.")),
        "tell": compose(tell, template(subject="Bezoekdag verplaatst", text="Het bezoek is verplaatst.")),
        "bundle": compose_bundle(several),
        "english": compose(letter(reader=Reader(name="Ann Jones", language="en"), answer_how=None), template()),
    }
    return {name: replace(mail, html=_filled(mail.html), text=_filled(mail.text)) for name, mail in found.items()}


def _another(first: Letter, number: int) -> Letter:
    task = TaskText(label=f"Score geven op criterium {number}", due="donderdag 11 maart 2027", late=number % 2)
    return replace(first, task=task, link=f"%%link:L{number}%%", host=f"Partnerschap {number % 2}")


def _filled(text: str) -> str:
    for number in range(1, 5):
        text = text.replace(f"%%link:L{number}%%", LINK)
    return text
