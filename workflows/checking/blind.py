"""Can somebody come to their work by a way on which they never see what they work from?

A document that is shown from a stage on, and a decision that is taken from a task, count on a way that leads there;
where another way leads past it, those who judge and write further on have nothing. Asked of documents that are shown in
the ordinary case; only ways are told on which nothing had to be guessed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from engine.definition import Definition, DocumentDef, FieldDef, TaskDef
from engine.expressions import AnyOf, At, Compare, Constant, DateExpr, IsState, Line, Lines, Named, Ref, RoundOf
from engine.saying import said
from workflows.checking.exploring import Graph, way, with_what_leads_there
from workflows.checking.report import Proved, Step
from workflows.checking.state import State
from workflows.checking.steps import Move
from workflows.checks.asked import written_in
from workflows.checks.ballots import leaves
from workflows.checks.findings import Finding
from workflows.checks.openings import from_then_on, opened_in, spine_of, stages_of
from workflows.checks.reach import reachable
from workflows.typical import typical

STAGE = Ref("stage")
LONG = 100  # words from which on an answer is a text that somebody writes
WORDS_OF_WORK = {"done", "answered", "open", "signing", "expired"}  # of a task that was opened


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """What a way leads past, what was answered on it, and the work to which it leads."""

    past: frozenset[str]  # stages, arrows and "TASK.opened"
    answered: frozenset[str] | None = None  # one of these tasks, or of `within`; None: nothing need be
    within: frozenset[str] = frozenset()  # stages in which a task is asked that cannot move the case
    work: Mapping[str, set[str]]  # tasks, each with the stages in which it opens first


@dataclass
class _Known:
    """What is looked up for every document."""

    graph: Graph

    @property
    def definition(self) -> Definition:
        return self.graph.model.definition

    @cached_property
    def ordinary(self) -> set[str]:
        return {stay.stage for stay in typical(self.definition).stays}

    @cached_property
    def work(self) -> Mapping[str, set[str]]:
        """The tasks in which is judged or written, with the stages in which they open first, where that is known."""
        tasks = self.definition.tasks.values()
        sources = {task.decides.source for task in tasks if task.decides is not None}
        each = [task for task in tasks if task.name in sources or _judges_or_writes(self.definition, task)]
        return {task.name: stages for task in each if (stages := opened_in(self.definition, [task]))}


def blind(graph: Graph) -> Iterator[Proved]:
    """Decisions from what was never asked, and work of those who never see what was answered for it."""
    known = _Known(graph)
    for task in known.definition.tasks.values():
        yield from _decided(known, task)
    for document in known.definition.documents.values():
        for who, rule in document.see.items():
            if not isinstance(rule, bool) and who != "author":
                yield from _unseen(known, document, who, rule)


def _decided(known: _Known, task: TaskDef) -> Iterator[Proved]:
    source = known.definition.tasks[task.decides.source] if task.decides is not None else task
    search = _Search(past=_opening(known.graph, source), work={task.name: known.work.get(task.name, set())})
    if source is not task and search.past and (found := _way_past(known.graph, search)):
        message = said(
            "A case can come to `{task}` past `{source}`, from which it decides: nobody was asked for that on the way. "
            "Let `{source}` open there too, or take that way out.",
            task=task.name, source=source.name,
        )  # fmt: skip
        finding = Finding(kind="blind", item=("task", task.name), message=message, severity="warning")
        yield Proved(finding=finding, path=found[1])


def _unseen(known: _Known, document: DocumentDef, who: str, rule: Lines) -> Iterator[Proved]:
    definition, public = known.definition, _public(known.graph, document)
    written = written_in(definition, document)
    seeing = (other for other, given in document.see.items() if given is not False and other != who)
    readers = leaves(definition, (who,)) - leaves(definition, seeing)
    for gates in _gates(known.graph, rule, written) if written and public is not None else ():
        search = _Search(
            past=gates | public if public else gates,
            answered=frozenset(task.name for task in written if task.name in known.graph.model.tasks),
            within=frozenset(
                stage for task in written if task.name not in known.graph.model.tasks
                for stage in opened_in(definition, [task])
            ),
            work=_later(known, {task.name for task in written}, gates, readers),
        )  # fmt: skip
        if _may_pass(definition, search) and (found := _way_past(known.graph, search)):
            message = said(
                "A case can come to `{task}`, work of `{who}`, by a way on which they never see `{document}`, though "
                "it was answered: let them see it on that way too, or take the way out.",
                task=found[0], who=who, document=document.name,
            )  # fmt: skip
            finding = Finding(kind="blind", item=("document", document.name), message=message, severity="warning")
            yield Proved(finding=finding, path=found[1])
            return


# what a way must not lead past ----------------------------------------------------------------------------------------


def _opening(graph: Graph, task: TaskDef) -> frozenset[str]:
    """What happens when a task opens; nothing where that is not known."""
    if task.name in graph.model.tasks:
        return frozenset({f"{task.name}.opened"})
    found = [_token(graph, moment) for moment in task.opens]
    return frozenset(one for one in found if one) if all(found) else frozenset()


def _token(graph: Graph, moment: DateExpr) -> str:
    """A moment as ways tell it; empty where they do not."""
    ref = moment.base.ref if isinstance(moment.base, At) and not moment.shifts else None
    if ref is None:
        return ""
    if ref.name in graph.model.tasks and ref.part is not None:
        return f"{ref.name}.opened"  # without which it is not done either
    definition = graph.model.definition
    return str(ref) if str(ref) in (*definition.stages, *definition.transitions) else ""


def _public(graph: Graph, document: DocumentDef) -> frozenset[str] | None:
    """The moments at which everybody sees a document; None where they are not known."""
    if document.publish is None:
        return frozenset()
    found = [_token(graph, moment) for moment in document.publish.when]
    return frozenset(found) if all(found) else None


def _gates(graph: Graph, lines: Lines, written: Iterable[TaskDef]) -> Iterator[frozenset[str]]:
    """Of each line of a reader: what must have happened, one of several, for it to hold."""
    for line in lines:
        match line.test:
            case Named(name):
                yield from _gates(graph, graph.model.definition.conditions[name], written)
            case AnyOf(several):
                each = [_gate(graph, one, written) for one in several]
                if each and all(each):
                    yield frozenset(chain.from_iterable(each))
            case _:
                if gate := _gate(graph, line, written):
                    yield gate


def _gate(graph: Graph, line: Line, written: Iterable[TaskDef]) -> frozenset[str]:
    """Empty where nothing is known to be needed, or where it is the document itself."""
    definition, own = graph.model.definition, {task.name for task in written}
    if line.waive is not None:
        return frozenset()
    match line.test:
        case Compare(RoundOf(ref), operator, Constant(number)) if (operator, number) in ((">", 0), (">=", 1), ("=", 1)):
            known = str(ref) in (*definition.stages, *definition.transitions)
            return frozenset({str(ref)}) if known else frozenset()
        case IsState(ref, False, words) if ref == STAGE:
            return frozenset(words)
        case IsState(Ref(name, None), False, words) as test if name in graph.model.tasks and not test.own:
            return frozenset({f"{name}.opened"}) if name not in own and {*words} <= WORDS_OF_WORK else frozenset()
    return frozenset()


# work -----------------------------------------------------------------------------------------------------------------


def _later(known: _Known, written: set[str], gates: Iterable[str], readers: set[str]) -> Mapping[str, set[str]]:
    """Work of these readers that is asked only where what shows them a document in the ordinary case may be past."""
    definition = known.definition
    begun: set[str] = set()
    for gate in gates:
        name, _, part = gate.partition(".")
        arrow = definition.transitions.get(gate)
        if part:
            begun |= opened_in(definition, [definition.tasks[name]])
        else:
            begun |= {gate} if arrow is None else stages_of(definition, arrow)
    if not begun & known.ordinary:
        return {}
    reached = from_then_on(definition, begun)
    return {
        name: stages for name, stages in known.work.items()
        if name not in written and stages <= reached and readers & _doers(definition, definition.tasks[name])
    }  # fmt: skip


def _judges_or_writes(definition: Definition, task: TaskDef) -> bool:
    form = definition.forms.get(task.form or "")
    if form is None or task.built_in or task.optional:
        return False
    return bool(task.decides or task.by_row) or any(
        field.per or field.type == "file" or (field.type == "text" and field.required and _is_long(field))
        for field in form.fields
    )


def _is_long(field: FieldDef) -> bool:
    return field.max_words is None or field.max_words >= LONG


def _doers(definition: Definition, task: TaskDef) -> set[str]:
    votes = task.decides.votes if task.decides is not None else ()
    return leaves(definition, (*task.performers, *task.each, *task.helpers, *votes))


def _may_pass(definition: Definition, search: _Search) -> bool:
    """Whether arrows lead to that work past those stages, whatever they ask: what need not be tried out otherwise."""
    arrows = [one for one in spine_of(definition) if one.target not in search.past and one.name not in search.past]
    passed = reachable(definition.first_stage, arrows) if search.work else set()
    return any(stages & passed for stages in search.work.values())


# the way --------------------------------------------------------------------------------------------------------------


def _way_past(graph: Graph, search: _Search) -> tuple[str, tuple[Step, ...]] | None:
    """The work to which the shortest way leads, and that way; not where what it leads past can still come meanwhile."""
    here: dict[tuple[State, bool], tuple[tuple[State, bool] | None, Move]] = {}
    if graph.model.definition.first_stage in search.past:
        return None
    for state, (before, move) in graph.came.items():
        if before is None and move.sure and not _leads_to(graph, move, search.past):
            here[state, _answers(search, move)] = (None, move)
    late = {name: _may_still(graph, search, name) for name in search.work}
    todo = deque(here)
    while todo:
        state, had = todo.popleft()
        for name in search.work if had else ():
            if _is_open(graph, search, name, state) and state not in late[name]:
                return name, way(here, (state, had))
        for move in graph.after.get(state, ()):
            if move.sure and not _leads_to(graph, move, search.past):
                after = (move.after, had or _answers(search, move))
                if after not in here:
                    here[after] = ((state, had), move)
                    todo.append(after)
    return None


def _answers(search: _Search, move: Move) -> bool:
    """Whether what must have been answered is by then; of what cannot move the case, can have been."""
    names = search.answered
    return names is None or not names.isdisjoint(move.answered) or move.after.stage in search.within


def _leads_to(graph: Graph, move: Move, past: frozenset[str]) -> bool:
    arrows = graph.model.definition.transitions
    return any(name in past or (name in arrows and arrows[name].target in past) for name in move.taken)


def _is_open(graph: Graph, search: _Search, name: str, state: State) -> bool:
    """Whether a task is open; where it cannot move the case, whether it may have opened."""
    if name in graph.model.tasks:
        return state.tasks[graph.model.tasks.index(name)][0] in "oq"
    return state.stage in search.work[name]


def _may_still(graph: Graph, search: _Search, name: str) -> set[State]:
    """The states in which a task is open, and what its way leads past may still come while it is."""
    before: dict[State, list[State]] = {}
    found: set[State] = set()
    for state in graph.came:
        for move in graph.after.get(state, ()) if _is_open(graph, search, name, state) else ():
            if _is_open(graph, search, name, move.after):
                before.setdefault(move.after, []).append(state)
                if _leads_to(graph, move, search.past):
                    found.add(state)
    return with_what_leads_there(found, before)
