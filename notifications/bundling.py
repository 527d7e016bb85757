"""Which notices share a mail? Reminders of one reader go out in one mail a day, all else in a mail of its own.

What waits at one moment about tasks of others, of people who are away, or about tasks that need not be done any more,
shares a mail too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

URGENCY = ("late", "escalation", "today", "reminder", "opened")  # the most urgent first; other templates after them
TOGETHER = ("escalation", "not_needed", "away")  # several of one moment share a mail, beside the mail of the day
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A notice that is due to be told, as far as bundling must know it."""

    id: int
    secretariat: str
    person: str
    local_day: str  # today, in the zone of the office
    template: str
    bundle: bool
    task: tuple[str, str] | None  # (case, task instance) that it asks for
    due: datetime | None
    send_at: datetime
    caused_at: datetime
    reader: str = ""  # whoever has that mail address, in any office; empty: the person
    lost: bool = False  # too late for its reader: the office keeps it


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One mail: its notices in the order in which they will stand there."""

    notices: tuple[Waiting, ...]
    reminder: bool  # counts as the reader's one reminder mail of that day
    lost: bool = False  # it does not leave: the office keeps it

    @property
    def kind(self) -> str:
        """The template of its most urgent notice."""
        return min(self.notices, key=_urgency).template


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of the notices: told in mails, put off to a later day, or replaced by a newer one of their task."""

    mails: tuple[Planned, ...]
    postponed: tuple[Waiting, ...]
    merged: tuple[Waiting, ...]


def plan(
    notices: Sequence[Waiting],
    had_reminder: Callable[[str, str], bool],
    rank: Callable[[Waiting], int] = lambda waiting: 0,
) -> Plan:
    """Group what waits. `had_reminder(person, local_day)`: a reminder mail was composed for that day before.

    Of several offices one reminds a reader that day: by the least `rank` of what it has to say, then the most urgent.
    Mails come in the order of the first notice that each of them holds.
    """
    mails: list[Planned] = []
    postponed: list[Waiting] = []
    merged: list[Waiting] = []
    together: dict[tuple[str, str, str], list[Waiting]] = {}
    alike: dict[tuple[str, str, str], list[Waiting]] = {}
    rivals: dict[tuple[str, str], list[list[Waiting]]] = {}
    for notice in notices:
        if notice.bundle:
            together.setdefault((notice.secretariat, notice.person, notice.local_day), []).append(notice)
        elif notice.template in TOGETHER:
            alike.setdefault((notice.secretariat, notice.person, notice.template), []).append(notice)
        else:
            mails.append(Planned(notices=(notice,), reminder=False))
    mails += [Planned(notices=tuple(sorted(group, key=_by_due)), reminder=False) for group in alike.values()]
    for (_, person, local_day), group in together.items():
        kept = _newest(group)
        merged += [notice for notice in group if notice not in kept]
        mails += [Planned(notices=(each,), reminder=False, lost=True) for each in kept if each.lost]
        kept = [each for each in kept if not each.lost]
        if not kept:
            continue
        if had_reminder(person, local_day):
            postponed += kept
        else:
            rivals.setdefault((kept[0].reader or person, local_day), []).append(kept)
    for offices in rivals.values():
        first = offices[0] if len(offices) == 1 else min(offices, key=lambda kept: _most_urgent(kept, rank))
        mails.append(Planned(notices=tuple(sorted(first, key=_by_due)), reminder=True))
        postponed += [notice for kept in offices if kept is not first for notice in kept]
    place = {notice.id: n for n, notice in enumerate(notices)}
    mails.sort(key=lambda mail: min(place[notice.id] for notice in mail.notices))
    return Plan(mails=tuple(mails), postponed=tuple(postponed), merged=tuple(merged))


def _newest(group: Iterable[Waiting]) -> list[Waiting]:
    """Of several about one task only the newest; those that ask for no task stay, and none gives way to a lost one."""
    kept: dict[object, Waiting] = {}
    for notice in sorted(group, key=lambda each: (not each.lost, _age(each))):
        kept[notice.task if notice.task else notice.id] = notice
    return list(kept.values())


def _age(notice: Waiting) -> tuple[datetime, datetime, int]:
    return (notice.send_at, notice.caused_at, notice.id)


def _urgency(notice: Waiting) -> tuple[int, datetime, int]:
    known = notice.template in URGENCY
    return (URGENCY.index(notice.template) if known else len(URGENCY), notice.due or NEVER, notice.id)


def _most_urgent(notices: Iterable[Waiting], rank: Callable[[Waiting], int]) -> tuple[int, tuple[int, datetime, int]]:
    return min((rank(notice), _urgency(notice)) for notice in notices)


def _by_due(notice: Waiting) -> tuple[datetime, int, int]:
    return (notice.due or NEVER, _urgency(notice)[0], notice.id)
