"""What does a case that follows take over, what does a form leave open, and what does a condition leave out?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.answers import field_of
from engine.definition import ChildDef, Definition, FieldDef, FormDef
from engine.expressions import IsState, Line, Ref, refs_in
from engine.forms import choices
from engine.saying import said
from workflows.checking.given import given
from workflows.checking.relevance import lines_in
from workflows.checks.asked import asked
from workflows.problems import quoted
from workflows.reading.words import Fact, Item, facts, folded, members, texts

MARKS = ("present", "conflict", "recusal", "finding")


def children(definition: Definition) -> Iterator[Fact]:
    """Each case that follows, with what it does not take over."""
    for child in definition.children.values():
        yield from facts(("child", child.name), _handed(definition, child))


def _handed(definition: Definition, child: ChildDef) -> Iterator[str]:
    if child.by:
        yield said("may be called by {doers:or}", doers=folded(definition, child.by))
    if child.opens:
        yield said("begins at {when:or}", when=texts(child.opens))
    if child.each is not None:
        yield said("comes for each row of `{rows}`", rows=child.each)
    if child.scope is not None:
        yield said("is about {rows:and}", rows=texts(child.scope[1]))
    if child.condition:
        yield said("only if {lines:and}", lines=texts(child.condition))
    for name, day in child.dates.items():
        yield said("has `{day}` for its `{date}`", day=day, date=name)
    taken = (*child.seats, *child.shared_seats, *child.shared_dates)
    if taken:
        yield said("takes over {taken:and}", taken=folded(definition, taken))
    if child.await_ != "none":
        yield said("is waited for (`await: {which}`)", which=child.await_)
    heard = {ref.part for ref in refs_in(definition) if ref.name == child.name and ref.part}
    if heard:
        yield said("is heard of as it ends in {ends:or}", ends=quoted(sorted(heard)))
    reached = members(definition, taken) | child.dates.keys()
    missing = [name for name in (*definition.seats, *definition.dates) if name not in reached]
    if missing:
        yield said("does not take over {missing:or}", missing=folded(definition, missing))


def answers(definition: Definition) -> Iterator[Fact]:
    """Each form with what it leaves open, and the questions of which the engine makes something."""
    for form in definition.forms.values():
        fields = [(each.name, each) for each in form.fields]
        fields += [(f"{each.name}.{column.name}", column) for each in form.fields for column in each.columns]
        yield from facts(("form", form.name), _how_asked(fields))
    for mark in MARKS:
        marking = [
            (form.name, each.name)
            for form in definition.forms.values()
            for each in _all_fields(form)
            if each.marks == mark
        ]
        if marking:
            names = quoted(f"{form}.{name}" for form, name in marking)
            yield ("form", marking[0][0]), said("`marks: {mark}` stands at {names:and} alone.", mark=mark, names=names)


def _all_fields(form: FormDef) -> Iterator[FieldDef]:
    for each in form.fields:
        yield from (each, *each.columns)


def _how_asked(fields: list[tuple[str, FieldDef]]) -> Iterator[str]:
    free = quoted(name for name, each in fields if not each.required and not each.required_if)
    if free:
        yield said("may be without {fields:or}", fields=free)
    for name, each in fields:
        if each.required_if:
            yield said("must have `{field}` if {lines:and}", field=name, lines=texts(each.required_if))
        if each.of is not None:
            yield said("names people of `{of}` in `{field}`", of=each.of, field=name)


def values(definition: Definition) -> Iterator[Fact]:
    """Each derived value, in the order in which its choices are tried."""
    for value in definition.values.values():
        parts = [
            said("is `{choice}` if {lines:and}", choice=choice, lines=texts(lines))
            if lines
            else said("is otherwise `{choice}`", choice=choice)
            for choice, lines in value.first_of
        ]
        yield from facts(("value", value.name), parts)


def left_out(definition: Definition) -> Iterator[Fact]:
    """Lines that name some states or answers, with those for which they do not hold."""
    found: dict[Item, dict[str, tuple[str, ...]]] = {}
    for one in asked(definition):
        for line in lines_in(definition, one.lines):
            found.setdefault(one.item, {})[line.text] = _others(definition, line)
    for item, lines in found.items():
        told = ((line, quoted(rest)) for line, rest in lines.items() if rest)
        yield from facts(item, [said("asks `{line}`, so not {rest:or}", line=line, rest=rest) for line, rest in told])


def _others(definition: Definition, line: Line) -> tuple[str, ...]:
    test = line.test
    if not isinstance(test, IsState) or test.own:
        return ()
    known = _known(definition, test.ref)
    if not set(test.words) <= set(known) or (test.ref == Ref("stage") and len(test.words) < 2):
        return ()  # that one stage is not the others needs no telling
    return test.words if test.negated else tuple(each for each in known if each not in test.words)


def _known(definition: Definition, ref: Ref) -> tuple[str, ...]:
    """All that a track, a derived value or an answer may be; nothing where it is something else."""
    if ref == Ref("stage"):
        return tuple(name for name, stage in definition.stages.items() if not stage.end)
    if ref.part is None and ref.name in definition.tracks:
        return definition.tracks[ref.name].states
    if ref.part is None and ref.name in definition.values:
        return definition.values[ref.name].choices
    field = field_of(definition, ref)
    return choices(definition, field) if field is not None and field.type == "choice" else ()


def both_ways(definition: Definition) -> Iterator[Fact]:
    """Lines that were tried both ways, with all who ask them."""
    found: dict[str, list[Item]] = {}
    for one in given(definition):
        found.setdefault(one.text, []).append(one.item)
    for text, items in found.items():
        names = quoted(name for _, name in items)
        yield items[0], said("Whether `{line}` holds is asked by {names:and}.", line=text, names=names)
