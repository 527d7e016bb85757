"""Is every reason that our code keeps with a mail or a notice told as a sentence, in Dutch and in English?"""

from __future__ import annotations

import ast
import re
import ssl
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from aiosmtplib import SMTPAuthenticationError, SMTPConnectTimeoutError, SMTPResponseException

from collegium.mail_reasons import ANSWER, reason_text, reasons
from collegium.refusals import Answering, patterns, reason_in
from collegium.speech import LANGUAGES, speak
from engine.case import TaskState
from notifications import admission
from notifications.backoff import GAVE_UP
from notifications.oversight import OF_OFFICE
from tests.sentences import ROOT

KEPT_BY: dict[str, str | int] = {
    "Skip": "reason", "Withdrawal": "reason", "Lapse": "reason", "postpone": 2, "close_notices": 2, "_skip": 1,
    "take_back": 1, "write_anew": 2, "cancel": 1, "hold": 1, "Delivery": "answer",
}  # fmt: skip
"""Which argument of a call is kept as the reason of a mail, or of a notice that became none."""

PACKAGES = ("engine", "notifications", "storage", "collegium")
OF_THE_DEMO = ROOT / "collegium" / "demo"
NO_REASON = {"content: 250 as foreseen", ""}  # the answer of a server that a forecast plays; nothing


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def known(tree: ast.Module) -> dict[str, str]:
    """The words that stand under a name in a module."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def imported(tree: ast.Module) -> dict[str, str]:
    """The same for what it has from others of our modules."""
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            path = (ROOT / (node.module or "").replace(".", "/")).with_suffix(".py")
            theirs = known(parsed(path)) if path.exists() else {}
            found |= {each.asname or each.name: theirs[each.name] for each in node.names if each.name in theirs}
    return found


def direct(node: ast.expr | None) -> Iterator[ast.expr]:
    """What an argument may be: itself, or one of several of which one is taken."""
    if isinstance(node, ast.IfExp):
        yield from (*direct(node.body), *direct(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from (part for each in node.values for part in direct(each))
    elif node is not None:
        yield node


def kept(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if not any(f"{name}(" in text for name in KEPT_BY):
        return
    tree = parsed(path)
    names = imported(tree) | known(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        place = KEPT_BY.get(name)
        given = (
            next((each.value for each in node.keywords if each.arg == place), None)
            if isinstance(place, str)
            else node.args[place] if place is not None and len(node.args) > place else None
        )  # fmt: skip
        for part in direct(given):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value
            elif isinstance(part, ast.Name) and part.id in names:
                yield names[part.id]


def test_every_reason_is_told_as_a_sentence() -> None:
    modules = [path for name in PACKAGES for path in (ROOT / name).rglob("*.py") if OF_THE_DEMO not in path.parents]
    found = {reason for path in modules for reason in kept(path)} - NO_REASON
    found |= {state for state in get_args(TaskState) if state not in ("open", "signing")}
    assert len(found) > 20
    assert sorted(reason for reason in found if reason_text(reason, "nl") is None and reason not in patterns()) == []


def test_every_sentence_stands_in_both_languages() -> None:
    assert [reason for reason, texts in reasons().items() if tuple(texts) != LANGUAGES] == []


@pytest.mark.parametrize(
    ("kept", "dutch"),
    [
        ("closed", "wat erin gevraagd wordt, hoeft niet meer"),
        ("paused; past", "de zaak is opgeschort; de dag waarover het gaat is voorbij"),
        (f"{GAVE_UP}: RCPT: 450 later; please", "opgegeven: RCPT: 450 later; please"),
        ("no connection: refused", "geen verbinding: refused"),
        ("could not be sent in the reader's hours", "kon niet uitgaan in de uren van de lezer"),
        (f"{OF_OFFICE}closed", "closed"),
        (f"{OF_OFFICE}paused; past", "paused; past"),
        ("gebeld; hij weet het", "gebeld; hij weet het"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_kept_is_told_part_by_part_and_the_words_of_others_stay(kept: str, dutch: str) -> None:
    speak("nl")
    assert Answering().reason(kept) == reason_in(kept, "nl") == dutch


def a_certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(f"certificate verify failed ({code}). Look")
    error.verify_code = code
    return error


def hints() -> list[str]:
    """All that is said of a server that does not let us in."""
    errors: list[BaseException] = [
        *(a_certificate(code) for code in (9, 10, 62, 18, 7)), ssl.SSLError("no TLS"),
        SMTPAuthenticationError(535, "no"), SMTPConnectTimeoutError("late"),
        OSError("STARTTLS extension not supported by server"), OSError("AUTH extension is not supported by server"),
    ]  # fmt: skip
    said = [f"no connection: {admission.why(error, 'mail.school.example')}" for error in errors]
    refusals = (("MAIL", 530, "name?", False), ("RCPT", 554, "5.7.1 no", True), ("RCPT", 550, "no relaying", False))
    return said + [
        f"{command}: {code} {words}. {admission.about_us(command, SMTPResponseException(code, words), nameless)}"
        for command, code, words, nameless in refusals
    ]


def test_what_would_help_with_a_mail_server_is_told_in_dutch() -> None:
    for kept in hints():
        dutch = reason_in(kept, "nl")
        assert re.search(r"Nothing|Set |set smtp|Where|Ask |The server|certificate (is|of)", dutch) is None, dutch
        assert reason_in(kept, "en") == kept


def test_the_words_of_a_server_stand_at_the_end() -> None:
    assert all(reason.endswith(ANSWER) for reason in reasons() if "{" in reason)
