"""Does who sat on a panel sit on that of a child, where the child asks it? Only who is handed over is known as kept."""

from __future__ import annotations

from collections.abc import Iterator

from engine.counting import KEPT
from engine.definition import ChildDef, Definition
from engine.expressions import Count, parts_in
from engine.saying import said
from workflows.checks.ballots import leaves, needs_somebody
from workflows.checks.findings import Finding
from workflows.problems import quoted


def nobody_kept(child: ChildDef, other: Definition) -> Iterator[Finding]:
    """Seats of which a child counts who was kept, and of which it is handed nobody."""
    handed = leaves(other, (*child.seats, *child.shared_seats))
    asked = (each for each in parts_in(other, Count) if _of_kept(each) and needs_somebody(each))
    for count in dict.fromkeys(asked):
        if handed.isdisjoint(leaves(other, count.members.names)):
            message = said(
                "`{process}` asks how many {who} with `kept` there are, and the child `{child}` is handed nobody of "
                "those seats, so nobody there is: name them under `seats`.",
                process=other.name, who=quoted(count.members.names), child=child.name,
            )  # fmt: skip
            yield Finding(kind="nobody_kept", item=("child", child.name), message=message, severity="warning")


def _of_kept(count: Count) -> bool:
    test = count.members.filter
    return test is not None and test.attribute.name == KEPT and test.operator is None
