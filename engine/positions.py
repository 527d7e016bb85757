"""Which state does an arrow lead to? The one place that knows the library transitions.

One flat machine per spine or track of a definition, shared by all cases and fired on a throwaway holder that was never
registered: no memory per case, and two positions do not influence each other.
"""

from __future__ import annotations

from transitions import Machine, MachineError

from engine.definition import Definition, TransitionDef
from engine.errors import Refused, UnknownName
from engine.saying import said

_machines: dict[tuple[str, int, str, str | None], Machine] = {}


class _Position:
    """A place in a machine, thrown away after one step."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def step(definition: Definition, arrow: TransitionDef, state: str) -> str:
    """The state after taking an arrow in a state; the same one where the arrow has no target.

    Raises Refused where the arrow does not begin in that state.
    """
    machine = _machine(definition, arrow.track)
    position = _Position(state)
    try:
        machine.events[arrow.name].trigger(position)
    except MachineError as error:
        what = said("Can't take {arrow:transition} in {state}", arrow=arrow.name, state=state)
        raise Refused(what, [said("it begins in {sources}", sources=arrow.sources)]) from error
    except ValueError as error:
        of = arrow.track or said("the stages")
        what = said("{state} is no state of {of} of {process}", state=state, of=of, process=definition.name)
        raise UnknownName(what) from error
    return position.state


def _machine(definition: Definition, track: str | None) -> Machine:
    key = (definition.name, definition.version, definition.behaviour, track)
    machine = _machines.get(key)
    if machine is None:
        states = list(definition.stages) if track is None else list(definition.tracks[track].states)
        machine = Machine(model=None, states=states, initial=states[0], auto_transitions=False, send_event=True)
        for arrow in definition.transitions.values():
            if arrow.track == track:
                for source in arrow.sources:
                    machine.add_transition(arrow.name, source, arrow.target)
        _machines[key] = machine
    return machine
