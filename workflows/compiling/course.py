"""How does a case move? Conditions, values, stages, tracks, transitions, pause and launch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from engine.definition import LaunchRule, PauseRule, RingRule, StageDef, TrackDef, TransitionDef, ValueDef
from engine.expressions import AnyOf, Line, Lines, Named, Ref
from engine.rings import NOT_OF_VISITOR
from engine.saying import said
from engine.windows import line_of
from workflows.compiling.dates import circle_from
from workflows.compiling.reader import Reader
from workflows.compiling.scope import NAMED, NOWHERE, SEAT_BARE, Scope
from workflows.problems import did_you_mean, quoted
from workflows.schema import Asks, Pause, Process, Track, Transition, Value
from workflows.schema_parts import Condition
from workflows.yaml_reading import Text

END = ".end"  # of a date: its last day


def conditions(reader: Reader, items: Mapping[Text, list[Condition]]) -> dict[str, Lines]:
    """The named conditions; one that names itself is refused."""
    made = {str(name): reader.lines(lines, NAMED) for name, lines in items.items()}
    others = {name: sorted(_named_in(lines)) for name, lines in made.items()}
    for name in items:
        if circle := circle_from(str(name), others):
            way = " -> ".join(circle)
            reader.error(
                name,
                said("The condition `{name}` asks for itself: {way}. Remove one of these steps.", name=name, way=way),
            )
    return made


def _named_in(lines: Lines) -> set[str]:
    found: set[str] = set()
    for line in lines:
        if isinstance(line.test, Named):
            found.add(line.test.name)
        elif isinstance(line.test, AnyOf):
            found |= _named_in(line.test.lines)
    return found


def values(reader: Reader, items: Mapping[Text, Value]) -> dict[str, ValueDef]:
    """Derived facts."""
    return {str(name): _value(reader, name, item) for name, item in items.items()}


def _value(reader: Reader, name: Text, item: Value) -> ValueDef:
    cases: list[tuple[str, Lines]] = []
    for mapping in item.first_of:
        for choice, lines in mapping.items():
            reader.one_of(choice, map(str, item.choice), "first_of", said("choice of `{name}`", name=name))
            otherwise = [line.that for line in lines] == ["otherwise"]
            cases.append((str(choice), () if otherwise else reader.lines(lines, NOWHERE)))
    drawn = _drawn(reader, name, item)
    if item.drawn is None and all(lines for _, lines in cases):
        last = next(reversed(item.choice), "")
        reader.error(
            name,
            said(
                "The value `{name}` may stay without a choice: end `first_of` with `{{{last}: otherwise}}`.",
                name=name, last=last,
            ),
        )  # fmt: skip
    differ = item.may_differ
    return ValueDef(
        name=str(name),
        choices=tuple(map(str, item.choice)),
        first_of=tuple(cases),
        drawn=drawn,
        differ_by=None if differ is None else reader.who(differ.by, "by"),
        differ_asks=asked({} if differ is None else differ.asks),
    )


def _drawn(reader: Reader, name: Text, item: Value) -> int | None:
    """Per cent of a round to whom the first of two choices falls."""
    if item.drawn is None:
        return None
    if item.first_of or len(item.choice) != 2:
        message = said(
            "`{name}` is drawn by lot: give it two choices, those drawn first, and no `first_of`.", name=name
        )
        reader.error(name, message)
    found = re.fullmatch(r"([1-9]\d?)%", item.drawn)
    if found is None:
        reader.error(item.drawn, said("`drawn: {share}` is no share: write it as 10%, below 100%.", share=item.drawn))
        return None
    return int(found[1])


def asked(asks: Asks) -> Mapping[str, str]:
    """What a deed asks: name and type."""
    return MappingProxyType({str(name): str(ask.type) for name, ask in asks.items()})


def stages(reader: Reader, process: Process) -> dict[str, StageDef]:
    """The spine, in its order."""
    phases = [str(name) for name in process.phases]
    for stage in process.stages.values():
        if stage.phase is not None:
            reader.one_of(stage.phase, phases, "phase", "phase under `phases`")
    if not any(stage.end for stage in process.stages.values()):
        first = next(iter(process.stages))
        reader.error(first, "No stage ends the process: give at least one stage `end: true`.")
    return {
        str(name): StageDef(
            name=str(name),
            order=order,
            phase=str(stage.phase or ""),
            end=stage.end,
            drops_children=stage.drops == "children",
        )
        for order, (name, stage) in enumerate(process.stages.items())
    }


def tracks(reader: Reader, items: Mapping[Text, Track]) -> dict[str, TrackDef]:
    """The machines beside the spine."""
    return {str(name): _track(reader, order, name, item) for order, (name, item) in enumerate(items.items())}


def _track(reader: Reader, order: int, name: Text, item: Track) -> TrackDef:
    states = tuple(map(str, item.states))
    during = () if [*item.during] == ["seated"] else tuple(item.during)
    for stage in during:
        reader.one_of(stage, reader.names.stages, "during", said("stage (or `seated`)"))
    if item.each is not None:
        reader.who(item.each, "each")
    if not during and item.each is None:
        message = said("The track `{name}` lives as long as a seat is held: say whose with `each`.", name=name)
        reader.error(name, message)
    of_track = said("state of the track `{track}`", track=name)
    return TrackDef(
        name=str(name),
        order=order,
        states=states,
        during=tuple(map(str, during)),
        each=None if item.each is None else str(item.each),
        ends=frozenset(reader.one_of(end, states, "ends", of_track) for end in item.ends),
        keeps=item.keeps,
    )


def transitions(reader: Reader, process: Process) -> dict[str, TransitionDef]:
    """The arrows of the spine and the tracks, in their order."""
    made = (
        _transition(reader, process, order, name, item)
        for order, (name, item) in enumerate(process.transitions.items())
    )
    return {transition.name: transition for transition in made}


def _dates_set(reader: Reader, process: Process, item: Transition, scope: Scope, *, ends: bool) -> Mapping[str, Ref]:
    """Which dates get a first day, or a last one (``visit.end``), and from what."""
    names = [*map(str, process.dates), *(f"{name}{END}" for name in process.dates)]
    return MappingProxyType({
        reader.one_of(date, names, "sets", "date").removesuffix(END): reader.ref(text, scope)
        for date, text in item.sets.items()
        if date.endswith(END) is ends
    })  # fmt: skip


def _transition(reader: Reader, process: Process, order: int, name: Text, item: Transition) -> TransitionDef:
    _check_trigger(reader, name, item)
    for date in item.sets:
        own = process.dates.get(Text(date.removesuffix(END)))
        if own is None:
            continue
        if name not in own.set_by:
            message = said(
                "`{name}` sets the date `{date}`, which does not name it: add it to its `set_by`.", name=name, date=date
            )
            reader.error(date, message)
        if date.endswith(END) and (own.lasts or (1, 1))[1] == 1:
            message = said(
                "`{date}` lasts one day: give it `lasts: 1..2`, or take `{end}` out.",
                date=date.removesuffix(END), end=date,
            )  # fmt: skip
            reader.error(date, message)
    track, sources = _sources(reader, process, item)
    each = track is not None and (found := process.tracks.get(Text(track))) is not None and found.each is not None
    person = bool(item.by or item.by_all) and not item.when
    now = "" if person else "`now` may stand only in a transition that a person takes (`by`): write `when: DATE` here."
    scope = Scope(
        bare=SEAT_BARE if each else frozenset(),
        chosen=frozenset(map(str, item.asks)) if item.asks else None,
        now=now,
        own=each,
    )
    return TransitionDef(
        name=str(name),
        order=order,
        track=track,
        sources=sources,
        target=_target(reader, item, track),
        by=reader.whom(item.by, "by"),
        by_all=reader.whom(item.by_all, "by_all"),
        when=reader.dates(item.when, Scope(bare=scope.bare)),
        auto=item.auto,
        condition=(*reader.lines(item.condition, scope), *_windows(reader, process, item)),
        unless=reader.lines(item.unless, scope),
        asks=asked(item.asks),
        sets=_dates_set(reader, process, item, scope, ends=False),
        ends=_dates_set(reader, process, item, scope, ends=True),
        vacates=None if item.vacates is None else reader.ref(item.vacates, scope),
        times=item.times,
        until=reader.maybe_date(item.until, NOWHERE),
    )


def _windows(reader: Reader, process: Process, item: Transition) -> Iterator[Line]:
    """A date that has a window is set to a day in it; the owner of the case may set that aside."""
    owner = next((str(name) for name, role in process.people.items() if role.owner), None)
    sets = {str(name): Ref(*str(text).split(".")) for name, text in item.sets.items()}
    for date in item.sets:
        named = process.dates.get(date)
        window = None if named is None else reader.window(named.window, NOWHERE)
        if window is not None:
            yield line_of(sets[str(date)], window, owner, sets)


def _check_trigger(reader: Reader, name: Text, item: Transition) -> None:
    ways = [
        key
        for key, used in (("by", item.by), ("by_all", item.by_all), ("auto", item.auto), ("when", item.when))
        if used
    ]
    if not ways:
        message = said(
            "Nothing ever takes the transition `{name}`: add `by`, `by_all`, `when` or `auto: true`.", name=name
        )
        reader.error(name, message)
    elif len(ways) > 1 and ways != ["by", "when"]:
        message = said(
            "The transition `{name}` has {ways:and}: use one of them (only `by` and `when` go together).",
            name=name, ways=quoted(ways),
        )  # fmt: skip
        reader.error(name, message)


def _sources(reader: Reader, process: Process, item: Transition) -> tuple[str | None, tuple[str, ...]]:
    """The track (None: the spine) and the states from which an arrow leaves."""
    if [*item.sources] == ["any"]:
        return None, tuple(stage for stage in reader.names.stages if stage not in reader.names.ends)
    found: list[tuple[str | None, str]] = []
    for text in item.sources:
        track, _, state = str(text).rpartition(".")
        if not track:
            reader.one_of(text, reader.names.stages, "from", "stage (states of a track are `track.state`)")
        else:
            _check_state(reader, text)
        found.append((track or None, state))
    tracks = {track for track, _ in found}
    if len(tracks) > 1:
        reader.error(item.sources[0], "The sources of one transition must lie in one track, or all on the spine.")
    return found[0][0] if found else None, tuple(state for _, state in found)


def _check_state(reader: Reader, text: Text) -> None:
    track, _, state = text.rpartition(".")
    states = reader.names.states.get(track)
    if track in reader.names.broken or (states is not None and state in states):
        return
    if states is None:
        reader.error(text, said("`{track}` is no track.", track=track), did_you_mean(track, reader.names.states))
    else:
        message = said("`{state}` is no state of the track `{track}`.", state=text, track=track)
        reader.error(text, message, did_you_mean(state, states))


def _target(reader: Reader, item: Transition, track: str | None) -> str | None:
    if item.target is None:
        return None
    goal, _, state = item.target.rpartition(".")
    if goal:
        _check_state(reader, item.target)
    else:
        reader.one_of(item.target, reader.names.stages, "to", "stage (states of a track are `track.state`)")
    if (goal or None) != track:
        where = said("the track `{track}`", track=track) if track else said("the spine")
        message = said(
            "`to: {target}` leaves {where}: a transition stays in one track or on the spine.",
            target=item.target, where=where,
        )  # fmt: skip
        reader.error(item.target, message)
    return str(state)


def pause(reader: Reader, item: Pause | None) -> PauseRule | None:
    """Who may stop the clocks."""
    if item is None:
        return None
    return PauseRule(by=reader.whom(item.by, "by"), asks=asked(item.asks), at_most=reader.maybe_duration(item.at_most))


def launch(reader: Reader, process: Process) -> LaunchRule:
    """The way in."""
    item, lead = process.launch, process.launch.lead_time
    held = [str(name) for name, role in process.people.items() if role.of == "host"]
    for name in item.subject_has:
        reader.one_of(name, held, "subject_has", "role whose holders are of the host (`of: host`)")
    office = [name for name, role in process.people.items() if role.of == "secretariat"]
    for name in (each for each in item.by if each in process.people and each not in office):
        message = said(
            "`by` of `launch` names `{name}`, who has no way to launch: it is a command of the office. Name a role "
            "`of: secretariat`.",
            name=name,
        )
        reader.error(name, message)
    bars = process.invitations.bars if process.invitations is not None else ()
    for text in (each for each in bars if each == NOT_OF_VISITOR and item.ring is None):
        reader.error(text, said("`{bar}` asks who visits: give `launch` a `ring`.", bar=text))
    return LaunchRule(
        by=reader.whom(item.by, "by"),
        when=reader.maybe_date(item.when, NOWHERE),
        subject_has=tuple(map(str, item.subject_has)),
        advised=reader.maybe_date(lead.advised if lead else None, NOWHERE),
        least=reader.maybe_date(lead.least if lead else None, NOWHERE),
        waive=reader.who(lead.waive, "waive") if lead and lead.waive is not None else None,
        ring=None if item.ring is None else RingRule(pairs=item.ring.pairs),
    )
