"""How does an office bring in its people? `read` its files, `plan` what they change, `write` it; and the way back."""

from __future__ import annotations

from collegium.importing.answers import Answers, NoSuchRow
from collegium.importing.applying import Plan, apply, plan, write
from collegium.importing.directory import Directory
from collegium.importing.exporting import export
from collegium.importing.intended import organisation_id
from collegium.importing.problems import WorkbookProblem
from collegium.importing.reading import Reading, Workbook, read
from collegium.importing.report import Report
from collegium.importing.report_workbook import report_workbook
from collegium.importing.template import reference, template

__all__ = [
    "Answers",
    "Directory",
    "NoSuchRow",
    "Plan",
    "Reading",
    "Report",
    "Workbook",
    "WorkbookProblem",
    "apply",
    "export",
    "organisation_id",
    "plan",
    "read",
    "reference",
    "report_workbook",
    "template",
    "write",
]
