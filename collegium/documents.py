"""Which documents has a case, who reads them, and what do they say to whom? Answers to tasks, as `see` has it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.access import document_of, hidden, instance_of
from engine.case import Task
from engine.draft import Draft
from engine.events import Submission
from engine.publishing import is_public, public_since, readable
from engine.task import participants


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDocument:
    """Answers to one task instance, the last ones or published ones, as far as some reader may see them."""

    task: Task
    given: Submission
    visibility: str | None
    readers: tuple[str, ...]  # roles and seats of whom somebody sees it whole now
    public_since: datetime | None
    answers: Mapping[str, Any]
    whole: bool  # not just its public part: who gave it may be named too
    reasons: tuple[str, ...]  # why this reader sees nothing of it


def office_of(draft: Draft) -> tuple[str, ...]:
    """Everybody of the office who takes part in a case."""
    return participants(draft, [name for name, role in draft.definition.roles.items() if role.of == "secretariat"])


def documents(draft: Draft, given: Collection[Submission], readers: Collection[str]) -> list[CaseDocument]:
    """All documents of a case in the order in which they were given; `readers`: as whom they are read, nobody: anybody.

    The answers that stand, and those that were published, whatever was answered since. Other answers of a round that
    is over went with it.
    """
    standing = {task.answer for task in draft.tasks.values()}
    kept = (each for each in given if each.id in standing or is_public(draft.before, each))
    found = (_document(draft, each, readers) for each in kept)
    return sorted(found, key=lambda each: (each.given.at, each.task.key))


def _document(draft: Draft, given: Submission, readers: Collection[str]) -> CaseDocument:
    task = instance_of(draft, given)
    rule = document_of(draft, task)
    seen = readable(draft, readers, given)
    return CaseDocument(
        task=task, given=given, visibility=rule.visibility if rule is not None else None,
        readers=tuple(_readers(draft, task)),
        public_since=public_since(draft.before)[task.key] if is_public(draft.before, given) else None,
        answers=seen.answers, whole=seen.whole, reasons=seen.reasons,
    )  # fmt: skip


def _readers(draft: Draft, task: Task) -> Iterator[str]:
    rule = document_of(draft, task)
    named = [who for who, seen in rule.see.items() if seen is not False and who != "author"] if rule else []
    for name in dict.fromkeys(leaf for who in named for leaf in draft.definition.members(who)):
        if any(not hidden(draft, who, task) for who in participants(draft, (name,))):
            yield name
