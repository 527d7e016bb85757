"""`outbox approve`: mail to many goes out after number, list and text were shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson
from collegium.cli.outbox_deeds import As, doing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from collegium.cli.desk import Desk
    from engine.mail import Bulk, Message
    from engine.ports import UnitOfWork

NUMBER_HELP = "How many mails, as it was shown; without it they are shown."


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("approve")(approve)


def approve(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(metavar="BULK", help="Id of what waits for approval, or the beginning of one.")],
    mails: Annotated[int | None, typer.Option("--mails", help=NUMBER_HELP)] = None,
    who: As = None,
    as_json: AsJson = False,
) -> None:
    """Show mails to many that wait, and let them go once their number is confirmed; it says when they leave.

    Example: collegium outbox approve 3b1f --mails 48
    """
    from collegium.cli.departures import departures, summed, summed_facts
    from collegium.cli.mail_facts import kind_labels
    from collegium.cli.printing import say, say_json
    from collegium.speech import counted, known, t
    from notifications import bulk as bulks

    if mails is None:
        with doing(ctx, who) as (desk, deed):
            bulk = _named(deed.work, desk, id)
            held = bulks.show(deed, bulk)
            facts = mails_facts(deed.work, held)
            when = list(departures(desk, deed.work, held).values())
            labels = kind_labels(desk, deed.work)
            label = labels.get(bulk.template) or known("mail_kind", bulk.template)
        if as_json:
            say_json({"bulk": bulk.id, "template": bulk.template, **facts, "departures": summed_facts(when)})
            return
        say(counted("bulk_waits", len(held), what=label, id=bulk.id))
        print_mails(facts, labels)
        say()
        say(t("bulk_once_approved"))
        for line in summed(when):
            say(f"  {line}")
        if not sys.stdin.isatty():
            command = f"collegium outbox approve {bulk.id[:8]} --mails {len(held)}"
            say(t("bulk_let_go", command=command))
            return
        mails = confirmed(len(held))
    with doing(ctx, who) as (desk, deed):
        gone = bulks.approve(deed, _named(deed.work, desk, id), mails)
        when = list(departures(desk, deed.work, gone).values())
    if as_json:
        ids = [message.id for message in gone]
        say_json({"approved": len(gone), "mails": ids, "departures": summed_facts(when)})
        return
    say(counted("bulk_approved", len(gone)))
    for line in summed(when):
        say(line)


def confirmed(number: int) -> int:
    """Ask on the terminal. Raises typer.Abort where the answer is no."""
    from collegium.speech import counted

    typer.confirm(counted("bulk_ask", number), abort=True)
    return number


def mails_facts(work: UnitOfWork, messages: Sequence[Message]) -> dict[str, Any]:
    """Number, list, and texts: one for each kind and language, of those who are asked something and of the others (a
    copy asks nothing: it has no link), and each that the office has changed."""
    from collegium.cli.mail_facts import name_of, readable
    from notifications.links import PLACEHOLDER

    ordered = sorted(messages, key=lambda one: (one.kind, one.language, one.subject, one.address))
    samples: dict[tuple[str, str, bool, str], Message] = {}
    for message in ordered:
        own = message.id if message.edited else ""
        asks = PLACEHOLDER.search(message.text) is not None
        samples.setdefault((message.kind, message.language, not asks, own), message)
    return {
        "number": len(messages),
        "list": [
            {"to": name_of(work, one.person), "address": one.address, "kind": one.kind, "language": one.language,
             "subject": one.subject, "id": one.id}
            for one in ordered
        ],
        "texts": [
            {"kind": kind, "language": language, "subject": one.subject, "text": readable(one.text)}
            for (kind, language, *_), one in sorted(samples.items(), key=lambda item: item[0])
        ],
    }  # fmt: skip


def print_mails(facts: dict[str, Any], labels: Mapping[str, str]) -> None:
    """The same for people; `labels`: what the process calls its mails."""
    from collegium.cli.printing import say, say_table
    from collegium.speech import columns, known

    say_table(
        columns("bulk_columns"),
        [
            (
                row["to"],
                row["address"],
                labels.get(row["kind"]) or known("mail_kind", row["kind"]),
                row["language"],
                row["subject"],
            )
            for row in facts["list"]
        ],
    )
    for sample in facts["texts"]:
        say()
        label = labels.get(sample["kind"]) or known("mail_kind", sample["kind"])
        say(f"--- {label}, {sample['language']}: {sample['subject']}")
        say(sample["text"])


def _named(work: UnitOfWork, desk: Desk, id: str) -> Bulk:
    from collegium.cli.finding import chosen_by_prefix

    return chosen_by_prefix(id, work.outbox.bulks(desk.office.id), "bulk mail")
