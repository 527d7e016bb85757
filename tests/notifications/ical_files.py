"""How is a calendar file read back? By hand, line by line, after RFC 5545: not by the package that wrote it."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass(slots=True)
class Part:
    """A component: its properties as (parameters, value) by name, and the components in it."""

    name: str
    properties: dict[str, list[tuple[dict[str, str], str]]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    def value(self, name: str) -> str:
        """The value of a property that stands there once."""
        ((_, value),) = self.properties[name]
        return value

    def parameters(self, name: str) -> dict[str, str]:
        ((parameters, _),) = self.properties[name]
        return parameters

    def text(self, name: str) -> str:
        """RFC 5545 section 3.3.11."""
        value, found, escaped = self.value(name), "", False
        for letter in value:
            if escaped:
                found += "\n" if letter in "nN" else letter
            elif letter != "\\":
                found += letter
            escaped = letter == "\\" and not escaped
        return found

    def of(self, name: str) -> list[Part]:
        return [part for part in self.parts if part.name == name]


def read_ical(data: bytes) -> Part:
    """The one VCALENDAR of a file. Asserts that every line is as long as it may be and ends as it must."""
    lines = data.split(b"\r\n")
    assert lines.pop() == b""
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 75  # octets, section 3.1
    whole = data.replace(b"\r\n ", b"").replace(b"\r\n\t", b"").decode("utf-8")
    open_parts = [Part("")]
    for line in whole.split("\r\n")[:-1]:
        name, parameters, value = _split(line)
        if name == "BEGIN":
            open_parts[-1].parts.append(Part(value))
            open_parts.append(open_parts[-1].parts[-1])
        elif name == "END":
            assert open_parts.pop().name == value
        else:
            open_parts[-1].properties.setdefault(name, []).append((parameters, value))
    (calendar,) = open_parts[0].parts
    assert calendar.name == "VCALENDAR"
    return calendar


def _split(line: str) -> tuple[str, dict[str, str], str]:
    pieces, piece, quoted = list[str](), "", False
    for place, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        elif letter in ";:" and not quoted:
            pieces.append(piece)
            piece = ""
            if letter == ":":
                return pieces[0].upper(), dict(one.split("=", 1) for one in pieces[1:]), line[place + 1 :]
        else:
            piece += letter
    raise AssertionError(f"no property: {line!r}")


def read_mail(data: bytes) -> EmailMessage:
    mail = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert not [defect for part in mail.walk() for defect in part.defects]
    return mail


def structure(mail: EmailMessage) -> list[object]:
    """The media types of a mail; those within a part in a list behind it."""
    found: list[object] = [mail.get_content_type()]
    if mail.is_multipart():
        found.append([each for part in mail.iter_parts() if isinstance(part, EmailMessage) for each in structure(part)])
    return found
