"""What does the office's weekly overview say? Whom to ring first, what is due, what got lost, what is undecided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from collegium.digests.readers import Subscriber
from collegium.digests.status import words_of
from collegium.digests.words import DigestWords
from collegium.refusals import reason_in
from collegium.ringing import ringing
from collegium.round_ends import is_told, round_ends
from collegium.summaries.facts import Gathered
from collegium.summaries.post import unreached
from collegium.to_read import to_read, without_task
from collegium.unsettled import doubted, held, refused
from engine.directory import PersonRecord
from engine.mail import Message
from engine.ports import UnitOfWork
from engine.standing import LateTask, Waiting
from engine.summary import CaseSummary
from notifications.dates_text import late_text
from notifications.letters import Digest, DigestEntry, Part
from notifications.mailboxes import TO_READ

AHEAD = 10  # working days
MOST = 12  # entries of one part
WEEK = timedelta(days=7)


def week_digest(work: UnitOfWork, gathered: Gathered, to: Subscriber, language: str) -> tuple[Digest, str]:
    """The mail, and why this reader gets it."""
    week = _Week(work, gathered, to, language)
    return week.digest(), week.words.say("why_week")


class _Week:
    """One office's overview in one language."""

    def __init__(self, work: UnitOfWork, gathered: Gathered, to: Subscriber, language: str) -> None:
        self._work = work
        self._gathered = gathered
        cases = to.may_see(gathered)
        self._cases = [each for each in cases if not each.ended]
        self.words = words_of(gathered, cases, language, to.reader.kind)
        self._since = to.last.at if to.last else gathered.moment - WEEK
        self._hours = to.reader.hours
        self._told = to.cases
        self._known: dict[str, PersonRecord | None] = {}

    def digest(self) -> Digest:
        late = [(case, task) for case in self._cases for task in (case.desk.late if case.desk else ())]
        parts = [part for part in self._parts(late) if part.items or part.entries]
        words = self.words
        week = words.today.isocalendar().week
        opening = [self._opening()]
        if not [part for part in parts if part.title != words.say("ahead")]:
            opening.append(words.say("week_quiet"))
        elif not late:
            opening.append(words.say("week_nothing_late"))
        subject = words.counted("week_subject_late", len(late), week=week) if late else ""
        return Digest(
            subject=subject or words.say("week_subject_none", week=week), opening=tuple(opening), parts=tuple(parts)
        )  # fmt: skip

    def _opening(self) -> str:
        """How many cases run, and of which process: what that calls itself, whatever it reviews."""
        words, today = self.words, self.words.day(self.words.today)
        titles = Counter(words.label(case, "process", case.process) for case in self._cases)
        if not titles:
            return words.say("week_nothing", date=today)
        named = [words.say("week_process", process=title, n=n) for title, n in sorted(titles.items())]
        return words.counted("week_opening", len(self._cases), date=today, processes=", ".join(named))

    def _parts(self, late: Sequence[tuple[CaseSummary, LateTask]]) -> Iterator[Part]:
        words = self.words
        others = [pair for pair in late if pair[1].party != "secretariat"]
        own = [pair for pair in late if pair[1].party == "secretariat"]
        yield self._part("ring", self._by_person(others), lead="ring_lead")
        yield self._part("own_late", self._by_person(own))
        yield self._part("rounds", items=self._rounds())
        yield self._part("to_decide", self._questions())
        yield self._part("unsure", items=self._unsure(), lead="unsure_lead")
        yield self._part("held", items=self._held(), lead="held_lead")
        yield self._part("lost", self._lost(), lead="lost_lead")
        yield self._part("to_read", items=self._to_read())
        yield self._part("ahead", self._ahead(words.today))

    def _part(
        self, title: str, entries: Sequence[DigestEntry] = (), *, items: Sequence[str] = (), lead: str | None = None
    ) -> Part:
        left = max(len(entries), len(items)) - MOST
        return Part(
            title=self.words.say(title),
            lead=self.words.say(lead) if lead else "",
            items=tuple(items[:MOST]),
            entries=tuple(entries[:MOST]),
            more=self.words.counted("more", left) if left > 0 else "",
        )

    # late -------------------------------------------------------------------------------------------------------------

    def _by_person(self, late: Iterable[tuple[CaseSummary, LateTask]]) -> list[DigestEntry]:
        """One call for all that somebody is late with, the longest overdue first."""
        together: dict[tuple[str, ...], list[tuple[CaseSummary, LateTask]]] = {}
        for case, task in late:
            people = tuple(sorted({self._ring(who) for who in task.people})) or (self.words.party(task.party),)
            together.setdefault(people, []).append((case, task))
        ordered = sorted(together.items(), key=lambda each: (-max(task.days for _, task in each[1]), each[0]))
        return [
            DigestEntry(
                head=", ".join(people), lines=tuple(self._late_line(case, task) for case, task in _longest(tasks))
            )
            for people, tasks in ordered
        ]

    def _late_line(self, case: CaseSummary, task: LateTask) -> str:
        words = self.words
        late = late_text(task.days, words.language) if task.days else words.texts("late_less")
        name = words.task(case, task.name, task.row)
        return words.say("ring_line", host=case.host, task=name, date=words.day(task.due), late=late)

    def _ring(self, participant: str) -> str:
        person = self._person(participant)
        if person is None:
            return self.words.texts("nobody")
        about = ringing(self._work, person, self.words.today)
        if about.away_until is None:
            return _who(person.name, person.phone, person.email)
        if about.substitute is None:
            return self.words.absence(person.name, about.away_until)
        other = about.substitute
        return f"{_who(other.name, other.phone, other.email)}, {self.words.replaces(person.name, about.away_until)}"

    def _person(self, participant: str) -> PersonRecord | None:
        if participant not in self._known:
            known = self._work.people.participant(participant)
            self._known[participant] = self._work.people.person(known.person) if known and known.person else None
        return self._known[participant]

    # ahead ------------------------------------------------------------------------------------------------------------

    def _ahead(self, today: date) -> list[DigestEntry]:
        """What is due within ten working days, and which review ends by itself, by the day."""
        words = self.words
        last = self._hours.calendar.add(today, AHEAD)
        by_day: dict[date, list[str]] = {}
        for case in self._cases:
            for each in case.waits_for:
                if each.on is not None and each.late is None and each.name and today <= each.on.day <= last:
                    by_day.setdefault(each.on.day, []).append(self._ahead_line(case, each))
            end = case.desk.ends if case.desk else None
            if end is not None and today <= end.on.day <= last:
                what = words.label(case, "transition", end.name)
                by_day.setdefault(end.on.day, []).append(words.say("ahead_end", host=case.host, what=what))
        return [
            DigestEntry(head=words.day(day), lines=tuple(sorted(lines))) for day, lines in sorted(by_day.items())
        ]  # fmt: skip

    def _ahead_line(self, case: CaseSummary, each: Waiting) -> str:
        words = self.words
        task = words.label(case, "task", each.name or "")
        name = "ahead_line" if each.number == 1 else "ahead_many"
        return words.say(name, host=case.host, task=task, party=words.party(each.party), n=each.number)

    def _rounds(self) -> list[str]:
        """The rounds whose last day comes near or has passed while something of them runs."""
        words, lines = self.words, []
        for each in round_ends(self._gathered.cycles, self._cases):
            if is_told(each, words.today):
                name = "round_passed" if each.by < words.today else "round_ends"
                line = words.counted(name, len(each.running), round=each.cycle.name, date=words.day(each.by))
                later = words.say("round_later", hosts=words.several(each.later)) if each.later else ""
                lines.append(f"{line} {later}".rstrip())
        return lines

    # undecided, unsure and lost ---------------------------------------------------------------------------------------

    def _questions(self) -> list[DigestEntry]:
        """The engine's own questions to the office: conflicts, objections, what is stuck, cases that stand still."""
        found: dict[tuple[str, str], list[str]] = {}
        for case in self._cases:
            own = {name for name, task in self._gathered.definitions[case.behaviour].tasks.items() if task.built_in}
            for each in case.waits_for:
                if each.name in own and each.kind == "task" and each.late is None and each.party == "secretariat":
                    found.setdefault((case.host, case.case), []).append(self._question(case, each))
        return [DigestEntry(head=host, lines=tuple(lines)) for (host, _), lines in sorted(found.items())]

    def _question(self, case: CaseSummary, each: Waiting) -> str:
        label = self.words.label(case, "task", each.name or "")
        if each.on is None:
            return label
        return self.words.say("to_decide_due", task=label, date=self.words.day(each.on.day))

    def _unsure(self) -> list[str]:
        words = self.words
        return [
            words.say("unsure_line", subject=each.subject, name=self._reader(each), date=words.day(_sent(words, each)))
            for each in doubted(self._work, self._gathered.office.id)
        ]

    def _held(self) -> list[str]:
        """Mails that wait for somebody, the oldest first."""
        words = self.words
        return [
            words.say("held_line", subject=each.subject, name=self._reader(each),
                      date=words.day(words.here(each.created_at)))
            for each in held(self._work, self._gathered.office.id)
        ]  # fmt: skip

    def _to_read(self) -> list[str]:
        """How many mails lie in the folder that only a person reads, since the last overview; no task tells of them."""
        office = self._gathered.office.id
        found = (("to_read_line", to_read), ("no_open_case", without_task))
        numbers = [(name, len(unread(self._work, office, self._since))) for name, unread in found]
        return [self.words.counted(name, number, folder=TO_READ) for name, number in numbers if number]

    def _lost(self) -> list[DigestEntry]:
        """By person: an address that does not work, and the mails that were refused."""
        words = self.words
        lines: dict[str, list[str]] = {}
        for each in unreached(self._work, self._gathered.office.id, self._told, words.today):
            day = words.day(words.here(each.since)) if each.since else ""
            told = words.say("lost_since", date=day, why=each.why) if day else words.say("lost_why")
            lines.setdefault(_who(each.name, each.phone, each.email), []).append(told)
        for mail in refused(self._work, self._gathered.office.id, self._since):
            day = words.day(_sent(words, mail))
            why = _short(reason_in(mail.last_error, words.language))
            told = words.say("lost_mail", subject=mail.subject, date=day, why=why)
            lines.setdefault(self._reader(mail), []).append(told)
        return [DigestEntry(head=head, lines=tuple(own)) for head, own in sorted(lines.items())]

    def _reader(self, message: Message) -> str:
        person = self._work.people.person(message.person)
        return _who(person.name, person.phone, message.address) if person else message.address


def _longest(tasks: Sequence[tuple[CaseSummary, LateTask]]) -> list[tuple[CaseSummary, LateTask]]:
    return sorted(tasks, key=lambda pair: (-pair[1].days, pair[1].due, pair[0].host, pair[1].task))


def _who(name: str, *reached_by: str) -> str:
    """``Anke de Vries (030 123 45 67, anke@school.example)``."""
    known = ", ".join(each for each in reached_by if each)
    return f"{name} ({known})" if known else name


def _sent(words: DigestWords, message: Message) -> date:
    return words.here(message.sent_at or message.created_at)


def _short(error: str) -> str:
    """The server's words as far as they fit on a line."""
    line = " ".join(error.split())
    return line if len(line) <= 120 else f"{line[:119]}…"
