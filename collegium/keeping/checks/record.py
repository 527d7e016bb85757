"""Backups, histories, stuck rules, and what is kept too long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from collegium.keeping.restoring import STREAM
from collegium.keeping.retention import Retention, before, terms
from storage.verify import problems
from workflows.expressions import parse_duration

if TYPE_CHECKING:
    from collegium.keeping.doctor import Grade, Ward

OLD_BACKUP = timedelta(days=7)
LOG = parse_duration("7y")  # how long the log of a closed case is kept before it goes to an archive


def backup(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    remedy = "Let the system run `collegium backup FOLDER` every night, and keep the files on another machine."
    events = [each.event for each in ward.work.stream(STREAM)]
    made = [each.recorded_at for each in events if each.kind == "backup_made"]
    # The file from which this database came is a backup too, as old as it is.
    made += [datetime.fromisoformat(each.data["backup_made_at"]) for each in events if each.kind == "restored"]
    if not made:
        yield "look", "no backup was ever made", remedy
    elif ward.now - max(made) > OLD_BACKUP:
        yield "look", f"the newest backup is of {max(made):%Y-%m-%d}", remedy


def history(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    for problem in list(problems(ward.work))[:5]:
        yield (
            "wrong", problem, "Do not go on: keep this database, and compare it with the newest backup "
            "(`collegium restore` into another place, `collegium verify` there).",
        )  # fmt: skip


def rules(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    for row in ward.work.cases.stuck():
        yield (
            "wrong", f"case {row.case}: the rule {row.rule} failed {row.attempts} times: {row.last_error}",
            f"`collegium show {row.case}` says what it waits for; `collegium act {row.case} correct` moves it by hand.",
        )  # fmt: skip


def old_data(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    duty = Retention(ward.app.store, ward.app.library, ward.app.worlds, terms(ward.app.settings))
    counted: Counter[str] = Counter()
    for one in duty.found(ward.work, ward.now):
        counted[one.kind] += len(one.rows)
    if counted:
        told = ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in sorted(counted.items()))
        yield (
            "look",
            f"past their term: {told}",
            "`run` removes it on Saturday night (`collegium retention`).",
        )
    old = [id for id in _closed(ward) if _closed_before(ward, id)]
    if old:
        yield (
            "look", f"{len(old)} cases were closed more than seven years ago",
            "Bring them to your archive: `collegium export --case`.",
        )  # fmt: skip


def _closed(ward: Ward) -> list[str]:
    offices = ward.work.people.secretariats()
    return [id for office in offices for id in ward.work.cases.all_ids(office.id) if ward.work.cases.load(id).closed]


def _closed_before(ward: Ward, id: str) -> bool:
    case = ward.work.cases.load(id)
    moment = case.moments.get("case.closed")
    return (moment.at if moment else case.stage_since) < before(LOG, ward.now)
