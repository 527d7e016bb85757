"""Which failures are told in words alone? Reports without the fields of RFC 3464: Exim, qmail, Gmail, Exchange, Yahoo.

The addresses come from flufl.bounce, Mailman's detectors, where one of them knows the shape; from the text otherwise.
What the failure means is read from the words before the returned mail.
"""

from __future__ import annotations

import re
from email.message import Message

from flufl.bounce import all_failures

from notifications.bounces.parts import ADDRESS, header, own_text

# Who sends a report: RFC 5321 section 4.5.5 has it come from the null sender, and custom from these mailboxes.
REPORTERS = re.compile(
    r"^(mailer-?daemon|postmaster|mail-?daemon|mail\.delivery|maildelivery|mdaemon|exchange|microsoftexchange\w*|bounces?"
    r"|no-?reply-?bounces?)@|mail delivery (sub)?system|mailer-daemon|mail delivery service|system administrator"
    r"|systeembeheerder|microsoft outlook|postmaster|mail router|notes_router",
    re.IGNORECASE,
)
SUBJECTS = re.compile(
    r"^(undeliver|onbestelbaar|niet (te )?bezorg(d|en)|delivery (status notification|failure|has failed)"
    r"|(permanent|temporary|final) delivery failure"
    r"|mail delivery (failed|failure)|failure notice|returned mail|undelivered mail|message not delivered|non-?delivery"
    r"|mail system error|failed delivery|delivery delayed|warning: message|bezorging (is )?(mislukt|vertraagd)"
    r"|mislukte bezorging|adres niet gevonden"
    r"|delivery report|error sending|niet bestelbaar|mail could not be delivered|\[?(postmaster|mailer))",
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"(no|not any) action is required on your part|you do not need to resend|will (be retried|continue (to try|trying)"
    r"|keep trying)|has been delayed|delayed \(still being retried\)|still being retried|not yet been delivered"
    r"|delivery attempts will continue|is vertraagd|wordt opnieuw geprobeerd|blijven proberen"
    r"|hoeft het bericht niet opnieuw",
    re.IGNORECASE,
)
ARRIVED = re.compile(r"success\w+ (delivered|relayed)|(met succes|succesvol) (bezorgd|afgeleverd)", re.IGNORECASE)
# A report of success that holds one of these reports something else as well.
DENIED = re.compile(r"n['\u2019]t\b|\b(not|no|never|unable|fail\w*|error\w*|niet|geen|nooit|mislukt)\b", re.IGNORECASE)
# Where the returned mail begins, in a report that has no parts.
RETURNED = re.compile(
    r"^\W*(this is a copy of (the|your) message|below this line is a copy of the message|original message"
    r"|included below|oorspronkelijk bericht|original message (headers|follows)"
    r"|oorspronkelijke berichtkoppen|returned message"
    r"|the body of your message|a copy of your message|message headers follow|start of returned message"
    r"|received: (from|by))",
    re.IGNORECASE | re.MULTILINE,
)
DIAGNOSTIC = re.compile(r"[^\n]*(?<![\d.])(?:[45]\d\d[ -]|[45]\.\d{1,3}\.\d{1,3})[^\n]*(?:\n[ \t]+\S[^\n]*){0,4}")
SAYS_WHY = re.compile(
    r"[^\n]*(?:sorry|unknown|not found|couldn't be found|does ?n.t exist|no such|onbekend|niet gevonden|bestaat niet"
    r"|unrouteable|\bfull\b|\bvol\b|quota|rejected|refused|blocked|retry time|unable to deliver|geweigerd)[^\n]*",
    re.IGNORECASE,
)
LONGEST = 500


def is_report(mail: Message) -> bool:
    """Whether a mail server wrote it: it comes from nobody or from a daemon, and its subject or a header says so."""
    if mail.get("X-Failed-Recipients"):
        return True
    from_nobody = str(mail.get("Return-Path", "")).strip() == "<>"
    by_daemon = bool(REPORTERS.search(header(mail, "From")))
    told = bool(SUBJECTS.search(header(mail, "Subject")))
    machine = "mailer-daemon@" in header(mail, "From").lower()
    return machine or (told and (from_nobody or by_daemon)) or (by_daemon and from_nobody)


def explanation(mail: Message) -> str:
    """What the report says itself, before the mail that it returns."""
    text = own_text(mail)
    cut = RETURNED.search(text)
    return text[: cut.start()] if cut and cut.start() > 40 else text


def diagnostic(text: str) -> str:
    """The server's words in an explanation: the line with a code, or one that gives a reason."""
    found = DIAGNOSTIC.search(text) or SAYS_WHY.search(text)
    return " ".join(found[0].split())[:LONGEST] if found else ""


def failed_addresses(mail: Message, text: str) -> tuple[str, ...]:
    """Whom the report names, in small letters."""
    found = [*_detected(mail), *(each.lower() for each in ADDRESS.findall(text))]
    own = {each.lower() for each in ADDRESS.findall(f"{header(mail, 'From')} {header(mail, 'To')}")}
    return tuple(dict.fromkeys(each for each in found if each not in own and not REPORTERS.search(each)))[:5]


def _detected(mail: Message) -> list[str]:
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # a detector that stumbles over a mail that nobody foresaw says nothing of it
        return []
    found = (each.decode("utf-8", "replace").lower() for each in (*sorted(permanent), *sorted(temporary)))
    return [each.strip("<>") for each in found if ADDRESS.fullmatch(each.strip("<>"))]
