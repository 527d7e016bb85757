"""When may a mail reach its reader? The table of manners, decided from windows and `now` alone.

| mail | a reader who is there | in their own free days | on leave |
|---|---|---|---|
| tell | in the office's window | the same | the same |
| ask by a person, or in words of the process (an invitation) | as a tell | as a tell | waits for the return |
| opening | in the reader's window | waits; in the office's window where that would be after the due date | waits |
| reminder | in the reader's window, before the due date | went out before; is not sent after the due date | the same |
| late | in the reader's window | waits | waits |

What waits for somebody on leave until it is of no use is told to another: see `leave`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias

from engine.business_days import Calendar
from engine.definition import Definition
from engine.draft import Draft
from engine.events import Notice
from engine.moments import Scope, calendar
from engine.offsets import Point, Zone, instant, local

Kind: TypeAlias = Literal["tell", "ask", "opening", "reminder", "late"]

KINDS: dict[str, Kind] = {"opened": "opening", "reminder": "reminder", "today": "reminder", "late": "late"}
"""What the built-in asks that share a reader's mail of the day are."""

SPEAKS = time(9, 0)
"""When reminders, late steps and dated notices speak; before it nobody gets the mail of the day, which holds them."""

AT_ONCE = timedelta(seconds=59)
"""How long what the office sends again may leave at any hour: a second try comes a minute later, so it waits."""


def kind_of_ask(template: str, *, bundle: bool) -> Kind:
    """What an ask is; one of a template of the process's own is simply that, or a late one that shares the mail."""
    return KINDS.get(template, "late" if bundle else "ask")


def kind_of(definition: Definition, notice: Notice) -> Kind:
    """What a notice is to its reader.

    A word of the process that asks them for a task of their own is an ask by a person; with a day for their calendar,
    or a day after which it is of no use, it is told as ever.
    """
    if notice.kind == "ask":
        return kind_of_ask(notice.template, bundle=notice.bundle)
    told = definition.notices.get(notice.template)
    asks = notice.task is not None and told is not None and told.invite is None and notice.not_after is None
    return "ask" if asks else "tell"


@dataclass(frozen=True, slots=True)
class Window:
    """The hours in which somebody may be written to, on the days that count for them."""

    calendar: Calendar
    opens: time
    closes: time
    zone: Zone

    def next(self, moment: datetime) -> datetime:
        """The first moment at or after this one that lies in the window."""
        here = local(moment, self.zone)
        day, clock = here.day, here.clock
        assert clock is not None
        if not self.calendar.counts(day) or clock > self.closes:
            return self._at(self.calendar.roll(day + timedelta(days=1), "forward"), self.opens)
        return moment if clock >= self.opens else self._at(day, self.opens)

    def on(self, day: date, clock: time) -> datetime:
        """That time of that day, moved into the hours of the window."""
        return self._at(day, min(max(clock, self.opens), self.closes))

    def end(self, moment: datetime) -> datetime:
        """When the window of that day closes."""
        return self._at(local(moment, self.zone).day, self.closes)

    def _at(self, day: date, clock: time) -> datetime:
        return instant(Point(day, clock), self.zone, ends=False)


def send_at(
    kind: Kind,
    now: datetime,
    *,
    own: Window,
    office: Window,
    on_leave: bool = False,
    due: datetime | None = None,
) -> datetime | None:
    """The first moment at which a mail may go out; None where it is not worth sending any more.

    `own` is the reader's window, without free days and leave. `due` is when what is asked for must be done.
    """
    if kind in ("tell", "ask") and not (kind == "ask" and on_leave):
        return office.next(now)
    moment = own.next(now)
    if kind in ("ask", "late") or due is None or due < now or moment <= due:
        return moment
    if kind == "reminder":
        return None
    early = office.next(now)
    return early if early <= due and not on_leave else moment


def leaves_until(now: datetime, office: Window) -> datetime | None:
    """When the hours of the office close in which a mail that is written now may leave; None: it waits for the next."""
    return office.end(now) if office.next(now) == now else None


def earliest(draft: Draft, reader: str, kind: Kind, due: datetime | None = None) -> datetime | None:
    """`send_at` for a participant of a case, now."""
    shared = kind in ("opening", "reminder", "late")
    return send_at(
        kind,
        draft.now,
        own=window_of(draft, reader),
        office=_mail_of_the_day(draft, calendar(draft, None)) if shared else office_window(draft),
        on_leave=is_away(draft, reader, local(draft.now, draft.plan.zone).day),
        due=due,
    )


def tell_at(draft: Draft) -> datetime:
    """When what has happened is told: to whomever it is for, on leave or not."""
    office = office_window(draft)
    moment = send_at("tell", draft.now, own=office, office=office)
    assert moment is not None
    return moment


def office_window(draft: Draft) -> Window:
    """Working hours of the office."""
    rule = draft.definition.defaults.sending
    return Window(calendar(draft, None), rule.opens, rule.closes, draft.plan.zone)


def window_of(draft: Draft, reader: str | None) -> Window:
    """The hours for a reader's mail of the day, on days that count for them; for nobody known, for everybody."""
    name = draft.definition.defaults.sending.calendar
    days = calendar(draft, name, Scope(reader=reader))
    leave = draft.world.absences.get(reader or "", ())
    if any(away not in days.sets for away in leave):
        days = Calendar.union(days.name, days, Calendar("absence", False, leave))
    return _mail_of_the_day(draft, days)


def is_away(draft: Draft, reader: str, day: date) -> bool:
    """Whether somebody is on leave that day."""
    return any(day in leave.days for leave in draft.world.absences.get(reader, ()))


def _mail_of_the_day(draft: Draft, days: Calendar) -> Window:
    rule = draft.definition.defaults.sending
    return Window(days, min(max(rule.opens, SPEAKS), rule.closes), rule.closes, draft.plan.zone)
