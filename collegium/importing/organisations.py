"""Which organisations does an import make or change? Recognised by the office's number, else by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from collegium.importing.columns import normal
from collegium.importing.intended import Intended, filled, organisation_id, word_of
from collegium.importing.names import nearest_name
from collegium.importing.problems import WorkbookProblem, quoted
from collegium.importing.rules import Row
from engine.directory import OrganisationRecord

MOST_COMPARED = 300  # names: looking for one that is nearly the same takes time


def intend_organisations(intended: Intended, rows: Sequence[Row]) -> None:
    """Bring rows about organisations into what is intended; those that they belong to may come later."""
    by_reference = {normal(each.reference): each.id for each in intended.organisations.values() if each.reference}
    ids, told = [], []
    for row in rows:
        id, sentences = _organisation(intended, row, by_reference)
        ids.append(id)
        told.append(sentences)
    for row, id in zip(rows, ids, strict=True):
        if (above := row.text("part_of")) is not None:
            part_of = intended.by_name[normal(above)]
            intended.organisations[id] = replace(intended.organisations[id], part_of=part_of)
    for row, id, sentences in zip(rows, ids, told, strict=True):
        now = intended.organisations[id] = _placed(intended, intended.organisations[id])
        before = intended.directory.organisations.get(id)
        changes = intended.differences(row, before, now)
        intended.enter(row, now.name, before, now, changes, sentences)


def _organisation(intended: Intended, row: Row, by_reference: dict[str, str]) -> tuple[str, list[WorkbookProblem]]:
    """The id of the organisation of a row, which is in what is intended afterwards, and what is to be known of it."""
    name, reference = word_of(row, "name"), row.text("reference")
    known = intended.by_name.get(normal(name)) or by_reference.get(normal(reference or ""))
    id = known or organisation_id(intended.secretariat, name)
    before = intended.organisations.get(id)
    skipped, sentences = {"part_of"}, []
    if before is None:
        sentences = _looks_like(intended, row, name)
        before = OrganisationRecord(id=id, secretariat=intended.secretariat, name=name)
    elif normal(before.name) != normal(name) and not (reference and normal(reference) == normal(before.reference)):
        skipped.add("name")  # renamed elsewhere: an old workbook must not undo that
        sentences = [row.problem("name_kept", "name", word=quoted(name), other=quoted(before.name))]
    intended.by_name[normal(name)] = id
    intended.organisations[id] = filled(before, row, skipped)
    return id, sentences


def _looks_like(intended: Intended, row: Row, name: str) -> list[WorkbookProblem]:
    known = [each.name for each in intended.directory.organisations.values()]
    near = nearest_name(name, known) if len(known) <= MOST_COMPARED else None
    return [row.problem("looks_like", "name", word=quoted(name), other=quoted(near))] if near else []


def _placed(intended: Intended, record: OrganisationRecord) -> OrganisationRecord:
    """With the facts that follow from other fields: its sector, and the name of the region it belongs to."""
    region, seen = record, {record.id}
    while region.kind != "region" and region.part_of and region.part_of not in seen:
        seen.add(region.part_of)
        region = intended.organisations[region.part_of]
    facts = dict(record.facts)
    if region.kind == "region":
        facts["region"] = region.name
    if record.sector is not None:
        facts["sector"] = record.sector
    return replace(record, facts=facts)
