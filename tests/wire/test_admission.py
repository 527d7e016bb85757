"""Whom do we hand our mail to? A server that encrypts, proves its name and knows us; any other gets nothing."""

from __future__ import annotations

import pytest

from collegium.bootstrap import smtp_sender
from collegium.settings import Settings
from notifications import trust
from notifications.smtp import Security
from tests.wire import sending
from tests.wire.certificates import ELSEWHERE, EXPIRED, SELF_SIGNED
from tests.wire.pair import PASSWORD, USER, Pair

pytestmark = pytest.mark.debian

VOUCH = (
    "Nothing was sent. Nobody whom this machine trusts vouches for localhost: put the certificate of its authority, "
    "or its own where it signed itself, into a file and set smtp_ca to that file"
)


@pytest.mark.parametrize("port", ["starttls", "tls"])
def test_a_server_that_proves_its_name_and_knows_us_takes_the_mail(pair: Pair, port: str) -> None:
    (delivery,) = sending.send(sending.sender(pair, port), [sending.wire(f"in-{port}", "anke@school.example")]).values()
    assert (delivery.outcome, delivery.code) == ("sent", 250)
    assert sending.arrived(pair, f"in-{port}", "hdr.delivered-to")["hdr.delivered-to"] == "anke@school.example"
    # The relay wrote down how the mail came: encrypted (RFC 3848), and from somebody with a name.
    assert "with ESMTPSA" in sending.arrived(pair, f"in-{port}", "hdr")["hdr"]


@pytest.mark.parametrize(
    ("port", "hint"),
    [
        (EXPIRED, "Nothing was sent. The certificate of localhost has expired: whoever keeps the server must renew it"),
        (
            ELSEWHERE,
            "Nothing was sent. The certificate is not for localhost: set smtp_host to a name that stands in it",
        ),
        (SELF_SIGNED, VOUCH),
    ],
)
def test_a_certificate_that_proves_nothing_is_refused_and_the_answer_says_what_helps(
    pair: Pair, port: str, hint: str
) -> None:
    (delivery,) = sending.send(
        sending.sender(pair, port), [sending.wire(f"bad-{port}", "anke@school.example")]
    ).values()
    assert (delivery.outcome, delivery.unreachable) == ("retry", True)
    assert delivery.answer.endswith(hint), delivery.answer
    assert "CERTIFICATE_VERIFY_FAILED" in delivery.answer
    assert PASSWORD not in delivery.answer


def test_an_authority_that_nobody_named_is_not_trusted(pair: Pair) -> None:
    sender = sending.sender(pair, tls_context=trust.tls_context())
    (delivery,) = sending.send(sender, [sending.wire("no-ca", "anke@school.example")]).values()
    assert (delivery.outcome, delivery.unreachable) == ("retry", True)
    assert delivery.answer.endswith(VOUCH), delivery.answer


def test_a_certificate_that_signed_itself_can_be_trusted_by_name_and_no_other_is(pair: Pair) -> None:
    own = trust.tls_context(str(pair.authority.folder / "self-signed.crt"))
    trusted = sending.sender(pair, SELF_SIGNED, tls_context=own)
    assert [d.outcome for d in sending.send(trusted, [sending.wire("own", "anke@school.example")]).values()] == ["sent"]
    other = sending.sender(pair, "starttls", tls_context=own)
    assert [d.outcome for d in sending.send(other, [sending.wire("other", "anke@school.example")]).values()] == [
        "retry"
    ]


def test_the_settings_of_an_installation_lead_to_such_a_sender(pair: Pair) -> None:
    settings = Settings(
        smtp_host="localhost", smtp_port=pair.ports["starttls"], smtp_tls="starttls", smtp_user=USER,
        smtp_password=PASSWORD, smtp_ca=str(pair.authority.ca),
    )  # fmt: skip
    deliveries = sending.send(smtp_sender(settings), [sending.wire("settings", "anke@school.example")])
    assert [delivery.outcome for delivery in deliveries.values()] == ["sent"]


def test_a_server_whose_starttls_was_taken_away_gets_neither_mail_nor_password(pair: Pair) -> None:
    (delivery,) = sending.send(
        sending.sender(pair, "plain"), [sending.wire("stripped", "anke@school.example")]
    ).values()
    assert (delivery.outcome, delivery.unreachable) == ("retry", True)
    assert "STARTTLS" in delivery.answer
    assert "Nothing was sent, for it would have been readable on its way." in delivery.answer
    assert not [mail for mail in sending.arrivals(pair) if "stripped" in mail[0]]


@pytest.mark.parametrize(
    ("port", "security", "hint"),
    [
        ("starttls", "tls", "where the port speaks STARTTLS (usually 587) set smtp_tls to starttls"),
        ("tls", "starttls", "Where the port speaks TLS at once (usually 465) set smtp_tls to tls"),
    ],
)
def test_the_other_kind_of_encryption_is_named_where_it_is_meant(
    pair: Pair, port: str, security: Security, hint: str
) -> None:
    sender = sending.sender(pair, port, security, timeout=2.0)
    (delivery,) = sending.send(sender, [sending.wire("kind", "anke@school.example")]).values()
    assert (delivery.outcome, delivery.unreachable) == ("retry", True)
    assert hint in delivery.answer


@pytest.mark.parametrize("port", ["starttls", "tls"])
def test_a_wrong_password_costs_no_mail_its_life(pair: Pair, port: str) -> None:
    sender = sending.sender(pair, port, password="guessed wrong")
    (delivery,) = sending.send(sender, [sending.wire("wrong", "anke@school.example")]).values()
    assert (delivery.outcome, delivery.code, delivery.unreachable) == ("retry", 535, True)
    assert delivery.answer.endswith("Set smtp_user and smtp_password to what the server knows")
    assert "guessed" not in delivery.answer


def test_a_server_that_asks_for_no_password_says_so_to_whoever_has_one(pair: Pair) -> None:
    (delivery,) = sending.send(sending.sender(pair, "shy"), [sending.wire("shy", "anke@school.example")]).values()
    assert (delivery.outcome, delivery.unreachable) == ("retry", True)
    assert "leave smtp_user empty" in delivery.answer
    without = sending.sender(pair, "shy", username=None, password=None)
    assert [d.outcome for d in sending.send(without, [sending.wire("shy2", "anke@school.example")]).values()] == [
        "sent"
    ]


def test_whoever_gives_no_name_where_one_is_asked_loses_no_mail(pair: Pair) -> None:
    sender = sending.sender(pair, username=None, password=None)
    (delivery,) = sending.send(sender, [sending.wire("nameless", "anke@school.example")]).values()
    assert (delivery.outcome, delivery.code, delivery.unreachable) == ("retry", 554, False)
    assert delivery.answer.endswith("The server asks for a name: set smtp_user and smtp_password")
