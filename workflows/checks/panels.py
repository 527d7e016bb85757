"""Does a panel ask for people whom it bars, and does what the office sets aside stay set aside?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from engine.conditions import all_lines
from engine.definition import Definition, TransitionDef
from engine.expressions import Count, Line, Lines, Ref
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.problems import Severity

OF_SUBJECT = {"same_region": "region", "same_organisation": "organisation"}
"""What a bar keeps out of the panel, and the attribute that somebody shares with the organisation then."""


def panels(definition: Definition) -> Iterator[Finding]:
    """Places for people who may not sit there, and a step that is taken back since nobody may set it aside there."""
    yield from _barred(definition)
    yield from _taken_back(definition)


def _barred(definition: Definition) -> Iterator[Finding]:
    bars = definition.invitations.bars if definition.invitations is not None else ()
    out = {OF_SUBJECT[bar.kind]: bar.kind for bar in bars if bar.kind in OF_SUBJECT}
    for item, lines in _asked(definition):
        for line in lines:
            shared = _shared(definition, line)
            if shared in out:
                message = said(
                    "`{line}` asks for somebody on the panel who is barred from it by `{bar}`: it never holds. Take "
                    "the line out, or the bar.",
                    line=line.text, bar=out[shared],
                )  # fmt: skip
                severity: Severity = "error" if line.waive is None else "warning"
                yield Finding(kind="never_holds", item=item, message=message, severity=severity)


def _shared(definition: Definition, line: Line) -> str:
    """What at least one member of the panel must share with the organisation; empty where nothing."""
    test = line.test
    if not isinstance(test, Count) or not set(test.members.names) <= {"panel", *definition.seats}:
        return ""
    asked = test.members.filter
    needed = test.amount.kind in ("at_least", "exactly") and test.amount.number > 0
    if asked is None or not needed or asked.operator != "=" or asked.attribute.part is not None:
        return ""
    return asked.attribute.name if asked.value == Ref("subject", asked.attribute.name) else ""


def _asked(definition: Definition) -> Iterator[tuple[tuple[str, str], Lines]]:
    yield from ((("condition", name), lines) for name, lines in definition.conditions.items())
    yield from ((("transition", one.name), one.condition) for one in definition.transitions.values())
    yield from ((("task", one.name), (*one.condition, *one.done_if)) for one in definition.tasks.values())


def _taken_back(definition: Definition) -> Iterator[Finding]:
    """A line that may be set aside on the way there, and that sends back whoever did."""
    alone = [arrow for arrow in definition.transitions.values() if arrow.auto]
    for there, back in permutations(alone, 2):
        if there.track != back.track or there.target not in back.sources or back.target not in there.sources:
            continue
        for line in _sent_back_by(definition, there, back):
            message = said(
                "`{line}` may be set aside for `{there}`, and then sends the case back by `{back}` at once, where "
                "nobody may: take it out of `unless`, or let it be set aside there too.",
                line=line.text, there=there.name, back=back.name,
            )  # fmt: skip
            yield Finding(kind="rivals", item=("transition", back.name), message=message, severity="warning")


def _sent_back_by(definition: Definition, there: TransitionDef, back: TransitionDef) -> Iterator[Line]:
    firm = [line.test for line in all_lines(definition, back.unless) if line.waive is None]
    for line in all_lines(definition, there.condition):
        if line.waive is not None and line.test in firm:
            yield line
