"""The links in mails: whether somebody answers them, and at an address that mail programs trust."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from collegium.speech import t

if TYPE_CHECKING:
    from collegium.keeping.doctor import Grade, Ward

SAFE = ("https://", "http://localhost", "http://127.0.0.1")


def door(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """Asked once a round was launched: before that no mail has a link."""
    for office in ward.work.people.secretariats():
        if not ward.work.definitions.cycles(office.id):
            continue
        if not ward.app.settings.web_port:
            yield "look", t("doctor.no_door", office=office.name), t("doctor.no_door.do")
        elif not office.base_url.startswith(SAFE):
            yield "look", t("doctor.open_door", url=office.base_url), t("doctor.open_door.do")
