"""How are the facts of a case said? Labels of its process, days, parties and standings in one language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from collegium.summaries.blocks import Cell, Tone
from collegium.summaries.facts import Summary
from collegium.summaries.texts import Texts
from engine.money import SIGNS, Money
from engine.offsets import local
from engine.standing import Change, Day, Milestone, Party, Schedule
from engine.summary import CaseSummary, CycleSummary
from notifications import catalogue
from notifications.dates_text import LAST_MINUTE

TONES: dict[str, Tone] = {"on_schedule": "good", "at_risk": "risk", "late": "late"}


def capital(text: str) -> str:
    """A text as it begins a line."""
    return text[:1].upper() + text[1:]


def amount_text(amount: Money, language: str) -> str:
    """An amount as people of that language write it: ``€ 1.250,00`` in Dutch."""
    marks = str.maketrans(",.", Texts(language)("amount_marks"))
    return _before(amount) + f"{amount.value:,.2f}".translate(marks)


def _before(amount: Money) -> str:
    sign = next((sign for sign, code in SIGNS.items() if code == amount.currency), amount.currency)
    return f"{sign}\u00a0"


class Words:
    """One summary in one language."""

    def __init__(self, summary: Summary, language: str) -> None:
        self.summary = summary
        self.texts = Texts(language, informal=summary.reviewer is not None and summary.reviewer.informal)
        self.language = self.texts.language
        self._months = catalogue.texts(self.language).series("months")

    def label(self, of: CaseSummary | CycleSummary, kind: str, name: str) -> str:
        """What the process calls it; a name without a text is shown as it is."""
        texts = self.summary.wordings[of.behaviour].labels.get((kind, name), {})
        return texts.get(self.language) or next(iter(texts.values()), name)

    def of_process(self, behaviour: str, kind: str, name: str) -> str:
        """What a process calls something; nothing where it has no text for it."""
        texts = self.summary.wordings[behaviour].labels.get((kind, name), {})
        return texts.get(self.language) or next(iter(texts.values()), "")

    def mail_kind(self, of: CaseSummary | CycleSummary, kind: str) -> str:
        """What a kind of mail is called: a notice of the engine or of the process, or a digest of the office."""
        return self.of_process(of.behaviour, "notice", kind) or self.texts.named("mails", kind)

    def training(self, kind: str) -> str:
        return self.texts.named("trainings", kind)

    def process(self, of: CaseSummary | CycleSummary) -> str:
        """The kind of review; of a case that another one of the same process called for, as what."""
        title = self.label(of, "process", of.process)
        child = of.child if isinstance(of, CaseSummary) else None
        said = self.of_process(of.behaviour, "child", child).lower() if child is not None else ""
        return f"{title} ({said})" if said else title

    def stage(self, of: CaseSummary, name: str | None = None) -> str:
        return self.label(of, "stage", name or of.stage)

    def task(self, of: CaseSummary, name: str, row: str | None) -> str:
        """What is to be done; of an instance about one row, with its number or what the rubric calls it."""
        text = self.label(of, "task", name)
        if row is None:
            return text
        if row.isdigit():
            return f"{text} ({row})"
        labels = self.summary.wordings[of.behaviour].labels
        found = (self.label(of, *each) for each in labels if each[0] == "criterion" and each[1].endswith(f".{row}"))
        criterion = next(found, "")
        return f"{text}: {criterion}" if criterion else text

    def document(self, of: CaseSummary, task: str) -> str:
        """What a document is called: by itself, or else by the task that it answers."""
        return self.of_process(of.behaviour, "document", task) or self.label(of, "task", task)

    @property
    def today(self) -> date:
        """The day of which the summary speaks."""
        return local(self.summary.as_of or self.summary.made_at, self.summary.office.zone).day

    @property
    def now(self) -> str:
        """What that day is called: today, or a day in the past by its date."""
        return self.texts("today") if self.summary.as_of is None else self.day(self.today)

    # days -------------------------------------------------------------------------------------------------------------

    def day(self, day: date) -> str:
        return self.texts("date", day=day.day, month=self._months[day.month - 1], year=day.year)

    def month(self, day: date) -> str:
        return f"{self._months[day.month - 1]} {day.year}"

    def day_cell(self, day: date) -> Cell:
        """A day that a program can read as one."""
        return Cell(text=self.day(day), value=day)

    def on_cell(self, on: Day) -> Cell:
        """A day with what makes it unsure, as a program and as a person reads it."""
        text = self.on(on)
        return Cell(text=text, value=on.day, after=text.removeprefix(self.day(on.day)))

    def late_cell(self, days: int) -> Cell:
        """Working days after a date."""
        text = self.days_late(days)
        after = text.removeprefix(str(days))
        return Cell(text=text, value=days, after=after) if after != text else Cell(text=text)

    def money_cell(self, amount: Money) -> Cell:
        """An amount as people write it, which a program can reckon with."""
        return Cell(text=amount_text(amount, self.language), value=amount.value, before=_before(amount))

    def local(self, moment: datetime) -> str:
        return self.day(local(moment, self.summary.office.zone).day)

    def moment(self, moment: datetime) -> str:
        """A day of the office, with its time unless it is the end of that day."""
        here = moment.astimezone(ZoneInfo(self.summary.office.zone))
        if here.replace(second=0).time() == LAST_MINUTE:
            return self.local(moment)
        return catalogue.texts(self.language)["moment"].format(day=self.local(moment), time=f"{here:%H:%M}")

    def on(self, on: Day) -> str:
        """A day with what makes it unsure."""
        text = self.day(on.day)
        if on.last_day is not None:
            text = self.texts("period", first=text, last=self.day(on.last_day))
        unsure = [self.texts("provisional")] if on.provisional else []
        unsure += [self.texts("unknown_days")] if on.unknown else []
        return f"{text} ({', '.join(unsure)})" if unsure else text

    def days_late(self, days: int) -> str:
        return self.texts.counted("late_by", days) if days else self.texts("late_less")

    # how a case stands ------------------------------------------------------------------------------------------------

    def party(self, party: Party) -> str:
        """Whose turn it is; a partnership reads of itself as "your organisation"."""
        own = party == "host" and self.summary.audience == "partnership"
        return self.texts("host_you" if own else party)

    def turn(self, of: CaseSummary, party: Party) -> str:
        """Whose turn it is in a case; the body reads of itself by its name where the work is its own."""
        docket = self.summary.dockets.get(of.case)
        return self.texts("body") if party == "outside" and docket and docket.own else self.party(party)

    def standing(self, of: CaseSummary) -> Cell:
        if of.schedule is None:
            return Cell(text=self.texts("ended" if of.ended else "paused"), tone="still")
        return Cell(text=self.texts(of.schedule.state), tone=TONES[of.schedule.state], more=self._why(of, of.schedule))

    def _why(self, of: CaseSummary, schedule: Schedule) -> str:
        if schedule.state == "on_schedule":
            return ""
        turn = self.texts("turn", party=self.turn(of, schedule.party)) if schedule.party else ""
        if schedule.state == "late":
            return "; ".join(filter(None, (self.days_late(schedule.days), turn)))
        return "; ".join(filter(None, (self.texts(f"because_{schedule.cause}"), turn)))

    def short_standing(self, of: CaseSummary) -> Cell:
        """For a table: the word, and the days that it is late."""
        whole = self.standing(of)
        late = of.schedule is not None and of.schedule.state == "late"
        more = self.days_late(of.schedule.days) if late and of.schedule else ""
        return Cell(text=whole.text, tone=whole.tone, more=more)

    def next_what(self, of: CaseSummary, milestone: Milestone | None) -> str:
        """What comes next: a task, a named date, a step that comes by itself, or the work of others."""
        if milestone is None:
            return ""
        if milestone.kind == "pause":
            return self.texts("end_of_pause")
        what = capital(self.label(of, milestone.kind, milestone.name))
        if milestone.kind == "stage" and milestone.party is not None:
            return self.texts("of_party", party=self.turn(of, milestone.party))
        if milestone.kind == "transition":
            return self.texts("by_itself", what=what)
        return what

    def milestone(self, of: CaseSummary, milestone: Milestone | None) -> str:
        if milestone is None:
            return self.texts("none_known")
        by = "by" if milestone.kind in ("task", "stage") else "on"
        return self.texts(by, what=self.next_what(of, milestone), date=self.on(milestone.on))

    def change(self, of: CaseSummary, change: Change) -> str:
        match change.kind:
            case "stage":
                what = self.stage(of, change.name)
            case "date":
                what = self.texts("change_date", what=capital(self.label(of, "date", change.name)))
            case kind:
                what = self.texts(f"change_{kind}")
        return self.texts("change_value", what=what, date=self.day(change.on))

    def people(self, participants: Iterable[str]) -> str:
        """Names, for the audience that has them."""
        names = [self._named(who) for who in participants if who in self.summary.people]
        return ", ".join(names) or self.texts("nobody")

    def _named(self, who: str) -> str:
        """A name; of somebody on leave, with until when and who looks after their work."""
        contact, name = self.summary.contacts.get(who), self.summary.people[who]
        if contact is None or contact.away_until is None:
            return name
        until, other = self.day(contact.away_until), contact.substitute
        return (
            self.texts("away_replaced", name=name, date=until, other=other.name)
            if other
            else self.absence(name, contact.away_until)
        )

    def absence(self, name: str, until: date) -> str:
        """Somebody on leave whom nobody replaces."""
        return self.texts("away_alone", name=name, date=self.day(until))

    def replaces(self, name: str, until: date) -> str:
        """Said of a substitute: for whom, and until when."""
        return self.texts("replaces", name=name, date=self.day(until))
