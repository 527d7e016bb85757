"""How is one case shown to a person? Sections from its facts, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collegium.cli.printing import day_text, say, say_table

Facts = Mapping[str, Any]


def print_case(facts: Facts) -> None:
    """The page of a case."""
    say(f"{facts['host']} - {facts['process_label']} ({facts['cycle']})")
    say(f"case {facts['case']}, {facts['process']} version {facts['version']}")
    if facts["parent"]:
        say(f"called by case {facts['parent']}")
    _standing(facts)
    _waiting(facts)
    _tasks(facts)
    _panel(facts)
    _options(facts)
    _by_hand(facts)
    _events(facts)


def _heading(text: str) -> None:
    say()
    say(text.upper())


def _standing(facts: Facts) -> None:
    _heading("Where it stands")
    phase = f"{facts['phase_label']} / " if facts["phase_label"] else ""
    ended = " - closed" if facts["closed"] else ""
    say(f"  {phase}{facts['stage_label']} (since {day_text(facts['since'])}){ended}")
    for track in facts["tracks"]:
        who = f" ({track['who']})" if track["who"] else ""
        say(f"  {track['label']}{who}: {track['state_label']} (since {day_text(track['since'])})")
    if facts["paused"]:
        pause = facts["paused"]
        say(f"  PAUSED by {pause['by']} since {pause['since']} until {pause['until']}: {pause['reason']}")
    for date in facts["dates"]:
        clock = f" {date['at']:%H:%M}" if date["at"] else ""
        marks = ["provisional"] if date["provisional"] else []
        marks += [f"not known that far: {name}" for name in date["unknown"]]
        say(f"  {date['label']}: {day_text(date['day'])}{clock}{_marked(marks)}")


def _marked(marks: list[str]) -> str:
    return f" [{'; '.join(marks)}]" if marks else ""


def _waiting(facts: Facts) -> None:
    if facts["not_reached"]:
        _heading("Not reached by mail")
        for each in facts["not_reached"]:
            say(f'  - {each["who"]}: {each["why"]}; see `collegium bounces --about "{each["who"]}"`')
    if facts["waits_for"]:
        _heading("What it waits for")
        for line in facts["waits_for"]:
            say(f"  - {line}")


def _tasks(facts: Facts) -> None:
    if not facts["tasks"]:
        return
    _heading("Open tasks")
    rows = []
    for task in facts["tasks"]:
        marks = (["LATE"] if task["late"] else []) + (["optional"] if task["optional"] else []) + task["flags"]
        clock = f" {task['at']:%H:%M}" if task["at"] else ""
        label = f"{task['label']} (waits for a signature)" if task["state"] == "signing" else task["label"]
        rows.append(
            (task["key"], label, day_text(task["due"]) + clock, ", ".join(task["who"]) or "nobody", "; ".join(marks))
        )
    say_table(("Task", "What", "Due", "Who", "Notes"), rows, indent=2)


def _panel(facts: Facts) -> None:
    if facts["panel"]:
        _heading("Panel")
        rows = [
            (held["key"], held["seat_label"], held["who"], held["state_label"], day_text(held["since"]), held["reason"])
            for held in facts["panel"]
        ]
        say_table(("Place", "As", "Who", "State", "Since", "Reason"), rows, indent=2)


def _options(facts: Facts) -> None:
    deeds = [option for option in facts["options"] if not option["automatic"]]
    steps = [option for option in facts["options"] if option["automatic"]]
    for heading, chosen in (
        ("What can be done now", [option for option in deeds if option["possible"]]),
        ("What cannot be done now", [option for option in deeds if not option["possible"]]),
    ):
        if chosen:
            _heading(heading)
            for option in _together(chosen):
                _deed(option)
    if steps:
        _heading("What happens by itself")
        for option in steps:
            _step(option)
    if deeds or steps:
        say("  The office can always set a date (pin), waive a condition, correct by hand, or recalculate.")


def _together(chosen: list[Facts]) -> list[Facts]:
    """The places in the panel whose holder can be replaced by the same people count as one line."""
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    found: list[Facts] = []
    for option in chosen:
        if option["kind"] != "substitute":
            found.append(option)
            continue
        same = tuple(option["by"]), tuple(each["reason"] for each in option["reasons"])
        if same in first:
            first[same]["label"] += f",{option['label'].removeprefix('replace')}"
            continue
        first[same] = {**option, "command": option["command"].replace(str(option["key"]), "PLACE")}
        found.append(first[same])
    return found


def _deed(option: Facts) -> None:
    to = f" -> {option['to']}" if option["to"] else ""
    joined = " and " if option["all_of_them"] else " or "
    by = joined.join(option["by"]) or "nobody"
    who = f" ({', '.join(option['who'])})" if option["who"] else " (nobody holds that role)"
    say(f"  {option['label']}{to}: by {by}{who}")
    if option["asks"]:
        say(f"      asks {', '.join(f'{name} ({label})' for name, label in option['asks'].items())}")
    for line in option["judged_then"]:
        say(f"      must hold then: {line}")
    _reasons(option)
    if option["possible"]:
        say(f"      {option['command']}")


def _step(option: Facts) -> None:
    to = f" -> {option['to']}" if option["to"] else ""
    on = f", on {day_text(option['on'])}" if option["on"] else ""
    say(f"  {option['label']}{to}{on}")
    if option["waits_for"]:
        say(f"      waits for {' or '.join(option['waits_for'])}")
    _reasons(option)


def _reasons(option: Facts) -> None:
    for each in option["reasons"]:
        waive = f" (can be waived by {each['waivable_by']})" if each["waivable_by"] else ""
        say(f"      not yet: {each['reason']}{waive}")


def _by_hand(facts: Facts) -> None:
    if not facts["by_hand"] and not facts["waivers"]:
        return
    _heading("By hand")
    for event in facts["by_hand"]:
        say(f"  {event['on'][:10]} {event['text']} - by {event['by']}")
    for waiver in facts["waivers"]:
        say(f"  set aside in {waiver['in']}: {waiver['line']} - {waiver['reason']}")


def _events(facts: Facts) -> None:
    _heading("What happened")
    for event in facts["events"]:
        say(f"  {event['seq']:>4} {event['on'][:16].replace('T', ' ')} {event['text']} - {event['by']}")
