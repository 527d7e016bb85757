"""Which documents has a case, who reads them, and what do they say to whom? Answers to tasks, as `see` has it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.access import document_of, hidden, instance_of
from engine.case import Task
from engine.definition import Definition
from engine.draft import Draft
from engine.events import Submission
from engine.files import KeptFile, is_kept, placed
from engine.instance_keys import same_work, was_dropped
from engine.publishing import is_public, public_since, readable
from engine.task import participants
from engine.translating import LEFT


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


def documents(
    draft: Draft, given: Collection[Submission], readers: Collection[str],
    then: Callable[[datetime], Definition] | None = None,
) -> list[CaseDocument]:  # fmt: skip
    """All documents of a case in the order in which they were given; `readers`: as whom they are read, nobody: anybody.

    The answers that stand, and those that were published, whatever was answered since. Other answers of a round that
    is over went with it. What stood of a task that a later version of the process does not have is read as the version
    had it that was followed `then`, by who is there now.
    """
    standing = {task.answer for task in draft.tasks.values()}
    left = {answer for key, answer in draft.facts.items() if key.startswith(LEFT)}
    kept = (each for each in given if each.id in standing | left or is_public(draft.before, each))
    found = (_document(_as_then(draft, each, then) if each.id in left else draft, each, readers) for each in kept)
    return sorted(found, key=lambda each: (each.given.at, each.task.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOf:
    """A file of a document, as its reader sees it."""

    place: str  # the question, with row and column: `evidence.2.document`
    version: int  # of the document in which it stands: 1 for the first that was handed in
    document: CaseDocument
    record: KeptFile


def files_of(document: CaseDocument, version: int, kept: Collection[KeptFile]) -> list[FileOf]:
    """The files that a reader sees of a document. Anybody is not told what somebody called theirs: it may name them."""
    known = {each.id: each for each in kept if each.submission == document.given.id}
    found = [(place, known[each["file"]]) for place, each in placed(document.answers) if each["file"] in known]
    public = [(place, replace(record, name=f"{place}.{record.type}")) for place, record in found]
    return [
        FileOf(place=place, version=version, document=document, record=record)
        for place, record in (found if document.whole else public)
    ]


def told(answers: Any, files: Mapping[str, str]) -> Any:
    """Answers with what each file is called in its place, by its id."""
    if is_kept(answers):
        return files.get(answers["file"], "")
    if isinstance(answers, Mapping):
        return {name: told(value, files) for name, value in answers.items()}
    return [told(value, files) for value in answers] if isinstance(answers, list | tuple) else answers


def versions(
    draft: Draft, given: Collection[Submission], readers: Collection[str], key: str,
    then: Callable[[datetime], Definition] | None = None,
) -> list[CaseDocument]:  # fmt: skip
    """All that was ever handed in for one piece of work, the first first: earlier rounds, and what was given back.

    A former version is for whom the rule of its document lets see it now; who may not see one finds it with reasons.
    """
    work = same_work(draft, key)
    same = [each for each in given if same_work(draft, each.task) == work]
    return [
        _document(_as_then(draft, each, then) if was_dropped(draft, each.task) else draft, each, readers)
        for each in sorted(same, key=lambda each: (each.at, each.id))
    ]


def _as_then(draft: Draft, given: Submission, then: Callable[[datetime], Definition] | None) -> Draft:
    if then is None:
        return draft
    return Draft(then(given.at), draft.before, draft.world, draft.actor, draft.now)


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
