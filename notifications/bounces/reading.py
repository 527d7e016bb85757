"""What is this mail: a report, an answer by a machine, a person's own words? Reads bytes and never answers them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date
from email import message_from_bytes
from email.message import Message
from hashlib import sha256

from notifications.bounces import away, delivery_status, plain_failures
from notifications.bounces.parts import ADDRESS, addresses, header, message_ids, own_text, sent_at, walk
from notifications.bounces.report import ReadReport
from notifications.bounces.status import meaning, says_anything, status_in

LARGEST = 1_000_000  # bytes that are looked at: a report says what it has to say at its beginning
CAME_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc")
CHALLENGE = re.compile(
    r"(confirm|verify|prove|bevestig)\b.{0,80}(sender|address|human|delivery|afzender|adres|mens|robot)"
    r"|challenge.?response|sender verification|approve(d)? sender|(click|klik).{0,60}(deliver|release|verify|bevestig)"
    r"|message (is|has been) (held|quarantined|waiting).{0,80}(confirm|verify|approv)|boxbe|spamarrest|tmda",
    re.IGNORECASE | re.DOTALL,
)


def read_report(data: bytes, *, today: date) -> ReadReport:
    """Read one mail. Takes bytes of any kind and raises nothing; only the first megabyte is looked at.

    `today` helps with days without a year, where the mail itself has no date.
    """
    data = data[:LARGEST]
    try:
        mail = message_from_bytes(data)
        return _read(mail, data, today)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        # The parser of the standard library stumbles over some mails; they are kept, and the office reads them.
        return ReadReport(key=_key(data), kind="unsure", reader="unreadable", diagnostic=type(error).__name__)


def _read(mail: Message, data: bytes, today: date) -> ReadReport:
    at = sent_at(mail)
    for reader in READERS:
        found = reader(mail, at.date() if at else today)
        if found is not None:
            break
    else:
        found = ReadReport(key="", kind="reply", reader="reply")
    return ReadReport(
        key=_key(data),
        kind=found.kind,
        reader=found.reader,
        addresses=found.addresses,
        status=found.status,
        diagnostic=_printable(found.diagnostic),
        back_on=found.back_on,
        came_to=addresses(mail, *CAME_TO),
        refers_to=message_ids(mail),
        sender=next(iter(addresses(mail, "From")), ""),
        subject=_printable(header(mail, "Subject"))[:200],
        sent_at=at.astimezone(UTC) if at else None,
    )


def _key(data: bytes) -> str:
    return sha256(data).hexdigest()[:32]


def _printable(text: str) -> str:
    """On one line, without what a terminal would obey."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[: plain_failures.LONGEST]


def _found(kind: str, reader: str, **parts: object) -> ReadReport:
    return ReadReport(key="", kind=kind, reader=reader, **parts)  # type: ignore[arg-type]  # checked by the value's users


# readers, in the order in which they are asked ------------------------------------------------------------------------


def own_mail(mail: Message, today: date) -> ReadReport | None:
    """A mail of ours that came back as it was: somebody redirects it here, or a rule copies it."""
    return _found("other", "own_mail") if mail.get("X-Collegium-Message") else None


def notification(mail: Message, today: date) -> ReadReport | None:
    """RFC 3464, at the top or in a mail that was passed on; the server's words where the fields say nothing."""
    recipients = delivery_status.recipients(mail)
    if not recipients:
        return None
    kind, recipient = delivery_status.kind_of(recipients)
    status, diagnostic = recipient.status, recipient.diagnostic
    if kind in ("policy", "unsure") and (not diagnostic or status in ("", "5.0.0", "5.1.0", "5.7.1", "5.3.0")):
        text = plain_failures.explanation(mail)
        words = f"{diagnostic} {plain_failures.diagnostic(text)}".strip()
        status, diagnostic = status or status_in(words), diagnostic or words
        kind = meaning(status, words if words.strip() else text)
    return _found(kind, "notification", addresses=recipient.addresses, status=status, diagnostic=diagnostic)


def receipt(mail: Message, today: date) -> ReadReport | None:
    """RFC 8098: a mail was displayed, or thrown away unread. It did arrive."""
    for part in walk(mail, inside=False):
        if part.get_content_type() == "message/disposition-notification":
            return _found("receipt", "receipt", addresses=_displayed_by(part))
    return None


def _displayed_by(part: Message) -> tuple[str, ...]:
    """RFC 8098 section 3.2.4: whose mail it was."""
    fields = "\n".join(str(each) for each in walk(part))
    named = re.findall(r"^Final-Recipient:[^;\n]*;(.*)$", fields, re.MULTILINE)
    return tuple(dict.fromkeys(found.lower() for line in named for found in ADDRESS.findall(line)))


def complaint(mail: Message, today: date) -> ReadReport | None:
    """RFC 5965: somebody called a mail of ours spam. The office reads it."""
    kinds = {part.get_content_type() for part in walk(mail, inside=False)}
    return _found("unsure", "complaint") if "message/feedback-report" in kinds else None


def failure_in_words(mail: Message, today: date) -> ReadReport | None:
    """A mail server's report without fields; now and then it reports that a mail arrived."""
    if not plain_failures.is_report(mail):
        return None
    text = plain_failures.explanation(mail)
    named = plain_failures.failed_addresses(mail, text)
    words = plain_failures.diagnostic(text)
    if plain_failures.ARRIVED.search(text) and not words and not plain_failures.DENIED.search(text):
        return _found("receipt", "failure_in_words", addresses=named)
    if plain_failures.DELAYED.search(text):
        return _found("delayed", "failure_in_words", addresses=named, status=status_in(words), diagnostic=words)
    status = status_in(words) or status_in(text)
    if not named and not says_anything(status, text):
        return _found("unsure", "failure_in_words", diagnostic=words)
    kind = meaning(status, words) if says_anything(status, words) else meaning(status, text)
    return _found(kind, "failure_in_words", addresses=named, status=status, diagnostic=words)


def challenge(mail: Message, today: date) -> ReadReport | None:
    """A filter that wants a person to prove that a person wrote. We do not answer; the office may."""
    text = f"{header(mail, 'Subject')}\n{own_text(mail)[:4000]}"
    by_machine = away.answers_by_machine(mail) or _of_machine(mail)
    if by_machine and CHALLENGE.search(text):
        return _found("challenge", "challenge", diagnostic=text.partition("\n")[0])
    return None


def answer_by_machine(mail: Message, today: date) -> ReadReport | None:
    """RFC 3834: away until some day, gone for good, or a word of thanks. What it means else is the office's to read."""
    if not away.answers_by_machine(mail):
        return None
    subject, text = header(mail, "Subject"), own_text(mail)
    back = away.back_on(f"{subject}\n{text}", today)
    if away.GONE.search(text):
        kind = "unsure" if back and away.RETURNS.search(text) else "gone"
        return _found(kind, "answer_by_machine", diagnostic=_first_words(text))
    if back is not None or away.AWAY.search(f"{subject}\n{text[:4000]}"):
        return _found("away", "answer_by_machine", back_on=back, diagnostic=_first_words(text))
    thanks = away.THANKS.search(f"{subject}\n{text[:4000]}") and not plain_failures.DENIED.search(text)
    return _found("receipt" if thanks else "unsure", "answer_by_machine", diagnostic=_first_words(text))


def bulk(mail: Message, today: date) -> ReadReport | None:
    """A newsletter or a mailing list: nothing that answers a mail of ours."""
    precedence = header(mail, "Precedence").lower()
    if mail.get("List-Id") or mail.get("List-Unsubscribe") or precedence in ("bulk", "list", "junk"):
        return _found("other", "bulk")
    return None


def other_machine(mail: Message, today: date) -> ReadReport | None:
    """Some machine wrote it, and nobody knows what it wants to say."""
    return _found("unsure", "other_machine", diagnostic=_first_words(own_text(mail))) if _of_machine(mail) else None


def _of_machine(mail: Message) -> bool:
    submitted = header(mail, "Auto-Submitted").lower()
    from_nobody = str(mail.get("Return-Path", "")).strip() == "<>"
    return from_nobody or bool(submitted and not submitted.startswith("no"))


def _first_words(text: str) -> str:
    return " ".join(text.split())[:300]


READERS: Sequence[Callable[[Message, date], ReadReport | None]] = (
    own_mail,
    notification,
    receipt,
    complaint,
    failure_in_words,
    challenge,
    answer_by_machine,
    bulk,
    other_machine,
)
