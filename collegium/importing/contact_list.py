"""What does one list of everything say of organisations, of people and of who works where? It is read as three sheets.

A row may hold several people: their columns carry a number (`E-mail 2`) or the word of a role (`E-mail penvoerder`).
A column of a role that holds nothing but ja and nee says who of the rows has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from collegium.importing.cells import is_yes_no, yes_no
from collegium.importing.columns import Column, Sheet, normal, sheets
from collegium.importing.found import FoundSheet, Line
from collegium.importing.headings import Heading
from collegium.importing.pages import Cells, Lines, Page
from collegium.importing.problems import WorkbookProblem, quoted

Places = dict[str, tuple[Column, int, str]]


@dataclass(frozen=True, slots=True)
class Grouped:
    """A heading of a list, what it means, and where it stands."""

    heading: Heading
    position: int
    text: str


@dataclass(slots=True)
class _Group:
    """The columns of one person of a row."""

    role: str
    people: Places
    memberships: Places


@dataclass(slots=True)
class Listed:
    """The three sheets of a list (people and memberships once per group), what is wrong with it, and what is told."""

    found: list[FoundSheet]
    problems: list[WorkbookProblem] = field(default_factory=list)
    remarks: list[WorkbookProblem] = field(default_factory=list)


def split(page: Page, listed: Sheet, headings: Sequence[Grouped], lines: Lines) -> Listed:
    """What a list says, as three sheets."""
    own = {sheet.key: sheet for sheet in sheets()}
    ticks = [each for each in headings if each.heading.ticks]
    headings = [each for each in headings if not each.heading.ticks]
    organisations = FoundSheet(sheet=own["organisations"], page=page, repeats=True)
    organisations.columns = _places(own["organisations"], headings, "organisations")
    organisations.lines = [line for line in (_line(organisations.columns, *each) for each in lines) if line.cells]
    told = Listed([organisations])
    groups = _groups(own, headings)
    if len(groups) > 1 and ticks:
        words = ", ".join(quoted(each.text) for each in ticks)
        told.problems.append(organisations.problem("ticks_for_several", 0, words=words))
    for group in groups:
        people = FoundSheet(sheet=own["people"], page=page, columns=group.people, repeats=True)
        people.lines = [line for line in (_line(group.people, *each) for each in lines) if line.cells]
        memberships, lost = _memberships(listed, own["memberships"], organisations, people, group)
        told.found += [people, memberships]
        told.problems += lost
        own_rows = {line.number for line in memberships.lines}
        extra = (_line(group.memberships, *each) for each in lines)
        said = {line.number: line.cells for line in extra if line.number in own_rows}
        for line in memberships.lines:
            line.cells.update(said.get(line.number, {}))
        if ticks and len(groups) == 1:
            wrong = list(_ticked_badly(memberships, people, ticks, lines))
            told.problems += wrong
            told.remarks += _tick(memberships, people, ticks, dict(lines))
    return told


def _ticked_badly(
    memberships: FoundSheet, people: FoundSheet, ticks: Sequence[Grouped], lines: Lines
) -> Iterator[WorkbookProblem]:
    """Cells below a role that say neither ja nor nee, and a ja in a row that names nobody."""
    named = {line.number for line in people.lines}
    for number, cells in lines:
        for each in ticks:
            if each.position not in cells:
                continue
            role = (memberships.columns["role"][0], each.position, each.text)
            asked = replace(memberships, columns={**memberships.columns, "role": role})
            if not is_yes_no(cells[each.position]):
                yield asked.problem("bad_yes_no", number, "role", word=quoted(cells[each.position]))
            elif number not in named and yes_no(cells[each.position]):
                yield asked.problem("tick_of_nobody", number, "role", word=quoted(each.text))


def _tick(
    memberships: FoundSheet, people: FoundSheet, ticks: Sequence[Grouped], lines: dict[int, Cells]
) -> Iterator[WorkbookProblem]:
    """Let each row have the roles under which it says ja, and that of its own column; tells who has none."""
    words = ", ".join(quoted(each.text) for each in ticks)
    names = {line.number: line.cells for line in people.lines}
    kept: list[Line] = []
    for line in memberships.lines:
        cells, roles = lines[line.number], dict[str, object]()
        if "role" in memberships.columns and memberships.columns["role"][1] in cells:
            roles[normal(str(line.cells["role"]))] = line.cells["role"]
        for each in ticks:
            if is_yes_no(cells.get(each.position)) and yes_no(cells[each.position]):
                roles.setdefault(normal(each.heading.role), each.heading.role)
        kept += [Line(line.number, {**line.cells, "role": role}) for role in roles.values()]
        if not roles and all(is_yes_no(cells.get(each.position, "nee")) for each in ticks):
            who = names[line.number]
            parts = [who[each] for each in ("given", "infix", "family") if each in who]
            named = quoted(who.get("name") or " ".join(map(str, parts)) or who["email"])
            yield people.problem("no_function", line.number, "email", who=named, words=words)
    memberships.lines = kept


def _line(columns: Places, number: int, cells: object) -> Line:
    assert isinstance(cells, dict)
    return Line(number, {name: cells[at] for name, (_, at, _) in columns.items() if at in cells})


def _places(sheet: Sheet, headings: Sequence[Grouped], key: str) -> Places:
    own = {column.field: column for column in sheet.columns}
    found: Places = {}
    for each in headings:
        part, _, name = each.heading.column.field.partition(".")
        if part == key:
            found[name] = (own[name], each.position, each.text)
    return found


def _groups(own: dict[str, Sheet], headings: Sequence[Grouped]) -> list[_Group]:
    """One group per number and role; columns without a role belong to the only one that lacks them."""
    by_key: dict[tuple[int, str], list[Grouped]] = {}
    for each in headings:
        if not each.heading.column.field.startswith("organisations."):
            by_key.setdefault((max(1, each.heading.number), each.heading.role), []).append(each)
    for number, role in [key for key in by_key if not key[1]]:
        own_fields = _fields(by_key[number, role])
        others = [key for key in by_key if key[0] == number and key[1] and not own_fields & _fields(by_key[key])]
        if len(others) == 1:
            by_key[others[0]] += by_key.pop((number, role))
    return [
        _Group(
            role,
            _places(own["people"], each, "people"),
            _places(own["memberships"], each, "memberships"),
        )
        for (_, role), each in sorted(by_key.items(), key=lambda item: min(one.position for one in item[1]))
    ]


def _fields(headings: Sequence[Grouped]) -> set[str]:
    return {each.heading.column.field for each in headings}


def _memberships(
    listed: Sheet, sheet: Sheet, organisations: FoundSheet, people: FoundSheet, group: _Group
) -> tuple[FoundSheet, list[WorkbookProblem]]:
    """Who works where, of one group. Cells that people or organisations tell of already are echoes."""
    own = {column.field: column for column in sheet.columns}
    columns: Places = dict(group.memberships)
    for name, source, source_field in (("person", people, "email"), ("organisation", organisations, "name")):
        _, position, heading = source.columns.get(source_field, (None, 0, ""))
        columns[name] = (own[name], position, heading)
    columns.setdefault("role", (own["role"], 0, ""))
    found = FoundSheet(
        sheet=sheet, page=people.page, columns=columns, repeats=True, echoes=frozenset({"person", "organisation"})
    )
    problems: list[WorkbookProblem] = []
    homeless: set[int] = set()
    names = {line.number: line.cells.get("name") for line in organisations.lines}
    for line in people.lines:
        if (email := line.cells.get("email")) is None:
            continue
        if (works_at := names.get(line.number)) is None:
            who = quoted(line.cells.get("name", line.cells.get("family", email)))
            problems.append(organisations.problem("organisation_missing", line.number, "name", who=who))
            homeless.add(line.number)
            continue
        cells: dict[str, object] = {"person": email, "organisation": works_at, "role": group.role or listed.role}
        found.lines.append(Line(line.number, cells))
    people.lines = [line for line in people.lines if line.number not in homeless]
    return found, problems
