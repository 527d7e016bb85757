"""What goes along with a mail as a PDF? A template and a letter in, a tagged file (PDF/UA-1) out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time

from engine.mail import Attachment
from notifications.catalogue import LAYOUT
from notifications.composing import CannotCompose, compose_paper
from notifications.letters import Letter, Paper
from notifications.typesetting import CannotTypeset, typeset

MEDIA_TYPE = "application/pdf"


def attached(paper: Paper, letter: Letter) -> Attachment:
    """The file of a paper for the letter's reader: the same facts on the same day give the same bytes.

    Raises CannotCompose, naming what the template or a text got wrong.
    """
    title, text = compose_paper(letter, paper.template)
    day = datetime.combine(paper.day, time(), UTC)
    said = {
        "language": letter.reader.language,
        "title": title,
        "author": letter.office.name,
        "day": [day.year, day.month, day.day],
        "paragraphs": [" ".join(part.split()) for part in text.split("\n\n") if part.strip()],
    }
    try:
        data = typeset(LAYOUT / "paper.typ", {"page": json.dumps(said, ensure_ascii=False)}, day)
    except CannotTypeset as error:
        raise CannotCompose(f"Can't typeset {title!r}: {error}") from error
    return Attachment(name=f"{title}.pdf".replace("/", "-"), media_type=MEDIA_TYPE, data=data)
