"""Who plays which part in the demo? One line per case that goes another way than the ordinary one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Deed = Literal["move", "pause", "resume", "replace", "correct", "withdraw", "extend", "decline", "object", "break_off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Something that somebody does some days after the case has entered a state, or a task has passed its due date."""

    deed: Deed
    after: str  # a stage, or a task (then: after its due date)
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What goes otherwise in one case."""

    what: str
    turns: tuple[Turn, ...] = ()
    silent: frozenset[str] = frozenset()  # tasks that nobody does
    late: frozenset[str] = frozenset()  # tasks that are done after their date
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # task -> field -> answer
    choose: Mapping[str, str] = field(default_factory=dict)  # task -> the transition that is taken the first time
    child: Script | None = None  # of a case that this one calls for
    weak: tuple[str, ...] = ()  # safeguards that are judged insufficient


ORDINARY = Script(what="as it should be")
NEGATIVE: Mapping[str, Mapping[str, Any]] = {"decision": {"outcome": "negative"}}

DEVELOPMENT: tuple[Script, ...] = (
    ORDINARY,
    Script(what="the visit is moved", turns=(Turn(deed="move", after="reading", days=4),)),
    Script(
        what="more time after the date",
        turns=(Turn(deed="extend", after="remarks", days=0),),
        late=frozenset({"remarks"}),
    ),
    Script(what="a peer is replaced", turns=(Turn(deed="replace", after="preparing", days=9),)),
    Script(
        what="paused for some weeks",
        turns=(Turn(deed="pause", after="preparing", days=6), Turn(deed="resume", after="preparing", days=27)),
    ),
    Script(what="put right by hand", turns=(Turn(deed="correct", after="reaction", days=3),)),
    Script(what="the host never answers", silent=frozenset({"intake"})),
    Script(
        what="the host declines", turns=(Turn(deed="decline", after="invited", days=8),), silent=frozenset({"intake"})
    ),
    Script(what="the reflection needs a supplement", choose={"check": "return"}),
    Script(
        what="late all the way", late=frozenset({"intake", "poll", "critical_reflection", "draft", "approve_draft"})
    ),
    Script(what="no remarks on the draft", silent=frozenset({"remarks"})),
    Script(what="the host withdraws", turns=(Turn(deed="withdraw", after="preparing", days=12),)),
    Script(what="no talk a year later", silent=frozenset({"talk"})),
)

ASSESSMENT: tuple[Script, ...] = (
    ORDINARY,
    Script(
        what="negative; recognised after recovery", answers=NEGATIVE, weak=("organisation",),
        child=Script(what="the reassessment is positive"),
    ),
    Script(
        what="negative; refused after recovery", answers=NEGATIVE, weak=("organisation", "quality_culture"),
        child=Script(what="the reassessment is negative", answers=NEGATIVE, weak=("organisation",)),
    ),
    Script(what="withdrawn", turns=(Turn(deed="withdraw", after="panel_forming", days=20),)),
    Script(what="the visit is moved", turns=(Turn(deed="move", after="desk", days=2),)),
    Script(
        what="contested, and upheld", answers=NEGATIVE, weak=("learning_environment",),
        turns=(Turn(deed="object", after="remedy", days=20),),
    ),
    Script(
        what="paused for some weeks",
        turns=(
            Turn(deed="pause", after="panel_forming", days=5), Turn(deed="resume", after="panel_forming", days=19),
        ),
    ),
    Script(what="a member is replaced", turns=(Turn(deed="replace", after="completeness", days=1),)),
    Script(what="no reaction to the draft", silent=frozenset({"hearing_reaction"})),
    Script(what="the self-evaluation needs a supplement", choose={"completeness_check": "return"}),
    Script(
        what="one scores late, no plan for recovery", answers=NEGATIVE, weak=("quality_culture",),
        late=frozenset({"score"}), silent=frozenset({"improvement_plan"}),
    ),
)  # fmt: skip
