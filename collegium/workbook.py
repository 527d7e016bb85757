"""How does an office bring in its people? `read` a workbook, `apply` it; `template` makes an empty one."""

from __future__ import annotations

from collegium.importing.applying import Report, apply, organisation_id, person_id
from collegium.importing.problems import WorkbookProblem
from collegium.importing.reading import Directory, Reading, Workbook, read
from collegium.importing.template import reference, template

__all__ = [
    "Directory",
    "Reading",
    "Report",
    "Workbook",
    "WorkbookProblem",
    "apply",
    "organisation_id",
    "person_id",
    "read",
    "reference",
    "template",
]
