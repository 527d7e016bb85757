"""What may be named at one place of a definition, and what is wrong with a name that may not?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from workflows.compiling.names import SEAT_MOMENTS
from workflows.form_schema import FormField


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What may be named at one place of a definition, beside the names of the process."""

    bare: frozenset[str] = frozenset()  # `opened`, `due`, `seated`: moments of the item itself
    chosen: frozenset[str] | None = None  # what the deed asks; None: nothing is asked here
    now: str = "`now` may stand only in the `if` of a transition that a person takes (`by`)."  # empty: allowed
    own: bool = False
    rows_of: str = ""  # the task whose rows the item follows: the days in them
    answers: tuple[tuple[str, FormField], ...] = ()  # fields of the form itself, in `required_if`


NOWHERE = Scope()
TASK_BARE = frozenset({"opened", "due", "submitted"})
SEAT_BARE = frozenset(SEAT_MOMENTS)
NAMED = replace(NOWHERE, now="", chosen=frozenset({"*"}), own=True)  # checked again where the condition is used


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong name: the word, and why."""

    word: str
    message: str
