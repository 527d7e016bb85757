"""May this process be launched? All that looking at it and trying it out tell, without what its author has accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from engine.saying import said
from workflows import checker
from workflows.checking.questions import prove
from workflows.checking.report import Explored, Proved
from workflows.checking.telling import problems, with_story
from workflows.checks.accepting import PROVED, nothing_to_accept
from workflows.loader import Loaded, load_files, with_findings
from workflows.problems import Problem

SAME = {"unasked": "asleep"}
"""What trying out tells of an item, and what looking tells of the same neglect: one reason is enough for both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """An error forbids a launch; a warning wants a reason beside its item; a doubt is for a person to decide."""

    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...] = ()
    explored: Explored | None = None  # None: errors hindered trying it out


def judged(loaded: Loaded) -> Judgement:
    """All that is to be told of a process that was read."""
    if loaded.definition is None or loaded.wording is None:
        return Judgement(problems=loaded.errors)
    report = prove(loaded.definition)
    seen = {(one.item, one.kind) for one in loaded.findings}
    seen |= {(one.finding.item, one.finding.kind) for one in (*report.findings, *report.doubts)}
    idle = [Proved(finding=one) for one in _idle(loaded, seen)]
    told = (*loaded.errors, *problems([*_open(report.findings, loaded), *idle], loaded.places, loaded.errors))
    doubts = problems(_open(report.doubts, loaded), loaded.places, told, "warning")
    return Judgement(problems=told, doubts=doubts, explored=report.explored)


def to_draw(loaded: Loaded) -> tuple[Loaded, list[checker.Finding]]:
    """A process with all that is to be told of it; where looking at it finds errors, with these alone."""
    shown, marked = with_findings(loaded)
    if loaded.definition is None:
        return shown, marked
    report = prove(loaded.definition)
    taken = {each.item for each in marked}
    for proved, doubtful in ((report.findings, False), (report.doubts, True)):
        for one in _open(proved, loaded):
            if one.finding.item not in taken:
                story = with_story(one)
                message = said("Undecided: {message:text}", message=story) if doubtful else story
                marked.append(replace(one.finding, message=message))
        taken = {each.item for each in marked}
    return shown, marked


def judged_files(files: Mapping[str, bytes]) -> Judgement:
    """The same of the files of a process; the same bytes are tried out once."""
    return _judged_once(tuple(sorted(files.items())))


@lru_cache(maxsize=16)
def _judged_once(files: tuple[tuple[str, bytes], ...]) -> Judgement:
    return judged(load_files(dict(files)))


def _open(proved: Iterable[Proved], loaded: Loaded) -> Iterator[Proved]:
    """What nobody has accepted. An error cannot be."""
    for one in proved:
        kinds = loaded.accepted.get(one.finding.item) or frozenset()
        kind = one.finding.kind
        if one.finding.severity == "error" or not kinds & {kind, SAME.get(kind, kind)}:
            yield one


def _idle(loaded: Loaded, seen: set[tuple[tuple[str, str], str]]) -> Iterator[checker.Finding]:
    for item, kinds in loaded.accepted.items():
        yield from (
            nothing_to_accept(item, each) for each in sorted((kinds or set()) & PROVED) if (item, each) not in seen
        )
