"""That somebody is expected in two places at once, in a sentence."""

from __future__ import annotations

from typing import Any

from collegium.cli.desk import Desk
from collegium.cli.words import Words
from collegium.speech import day_text, t
from engine.appointments import Appointment
from engine.clashes import Clash, Engagement
from engine.ports import UnitOfWork


def clash_facts(desk: Desk, work: UnitOfWork, found: list[Clash], language: str) -> list[dict[str, Any]]:
    """Each as plain values, with the sentence that says it."""
    words: dict[str, Words] = {}
    for clash in found:
        for each in (clash.first, clash.second):
            if each.case not in words:
                words[each.case] = Words(desk, work, work.cases.load(each.case), language)
    return [_facts(work, words, clash) for clash in found]


def _facts(work: UnitOfWork, words: dict[str, Words], clash: Clash) -> dict[str, Any]:
    record = work.people.person(clash.person)
    who = record.name if record is not None else t("erased_person")
    both = [_side(words[each.case], each) for each in (clash.first, clash.second)]
    text = t("clash", who=who, first=_text(both[0]), second=_text(both[1]))
    return {"who": who, "both": [{**side, "when": str(side["when"])} for side in both], "text": text}


def _side(words: Words, each: Engagement) -> dict[str, Any]:
    return {
        "case": each.case, "host": words.host, "date": each.appointment.name,
        "label": words.appointment(each.appointment.name), "when": _when(each.appointment),
    }  # fmt: skip


def _text(side: dict[str, Any]) -> str:
    return t("clash_side", what=side["label"], when=side["when"], host=side["host"], case=side["case"][:8])


def _when(each: Appointment) -> str:
    """Its day or days, and its time where it has one."""
    days = day_text(each.first) if each.first == each.last else f"{day_text(each.first)} - {day_text(each.last)}"
    return f"{days} {each.clock:%H:%M}" if each.clock is not None else days
