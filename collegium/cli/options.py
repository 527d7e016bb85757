"""Options that several commands share, each with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
Language = Annotated[str, typer.Option("--language", metavar="nl|en", help="Language of the process's own words.")]
CaseName = Annotated[
    str, typer.Argument(metavar="CASE", help="Id of a case, the beginning of one, or the name of its organisation.")
]
CycleName = Annotated[str | None, typer.Option("--cycle", help="Only the round of this name.")]
OutFile = Annotated[Path | None, typer.Option("--out", help="Write into this file.", dir_okay=False)]
