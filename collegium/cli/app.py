"""Which commands are there? The one place that puts them together; errors become sentences here.

What was asked for goes to stdout, all else to stderr: refusals, warnings, what needs somebody, what `run` does.
Exit codes: 0 done, 1 refused or problems found, 2 wrong use of the command line, 141 nobody reads on (`| head`).
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from collegium.cli import (
    acting,
    agenda,
    bounces,
    calendars,
    cases,
    cycles,
    definitions,
    digests,
    directory,
    doctoring,
    documents,
    exporting,
    forms,
    keeping,
    moving,
    outbox,
    people,
    rehearsing,
    rounds,
    running,
    summary,
    verifying,
)
from collegium.cli.options import in_language
from collegium.cli.printing import hang_up, refusal, warn
from engine.errors import CollegiumError, Refused
from engine.saying import said

REFUSED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was said before the command."""

    database: str | None = None
    office: str | None = None
    now: datetime | None = None


class SpeakingGroup(TyperGroup):
    """Turns what goes wrong into a sentence with its reasons, and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        return copy_context().run(self._answer, ctx)  # the language of an answer ends with it

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Where a group has a command of a name that is none here, that one is meant: `people import` for `import`."""
        within = [f"{name} {args[0]}" for name, each in self.commands.items() if args[0] in _commands_of(each)]
        if within and args[0] not in self.commands:
            in_language(ctx.params.get("language") or "")
            ctx.fail(
                worded(
                    said("There is no command {name!r}. Did you mean {names:or}?", name=args[0], names=tuple(within))
                )
            )
        return super().resolve_command(ctx, args)

    def _answer(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as error:
            refusal(worded(error.what), [worded(reason) for reason in error.reasons])
        except CollegiumError as error:
            warn(worded(error.args[0] if error.args else str(error)))
        except typer.BadParameter as error:
            error.message = worded(error.message)
            raise
        except BrokenPipeError:
            hang_up()
        except OSError as error:
            warn(worded(_of_system(error)))
        except Exception as error:
            if not _of_database(error):
                raise
            warn(worded(said("The database answers: {error}", error=str(error).splitlines()[0])))
        raise typer.Exit(REFUSED)


def worded(text: str) -> str:
    """A sentence in the language of this answer; imported where something is refused, not for help."""
    from collegium.refusals import Answering

    return Answering().say(text)


def _commands_of(command: Any) -> Collection[str]:
    """What a group of commands holds; nothing of a single command."""
    return command.commands if isinstance(command, TyperGroup) else ()


def _of_system(error: OSError) -> str:
    """What the machine said of a file or a connection."""
    if error.filename and error.strerror:
        return said("{why}: {file}", why=error.strerror, file=error.filename)
    return error.strerror or str(error)


def _of_database(error: Exception) -> bool:
    """Asked without importing the library where no command did."""
    library = sys.modules.get("sqlalchemy.exc")
    return library is not None and isinstance(error, library.DBAPIError)


app = typer.Typer(
    cls=SpeakingGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help="Collegium runs peer review cycles: cases, dates and mail from definition files.",
    epilog="A new office: `collegium init`, `collegium people import FILE`, `collegium launch PROCESS`, "
    "`collegium run`.",
)


@app.callback()
def begin(
    ctx: typer.Context,
    database: Annotated[
        str | None, typer.Option("--database", help="Address of the database, or the path of an SQLite file.")
    ] = None,
    office: Annotated[str | None, typer.Option("--office", help="Which office, where there are several.")] = None,
    now: Annotated[
        str | None,
        typer.Option(
            "--now",
            envvar="COLLEGIUM_NOW",
            help="Act as if it were this moment: 2027-03-01T09:00. What is done so stays: try it on a copy.",
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="nl|en", help="The language of answers (setting `language`).")
    ] = None,
) -> None:
    in_language(language or "")
    moment = None
    if now is not None:
        try:
            moment = datetime.fromisoformat(now)
        except ValueError:
            message = said("{value!r} is no moment such as 2027-03-01T09:00", value=now)
            raise typer.BadParameter(message, param_hint="--now") from None
    ctx.obj = Given(database=database, office=office, now=moment)


MODULES = (
    directory,
    people,
    definitions,
    cycles,
    moving,
    rehearsing,
    rounds,
    cases,
    acting,
    agenda,
    outbox,
    digests,
    summary,
    running,
    verifying,
    keeping,
    exporting,
    forms,
    documents,
    doctoring,
    calendars,
    bounces,
)
for module in MODULES:
    module.register(app)
