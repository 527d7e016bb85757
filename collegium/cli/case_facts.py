"""What is there to know of one case? Plain values, the same for a person's page and for a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collegium.cli.event_words import event_facts
from collegium.cli.words import Words, task_facts
from collegium.speech import counted, day_text, known, t
from engine.case import Holding
from engine.counting import awaited
from engine.outlook import Option, options
from engine.reaching import not_reached
from engine.rings import VISITOR
from engine.seat import Crowd, crowded, told_as
from engine.task import FACT

LAST_EVENTS = 8
BY_HAND = frozenset({"corrected", "differed", "pinned", "visitor_changed", "waived"})
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
        "visitor": words.organisation(case.facts[VISITOR]) if VISITOR in case.facts else None,
        "paused": _pause(words),
        "tracks": [_track(words, key) for key in case.tracks],
        "dates": list(_dates(words)),
        "not_reached": [
            {"who": words.person(who), "why": known("why", str(case.facts[f"{FACT}{who}"]))}
            for who in not_reached(case)
        ],
        "waits_for": list(_waits_for(words)),
        "tasks": [task_facts(words, task) for task in _by_date(words)],
        "options": [option_facts(words, option) for option in options(words.definition, case, words.world, words.now)],
        "panel": [_holding(words, key) for key in case.holdings],
        "crowded": [crowd_text(words, each) for each in crowded(case)],
        "people": {words.role(name): words.people(people) for name, people in case.roles.items() if people},
        "by_hand": [event_facts(words, each) for each in events if each.event.kind in BY_HAND],
        "waivers": [
            {"line": waiver.line, "line_label": words.line(waiver.line), "in": words.state(waiver.scope),
             "reason": waiver.reason, "by": words.person(waiver.by) if waiver.by else t("the_office")}
            for waiver in case.waivers.values()
        ],
        "events": [event_facts(words, each) for each in (told if whole_history else told[-LAST_EVENTS:])],
    }  # fmt: skip


def _pause(words: Words) -> dict[str, Any] | None:
    pause = words.case.paused
    if pause is None:
        return None
    by = words.person(pause.by) if pause.by else t("the_office")
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
    state = seat_state(words, held)
    return {
        "key": key,
        "seat": held.seat,
        "seat_label": words.role(held.seat),
        "who": words.person(held.participant),
        "state": held.state,
        "state_label": t("reserve", state=state) if held.reserve else state,
        "since": words.day(held.since),
        "reserve": held.reserve,
        "replaces": held.replaces,
        "reason": known("seat_reason", held.reason) if held.reason else "",
    }


def seat_state(words: Words, held: Holding) -> str:
    """How it stands with a place; who was not needed any more may well have answered."""
    return words.label("seat_state", told_as(words.case, held))


def crowd_text(words: Words, crowd: Crowd) -> str:
    """That more people are asked or said yes than there are places, and what becomes of it."""
    number = crowd.asked + crowd.accepted
    return counted("seat_crowd", crowd.free, seat=words.role(crowd.seat), people=number, yes=crowd.accepted)


def _dates(words: Words) -> Iterator[dict[str, Any]]:
    for kind, names in (("date", words.definition.dates), ("deadline", words.definition.deadlines)):
        for name in names:
            found = words.named_date(name)
            last = words.named_date(name, "end") if kind == "date" else None
            yield {
                "name": name,
                "label": words.label(kind, name),
                "day": found.point.day if found else None,
                "last_day": last.point.day if found and last and last.point.day > found.point.day else None,
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
        yield t("until_pause", day=day_text(case.paused.until))
    for task in _by_date(words):
        if words.definition.tasks[task.name].optional or task.quiet:
            continue
        who = ", ".join(words.people(task.assignees)) or t("nobody")
        due = t("wait_due", day=day_text(task.due.day)) if task.due else t("wait_no_date")
        sign = t("wait_sign") if task.state == "signing" else ""
        yield f"{who}{sign}: {words.task(task)}{due}"
    for name in words.definition.children if not words.definition.stages[case.stage].end else ():
        if running := awaited(words.draft, name):
            yield t("wait_child", n=len(running), what=words.label("child", name))
    for row in sorted(case.deadlines.values(), key=lambda row: row.at):
        if row.kind == "transition":
            yield t("wait_by_itself", day=day_text(row.day), what=words.label("transition", row.subject))


def option_facts(words: Words, option: Option) -> dict[str, Any]:
    """An option as plain values, with the command that takes it."""
    return {
        "kind": option.kind,
        "name": option.name,
        "key": option.key or None,
        "label": _option_label(words, option),
        "replaces": _holder(words, option.key) if option.kind == "substitute" else None,
        "from": words.state(option.state) if option.state else None,
        "to": words.state(option.target) if option.target else None,
        "by": words.roles(option.roles),
        "all_of_them": option.all_of_them,
        "who": words.people(option.participants),
        "automatic": option.automatic,
        "on": option.at,
        "waits_for": list(option.waits_for),
        "waits_for_labels": list(_awaited(words, option)),
        "asks": {name: _ask(words, option.name, name) for name in option.asks},
        "judged_then": list(option.asked_lines),
        "judged_then_labels": [words.line(each) for each in option.asked_lines],
        "possible": option.possible and not (option.automatic and option.waits_for),
        "reasons": [
            {"reason": words.speaker.say(each.reason), "line": each.line or None,
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
            return t("opt_sign", task=words.task(item)) if item.state == "signing" else words.task(item)
        case "extend":
            return t("opt_extend", task=words.task(words.case.tasks[option.key]))
        case "answer" | "substitute":
            return t(f"opt_{option.kind}", who=_holder(words, option.key))
        case "assign":
            return t("opt_assign", role=words.role(option.name))
        case "differ":
            return t("opt_differ", what=words.label("value", option.name))
        case "pause" | "resume":
            return t(f"opt_{option.kind}")


def _awaited(words: Words, option: Option) -> Iterator[str]:
    """When a step would happen, in words: as soon as a task is done, or so long after something."""
    arrow = words.definition.transitions.get(option.name)
    for expr in arrow.when if arrow is not None else ():
        if expr.text in option.waits_for:
            yield words.speaker.happens(expr)


def _holder(words: Words, key: str) -> str:
    held = words.case.holdings[key]
    return f"{words.person(held.participant)} ({words.role(held.seat)})"


def _ask(words: Words, transition: str, name: str) -> str:
    own = words.wording.labels.get(("ask", f"{transition}.{name}"))
    return words.label("ask", f"{transition}.{name}") if own else words.label("ask", name)


def _command(words: Words, option: Option) -> str:
    case = words.case.id[:8]
    rest = {
        "take": " ".join([option.name, *(f"--answer {name}=..." for name in option.asks)]),
        "submit": f"{option.key} --answer ...",
        "answer": f"yes|no --seat {option.key}",
        "assign": f"{option.name} {t('an_address')}...",
        "substitute": f"{option.key} --successor {t('an_address')} --reason ...",
        "extend": f"{option.key} --until {t('a_day')} --reason ...",
        "pause": f"--until {t('a_day')} --reason ...",
        "resume": "",
        "differ": f"{option.name} {t('a_choice')} --answer reason=...",
    }[option.kind]
    return f"collegium act {case} {option.kind} {rest}".rstrip()
