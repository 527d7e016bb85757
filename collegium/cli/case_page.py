"""How is one case shown to a person? Sections from its facts, the most urgent first."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from collegium.cli.printing import say, say_table
from collegium.speech import columns, day_text, known, moment_text, t

Facts = Mapping[str, Any]


def print_case(facts: Facts) -> None:
    """The page of a case."""
    say(f"{facts['host']} - {facts['process_label']} ({facts['cycle']})")
    say(t("case_line", case=facts["case"], process=facts["process"], version=facts["version"]))
    if facts["parent"]:
        say(t("called_by", case=facts["parent"]))
    if facts["visitor"]:
        say(t("visitor_line", visitor=facts["visitor"]))
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
    _heading(t("head_standing"))
    phase = f"{facts['phase_label']} / " if facts["phase_label"] else ""
    ended = t("closed_mark") if facts["closed"] else ""
    say(f"  {phase}{facts['stage_label']} {_since(facts)}{ended}")
    for track in facts["tracks"]:
        who = f" ({track['who']})" if track["who"] else ""
        say(f"  {track['label']}{who}: {track['state_label']} {_since(track)}")
    if facts["paused"]:
        pause = facts["paused"]
        said = {"since": day_text(pause["since"]), "until": day_text(pause["until"])}
        say(f"  {t('paused_line', by=pause['by'], reason=pause['reason'], **said)}")
    for date in facts["dates"]:
        clock = f" {date['at']:%H:%M}" if date["at"] else ""
        marks = [t("provisional")] if date["provisional"] else []
        marks += [t("unknown_dates", name=known("days", name)) for name in date["unknown"]]
        last = t("until_day", day=day_text(date["last_day"])) if date["last_day"] else ""
        say(f"  {date['label']}: {day_text(date['day'])}{last}{clock}{_marked(marks)}")


def _since(facts: Facts) -> str:
    return t("since", day=day_text(facts["since"]))


def _marked(marks: list[str]) -> str:
    return f" [{'; '.join(marks)}]" if marks else ""


def _waiting(facts: Facts) -> None:
    if facts["not_reached"]:
        _heading(t("head_not_reached"))
        for each in facts["not_reached"]:
            command = f"collegium bounces --about {shlex.quote(each['who'])}"
            say(f"  - {t('not_reached_line', who=each['who'], why=each['why'], command=command)}")
    if facts["waits_for"]:
        _heading(t("head_waits_for"))
        for line in facts["waits_for"]:
            say(f"  - {line}")


def _tasks(facts: Facts) -> None:
    if not facts["tasks"]:
        return
    _heading(t("head_tasks"))
    rows = []
    for task in facts["tasks"]:
        marks = ([t("LATE")] if task["late"] else []) + ([t("optional")] if task["optional"] else []) + task["flags"]
        clock = f" {task['at']:%H:%M}" if task["at"] else ""
        label = t("task_to_sign", task=task["label"]) if task["state"] == "signing" else task["label"]
        rows.append(
            (task["key"], label, day_text(task["due"]) + clock, ", ".join(task["who"]) or t("nobody"), "; ".join(marks))
        )
    say_table(columns("task_columns"), rows, indent=2)


def _panel(facts: Facts) -> None:
    if facts["panel"]:
        _heading(t("head_panel"))
        rows = [
            (held["key"], held["seat_label"], held["who"], held["state_label"], day_text(held["since"]), held["reason"])
            for held in facts["panel"]
        ]
        say_table(columns("panel_columns"), rows, indent=2)
        for line in facts["crowded"]:
            say(f"  ! {line}")


def _options(facts: Facts) -> None:
    deeds = [option for option in facts["options"] if not option["automatic"]]
    steps = [option for option in facts["options"] if option["automatic"]]
    for heading, chosen in (
        (t("head_possible"), [option for option in deeds if option["possible"]]),
        (t("head_impossible"), [option for option in deeds if not option["possible"]]),
    ):
        if chosen:
            _heading(heading)
            for option in _together(chosen):
                _deed(option)
    if steps:
        _heading(t("head_by_itself"))
        for option in steps:
            _step(option)
    if deeds or steps:
        say(f"  {t('office_always')}")


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
            first[same]["people"] = f"{first[same]['people']}, {option['replaces']}"
            first[same]["label"] = t("opt_substitute", who=first[same]["people"])
            continue
        first[same] = {
            **option,
            "people": option["replaces"],
            "command": option["command"].replace(str(option["key"]), t("a_place")),
        }
        found.append(first[same])
    return found


def _deed(option: Facts) -> None:
    to = f" -> {option['to']}" if option["to"] else ""
    by = t("and" if option["all_of_them"] else "or").join(option["by"]) or t("nobody")
    who = f" ({', '.join(option['who']) or t('holds_no_role')})"
    say(f"  {t('deed_by', what=option['label'] + to, by=by + who)}")
    if option["asks"]:
        say(f"      {t('deed_asks', asks=', '.join(f'{label} ({name})' for name, label in option['asks'].items()))}")
    for line in option["judged_then_labels"]:
        say(f"      {t('must_hold', line=line)}")
    _reasons(option)
    if option["possible"]:
        say(f"      {option['command']}")


def _step(option: Facts) -> None:
    to = f" -> {option['to']}" if option["to"] else ""
    on = t("on_day", day=day_text(option["on"])) if option["on"] else ""
    say(f"  {option['label']}{to}{on}")
    if option["waits_for"]:
        say(f"      {t('waits_for_states', states=t('or').join(option['waits_for_labels']))}")
    _reasons(option)


def _reasons(option: Facts) -> None:
    for each in option["reasons"]:
        waive = t("waivable", who=each["waivable_by"]) if each["waivable_by"] else ""
        say(f"      {t('not_yet', reason=each['reason'])}{waive}")


def _by_hand(facts: Facts) -> None:
    if not facts["by_hand"] and not facts["waivers"]:
        return
    _heading(t("head_by_hand"))
    for event in facts["by_hand"]:
        say(f"  {day_text(event['on'].date())} {t('by_whom', what=event['text'], who=event['by'])}")
    for waiver in facts["waivers"]:
        say(f"  {t('set_aside', stage=waiver['in'], line=waiver['line_label'], reason=waiver['reason'])}")


def _events(facts: Facts) -> None:
    _heading(t("head_happened"))
    for event in facts["events"]:
        say(f"  {event['seq']:>4} {moment_text(event['on'], event['on'].tzinfo)} {event['text']} - {event['by']}")
