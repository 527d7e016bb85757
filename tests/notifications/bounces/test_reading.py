"""What happens with a mail that nobody foresaw? Nothing is raised, and it is the office's to read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.bounces.reading import LARGEST, read_report
from tests.notifications.bounces import corpus

TODAY = date(2027, 4, 12)
DATA = [sample.data for sample in corpus.samples()]


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(data: bytes) -> None:
    assert read_report(data, today=TODAY).key


@given(st.sampled_from(DATA), st.integers(0, 6000), st.binary(max_size=30))
def test_a_report_that_was_cut_and_torn_is_read(data: bytes, at: int, junk: bytes) -> None:
    assert read_report(data[:at] + junk + data[at + 10 :], today=TODAY).key
    assert read_report(data[:at], today=TODAY).key


def test_a_bomb_of_nested_parts_and_a_mail_of_fifty_megabytes_are_read_safely() -> None:
    bomb = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000))
    large = b"Subject: large\n\n" + b"x" * 50_000_000
    assert [read_report(each, today=TODAY).kind for each in (bomb, large)] == ["unsure", "reply"]
    assert read_report(large, today=TODAY).key == read_report(large[:LARGEST], today=TODAY).key


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Sinds 1 januari ben ik werkzaam bij een andere organisatie.", ("gone", None)),
        ("Vanaf 1 april 2027 werk ik niet meer bij De Linde.", ("gone", None)),
        ("Ik ben maandag 19 april weer aanwezig. Mijn collega Jan werkt hier niet meer.", ("unsure", None)),
        ("Jan werkt hier niet meer. Zijn vervanger Piet is vanaf 1 mei weer bereikbaar.", ("unsure", None)),
        ("John is no longer with the school. Please write to Mary, who will be back on 3 May.", ("unsure", None)),
        ("E-mails aan dit adres worden niet in behandeling genomen.", ("unsure", None)),
        ("Uw bericht is ontvangen op een adres waar niemand werkt. Dit is geen leesbevestiging.", ("unsure", None)),
        ("Your message has not been received: this mailbox has been closed.", ("unsure", None)),
        ("Dank voor uw mail. Van 22/04 t/m 05/05 ben ik er niet.", ("away", date(2027, 5, 6))),
        ("Thank you. I am out of the office until 05/06.", ("away", None)),
        ("Ik ben tot 15-4 niet bereikbaar; ons nieuwe adres is per 1-6 Dorpsstraat 1.", ("away", date(2027, 4, 16))),
        ("Tot en met 30/4 ben ik er even niet.", ("away", date(2027, 5, 1))),
        ("Deze mailbox wordt niet gelezen.", ("unsure", None)),
        ("Let op: wij zijn verhuisd.", ("unsure", None)),
        ("Wij hebben uw bericht ontvangen en antwoorden zo snel mogelijk.", ("receipt", None)),
    ],
)  # fmt: skip
def test_an_answer_by_a_machine_is_away_gone_thanks_or_the_offices_to_read(
    text: str, told: tuple[str, date | None]
) -> None:
    read = read_report(_mail("Automatisch antwoord: Herinnering", text, "Auto-Submitted: auto-replied\n"), today=TODAY)
    assert (read.kind, read.back_on) == told


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        ("Undelivered Mail", "Uw bericht kon niet worden afgeleverd. De gebruiker jan@x.example bestaat niet.", "hard"),
        ("Undelivered Mail", "De ontvanger jan@x.example is onbekend.", "hard"),
        ("Undelivered Mail", "Your message to jan@x.example was not successfully delivered.", "policy"),
        ("Successful Mail Delivery Report", "Your message was successfully delivered to: <jan@x.example>", "receipt"),
        ("Undelivered Mail", "Uw bericht aan jan@x.example is niet succesvol afgeleverd.", "policy"),
        ("Undelivered Mail", "Uw bericht kon niet met succes bezorgd worden aan jan@x.example.", "policy"),
        ("Undelivered Mail", "It couldn't be successfully delivered to jan@x.example.", "policy"),
        ("Undelivered Mail", "It was never successfully delivered to jan@x.example.", "policy"),
        ("Delivery report", "Successfully delivered to piet@x.example; it failed for jan@x.example.", "policy"),
        ("Undelivered Mail", "Your message was relayed to jan@x.example, who said: 550 no such user", "hard"),
    ],
)
def test_what_a_mail_server_says_in_words_is_read(subject: str, text: str, kind: str) -> None:
    assert read_report(_mail(subject, text, sender="MAILER-DAEMON@mx.example"), today=TODAY).kind == kind


def _mail(subject: str, text: str, more: str = "", *, sender: str = "jan@x.example") -> bytes:
    head = f"From: {sender}\nTo: bounces@review.example\nSubject: {subject}\n{more}"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()
