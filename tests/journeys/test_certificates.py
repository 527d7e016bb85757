"""Does whoever was there get a certificate of their own, and does it stay with the mail?"""

from __future__ import annotations

from engine.mail import Message
from notifications.dates_text import day_text
from tests.builders.pdf import lines_of
from tests.journeys.journey import Journey

TITLES = {"nl": "Certificaat van deelname", "en": "Certificate of participation"}


def thanked(story: Journey) -> list[Message]:
    """The mails of thanks, as they lie in the outbox."""
    with story.app.store.read() as work:
        return [message for message in work.outbox.messages() if message.kind == "thanks"]


def test_each_of_the_panel_is_thanked_with_one_certificate_of_their_own() -> None:
    with Journey("development-review") as story:
        story.until(lambda _: bool(thanked(story)))
        seated = [held for held in story.case.holdings.values() if held.state == "seated"]
        with story.app.store.read() as work:
            names = {held.participant: work.people.person(str(story.person(held.participant))) for held in seated}
            definition = story.app.library.of(work, story.case)
            wording = story.app.library.wording(work, story.case)
            host = story.app.worlds.of(work, story.case, story.now).host.name
            office = story.app.worlds.roster.office(work, "office").name
        by_reader = {message.person: message for message in thanked(story)}
        assert set(by_reader) == {person.id for person in names.values() if person}
        everybody = {person.name for person in names.values() if person}
        for held in seated:
            person = names[held.participant]
            assert person is not None
            mail = by_reader[person.id]
            (file,) = mail.attachments
            title, *rest = lines_of(file.data)
            assert (title, file.name) == (TITLES[mail.language], f"{TITLES[mail.language]}.pdf")
            text = "".join(rest)
            assert {name for name in everybody if name in text} == {person.name}
            for mark in (
                wording.label("seat", held.seat, mail.language).lower(),
                wording.label("process", definition.name, mail.language).lower(),
                host,
                office,
                day_text(story.visit(), mail.language),
                day_text(story.today, mail.language),
            ):
                assert mark in text
        others = [message for message in story.mails() if message.kind != "thanks"]
        assert not [each.kind for each in others for file in each.attachments if file.media_type == "application/pdf"]
