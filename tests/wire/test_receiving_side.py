"""What becomes of a mail that the other side puts off, refuses, or takes and sends back? Counted at the receiver."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.wire import sending
from tests.wire.dovecot import fetch
from tests.wire.pair import Pair

pytestmark = pytest.mark.debian

PEOPLE = {
    "grey1@school.example": "kept",
    "grey2@school.example": "kept",
    "anke@school.example": "kept",
    "unknown@school.example": "5.1.1",
    "gone@school.example": "5.1.1",
    "full@school.example": "5.2.2",
    "overquota@school.example": "4.2.2",
    "busy@school.example": "4.3.0",
}


def test_every_mail_is_kept_or_comes_back_to_its_own_return_path(pair: Pair) -> None:
    mails = [sending.wire(f"fate-{address.partition('@')[0]}", address) for address in PEOPLE]
    deliveries = sending.send(sending.sender(pair), mails)
    assert {delivery.outcome for delivery in deliveries.values()} == {"sent"}
    pair.settle()
    kept = {recipient for path, recipient in sending.arrivals(pair) if path.startswith("return+fate-")}
    assert kept == {address for address, fate in PEOPLE.items() if fate == "kept"}
    # What was not kept came back, once each, to the return path of its own mail, from nobody (RFC 5321 section 4.5.5).
    found = fetch(pair.bounces, ["hdr.delivered-to", "hdr.return-path", "hdr.content-type", "text"])
    reports = [mail for mail in found if mail["hdr.delivered-to"].startswith("return+fate-")]
    assert Counter(mail["hdr.delivered-to"] for mail in reports) == {
        f"return+fate-{address.partition('@')[0]}@peerreview.example": 1
        for address, fate in PEOPLE.items()
        if fate != "kept"
    }
    for mail in reports:
        address = mail["hdr.delivered-to"].removeprefix("return+fate-").replace("peerreview", "school")
        assert mail["hdr.return-path"] == "<>"
        assert "multipart/report; report-type=delivery-status" in mail["hdr.content-type"]
        assert f"Status: {PEOPLE[address]}" in mail["text"]


def test_the_greylist_let_nobody_through_at_the_first_try(pair: Pair) -> None:
    mail = sending.wire("slow", "grey3@school.example")
    sending.send(sending.sender(pair), [mail])
    assert [to for path, to in sending.arrivals(pair) if path == mail.sender] == ["grey3@school.example"]
    assert pair.greylist.tries[mail.sender, "grey3@school.example"] == 2
    put_off, kept = [each for each in pair.relay.statuses() if each.to == "grey3@school.example"]
    assert (put_off.status, put_off.dsn, kept.status) == ("deferred", "4.7.1", "sent")
