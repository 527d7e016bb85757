"""Whose fault is it? One table from the words and codes of a server to what a failure means.

Sources: RFC 3463 (enhanced status codes), RFC 5321 section 4.2 (replies), RFC 7505 (null MX), the IANA registry of
enhanced status codes, and Microsoft's page "Email non-delivery reports and SMTP errors in Exchange Online". Where words
and code disagree the words win: many servers say 5.7.1 or 5.0.0 of a user that they do not know.

A wrong "hard" stops mail to somebody who could be reached; a wrong "policy" is a task for the office all the same. So
what is not known for sure is "policy".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Failure = Literal["hard", "soft", "policy"]

STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[\s-]|$)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: words, or a status code, and what they mean."""

    pattern: str
    means: Failure


WORDS: Sequence[Rule] = (
    # the mailbox is there, and full: RFC 3463 X.2.2
    Rule(r"(mailbox|inbox|postvak|postbus|brievenbus)\b[^.\n]{0,60}\b(full|vol)\b|full mailbox|quotum"
         r"|over ?quota|quota exceeded|exceeded .{0,20}quota|out of storage", "soft"),
    # the mail, its sender or its server is not wanted: nothing against the address
    Rule(r"spam|blacklist|block ?list|blocked|black list|blocklisted|reputation|dnsbl"
         r"|(?<!not )listed (at|in|on|by)", "policy"),
    Rule(r"\bdmarc\b|\bspf\b|\bdkim\b|unauthenticated|not authenticated|message content|virus|malware", "policy"),
    Rule(r"sender .{0,80}(denied|rejected|not allowed|not exist|not found|not resolve)"
         r"|not (permitted|authori[sz]ed|allowed) to send", "policy"),
    Rule(r"(message|bericht).{0,30}(too (large|big|long)|exceeds|te groot)|size limit|maximum size", "policy"),
    Rule(r"rate limit|too many (messages|connections|recipients)|at a rate|too quickly|greylist|graylist", "soft"),
    # the address, or its domain, does not exist: RFC 3463 X.1.1, X.1.2, X.2.1; RFC 7505
    Rule(r"(user|recipient|mailbox|address|account|alias|customer|e-?mailadres|adres|geadresseerde|gebruiker"
         r"|ontvanger|postvak|postbus)s?\b.{0,60}"
         r"(unknown|not found|does ?n[o']t exist|not exist|no longer|invalid|disabled|inactive|suspended"
         r"|deactivated|discontinued|onbekend|niet gevonden|bestaat niet|niet bestaat)", "hard"),
    Rule(r"(unknown|no such|invalid|nonexistent|non-existent|disabled|inactive|onbekende?|ongeldige?) (final )?"
         r"(local |delivery )?(user|recipient|mailbox|address|account|alias|person|gebruiker|geadresseerde)(?! error)",
         "hard"),
    Rule(r"(unknown|no such|non-?existent) (host|domain)|host unknown|not listed in|no valid recipients", "hard"),
    Rule(r"(staat|komt) niet (voor )?in .{0,30}(directory|adresboek|adreslijst)", "hard"),
    Rule(r"5\.1\.0 (recipient )?address rejected", "hard"),  # X.1.0: something about the address of the recipient
    Rule(r"recipnotfound|recipient ?not ?found|adr\.exrecipnotfound|unrouteable address|unroutable address", "hard"),
    Rule(r"no mailbox (here )?by that name|doesn't have an? .{0,30}account|not our customer", "hard"),
    Rule(r"couldn't be found|wasn't found|could not be found|kan niet worden gevonden|is niet gevonden", "hard"),
    Rule(r"(host|domain|domein)\b.{0,60}(not found|does ?n[o']t exist|bestaat niet|niet gevonden)", "hard"),
    Rule(r"null mx|does not accept mail|domain .{0,40}has no mail exchangers|couldn't find any host named", "hard"),
)  # fmt: skip

# Said by the name servers of all, so that a temporary code beside it is not to be believed: RFC 8020.
NOWHERE = re.compile(r"\bnxdomain\b", re.IGNORECASE)

# The road, not the end of it: said in passing of addresses that do not exist, too.
ROAD: Sequence[Rule] = (
    Rule(r"timed? ?out|connection refused|no route to host|expired|retry time|delivery time|try(ing)? for|unreachable"
         r"|temporar(y|ily)|tijdelijk|queue too long|lost connection|server .{0,20}not respond|try again later"
         r"|name server reply|lookup failure", "soft"),
)  # fmt: skip

OURS = re.compile(r"5\.1\.[78]")  # our own address is not wanted: whatever does not exist then is not the recipient's
ADDRESS = re.compile(r"5\.1\.(1|2|10)")

CODES: Sequence[Rule] = (
    Rule(r"5\.1\.(1|2|3|4|6|10|20)", "hard"),  # no such mailbox, system, syntax, several, moved, null MX
    Rule(r"5\.2\.1", "hard"),  # mailbox disabled
    Rule(r"5\.4\.(1|4|310)", "hard"),  # Exchange Online: no such recipient (edge blocking); no route; no such domain
    Rule(r"5\.2\.[024]", "soft"),  # something with the mailbox; full; a list that cannot be expanded
    Rule(r"5\.(4\.\d+|1\.9)", "soft"),  # network and routing: loops, expiry
    Rule(r"5\.\d+\.\d+", "policy"),  # 5.2.3, 5.3.4: too big; 5.5, 5.6: protocol, content; 5.7: policy; 5.1.7: our own
    Rule(r"4\.\d+\.\d+", "soft"),
)

_WORDS, _ROAD, _CODES = (
    tuple((re.compile(rule.pattern, re.IGNORECASE), rule.means) for rule in rules) for rules in (WORDS, ROAD, CODES)
)


def meaning(status: str, words: str) -> Failure:
    """What a failure means, from its enhanced status code ("" where there is none) and the server's words."""
    if NOWHERE.search(words):
        return "hard"
    temporary = status.startswith("4") or (not status and reply_of(words).startswith("4"))
    if temporary:
        return "soft"
    if OURS.fullmatch(status):
        return "policy"
    known = _WORDS if ADDRESS.fullmatch(status) else (*_WORDS, *_ROAD)
    said = [means for pattern, means in known if pattern.search(words)]
    coded = [means for pattern, means in _CODES if pattern.fullmatch(status)]
    return next(iter([*said, *coded]), "policy")


def says_anything(status: str, words: str) -> bool:
    """Whether there is a code or a word that the table knows."""
    return bool(status or reply_of(words) or any(pattern.search(words) for pattern, _ in (*_WORDS, *_ROAD)))


def status_in(words: str) -> str:
    """The first enhanced status code of a failure in a text; "" where there is none."""
    return next((match[0] for match in STATUS.finditer(words) if match[1] != "2"), "")


def reply_of(words: str) -> str:
    """The first SMTP reply code of a failure in a text."""
    match = REPLY.search(words)
    return match[1] if match else ""
