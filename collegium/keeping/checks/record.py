"""Backups, histories, stuck rules, and what is kept too long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from collegium.keeping.restoring import STREAM
from collegium.keeping.retention import Retention, before, terms
from collegium.speech import counted, day_text, t
from storage.verify import problems
from workflows.expressions import parse_duration

if TYPE_CHECKING:
    from collegium.keeping.doctor import Grade, Ward

OLD_BACKUP = timedelta(days=7)
LOG = parse_duration("7y")  # how long the log of a closed case is kept before it goes to an archive


def backup(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    remedy = t("doctor.backup.do")
    events = [each.event for each in ward.work.stream(STREAM)]
    made = [each.recorded_at for each in events if each.kind == "backup_made"]
    # The file from which this database came is a backup too, as old as it is.
    made += [datetime.fromisoformat(each.data["backup_made_at"]) for each in events if each.kind == "restored"]
    if not made:
        yield "look", t("doctor.no_backup"), remedy
    elif ward.now - max(made) > OLD_BACKUP:
        yield "look", t("doctor.old_backup", day=day_text(max(made).astimezone(ward.zone).date())), remedy


def history(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    for problem in list(problems(ward.work))[:5]:
        yield "wrong", problem, t("doctor.history.do")


def rules(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    for row in ward.work.cases.stuck():
        says = t("verify_stuck", case=row.case, rule=row.rule, times=row.attempts, error=row.last_error)
        yield "wrong", says, t("doctor.stuck.do", case=row.case)


def old_data(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    duty = Retention(ward.app.store, ward.app.library, ward.app.worlds, terms(ward.app.settings))
    numbers: Counter[str] = Counter()
    for one in duty.found(ward.work, ward.now):
        numbers[one.kind] += len(one.rows)
    if numbers:
        told = ", ".join(counted(f"past.{kind}", number) for kind, number in sorted(numbers.items()))
        yield "look", t("doctor.past_term", what=told), t("doctor.past_term.do")
    old = [id for id in _closed(ward) if _closed_before(ward, id)]
    if old:
        yield "look", counted("doctor.archive", len(old)), t("doctor.archive.do")


def _closed(ward: Ward) -> list[str]:
    offices = ward.work.people.secretariats()
    return [id for office in offices for id in ward.work.cases.all_ids(office.id) if ward.work.cases.load(id).closed]


def _closed_before(ward: Ward, id: str) -> bool:
    case = ward.work.cases.load(id)
    moment = case.moments.get("case.closed")
    return (moment.at if moment else case.stage_since) < before(LOG, ward.now)
