"""`form`: what does a task ask, and what is proposed as answers?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from collegium.cli.options import AsJson, Language


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("form")(form)


def form(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="Its id, or its organisation.")],
    task: Annotated[str, typer.Argument(metavar="TASK", help="Key or name of a task.")],
    on_behalf: Annotated[
        str | None, typer.Option("--as", metavar="PERSON", help="For whom; else the first who has the task.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the proposed answers into this file, as `--answers-json` reads.")
    ] = None,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Show what a task asks, with the answers that its process proposes out of earlier ones.

    Of this case that is what the person may see; of earlier rounds what the organisation itself answered then.

    Example: collegium form "De Linde" reflection --out answers.json
    """
    import json

    from collegium.cli.desk import reading
    from collegium.cli.finding import case_named, participant_named, task_named
    from collegium.cli.form_words import questions
    from collegium.cli.printing import say, say_json
    from collegium.cli.words import Words
    from collegium.proposals import proposals
    from collegium.speech import t

    with reading(ctx) as (desk, work):
        found = case_named(work, desk.office.id, case)
        who = participant_named(work, desk.office.id, found, on_behalf) if on_behalf else None
        item = task_named(found, task, who)
        definition = desk.app.library.of(work, found)
        known = definition.forms.get(definition.tasks[item.name].form or "")
        reader = who or next(iter(item.assignees), None)
        asked = questions(definition, desk.app.library.wording(work, found), known) if known is not None else []
        given = proposals(desk.app, work, desk.office.id, found, item, reader, desk.now) if reader else {}
        label = Words(desk, work, found, language).task(item)
    if out is not None:
        out.write_text(json.dumps(given, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if as_json:
        say_json({"case": found.id, "task": item.key, "asks": [each.line for each in asked], "proposed": given})
        return
    say(label)
    for line in [each.line for each in asked] or [t("form_asks_nothing")]:
        say(line)
    _print_proposed(given)


def _print_proposed(given: Mapping[str, Any]) -> None:
    import json

    from collegium.cli.printing import say
    from collegium.speech import t

    if given:
        say(t("form_proposed"))
    for name, value in given.items():
        say(f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
