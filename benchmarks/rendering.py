"""What does one mail cost, composed and built? Against Jinja and the email package alone, with the same words."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any
from unittest.mock import patch

from jinja2 import Template
from jinja2.filters import FILTERS

from benchmarks.copying import launch_one
from benchmarks.installation import NOW, folder, made, opened
from benchmarks.measuring import Benchmark, Row, each, exponent
from engine.mail import Message
from engine.wording import MailTemplate
from notifications import links
from notifications.composing import Composed, compose
from notifications.letters import Prepared
from notifications.mime import Service, build

GOAL = 1.5
SERVICE = Service(address="collegium@example.org", key=b"only for benchmarks")
TIMES = 100


def run(sizes: Sequence[int]) -> list[Row]:
    """`sizes` say how many times the body of the mail stands in it; the first is judged: the mail as it is shipped."""
    prepared = _prepared()
    ours: dict[int, tuple[float, float]] = {}
    bares: dict[int, tuple[float, float]] = {}
    for size in sizes:
        template = _longer(prepared.template, size)
        ours[size], bares[size] = _ours(prepared, template), _bare(prepared, template)
    shipped = sizes[0]
    total, reference = sum(ours[shipped]), sum(bares[shipped])
    composing, building = (seconds * 1e6 for seconds in ours[shipped])
    jinja, mime = (seconds * 1e6 for seconds in bares[shipped])
    return [
        Row(
            measure="one mail, composed and built", size=" / ".join(f"{size}" for size in sizes) + " times its body",
            unit="us", ours=total * 1e6, against="jinja2 alone + email alone", reference=reference * 1e6,
            goal=f"<= {GOAL}x their sum", met=total <= GOAL * reference,
            growth=exponent({size: sum(both) for size, both in ours.items()}),
            note=f"composed {composing:.0f} us (jinja2 {jinja:.0f}), built {building:.0f} us (email {mime:.0f})",
        )
    ]  # fmt: skip


def _prepared() -> Prepared:
    """The letter of a real notice."""
    with folder() as place:
        database = place / "one.db"
        launch_one(database, made(database, 1))
        with opened(database) as app, app.store.write() as work:
            notice = work.outbox.waiting(NOW.replace(year=NOW.year + 1), 1)[0]
            prepared = app.letters.prepare(work, notice, NOW)
    assert isinstance(prepared, Prepared)
    return prepared


def _longer(template: MailTemplate, times: int) -> MailTemplate:
    text = "\n\n".join([template.text.strip()] * times)
    return MailTemplate(subject=template.subject, text=text, html=template.html)


def _ours(prepared: Prepared, template: MailTemplate) -> tuple[float, float]:
    """Seconds to compose, and to build."""
    words = compose(prepared.letter, template)
    message = _message(prepared, words)
    addresses = dict.fromkeys(links.named(words.text), "https://example.org/t/abcdefghijklmnopqrstuvwxyz")
    return (
        each(lambda: compose(prepared.letter, template), TIMES),
        each(lambda: build(message, SERVICE, NOW, addresses), TIMES),
    )


def _message(prepared: Prepared, words: Composed) -> Message:
    return Message(
        id="0" * 32, secretariat="office", person="somebody", address=prepared.address, language="en", kind="opened",
        subject=words.subject, text=words.text, html=words.html, message_id="<1@example.org>",
        references=prepared.references, reply_to=f'"Bureau" <{prepared.reply_to}>', local_day="2026-09-07",
        reminder=False, asks=(), created_at=NOW,
    )  # fmt: skip


def _bare(prepared: Prepared, template: MailTemplate) -> tuple[float, float]:
    """Seconds for rendering the same templates with the same names, and for a mail of the same words.

    Our own filters stand aside meanwhile: breaking lines is no part of Jinja.
    """
    rendered: list[tuple[Template, tuple[Any, ...], dict[str, Any]]] = []
    render = Template.render

    def noted(template: Template, *names: Any, **more: Any) -> str:
        rendered.append((template, names, more))
        return render(template, *names, **more)

    with patch.object(Template, "render", noted):
        words = compose(prepared.letter, template)

    def again() -> None:
        for one, names, more in rendered:
            one.render(*names, **more)

    with ExitStack() as aside:
        for one, _, _ in rendered:
            ours = set(one.environment.filters) - set(FILTERS)
            aside.enter_context(patch.dict(one.environment.filters, dict.fromkeys(ours, str)))
        jinja = each(again, TIMES)
    return jinja, each(lambda: _built(words, prepared.address), TIMES)


def _built(words: Composed, address: str) -> bytes:
    mail = MIMEMultipart("alternative")
    mail["From"], mail["To"], mail["Subject"] = "Bureau <collegium@example.org>", address, words.subject
    mail["Message-ID"], mail["Date"] = "<1@example.org>", "Mon, 07 Sep 2026 07:00:00 +0000"
    mail.attach(MIMEText(words.text, "plain", "utf-8"))
    mail.attach(MIMEText(words.html, "html", "utf-8"))
    return mail.as_bytes()


BENCHMARK = Benchmark(name="rendering", says="one mail composed and built", run=run, sizes=(1, 3, 9), tiny=(1, 2))
