"""That a date no longer lies in its window, in a sentence: its day, when it may be, and what sets it anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from collegium.cli.desk import Desk
from collegium.cli.words import Words
from collegium.speech import day_text, t
from engine.actions import CLOCK
from engine.case import Case, Task
from engine.definition import TransitionDef
from engine.draft import Draft
from engine.renaming import renamed
from engine.windows import Outside, outside, outside_ahead, setters


def newly_outside(desk: Desk, words: Words, before: Case, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The dates that lie outside their windows now and did not, or outside other ones; `names`: what is called anew."""
    world = desk.app.worlds.of(words.work, before, words.now)
    was = Draft(desk.app.library.of(words.work, before), before, world, CLOCK, words.now)
    known = {(renamed(each.name, names), each.day, each.first, each.last) for each in outside(was)}
    found = [each for each in outside(words.draft) if (each.name, each.day, each.first, each.last) not in known]
    return list(outside_facts(words, found))


def still_outside(words: Words) -> list[dict[str, Any]]:
    """The dates of a case that lie outside their windows and have yet to come."""
    return [] if words.case.closed else list(outside_facts(words, outside_ahead(words.draft)))


def outside_facts(words: Words, found: Iterable[Outside]) -> Iterator[dict[str, Any]]:
    """Each as plain values, with the sentence that says it."""
    for each in found:
        ahead = each.day >= words.draft.today
        ways = [_way(words, each.name, way) for way in setters(words.draft, each.name)] if ahead else []
        said = ", ".join(f"“{way['label']}” (`{way['command']}`)" for way in ways)
        how = t("outside_ways", ways=said) if ways else t("outside_no_way") if ahead else ""
        text = t(
            "date_outside", what=words.label("date", each.name), host=words.host, case=words.case.id[:8],
            day=day_text(each.day), first=day_text(each.first), last=day_text(each.last),
        )  # fmt: skip
        yield {
            "date": each.name, "label": words.label("date", each.name), "day": each.day, "first": each.first,
            "last": each.last, "ways": ways, "text": f"{text} {how}".strip(),
        }  # fmt: skip


def _way(words: Words, name: str, way: TransitionDef | Task) -> dict[str, str]:
    """What somebody does to set it anew, and the command for it."""
    act = f"collegium act {words.case.id[:8]}"
    if isinstance(way, Task):
        return {"kind": "task", "name": way.key, "label": words.task(way), "command": f"{act} submit {way.key}"}
    asked = [ref.part for ref in (way.sets[name], way.ends.get(name)) if ref is not None and ref.part]
    answers = " ".join(f"--answer {part}={t('a_day')}" for part in asked)
    label = words.label("transition", way.name)
    return {"kind": "transition", "name": way.name, "label": label, "command": f"{act} take {way.name} {answers}"}
