"""Which people does an import make or change? Who is meant is decided first; about some the office is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from collegium.importing.answers import Answers, RowNames
from collegium.importing.columns import normal
from collegium.importing.identity import (
    Asked,
    Claim,
    Impossible,
    Known,
    Same,
    Verdict,
    decide,
    known_name,
    namesakes,
    repeated,
)
from collegium.importing.intended import Intended, filled, word_of
from collegium.importing.problems import WorkbookProblem, quoted
from collegium.importing.report import Question
from collegium.importing.row_names import name_in, named
from collegium.importing.rules import Row
from engine.directory import PersonRecord

PARTS = ("given", "infix", "family", "title")


def intend_people(
    intended: Intended, rows: Sequence[Row], memberships: Sequence[Row], answers: Answers
) -> list[WorkbookProblem]:
    """Bring rows about people into what is intended; returns what cannot be."""
    names = RowNames(rows)
    claims = _claims(intended, rows, memberships, answers.by_row(names))
    verdicts = _verdicts(intended, claims)
    doubles, alikes = dict(repeated(verdicts)), dict(namesakes(claims, verdicts))
    problems: list[WorkbookProblem] = []
    for at, (row, verdict) in enumerate(zip(rows, verdicts, strict=True)):
        who = name_in(row).full
        if at in doubles:
            problems.append(row.problem("same_person_twice", "email", word=quoted(who), other=rows[doubles[at]].number))
        elif isinstance(verdict, Impossible):
            word, whose = quoted(verdict.word), quoted(verdict.who)
            problems.append(row.problem(verdict.key, verdict.field, word=word, who=whose))
        elif isinstance(verdict, Asked):
            question = _question(intended, names.key(row), verdict)
            intended.ask(row, who, row.problem(verdict.why, "email", word=quoted(who)), question)
            intended.waiting.add(normal(word_of(row, "email")))
        else:
            other = rows[alikes[at]] if at in alikes else None
            told = row.problem("namesake", "email", who=quoted(who), other=other.number) if other is not None else None
            _person(intended, row, verdict, [told] if told is not None else [])
    _note_absentees(intended, rows, verdicts)
    return problems


def _claims(
    intended: Intended, rows: Sequence[Row], memberships: Sequence[Row], given: Mapping[int, str]
) -> list[Claim]:
    places: dict[str, set[str]] = {}
    for row in memberships:
        places.setdefault(normal(word_of(row, "person")), set()).add(intended.organisation(row))
    return [
        Claim(
            name=name_in(row).parts,
            email=word_of(row, "email"),
            reference=row.text("reference") or "",
            previous_email=row.text("previous_email") or "",
            answer=given.get(at) or row.text("same_as") or "",
            organisations=frozenset(places.get(normal(word_of(row, "email")), ())),
        )
        for at, row in enumerate(rows)
    ]


def _verdicts(intended: Intended, claims: Sequence[Claim]) -> list[Verdict]:
    known = [
        Known(person=person, organisations=_works_at(intended, person.id))
        for person in intended.directory.persons.values()
    ]
    return decide(claims, known)


def _works_at(intended: Intended, person: str) -> frozenset[str]:
    held = intended.directory.memberships.get(person, ())
    return frozenset(each.organisation for each in held if each.until is None or each.until >= intended.today)


def _question(intended: Intended, key: str, asked: Asked) -> Question:
    places = [", ".join(sorted(map(intended.name_of, _works_at(intended, each.id)))) for each in asked.candidates]
    return Question(
        key=key,
        candidates=tuple(zip(asked.candidates, places, strict=True)),
        new_is_possible=asked.new_is_possible,
    )


def _person(intended: Intended, row: Row, verdict: Verdict, told: Sequence[WorkbookProblem]) -> None:
    address = word_of(row, "email")
    before = verdict.person if isinstance(verdict, Same) else None
    sentences = [*told]
    if before is None:
        base = PersonRecord(id=intended.new_id(), secretariat=intended.secretariat, name="", email=address)
    elif isinstance(verdict, Same) and verdict.how == "former_address":
        base = before  # readdressed in the meantime: an old workbook must not undo that
        sentences += [row.problem("address_kept", "email", word=quoted(address), other=quoted(before.email))]
    else:
        base = before.readdressed(address)
    now = named(filled(base, row, {*PARTS, "name", "email"}), before, row)
    now = replace(now, phone=row.text("phone") or now.phone or row.text("mobile") or "")
    if before is not None and normal(now.email) != normal(before.email):
        # since when and why the old one failed stays until the cases have heard that there is another
        now = replace(now, reachable=bool(row.values.get("reachable", True)))
        sentences.append(row.problem("readdressed", "email", word=quoted(before.email)))
    elif before is not None and now.reachable and not before.reachable and before.unreachable_why:
        now = replace(now, reachable=False)  # mail came back: a list of before must not undo that
        sentences.append(row.problem("flag_kept", "reachable", why=before.unreachable_why))
    intended.persons[now.id] = now
    for each in (address, now.email):
        intended.by_address[normal(each)] = now.id
    changes = intended.differences(row, before, now, ("name", "email", "reachable"))
    intended.enter(row, now.name, before, now, changes, sentences)


def _note_absentees(intended: Intended, rows: Sequence[Row], verdicts: Sequence[Verdict]) -> None:
    """Who is known and not in the files: nothing happens to them, and it is said."""
    if not rows:
        return
    there = {verdict.person.id for verdict in verdicts if isinstance(verdict, Same)}
    there |= {each.id for verdict in verdicts if isinstance(verdict, Asked) for each in verdict.candidates}
    absent: Mapping[str, PersonRecord] = {
        id: each for id, each in intended.directory.persons.items() if id not in there
    }
    intended.report.not_in_file = tuple(sorted(absent.values(), key=lambda each: known_name(each).key))
