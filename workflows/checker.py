"""Can this process work? What is wrong beyond its names: circles, dead ends, rivals, tasks that never open.

Each finding names the item it is about. Conditions are taken as given: no order of events is tried out here.
"""

from __future__ import annotations

from engine.definition import Definition
from engine.wording import Wording
from workflows.checks.addressees import addressees
from workflows.checks.ahead import ahead
from workflows.checks.answered import answered
from workflows.checks.appointments import appointments
from workflows.checks.asked import asked
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


def check(definition: Definition, wording: Wording) -> tuple[Finding, ...]:
    """All findings. An error forbids a launch; a warning wants `accept: reason` beside the item."""
    conditions = tuple(asked(definition))
    return (
        *circles(definition),
        *reach(definition),
        *rivals(definition),
        *contradictions(definition),
        *twice(definition),
        *endless(definition),
        *choices(definition),
        *lowering(definition, conditions),
        *counts(definition),
        *times(definition),
        *signing(definition),
        *ending(definition),
        *overdue(definition),
        *overtaken(definition),
        *due_order(definition),
        *lapsing(definition),
        *windows(definition),
        *left_behind(definition),
        *answered(definition),
        *ahead(definition),
        *past(definition),
        *usable(definition),
        *waiting(definition),
        *early(definition),
        *rowless(definition),
        *doing(definition),
        *heard(definition),
        *ballots(definition),
        *meetings(definition, conditions),
        *marked(definition, conditions),
        *sources(definition),
        *appointments(definition),
        *addressees(definition),
        *left_out(definition),
        *seating(definition),
        *naming(definition),
        *panels(definition),
        *asks(definition),
        *objections(definition),
        *readers(definition),
        *sight(definition),
        *consulted(definition),
        *handing(definition),
        *in_time(definition),
        *never(definition, conditions),
        *unheard(definition),
        *untold(definition),
        *partly(definition),
        *unwritten(definition),
        *keeping(definition),
        *duties(definition, wording),
    )
