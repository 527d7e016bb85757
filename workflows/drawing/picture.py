"""What is there to draw? Boxes and arrows of the spine and of each track: who, when, and what must hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.definition import Definition, TaskDef, TransitionDef
from engine.expressions import At, DateExpr
from engine.wording import Wording
from workflows.drawing.conditions import Conditions
from workflows.drawing.words import Words

# letters of conditions that stand beside an arrow, and where they are all there is; more go to a list
BESIDE, ALONE = 60, 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A stage, or a state of a track."""

    name: str
    number: int
    text: str
    phase: str = ""
    end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A transition between boxes; `target` None: it stays where it is."""

    name: str
    text: str
    how: str  # who takes it, or when it comes
    sources: tuple[str, ...]
    target: str | None
    condition: int = 0  # the number under which its conditions are listed, where they are too many for `how`
    conditions: tuple[str, ...] = ()
    everywhere: bool = False  # from each box that is no end

    @property
    def said(self) -> str:
        return f"{self.text}: {self.how}" if self.how else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The spine, or one track."""

    name: str  # of the track; empty: the spine
    text: str
    says: str  # when it is alive
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    def box(self, name: str) -> Box:
        return next(box for box in self.boxes if box.name == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A whole process, in one language."""

    title: str
    spine: Machine
    tracks: tuple[Machine, ...]


def picture_of(definition: Definition, wording: Wording, language: str) -> Picture:
    """What a drawing of this process shows."""
    return Painter(Words(definition, wording, language)).picture()


class Painter:
    """Makes boxes and arrows of one process."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.texts = words.texts
        self.definition = words.definition
        self.conditions = Conditions(words)
        self.listed = 0

    def picture(self) -> Picture:
        spine = self._spine()
        tracks = tuple(self._track(name, spine) for name in self.definition.tracks)
        return Picture(title=self.words.label("process", self.definition.name), spine=spine, tracks=tracks)

    def _spine(self) -> Machine:
        stages = self.definition.stages.values()
        boxes = tuple(
            Box(
                name=each.name, number=number, text=self.words.label("stage", each.name), phase=each.phase, end=each.end
            )
            for number, each in enumerate(stages, start=1)
        )
        return Machine(name="", text=self.texts("course"), says="", boxes=boxes, arrows=self._arrows(None, boxes))

    def _track(self, name: str, spine: Machine) -> Machine:
        track = self.definition.tracks[name]
        left = {source for arrow in self._of(name) if arrow.target for source in arrow.sources}
        boxes = tuple(
            Box(name=state, number=number, text=self.words.label("state", f"{name}.{state}"),
                end=state in track.ends or state not in left)
            for number, state in enumerate(track.states, start=1)
        )  # fmt: skip
        if track.each:
            says = self.texts("track_each", who=self.words.people((track.each,), "and"))
        else:
            numbers = [spine.box(stage).number for stage in track.during]
            says = self.texts("track_during", numbers=self.numbers(numbers))
        text = self.words.label("track", name)
        return Machine(name=name, text=text, says=says, boxes=boxes, arrows=self._arrows(name, boxes))

    def numbers(self, numbers: Sequence[int]) -> str:
        """``2-5 and 9``: consecutive numbers as a stretch."""
        stretches: list[list[int]] = []
        for number in sorted(numbers):
            if stretches and stretches[-1][-1] == number - 1:
                stretches[-1].append(number)
            else:
                stretches.append([number])
        said: list[str] = []
        for each in stretches:
            said += [f"{each[0]}-{each[-1]}"] if len(each) > 2 else map(str, each)
        return self.texts.joined(said)

    def _of(self, track: str | None) -> Iterable[TransitionDef]:
        return [arrow for arrow in self.definition.transitions.values() if arrow.track == track]

    def _arrows(self, track: str | None, boxes: tuple[Box, ...]) -> tuple[Arrow, ...]:
        alive = {box.name for box in boxes if not box.end}
        return tuple(self._arrow(each, alive) for each in self._of(track))

    def _arrow(self, arrow: TransitionDef, alive: set[str]) -> Arrow:
        made = Arrow(
            name=arrow.name,
            text=self.words.label("transition", arrow.name),
            how="",
            sources=arrow.sources,
            target=arrow.target,
            everywhere=len(alive) > 1 and set(arrow.sources) == alive,
        )
        held = self.texts.joined(self._held(arrow)) if arrow.condition or arrow.unless else ""
        if len(held) > (ALONE if arrow.auto else BESIDE):
            self.listed += 1
            made = replace(made, condition=self.listed, conditions=tuple(self._held(arrow)))
        return replace(made, how="; ".join(filter(None, self._how(arrow, held, made.condition))))

    def _how(self, arrow: TransitionDef, held: str, number: int) -> Iterator[str]:
        """Who or what, on which conditions, and how often."""
        if arrow.auto:
            key = "by_itself_table" if number else "by_itself" if held else "by_itself_bare"
            yield self.texts(key, number=number, conditions=held)
        else:
            yield self.texts.joined(self._takers(arrow), "or")
            if held:
                yield self.texts("only_if_table" if number else "only_if", number=number, conditions=held)
        if arrow.times:
            once, often = self.texts.series("times")
            yield str(once if arrow.times == 1 else often).format(n=arrow.times)

    def _held(self, arrow: TransitionDef) -> Iterator[str]:
        """Each thing that must hold, and last what must not."""
        yield from self.conditions.each(arrow.condition)
        if arrow.unless:
            yield self.texts("unless", conditions=self.conditions.all_of(arrow.unless))

    def _takers(self, arrow: TransitionDef) -> Iterator[str]:
        """Who takes it, and the moments at which it comes."""
        if arrow.by:
            yield self.texts("by", who=self.words.people(arrow.by))
        if arrow.by_all:
            yield self.texts("by_all", who=self.words.people(arrow.by_all, "and"))
        refs = [moment.base.ref for moment in arrow.when if isinstance(moment.base, At) and not moment.shifts]
        children = [ref for ref in refs if ref.name in self.definition.children]
        names, parts = {ref.name for ref in children}, {ref.part for ref in children}
        if len(children) == len(arrow.when) > 0 and len(children) == len(names) * len(parts):
            yield self.words.children(children)
            return
        for moment in arrow.when:
            yield self._comes(moment)

    def _comes(self, moment: DateExpr) -> str:
        """A moment: of a task that is done with who does it, and by when."""
        base = moment.base
        if not isinstance(base, At) or moment.shifts or base.ref.part != "done":
            return self.words.happens(moment)
        task = self.definition.tasks.get(base.ref.name)
        if task is None:
            return self.words.happens(moment)
        name, who = self.words.label("task", task.name), self.words.doers(replace(task, helpers=(), sign=None))
        due = self.latest(task)
        if due:
            return self.texts("with_work_due", who=who, name=name, due=due)
        return self.texts("with_work", who=who, name=name)

    def latest(self, task: TaskDef) -> str:
        """Until when a task is on time in the ordinary case; nothing where it has no date."""
        if not task.due:
            return ""
        return self.by(task.due[-1].at)

    def by(self, day: DateExpr) -> str:
        """A day as the last one on which something is on time."""
        due = self.words.due(day)
        return due if self.words.is_within(day) else self.texts("at_latest", base=due)
