"""Options that several commands share, each with its help."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from collegium.speech import LANGUAGES, of_locale, speak, spoken, t
from engine.saying import said

if TYPE_CHECKING:
    from collegium.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


def in_language(word: str) -> str:
    """Speak the language that was asked for; without one, that of the settings or the locale.

    Raises BadSettings, in the language of the locale where it is the setting of the language that is wrong.
    """
    from collegium.settings import BadSettings, language_set

    if word and word not in LANGUAGES:
        raise typer.BadParameter(said("{value!r} is neither nl nor en", value=word), param_hint="--language")
    language = word or language_set() or of_locale()
    if language not in LANGUAGES:
        speak(of_locale())
        raise BadSettings(said("The setting language must be nl or en, not {value!r}", value=language))
    speak(language)
    return language


def _of_command(word: str) -> str:
    """What a command itself says of its language, after what was said before the command."""
    return in_language(word) if word else spoken()


def not_blank(reason: str) -> str:
    """A reason in words. Raises BadParameter where there are none."""
    if not reason.strip():
        raise typer.BadParameter(t("reason_blank"), param_hint="--reason")
    return reason.strip()


Language = Annotated[
    str, typer.Option("--language", metavar="nl|en", help="Language of the answer.", callback=_of_command)
]
CaseName = Annotated[
    str, typer.Argument(metavar="CASE", help="Id of a case, the beginning of one, or the name of its organisation.")
]
CycleName = Annotated[str | None, typer.Option("--cycle", help="Only the round of this name.")]
ProcessName = Annotated[str, typer.Argument(metavar="PROCESS", help="Name of a process, or its folder.")]
Hosts = Annotated[
    list[str],
    typer.Option("--hosts", help="An organisation, a file with one on each line, or FACT=VALUE. May be repeated."),
]
LaunchDates = Annotated[
    list[str] | None, typer.Option("--date", help="[HOST:]NAME=DAY for a date that is asked at launch. Repeatable.")
]
RingGiven = Annotated[
    str, typer.Option("--ring", metavar="FILE|in-order", help="Who visits whom; in-order: each the next host.")
]
TooLate = Annotated[str, typer.Option("--waive", help="Launch with too little time ahead, for this reason.")]
OutFile = Annotated[Path | None, typer.Option("--out", help="Write into this file.", dir_okay=False)]


def settings_of(ctx: typer.Context) -> Settings:
    """The settings, with what the command line says before the command."""
    from collegium.settings import Settings, address_of

    settings = Settings.load()
    if ctx.obj.database is not None:
        settings = replace(settings, database=address_of(ctx.obj.database))
    return settings
