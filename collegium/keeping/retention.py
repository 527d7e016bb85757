"""What is removed because its time has come? Once a week, by the clock; a case that is exempted keeps everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from yaml import YAMLError

from collegium.library import DefinitionLibrary
from collegium.settings import BadSettings, Settings
from collegium.worlds import StoredWorlds
from engine.case import Case
from engine.definition import Definition
from engine.events import Submission
from engine.expressions import Delta
from engine.instance_keys import task_of, was_dropped
from engine.offsets import add_months
from engine.ports import Store, UnitOfWork
from engine.retention import Terms, expired
from engine.saying import said
from storage.verify import REMOVALS
from workflows.expressions import ExpressionError, parse_duration
from workflows.plain_yaml import load_plain

SATURDAY, AT = 5, time(3)
CALENDAR_UNITS = {"d": "days", "w": "weeks"}
MONTHS = {"mo": 1, "q": 3, "y": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Something that is past its term: which class, of which case, which rows, by which rule."""

    kind: str  # answers, unfinished, names, mail_words, mail_record, mail_reports
    case: str | None
    rows: tuple[str, ...]
    rule: str


def terms(settings: Settings) -> Terms:
    """The terms of the office, or those that are shipped. Raises BadSettings naming the file and the line."""
    path = Path(settings.retention) if settings.retention else None
    where = str(path) if path else "collegium/data/retention.yaml"
    try:
        text = (
            path.read_text(encoding="utf-8")
            if path
            else (files("collegium") / "data" / "retention.yaml").read_text(encoding="utf-8")
        )
        found: Mapping[str, Any] = load_plain(text)
    except (OSError, YAMLError) as error:
        raise BadSettings(said("Can't read the retention terms in {file}: {error}", file=where, error=error)) from error
    known = {part.name for part in fields(Terms)}
    if not isinstance(found, Mapping) or set(found) != known:
        given = tuple(sorted(map(str, found))) if isinstance(found, Mapping) else (said("something else"),)
        needed = tuple(sorted(known))
        raise BadSettings(
            said("{file} must have the terms {known}, and has {given}", file=where, known=needed, given=given)
        )
    return Terms(**{name: _term(where, name, found[name]) for name in known})


def _term(where: str, name: str, text: object) -> Delta:
    try:
        term = parse_duration(str(text))
    except ExpressionError as error:
        raise BadSettings(
            said("{file}: {name}: {value!r} is no length of time such as 6mo or 2y", file=where, name=name, value=text)
        ) from error
    if term.unit not in (*CALENDAR_UNITS, *MONTHS):
        raise BadSettings(
            said(
                "{file}: {name}: count in days, weeks, months or years, not in {unit!r}",
                file=where, name=name, unit=term.unit,
            )
        )  # fmt: skip
    return term


def before(term: Delta, now: datetime) -> datetime:
    """The moment that lies one term before now."""
    if term.unit in MONTHS:
        day = add_months(now.date(), -term.amount * MONTHS[term.unit])
        return now.replace(year=day.year, month=day.month, day=day.day)
    return now - timedelta(**{CALENDAR_UNITS[term.unit]: term.amount})


class Retention:
    """Finds and removes what is past its term; a duty of the clock."""

    name = "retention"

    def __init__(self, store: Store, library: DefinitionLibrary, worlds: StoredWorlds, terms: Terms) -> None:
        self._store = store
        self._library = library
        self._worlds = worlds
        self._terms = terms
        self._next: datetime | None = None

    def next_moment(self, work: UnitOfWork, now: datetime) -> datetime | None:
        """The Saturday night after the last time, also where nobody was up that night; at once where there was none."""
        if self._next is None:
            done = [each.event.recorded_at for each in work.stream(REMOVALS) if each.event.kind == "looked"]
            self._next = next_night(done[-1], _zone(work)) if done else now
        return self._next

    def run(self, now: datetime) -> None:
        with self._store.read() as work:
            if (moment := self.next_moment(work, now)) is not None and now < moment:
                return
        with self._store.write() as work:
            removed = self.remove(work, now)
            work.record(REMOVALS, "looked", {"removed": sum(len(one.rows) for one in removed)}, now)
            work.commit()
            self._next = next_night(now, _zone(work))

    def found(self, work: UnitOfWork, now: datetime) -> list[Removal]:
        """Everything that is past its term at this moment, but for exempted cases."""
        exempt = {hold.case for hold in work.keeping.holds()}
        ids = [id for office in work.people.secretariats() for id in work.cases.all_ids(office.id)]
        removals = [one for id in ids if id not in exempt for one in self._of_case(work, id, now)]
        for kind, with_words, term in (
            ("mail_record", False, self._terms.mail_record),
            ("mail_words", True, self._terms.mail_words),
        ):
            old = work.keeping.mail_made_before(before(term, now), with_words=with_words)
            rows = tuple(each.id for each in old if not exempt & set(each.cases))
            removals += [Removal(kind=kind, case=None, rows=rows, rule=kind)] if rows else []
        stray = tuple(
            each.id
            for each in work.outbox.reports()
            if each.message is None and each.received_at < before(self._terms.mail_record, now)
        )
        return removals + ([Removal(kind="mail_reports", case=None, rows=stray, rule="mail_record")] if stray else [])

    def _of_case(self, work: UnitOfWork, id: str, now: datetime) -> list[Removal]:
        case = work.cases.load(id)
        definition = self._library.of(work, case)
        today = now.astimezone(ZoneInfo(definition.zone)).date()
        given = work.cases.submissions(id)
        kept = work.unfinished.of_case(id)
        own = [each for each in given if not _is_earlier(definition, case, each)]
        past = expired(definition, case, self._worlds.of(work, case, now), own, self._terms, today, kept)
        by_rule: dict[str, list[str]] = {}
        for submission, rule in {**past.answers, **self._of_earlier_versions(work, case, given, now)}.items():
            by_rule.setdefault(rule, []).append(submission)
        found = [Removal(kind="answers", case=id, rows=tuple(rows), rule=rule) for rule, rows in by_rule.items()]
        found += [
            Removal(kind="unfinished", case=id, rows=(task,), rule=rule) for task, rule in past.unfinished.items()
        ]
        still = {each.key for each in work.people.participants(id) if each.person is not None}
        names = tuple(key for key in past.names if key in still)
        return found + ([Removal(kind="names", case=id, rows=names, rule="names")] if names else [])

    def _of_earlier_versions(
        self, work: UnitOfWork, case: Case, given: Sequence[Submission], now: datetime
    ) -> Mapping[str, str]:
        """Answers to a task that a later version of the process does not have: kept as the version said that had it."""
        definition, found = self._library.of(work, case), dict[str, str]()
        for each in given:
            if _is_earlier(definition, case, each):
                then, _ = self._library.then(work, case, each.at)
                today, world = now.astimezone(ZoneInfo(then.zone)).date(), self._worlds.under(work, then, case, now)
                found |= expired(then, case, world, [each], self._terms, today).answers
        return found

    def remove(self, work: UnitOfWork, now: datetime) -> list[Removal]:
        """Remove it, and write down what and by which rule. The caller commits."""
        removals = self.found(work, now)
        for one in removals:
            match one.kind:
                case "answers":
                    work.keeping.remove_answers(one.rows, now)
                    data = {"case": one.case, "rule": one.rule, "submissions": list(one.rows)}
                    work.record(REMOVALS, "answers_removed", data, now)
                case "unfinished":
                    assert one.case is not None
                    gone = [task for task in one.rows if work.unfinished.drop(one.case, task)]
                    work.record(
                        REMOVALS, "unfinished_removed", {"case": one.case, "rule": one.rule, "tasks": gone}, now
                    )
                case "names":
                    assert one.case is not None
                    work.keeping.unname(one.case, one.rows)
                    work.record(REMOVALS, "names_removed", {"case": one.case, "participants": list(one.rows)}, now)
                case "mail_record":
                    work.keeping.forget_mail(one.rows)
                    work.record(REMOVALS, "mail_removed", {"rule": one.rule, "mails": len(one.rows)}, now)
                case "mail_reports":
                    work.keeping.forget_reports(before(self._terms.mail_record, now))
                    work.record(REMOVALS, "mail_reports_removed", {"rule": one.rule, "reports": len(one.rows)}, now)
                case _:
                    work.keeping.forget_words(one.rows)
                    work.record(REMOVALS, "mail_words_removed", {"rule": one.rule, "mails": len(one.rows)}, now)
        return removals


def _is_earlier(definition: Definition, case: Case, given: Submission) -> bool:
    unknown = bool(case.former) and given.task not in case.tasks and task_of(case, given.task) not in definition.tasks
    return unknown or was_dropped(case, given.task)


def next_night(now: datetime, zone: ZoneInfo) -> datetime:
    """The first Saturday, three in the morning, that lies later than now."""
    here = now.astimezone(zone)
    day: date = here.date() + timedelta(days=(SATURDAY - here.weekday()) % 7)
    moment = datetime.combine(day, AT, zone)
    return (moment if moment > here else datetime.combine(day + timedelta(days=7), AT, zone)).astimezone(now.tzinfo)


def _zone(work: UnitOfWork) -> ZoneInfo:
    offices = work.people.secretariats()
    return ZoneInfo(offices[0].zone if offices else "UTC")
