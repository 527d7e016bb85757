"""What does a deed change? Two states of a case compared: stages, dates, tasks, places, and the mails that go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from collegium.clashes import Clashes
from collegium.cli.case_facts import crowd_text, seat_state
from collegium.cli.clash_words import clash_facts
from collegium.cli.desk import Desk
from collegium.cli.outside_words import newly_outside
from collegium.cli.printing import say
from collegium.cli.words import Words
from collegium.deed_mails import to_be_told
from collegium.speech import counted, day_text, known, moment_text, t
from engine.case import Case, Deadline, Due
from engine.events import MOVED, Outcome
from engine.renaming import renamed
from engine.rings import VISITOR
from engine.seat import crowded
from engine.untold import not_told_yet

OWNERS = {"transition": "transition", "open": "task", "notice": "notice", "child": "child"}
"""Kind of deadline whose move is told -> kind of item that it is a moment of."""


def changes_of(desk: Desk, words: Words, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All that differs between the case before the first outcome and after the last; `words` sees the latter.

    Its unit of work sees what the outcomes have written, and is one in which something can be tried out.
    """
    before, after = outcomes[0].before, outcomes[-1].case
    assert before is not None
    names = _names(outcomes)
    same = _called_anew(before, names)
    twice = Clashes(words.work, desk.app.library, desk.app.worlds, words.now).new(before, after)
    return {
        "came_due": len(outcomes) - 1,
        "stage": _pair(words.stage(before.stage), words.stage(after.stage)),
        "visitor": _pair(_visitor(words, before), _visitor(words, after)),
        "tracks": list(_tracks(words, before, after, names)),
        "dates": list(_dates(words, same, after)),
        "moved": list(_moved(words, same, after)),
        "reminders_moved": _reminders_moved(same, after),
        "opened": [
            _task(words, after, key) for key in after.tasks if _is_open(after, key) and not _is_open(before, key)
        ],
        "ended": [
            {**_task(words, after if key in after.tasks else before, key), "state": _state(after, key)}
            for key in before.tasks if _is_open(before, key) and not _is_open(after, key)
        ],
        "seats": list(_seats(words, before, after)),
        "crowded": [crowd_text(words, each) for each in crowded(after) if each not in crowded(before)],
        "clashes": clash_facts(desk, words.work, twice, words.language),
        "outside": newly_outside(desk, words, before, names),
        "paused": _pair(bool(before.paused), bool(after.paused)),
        "closed": _pair(before.closed, after.closed),
        "consents": [words.role(event.event.data["role"]) for outcome in outcomes for event in outcome.history
                     if event.event.kind == "consent_given"],
        "mails": [
            {"template": notice.template, "label": words.label("notice", notice.template), "kind": notice.kind,
             "to": words.person(notice.recipient), "at": words.local(notice.send_at),
             "copy": notice.copy}
            for notice in to_be_told(desk.app, words.work, outcomes, words.now)
        ],
        "not_told": [
            {"label": words.label("notice", name), "who": words.person(held.participant), "seat": words.role(held.seat)}
            for outcome in outcomes for name, held in not_told_yet(words.definition, outcome.case, outcome.notices)
        ],
        "withdrawn": len({item.task for outcome in outcomes for item in outcome.withdrawals}),
        "cases_called": [
            words.label("child", signal.name)
            for outcome in outcomes for signal in outcome.signals if signal.target is None
        ],
    }  # fmt: skip


def _pair(before: Any, after: Any) -> list[Any] | None:
    return [before, after] if before != after else None


def _visitor(words: Words, case: Case) -> str | None:
    """In a ring: the organisation that visits, by its name."""
    return words.organisation(case.facts[VISITOR]) if VISITOR in case.facts else None


def _is_open(case: Case, key: str) -> bool:
    return key in case.tasks and case.tasks[key].is_open


def _state(case: Case, key: str) -> str:
    return case.tasks[key].state if key in case.tasks else "closed"


def _task(words: Words, case: Case, key: str) -> dict[str, Any]:
    item = case.tasks[key]
    return {"key": key, "label": words.task(item), "who": words.people(item.assignees), "due": _day(item.due)}


def _day(due: Due | None) -> date | None:
    return due.day if due else None


def _names(outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    """Where a case moves to another version of its process: what that calls the names which it has otherwise."""
    found = (row.event for outcome in outcomes for row in outcome.history if row.event.kind == MOVED)
    return {old: new for event in found for old, new in (event.data.get("names") or {}).items()}


def _called_anew(case: Case, names: Mapping[str, str]) -> Case:
    """What a case knew of days, under the names that a later version has for it."""
    rows = (
        replace(row, subject=names[row.subject], key=row.key.replace(f":{row.subject}:", f":{names[row.subject]}:", 1))
        if row.subject in names
        else row
        for row in case.deadlines.values()
    )
    moments = {renamed(key, names): moment for key, moment in case.moments.items()}
    return replace(case, moments=moments, deadlines={row.key: row for row in rows}) if names else case


def _tracks(words: Words, before: Case, after: Case, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Tracks that stand elsewhere; one that has another name goes on under it."""
    was = {renamed(key, names): key for key in before.tracks}
    for key in dict.fromkeys([*was, *after.tracks]):
        places = [
            (own.partition("@")[0], known.tracks[own].state) if own in known.tracks else None
            for known, own in ((before, was.get(key, key)), (after, key))
        ]
        labels = [words.label("state", f"{place[0]}.{place[1]}") if place else None for place in places]
        moved = places[0] != places[1] and (key == was.get(key, key) or labels[0] != labels[1])
        if moved:
            yield {
                "track": key, "label": words.label("track", key.partition("@")[0]), "from": labels[0], "to": labels[1],
            }  # fmt: skip


def _dates(words: Words, before: Case, after: Case) -> Iterator[dict[str, Any]]:
    """Named dates that were set or moved."""
    for name in words.definition.dates:
        old, new = before.moments.get(name), after.moments.get(name)
        if new is not None and (old is None or old.day != new.day):
            yield {"date": name, "label": words.label("date", name), "from": old.day if old else None, "to": new.day}


def _moved(words: Words, before: Case, after: Case) -> Iterator[dict[str, Any]]:
    """Due dates and dates of the case that come on another day."""
    for key, item in after.tasks.items():
        old = before.tasks.get(key)
        if old is not None and item.is_open and _day(old.due) != _day(item.due):
            yield {"what": words.task(item), "key": key, "from": _day(old.due), "to": _day(item.due)}
    for key in dict.fromkeys([*before.deadlines, *after.deadlines]):
        was, now = before.deadlines.get(key), after.deadlines.get(key)
        row = now or was
        if row is None or row.kind not in OWNERS or (was.day if was else None) == (now.day if now else None):
            continue
        yield {
            "what": f"{_what(words, row)} ({words.moment(OWNERS[row.kind], row.subject, row.why)})", "key": key,
            "from": was.day if was else None, "to": now.day if now else None,
        }  # fmt: skip


def _what(words: Words, row: Deadline) -> str:
    return words.label(OWNERS[row.kind], row.subject)


def _seats(words: Words, before: Case, after: Case) -> Iterator[dict[str, Any]]:
    for key, held in after.holdings.items():
        old = before.holdings.get(key)
        if old is None or old.state != held.state:
            labels = [seat_state(words, each) if each else None for each in (old, held)]
            who = words.person(held.participant)
            yield {"place": key, "seat": words.role(held.seat), "who": who, "from": labels[0], "to": labels[1]}


def _reminders_moved(before: Case, after: Case) -> int:
    """How many reminders, late steps and closings come on another day."""
    rows = [row for row in after.deadlines.values() if row.kind in ("remind", "late", "repeat", "close")]
    return sum(row.key in before.deadlines and before.deadlines[row.key].day != row.day for row in rows)


# told to a person -----------------------------------------------------------------------------------------------------


def print_changes(changes: dict[str, Any]) -> None:
    """Each change on a line of its own."""
    lines = [*_states(changes), *_days(changes), *_work(changes), *_mails(changes)]
    for line in lines or [t("nothing_changes")]:
        say(f"  {line}")


def _states(changes: dict[str, Any]) -> Iterator[str]:
    if changes["came_due"]:
        yield counted("came_due", changes["came_due"])
    if changes["stage"]:
        yield t("stage_changes", old=changes["stage"][0], new=changes["stage"][1])
    if changes["visitor"]:
        yield t("visitor_changes", old=changes["visitor"][0] or t("nobody"), new=changes["visitor"][1])
    for track in changes["tracks"]:
        yield f"{track['label']}: {track['from'] or t('not_begun')} -> {track['to'] or t('ended')}"
    if changes["paused"]:
        yield t("case_is_paused" if changes["paused"][1] else "case_goes_on")
    if changes["closed"]:
        yield t("case_is_closed" if changes["closed"][1] else "case_is_open")
    for role in changes["consents"]:
        yield t("agrees", who=role)
    for seat in changes["seats"]:
        yield f"{seat['who']} ({seat['seat']}): {seat['from'] or t('new')} -> {seat['to']}"
    yield from (f"! {line}" for line in changes["crowded"])
    yield from (f"! {each['text']}" for name in ("clashes", "outside") for each in changes[name])


def _days(changes: dict[str, Any]) -> Iterator[str]:
    for each in changes["dates"]:
        yield f"{each['label']}: {day_text(each['from'])} -> {day_text(each['to'])}"
    for each in changes.get("forgotten", ()):  # by a move to another version only
        yield t("version_date_goes", what=each["label"], day=day_text(each["day"]))
    for each in changes["moved"]:
        if each["from"] is None:
            yield t("new_date", what=each["what"], day=day_text(each["to"]))
        elif each["to"] is None:
            yield t("date_dropped", what=each["what"], day=day_text(each["from"]))
        else:
            yield t("date_moves", what=each["what"], old=day_text(each["from"]), new=day_text(each["to"]))
    if changes["reminders_moved"]:
        yield counted("reminders_move", changes["reminders_moved"])


def _work(changes: dict[str, Any]) -> Iterator[str]:
    for each in changes["ended"]:
        yield t("task_ends", state=known("task_state", each["state"]), what=each["label"])
    for each in changes["opened"]:
        due = t("wait_due", day=day_text(each["due"])) if each["due"] else t("wait_no_date")
        yield t("task_opens", what=each["label"], who=", ".join(each["who"]) or t("nobody")) + due
    for name in changes["cases_called"]:
        yield t("case_called", name=name)


def _mails(changes: dict[str, Any]) -> Iterator[str]:
    for each in changes["mails"]:
        to = each["to"] + (t("copy_mark") if each["copy"] else "")
        yield t("mail_goes", what=each["label"], to=to, at=moment_text(each["at"], each["at"].tzinfo))
    for each in changes["not_told"]:
        yield t("not_told_yet", what=each["label"], who=each["who"], seat=each["seat"])
    if changes["withdrawn"]:
        yield counted("mails_withdrawn", changes["withdrawn"])
