"""What happened in a case, in words: its kind, what it is about by its label or name, and its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collegium.cli.words import Words
from collegium.speech import catalogue, known, t
from engine.children import BEGUN
from engine.events import Event, Sealed
from engine.seat import NOT_NEEDED
from engine.sharing import SHARED

OF_STAGES = ("stage_", "case_", "paused", "resumed", "recalculated")
OF_PEOPLE = ("not_reached", "reached_again", "not_pursued", "wrote_back")
OF_MAILS = ("mail_doubted", "mail_settled")
OF_RULES = ("date_came", "reminder_skipped", "rule_stuck")


def event_facts(words: Words, sealed: Sealed) -> dict[str, Any]:
    """An event as plain values, with a sentence."""
    event = sealed.event
    return {
        "seq": sealed.seq,
        "kind": event.kind,
        "name": event.name,
        "on": words.local(event.effective_at),
        "recorded": words.local(event.recorded_at),
        "by": words.actor(event.actor),
        "text": event_text(words, event),
        "data": dict(event.data),
    }


def event_text(words: Words, event: Event) -> str:
    """A sentence without keys: what cannot be named any more is called by what it was."""
    subject = _subject(words, event)
    text = _kind(event) + (f": {subject}" if subject else "")
    reason = _reason(event)
    if reason:
        text = t("reason_of", text=text, reason=reason)
    until = event.data.get("until")
    return t("until_of", text=text, until=until) if until else text


def _kind(event: Event) -> str:
    """What happened; who was not needed any more may well have answered."""
    needless = event.kind == "seat_expired" and event.data.get("reason") in NOT_NEEDED
    return known("event", "seat_not_needed" if needless else event.kind)


def _reason(event: Event) -> str:
    """Why, as somebody wrote it, or as the machine says it; `given` stands for a reason that is kept elsewhere."""
    if event.kind == "not_reached":
        return known("why", str(event.data.get("why", "")))
    if event.kind in ("reminder_skipped", "notice_skipped"):
        return known("skipped", str(event.data.get("why", "")))
    if event.kind == "rule_stuck":
        return str(event.data.get("error", ""))
    reason = str(event.data.get("reason") or "")
    if event.kind.startswith("seat_") and f"seat_reason.{reason}" in catalogue():
        return known("seat_reason", reason)
    return "" if reason == "given" else reason


def _subject(words: Words, event: Event) -> str:
    name, kind = event.name, event.kind
    if kind == "case_launched":
        return words.host
    if kind == "version_moved":
        return f"{event.data['old']} -> {event.data['new']}"
    if kind in OF_PEOPLE:
        return words.person(name)
    if kind in OF_MAILS:
        return words.mail(name)
    if kind in ("child_called", "sharing_told"):
        number = event.data.get("number")
        return words.label("child", name) + (f" ({number})" if number else "")
    if kind == "heard_of":
        return _word_of(words, *name.partition(".")[::2], event.data.get("data") or {})
    if kind == "consent_forgotten":
        return words.label("transition", name.partition(":")[0])
    if kind == "waived":
        return words.line(name)
    if kind == "lot_drawn":
        choice = f"{name}.{event.data['choice']}"
        return f"{words.label('value', name)}: {words.label('value', choice)}"
    if kind == "visitor_changed":
        return words.organisation(name)
    if kind == "differed":
        return words.label("value", name)
    if kind == "notice_skipped":
        return words.label("notice", name)
    if kind.startswith(OF_STAGES):
        return words.stage(name) if ("stage", name) in words.wording.labels else words.stage()
    if kind.startswith("track_"):
        return words.label("track", name.partition("@")[0])
    if kind.startswith("seat_") or kind == "conflict_declared":
        held = words.case.holdings.get(name)
        return f"{words.person(held.participant)} ({words.role(held.seat)})" if held else _seat(words, name)
    if kind in ("transition_taken", "consent_given"):
        return words.label("transition", name)
    return _of_rule(words, name) if kind in OF_RULES else _thing(words, name)


def _word_of(words: Words, child: str, end: str, told: Mapping[str, Any]) -> str:
    """Which of several children told it, and to which end it came; one that left its end goes on after all."""
    if child == SHARED:
        return t("shared_of")
    called = words.definition.children.get(child)
    several = called is not None and (called.many or called.each is not None)
    which = words.label("child", child) + (f" ({told.get('number', 1)})" if several else "")
    more = t("begins_there") if BEGUN in told else t("goes_on_after_all")
    return f"{which}: {words.end_of_child(child, end) if end else more}"


def _seat(words: Words, key: str) -> str:
    """A place that is gone, such as `peer-2`, by its seat."""
    return words.role(key.rpartition("-")[0] or key)


def _of_rule(words: Words, rule: str) -> str:
    """`tasks.reflection.remind.0`, `transitions.lapse` or `mail:opened` by the label of what it is about."""
    kind, _, rest = rule.replace(":", ".", 1).partition(".")
    if kind == "moment":
        return words.document(rest.split(".")[1])
    of = {"tasks": "task", "transitions": "transition", "notices": "notice", "dates": "date", "children": "child",
          "deadlines": "deadline", "mail": "notice", "task": "task", "transition": "transition"}.get(kind)  # fmt: skip
    if of is None:
        return _thing(words, rule)
    name = rest.partition(".")[0].partition(":")[0]
    return words.label(of, name) if (of, name) in words.wording.labels else ""


def _thing(words: Words, name: str) -> str:
    """A task, a state, a date, a seat or a role by its label; lines of conditions are words already."""
    base = name.partition(":")[0]
    if name in words.case.tasks:
        return words.task(words.case.tasks[name])
    for kind in ("task", "date", "deadline"):
        if (kind, base) in words.wording.labels:
            return words.label(kind, base)
    track = name.partition(".")[0].partition("@")[0]
    if ("stage", name) in words.wording.labels or ("track", track) in words.wording.labels:
        return words.state(name)
    return words.role(name) if name in (*words.definition.seats, *words.definition.roles) else name
