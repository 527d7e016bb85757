"""Which warnings are accepted, and does each acceptance have one to accept?

``accept: reason`` stands for the one warning of its item, ``accept: {rivals: reason}`` for those of these kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.saying import said
from workflows.checks.findings import Finding

Accepted = Mapping[tuple[str, str], frozenset[str] | None]
"""Item -> kinds of warnings that are accepted; None: a reason without a kind."""

PROVED = frozenset({"never_taken", "never_comes", "halted", "unasked", "only_day", "rivals", "endless", "blind"})
"""Warnings that trying out may tell: whether there is one is not known before. Only their kind accepts them."""


def left_over(findings: Sequence[Finding], accepted: Accepted) -> Iterator[Finding]:
    """The findings that nobody has accepted, and what is wrong with the acceptances themselves."""
    kinds: dict[tuple[str, str], set[str]] = {}
    for finding in findings:
        if finding.severity == "warning":
            kinds.setdefault(finding.item, set()).add(finding.kind)
    for finding in findings:
        wanted = accepted.get(finding.item, frozenset())
        silent = finding.kind in wanted if wanted is not None else len(kinds.get(finding.item, ())) == 1
        if finding.severity == "error" or not silent:
            yield finding
    for item, wanted in accepted.items():
        yield from _idle(item, kinds.get(item, set()), wanted)


def _idle(item: tuple[str, str], found: set[str], wanted: frozenset[str] | None) -> Iterator[Finding]:
    kind, name = item
    if wanted is None and len(found) > 1:
        wanted_kinds = tuple(f"{each}: reason" for each in sorted(found))
        message = said(
            "`accept` of the {kind} `{name}` stands for one warning, and there are more: write `{{{kinds}}}`.",
            kind=kind, name=name, kinds=wanted_kinds,
        )  # fmt: skip
        yield Finding(kind="accept", item=item, message=message)
    if wanted is not None and kind == "child":
        return  # what is to be told of it is known beside the other process only
    idle = sorted(wanted - found - PROVED) if wanted is not None else [] if found else [""]
    yield from (nothing_to_accept(item, each) for each in idle)


def of_others(findings: Sequence[Finding], accepted: Accepted, told: Iterable[Finding]) -> Iterator[Finding]:
    """The findings about children of other processes that nobody has accepted, and acceptances of none of them.

    `told` is what was found without the other processes, accepted or not.
    """
    for finding in findings:
        if finding.severity == "error" or finding.kind not in (accepted.get(finding.item) or ()):
            yield finding
    found = {(finding.item, finding.kind) for finding in (*findings, *told)}
    for item, wanted in accepted.items():
        if item[0] == "child":
            for kind in sorted((wanted or frozenset()) - PROVED):
                if (item, kind) not in found:
                    yield nothing_to_accept(item, kind)


def nothing_to_accept(item: tuple[str, str], warning: str) -> Finding:
    """An acceptance of a warning that is not there; an empty text stands for any."""
    kind, name = item
    what = said("no warning `{warning}`", warning=warning) if warning else said("no warning")
    message = said(
        "`accept` of the {kind} `{name}` accepts something, but there is {what}: take it out.",
        kind=kind, name=name, what=what,
    )  # fmt: skip
    return Finding(kind="accept", item=item, message=message, severity="warning")
