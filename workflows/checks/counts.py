"""Can each count hold, and can it fail? More people are asked for than may ever sit, or than sit in any case."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition
from engine.expressions import Count, parts_in
from engine.saying import said
from workflows.checks.findings import Finding

SECTIONS = {
    "condition": "conditions", "value": "values", "transition": "transitions", "task": "tasks", "child": "children",
    "document": "documents",
}  # fmt: skip


def counts(definition: Definition) -> Iterator[Finding]:
    """Counts of people that no panel can reach, and counts that hold of every panel."""
    for kind, section in SECTIONS.items():
        for name, value in getattr(definition, section).items():
            for count in dict.fromkeys(counts_in(value)):
                yield from _told(definition, (kind, str(name)), count)


def counts_in(value: object) -> Iterator[Count]:
    """Every count within a part of a definition."""
    return parts_in(value, Count)


def _told(definition: Definition, item: tuple[str, str], count: Count) -> Iterator[Finding]:
    most = _most(definition, count)
    amount = count.amount
    if most is None or amount.percent or amount.denominator is not None:
        return
    who = count.members.names
    needed = amount.number if amount.kind in ("at_least", "exactly") else 0
    if count.spread is not None and count.spread.kind == "different":
        needed = max(needed, count.spread.number)
    if needed > most:
        message = said(
            "{needed} of `{who:or}` are asked for, but at most {most} can be there (`count`), so this never holds: ask "
            "for fewer, or raise the count.",
            needed=needed, who=who, most=most,
        )  # fmt: skip
        yield Finding(kind="never_holds", item=item, message=message)
    elif amount.kind == "at_most" and amount.number >= most:
        message = said(
            "At most {number} of `{who:or}` are allowed, and more than {most} can never be there (`count`), so this "
            "always holds: take it out, or allow fewer.",
            number=amount.number, who=who, most=most,
        )  # fmt: skip
        yield Finding(kind="always_holds", item=item, message=message, severity="warning")


def _most(definition: Definition, count: Count) -> int | None:
    """How many can be counted at most; None: rows of the rubric, conflicts, or as many as there are."""
    total = 0
    for name in count.members.names:
        child = definition.children.get(name)
        if child is not None and not child.many and child.each is None:
            total += 1
            continue
        for member in definition.members(name):
            held = definition.seats.get(member) or definition.roles.get(member)
            if held is None or held.most is None:
                return None
            total += held.most
    return total
