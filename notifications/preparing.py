"""Which mails does today's work lead to? Turns waiting notices into messages, a batch in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from secrets import token_hex
from zoneinfo import ZoneInfo

from engine.appointments import CARRIES
from engine.appointments import TEMPLATE as CALENDAR
from engine.events import Notice
from engine.mail import Attachment, Message, StoredNotice
from engine.ports import Store, UnitOfWork
from engine.sending import kind_of_ask
from notifications.addresses import mailbox
from notifications.bulk import BulkWatch, in_bulk
from notifications.bundling import Planned, Waiting, plan
from notifications.composing import FAULTS, compose, compose_bundle
from notifications.doubt import RESTORED, TOO_LATE, Doubt
from notifications.ical import Party, invitation
from notifications.letters import CalendarChange, Later, Letters, Prepared, Skip
from notifications.mime import Service
from notifications.missing import let_lost_lapse, take_back_missed
from notifications.overtaken import let_lapse
from notifications.papers import attached
from notifications.preparation import Failure, Preparation
from notifications.reminded import by_another_office

BATCH = 200
TOLD = "the calendar is up to date"
TOLD_ANEW = "the mail of before is written anew with the date as it stands"
NEWER = "a newer mail tells where the date stands now"
MERGED = "a newer mail asks for the same task"
FIRST = "its reader hears of the task only now, from its first mail"


def compose_due(
    store: Store,
    now: datetime,
    letters: Letters,
    service: Service,
    *,
    batch: int = BATCH,
    bulk_from: int = 0,
    doubt: Doubt | None = None,
) -> Preparation:
    """Compose all that waits at `now`. A notice that fails is skipped with its error and holds up no other.

    Mails of one template to more than `bulk_from` readers that one deed caused wait for approval (0: none do).
    """
    take_back_missed(store, now, letters)
    let_lost_lapse(store)
    done = Preparation()
    while _any_waiting(store, now):
        with store.write() as work:
            waiting = _whole_days(work, now, batch)
            done += _Batch(work, now, letters, service, bulk_from, doubt).compose(waiting)
            work.commit()
    return done


class _NothingIsKept(Exception):
    """Leaves a savepoint so that all that was done in it is undone."""


def foreseen_at_once(
    work: UnitOfWork, notices: Sequence[StoredNotice], now: datetime, letters: Letters, service: Service,
    bulk_from: int = 0,
) -> list[Message]:  # fmt: skip
    """The mails that these notices would lead to if all of them were told now; nothing of it is kept.

    Those of mail to many (`bulk_from`) say so.
    """
    batch = _Batch(work, now, letters, service, bulk_from)
    try:
        with work.savepoint():
            batch.compose(notices)
            raise _NothingIsKept
    except _NothingIsKept:
        return batch.written


def untold_at_once(
    work: UnitOfWork, notices: Sequence[StoredNotice], now: datetime, letters: Letters, service: Service
) -> dict[int, str]:
    """Which of these notices would lead to no mail if all of them were told now, and why; nothing of it is kept."""
    batch = _Batch(work, now, letters, service)
    try:
        with work.savepoint():
            batch.compose(notices)
            raise _NothingIsKept
    except _NothingIsKept:
        return {**batch.skipped, **batch.merged}


def _any_waiting(store: Store, now: datetime) -> bool:
    with store.read() as work:
        return bool(work.outbox.waiting(now, 1))


def _whole_days(work: UnitOfWork, now: datetime, limit: int) -> list[StoredNotice]:
    """The first notices, and with them all others of the same readers: nobody's mail of the day is cut in two."""
    first = work.outbox.waiting(now, limit)
    if len(first) < limit:
        return first
    nobodys = [notice for notice in first if notice.person is None]
    same = work.people.same_address({notice.person for notice in first if notice.person})
    return nobodys + work.outbox.waiting_of(frozenset().union(*same.values()), now)


class _Batch:
    """One transaction's worth of notices."""

    def __init__(
        self,
        work: UnitOfWork,
        now: datetime,
        letters: Letters,
        service: Service,
        bulk_from: int = 0,
        doubt: Doubt | None = None,
    ) -> None:
        self._bulks = BulkWatch(work, bulk_from)
        self._doubt = doubt
        self.written: list[Message] = []
        self._work = work
        self._now = now
        self._letters = letters
        self._service = service
        self._ready: dict[int, tuple[StoredNotice, Prepared]] = {}
        self._carried: set[tuple[str, str, str]] = (
            set()
        )  # (case, participant, date) of which a mail of this batch tells
        self._failures: list[Failure] = []
        self.skipped: dict[int, str] = {}
        self.merged: dict[int, str] = {}
        self._postponed = 0
        self._same: dict[str, frozenset[str]] = {}  # of who is reminded: all rows of that reader

    def compose(self, notices: Sequence[StoredNotice]) -> Preparation:
        overtaken = self._overtaken(notices)
        for notice in notices:
            if notice.id not in overtaken:
                self._prepare(notice)
        outbox = self._work.outbox
        unheard = self._unheard()
        told = [id for id in self._ready if id not in unheard]
        self._same = self._same_readers(told)
        planned = plan([self._waiting(id) for id in told], self._had_reminder, self._rank)
        outbox.close_notices(unheard, "merged", FIRST)
        outbox.close_notices([notice.id for notice in planned.merged], "merged", MERGED)
        outbox.close_notices(list(overtaken), "merged", NEWER)
        self.merged = {notice.id: MERGED for notice in planned.merged}
        self.merged |= {**dict.fromkeys(overtaken, NEWER), **dict.fromkeys(unheard, FIRST)}
        written = [mail for mail in planned.mails if self._write(mail)]
        for waiting in planned.postponed:
            self._postpone(waiting)
        return Preparation(
            messages=len(written),
            told=sum(len(mail.notices) for mail in written),
            postponed=self._postponed,
            merged=len(self.merged),
            skipped=len(self.skipped),
            failures=tuple(self._failures),
        )

    def _prepare(self, notice: StoredNotice) -> None:
        if reason := self._unwanted(notice):
            return self._skip(notice.id, reason)
        try:
            prepared = self._letters.prepare(self._work, notice, self._now)
            if isinstance(prepared, Later) and prepared.at <= self._now:
                raise ValueError(f"the next moment for sending, {prepared.at.isoformat()}, does not lie later than now")
        except FAULTS as error:
            return self._fail([notice], error)
        overtaken = None if isinstance(prepared, Later) else prepared.overtaken
        anew = overtaken is not None and let_lapse(self._work, overtaken, self._now)
        if anew and "old_date" in notice.notice.data:
            return self._skip(notice.id, TOLD_ANEW)
        if isinstance(prepared, Skip):
            return self._skip(notice.id, prepared.reason)
        if isinstance(prepared, Later):
            return self._put_off(notice.id, prepared.at)
        if notice.notice.only_if_asked and not self._was_asked(notice, prepared):
            return self._skip(notice.id, "was never asked")
        if prepared.calendar is not None:
            row = prepared.calendar.row
            if (row.case, row.participant, row.date) in self._carried:
                if notice.notice.template == CALENDAR or "old_date" in notice.notice.data:
                    return self._skip(notice.id, TOLD)
                prepared = _without_calendar(prepared)
            self._carried.add((row.case, row.participant, row.date))
        self._ready[notice.id] = (notice, prepared)
        return None

    def _overtaken(self, notices: Sequence[StoredNotice]) -> set[int]:
        """Of several words to one reader that a date has moved, all but the last: those tell of days in between."""
        newest: dict[tuple[str, str, str], int] = {}
        found: set[int] = set()
        for notice in sorted(notices, key=lambda each: each.id):
            told = notice.notice
            if told.kind == "tell" and "old_date" in told.data and CARRIES in told.data:
                key = (told.case, told.recipient, told.data[CARRIES])
                found |= {newest[key]} if key in newest else set()
                newest[key] = notice.id
        return found

    def _unheard(self) -> list[int]:
        """What would remind somebody, or say that it is late, of a task whose first mail goes out in this same round.

        Nobody is told that they are late with what they never heard of; the first mail says when it was due.
        """
        again = {id: _asks_again(stored.notice) for id, (stored, _) in self._ready.items()}
        firsts = {link for id, (_, prepared) in self._ready.items() if not again[id] for link in _links(prepared)}
        return [
            id for id, (stored, prepared) in self._ready.items()
            if again[id] and firsts.intersection(_links(prepared)) and not self._was_told(stored, prepared)
        ]  # fmt: skip

    def _was_told(self, stored: StoredNotice, prepared: Prepared) -> bool:
        notice = stored.notice
        return self._work.outbox.asked(notice.case, notice.task or "", prepared.person or stored.person or "")

    def _unwanted(self, stored: StoredNotice) -> str | None:
        """Why a notice is not told any more, as far as it says so itself."""
        notice = stored.notice
        if stored.person is None:
            return "erased"
        if notice.not_after is not None and self._now > notice.not_after:
            return "past"
        return None

    def _was_asked(self, stored: StoredNotice, prepared: Prepared) -> bool:
        """What another has done is news only to those whom a reminder still made think of it."""
        notice, reminded = stored.notice, bool(stored.notice.data.get("reminded"))
        person = prepared.person or stored.person or ""
        return self._work.outbox.asked(notice.case, notice.only_if_asked or "", person, reminded=reminded)

    def _same_readers(self, told: Sequence[int]) -> dict[str, frozenset[str]]:
        reminded = [id for id in told if self._ready[id][0].notice.bundle]
        return self._work.people.same_address({self._reader(id) for id in reminded}) if reminded else {}

    def _reader(self, id: int) -> str:
        stored, prepared = self._ready[id]
        return prepared.person or stored.person or ""

    def _had_reminder(self, person: str, local_day: str) -> bool:
        work, rows = self._work, self._same[person]
        return work.outbox.reminder_mail_on(person, local_day) or by_another_office(work, person, local_day, rows)

    def _rank(self, waiting: Waiting) -> int:
        """What cannot be said on a later day before it is due comes first; whose office has paused its mail, last."""
        if waiting.secretariat in {each.id for each in self._work.people.secretariats() if each.paused_at}:
            return 2
        try:
            moment = self._letters.next_moment(self._work, *self._ready[waiting.id], self._now)
        except FAULTS:
            return 1
        late = moment is None or (waiting.due is not None and self._now <= waiting.due < moment)
        return 0 if late else 1

    def _waiting(self, id: int) -> Waiting:
        stored, prepared = self._ready[id]
        notice, person = stored.notice, self._reader(id)
        return Waiting(
            id=id,
            secretariat=stored.secretariat,
            person=person,
            local_day=self._local_day(prepared),
            template=notice.template,
            bundle=notice.bundle,
            reader=min(self._same.get(person, (person,))),
            task=(notice.case, notice.task) if notice.kind == "ask" and notice.task else None,
            due=prepared.due,
            send_at=notice.send_at,
            caused_at=notice.caused_at,
            lost=stored.reason == TOO_LATE,
        )

    def _local_day(self, prepared: Prepared) -> str:
        return self._now.astimezone(ZoneInfo(prepared.zone)).date().isoformat()

    def _write(self, mail: Planned) -> bool:
        notices = [self._ready[notice.id][0] for notice in mail.notices]
        try:
            message = self._message(mail)
        except FAULTS as error:
            self._fail(notices, error)
            return False
        message = replace(message, state="held", hold=TOO_LATE) if mail.lost else self._held(message, notices)
        self._work.outbox.add(message, [notice.id for notice in notices])
        self.written.append(message)
        for told in (self._ready[notice.id][1].calendar for notice in notices if _invites(message)):
            if told is not None:
                self._work.calendar_entries.put(replace(told.row, message=message.id))
        return True

    def _held(self, message: Message, notices: Sequence[StoredNotice]) -> Message:
        """The message, held where it may have gone out before, or is one of many that nobody has approved yet."""
        if self._doubt is not None and self._doubt.holds(notices):
            return replace(message, state="held", hold=RESTORED)
        return in_bulk(message, self._bulks.of(notices))

    def _message(self, mail: Planned) -> Message:
        stored = [self._ready[notice.id][0] for notice in mail.notices]
        prepared = [self._ready[notice.id][1] for notice in mail.notices]
        first = prepared[0]
        alone = len(prepared) == 1
        words = compose(first.letter, first.template) if alone else compose_bundle([one.letter for one in prepared])
        untils = [one.until for one in prepared if one.until is not None]
        threads = {one.references for one in prepared}
        id = token_hex(16)
        return Message(
            id=id,
            secretariat=stored[0].secretariat,
            person=mail.notices[0].person,
            address=first.address,
            language=first.letter.reader.language,
            kind=mail.kind,
            subject=words.subject,
            text=words.text,
            html=words.html,
            message_id=self._service.message_id(id),
            references=threads.pop() if len(threads) == 1 else None,
            reply_to=mailbox(first.letter.office.name, first.reply_to),
            local_day=mail.notices[0].local_day,
            reminder=mail.reminder,
            asks=tuple(notice.task for notice in mail.notices if notice.task),
            legal=any(one.legal for one in prepared),
            cases=tuple(dict.fromkeys(one.notice.case for one in stored)),
            created_at=self._now,
            wording=first.wording,
            until=min(untils, default=None),
            attachments=(
                *([self._invitation(first.calendar, first)] if alone and first.calendar else []),
                *(attached(one.paper, one.letter) for one in prepared if one.paper),
            ),
        )

    def _invitation(self, told: CalendarChange, prepared: Prepared) -> Attachment:
        return invitation(
            told.shown,
            organiser=Party(name=prepared.letter.office.name, address=self._service.address),
            attendee=Party(name=prepared.letter.reader.name, address=prepared.address),
            at=self._now,
        )

    def _postpone(self, waiting: Waiting) -> None:
        """The reader has had the mail of the day; what another office's mail has kept from them stays with its own."""
        id = waiting.id
        notice, prepared = self._ready[id]
        try:
            moment = self._letters.next_moment(self._work, notice, prepared, self._now)
            if moment is not None and moment <= self._now:
                raise ValueError(f"the next moment for sending, {moment.isoformat()}, does not lie later than now")
        except FAULTS as error:
            return self._fail([notice], error)
        if moment is not None:
            return self._put_off(id, moment)
        if self._work.outbox.reminder_mail_on(waiting.person, waiting.local_day):
            return self._skip(id, "past")
        self._work.outbox.postpone([id], self._now, TOO_LATE)
        return None

    def _put_off(self, id: int, moment: datetime) -> None:
        self._work.outbox.postpone([id], moment)
        self._postponed += 1

    def _skip(self, id: int, reason: str) -> None:
        self._work.outbox.close_notices([id], "skipped", reason)
        self.skipped[id] = reason

    def _fail(self, notices: Sequence[StoredNotice], error: Exception) -> None:
        words = f"{type(error).__name__}: {error}"
        self._work.outbox.close_notices([notice.id for notice in notices], "skipped", words)
        self._failures += [Failure(notice=notice, error=words) for notice in notices]


def _asks_again(notice: Notice) -> bool:
    """Whether it speaks as if its reader knew of the task."""
    return notice.kind == "ask" and kind_of_ask(notice.template, bundle=notice.bundle) in ("reminder", "late")


def _links(prepared: Prepared) -> set[str]:
    """Each stands for one task of one participant."""
    letter = prepared.letter
    return {link for link in (letter.link, *(each.link for each in letter.also)) if link}


def _invites(message: Message) -> bool:
    return any(each.method for each in message.attachments)


def _without_calendar(prepared: Prepared) -> Prepared:
    """Another mail of this moment tells the reader's calendar of it."""
    return replace(prepared, calendar=None, letter=replace(prepared.letter, calendar=None))
