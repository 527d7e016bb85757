from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Refused
from engine.mail import Attachment, Delivery, Message
from engine.ports import Store, UnitOfWork
from engine.sending import AT_ONCE
from notifications import links, oversight
from notifications.ical import Entry, Party, invitation
from notifications.oversight import Deed
from notifications.preparing import compose_due
from storage.memory import MemoryStore
from tests.builders.storage import a_message, a_person, a_sql_store, a_step, save
from tests.notifications.builders import NOW, SERVICE
from tests.notifications.ical_files import read_ical
from tests.notifications.office import PlainLetters, ask, open_another_office, open_office, tell

LATER = NOW + timedelta(days=2)
REFUSED = Delivery(outcome="refused", code=550, answer="RCPT: 550 no such user")
UNKNOWN = Delivery(outcome="unknown", answer="no answer after the final dot")


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = MemoryStore() if request.param == "memory" else a_sql_store(tmp_path)
    open_office(made, ask("intake#1"), tell("decision", "ben"))
    compose_due(made, NOW, PlainLetters(), SERVICE)
    yield made
    made.close()


def mail_to(store: Store, person: str) -> Message:
    with store.read() as work:
        return next(message for message in work.outbox.messages() if message.person == person)


def do(store: Store, deed: Callable[[Deed], object], *, person: str | None = "ben", reason: str = "Gebeld") -> Any:
    with store.write() as work:
        found = deed(Deed(work=work, now=LATER, person=person, reason=reason))
        work.commit()
    return found


def sending_again(id: str) -> Callable[[Deed], object]:
    return lambda deed: oversight.resend(deed, found(deed.work, id), SERVICE)


def ended(store: Store, person: str, delivery: Delivery) -> Message:
    """The mail of that person, tried with that outcome."""
    id = mail_to(store, person).id
    with store.write() as work:
        work.outbox.lease(NOW, 9, NOW + timedelta(minutes=30))
        work.outbox.record(id, delivery, NOW)
        work.commit()
    return mail_to(store, person)


def test_what_is_sent_again_to_another_address_invites_that_address(store: Store) -> None:
    entry = Entry(uid="visit.case-1@review.example", begin=NOW.replace(tzinfo=None), end=NOW.replace(tzinfo=None),
                  all_day=True, zone="Europe/Amsterdam", summary="Bezoekdag")  # fmt: skip
    office, ben = Party(name="Bureau", address="post@review.example"), Party(name="ben", address="ben@example.org")
    file = invitation(entry, organiser=office, attendee=ben, at=NOW)
    for told, address in (("told", "ben@example.org"), ("told-2", "ben@new.example")):
        with store.write() as work:
            work.people.put_person(a_person("ben", email=address))
            work.outbox.add(a_message(told, person="ben", asks=(), state="refused", attachments=(file,),
                                      address="ben@example.org"), [])  # fmt: skip
            work.commit()
        again = do(store, sending_again(told))
        (sent,) = again.attachments
        (event,) = read_ical(sent.data).of("VEVENT")
        assert (event.text("ATTENDEE"), event.text("UID"), sent.method) == (
            f"mailto:{address}", "visit.case-1@review.example", "REQUEST",
        )  # fmt: skip


def test_a_mail_that_is_held_changed_and_let_go_keeps_its_paper(store: Store) -> None:
    file = Attachment(name="Certificaat.pdf", media_type="application/pdf", data=b"%PDF-1.7 of ben")
    with store.write() as work:
        work.outbox.add(a_message("told", person="ben", asks=(), attachments=(file,)), [])
        work.commit()
    do(store, lambda deed: oversight.hold(deed, found(deed.work, "told")))
    do(store, lambda deed: oversight.edit(deed, found(deed.work, "told"), subject="Dank", text="Dank."))
    do(store, lambda deed: oversight.release(deed, found(deed.work, "told")))
    with store.read() as work:
        kept = found(work, "told")
    assert (kept.subject, kept.edited, kept.state, kept.attachments) == ("Dank", True, "ready", (file,))


def found(work: UnitOfWork, id: str) -> Message:
    message = work.outbox.message(id)
    assert message is not None
    return message


def events(store: Store) -> list[tuple[str, Mapping[str, Any]]]:
    with store.read() as work:
        return [(sealed.event.kind, sealed.event.data) for sealed in work.stream("outbox:office")]


def refused(store: Store, deed: Callable[[Deed], object]) -> list[str]:
    with pytest.raises(Refused) as found:
        do(store, deed)
    return list(found.value.reasons)


def test_a_mail_is_held_and_released_and_each_is_kept_with_who_and_why(store: Store) -> None:
    mail = mail_to(store, "ann")
    do(store, lambda deed: oversight.hold(deed, mail))
    held = mail_to(store, "ann")
    assert (held.state, held.hold) == ("held", "the office: Gebeld")
    assert refused(store, lambda deed: oversight.hold(deed, held)) == ["it is held already: the office: Gebeld"]
    do(store, lambda deed: oversight.release(deed, held), person=None, reason="")
    assert mail_to(store, "ann").state == "ready"
    assert events(store) == [
        ("mail_held", {"message": mail.id, "by": "ben", "reason": "Gebeld"}),
        ("mail_released", {"message": mail.id, "by": "operator", "reason": ""}),
    ]
    assert refused(store, lambda deed: oversight.release(deed, mail)) == ["it will still go out"]


def test_changed_words_are_kept_with_hashes_of_before_and_after(store: Store) -> None:
    mail = mail_to(store, "ann")
    text = mail.text.replace("Beste lezer.", "Zoals besproken.")
    do(store, lambda deed: oversight.edit(deed, mail, text=text))
    after = mail_to(store, "ann")
    assert (after.text, after.edited, after.subject) == (text, True, mail.subject)
    hashes = {"before": oversight.words_hash(mail), "after": oversight.words_hash(after)}
    assert events(store) == [("mail_edited", {"message": mail.id, **hashes, "by": "ben", "reason": "Gebeld"})]
    assert hashes["before"] != hashes["after"]


def test_what_has_left_cannot_be_changed(store: Store) -> None:
    sent = ended(store, "ann", Delivery(outcome="sent", code=250))
    assert refused(store, lambda deed: oversight.edit(deed, sent, subject="Anders")) == ["it was sent already"]
    assert events(store) == []


def test_a_refused_mail_goes_again_to_the_mended_address(store: Store) -> None:
    mail = ended(store, "ann", REFUSED)
    with store.write() as work:
        work.people.put_person(a_person("ann", email="ann@new.example"))
        work.commit()
    again: Message = do(store, lambda deed: oversight.resend(deed, mail, SERVICE))
    assert again == replace(
        mail, id=again.id, message_id=f"<{again.id}@review.example>", address="ann@new.example", state="ready",
        reminder=False, created_at=LATER, local_day="2027-03-10", attempts=0, last_error="", resends=mail.id,
        until=LATER + AT_ONCE,
    )  # fmt: skip
    with store.read() as work:
        assert work.outbox.message(again.id) == again
    assert events(store)[-1] == (
        "mail_resent", {"message": mail.id, "again": again.id, "by": "ben", "reason": "Gebeld"}
    )  # fmt: skip


def test_who_asks_twice_sends_a_mail_again_once_until_that_has_gone(store: Store) -> None:
    mail = ended(store, "ann", REFUSED)
    again: Message = do(store, lambda deed: oversight.resend(deed, mail, SERVICE))
    assert refused(store, lambda deed: oversight.resend(deed, mail, SERVICE)) == [
        f"it is being sent again already, as {again.id[:8]}: it is ready"
    ]
    with store.write() as work:
        work.outbox.lease(LATER, 9, LATER + timedelta(minutes=30))
        work.outbox.record(again.id, REFUSED, LATER)
        work.commit()
    assert do(store, lambda deed: oversight.resend(deed, mail, SERVICE)) is not None


def reminded(store: Store, id: str, **more: Any) -> Message:
    """A reminder mail to ann of the day on which the office acts."""
    made = a_message(id, person="ann", asks=(), reminder=True, local_day="2027-03-10", created_at=LATER, **more)
    with store.write() as work:
        work.outbox.add(made, [])
        work.commit()
    return made


WAIT = "nobody gets two reminder mails on one day: wait until tomorrow, or send it with --anyway and say why"


@pytest.mark.parametrize("state", ["ready", "sending", "sent", "unknown", "held"])
def test_a_second_reminder_mail_of_a_day_is_refused_unless_it_is_wanted_anyway(store: Store, state: str) -> None:
    mail = ended(store, "ann", Delivery(outcome="sent", code=250))
    reminded(store, "today", state=state)
    assert refused(store, sending_again(mail.id)) == [
        f"its reader has a reminder mail of today already, today: it is {state}", WAIT
    ]  # fmt: skip
    again: Message = do(store, lambda deed: oversight.resend(deed, mail, SERVICE, anyway=True))
    said = {"message": mail.id, "again": again.id, "second": True, "by": "ben", "reason": "Gebeld"}
    assert events(store)[-1] == ("mail_resent", said)


@pytest.mark.parametrize("state", ["refused", "cancelled"])
def test_a_reminder_mail_that_never_came_leaves_the_day_to_another(store: Store, state: str) -> None:
    mail = ended(store, "ann", Delivery(outcome="sent", code=250))
    reminded(store, "today", state=state)
    again: Message = do(store, sending_again(mail.id))
    assert refused(store, sending_again(mail.id))[0].startswith("it is being sent again already")
    with store.write() as work:
        work.outbox.lease(LATER, 9, LATER + timedelta(minutes=30))
        work.outbox.record(again.id, Delivery(outcome="sent", code=250), LATER)
        work.commit()
    # What was sent again is the reminder mail of its day too.
    assert refused(store, sending_again(mail.id)) == [
        f"its reader has a reminder mail of today already, {again.id[:8]}: it is sent", WAIT
    ]  # fmt: skip


def test_a_reminder_mail_that_may_have_arrived_today_does_not_stand_in_its_own_way(store: Store) -> None:
    lost = reminded(store, "lost", state="unknown")
    assert do(store, lambda deed: oversight.decide(deed, lost, "again", SERVICE)) is not None


def test_a_reminder_mail_that_came_today_is_not_sent_again_today(store: Store) -> None:
    reminded(store, "came", state="sent")
    assert refused(store, sending_again("came")) == [
        "its reader has a reminder mail of today already, came: it is sent", WAIT
    ]  # fmt: skip


def test_a_reminder_mail_of_another_office_takes_the_day_too(store: Store) -> None:
    mail = ended(store, "ann", Delivery(outcome="sent", code=250))
    open_another_office(store)
    theirs = a_message("theirs", secretariat="there", person="anna", asks=(), reminder=True, local_day="2027-03-10")
    with store.write() as work:
        work.outbox.add(theirs, [])
        work.commit()
    assert refused(store, sending_again(mail.id)) == ["its reader has a reminder mail of another office today", WAIT]


def test_a_reminder_mail_that_still_comes_today_counts_and_what_is_no_reminder_goes_again(store: Store) -> None:
    mail = ended(store, "ann", Delivery(outcome="sent", code=250))
    with store.write() as work:
        work.outbox.tell([ask("report#1", send_at=LATER + timedelta(hours=1))], "office", work.cases.load("case-1"))
        work.commit()
    assert refused(store, sending_again(mail.id)) == ["a reminder mail to its reader still goes out today", WAIT]
    told = ended(store, "ben", Delivery(outcome="sent", code=250))
    assert do(store, sending_again(told.id)).resends == told.id


def test_what_nobody_need_do_any_more_is_not_asked_again(store: Store) -> None:
    mail = ended(store, "ann", REFUSED)
    with store.read() as work:
        case = work.cases.load("case-1")
    done = replace(case.tasks["intake#1"], state="done")
    save(store, case, a_step(case, tasks={**case.tasks, "intake#1": done}))
    assert refused(store, lambda deed: oversight.resend(deed, mail, SERVICE)) == [
        "it asks for intake#1, which is done: nobody need do it any more"
    ]
    assert [kind for kind, _ in events(store)] == ["mail_refused"]


def test_a_mail_to_a_dead_address_is_not_sent_there_again(store: Store) -> None:
    mail = ended(store, "ann", REFUSED)
    with store.write() as work:
        work.people.put_person(a_person("ann", reachable=False))
        work.commit()
    assert refused(store, lambda deed: oversight.resend(deed, mail, SERVICE)) == [
        "the address ann@example.org does not work: mend it first"
    ]


def test_what_is_still_to_go_is_not_sent_twice(store: Store) -> None:
    assert refused(store, lambda deed: oversight.resend(deed, mail_to(store, "ann"), SERVICE)) == [
        "it will still go out"
    ]


def test_a_copy_to_oneself_is_marked_and_opens_nothing(store: Store) -> None:
    mail = mail_to(store, "ann")
    assert links.named(mail.html)
    copied: Message = do(store, lambda deed: oversight.copy_to(deed, mail, "ben", SERVICE))
    assert (copied.person, copied.address, copied.kind) == ("ben", "ben@example.org", "copy")
    assert copied.subject == f"[Kopie] {mail.subject}"
    assert "%%link" not in copied.text + copied.html
    assert "(persoonlijke link, werkt niet in een kopie)" in copied.text
    assert 'href="#"' in copied.html
    assert (copied.asks, copied.reminder, copied.cases, copied.legal) == ((), False, (), False)
    assert mail_to(store, "ann") == mail  # nothing is said about the mail itself
    assert events(store)[-1][0] == "mail_copied"


@pytest.mark.parametrize(("how", "state"), [("sent", "sent"), ("by-phone", "unknown"), ("again", "unknown")])
def test_an_unknown_mail_is_decided_once(store: Store, how: oversight.How, state: str) -> None:
    mail = ended(store, "ben", UNKNOWN)
    again: Message | None = do(store, lambda deed: oversight.decide(deed, mail, how, SERVICE))
    with store.read() as work:
        after = work.outbox.message(mail.id)
        assert after is not None
        assert after.state == state
        assert oversight.how_decided(work, mail) == how
        assert [one.id for one in work.outbox.resent(mail.id)] == ([again.id] if again else [])
    assert (again is not None) is (how == "again")
    assert refused(store, lambda deed: oversight.decide(deed, replace(mail, state="unknown"), how, SERVICE)) == [
        "that was decided before: see its story"
    ]


def test_what_arrived_was_sent_when_it_was_tried_and_not_when_somebody_said_so(store: Store) -> None:
    mail = ended(store, "ben", UNKNOWN)
    with store.read() as work:
        tried = work.outbox.deliveries(mail.id)
    with store.write() as work:
        decided = NOW + timedelta(days=3)
        deed = oversight.Deed(work=work, now=decided, person="ann", reason="gebeld")
        oversight.decide(deed, mail, "sent", SERVICE)
        work.commit()
    with store.read() as work:
        assert work.outbox.message(mail.id) == replace(mail, state="sent", sent_at=NOW, last_error="")
        assert work.outbox.deliveries(mail.id) == tried
        assert work.outbox.handed_over_since(decided) == {}
        assert oversight.decided(work, "office")[mail.id].recorded_at == decided


def test_only_an_unknown_mail_is_decided(store: Store) -> None:
    mail = ended(store, "ben", REFUSED)
    assert refused(store, lambda deed: oversight.decide(deed, mail, "sent", SERVICE)) == [
        "it was refused: send it again"
    ]


def test_a_revoked_link_leads_nowhere_and_the_mail_gets_another(store: Store) -> None:
    mail = mail_to(store, "ann")
    (id,) = links.named(mail.text)
    do(store, lambda deed: oversight.revoke(deed, "office", _link(deed.work, id)))
    with store.read() as work:
        assert _link(work, id).revoked
        old = work.outbox.message(mail.id)
        assert old is not None
        assert (old.state, old.last_error) == ("cancelled", "its private link was revoked")
    compose_due(store, LATER, PlainLetters(), SERVICE)
    with store.read() as work:
        (anew,) = [one for one in work.outbox.messages("ready") if one.person == "ann"]
        assert links.named(anew.text) == [id]
        assert (_link(work, id).revoked, _link(work, id).generation) == (False, 2)


def test_a_changed_mail_with_a_revoked_link_is_held_and_not_lost(store: Store) -> None:
    mail = mail_to(store, "ann")
    do(store, lambda deed: oversight.edit(deed, mail, subject="Anders"))
    (id,) = links.named(mail.text)
    touched = do(store, lambda deed: oversight.revoke(deed, "office", _link(deed.work, id)))
    assert [one.id for one in touched] == [mail.id]
    held = mail_to(store, "ann")
    assert (held.state, held.subject, held.hold) == ("held", "Anders", "its private link was revoked")


@pytest.mark.parametrize("changed", [False, True])
def test_a_held_mail_with_a_revoked_link_gets_another_when_it_is_released(store: Store, changed: bool) -> None:
    mail = mail_to(store, "ann")
    if changed:
        do(store, lambda deed: oversight.edit(deed, mail, subject="Anders"))
    do(store, lambda deed: oversight.hold(deed, mail))
    (id,) = links.named(mail.text)
    touched = do(store, lambda deed: oversight.revoke(deed, "office", _link(deed.work, id)))
    assert [(one.id, one.state) for one in touched] == [(mail.id, "held")]
    held = mail_to(store, "ann")
    assert (held.state, held.hold) == ("held", "the office: Gebeld")
    do(store, lambda deed: oversight.release(deed, held))
    with store.read() as work:
        assert (_link(work, id).revoked, _link(work, id).generation) == (False, 2)
    assert mail_to(store, "ann").state == "ready"


def test_a_mail_that_is_sent_again_holds_a_link_that_works(store: Store) -> None:
    mail = ended(store, "ann", REFUSED)
    (id,) = links.named(mail.text)
    do(store, lambda deed: oversight.revoke(deed, "office", _link(deed.work, id)))
    do(store, lambda deed: oversight.resend(deed, mail, SERVICE))
    with store.read() as work:
        assert (_link(work, id).revoked, _link(work, id).generation) == (False, 2)


def _link(work: UnitOfWork, id: str) -> Any:
    return work.outbox.find_link(id)
