"""What is there to know of one case? Plain values, the same for a person's page and for a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collegium.cli.words import Words, task_facts
from engine.events import Event, Sealed
from engine.outlook import Option, options
from engine.reaching import FACT, not_reached

LAST_EVENTS = 8
BY_HAND = frozenset({"corrected", "differed", "pinned", "waived"})
UNDER_THE_HOOD = frozenset(
    {"dates_computed", "date_set", "date_came", "task_opening", "answers_given", "track_started", "stage_left"}
)


def facts_of(words: Words, *, whole_history: bool = False) -> dict[str, Any]:
    """Where a case stands, what it waits for, what can be done next by whom, and what happened."""
    case = words.case
    events = words.work.cases.history(case.id)
    told = [each for each in events if whole_history or each.event.kind not in UNDER_THE_HOOD]
    cycle = words.work.definitions.cycle(case.cycle)
    return {
        "case": case.id,
        "host": words.host,
        "cycle": cycle.name if cycle else case.cycle,
        "process": case.process,
        "process_label": words.process,
        "version": case.process_version,
        "stage": case.stage,
        "stage_label": words.stage(),
        "phase_label": words.phase(),
        "since": words.day(case.stage_since),
        "closed": case.closed,
        "outcome": case.outcome,
        "parent": case.parent.case if case.parent else None,
        "paused": _pause(words),
        "tracks": [_track(words, key) for key in case.tracks],
        "dates": list(_dates(words)),
        "not_reached": [
            {"who": words.person(who), "why": case.facts[f"{FACT}{who}"].replace("_", " ")} for who in not_reached(case)
        ],
        "waits_for": list(_waits_for(words)),
        "tasks": [task_facts(words, task) for task in _by_date(words)],
        "options": [option_facts(words, option) for option in options(words.definition, case, words.world, words.now)],
        "panel": [_holding(words, key) for key in case.holdings],
        "people": {words.role(name): words.people(people) for name, people in case.roles.items() if people},
        "by_hand": [event_facts(words, each) for each in events if each.event.kind in BY_HAND],
        "waivers": [
            {"line": waiver.line, "in": words.state(waiver.scope), "reason": waiver.reason,
             "by": words.person(waiver.by) if waiver.by else "the office"} for waiver in case.waivers.values()
        ],
        "events": [event_facts(words, each) for each in (told if whole_history else told[-LAST_EVENTS:])],
    }  # fmt: skip


def _pause(words: Words) -> dict[str, Any] | None:
    pause = words.case.paused
    if pause is None:
        return None
    by = words.person(pause.by) if pause.by else "the office"
    return {"since": words.day(pause.since), "until": pause.until, "reason": pause.reason, "by": by}


def _track(words: Words, key: str) -> dict[str, Any]:
    name, _, holding = key.partition("@")
    current = words.case.tracks[key]
    held = words.case.holdings.get(holding)
    return {
        "track": key,
        "label": words.label("track", name),
        "state": current.state,
        "state_label": words.label("state", f"{name}.{current.state}"),
        "who": words.person(held.participant) if held else None,
        "since": words.day(current.since),
    }


def _holding(words: Words, key: str) -> dict[str, Any]:
    held = words.case.holdings[key]
    state = words.label("seat_state", held.state)
    return {
        "key": key,
        "seat": held.seat,
        "seat_label": words.role(held.seat),
        "who": words.person(held.participant),
        "state": held.state,
        "state_label": f"{state} (reserve)" if held.reserve else state,
        "since": words.day(held.since),
        "reserve": held.reserve,
        "replaces": held.replaces,
        "reason": held.reason,
    }


def _dates(words: Words) -> Iterator[dict[str, Any]]:
    for kind, names in (("date", words.definition.dates), ("deadline", words.definition.deadlines)):
        for name in names:
            found = words.named_date(name)
            yield {
                "name": name,
                "label": words.label(kind, name),
                "day": found.point.day if found else None,
                "at": found.point.clock if found else None,
                "provisional": found.provisional if found else False,
                "unknown": list(found.unknown) if found else [],
            }


def _by_date(words: Words) -> list[Any]:
    return sorted(
        words.case.open_tasks(), key=lambda task: (task.due is None, task.due.at if task.due else task.opened)
    )


def _waits_for(words: Words) -> Iterator[str]:
    """In sentences: people with work to do, then dates that move the case by themselves."""
    case = words.case
    if case.closed:
        return
    if case.paused is not None:
        yield f"the end of the pause on {case.paused.until}, or that it is resumed before"
    for task in _by_date(words):
        if words.definition.tasks[task.name].optional or task.quiet:
            continue
        who = ", ".join(words.people(task.assignees)) or "nobody"
        due = f", due {task.due.day}" if task.due else ", without a date"
        sign = " to sign" if task.state == "signing" else ""
        yield f"{who}{sign}: {words.task(task)}{due}"
    for row in sorted(case.deadlines.values(), key=lambda row: row.at):
        if row.kind == "transition":
            yield f"{row.day}: {words.label('transition', row.subject)} happens by itself ({row.why})"


def option_facts(words: Words, option: Option) -> dict[str, Any]:
    """An option as plain values, with the command that takes it."""
    return {
        "kind": option.kind,
        "name": option.name,
        "key": option.key or None,
        "label": _option_label(words, option),
        "from": words.state(option.state) if option.state else None,
        "to": words.state(option.target) if option.target else None,
        "by": words.roles(option.roles),
        "all_of_them": option.all_of_them,
        "who": words.people(option.participants),
        "automatic": option.automatic,
        "on": option.at,
        "waits_for": list(option.waits_for),
        "asks": {name: _ask(words, option.name, name) for name in option.asks},
        "judged_then": list(option.asked_lines),
        "possible": option.possible and not (option.automatic and option.waits_for),
        "reasons": [
            {"reason": each.reason, "line": each.line or None,
             "waivable_by": words.role(each.waivable_by) if each.waivable_by else None} for each in option.hindrances
        ],
        "command": None if option.automatic else _command(words, option),
    }  # fmt: skip


def _option_label(words: Words, option: Option) -> str:
    match option.kind:
        case "take":
            text = words.label("transition", option.name)
            held = words.case.holdings.get(option.holding or "")
            return f"{text} ({words.person(held.participant)})" if held else text
        case "submit":
            item = words.case.tasks[option.key]
            return f"{words.task(item)}: sign" if item.state == "signing" else words.task(item)
        case "extend":
            return f"more time for {words.task(words.case.tasks[option.key])}"
        case "answer" | "substitute":
            who = f"{words.person(words.case.holdings[option.key].participant)} ({words.role(option.name)})"
            return f"answer the invitation of {who}" if option.kind == "answer" else f"replace {who}"
        case "assign":
            return f"name candidates: {words.role(option.name)}"
        case "differ":
            return f"set {words.label('value', option.name)} by hand"
        case "pause" | "resume":
            return f"{option.kind} the case"


def _ask(words: Words, transition: str, name: str) -> str:
    own = words.wording.labels.get(("ask", f"{transition}.{name}"))
    return words.label("ask", f"{transition}.{name}") if own else words.label("ask", name)


def _command(words: Words, option: Option) -> str:
    case = words.case.id[:8]
    rest = {
        "take": " ".join([option.name, *(f"--answer {name}=..." for name in option.asks)]),
        "submit": f"{option.key} --answer ...",
        "answer": f"yes|no --seat {option.key}",
        "assign": f"{option.name} EMAIL...",
        "substitute": f"{option.key} --successor EMAIL --reason ...",
        "extend": f"{option.key} --until DAY --reason ...",
        "pause": "--until DAY --reason ...",
        "resume": "",
        "differ": f"{option.name} CHOICE --answer reason=...",
    }[option.kind]
    return f"collegium act {case} {option.kind} {rest}".rstrip()


# what happened --------------------------------------------------------------------------------------------------------


def event_facts(words: Words, sealed: Sealed) -> dict[str, Any]:
    """An event as plain values, with a sentence."""
    event = sealed.event
    return {
        "seq": sealed.seq,
        "kind": event.kind,
        "name": event.name,
        "on": words.local(event.effective_at).isoformat(timespec="minutes"),
        "recorded": words.local(event.recorded_at).isoformat(timespec="minutes"),
        "by": words.actor(event.actor),
        "text": event_text(words, event),
        "data": dict(event.data),
    }


def event_text(words: Words, event: Event) -> str:
    """What happened, in words: its kind, what it is about by its label, and its reason."""
    kind = event.kind.replace("_", " ")
    text = f"{kind}: {_subject(words, event)}"
    reason = event.data.get("reason")
    if reason and reason != "given":
        text = f"{text} - {reason}"
    until = event.data.get("until")
    return f"{text} (until {until})" if until else text


def _subject(words: Words, event: Event) -> str:
    name = event.name
    base = name.partition(":")[0]
    if event.kind == "case_launched":
        return words.host
    if event.kind.startswith(("stage_", "case_", "paused", "resumed", "recalculated")):
        return words.stage(name) if name in words.definition.stages else name
    if event.kind.startswith("track_"):
        return words.label("track", name.partition("@")[0])
    if event.kind.startswith("seat_") or event.kind == "conflict_declared":
        held = words.case.holdings.get(name)
        return f"{words.person(held.participant)} ({words.role(held.seat)})" if held else name
    if event.kind in ("transition_taken", "consent_given"):
        return words.label("transition", name)
    if name in words.case.tasks:
        return words.task(words.case.tasks[name])
    if base in words.definition.tasks:
        return words.label("task", base)
    if name in words.definition.stages or "." in name:
        return words.state(name) if name.partition(".")[0] in (*words.definition.tracks, name) else name
    return words.role(name) if name in (*words.definition.seats, *words.definition.roles) else name
