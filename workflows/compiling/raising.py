"""Who may call a child by hand? Each `by` of a child becomes a transition `raise_NAME` that stays where it is."""

from __future__ import annotations

from engine.saying import said
from workflows.compiling.reader import Reader
from workflows.schema import Child, Process, Transition
from workflows.yaml_reading import Text

RAISE = "raise_"


def with_raising(process: Process, reader: Reader) -> Process:
    """The process with those transitions, as if it had declared them; one of that name already is an error."""
    by_hand = {name: child for name, child in process.children.items() if child.by}
    for name in by_hand:
        if (taken := next((own for own in process.transitions if own == RAISE + name), None)) is not None:
            message = said(
                "`{taken}` is how people raise the child `{child}` (`by`): give the transition another name.",
                taken=taken, child=name,
            )  # fmt: skip
            reader.error(taken, message)
    raising = {_raise(name): _transition(name, child) for name, child in by_hand.items()}
    opened = {name: child.model_copy(update={"opens": [*child.opens, _raise(name)]}) for name, child in by_hand.items()}
    return process.model_copy(
        update={"transitions": {**raising, **process.transitions}, "children": {**process.children, **opened}}
    )


def _raise(name: Text) -> Text:
    return Text.at(RAISE + name, name.line, name.column)


def _transition(name: Text, child: Child) -> Transition:
    """Open from every stage that is no end; once, unless there may be many. What is accepted is so of the child."""
    return Transition.model_construct(
        sources=[Text.at("any", name.line, name.column)], by=child.by, condition=child.condition, says=child.says,
        times=None if child.many or child.each is not None else 1, by_all=[], when=[],
        unless=[], asks={}, sets={},
    )  # fmt: skip
