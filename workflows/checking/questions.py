"""What do the states that were tried out say: what never happens, what has no way on, what chance would decide?

What the machine cannot do, a case cannot do: it can do everything that a case can, and more. What the machine can do is
a finding where no condition had to be guessed in the stage in which it happens; else it is told as undecided.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

from engine.definition import Definition, TransitionDef
from engine.plan import moments
from engine.saying import Said, said
from workflows.checking.blind import blind
from workflows.checking.exploring import MOST, Graph, explore, way, with_what_leads_there
from workflows.checking.lasting import Stand, asking, lasting
from workflows.checking.model import model_of
from workflows.checking.relevance import OTHER
from workflows.checking.report import Explored, Proved, Report, Step
from workflows.checking.state import State
from workflows.checking.steps import Move
from workflows.checking.unanswered import hearing, unanswered
from workflows.checking.waiting import halted, silent, unasked
from workflows.checks.findings import Finding
from workflows.problems import quoted

Shown = TypeVar("Shown")
Ways: TypeAlias = dict[State, tuple[State | None, Move]]


def prove(definition: Definition, bound: int = MOST) -> Report:
    """Try out a process, and say what was found, what is undecided and how much was tried out."""
    graph = explore(model_of(definition), bound)
    sure = _surely(graph)
    found = [*_silent(graph), *(_never(graph) if graph.whole else ()), *_restless(graph, sure), *_rivals(graph, sure)]
    if graph.whole:
        stuck = list(_stuck(graph, sure))
        stages = {one.finding.item[1] for one in stuck}
        found += [*stuck, *_waiting(graph, sure, stages), *_lasting(graph, sure, stages)]
        found += [*_unanswered(graph, sure, stages), *blind(graph)]
    explored = Explored(states=len(graph.came), steps=graph.steps, bound=bound, whole=graph.whole)
    return Report(
        findings=tuple(one for one in found if one.sure),
        doubts=tuple(one for one in found if not one.sure),
        explored=explored,
    )


# what can never happen ------------------------------------------------------------------------------------------------


def _never(graph: Graph) -> Iterator[Proved]:
    """Stages, states, arrows and tasks that no order of events comes to; not what only follows from another of them."""
    model = graph.model
    entered = {place for place in _places(graph) if _entered(graph, *place)}
    for arrow in model.definition.transitions.values():
        begins = {(arrow.track, source) for source in arrow.sources}
        if arrow.track not in (None, *model.tracks) or not begins & entered:
            continue
        if arrow.name in graph.taken:
            yield from _never_from(graph, arrow)
            continue
        message = said(
            "Whatever happens, `{arrow}` is never taken: what it waits for, or its conditions, never come together "
            "where it begins.",
            arrow=arrow.name,
        )
        yield _proved("never_taken", ("transition", arrow.name), message, "warning")
    for track, name in _places(graph):
        ways = [
            arrow for arrow in model.definition.transitions.values() if (arrow.track, arrow.target) == (track, name)
        ]
        cut_off = any((track, source) in entered for arrow in ways for source in arrow.sources)
        if (track, name) in entered or (ways and not cut_off):
            continue
        if track is None:
            message = said("Whatever happens, no case comes to the stage `{stage}`.", stage=name)
            yield _proved("unreachable", ("stage", name), message)
        elif any((track, state) in entered for state in model.definition.tracks[track].states):
            message = said("Whatever happens, the track `{track}` never comes to `{state}`.", track=track, state=name)
            yield _proved("unreachable", ("state", f"{track}.{name}"), message)
    for name in model.tasks:
        if f"{name}.opened" not in graph.taken and _could_open(graph, name, entered):
            message = said("Whatever happens, the task `{task}` never opens, and something waits for it.", task=name)
            yield _proved("never_opens", ("task", name), message)


def _never_from(graph: Graph, arrow: TransitionDef) -> Iterator[Proved]:
    """Where an arrow that is taken elsewhere never is; not one that leads out of everywhere."""
    model = graph.model
    at = None if arrow.track is None else model.tracks.index(arrow.track)
    rested = {state.stage if at is None else state.tracks[at] for state in graph.came}
    idle = tuple(one for one in arrow.sources if one in rested and (arrow.name, one) not in graph.begun)
    everywhere = {name for name, stage in model.definition.stages.items() if not stage.end}
    if idle and not (arrow.track is None and everywhere <= set(arrow.sources)):
        message = said(
            "Whatever happens, `{arrow}` is never taken from `{idle:or}`: what it waits for, or its conditions, never "
            "come together there. Take that out of `from`, or let what it waits for happen there too.",
            arrow=arrow.name, idle=idle,
        )  # fmt: skip
        yield _proved("never_taken", ("transition", arrow.name), message, "warning")


def _places(graph: Graph) -> Iterator[tuple[str | None, str]]:
    definition = graph.model.definition
    yield from ((None, name) for name in definition.stages)
    yield from ((track, state) for track in graph.model.tracks for state in definition.tracks[track].states)


def _entered(graph: Graph, track: str | None, name: str) -> bool:
    """Whether a case comes to a stage, or a track to a state; it may be left within the same step."""
    if track is None:
        found = any(state.stage == name for state in graph.came)
    else:
        begins = graph.model.definition.tracks[track]
        at = graph.model.tracks.index(track)
        found = any(state.tracks[at] == name for state in graph.came)
        found = found or (name == begins.states[0] and any(_entered(graph, None, stage) for stage in begins.during))
    return found or _passed(graph, track, name)


def _could_open(graph: Graph, name: str, entered: set[tuple[str | None, str]]) -> bool:
    """Whether what opens a task is there, so that its never opening does not only follow from something else."""
    model = graph.model
    for moment in moments(model.definition, model.definition.tasks[name].opens):
        first, _, part = moment.partition(".")
        if (None, moment) in entered or (first, part) in entered or moment in graph.taken:
            return True
        if first in model.tasks and f"{first}.opened" in graph.taken:
            return True
    return False


def _passed(graph: Graph, track: str | None, name: str) -> bool:
    """Whether a stage or a state of a track is entered and left within one step."""
    return any(
        arrow.track == track and arrow.target == name and arrow.name in graph.taken
        for arrow in graph.model.definition.transitions.values()
    )


def _proved(
    kind: str, item: tuple[str, str], message: str, severity: str = "error", path: tuple[Step, ...] = ()
) -> Proved:
    return Proved(finding=Finding(kind=kind, item=item, message=message, severity=severity), path=path)  # type: ignore[arg-type]


# what has no way on ---------------------------------------------------------------------------------------------------


def _silent(graph: Graph) -> Iterator[Proved]:
    """Moments of silence that never come, where nothing else is told of whoever waits for them."""
    for item, moment, others in silent(graph.model.definition):
        if others or item[0] in ("notice", "child"):
            message = said(
                "`{moment}` never comes, since silence does not end that task: give it `closes` and "
                "`silence: nothing`, or take the moment out.",
                moment=moment,
            )
            yield _proved("never_comes", item, message, "warning")


def _stuck(graph: Graph, sure: Ways) -> Iterator[Proved]:
    """One finding per stage: the shortest way to a state from which no end is reached, a sure one before others.

    Where the case goes on to another such stage, only the last is told; stages in a circle are told all.
    """
    lost = set(graph.came) - _ending(graph)
    told: dict[str, Proved] = {}
    last = lost - _leading(graph, lost)
    for state in (*sure, *graph.came):
        if state in (last or lost) and not (state.stage in told and told[state.stage].sure):
            found = _for_ever(graph, state, way(sure, state) if state in sure else graph.path(state))
            if state.stage not in told or found.sure:
                told[state.stage] = found
    yield from told.values()


def _leading(graph: Graph, lost: set[State]) -> set[State]:
    """Of the states without a way to an end: those from which a case still comes to another stage."""
    before: dict[State, list[State]] = {}
    found: set[State] = set()
    for state in lost:
        for move in graph.after.get(state, ()):
            if not _escape(graph, move):
                before.setdefault(move.after, []).append(state)
                if move.after.stage != state.stage:
                    found.add(state)
    return with_what_leads_there(found, before)


def _for_ever(graph: Graph, state: State, path: tuple[Step, ...]) -> Proved:
    moves = [move for move in graph.after.get(state, ()) if not _escape(graph, move)]
    why = said("from there no end is reached, whatever is done") if moves else (
        said("nothing moves it any more, no task, no date and nobody's step")
    )  # fmt: skip
    message = said(
        "The case can stay in the stage `{stage}` for ever: {why} ({open}).",
        stage=state.stage, why=why, open=_open(graph, state),
    )  # fmt: skip
    return _proved("stuck", ("stage", state.stage), message, "error", path)


def _waiting(graph: Graph, sure: Ways, stuck: set[str]) -> Iterator[Proved]:
    """Where a track waits for what cannot come, or a stage for a step that nobody is asked to take."""
    for track, state, where in halted(graph):
        if where.stage not in stuck:
            message = said(
                "The track `{track}` can stay in `{state}` for ever: what leads out of it cannot happen any more, "
                "though there is a condition that asks where `{track}` stands.",
                track=track, state=state,
            )  # fmt: skip
            path = way(sure, where) if where in sure else graph.path(where)
            yield _proved("halted", ("state", f"{track}.{state}"), message, "warning", path)
    for stage, names, where in unasked(graph):
        message = said(
            "In the stage `{stage}` a case waits until somebody takes {arrows}, and no task asks anybody to: add one "
            "that `does` it, or a day on which the case goes on.",
            stage=stage, arrows=quoted(names),
        )  # fmt: skip
        path = way(sure, where) if where in sure else graph.path(where)
        yield _proved("unasked", ("stage", stage), message, "warning", path)


def _lasting(graph: Graph, sure: Ways, stuck: set[str]) -> Iterator[Proved]:
    """Where nothing but the day that ends a case leads on, as no other way out of the stage admits how it stands."""
    for one in lasting(graph):
        if one.stage not in stuck:
            message = said(
                "In the stage `{stage}` only {last:or} leads on once {stands:and}: the case waits for that, and ends. "
                "Let {ways:or} admit it too, or give it a way on of its own.",
                stage=one.stage, last=quoted(one.last), stands=tuple(_stand(each) for each in one.stands),
                ways=quoted(asking(graph.model, one.stage, one.stands)),
            )  # fmt: skip
            where = next((state for state in one.states if state in sure), one.states[0])
            path = way(sure, where) if where in sure else graph.path(where)
            yield _proved("only_day", ("stage", one.stage), message, "warning", path)


def _unanswered(graph: Graph, sure: Ways, stuck: set[str]) -> Iterator[Proved]:
    """Where each answer to a task leads on, and silence waits for a day."""
    for one in unanswered(graph):
        if one.stage not in stuck:
            message = said(
                "In the stage `{stage}` each answer to `{task}` leads on, and when nobody answers it in time only "
                "{days:or} does: the case waits for that day. Let {ways:or} admit `{task} is expired` too.",
                stage=one.stage, task=one.task, days=quoted(one.days),
                ways=quoted(hearing(graph.model, one.stage, one.task)),
            )  # fmt: skip
            where = next((state for state in one.states if state in sure), one.states[0])
            path = way(sure, where) if where in sure else graph.path(where)
            yield _proved("only_day", ("stage", one.stage), message, "warning", path)


def _stand(stand: Stand) -> Said:
    (kind, name), value = stand
    if kind == "child":
        return said("the case is a child") if value == "child" else said("the case is no child")
    if value == OTHER:
        return said("the answer to `{name}` is another one", name=name)
    return said("`{name}` is `{value}`", name=name, value=value)


def _ending(graph: Graph) -> set[State]:
    """States from which an end can be reached, without the ways out that lead from everywhere."""
    before: dict[State, list[State]] = {}
    for state, moves in graph.after.items():
        for move in moves:
            if not _escape(graph, move):
                before.setdefault(move.after, []).append(state)
    stages = graph.model.definition.stages
    found = {state for state in graph.came if stages[state.stage].end}
    return with_what_leads_there(found, before)


def _escape(graph: Graph, move: Move) -> bool:
    return bool(move.taken) and move.taken[0] in graph.model.escapes


def _open(graph: Graph, state: State) -> tuple[Said, ...]:
    model = graph.model
    names = [name for name, letter in zip(model.tasks, state.tasks, strict=True) if letter[0] in "oq"]
    tracks = [
        said("{track} is {state}", track=name, state=at)
        for name, at in zip(model.tracks, state.tracks, strict=True) if at
    ]  # fmt: skip
    tasks = [said("`{task}` is open", task=name) for name in names]
    return (*tracks, *tasks) or (said("no task that would move it is open"),)


# what chance would decide ---------------------------------------------------------------------------------------------


def _rivals(graph: Graph, sure: Ways) -> Iterator[Proved]:
    for pair, state, move in _first_of(graph, sure, lambda move: move.rivals if move.sure and not move.hoped else ()):
        one, two = pair
        message = said(
            "`{one}` and `{two}` become possible at the same moment; then the first one wins. Give them conditions "
            "that exclude each other, such as `X is a` and `X is not a`.",
            one=one, two=two,
        )  # fmt: skip
        yield _proved("rivals", ("transition", two), message, "warning", _then(graph, sure, state, move))


def _restless(graph: Graph, sure: Ways) -> Iterator[Proved]:
    """Automatic arrows that follow each other without end."""
    for arrow, state, move in _first_of(graph, sure, lambda move: move.taken[-1:] if move.restless else ()):
        circle = list(dict.fromkeys(reversed(move.taken[-12:])))
        names = quoted(name for name in circle if name in graph.model.definition.transitions)
        message = said(
            "The case does not come to rest: {arrows} follow each other by themselves, without end.", arrows=names
        )
        yield _proved("endless", ("transition", str(arrow)), message, "error", _then(graph, sure, state, move))


def _first_of(graph: Graph, sure: Ways, what: Callable[[Move], Iterable[Shown]]) -> Iterator[tuple[Shown, State, Move]]:
    """Of each thing that a move shows, the first time; surely reached states first."""
    told: set[Shown] = set()
    for state in dict.fromkeys((*sure, *graph.came)):
        for move in graph.after.get(state, ()):
            for each in what(move):
                if each not in told:
                    told.add(each)
                    yield each, state, move


# stories --------------------------------------------------------------------------------------------------------------


def _surely(graph: Graph) -> Ways:
    """States that are reached without a guess, each with the last step of the shortest way."""
    found: Ways = {
        state: (before, move) for state, (before, move) in graph.came.items() if before is None and move.sure
    }
    todo = deque(found)
    while todo:
        state = todo.popleft()
        for move in graph.after.get(state, ()):
            if move.sure and move.after not in found:
                found[move.after] = (state, move)
                todo.append(move.after)
    return found


def _then(graph: Graph, sure: Ways, state: State, move: Move) -> tuple[Step, ...]:
    path = way(sure, state) if state in sure else graph.path(state)
    return (*path, Step(what=move.what, stage=move.after.stage, sure=move.sure, hoped=move.hoped))
