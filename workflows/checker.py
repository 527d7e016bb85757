"""Can this process work? What is wrong beyond its names: circles, dead ends, states that nothing reaches, late mails.

Each finding names the item it is about. A proof over all orders of events is not made here.
"""

from __future__ import annotations

from engine.definition import Definition
from engine.wording import Wording
from workflows.checks.findings import Finding


def circles(definition: Definition) -> tuple[Finding, ...]:
    return ()


def check(definition: Definition, wording: Wording) -> tuple[Finding, ...]:
    return ()
