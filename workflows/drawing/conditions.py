"""What must hold, in plain words? The lines of a condition, with the labels of the process."""

from __future__ import annotations

from collections.abc import Iterator

from engine.counting import KEPT
from engine.expressions import (
    Amount,
    AnyOf,
    Between,
    Compare,
    Constant,
    Count,
    DateExpr,
    Filter,
    IsState,
    IsWorkingDay,
    Line,
    Lines,
    Named,
    NumberOf,
    OverlapOf,
    Ref,
    RoundOf,
    SetOf,
    ShareOf,
    Spread,
    Term,
    Verb,
)
from engine.plan import PANEL_ATTRIBUTES
from engine.questions import FINDINGS, OF_HOST
from workflows.compiling.names import OWN_RECORD
from workflows.drawing.words import Words


class Conditions:
    """Lines of one process as sentences."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.texts = words.texts

    def all_of(self, lines: Lines) -> str:
        """All lines in one sentence; nothing where there are none."""
        said = list(self.each(lines))
        return self.texts.joined(said) if said else ""

    def each(self, lines: Lines) -> Iterator[str]:
        """A sentence for each line; a named condition is told by its own lines."""
        for line in lines:
            if isinstance(line.test, Named):
                yield from self.each(self.words.definition.conditions[line.test.name])
            else:
                yield self._line(line)

    def _line(self, line: Line) -> str:
        said = self._test(line)
        return self.texts("waived", line=said, who=self.words.person(line.waive)) if line.waive else said

    def _test(self, line: Line) -> str:
        match line.test:
            case Count():
                return self._count(line.test)
            case IsState():
                return self._state(line.test)
            case Compare(left, operator, right):
                table = "compare_days" if isinstance(left, DateExpr) and isinstance(right, DateExpr) else ""
                if table:
                    return self.texts.among(table, operator, left=self._term(left), right=self._term(right))
                said = self.texts.among("operators", operator)
                return self.texts("compare", left=self._term(left), operator=said, right=self._term(right))
            case Between(term, first, last):
                first_said, last_said = self.words.day(first), self.words.day(last)
                return self.texts("between", term=self._term(term), first=first_said, last=last_said)
            case IsWorkingDay(ref, negated, _):
                return self.texts("no_working_day" if negated else "working_day", day=self.words.anchor(ref))
            case AnyOf(lines):
                return self.texts.joined((self.all_of((one,)) for one in lines), "or")
            case Named(name):
                return self.all_of(self.words.definition.conditions[name])

    # counts

    def _count(self, count: Count) -> str:
        children = [name for name in count.members.names if name in self.words.definition.children]
        said = self._amount(count.amount, self._members(count.members), of_cases=bool(children))
        verb = self._stands(children[0], count.verb) if children else self._verb(count.verb)
        parts = [said, verb, self._spread(count.spread)]
        return " ".join(part for part in parts if part)

    def _amount(self, amount: Amount, members: str, *, of_cases: bool = False) -> str:
        if amount.denominator is not None:
            number = self.texts("share_of_set", n=f"{amount.number}/{amount.denominator}")
        elif amount.percent:
            number = self.texts("share_of_set", n=f"{amount.number}%")
        else:
            number = self.texts("counted", n=amount.number)
        kind: str = amount.kind
        if kind == "all" and of_cases:
            kind = "every_case"
        elif kind == "all" and members.startswith(self.texts("rows")):
            kind = "every_row"
        return self.texts.among("amounts", kind, n=number, members=members)

    def _members(self, members: SetOf) -> str:
        people = [name for name in members.names if self._is_people(name)]
        said = [self.words.people(people)] if people else []
        for name in members.names:
            if name in self.words.definition.children:
                said.append(self.texts("cases", child=self.words.label("child", name)))
            elif name not in people:
                rubric = self.words.definition.rubric
                heads = rubric is not None and name == rubric.above
                said.append(self.texts("conflict" if name == "conflict" else "heads" if heads else "rows"))
        joined = self.texts.joined(said, "or")
        if members.filter is None:
            return joined
        return self._filtered(
            joined, members.filter, of_group=any(name in self.words.definition.groups for name in people)
        )

    def _is_people(self, name: str) -> bool:
        definition = self.words.definition
        return name in definition.roles or name in definition.seats or name in definition.groups

    def _filtered(self, members: str, chosen: Filter, *, of_group: bool) -> str:
        rubric = self.words.definition.rubric
        attribute = str(chosen.attribute)
        if attribute in (KEPT, *PANEL_ATTRIBUTES):
            value = self._value(chosen, "")
            if of_group:
                return self.texts.among("of_group", attribute, members=members, value=value)
            return self.texts(attribute, members=members, value=value)
        if chosen.value == Ref("subject", "visitor") and chosen.operator in ("=", "!="):
            return self.texts.among("of_visitor", chosen.operator, members=members)
        scale = rubric is not None and attribute in rubric.scales
        if rubric is not None and scale:
            said = self.words.label("scale", f"{rubric.name}.{attribute}")
        else:
            said = self.texts.among("attributes", attribute)
        value = self._value(chosen, f"{rubric.name}.{attribute}" if rubric is not None and scale else "")
        return self.texts("filter", members=members, attribute=said, value=value)

    def _value(self, chosen: Filter, scale: str) -> str:
        if chosen.operator is None:
            return ""
        value = chosen.value
        said = f"{value}%" if chosen.percent else str(value)
        if isinstance(value, Ref):
            said = said.replace("_", " ")
            if scale:
                said = self.words.label("level", f"{scale}.{value}")
            elif value.name == "subject":
                said = self.texts("of_subject")
        return f"{self.texts.among('operators', chosen.operator)} {said}"

    def _stands(self, child: str, verb: Verb) -> str:
        """Where a child must be: open, ended, or come to one of its ends."""
        end = self.words.child_state(Ref(child, verb.ref.name)) if verb.ref is not None else ""
        return self.texts.among("child_verbs", verb.kind, end=end)

    def _verb(self, verb: Verb) -> str:
        task = ""
        if verb.ref is not None and verb.kind == "in":
            task = self.words.label("state", str(verb.ref))
        elif verb.ref is not None:
            task = self.words.label("task", verb.ref.name)
        return self.texts.among("verbs", verb.kind, task=task)

    def _spread(self, spread: Spread | None) -> str:
        if spread is None:
            return ""
        said = self.words.person(spread.attribute)
        several = self.texts.among("spread_plurals", spread.attribute)
        return self.texts.among("spread", spread.kind, n=spread.number, attribute=said, attributes=several)

    # states

    def _state(self, test: IsState) -> str:
        ref = test.ref
        if ref.name == "case" and ref.part is None and test.words == ("child",):
            return self.texts.among("case_is", "not_child" if test.negated else "child")
        what, words = self._what(ref), [self.word_of(ref, word) for word in test.words]
        what = self.texts("own", what=what) if test.own else what
        return self.texts("is_not" if test.negated else "is", what=what, words=self.texts.joined(words, "or"))

    def _what(self, ref: Ref) -> str:
        definition = self.words.definition
        for kind, known in (("track", definition.tracks), ("value", definition.values)):
            if ref.name in known:
                return self.texts("quoted", what=self.words.label(kind, ref.name))
        if ref.name in definition.tasks:
            what = self.words.field(ref.name, ref.part) if ref.part else self.words.label("task", ref.name)
            return self.texts("quoted", what=what)
        if ref.name == "stage":
            return self.texts("stage")
        return self.texts("record") if ref.name == OWN_RECORD else self.words.anchor(ref)

    def word_of(self, ref: Ref, word: str) -> str:
        """A state or an answer as people call it."""
        words, definition = self.words, self.words.definition
        if ref.name in definition.tracks:
            return f"‘{words.label('state', f'{ref.name}.{word}')}’"
        if ref.name in definition.values:
            return f"‘{words.label('value', f'{ref.name}.{word}')}’"
        if ref.name == "stage":
            return f"‘{words.label('stage', word)}’"
        if ref.name in definition.tasks:
            return self._answer(ref, word) if ref.part else self.texts.among("word_of_task", word)
        return self.texts.among("record_states", word)

    def _answer(self, ref: Ref, word: str) -> str:
        form = self.words.definition.tasks[ref.name].form
        key = f"{form}.{ref.part}.{word}"
        if ("choice", key) in self.words.wording.labels:
            return f"‘{self.words.label('choice', key)}’"
        return self.texts.among("yes_no", word)

    def _term(self, term: Term) -> str:
        match term:
            case DateExpr():
                return self.words.day(term)
            case Constant(number, percent):
                return f"{number}%" if percent else str(number)
            case RoundOf(ref):
                return self.texts("round_of", name=self._entered(ref))
            case NumberOf(ref):
                return self.texts("number_of", name=self._counted(ref))
            case OverlapOf(ref):
                return self.texts("overlap_of", people=self.words.people((ref.name,)))
            case ShareOf(ref):
                return self.texts("share_of", name=self.words.label("task", ref.name))

    def _counted(self, ref: Ref) -> str:
        definition = self.words.definition
        if str(ref) in OF_HOST:
            return self.texts("findings_open" if ref.name == FINDINGS else "parts_of_host")
        if ref.name in definition.tasks:
            is_field = ref.part is not None and ref.part != "rows"
            return self.words.field(ref.name, ref.part or "") if is_field else self.words.label("task", ref.name)
        if ref.name in definition.children:
            return self.words.label("child", ref.name)
        return self.words.people((ref.name,)) if self._is_people(ref.name) else str(ref)

    def _entered(self, ref: Ref) -> str:
        kinds = {"stage": self.words.definition.stages, "transition": self.words.definition.transitions}
        kind = next((kind for kind, known in kinds.items() if ref.name in known), "state")
        return self.words.label(kind, str(ref))
