"""`people import`: first what would change, row by row; then all of it at once, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson, Language
from engine.saying import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collegium.cli.desk import Desk
    from collegium.process_words import ProcessWords
    from collegium.workbook import Answers, Plan, Reading, Report
    from engine.ports import UnitOfWork


def import_(
    ctx: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, help="Workbooks (XLSX) and CSV.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    good_rows: Annotated[
        bool, typer.Option("--good-rows", help="Import the good rows, and name those that are left out.")
    ] = False,
    same: Annotated[
        list[str] | None, typer.Option("--same", metavar="ROW=PERSON", help="The person of a row is this one.")
    ] = None,
    new: Annotated[
        list[str] | None, typer.Option("--new", metavar="ROW", help="The person of a row is nobody who is known.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="NAME", help="Leave out this sheet or column.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE.xlsx", dir_okay=False, help="Write the report here too.")
    ] = None,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Import organisations, people, functions, ties, absences and meetings; the same files twice change nothing.

    Where a row is refused, or one asks who is meant, nothing is imported, unless the good rows are to be.

    Example: collegium people import people.xlsx --dry-run
    """
    from collegium.cli.desk import opened
    from collegium.workbook import Answers

    if report is not None and report.suffix.lower() != ".xlsx":
        raise typer.BadParameter(said("{file} must end in .xlsx", file=report), param_hint="--report")
    answers = Answers.of(same or [], new or [])
    with opened(ctx) as desk:
        reading, planned, revision = planned_of(desk, files, answers, without or ())
        done = Import(desk, files, reading, planned, good_rows=good_rows, dry_run=dry_run, language=language)
        done.carry_out(revision)
    done.tell(as_json=as_json, report=report)
    if not done.allowed:
        raise typer.Exit(1)


def planned_of(
    desk: Desk, files: list[Path], answers: Answers, without: Sequence[str]
) -> tuple[Reading, Plan | None, int]:
    """What the files say, what would come of it, and on which revision of the people that rests."""
    from collegium.process_words import ProcessWords
    from collegium.workbook import Directory, plan, read

    words = ProcessWords(desk.app.settings.definitions)
    with desk.app.store.read() as work:
        known = Directory.of(
            work.people, desk.office.id, gates=work.definitions, named=gates_of(words), labels=words.called
        )
        revision = work.people.revision()
    reading = read(files, known=known, more=words, without=without)
    if reading.good is None:
        return reading, None, revision
    planned = plan(reading.good, known, secretariat=desk.office.id, today=desk.today, answers=answers)
    return reading, planned, revision


class Import:
    """One import: carried out where it may be, and told."""

    def __init__(
        self, desk: Desk, files: list[Path], reading: Reading, planned: Plan | None, *,
        good_rows: bool, dry_run: bool, language: str,
    ) -> None:  # fmt: skip
        from collegium.importing.problems import in_row_order
        from collegium.workbook import Report

        self.desk, self.files, self.language = desk, files, language
        self.planned, self.dry_run = planned, dry_run
        self.report: Report = planned.report if planned is not None else Report()
        self.report.remarks = [*reading.remarks, *self.report.remarks]
        self.report.refused = in_row_order([*reading.problems, *(planned.problems if planned else ())])
        self.report.dropped = reading.dropped
        self.left_out = len(self.report.refused) + len(self.report.of("asked", "waiting")) + len(reading.dropped)
        self.allowed = planned is not None and (good_rows or not self.left_out)
        self.imported = False
        self.concerned: list[str] = []

    def carry_out(self, revision: int) -> None:
        """Write all of it; without leave, or for a trial, the transaction is undone. Raises Refused.

        Files were read outside the transaction, so that mail need not wait for them: what was decided holds only for
        the revision of the directory that it was decided on.
        """
        from collegium.workbook import write
        from engine.errors import Refused

        if self.planned is None or not self.report.changes:
            return
        with self.desk.app.store.write() as work:
            if work.people.revision() != revision:
                raise Refused("Can't import", ["people were changed while the files were read: import them again"])
            write(self.planned.intended, work.people, work.definitions, now=self.desk.now)
            self.concerned = list(self._concerned(work))
            if self.allowed and not self.dry_run:
                work.record(f"import:{self.desk.office.id}", "imported", self._evidence(), self.desk.now)
                work.commit()
                self.imported = True

    def _evidence(self) -> dict[str, Any]:
        """What the history keeps: numbers, and no name: a file may be called after somebody, or hold nobody else."""
        return {"files": len(self.files), "left_out": self.left_out, **self.report.data()}

    def _concerned(self, work: UnitOfWork) -> Iterator[str]:
        """Running cases of people who leave a function or have a new tie, and all panels that may lose somebody."""
        from collegium.concerned import concerns
        from collegium.importing.telling import say_in

        assert self.planned is not None
        intended = self.planned.intended
        leaving = {each.person for each in intended.memberships if each.until is not None}
        leaving |= {each.person for each in intended.ties}
        people = dict.fromkeys([*(each.person for each in intended.memberships), *sorted(leaving)])
        known = [each for each in people if each in intended.directory.persons]
        for concern in concerns(work, self.desk.app.library, known, self.desk.now):
            who = intended.persons[concern.person].name
            for bar in concern.bars:
                why = say_in(self.language, bar)
                yield say_in(self.language, "conflict", who=who, host=concern.host, why=why)
            if not concern.bars and concern.person in leaving:
                yield say_in(self.language, "concern", who=who, host=concern.host)
        yield from self._leave(work)

    def _leave(self, work: UnitOfWork) -> Iterator[str]:
        """What falls in a leave that is new, or is longer now: as `people away` tells it."""
        from collegium.cli.leave_words import falls_in_leave
        from collegium.speech import day_text, t

        assert self.planned is not None
        intended, told = self.planned.intended, False
        for person in intended.persons.values():
            before = intended.directory.persons.get(person.id)
            known = {(each.first, each.last) for each in before.absences} if before is not None else set()
            for absence in person.absences:
                if (absence.first, absence.last) not in known and absence.last >= self.desk.today:
                    days = {"first": day_text(absence.first), "last": day_text(absence.last)}
                    for line in falls_in_leave(self.desk, work, person, absence)[0]:
                        told = True
                        yield t("away_of", who=person.name, what=line, **days)
        if told:
            yield t("dates_stay")

    def tell(self, *, as_json: bool, report: Path | None) -> None:
        """The report: numbers, rows, and what came of it; as a workbook too, where one is asked for."""
        from collegium.cli.printing import say, say_json, warn
        from collegium.importing.telling import count_lines, detail_lines, refused_lines, say_in
        from collegium.workbook import report_workbook

        if report is not None:
            report.write_bytes(report_workbook(self.report, self.language))
        if as_json:
            files = [str(file) for file in self.files]
            said = {"files": files, "imported": self.imported, "dry_run": self.dry_run, "cases": self.concerned}
            say_json({**said, **self.report.plain(self.language)})
            return
        for line in (*count_lines(self.report, self.language), *detail_lines(self.report, self.language)):
            say(line)
        if self.concerned:
            say()
            say(f"{say_in(self.language, 'cases')}:")
        for line in self.concerned:
            say(f"  {line}")
        for line in refused_lines(self.report, self.language):
            warn(line)
        say()
        say(self._outcome())

    def _outcome(self) -> str:
        from collegium.importing.telling import say_in

        if self.planned is None:
            return say_in(self.language, "cannot_be_read")
        if not self.allowed:
            return say_in(self.language, "not_imported")
        if self.dry_run:
            return say_in(self.language, "dry_run")
        if self.left_out:
            return say_in(self.language, "good_rows_imported", number=self.left_out)
        return say_in(self.language, "imported" if self.imported else "nothing_to_do")


def gates_of(words: ProcessWords) -> list[str]:
    """All meetings that a workbook may name: those of every office, and those of its own processes."""
    from collegium.importing.intended import column_of

    return [*(choice.id for choice in column_of("meetings", "gate").choices), *words.own_gates]
