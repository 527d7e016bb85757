"""Does everything that an expression names exist, and may it stand there? Found faults carry the word at fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.counting import KEPT
from engine.expressions import (
    AnyOf,
    At,
    Between,
    Compare,
    Count,
    DateExpr,
    EndOf,
    IsState,
    IsWorkingDay,
    Named,
    NextGate,
    Now,
    NumberOf,
    OverlapOf,
    Ref,
    RoundOf,
    ShareOf,
    refs_in,
)
from engine.plan import PANEL_ATTRIBUTES
from engine.questions import FINDINGS
from engine.saying import said
from workflows.compiling.names import (
    CASE_MOMENTS,
    PERSON_ATTRIBUTES,
    SEAT_MOMENTS,
    SPREAD_ATTRIBUTES,
    TASK_MOMENTS,
    Names,
)
from workflows.compiling.scope import SEAT_BARE, TASK_BARE, Fault, Scope
from workflows.compiling.states import words_after_is
from workflows.problems import did_you_mean, quoted, sentence


def faults(value: object, names: Names, scope: Scope) -> Iterator[Fault]:
    """All faults of a date or of the test of a condition."""
    found = _Search(names, scope)
    return found.of(value)


@dataclass(frozen=True)
class _Search:
    names: Names
    scope: Scope

    def of(self, value: object) -> Iterator[Fault]:
        if self._is_field(value):
            yield from self._field(value)
            return
        match value:
            case DateExpr():
                yield from self._date(value)
            case Count():
                yield from self._count(value)
            case IsState():
                yield from self._state(value)
            case Compare(left, _, right):
                yield from self.of(left)
                yield from self.of(right)
            case Between(term, first, last):
                for one in (term, first, last):
                    yield from self.of(one)
            case IsWorkingDay(ref, _, calendars):
                yield from self._moment(ref)
                for calendar in calendars:
                    yield from self._known(calendar, self.names.calendars, "calendar")
            case Named(name):
                yield from self._known(name, self.names.conditions, "condition under `conditions`")
            case AnyOf(lines):
                for line in lines:
                    yield from self.of(line.test)
            case RoundOf(ref):
                yield from self._entered(ref)
            case ShareOf(ref):
                yield from self._task(ref, "share of")
            case NumberOf(ref):
                yield from self._number(ref)
            case OverlapOf(ref):
                yield from self._known(str(ref), self.names.people, "role, seat or group")
                yield from self._of_panel((ref.name,), "overlap of")

    # other fields of a form, while it is filled in

    def _is_field(self, value: object) -> bool:
        ref = value.base.ref if isinstance(value, DateExpr) and isinstance(value.base, At) else None
        ref = value.ref if isinstance(value, NumberOf) else ref
        return ref is not None and ref.part is None and ref.name in dict(self.scope.answers)

    def _field(self, value: object) -> Iterator[Fault]:
        """A number, amount or day that is answered, or how many rows, choices or people are."""
        assert isinstance(value, NumberOf | DateExpr)
        ref = next(iter(refs_in(value)))
        field = dict(self.scope.answers)[ref.name]
        if isinstance(value, NumberOf):
            good, wanted = field.type == "rows" or field.many, said("list of rows or choices")
        elif value.shifts or value.clock is not None:
            good, wanted = False, said("day from which something is counted here")
        else:
            good, wanted = field.type in ("number", "money", "date"), said("number, amount or day")
        if not good:
            message = said(
                "The field `{name}` is no {wanted}; it is of the type {type}.",
                name=ref.name, wanted=wanted, type=field.type,
            )  # fmt: skip
            yield Fault(ref.name, message)

    # dates

    def _date(self, value: DateExpr) -> Iterator[Fault]:
        base = value.base
        if isinstance(base, NextGate):
            yield from self._known(base.gate, self.names.of("gate"), "gate")
            yield from self._date(DateExpr(base.base, base.shifts))
        elif isinstance(base, Now) and self.scope.now:
            yield Fault("now", self.scope.now)
        elif isinstance(base, At | EndOf):
            yield from self._moment(base.ref)
        for shift in value.shifts:
            if isinstance(shift.amount, Ref):
                yield from self._amount(shift.amount)

    def _moment(self, ref: Ref) -> Iterator[Fault]:
        name, part = ref.name, ref.part
        if name in self.names.broken or (part is None and name in self.scope.bare):
            return
        if name == "case":
            yield from self._part(ref, CASE_MOMENTS, "moment of the case")
        elif name == "subject":
            if part is None:
                yield Fault(name, "`subject` needs a part, such as `subject.previous_visit`.")
        elif name == "chosen":
            yield from self._chosen(ref)
        elif (kind := self.names.kind(name)) is None:
            yield self._unknown(name)
        else:
            yield from self._moment_of(ref, kind)

    def _moment_of(self, ref: Ref, kind: str) -> Iterator[Fault]:
        name, part = ref.name, ref.part
        if kind == "date" and part is not None:
            yield from self._part(ref, ("end",), "moment of a date")
        elif kind == "stage" and part is not None:
            yield from self._part(ref, ("left",), "moment of a stage")
        elif kind in ("transition", "deadline") and part is not None:
            yield Fault(str(ref), said("The {kind} `{name}` has no parts: write `{name}`.", kind=kind, name=name))
        elif kind == "track":
            yield from self._part(ref, self.names.states[name], said("state of the track `{track}`", track=name))
        elif kind == "task":
            yield from self._of_task(ref)
        elif kind == "seat":
            yield from self._part(ref, SEAT_MOMENTS, "moment of a seat")
        elif kind == "child":
            yield from self._child(ref)
        elif kind in ("role", "group", "gate", "value"):
            hint = said("Write `next {gate} from ...`.", gate=name) if kind == "gate" else (
                said("Name a date, stage, transition or task.")
            )  # fmt: skip
            message = said("`{ref}` is no moment: `{name}` is a {kind}.", ref=str(ref), name=name, kind=kind)
            yield Fault(str(ref), sentence(message, hint))

    def _of_task(self, ref: Ref) -> Iterator[Fault]:
        """A moment of a task, a day that was answered, or one in a row of the answer that the item follows."""
        fields = self.names.form_of(ref.name) or {}
        known = [*TASK_MOMENTS, *(key for key, question in fields.items() if question.type == "date")]
        lists = [question for question in fields.values() if question.type == "rows"]
        columns = {str(key): one for key, one in lists[0].columns.items() if one.type == "date"} if lists else {}
        column = columns.get(ref.part or "") if ref.part not in fields else None
        if column is None:
            here = columns if ref.name == self.scope.rows_of else {}
            yield from self._part(ref, [*known, *here], said("moment of the task `{task}`", task=ref.name))
        elif ref.name != self.scope.rows_of:
            message = said(
                "`{ref}` is a day of each row: only a task with `each: {task}.rows` has one.",
                ref=str(ref), task=ref.name,
            )  # fmt: skip
            yield Fault(str(ref), message)
        elif not column.required:
            yield Fault(str(ref), said("`{ref}` may be empty in a row: make that column `required`.", ref=str(ref)))

    def _child(self, ref: Ref) -> Iterator[Fault]:
        if self.names.child_processes.get(ref.name) == self.names.process:
            yield from self._part(ref, self.names.ends, said("end of the child `{child}`", child=ref.name))
        elif ref.part is None:
            message = said("`{child}` needs a stage of that child, such as `{child}.done`.", child=ref.name)
            yield Fault(ref.name, message)

    def _chosen(self, ref: Ref) -> Iterator[Fault]:
        if self.scope.chosen is None:
            message = said("`{ref}` can be used only where somebody is asked for it (`asks`).", ref=str(ref))
            yield Fault(str(ref), message)
        elif "*" not in self.scope.chosen:
            yield from self._part(ref, sorted(self.scope.chosen), "answer that is asked here (`asks`)")

    def _amount(self, ref: Ref) -> Iterator[Fault]:
        if ref.name in self.names.broken or ref.name in ("subject",):
            return
        if ref.name == "chosen":
            yield from self._chosen(ref)
        elif self.names.kind(ref.name) == "task":
            fields = self.names.form_of(ref.name)
            numbers = [key for key, question in (fields or {}).items() if question.type == "number"]
            yield from self._part(ref, numbers, said("number in the form of `{task}`", task=ref.name))
        else:
            message = said(
                "`{ref}` is no number: name an answer, such as `intake.weeks` or `subject.weeks`.", ref=str(ref)
            )
            yield Fault(str(ref), message)

    # conditions

    def _count(self, value: Count) -> Iterator[Fault]:
        rubric = self.names.rubric
        rows: tuple[str, ...] = (str(rubric.noun), str(rubric.plural)) if rubric else ()
        rows += (str(rubric.above.noun),) if rubric and rubric.above else ()
        is_rows = any(name in rows for name in value.members.names)
        children = self.names.of("child")
        for name in value.members.names:
            known = [*self.names.people, *rows, "conflict", *children]
            if name not in known and name not in self.names.broken:
                message = said("`{name}` is no role, seat, group, row of the rubric or child.", name=name)
                yield Fault(name, sentence(message, did_you_mean(name, known)))
        verb = value.verb
        if set(value.members.names) & set(children):
            yield from self._children(value)
            return
        if value.members.filter is not None:
            yield from self._filter(value, rows=is_rows)
        if verb.kind == "ended":
            message = said("`ended` asks for a child; `{name}` is none.", name=value.members.names[0])
            yield Fault("ended", message)
        if verb.kind == "in" and verb.ref is not None:
            yield from self._track_state(verb.ref)
        elif verb.ref is not None:
            yield from self._task(verb.ref, verb.kind)
        if value.spread is not None and value.spread.kind != "outside":
            yield from self._known(value.spread.attribute, SPREAD_ATTRIBUTES, "attribute by which people differ")
        elif value.spread is not None:
            whose = ("host", *self.names.people)
            yield from self._known(value.spread.attribute, whose, "organisation or role")

    def _children(self, value: Count) -> Iterator[Fault]:
        """Children are counted by themselves: those that are open, have ended, or came to one of their ends."""
        names, verb = value.members.names, value.verb
        for name in names:
            if self.names.kind(name) not in ("child", None):
                message = said("`{name}` is no child: cases and people are not counted together.", name=name)
                yield Fault(name, message)
        if value.members.filter is not None or value.spread is not None:
            message = said("`{name}` is a child: nothing is known of it but where it ended.", name=names[0])
            yield Fault(names[0], message)
        if verb.kind not in ("open", "ended", "in"):
            message = said(
                "`{verb}` is not asked of a child: write `open`, `ended`, or `in` and one of its ends.", verb=verb.kind
            )
            yield Fault(str(verb.ref or verb.kind), message)
        elif verb.ref is not None and verb.ref.part is not None:
            message = said("`in {ref}` is no end of a child: write its stage alone.", ref=str(verb.ref))
            yield Fault(str(verb.ref), message)
        elif verb.ref is not None and all(self.names.child_processes.get(name) == self.names.process for name in names):
            of_child = said("end of the child `{child}`", child=names[0])
            yield from self._known(verb.ref.name, self.names.ends, of_child)

    def _filter(self, value: Count, *, rows: bool) -> Iterator[Fault]:
        chosen = value.members.filter
        rubric = self.names.rubric
        if chosen is None:
            return
        if not rows:
            yield from self._known(str(chosen.attribute), PERSON_ATTRIBUTES, "attribute of people")
            if str(chosen.attribute) in (KEPT, *PANEL_ATTRIBUTES):
                yield from self._of_panel(value.members.names, str(chosen.attribute))
            return
        if rubric is None:
            return
        scales = {str(name): scale for name, scale in rubric.scales.items()}
        attribute = str(chosen.attribute)
        if attribute not in scales:
            message = said("`{scale}` is no scale of the rubric.", scale=attribute)
            yield Fault(attribute, sentence(message, did_you_mean(attribute, scales)))
        elif isinstance(chosen.value, Ref):
            levels = [str(level) for level in scales[attribute].levels]
            yield from self._known(str(chosen.value), levels, said("level of the scale `{scale}`", scale=attribute))

    def _of_panel(self, who: Iterable[str], asked: str) -> Iterator[Fault]:
        """What is asked of those who sit in the panel is asked of nobody else."""
        for name in who:
            if self.names.kind(name) in ("role", "group") and name not in self.names.seated | self.names.broken:
                message = said(
                    "`{asked}` asks on which panels people sit, and no `{name}` sits in this one: name a seat, or a "
                    "group that has one.",
                    asked=asked, name=name,
                )  # fmt: skip
                yield Fault(name, sentence(message, did_you_mean(name, sorted(self.names.seated))))

    def _task(self, ref: Ref, verb: str) -> Iterator[Fault]:
        if ref.name in self.names.broken:
            return
        if self.names.kind(ref.name) != "task":
            known = self.names.of("task")
            message = said("`{verb}` asks for a task; `{ref}` is none.", verb=verb, ref=str(ref))
            yield Fault(ref.name, sentence(message, did_you_mean(ref.name, known)))
        elif ref.part is not None:
            message = said("`{verb}` asks for a task without a part: write `{task}`.", verb=verb, task=ref.name)
            yield Fault(str(ref), message)

    def _track_state(self, ref: Ref) -> Iterator[Fault]:
        if ref.name in self.names.broken:
            return
        if ref.name not in self.names.states:
            known = self.names.of("track")
            message = said("`{track}` is no track.", track=ref.name)
            yield Fault(ref.name, sentence(message, did_you_mean(ref.name, known)))
        else:
            of_track = said("state of the track `{track}`", track=ref.name)
            yield from self._part(ref, self.names.states[ref.name], of_track)

    def _entered(self, ref: Ref) -> Iterator[Fault]:
        kind = self.names.kind(ref.name)
        if kind == "track":
            yield from self._track_state(ref)
        elif kind not in ("stage", "transition") and ref.name not in self.names.broken:
            known = self.names.of("stage", "track", "transition")
            message = said(
                "`round of` counts entries into a stage or state, or a transition; `{ref}` is none of these.",
                ref=str(ref),
            )
            yield Fault(ref.name, sentence(message, did_you_mean(ref.name, known)))

    def _number(self, ref: Ref) -> Iterator[Fault]:
        if ref.name in self.names.broken or ref.name == "subject" or str(ref) == FINDINGS:
            return
        kind = self.names.kind(ref.name)
        if kind == "task":
            fields = self.names.form_of(ref.name) or {}
            lists = [key for key, one in fields.items() if one.type in ("number", "rows") or one.many or one.per]
            of_form = said("number or list in the form of `{task}`", task=ref.name)
            yield from self._part(ref, ("rows", *lists), of_form)
        elif kind not in ("role", "seat", "group", "child"):
            known = self.names.of("task", "role", "seat", "group", "child")
            message = said("`number of` counts rows, people or cases; `{ref}` is none of these.", ref=str(ref))
            yield Fault(ref.name, sentence(message, did_you_mean(ref.name, known)))

    def _state(self, value: IsState) -> Iterator[Fault]:
        name = value.ref.name
        if name in self.names.broken:
            return
        if value.own and not self.scope.own:
            yield Fault("own", "`own` can be used only in tasks, documents and tracks that are `each` of a group.")
        words = words_after_is(value, self.names, self.scope)
        if isinstance(words, Fault):
            yield words
        elif words is not None:
            for word in value.words:
                yield from self._known(word, words, said("state that `{ref}` can be in", ref=str(value.ref)))

    # names

    def _known(self, word: str, known: Iterable[str], what: str) -> Iterator[Fault]:
        names = list(known)
        if word not in names and word not in self.names.broken:
            yield Fault(
                word, sentence(said("`{ref}` is no {what:text}.", ref=word, what=what), did_you_mean(word, names))
            )

    def _part(self, ref: Ref, known: Iterable[str], what: str) -> Iterator[Fault]:
        names = list(known)
        if ref.part is None:
            message = said("`{ref}` alone is no {what:text}.", ref=ref.name, what=what)
            examples = quoted(f"{ref.name}.{name}" for name in names[:4])
            yield Fault(ref.name, sentence(message, said("Write {examples}.", examples=examples) if names else ""))
        elif ref.part not in names:
            message = said("`{ref}` is no {what:text}.", ref=str(ref), what=what)
            yield Fault(str(ref), sentence(message, did_you_mean(ref.part, names)))

    def _unknown(self, name: str) -> Fault:
        moments = self.names.of("date", "deadline", "stage", "track", "transition", "task", "seat", "child")
        known = [*moments, *self.scope.bare, "case", "subject"]
        if name in (*TASK_BARE, *SEAT_BARE) and name not in self.scope.bare:
            message = said(
                "`{name}` alone can be used only inside a task or invitation: say of what, `x.{name}`.", name=name
            )
            return Fault(name, message)
        return Fault(name, sentence(said("Nothing is called `{name}`.", name=name), did_you_mean(name, known, most=0)))
