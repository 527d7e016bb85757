"""The links in mails: whether somebody answers them, and at an address that mail programs trust."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collegium.keeping.doctor import Grade, Ward

SAFE = ("https://", "http://localhost", "http://127.0.0.1")


def door(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """Asked once a round was launched: before that no mail has a link."""
    for office in ward.work.people.secretariats():
        if not ward.work.definitions.cycles(office.id):
            continue
        if not ward.app.settings.web_port:
            yield "look", f"the links in mails of {office.name} lead nowhere", "Set `web_port`, and a proxy before it."
        elif not office.base_url.startswith(SAFE):
            yield (
                "look",
                f"links in mails begin with {office.base_url}: not everybody opens them",
                "Use `https`.",
            )
