"""What of a process can only a person judge? A sheet to read beside the framework, each line with its place.

That a term has six days and not six weeks, that a committee reads no answer, that nobody of the organisation is told:
no check can know what was meant. So the sheet says what is there, and who or what was left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.answers import field_of
from engine.definition import ChildDef, Definition, DocumentDef, DueRule, FieldDef, FormDef, TaskDef, TransitionDef
from engine.expressions import DateExpr, IsState, Line, Ref
from engine.forms import choices
from engine.saying import said
from workflows.checking.given import asked, given
from workflows.checking.relevance import lines_in
from workflows.problems import quoted

Section: TypeAlias = Literal[
    "work", "days", "steps", "told", "readers", "children", "answers", "values", "left_out", "counts"
]
MARKS = ("present", "conflict", "recusal", "finding")
Item: TypeAlias = tuple[str, str]
Fact: TypeAlias = tuple[Item, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A sentence about what a process says, and the item that says it."""

    section: Section
    item: Item
    message: str


def reading_sheet(definition: Definition) -> tuple[Entry, ...]:
    """All entries, by section; within it in the order of the items. The engine's own tasks are not in it."""
    return tuple(
        Entry(section=section, item=item, message=message)
        for section, facts in SECTIONS.items()
        for item, message in dict.fromkeys(facts(definition))
    )


def _facts(item: Item, parts: Iterable[str]) -> Iterator[Fact]:
    """What is said of one item, in one line."""
    told = tuple(parts)
    if told:
        yield item, said("`{name}` {parts:all}.", name=item[1], parts=told)


# work and days --------------------------------------------------------------------------------------------------------


def _own_tasks(definition: Definition) -> list[TaskDef]:
    return [task for task in definition.tasks.values() if not task.built_in]


def _work(definition: Definition) -> Iterator[Fact]:
    for task in _own_tasks(definition):
        yield from _facts(("task", task.name), [*_who_works(definition, task), *_when(definition, task)])


def _who_works(definition: Definition, task: TaskDef) -> Iterator[str]:
    if task.performers or task.each:
        yield said("is asked of {doers:or}", doers=_folded(definition, (*task.performers, *task.each)))
    if task.decides is not None:
        yield said("decides on `{source}`", source=task.decides.source)
        if task.decides.votes:
            yield said("by the votes of {votes:and}", votes=_folded(definition, task.decides.votes))
        if task.decides.tie is not None:
            yield said("where votes are equal as `{tie}` has voted", tie=task.decides.tie)


def _when(definition: Definition, task: TaskDef) -> Iterator[str]:
    if task.opens:
        yield said("opens at {when:or}", when=_texts(task.opens))
    if task.condition:
        yield said("only if {lines:and}", lines=_texts(task.condition))
    if task.skip_if:
        yield said("not if {lines:and}", lines=_texts(task.skip_if))
    for rule in task.due:
        if rule.condition:
            yield said("is due at `{rule}` if {lines:and}", rule=_rule(rule), lines=_texts(rule.condition))
        else:
            yield said("is due at `{rule}`", rule=_rule(rule))
    if task.sign is not None:
        yield said("is signed by `{by}` at `{rule}`", by=task.sign.by, rule=_rule(task.sign.due))
    if task.remind:
        yield said("reminds at {days:and}", days=_texts(task.remind))
    if task.until:
        yield said("closes at {when:or}", when=_texts(task.until))
    if task.silence == "agrees":
        yield said("takes silence for consent")
    elif task.silence == "nothing":
        yield said("ends in silence, and then {deaf:text}", deaf=_deaf(definition, task))


def _deaf(definition: Definition, task: TaskDef) -> str:
    """What waits for a task to be done, or asks whether it is, and does not hear of its silence."""
    waiting: dict[str, tuple[DateExpr, ...]] = {
        **{each.name: each.when for each in definition.transitions.values()},
        **{each.name: each.opens for each in _own_tasks(definition)},
        **{each.name: each.when for each in definition.notices.values()},
    }
    deaf = [name for name, moments in waiting.items() if _hears_only_done(_parts(task, moments))]
    for (_, name), lines in asked(definition):
        tests = [line.test for line in lines_in(definition, lines)]
        words = [test.words for test in tests if isinstance(test, IsState) and _asks(test, task)]
        deaf += [name] if any(_hears_only_done({*each}) for each in words) else []
    deaf = list(dict.fromkeys(deaf))
    return said("not {names:or}", names=quoted(deaf)) if deaf else said("all that waits for it goes on")


def _hears_only_done(parts: set[str]) -> bool:
    return parts & {"done", "expired"} == {"done"}


def _asks(test: IsState, task: TaskDef) -> bool:
    return test.ref == Ref(task.name) and not test.negated


def _parts(task: TaskDef, moments: Iterable[DateExpr]) -> set[str]:
    refs = [getattr(day.base, "ref", None) for day in moments]
    return {ref.part for ref in refs if ref is not None and ref.name == task.name and ref.part}


def _days(definition: Definition) -> Iterator[Fact]:
    for date in definition.dates.values():
        parts = []
        if date.provisional is not None:
            parts.append(said("is taken for `{at}` until it is set", at=date.provisional))
        if date.window is not None:
            parts.append(said("lies from `{first}` up to `{last}`", first=date.window.first, last=date.window.last))
        yield from _facts(("date", date.name), parts)
    if definition.launch.when is not None:
        yield ("launch", "launch"), said("A case begins at `{when}`.", when=definition.launch.when)
    for name, rule in definition.deadlines.items():
        yield from _facts(("deadline", name), [said("is at `{rule}`", rule=_rule(rule))])
    for arrow in definition.transitions.values():
        yield from _facts(("transition", arrow.name), _arrow_days(definition, arrow))


def _arrow_days(definition: Definition, arrow: TransitionDef) -> Iterator[str]:
    counted = tuple(when for when in arrow.when if _is_chosen(definition, when))
    if counted:
        sources = quoted(arrow.sources)
        yield said("is taken at {when:or}, out of {sources:or}", when=_texts(counted), sources=sources)
    if arrow.until is not None:
        yield said("is possible until `{until}`", until=arrow.until)


def _is_chosen(definition: Definition, when: DateExpr) -> bool:
    """Whether a moment is a day that was chosen, and not the end of somebody's work or the begin of a stage."""
    ref = getattr(when.base, "ref", None)
    return bool(when.shifts) or ref is None or ref.name in definition.dates or ref.part == "due"


def _rule(rule: DueRule) -> str:
    """A due date as the definition writes it, with the days between which it must fall."""
    more = (("not_before", rule.not_before), ("not_after", rule.not_after), ("closes", rule.closes))
    return ", ".join([rule.at.text, *(f"{key}: {day.text}" for key, day in more if day is not None)])


def _texts(parts: Iterable[object]) -> tuple[str, ...]:
    """Days and lines as the definition writes them."""
    return quoted(str(getattr(each, "text", each)) for each in parts)


# people ---------------------------------------------------------------------------------------------------------------


def _folded(definition: Definition, names: Iterable[str]) -> tuple[str, ...]:
    """Names, with the largest groups of which all are among them in place of these."""
    left = dict.fromkeys(names)
    found: list[str] = []
    for group, members in sorted(definition.groups.items(), key=lambda each: -len(each[1])):
        if len(members) > 1 and left.keys() >= set(members):
            found.append(group)
            left = {name: None for name in left if name not in members}
    return quoted([*found, *left])


def _without(definition: Definition, names: Iterable[str]) -> tuple[str, ...]:
    """Roles and seats that are none of these."""
    reached = {member for name in names for member in definition.members(name)}
    return _folded(definition, (each for each in (*definition.roles, *definition.seats) if each not in reached))


def _steps(definition: Definition) -> Iterator[Fact]:
    for arrow in definition.transitions.values():
        doers = (*arrow.by, *arrow.by_all)
        if doers:
            step = said(
                "may be taken by {doers:or}, out of {sources:or}",
                doers=_folded(definition, doers), sources=quoted(arrow.sources),
            )  # fmt: skip
            yield from _facts(("transition", arrow.name), [step])
    rules = definition.invitations
    if rules is not None and rules.objection is not None:
        yield ("invitations", "objection"), said(
            "`{by}` may object to somebody for the panel until `{rule}`, and `{decides}` decides.",
            by=rules.objection.by, rule=_rule(rules.objection.due), decides=rules.objection.decides,
        )  # fmt: skip
    for value in definition.values.values():
        if value.differ_by is not None:
            yield from _facts(("value", value.name), [said("may be set aside by `{by}`", by=value.differ_by)])


def _told(definition: Definition) -> Iterator[Fact]:
    for notice in definition.notices.values():
        to = (*notice.to, *notice.cc)
        parts = [said("goes to {to} at {when:or}", to=_folded(definition, to), when=_texts(notice.when))]
        parts += [said("only if {lines:and}", lines=_texts(notice.condition))] if notice.condition else []
        never = _without(definition, to)
        parts += [said("not to {never}", never=never)] if never else []
        yield from _facts(("notice", notice.name), parts)


def _readers(definition: Definition) -> Iterator[Fact]:
    for document in definition.documents.values():
        yield from _facts(("document", document.name), _who_reads(definition, document))


def _who_reads(definition: Definition, document: DocumentDef) -> Iterator[str]:
    seen = {name: lines for name, lines in document.see.items() if lines is not False}
    always = quoted(name for name, lines in seen.items() if lines is True)
    if always:
        yield said("is read by {readers}", readers=always)
    for name, lines in seen.items():
        if isinstance(lines, tuple):
            yield said("by `{reader}` if {lines:and}", reader=name, lines=_texts(lines))
    never = _without(definition, seen)
    if never:
        yield said("never by {never}", never=never)
    if document.publish is not None:
        yield said("by everybody from {when:or} on", when=_texts(document.publish.when))
    if document.keep is not None:
        yield said("is kept `{keep}`", keep=document.keep)


# what is asked, answered and handed on --------------------------------------------------------------------------------


def _children(definition: Definition) -> Iterator[Fact]:
    for child in definition.children.values():
        yield from _facts(("child", child.name), _handed(definition, child))


def _handed(definition: Definition, child: ChildDef) -> Iterator[str]:
    if child.opens:
        yield said("begins at {when:or}", when=_texts(child.opens))
    if child.condition:
        yield said("only if {lines:and}", lines=_texts(child.condition))
    for name, day in child.dates.items():
        yield said("has `{day}` for its `{date}`", day=day, date=name)
    taken = (*child.seats, *child.shared_seats, *child.shared_dates)
    if taken:
        yield said("takes over {taken:and}", taken=_folded(definition, taken))
    reached = {member for name in taken for member in definition.members(name)} | child.dates.keys()
    missing = [name for name in (*definition.seats, *definition.dates) if name not in reached]
    if missing:
        yield said("does not take over {missing:or}", missing=_folded(definition, missing))


def _answers(definition: Definition) -> Iterator[Fact]:
    for form in definition.forms.values():
        fields = [(each.name, each) for each in form.fields]
        fields += [(f"{each.name}.{column.name}", column) for each in form.fields for column in each.columns]
        yield from _facts(("form", form.name), _how_asked(fields))
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
            yield said("must have `{field}` if {lines:and}", field=name, lines=_texts(each.required_if))
        if each.of is not None:
            yield said("names people of `{of}` in `{field}`", of=each.of, field=name)


def _values(definition: Definition) -> Iterator[Fact]:
    for value in definition.values.values():
        parts = [
            said("is `{choice}` if {lines:and}", choice=choice, lines=_texts(lines))
            if lines
            else said("is otherwise `{choice}`", choice=choice)
            for choice, lines in value.first_of
        ]
        yield from _facts(("value", value.name), parts)


def _left_out(definition: Definition) -> Iterator[Fact]:
    """Lines that name some states or answers, with those for which they do not hold."""
    for item, lines in asked(definition):
        found: dict[str, tuple[str, ...]] = {}
        for line in lines_in(definition, lines):
            found[line.text] = _others(definition, line)
        parts = [
            said("asks `{line}`, so not {rest:or}", line=line, rest=quoted(rest))
            for line, rest in found.items()
            if rest
        ]
        yield from _facts(item, parts)


def _others(definition: Definition, line: Line) -> tuple[str, ...]:
    test = line.test
    if not isinstance(test, IsState) or test.own:
        return ()
    known = _known(definition, test.ref)
    if not set(test.words) <= set(known):
        return ()
    return test.words if test.negated else tuple(each for each in known if each not in test.words)


def _known(definition: Definition, ref: Ref) -> tuple[str, ...]:
    """All that a track, a derived value or an answer may be; nothing where it is something else."""
    if ref.part is None and ref.name in definition.tracks:
        return definition.tracks[ref.name].states
    if ref.part is None and ref.name in definition.values:
        return definition.values[ref.name].choices
    field = field_of(definition, ref)
    return choices(definition, field) if field is not None and field.type == "choice" else ()


def _both_ways(definition: Definition) -> Iterator[Fact]:
    """Lines that were tried both ways, with all who ask them."""
    found: dict[str, list[Item]] = {}
    for one in given(definition):
        found.setdefault(one.text, []).append(one.item)
    for text, items in found.items():
        names = quoted(name for _, name in items)
        yield items[0], said("Whether `{line}` holds is asked by {names:and}.", line=text, names=names)


SECTIONS: Mapping[Section, Callable[[Definition], Iterator[Fact]]] = {
    "work": _work,
    "days": _days,
    "steps": _steps,
    "told": _told,
    "readers": _readers,
    "children": _children,
    "answers": _answers,
    "values": _values,
    "left_out": _left_out,
    "counts": _both_ways,
}
