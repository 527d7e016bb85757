"""Does a mail to a whole panel hear of each of its seats? A list of one moment of all but one has forgotten it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definition import Definition, NoticeDef
from engine.expressions import At, DateExpr
from engine.saying import said
from workflows.checks.ballots import leaves
from workflows.checks.findings import Finding
from workflows.problems import quoted

FEW = 3  # of fewer, one by itself may be meant


def left_out(definition: Definition) -> Iterator[Finding]:
    """Mails to everybody of a group at one moment of each of them but one, whose moment no mail tells."""
    heard = {moment for notice in definition.notices.values() for moment in _moments(definition, notice.when)}
    for notice in definition.notices.values():
        own = _moments(definition, notice.when)
        for part in dict.fromkeys(part for _, part in own):
            named = {who for who, what in own if what == part}
            for forgotten in sorted(_forgotten(definition, notice, named)):
                if (forgotten, part) in heard:
                    continue
                message = said(
                    "`{notice}` tells {who} and `{forgotten}` of `{part}` of each of them, but not of that of "
                    "`{forgotten}`: add `{forgotten}.{part}` under `when`.",
                    notice=notice.name, who=quoted(sorted(named)), forgotten=forgotten, part=part,
                )  # fmt: skip
                yield Finding(kind="left_out", item=("notice", notice.name), message=message, severity="warning")


def _moments(definition: Definition, when: Iterable[DateExpr]) -> list[tuple[str, str]]:
    """What happens to roles and seats: of whom, and what."""
    refs = [one.base.ref for one in when if isinstance(one.base, At) and not one.shifts]
    return [(ref.name, ref.part) for ref in refs if ref.part and ref.name in {*definition.seats, *definition.roles}]


def _forgotten(definition: Definition, notice: NoticeDef, named: set[str]) -> set[str]:
    """Who alone is not named, of a group that is told; of all seats that are told, where no group of them is named."""
    told = leaves(definition, (*notice.to, *notice.cc))
    groups = [set(members) for members in definition.groups.values() if told.issuperset(members)]
    if not any(group <= named for group in groups):
        groups.append(told & definition.seats.keys())
    return {who for group in groups if len(group) >= FEW and len(group - named) == 1 for who in group - named}
