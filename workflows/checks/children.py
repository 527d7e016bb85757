"""Do the children of a process exist, have and get the dates that they need, and end as they are waited for?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.definition import ChildDef, Definition
from engine.expressions import At, Count, parts_in, refs_in
from engine.saying import said
from workflows.checks.beginning import child_begins
from workflows.checks.findings import Finding
from workflows.checks.kept import nobody_kept
from workflows.checks.lapsing import child_lapses
from workflows.checks.naming import nobody_named
from workflows.problems import did_you_mean, sentence

SUBJECT = "subject"


def other_processes(definition: Definition) -> tuple[str, ...]:
    """The processes of its children, its own apart."""
    found = (child.process for child in definition.children.values() if child.process != definition.name)
    return tuple(dict.fromkeys(found))


def children(definition: Definition, others: Mapping[str, Definition]) -> Iterator[Finding]:
    """What is wrong with children of another process; `others` are all that are known, by name.

    A child of the process itself has its parts, so only its dates and days are looked at, and who is handed over.
    """
    for child in definition.children.values():
        if child.process == definition.name:
            yield from _never_given(child, definition)
            yield from _same_day(child, definition)
            yield from child_begins(definition, child, definition)
            yield from child_lapses(definition, child, definition)
            yield from nobody_kept(child, definition)
            continue
        other = others.get(child.process)
        if other is None:
            message = said(
                "The child `{child}` is of the process `{process}`, which is not known: it is none of those that are "
                "shipped, lie beside this folder or were launched before.",
                child=child.name, process=child.process,
            )  # fmt: skip
            near = did_you_mean(child.process, (name for name in others if name != definition.name))
            yield Finding(kind="no_process", item=("child", child.name), message=sentence(message, near))
        else:
            yield from _fits(definition, child, other)


def _fits(definition: Definition, child: ChildDef, other: Definition) -> Iterator[Finding]:
    item = ("child", child.name)
    for name in child.dates:
        if name not in other.dates:
            message = said(
                "`dates` of the child `{child}` names `{name}`, which is no date of `{process}`.",
                child=child.name, name=name, process=other.name,
            )  # fmt: skip
            yield Finding(kind="no_date", item=item, message=sentence(message, did_you_mean(name, other.dates)))
    yield from _shared(child, other)
    yield from _never_given(child, other)
    yield from child_begins(definition, child, other)
    yield from child_lapses(definition, child, other)
    yield from nobody_kept(child, other)
    yield from nobody_named(child, other)
    for name in child.seats:
        if name not in other.seats:
            message = said(
                "`seats` of the child `{child}` names `{name}`, which is no seat of `{process}`.",
                child=child.name, name=name, process=other.name,
            )  # fmt: skip
            yield Finding(kind="no_seat", item=item, message=sentence(message, did_you_mean(name, other.seats)))
    ends = [name for name, stage in other.stages.items() if stage.end]
    for part in dict.fromkeys(ref.part for ref in refs_in(definition) if ref.name == child.name and ref.part):
        if part not in ends:
            what = f"{child.name}.{part}"
            message = said("`{end}` never comes: it is no end of `{process}`.", end=what, process=other.name)
            yield Finding(kind="no_end", item=item, message=sentence(message, did_you_mean(part, ends, most=0)))
    for part in dict.fromkeys(counted_ends(parts_in(definition, Count), child)):
        if part not in ends:
            message = said(
                "No `{child}` is ever in `{end}`: it is no end of `{process}`.",
                child=child.name, end=part, process=other.name,
            )  # fmt: skip
            yield Finding(kind="no_end", item=item, message=sentence(message, did_you_mean(part, ends, most=0)))


def _never_given(child: ChildDef, other: Definition) -> Iterator[Finding]:
    """Dates that a launch asks for: nobody is asked when a case is called by another."""
    given = {*child.dates, *child.shared_dates}
    if given - other.dates.keys():
        return  # a name that is not there is told, and may be meant for it
    for date in other.dates.values():
        if not date.asked_at_launch or date.source or date.set_by or date.provisional or date.name in given:
            continue
        message = said(
            "The child `{child}` never gets a day for `{date}`, which `{process}` asks for at a launch, and a child is "
            "not asked: name it under `dates` or `shares`.",
            child=child.name, date=date.name, process=other.name,
        )  # fmt: skip
        yield Finding(kind="no_day", item=("child", child.name), message=message)


def _same_day(child: ChildDef, definition: Definition) -> Iterator[Finding]:
    """Days that a next round of the process takes from a fact as it stands, as this round did."""
    for date in definition.dates.values():
        source = date.source
        if source is None or not date.asked_at_launch or date.set_by or date.provisional:
            continue
        of_subject = isinstance(source.base, At) and source.base.ref.name == SUBJECT
        if of_subject and date.name not in {*child.dates, *child.shared_dates}:
            message = said(
                "The child `{child}` takes `{date}` from `{fact}`, as this case did: the same day again, unless "
                "somebody has changed that fact, and a child is not asked. Name it under `dates`.",
                child=child.name, date=date.name, fact=source.text,
            )  # fmt: skip
            yield Finding(kind="same_day", item=("child", child.name), message=message, severity="warning")


def _shared(child: ChildDef, other: Definition) -> Iterator[Finding]:
    """Seats and dates that are shared must be there too, and such a date must not be set there."""
    item = ("child", child.name)
    for names, known in ((child.shared_seats, other.seats), (child.shared_dates, other.dates)):
        for name in names:
            if name not in known:
                message = said(
                    "`shares` of the child `{child}` names `{name}`, which is no seat or date of `{process}`.",
                    child=child.name, name=name, process=other.name,
                )  # fmt: skip
                near = sentence(message, did_you_mean(name, known))
                yield Finding(kind="no_seat" if known is other.seats else "no_date", item=item, message=near)
    for name in child.shared_dates:
        if name in other.dates and other.dates[name].set_by:
            message = said(
                "The child `{child}` shares `{name}`, which `{process}` sets itself: take `set_by` out there.",
                child=child.name, name=name, process=other.name,
            )  # fmt: skip
            yield Finding(kind="no_date", item=item, message=message)


def counted_ends(counts: Iterable[Count], child: ChildDef) -> Iterator[str]:
    """The ends in which children of one kind are counted."""
    for count in counts:
        if child.name in count.members.names and count.verb.kind == "in" and count.verb.ref is not None:
            yield count.verb.ref.name
