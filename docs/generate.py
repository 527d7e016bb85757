"""What does docs/reference/ say? Pages made from the schemas, the settings, the mails and the command line.

`python docs/generate.py` writes them; with `--check` it only says which are not current, and exits with 1.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import examples
import findings
import typer
from typer.core import TyperGroup

from collegium.cli.app import app
from collegium.importing.columns import Column, contacts, ring, sheets
from collegium.settings import FILE, PREFIX, Settings
from workflows.yaml_reading import read_yaml

DOCS = Path(__file__).parent
REFERENCE = DOCS / "reference"
WORKFLOWS = DOCS.parent / "workflows"
SCHEMAS = {
    "Process": ("definition", "`process.yaml`"),
    "Form": ("form", "`forms/<form>.yaml`"),
    "RubricFile": ("rubric", "`rubrics/<rubric>.yaml`"),
}
ITEM = "Item"
WIDTH = 110
MADE = "<!-- Made by docs/generate.py (make reference). Do not edit. -->\n"


def main() -> int:
    """Write the pages, or check them."""
    stale = [name for name, page in PAGES.items() if _old(name) != page()]
    if "--check" in sys.argv[1:]:
        for name in stale:
            sys.stdout.write(f"docs/reference/{name} is not current: make reference\n")
        return 1 if stale else 0
    for name in stale:
        (REFERENCE / name).write_text(PAGES[name](), encoding="utf-8")
        sys.stdout.write(f"Written: docs/reference/{name}\n")
    return 0


def _old(name: str) -> str:
    path = REFERENCE / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def meanings() -> Mapping[str, Mapping[str, str]]:
    """What each key of each part means."""
    read, problems = read_yaml((REFERENCE / "keys.yaml").read_bytes(), "keys.yaml")
    if read is None or problems:
        raise SystemExit("\n".join(str(problem) for problem in problems))
    return {str(part): {str(key): str(text) for key, text in (keys or {}).items()} for part, keys in read.items()}


# the definition language ----------------------------------------------------------------------------------------------


def definition_page() -> str:
    """Every key of a process, its forms and its rubrics."""
    known = meanings()
    lines = [
        MADE,
        "# The files of a process",
        "",
        "A process is a folder: `process.yaml`, `forms/`, `rubrics/`, `mails/<notice>/<language>/`,",
        "`papers/<name>/<language>/`. These are all the",
        "keys that may stand in it; another one is an error with its line and column and the nearest known name. How",
        "dates and conditions are written: [expressions](expressions.md). How to begin:",
        "[write a process](../howto/write-a-process.md).",
        "",
        "The examples stand in processes that the tests load and check: for each key the shortest that there is; what",
        "no shipped process needs stands in two written for it, [a yearly watch](examples/watch/process.yaml) and",
        "[a ring](examples/ring/process.yaml).",
        "",
        "Where a list may stand, a single value may stand too. `{nl, en}` is a text in each language. Every named item",
        f"may also have `says` ({known[ITEM]['says']}) and `accept` ({known[ITEM]['accept']}).",
    ]
    told: set[str] = set()
    for root, (file, where) in SCHEMAS.items():
        schema = json.loads((WORKFLOWS / "schema" / f"{file}.schema.json").read_text(encoding="utf-8"))
        lines += ["", f"## {where}", "", schema.get("description", "")]
        lines += _table(root, schema, known)
        for name in _in_order(schema):
            if name not in told:
                told.add(name)
                part = schema["$defs"][name]
                lines += ["", f"### {name}", "", part.get("description", "").split("\n\n")[0]]
                lines += _table(name, part, known)
    return "\n".join(lines) + "\n"


def _in_order(schema: Mapping[str, Any]) -> list[str]:
    """The parts in the order in which a reader comes upon them."""
    order: list[str] = []
    waiting = list(_references(schema["properties"]))
    while waiting:
        name = waiting.pop(0)
        if name not in order:
            order.append(name)
            waiting = [*_references(schema["$defs"][name]["properties"]), *waiting]
    return order


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "$ref" in value:
            yield value["$ref"].rpartition("/")[2]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _table(name: str, part: Mapping[str, Any], known: Mapping[str, Mapping[str, str]]) -> list[str]:
    rows = ["", "| key | value | meaning | example |", "|---|---|---|---|"]
    named = {"says", "accept"} <= part["properties"].keys()
    for key, schema in part["properties"].items():
        if named and key in known[ITEM]:
            continue
        own = {**known["Due"], **known[name]} if name == "Deadline" else known.get(name, {})
        text = own.get(key)
        if text is None:
            raise SystemExit(f"docs/reference/keys.yaml does not say what {name}.{key} means")
        must = " (must)" if key in part.get("required", ()) else ""
        told = text.replace("|", "&#124;")
        rows.append(f"| `{key}`{must} | {_kind(schema)}{_default(schema)} | {told} | {examples.cell(name, key)} |")
    return rows if len(rows) > 3 else ["", "No keys of its own."]


def _default(schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    return f"; default `{json.dumps(default)}`" if default not in (None, False, [], {}) else ""


def _kind(schema: Mapping[str, Any]) -> str:
    """A type in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        kinds = [_kind(each) for each in schema["anyOf"] if each.get("type") != "null"]
        lists = [kind for kind in kinds if kind.startswith("list of ")]
        single = [kind for kind in kinds if kind not in lists]
        return " or ".join(dict.fromkeys(lists or single))
    match schema.get("type"):
        case "array":
            return f"list of {_kind(schema.get('items', {}))}"
        case "object":
            return _mapping(schema.get("additionalProperties"))
        case "string":
            return "text" if "pattern" not in schema else "span such as `0..9`"
        case "integer":
            return "number"
        case "boolean":
            return "`true` or `false`"
    return "any"


def _mapping(inner: Any) -> str:
    if not isinstance(inner, Mapping):
        return "mapping"
    kind = _kind(inner)
    if kind == "text":
        return "`{nl, en}` or name: text"
    return f"name: {kind}"


# commands, settings, mails --------------------------------------------------------------------------------------------


def commands_page() -> str:
    """Every command as its own `--help` describes it."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    given: dict[str, Any] = dict(group.context_settings) | {"max_content_width": WIDTH}
    above = typer.Context(group, info_name="collegium", terminal_width=WIDTH, **given)
    lines = [
        MADE,
        "# Commands",
        "",
        "What was asked for goes to stdout; all else goes to stderr: refusals, warnings, what needs somebody, and what",
        "`run` does. So `collegium cases --json > file` holds the answer and nothing else.",
        "",
        "| exit code | means |",
        "|---|---|",
        "| 0 | done |",
        "| 1 | refused, or problems found; the reasons are on stderr |",
        "| 2 | wrong use of the command line |",
        "| 141 | nobody read on, as in `collegium outbox \\| head`; nothing more is said |",
        "",
        "Answers are in Dutch or English, one language each: what `--language` says, before any command or after many,",
        "else the setting `language`, else the locale (`LANG`), else Dutch. Moments are on the clock of the office.",
        "",
        "Before the command stand the options of `collegium` itself. Settings: [settings](settings.md).",
        "",
        *_help(group, above),
    ]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def _help(command: Any, context: typer.Context) -> list[str]:
    """What `--help` prints, of a group with that of each command below it."""
    lines = ["```text", command.get_help(context).rstrip(), "```"]
    for name, inner in getattr(command, "commands", {}).items():
        below = typer.Context(inner, info_name=name, parent=context, max_content_width=WIDTH, terminal_width=WIDTH)
        lines += ["", f"{'#' * min(_depth(below) + 1, 4)} {below.command_path}", "", *_help(inner, below)]
    return lines


def _depth(context: Any) -> int:
    return 0 if context.parent is None else 1 + _depth(context.parent)


def settings_page() -> str:
    """Every setting with its default; the meaning is the comment behind it in the source."""
    remarks = dict(re.findall(r"^    (\w+): .*?  # (.+)$", inspect.getsource(Settings), re.MULTILINE))
    lines = [
        MADE,
        "# Settings",
        "",
        f"Each may stand in `{FILE}` in the working folder under its name, or in the environment, which wins.",
        "",
        "| setting | environment | default | meaning |",
        "|---|---|---|---|",
    ]
    for part in fields(Settings):
        default = "" if part.default is MISSING or part.default == "" else f"`{part.default}`"
        meaning = remarks.get(part.name, part.name.replace("_", " "))
        lines.append(f"| `{part.name}` | `{PREFIX}{part.name.upper()}` | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def mails_page() -> str:
    """Every built-in mail with its subject in each language."""
    known = meanings()["mails"]
    lines = [
        MADE,
        "# Built-in mails",
        "",
        "Every process has these; a process folder may hold its own under `mails/<notice>/<language>/`. Each has",
        "`subject.txt` and `body.txt`; where `body.html` is missing, the HTML is made from the text. The layout adds",
        "salutation, what is asked, by when, the link, whom to ask and why the reader gets it.",
        "",
        "A reader is addressed formally, or by the given name. Where a word is different then, the text holds both:",
        "`{Wilt u|Wil je} dit doen?`. `collegium check` warns of a Dutch mail that says `u` or `je` to everybody.",
        "",
        "| notice | told when | subject |",
        "|---|---|---|",
    ]
    for folder in sorted((WORKFLOWS / "defaults" / "mails").iterdir()):
        subjects = [path.read_text(encoding="utf-8").strip() for path in sorted(folder.glob("*/subject.txt"))]
        shown = "<br>".join(f"`{subject.replace('|', '&#124;')}`" for subject in subjects)
        lines.append(f"| `{folder.name}` | {known[folder.name]} | {shown} |")
    return "\n".join(lines) + "\n"


def workbook_page() -> str:
    """Every sheet and column of the workbook of organisations and people."""
    lines = [
        MADE,
        "# The workbook",
        "",
        "`collegium people import FILE...` reads these sheets and columns of XLSX and CSV files. Headings may be Dutch",
        "or English, in any order, under a title or not. `collegium people template FILE.xlsx` makes an empty one.",
        "How to go about it: [people and organisations](../howto/people-and-organisations.md).",
    ]
    for sheet in (*sheets(), ring()):
        lines += ["", f"## {sheet.says['nl']} / {sheet.says['en']}", "", sheet.help["en"], ""]
        lines += ["| heading | holds | meaning |", "|---|---|---|"]
        for column in sheet.columns:
            lines.append(_column_row(f"{column.says['nl']} / {column.says['en']}", column))
        for column in sheet.more.values():
            lines.append(_column_row(f"{column.says['nl']} ... / {column.says['en']} ...", column))
    listed = contacts()
    lines += ["", f"## {listed.says['nl']} / {listed.says['en']}", "", listed.help["en"].strip(), ""]
    lines += ["| heading | also understood |", "|---|---|"]
    for column in listed.columns:
        also = ", ".join(dict.fromkeys(column.also))
        lines.append(f"| {column.says['nl']} / {column.says['en']} | {also} |")
    return "\n".join(lines) + "\n"


def _column_row(heading: str, column: Column) -> str:
    words = ", ".join(" / ".join(dict.fromkeys(choice.says.values())) for choice in column.choices)
    holds = words or column.kind.replace("_", " or ")
    must = " (must)" if column.required else ""
    return f"| {heading}{must} | {holds} | {column.help['en']} |".replace("\n", " ")


def findings_page() -> str:
    """Every question that `collegium check` asks of the parts of a process."""
    lines = [
        "# What `collegium check` asks",
        "",
        MADE,
        "Each part of a process is looked at beside those that it has to do with; what may happen is tried out as",
        "well, and that is told in [what `check` proves](../explanation/proof.md). An error forbids a launch. A",
        "warning says its kind in brackets and wants a better process, or a reason beside its item:",
        "`accept: {asleep: the office rings}`.",
        "",
        *findings.page(),
    ]
    return "\n".join(lines) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "definition.md": definition_page,
    "commands.md": commands_page,
    "settings.md": settings_page,
    "mails.md": mails_page,
    "workbook.md": workbook_page,
    "findings.md": findings_page,
}

if __name__ == "__main__":
    sys.exit(main())
