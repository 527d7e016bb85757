"""Does a child begin when a launch of its process is meant, and is not refused? With the days that it is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.definition import ChildDef, Definition
from engine.expressions import At, DateExpr, Ref
from engine.saying import said
from workflows.checks.counted import counted, order
from workflows.checks.findings import Finding


def child_begins(definition: Definition, child: ChildDef, other: Definition) -> Iterator[Finding]:
    """A child that begins before a launch of its process is meant, or always when it would be refused."""
    when = handed(child, other, other.launch.when)
    early = [opening for opening in child.opens if when is not None and lies(definition, opening, when) == "before"]
    for opening in early[:1]:
        message = said(
            "The child `{child}` begins at `{opens}`, and with the days that it is given a launch of `{process}` is "
            "meant only at `{when}`, which is after that: let it begin later, or hand over an earlier day.",
            child=child.name, opens=opening.text, process=other.name, when=_text(other.launch.when),
        )  # fmt: skip
        yield Finding(kind="child_early", item=("child", child.name), message=message, severity="warning")
    least = handed(child, other, other.launch.least)
    if least is not None and child.opens and all(lies(definition, one, least) == "after" for one in child.opens):
        message = said(
            "The child `{child}` begins at `{opens}`, and with the days that it is given a launch of `{process}` wants "
            "`{least}` not to be past: let it begin earlier, or hand over a later day.",
            child=child.name, opens=child.opens[0].text, process=other.name, least=_text(other.launch.least),
        )  # fmt: skip
        yield Finding(kind="child_late", item=("child", child.name), message=message, severity="warning")


def handed(child: ChildDef, other: Definition, day: DateExpr | None) -> DateExpr | None:
    """A day of a child as its parent counts it; None where it is not counted from what the child is given."""
    given = {**child.dates, **{name: DateExpr(At(Ref(name)), text=name) for name in child.shared_dates}}
    for each in counted(other, day) if day is not None else ():
        base = given.get(each.base.ref.name) if isinstance(each.base, At) and each.base.ref.part is None else None
        if base is not None:
            return replace(base, shifts=(*base.shifts, *each.shifts))
    return None


def lies(definition: Definition, opening: DateExpr, day: DateExpr) -> str | None:
    """How the beginning of a child lies to a day, as the parent counts both."""
    return order(definition, (opening, None), (day, None))


def _text(day: DateExpr | None) -> str:
    return day.text if day is not None else ""
