"""`check` and `draw`: is a process sound, and what does it look like?"""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from collegium.cli.options import AsJson, Language, OutFile
from collegium.speech import counted, t
from engine.saying import said

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from collegium.settings import Settings
    from engine.definition import Definition
    from engine.wording import Wording
    from workflows.checker import Finding
    from workflows.checking.report import Explored
    from workflows.loader import Loaded
    from workflows.problems import Problem


Format = Literal["svg", "mermaid"]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("check")(check)
    app.command("draw")(draw)


def folder_of(settings: Settings, name: str) -> Path:
    """The folder of a process: by path, or by its name among those that are shipped and the office's own."""
    from collegium.cli.finding import NotFound, near
    from collegium.process_folders import definition_folders

    path = Path(name)
    if (path / "process.yaml").is_file():
        return path
    if path.name == "process.yaml" and path.is_file():
        return path.parent
    known: Mapping[str, Path] = definition_folders(settings)
    for word in (name, name.replace("_", "-")):
        if word in known:
            return known[word]
    raise NotFound(
        said(
            "There is no process {name!r}, and no folder with a process.yaml.{near}", name=name, near=near(name, known)
        )
    )


def folders_beside(settings: Settings, folder: Path) -> dict[str, Path]:
    """The processes of which a child may be: known ones, and those that lie beside this one."""
    from collegium.process_folders import definition_folders
    from workflows import loader

    return {**definition_folders(settings), **loader.processes_in(folder.parent)}


def check(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="FOLDER|NAME", help="A folder with a process.yaml, or a known name.")],
    sheet: Annotated[
        bool, typer.Option("--sheet", help="Print what only a person can judge, to be read beside the framework.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check a process: every error and warning with file, line and column, in one run. Errors give exit code 1.

    What may happen is tried out, with everybody doing or not doing what they are asked, and every date coming: a stage
    in which a case would stay for ever is told with the way to it.

    Example: collegium check workflows/development_review
    """
    from collegium.cli.options import settings_of
    from collegium.cli.printing import say_json
    from collegium.template_check import template_problems
    from workflows import loader
    from workflows.judging import judged

    settings = settings_of(ctx)
    folder = folder_of(settings, name)
    found = loader.load(folder)
    judgement = judged(found)
    told = list(judgement.problems)
    if found.definition is not None and found.wording is not None:
        told += template_problems(found.definition, found.wording, found.files)
        told += loader.faults_of_children(found, loader.Folders(folders_beside(settings, folder)))
        told += _hidden(found.definition, found.files)
        told += loader.faults_of_replacing(found, _replaced(settings, folder, found.definition))
    wrong = any(each.severity == "error" for each in told)
    if as_json:
        say_json({
            "folder": str(folder), "ok": not wrong, "problems": _as_data(told), "doubts": _as_data(judgement.doubts),
            "explored": None if judgement.explored is None else asdict(judgement.explored),
            "sheet": list(_sheet(found)),
        })  # fmt: skip
    else:
        if sheet:
            _say_sheet(_sheet(found))
        _say_problems(folder, told, judgement.doubts)
        if judgement.explored is not None:
            _say_explored(judgement.explored, sum(1 for _ in _sheet(found)))
    if wrong:
        raise typer.Exit(1)


def _sheet(found: Loaded) -> Iterator[dict[str, object]]:
    """What a person must judge, in the order of the sheet; nothing of a process that has no meaning yet."""
    from collegium.finding_words import finding_text
    from workflows.loader import line_of
    from workflows.reading.sheet import reading_sheet

    if found.definition is not None:
        for entry in reading_sheet(found.definition):
            place = found.places.get(entry.item) or line_of(found.files, entry.item[0])
            yield {
                "section": entry.section, "file": place.file, "line": place.line, "column": place.column,
                "message": finding_text(entry.message),
            }  # fmt: skip


def _say_sheet(entries: Iterable[Mapping[str, object]]) -> None:
    from collegium.cli.printing import say

    for section, told in groupby(entries, key=lambda entry: entry["section"]):
        say(t(f"sheet_{section}"))
        for entry in told:
            say("  {file}:{line}:{column}: {message}".format_map(entry))
        say("")


def _hidden(definition: Definition, files: Mapping[str, bytes]) -> Iterator[Problem]:
    """That a shipped process has this name and version too, at the line that says the version."""
    from collegium.namesakes import namesake
    from workflows.loader import line_of
    from workflows.problems import problem

    hidden = namesake(definition)
    if hidden is not None:
        yield problem(line_of(files, "version"), " ".join(hidden), "warning")


def _replaced(settings: Settings, folder: Path, definition: Definition) -> Definition | None:
    """The version that a process replaces, as it was launched, or out of a folder beside this one."""
    if definition.replaces is None:
        return None  # and nothing of the database is loaded

    from collegium.bootstrap import build
    from workflows import loader

    version, file = definition.replaces.version, settings.database_file
    if file is None or file.exists():
        with build(settings) as app, app.store.read() as work:
            stored = work.definitions.newest(definition.name, version)
            if stored is not None:
                return app.library.get(work, stored.name, stored.version, stored.behaviour)[0]
    return loader.version_beside(folder, definition.name, version)


def _as_data(told: Iterable[Problem]) -> list[dict[str, object]]:
    from collegium.finding_words import finding_text

    return [
        {"file": each.file, "line": each.line, "column": each.column, "severity": each.severity,
         "message": finding_text(each.message)} for each in told
    ]  # fmt: skip


def _say_problems(folder: Path, told: Collection[Problem], doubts: Iterable[Problem]) -> None:
    from collegium.cli.printing import say
    from collegium.finding_words import finding_text, problem_line
    from collegium.template_check import DEFAULTS

    for each in told:
        placed = each if each.file.startswith(DEFAULTS) else replace(each, file=str(folder / each.file))
        say(problem_line(placed))
    for each in doubts:
        say(f"{folder / each.file}:{each.line}:{each.column}: {t('doubtful')}: {finding_text(each.message)}")
    errors = sum(each.severity == "error" for each in told)
    said = [counted(what, n) for what, n in (("errors", errors), ("warnings", len(told) - errors)) if n]
    say(t("checked_found", folder=folder, found=", ".join(said)) if said else t("checked_sound", folder=folder))


def _say_explored(explored: Explored, unjudged: int) -> None:
    """How much was tried out, and what was folded to do so."""
    from collegium.cli.printing import say

    numbers = {"states": explored.states, "steps": explored.steps, "bound": explored.bound}
    say(t("explored" if explored.whole else "explored_part", **numbers))
    say(" ".join([t("explored_folded"), *([counted("explored_unjudged", unjudged)] if unjudged else [])]))


def draw(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="FOLDER|NAME", help="A folder with a process.yaml, or a known name.")],
    out: OutFile = None,
    language: Language = "",
    format_: Annotated[
        Format | None, typer.Option("--format", help="A picture, or text; else by the name of --out, or text.")
    ] = None,
    as_timeline: Annotated[
        bool, typer.Option("--timeline", help="How long the ordinary case takes, as a picture.")
    ] = False,
    with_findings: Annotated[bool, typer.Option("--findings", help="With what the check found, by number.")] = False,
) -> None:
    """Draw a process for people who have never seen it: the course, the tracks, who does what and when.

    As a picture (SVG: sheets of A4 under each other, each printed as a page), or as Mermaid diagrams of the stages and
    of each track.

    Example: collegium draw development-review --language en --out development.svg
    """
    from collegium.cli.options import settings_of
    from collegium.cli.printing import say
    from collegium.finding_words import worded
    from workflows.drawing.mermaid import mermaid
    from workflows.drawing.sheets import drawing, timeline

    definition, wording, marked = _to_draw(folder_of(settings_of(ctx), name), name, with_findings=with_findings)
    if language not in definition.languages:
        known = ", ".join(definition.languages)
        raise typer.BadParameter(
            said("{name} speaks {known}, not {value!r}", name=name, known=known, value=language),
            param_hint="--language",
        )
    if format_ == "mermaid" and (as_timeline or with_findings):
        raise typer.BadParameter("a timeline and what the check found are drawn as svg only", param_hint="--format")
    if as_timeline:
        text = timeline(definition, wording, language)
    elif with_findings or format_ == "svg" or (format_ is None and out is not None and out.suffix == ".svg"):
        text = drawing(definition, wording, language, [(worded(each), "") for each in marked])
    else:
        text = mermaid(definition, wording, language)
    if out is None:
        say(text)
    else:
        out.write_text(text, encoding="utf-8")
        say(t("drawn", file=out))


def _to_draw(folder: Path, name: str, *, with_findings: bool) -> tuple[Definition, Wording, list[Finding]]:
    """A process with what the check found of it, where that is wanted. Raises BadDefinition where it has errors."""
    from collegium.finding_words import problem_line
    from collegium.library import BadDefinition
    from workflows import loader
    from workflows.judging import to_draw

    found = loader.load(folder)
    marked: list[Finding] = []
    if with_findings:
        found, marked = to_draw(found)
    if found.definition is None or found.wording is None:
        errors = [problem_line(each) for each in found.errors if each.severity == "error"]
        raise BadDefinition("\n".join([t("cannot_draw", name=name), *errors]))
    return found.definition, found.wording, marked
