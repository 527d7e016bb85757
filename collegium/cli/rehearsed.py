"""What is there to tell of a rehearsal? Plain values for tables and JSON: cases, dates, mails, what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from collegium.case_names import host_name
from collegium.cli.mail_facts import local
from collegium.cli.words import Words
from collegium.rehearsal.work import BAD, Work, work_of
from collegium.speech import known, spoken, t
from engine.course import stays
from engine.standing import ASKED_OF_OTHERS

if TYPE_CHECKING:
    from collegium.cli.desk import Desk
    from collegium.forecast import Foreseen
    from collegium.rehearsal.playing import Played
    from engine.ports import UnitOfWork


class Rehearsed:
    """All cases of a rehearsal at its end, each with its words and the work that was done in it."""

    def __init__(self, desk: Desk, work: UnitOfWork, played: Played) -> None:
        """`desk` is that of the rehearsal, at the moment at which it ended."""
        self.desk, self.work, self.played = desk, work, played
        cases = sorted(
            work.cases.load_all(desk.office.id),
            key=lambda each: (host_name(work, each), each.parent is not None, each.id),
        )
        self.words = {case.id: Words(desk, work, case, spoken()) for case in cases}
        self.done = {case.id: work_of(work.cases.history(case.id), played.until) for case in cases}
        self.roles: dict[str, str] = {}  # person -> what they are in the first of their cases
        for words in self.words.values():
            for person, role in _roles(words):
                self.roles.setdefault(person, role)

    def facts(self) -> dict[str, Any]:
        cases = [self._case(words) for words in self.words.values()]
        return {
            "until": local(self.desk, self.played.until),
            "cases": cases,
            "ended": sum(each["ended"] is not None for each in cases),
            "tasks": list(self._tasks()),
            "mails": self._mails(),
            "amiss": sorted(self._amiss(), key=lambda each: (each["due"], each["host"])),
            "office": sorted(self._for_office(), key=lambda each: (each["since"], each["host"])),
        }

    def _case(self, words: Words) -> dict[str, Any]:
        case, history = words.case, self.work.cases.history(words.case.id)
        entered = list(stays(history, words.definition.zone))
        return {
            "id": case.id, "host": words.host, "process": words.process,
            "child": words.label("child", case.parent.child) if case.parent else None,
            "ended": entered[-1].first if case.closed else None,
            "stage": case.stage, "label": words.stage(),
            "stages": [
                {"stage": each.stage, "label": words.stage(each.stage), "first": each.first, "last": each.last}
                for each in entered
            ],
            "dates": [
                {"date": name, "label": words.label("date", name), "day": found.point.day}
                for name in words.definition.dates
                if (found := words.named_date(name)) is not None
            ],
            "tasks": [self._task(words, each) for each in self.done[case.id] if _is_asked(words, each)],
        }  # fmt: skip

    def _task(self, words: Words, each: Work) -> dict[str, Any]:
        return {
            "key": each.key, "task": each.name, "label": _label(words, each), "who": words.people(each.assignees),
            "opened": words.day(each.opened), "due": words.day(each.due) if each.due else None,
            "done": words.day(each.ended) if each.ended else None, "how": each.ending,
        }  # fmt: skip

    def _tasks(self) -> Iterator[dict[str, Any]]:
        """Each task over all cases of one process: when it is due, and how often it ended in which way."""
        groups: dict[tuple[str, str], list[tuple[Words, Work]]] = {}
        for id, works in self.done.items():
            words = self.words[id]
            order = {name: item.order for name, item in words.definition.tasks.items()}
            for each in sorted(works, key=lambda one: order[one.name]):
                if _is_asked(words, each):
                    groups.setdefault((words.case.process, each.name), []).append((words, each))
        for (process, name), group in groups.items():
            dues = [words.day(each.due) for words, each in group if each.due]
            words = group[0][0]
            yield {
                "process": process, "task": name, "label": words.label("task", name), "number": len(group),
                "first": min(dues, default=None), "last": max(dues, default=None),
                "how": dict(Counter(each.ending for _, each in group)),
            }  # fmt: skip

    # mails

    def _mails(self) -> dict[str, Any]:
        """How many, per kind and role of the reader, and per day."""
        kinds: dict[tuple[str, str], list[date]] = {}
        days: dict[date, Counter[str]] = {}
        for mail in self.played.mails:
            day = self.desk.day(mail.at)
            kinds.setdefault((mail.message.kind, self._role(mail)), []).append(day)
            days.setdefault(day, Counter())[mail.message.kind] += 1
        labels = {kind: self._kind(kind) for kind, _ in kinds}
        return {
            "number": len(self.played.mails),
            "readers": len({mail.message.person for mail in self.played.mails}),
            "kinds": [
                {"kind": kind, "label": labels[kind], "to": role, "number": len(on), "first": min(on), "last": max(on)}
                for (kind, role), on in sorted(kinds.items(), key=lambda item: (min(item[1]), item[0]))
            ],
            "days": [
                {"day": day, "number": sum(found.values()), "kinds": dict(found)} for day, found in sorted(days.items())
            ],
            "labels": labels,
        }  # fmt: skip

    def _role(self, mail: Foreseen) -> str:
        """What the reader is in the case that the mail is about first; of a digest, in any."""
        for id in mail.message.cases:
            if id in self.words:
                own = dict(_roles(self.words[id]))
                if mail.message.person in own:
                    return own[mail.message.person]
        return self.roles.get(mail.message.person, t("rehearsal_nobody"))

    def _kind(self, kind: str) -> str:
        for words in self.words.values():
            if ("notice", kind) in words.wording.labels:
                return words.label("notice", kind)
        return known("mail_kind", kind)

    # what goes wrong

    def _amiss(self) -> Iterator[dict[str, Any]]:
        """What was late or lapsed: of that mails went out, for the engine's own tasks as for those of the process."""
        for id, works in self.done.items():
            words = self.words[id]
            for each in works:
                if each.due is not None and each.ending in BAD:
                    yield {"host": words.host, **self._task(words, each)}

    def _for_office(self) -> Iterator[dict[str, Any]]:
        """The engine's own tasks, what was tried in vain, what was set aside, and cases that have come no further."""
        for id, words in self.words.items():
            for each in self.done[id]:
                if not _is_asked(words, each):
                    until = words.day(each.ended) if each.ended else None
                    yield _worry(words, "question", each.opened, _label(words, each), until=until)
            for sealed in self.work.cases.history(id):
                if sealed.event.kind == "waived":
                    yield _worry(words, "waived", sealed.event.effective_at, words.line(sealed.event.name))
            if not words.case.closed:
                yield _worry(words, "open", words.case.stage_since, words.stage())
            for seat in _unasked(words):
                yield _worry(words, "unasked", self.played.until, words.role(seat))
        yield from self._refused()

    def _refused(self) -> Iterator[dict[str, Any]]:
        if self.played.players is None:
            return
        for (id, key), stuck in self.played.players.stuck.items():
            words = self.words[id]
            ended = next((each for each in self.done[id] if each.key == key), None)
            if ended is not None and ended.ending in ("in_time", "not_needed"):
                continue
            reasons = "; ".join(words.speaker.say(each) for each in stuck.refused.reasons)
            yield _worry(words, "refused", stuck.since, words.thing(key), why=reasons)
        for (id, seat), number in self.played.players.few.items():
            words = self.words[id]
            yield _worry(words, "few", self.played.until, words.role(seat), number=number)


def _unasked(words: Words) -> Iterator[str]:
    """The seats that must be filled, were not, and for which no task asks anybody to name people: nobody plays that."""
    if any("assign" in task.does for task in words.definition.tasks.values()):
        return
    held = {each.seat for each in words.case.holdings.values()}
    yield from (name for name, seat in words.definition.seats.items() if seat.least and name not in held)


def _worry(words: Words, kind: str, since: datetime, what: str, **more: Any) -> dict[str, Any]:
    return {"host": words.host, "kind": kind, "since": words.day(since), "what": what, **more}


def _roles(words: Words) -> Iterator[tuple[str, str]]:
    """Each person of a case, with the first role or seat that they have there; seats go first."""
    people = {each.key: each.person for each in words.work.people.participants(words.case.id)}
    seen: set[str] = set()
    held = [(each.participant, each.seat) for each in words.case.holdings.values()]
    held += [(key, role) for role, keys in words.case.roles.items() for key in keys]
    for key, role in held:
        person = people.get(key)
        if person and person not in seen:
            seen.add(person)
            yield person, words.role(role)


def _is_asked(words: Words, each: Work) -> bool:
    """Whether it is work of the process, and no worry of the engine."""
    return not words.definition.tasks[each.name].built_in or each.name in ASKED_OF_OTHERS


def _label(words: Words, each: Work) -> str:
    if each.key in words.case.tasks:
        return words.thing(each.key)
    text = words.label("task", each.name)
    return f"{text} [{words.about(each.about)}]" if each.about else text


def busiest(days: Sequence[Mapping[str, Any]], number: int) -> list[Mapping[str, Any]]:
    """The days with most mails, in the order of the calendar."""
    return sorted(sorted(days, key=lambda each: -each["number"])[:number], key=lambda each: each["day"])
