"""What did a check find, about which item, and is it an error?"""

from __future__ import annotations

from dataclasses import dataclass

from workflows.problems import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that will go wrong, as a full sentence."""

    kind: str  # the name of the check: "circle", "unreachable", ...
    item: tuple[str, str]  # kind and name: ("task", "intake")
    message: str
    severity: Severity = "error"
    field: str = ""  # of a form: the question it is about

    @property
    def stands(self) -> tuple[str, str]:
        """What it stands at: its item, or the question of that form."""
        return ("field", f"{self.item[1]}.{self.field}") if self.field else self.item
