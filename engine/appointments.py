"""Which dates of a case ought to stand in whose calendar, and what must a calendar be told that differs from it?

What ought to stand there follows from the case as it is and is kept nowhere; what a calendar was told is kept
(`CalendarEntry`). The difference of the two is told, so that neither can drift from the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from engine import listed_days, rules
from engine.draft import Draft
from engine.events import Notice
from engine.expressions import Ref
from engine.moments import resolve_ref
from engine.sending import tell_at
from engine.task import participants

TEMPLATE = "calendar"  # the built-in mail, where no other tells of the change
CARRIES = "calendar"  # in a notice's data: the date with which its mail brings the reader's calendar up to date
WHOLE_DAY = time(0)
LASTS = timedelta(hours=1)  # of a date with a time: a definition does not say when it ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when until when, local to the definition's zone."""

    first: datetime
    last: datetime
    all_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """What a person's calendar was told of one date of a case. Times are local to the definition's zone."""

    case: str
    participant: str
    date: str  # the name of the date in the definition, or of a row of a list: `sites.day/3f2a`
    uid: str
    sequence: int
    first: datetime  # local, without a zone; midnight where the whole day is meant
    last: datetime
    all_day: bool
    state: Literal["asked", "cancelled"] = "asked"
    message: str | None = None  # the mail that told so: where that did not leave, nothing was told
    stood: Span | None = None  # what the calendar kept before that mail, and keeps where it does not leave


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One date of a case, as it ought to stand in a calendar: days in the definition's zone, the last one included."""

    name: str  # of the date in the definition, or of a row of a list
    first: date
    last: date
    clock: time | None = None  # None: the whole day, or days

    @property
    def begin(self) -> datetime:
        """Local, without a zone; midnight where the whole day is meant."""
        return datetime.combine(self.first, self.clock or WHOLE_DAY)

    @property
    def end(self) -> datetime:
        """Of a whole day the last day itself."""
        if self.clock is None:
            return datetime.combine(self.last, WHOLE_DAY)
        return datetime.combine(self.last, self.clock) + LASTS

    def entry(self, case: str, participant: str, uid: str) -> CalendarEntry:
        """As a calendar is told of it the first time."""
        return CalendarEntry(
            case=case, participant=participant, date=self.name, uid=uid, sequence=0, first=self.begin, last=self.end,
            all_day=self.clock is None,
        )  # fmt: skip


def wanted(draft: Draft) -> dict[tuple[str, str], Appointment]:
    """Every appointment that lies ahead, or is today, by the participant who ought to have it and the date's name.

    Those whom a notice with `invite` of that date addresses have it, as far as they hold that role or seat now; nobody
    has a provisional date, nor one that lies ahead of a case that has ended.
    """
    found: dict[tuple[str, str], Appointment] = {}
    for name, whom in draft.plan.invites.items():
        for each in ahead(draft, name):
            found |= {(who, each.name): each for who in participants(draft, whom)}
    return found


def ahead(draft: Draft, name: str) -> Iterator[Appointment]:
    """What of a date to which people are invited lies ahead, or is today; nothing that a case which ended has ahead."""
    ended = draft.definition.stages[draft.stage].end
    for each in _appointments(draft, name):
        if each.last >= draft.today and not (ended and each.first > draft.today):
            yield each


def _appointments(draft: Draft, name: str) -> Iterator[Appointment]:
    """Of a named date or deadline the one, once it is known; of a column of days one for each row that has a day."""
    if listed_days.is_column(draft.definition, name):
        yield from (Appointment(name=row, first=day, last=day) for row, day in listed_days.days_of(draft, name))
    elif (one := _appointment(draft, name)) is not None:
        yield one


def _appointment(draft: Draft, name: str) -> Appointment | None:
    named = draft.definition.dates.get(name)
    if named is not None and named.source is None and name not in draft.moments:
        return None  # not set yet: no need to compute where it may come to lie
    found = resolve_ref(draft, Ref(name))
    if found is None or found.provisional:
        return None
    end = resolve_ref(draft, Ref(name, "end")) if named is not None else None
    first = found.point.day
    last = max(first, end.point.day) if end is not None else first
    return Appointment(name=name, first=first, last=last, clock=found.point.clock)


# told with a step -----------------------------------------------------------------------------------------------------


def carried(draft: Draft, notices: Sequence[Notice]) -> list[Notice]:
    """The notices of a step, each marked with the date that it carries, and further ones where none can carry a change.

    A notice with `invite` carries that date; another tell that goes to the reader by itself takes a change that is left
    over, such as that of the review being stopped. One mail carries one date (RFC 5546 section 3.2: one UID).
    """
    if not draft.plan.invites:
        return list(notices)
    changed = _changed(draft)
    told = [_marked(draft, notice, changed) for notice in notices]
    known = {(notice.recipient, notice.data[CARRIES]) for notice in told if _sure(notice) and CARRIES in notice.data}
    for who, name in changed:
        if (who, name) in known:
            continue
        free = next(
            (place for place, notice in enumerate(told) if notice.recipient == who and _can_carry(notice)), None
        )
        if free is None:
            told.append(_notice(draft, who, name))
        else:
            told[free] = _with(told[free], name)
    return told


def _changed(draft: Draft) -> list[tuple[str, str]]:
    """What this step has changed: who has an appointment more or less, or on another day.

    What a recalculation has changed is not known here, since the world was changed before it: each date that is counted
    from another is looked at when the mail would be written, and not told where it stayed.
    """
    if draft.told_data.get("recalculated"):
        return [key for key in wanted(draft) if _is_counted(draft, key[1])]
    old = draft.before
    former = draft.former
    if former is None and draft.moments is old.moments and draft.holdings is old.holdings and draft.roles is old.roles:
        return []  # entering a stage is a moment too
    before = wanted(former or Draft(draft.definition, draft.before, draft.world, draft.actor, draft.now))
    after = wanted(draft)
    return [key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)]


def _is_counted(draft: Draft, name: str) -> bool:
    named = draft.definition.dates.get(name)
    return listed_days.ref_of(name) is None and (named is None or named.source is not None)


def _marked(draft: Draft, notice: Notice, changed: Sequence[tuple[str, str]]) -> Notice:
    """With the date that it brings; of a list the first of its days that its reader does not know as it stands."""
    told = draft.definition.notices.get(notice.template)
    if told is None or told.invite is None or notice.copy or notice.kind != "tell":
        return notice
    if not listed_days.is_column(draft.definition, told.invite):
        return _with(notice, told.invite)
    of_list = f"{told.invite}{listed_days.OF_ROW}"
    first = next((name for who, name in changed if who == notice.recipient and name.startswith(of_list)), None)
    return notice if first is None else _with(notice, first)


def _with(notice: Notice, name: str) -> Notice:
    return replace(notice, data={**notice.data, CARRIES: name})


def _sure(notice: Notice) -> bool:
    """Whether it goes out by itself, whatever happens meanwhile."""
    return notice.kind == "tell" and notice.not_after is None and notice.only_if_asked is None and not notice.bundle


def _can_carry(notice: Notice) -> bool:
    rule = rules.parsed(notice.rule)
    told = rule is not None and rule.subject == "notices"
    return told and _sure(notice) and not notice.copy and CARRIES not in notice.data


def _notice(draft: Draft, who: str, name: str) -> Notice:
    return Notice(
        case=draft.id,
        template=TEMPLATE,
        rule=rules.of_calendar(name),
        occurrence=f"{draft.before.seq}",
        recipient=who,
        kind="tell",
        send_at=tell_at(draft),
        caused_at=draft.at,
        data={CARRIES: name},
    )


# told to a calendar ---------------------------------------------------------------------------------------------------


def next_entry(
    ought: CalendarEntry | None, own: CalendarEntry | None, others: Sequence[CalendarEntry], today: date
) -> CalendarEntry | None:
    """The entry as a calendar must be told of it now; None where it was told so already.

    `ought` is what should stand there (its sequence says nothing), `own` what does, as far as its mail has left (see
    `as_it_stood`); `others` are the entries of other people for the same date. What lies behind us stays as it was.
    """
    new = ought if ought is not None else _taken_back(own, today)
    if new is None or same(ought, own):
        return None
    return replace(new, sequence=_sequence(new, own, others), stood=span_of(own), message=None)


def as_it_stood(own: CalendarEntry) -> CalendarEntry:
    """What stands in a calendar that the mail of this entry has not reached; the number never falls."""
    if own.stood is None:
        return replace(own, state="cancelled")
    return replace(own, state="asked", first=own.stood.first, last=own.stood.last, all_day=own.stood.all_day)


def same(ought: CalendarEntry | None, own: CalendarEntry | None) -> bool:
    """Whether a calendar shows just what it should."""
    if ought is None or own is None:
        return ought is None and (own is None or own.state == "cancelled")
    return _content(ought) == _content(own)


def span_of(own: CalendarEntry | None) -> Span | None:
    """The time that a calendar keeps for a date; None where it keeps none."""
    if own is None or own.state == "cancelled":
        return None
    return Span(first=own.first, last=own.last, all_day=own.all_day)


def _taken_back(own: CalendarEntry | None, today: date) -> CalendarEntry | None:
    if own is None or own.state == "cancelled" or own.last.date() < today:
        return None
    return replace(own, state="cancelled")


def _content(entry: CalendarEntry) -> tuple[object, ...]:
    return (entry.state, entry.first, entry.last, entry.all_day)


def _sequence(new: CalendarEntry, own: CalendarEntry | None, others: Sequence[CalendarEntry]) -> int:
    """RFC 5545 section 3.8.7.4: it rises with each change. Whoever is told the same has the same number.

    So somebody who joins later begins with the number that the others have; nobody's number ever falls.
    """
    floor = -1 if own is None else own.sequence
    same = [other.sequence for other in others if _content(other) == _content(new) and other.sequence > floor]
    if same:
        return max(same)
    return max([floor, *(other.sequence for other in others if other.state == "asked")]) + 1
