"""Options that the actions share, each with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

NO_CASE = "-"  # in place of a case where a private link names it

OnBehalf = Annotated[str | None, typer.Option("--as", help="For whom one acts: an e-mail address or name.")]
Token = Annotated[
    str | None, typer.Option("--token", help="A private link, or its last part: the task and its person.")
]
Preview = Annotated[bool, typer.Option("--preview", help="Show what would change and be mailed; change nothing.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the history.")]
Answers = Annotated[list[str] | None, typer.Option("--answer", help="NAME=VALUE; may be repeated.")]
AnswersFile = Annotated[
    Path | None, typer.Option("--answers-json", exists=True, dir_okay=False, help="A file with the answers as JSON.")
]
Case = Annotated[str, typer.Argument(metavar="CASE", help="Id of a case, the beginning of one, or its organisation.")]
