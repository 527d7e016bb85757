"""What does the report on a whole round say? Outcomes, time, dates kept, changes, invitations, mail and visits."""

from __future__ import annotations

from collegium.summaries.blocks import Block, Cell, Facts, Line, Section, Table
from collegium.summaries.costs_table import costs_in_all
from collegium.summaries.tables import cases, counted, course_of, deeds, number, public, round_name, table_or, where
from collegium.summaries.words import Words, capital
from engine.course import Invited
from engine.cycle_report import CycleReport, Lasted


def cycle_sections(words: Words) -> list[Section]:
    """The sections of the report. A round that has not ended makes an interim one, which its title says."""
    report = words.summary.report
    assert report is not None
    texts, figures = words.texts, report.figures
    pictures = course_of(words, words.summary.cases)
    return [
        Section(title=texts("report_whole"), blocks=(_whole(words, report), where(words, figures))),
        *([Section(title=texts("course_of_round"), blocks=pictures)] if pictures else []),
        Section(title=texts("report_over_time"), blocks=(_over_time(words, report),)),
        Section(title=texts("report_lasted"), blocks=(_lasted(words, report),)),
        Section(title=texts("report_kept"), blocks=(_kept(words, report),)),
        Section(title=texts("report_deeds"), blocks=(counted(
            words, texts("report_deeds_caption"), texts("measure"), deeds(words, figures)),)),
        Section(title=texts("report_invited"), blocks=(_invited(words, report.invited),)),
        Section(title=texts("report_mail"), sheet=texts("report_mail_sheet"), blocks=_mail(words)),
        Section(title=texts("served"), sheet=texts("served_sheet"), blocks=(_served(words),)),
        *_ring(words),
        *public(words),
        *costs_in_all(words),
        *cases(words),
    ]  # fmt: skip


def cycle_title(words: Words) -> tuple[str, str]:
    report = words.summary.report
    assert report is not None
    name = words.summary.cycle_names.get(report.figures.cycle, report.figures.cycle)
    return words.texts("title_cycle" if report.ended else "title_interim", cycle=name), round_name(
        words, report.figures
    )


def _whole(words: Words, report: CycleReport) -> Facts:
    texts = words.texts
    rows = [
        (texts("launched_on"), words.day_cell(report.launched)),
        (texts("ended_on"), words.day_cell(report.ended) if report.ended else Cell(text=texts("still_running"))),
        *([(texts("ends_by"), words.day_cell(report.ends_by))] if report.ends_by else []),
        (texts("all_cases"), number(report.figures.cases)),
    ]
    if report.whole is not None and report.ended is not None:
        days = texts.counted("days", report.whole.median)
        rows.append((texts("whole_median"), Cell(text=days)))
    return Facts(rows=tuple(rows))


def _over_time(words: Words, report: CycleReport) -> Table:
    texts = words.texts
    phases = [capital(words.label(report.figures, "phase", name)) for name in report.phases]
    rows = tuple(
        (words.day_cell(day), *(number(each) for each in counts), number(done))
        for day, counts, done in report.over_time
    )
    head = (texts("day"), *phases, texts("ended"))
    return Table(
        caption=texts("report_over_time_caption"), head=head, rows=rows, numbers=frozenset(range(1, len(head)))
    )


def _lasted(words: Words, report: CycleReport) -> Block:
    texts = words.texts
    rows = [(capital(words.label(report.figures, "phase", name)), found) for name, found in report.lasted]
    if report.whole is not None:
        rows.append((texts("from_launch_to_end"), report.whole))
    if not rows:
        return Line(text=texts("report_lasted_none"))
    cells = tuple((Cell(text=name), *_days(found)) for name, found in rows)
    head = tuple(texts(each) for each in ("phase", "number_of_cases", "median_days", "longest_days"))
    return Table(
        caption=texts("report_lasted_caption"), head=head, rows=cells, numbers=frozenset({1, 2, 3})
    )  # fmt: skip


def _days(found: Lasted) -> tuple[Cell, ...]:
    return number(found.cases), number(found.median), number(found.longest)


def _kept(words: Words, report: CycleReport) -> Block:
    texts = words.texts
    if not report.kept:
        return Line(text=texts("report_kept_none"))
    cells = tuple(
        (Cell(text=words.label(report.figures, "task", name)), number(own.met), number(own.missed))
        for name, own in report.kept
    )
    head = (texts("task"), texts("met"), texts("missed"))
    return Table(caption=texts("report_kept_caption"), head=head, rows=cells, numbers=frozenset({1, 2}))


def _invited(words: Words, invited: Invited) -> Block:
    texts = words.texts
    if not invited.asked:
        return Line(text=texts("report_invited_none"))
    rows = [
        (texts("invited_asked"), invited.asked),
        (texts("invited_accepted"), invited.accepted),
        (texts("invited_declined"), invited.declined),
        (texts("invited_expired"), invited.expired),
        (texts("invited_ended"), invited.ended),
        (texts("invited_waiting"), invited.waiting),
        (texts("invited_other"), invited.other),
    ]
    return counted(words, texts("report_invited_caption"), texts("measure"), rows)


def _mail(words: Words) -> tuple[Block, ...]:
    texts, post, report = words.texts, words.summary.post, words.summary.report
    assert post is not None
    assert report is not None
    rows = [(words.mail_kind(report.figures, kind), sent) for kind, sent in post.sent]
    rows.append((texts("mail_all"), sum(sent for _, sent in post.sent)))
    failed = [
        (texts("mail_refused"), post.refused),
        (texts("mail_unaddressed"), post.unaddressed),
        (texts("mail_unknown"), post.uncertain),
        (texts("mail_came_back"), post.came_back),
    ]
    return (
        counted(words, texts("report_mail_caption"), texts("kind_of_mail"), rows),
        counted(words, texts("report_lost_caption"), texts("measure"), failed),
    )


def _ring(words: Words) -> list[Section]:
    """Who visits whom, and who visits nobody since another took its place; nothing where the round is no ring."""
    texts, ring = words.texts, words.summary.ring
    if not ring:
        return []
    rows = [(Cell(text=host), Cell(text=visitor)) for host, visitor in ring]
    table = table_or(words, "visitors_caption", ("visitors_to", "visitors_by"), rows, "visitors_caption")
    idle = [host for host, _ in ring if host not in {visitor for _, visitor in ring}]
    lines = [Line(text=texts("visitors_idle", hosts=", ".join(idle)))] if idle else []
    return [Section(title=texts("visitors_title"), sheet=texts("visitors_sheet"), blocks=(table, *lines))]


def _served(words: Words) -> Block:
    rows = [(Cell(text=name), number(visits)) for name, visits in words.summary.served]
    return table_or(words, "report_served_caption", ("partnership", "number_of"), rows, "report_served_none", [1])
