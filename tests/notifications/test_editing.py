import pytest

from engine.errors import Refused
from engine.mail import Message
from notifications.composing import compose
from notifications.editing import edited
from tests.notifications.builders import letter, message, template

LINK = "%%link:L1%%"


def a_mail() -> Message:
    words = compose(letter(), template(text="Wilt u dit doen?\n\n- lezen\n- schrijven"))
    return message(subject=words.subject, text=words.text, html=words.html)


def changed(old: str, new: str) -> str:
    assert old in a_mail().text
    return a_mail().text.replace(old, new)


def reasons(**changes: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        edited(a_mail(), subject=changes.get("subject"), text=changes.get("text"))
    return list(refused.value.reasons)


def test_the_page_is_made_anew_from_the_text_in_the_same_layout() -> None:
    mail = a_mail()
    words = edited(mail, subject="Nieuw <onderwerp>", text=changed("Wilt u dit doen?", "Zoals <b>besproken</b>:"))
    assert words.subject == "Nieuw <onderwerp>"
    head, _, rest = words.html.partition("<main>")
    assert head == mail.html.partition("<main>")[0].replace(
        f"<title>{mail.subject}</title>", "<title>Nieuw &lt;onderwerp&gt;</title>"
    )
    assert "<p>Zoals &lt;b&gt;besproken&lt;/b&gt;:</p>" in rest
    assert "<ul>\n<li>lezen</li>\n<li>schrijven</li>\n</ul>" in rest
    assert f'<a href="{LINK}">{LINK}</a>' in rest
    assert "Wilt u dit doen" not in words.html
    assert words.html.endswith("</body>\n</html>\n")


def test_lines_that_stand_under_each_other_stay_so_and_wrapped_ones_flow() -> None:
    long = "Dit is een zin die zo lang is dat zij over meer dan een regel van de mail loopt,\nen dan verder gaat."
    words = edited(a_mail(), subject=None, text=changed("Wilt u dit doen?", long))
    assert "<p>Dit is een zin die zo lang is dat zij over meer dan een regel van de mail loopt, en dan" in words.html
    assert "<br>\nUiterlijk:  donderdag 11 maart 2027<br>" in words.html
    assert words.html.count("<hr>") == 2


def test_a_subject_alone_leaves_text_and_page() -> None:
    mail = a_mail()
    words = edited(mail, subject="Anders", text=None)
    assert words.text == mail.text
    assert words.html == mail.html.replace(f"<title>{mail.subject}</title>", "<title>Anders</title>")


def test_a_private_link_may_not_be_lost_or_doubled_or_put_in() -> None:
    assert reasons(text=changed(LINK, "")) == [
        f"the private link {LINK} is gone from the text: put it back as it was"
    ]  # fmt: skip
    more = "does not belong to this mail, or stands in it more often than before"
    assert reasons(text=changed(LINK, f"{LINK} {LINK}")) == [f"the private link {LINK} {more}"]
    assert reasons(text=changed(LINK, f"{LINK} %%link:L2%%")) == [f"the private link %%link:L2%% {more}"]
    assert reasons(subject=f"Open {LINK}") == ["a private link may not stand in the subject"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert reasons(subject=" ", text=" ") == [
        "a mail needs a subject", "a mail needs a text",
        f"the private link {LINK} is gone from the text: put it back as it was",
    ]  # fmt: skip
    assert reasons(subject="Een\nTwee") == ["the subject holds a line break or a control character"]
    assert reasons(subject=a_mail().subject, text=a_mail().text) == ["nothing is different"]


def test_a_mail_without_our_layout_gets_a_plain_page() -> None:
    words = edited(message(html="<p>Los</p>", text="Los"), subject=None, text="Vast\n")
    assert words.html.startswith('<!DOCTYPE html>\n<html lang="nl">\n<head>')
    assert "<body>\n<p>Vast</p>\n</body>" in words.html
