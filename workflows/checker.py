"""Can this process work? What is wrong beyond its names: each part beside those that it has to do with.

Each finding names the item it is about. What a case may come to is tried out elsewhere (`checking`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from engine.definition import Definition
from engine.wording import Wording
from workflows.checks.addressees import addressees
from workflows.checks.ahead import ahead
from workflows.checks.answered import answered
from workflows.checks.appointments import appointments
from workflows.checks.asked import Asked, asked
from workflows.checks.asks import asks
from workflows.checks.ballots import ballots
from workflows.checks.choices import choices
from workflows.checks.circles import circles as circles
from workflows.checks.consulted import consulted
from workflows.checks.counts import counts
from workflows.checks.doing import doing
from workflows.checks.due_order import due_order
from workflows.checks.duties import duties
from workflows.checks.early import early
from workflows.checks.ending import ending
from workflows.checks.endless import endless
from workflows.checks.findings import Finding as Finding
from workflows.checks.handing import handing
from workflows.checks.heard import heard
from workflows.checks.in_time import in_time
from workflows.checks.keeping import keeping
from workflows.checks.lapsing import lapsing
from workflows.checks.left_out import left_out
from workflows.checks.lowering import lowering
from workflows.checks.marked import marked
from workflows.checks.meetings import meetings
from workflows.checks.naming import naming
from workflows.checks.never import never
from workflows.checks.objections import objections
from workflows.checks.overdue import overdue
from workflows.checks.overtaken import overtaken
from workflows.checks.panels import panels
from workflows.checks.partly import partly
from workflows.checks.past import past
from workflows.checks.reach import reach
from workflows.checks.readers import readers
from workflows.checks.rivals import contradictions, rivals
from workflows.checks.rowless import rowless
from workflows.checks.seating import seating
from workflows.checks.sight import sight
from workflows.checks.signing import signing
from workflows.checks.sources import sources
from workflows.checks.times import times
from workflows.checks.twice import twice
from workflows.checks.unheard import unheard
from workflows.checks.untold import untold
from workflows.checks.unwritten import unwritten
from workflows.checks.usable import usable
from workflows.checks.waiting import waiting
from workflows.checks.windows import left_behind, windows

CHECKS: tuple[Callable[[Definition], Iterable[Finding]], ...] = (
    circles, reach, rivals, contradictions, twice, endless, choices, counts, times, signing, ending, overdue,
    overtaken, due_order, lapsing, windows, left_behind, answered, ahead, past, usable, waiting, early, rowless,
    doing, heard, ballots, sources, appointments, addressees, left_out, seating, naming, panels, asks, objections,
    readers, sight, consulted, handing, in_time, unheard, untold, partly, unwritten, keeping,
)  # fmt: skip
OF_CONDITIONS: tuple[Callable[[Definition, Sequence[Asked]], Iterable[Finding]], ...] = (
    lowering,
    meetings,
    marked,
    never,
)
"""These look at every condition, and are given all of them, read once."""


def check(definition: Definition, wording: Wording) -> tuple[Finding, ...]:
    """All findings. An error forbids a launch; a warning wants `accept: reason` beside the item."""
    conditions = tuple(asked(definition))
    return (
        *(finding for looked in CHECKS for finding in looked(definition)),
        *(finding for looked in OF_CONDITIONS for finding in looked(definition, conditions)),
        *duties(definition, wording),
    )
