"""What follows from a step in an abstract state? The engine's order: moments, tracks as declared, then the spine."""

from __future__ import annotations

from engine.answers import field_of
from engine.definition import ChildDef, TaskDef, TransitionDef
from engine.expressions import Count, Lines
from workflows.checking.state import Draft, mark_of
from workflows.checking.truth import Truth, holds

BOUND = 60
"""Automatic steps within which a state must come to rest."""


def settle(draft: Draft) -> None:
    """Let everything follow that must, and try both ways where it cannot be told."""
    asked: set[tuple[str, str]] = set()
    for _ in range(BOUND):
        hear(draft)
        if not _fire_first(draft, asked):
            return
    draft.restless = True


def hear(draft: Draft) -> None:
    """Let each moment be heard: tasks close and open, children are called."""
    model = draft.model
    for moment in draft.happened:  # which grows meanwhile
        for task in model.ends.get(moment, ()):
            at = model.tasks.index(task.name)
            if draft.tasks[at][0] in "oq":
                draft.tasks[at] = "c"
        for task in model.opens.get(moment, ()):
            open_task(draft, task, moment)
        for name in model.calls.get(moment, ()):
            call(draft, name)
    draft.happened.clear()


def call(draft: Draft, name: str) -> None:
    """A child begins to run, if somebody waits for its end; of one for each row, those that have none yet."""
    child = draft.model.definition.children[name]
    if child.await_ == "none" or name not in draft.model.endings or not assumed(draft, child.condition):
        return
    if child.each is not None and not _has_rows(draft, child) and draft.choices.pick(2, guess=False):
        return
    draft.children.add(name)
    if name in draft.model.counted:
        draft.children.add(mark_of(name))


def _has_rows(draft: Draft, child: ChildDef) -> bool:
    """Whether there is a row for certain: the list must be answered, it was, and nobody was called for it yet."""
    assert child.each is not None
    field = field_of(draft.model.definition, child.each)
    if field is None or not field.required or child.each.name not in draft.model.tasks:
        return False
    answered = draft.tasks[draft.model.tasks.index(child.each.name)] == "d"
    return answered and mark_of(child.name) not in draft.children and child.name not in draft.children


def assumed(draft: Draft, lines: Lines) -> bool:
    """Whether lines hold; where that cannot be told, both ways, but `no X` never together with `1 X` in one step."""
    said = holds(draft, lines)
    if said is not None:
        return said
    test = lines[0].test if len(lines) == 1 else None
    if not isinstance(test, Count) or lines[0].waive is not None:
        return draft.choices.pick(2) == 0
    none = test.amount.kind == "no"
    if not none and (test.amount.kind, test.amount.number, test.amount.percent) != ("at_least", 1, False):
        return draft.choices.pick(2) == 0
    about = (test.members, test.verb)
    if about not in draft.counted:
        draft.counted[about] = draft.choices.pick(2) == 0
    return draft.counted[about] != none


def open_task(draft: Draft, task: TaskDef, moment: str | None = None) -> None:
    """A new round of a task, unless one is open; it may be skipped, or be nobody's."""
    model = draft.model
    at = model.tasks.index(task.name)
    if draft.tasks[at][0] in "oq":
        return
    if not assumed(draft, task.condition):
        return
    draft.taken.append(f"{task.name}.opened")
    record(draft, f"{task.name}.opened")
    if task.each_row_of is not None and draft.choices.pick(2, guess=False):
        draft.tasks[at] = "d"
        record(draft, f"{task.name}.done")
        return
    if _may_be_nobodys(draft, task) and draft.choices.pick(2, guess=False):
        draft.tasks[at] = "-"
        return
    skipped = holds(draft, task.skip_if) if task.skip_if else False
    if skipped is True or (skipped is None and draft.choices.pick(2)):
        draft.tasks[at] = "s"
        record(draft, f"{task.name}.done")
        return
    draft.tasks[at] = "o" + _scope(draft, task, moment)


def _may_be_nobodys(draft: Draft, task: TaskDef) -> bool:
    definition = draft.model.definition
    leaves = [leaf for name in task.each for leaf in definition.members(name)]
    least = [definition.roles[leaf].least if leaf in definition.roles else 0 for leaf in leaves]
    return bool(leaves) and not any(least)


def _scope(draft: Draft, task: TaskDef, moment: str | None) -> str:
    """The state that a task belongs to, as the engine names it."""
    if task.until:
        return ""
    model = draft.model
    if moment in model.definition.stages:
        return str(moment)
    track, _, state = (moment or "").partition(".")
    if track in model.definition.tracks and state in model.definition.tracks[track].states:
        return str(moment)
    return draft.stage


def close(draft: Draft, name: str, letter: str) -> None:
    """A task is done (d), done by silence (t) or has run out (x); its moment is heard."""
    model = draft.model
    at = model.tasks.index(name)
    task = model.definition.tasks[name]
    if letter in "d" and draft.tasks[at][0] in "oq":
        draft.answered.append(name)
        for place, fact in enumerate(model.facts):
            if fact.partition(".")[0] == name:
                words = model.words[fact]
                word = words[draft.choices.pick(len(words), guess=False)]
                draft.facts[place] = word
    told = draft.tasks[at][0] == "q"
    draft.tasks[at] = letter
    if told:
        return  # its moment came when the rule began to hold
    if task.done_if:
        way = draft.choices.pick(3 if letter == "d" else 2, guess=False)
        if way == 0:
            record(draft, f"{name}.done")
        elif letter == "x":
            record(draft, f"{name}.expired")
        return
    record(draft, f"{name}.expired" if letter == "x" else f"{name}.done")


def record(draft: Draft, moment: str) -> None:
    """Something happened: arrows whose state is in force and that wait for it are armed; the rest hears it later."""
    if moment in draft.model.heard:
        draft.happened.append(moment)
    for arrow in draft.model.arms.get(moment, ()):
        if place_of(draft, arrow.track) in arrow.sources:
            draft.armed.add(arrow.name)


def count(draft: Draft, name: str) -> None:
    """One more, up to what is told apart."""
    counters = draft.model.counters
    if name in counters:
        at = counters.index(name)
        draft.counts[at] = min(draft.counts[at] + 1, draft.model.caps[at])


# moving ---------------------------------------------------------------------------------------------------------------


def place_of(draft: Draft, track: str | None) -> str | None:
    """Where the spine or a track stands; None where the track does not live in this stage."""
    if track is None:
        return draft.stage
    during = draft.model.definition.tracks[track].during
    if during and draft.stage not in during:
        return None
    return draft.tracks[draft.model.tracks.index(track)]


def fire(draft: Draft, arrow: TransitionDef) -> None:
    """Take an arrow, as the engine does it."""
    draft.taken.append(arrow.name)
    draft.begun.append((arrow.name, str(place_of(draft, arrow.track))))
    count(draft, arrow.name)
    draft.dates |= set(arrow.sets)
    draft.armed.discard(arrow.name)
    for name in draft.model.does.get(arrow.name, ()):
        if draft.tasks[draft.model.tasks.index(name)][0] in "oq":
            close(draft, name, "d")
    if arrow.target is not None:
        if arrow.track is None:
            enter_stage(draft, arrow.target)
        else:
            _move_track(draft, arrow.track, arrow.target)
    record(draft, arrow.name)


def enter_stage(draft: Draft, stage: str, *, first: bool = False) -> None:
    """Leave the stage in force, enter another, begin and end the tracks that live there."""
    if not first:
        record(draft, f"{draft.stage}.left")
        _leave(draft, draft.stage, None)
    draft.stage = stage
    count(draft, stage)
    record(draft, stage)
    for at, name in enumerate(draft.model.tracks):
        track = draft.model.definition.tracks[name]
        current = draft.tracks[at]
        if stage in track.during and current is None:
            _put_track(draft, name, track.states[0])
        elif stage not in track.during and current is not None and not track.keeps:
            _leave(draft, f"{name}.{current}", name)
            draft.tracks[at] = None


def _move_track(draft: Draft, name: str, state: str) -> None:
    _leave(draft, f"{name}.{draft.tracks[draft.model.tracks.index(name)]}", name)
    _put_track(draft, name, state)


def _put_track(draft: Draft, name: str, state: str) -> None:
    draft.tracks[draft.model.tracks.index(name)] = state
    count(draft, f"{name}.{state}")
    record(draft, f"{name}.{state}")


def _leave(draft: Draft, place: str, track: str | None) -> None:
    arrows = draft.model.definition.transitions
    if draft.armed:
        draft.armed = {name for name in draft.armed if arrows[name].track != track}
    going = (f"o{place}", f"q{place}")
    for at, one in enumerate(draft.tasks):
        if one in going:
            draft.tasks[at] = "c"


# automatic arrows -----------------------------------------------------------------------------------------------------


def _fire_first(draft: Draft, asked: set[tuple[str, str]]) -> bool:
    for track in (*draft.model.tracks, None):
        state = place_of(draft, track)
        if state is None:
            continue
        arrows = draft.model.arrows.get((track, state), ())
        for arrow in arrows:
            if not (arrow.auto or arrow.name in draft.armed):
                continue
            said = may(draft, arrow)
            if said is False or (said is None and not _guessed(draft, arrow, state, asked)):
                continue
            if said is True:
                _compare(draft, arrow, arrows)
            fire(draft, arrow)
            return True
    return False


def _guessed(draft: Draft, arrow: TransitionDef, state: str, asked: set[tuple[str, str]]) -> bool:
    if (arrow.name, state) in asked:
        return False
    asked.add((arrow.name, state))
    taken = draft.choices.pick(2, guess=False) == 0
    draft.choices.hopes += taken
    return taken


def _compare(draft: Draft, arrow: TransitionDef, arrows: tuple[TransitionDef, ...]) -> None:
    for other in arrows:
        later = other.order > arrow.order and other.target != arrow.target
        if later and (other.auto or other.name in draft.armed) and may(draft, other) is True:
            draft.rivals.append((arrow.name, other.name))


def may(draft: Draft, arrow: TransitionDef) -> Truth:
    """Whether an arrow may be taken where the case stands."""
    if arrow.times is not None and draft.counts[draft.model.counters.index(arrow.name)] >= arrow.times:
        return False
    if arrow.until is not None:
        said: Truth = None
        return False if holds(draft, arrow.condition) is False else said
    said = holds(draft, arrow.condition)
    if said is False:
        return False
    if arrow.unless:
        denied = holds(draft, arrow.unless)
        if denied is True:
            return False
        if denied is None:
            return None
    return said
