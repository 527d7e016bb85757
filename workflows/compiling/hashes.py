"""Is it still the same process? Hashes of what a definition does and of what it says, whatever the spelling.

Two files behave alike if they say the same in the same order of items; the order of the keys of one item is free.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from engine.wording import MailTemplate
from workflows.yaml_reading import Text

TEXT_KEYS = frozenset({"says", "title", "in_sentences", "help", "intro"})
SECTIONS = """
    dates deadlines people seats groups values stages tracks transitions tasks children notices documents gates
    conditions calendars
"""
ORDERED = frozenset(SECTIONS.split())
HEAD = frozenset({"title", "in_sentences", "phases", "version", "replaces"})


def behaviour_hash(
    process: Mapping[Text, Any], forms: Iterable[Mapping[Text, Any]], rubric: Mapping[Text, Any] | None
) -> str:
    """Of the process without its texts, number and what it replaces, the fields of its forms, and the rubric."""
    behaviour = {
        "process": _process(process),
        "forms": sorted((_form(form) for form in forms), key=lambda form: str(form["form"])),
        "rubric": None if rubric is None else _rubric(rubric),
    }
    return canonical_hash(behaviour)


def wording_hash(
    labels: Mapping[tuple[str, str], Mapping[str, str]],
    mails: Mapping[tuple[str, str], MailTemplate],
    papers: Mapping[tuple[str, str], MailTemplate],
) -> str:
    """Of all texts: labels, mails and papers; of a process without papers as before there were any."""
    texts: dict[str, Any] = {
        "labels": {"\n".join(key): dict(value) for key, value in labels.items()},
        "mails": {"\n".join(key): [mail.subject, mail.text, mail.html] for key, mail in mails.items()},
    }
    if papers:
        texts["papers"] = {"\n".join(key): [paper.subject, paper.text] for key, paper in papers.items()}
    return canonical_hash(texts)


def canonical_hash(value: object) -> str:
    """SHA-256 of the canonical JSON of a value."""
    data = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(data.encode()).hexdigest()


def _process(process: Mapping[Text, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in process.items():
        if key in HEAD:
            continue
        if key in ORDERED and isinstance(value, Mapping):
            made[str(key)] = [[str(name), _item(str(key), item)] for name, item in value.items()]
        else:
            made[str(key)] = _silent(value)
    return made


def _item(section: str, item: Any) -> Any:
    """One item without its texts; the texts of states and choices leave their names, in order."""
    if not isinstance(item, Mapping):
        return _silent(item)
    named = {"tracks": "states", "values": "choice"}.get(section)
    return {
        str(key): list(map(str, value)) if key == named and isinstance(value, Mapping) else _silent(value)
        for key, value in item.items()
        if not _is_text(key, value)
    }


def _form(form: Mapping[Text, Any]) -> dict[str, Any]:
    return {"form": form.get(Text("form")), "fields": _fields(form.get(Text("fields"), {}))}


def _fields(fields: Mapping[Text, Any]) -> list[Any]:
    return [[str(name), _field(question)] for name, question in fields.items()]


def _field(question: Mapping[Text, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in question.items():
        if key == "choices":
            made["choices"] = list(map(str, value))
        elif key == "columns":
            made["columns"] = _fields(value)
        elif not _is_text(key, value):
            made[str(key)] = _silent(value)
    return made


def _rubric(rubric: Mapping[Text, Any]) -> dict[str, Any]:
    scales = rubric.get(Text("scales"), {})
    return {
        "rubric": rubric.get(Text("rubric")),
        "noun": rubric.get(Text("noun")),
        "plural": rubric.get(Text("plural")),
        "criteria": list(map(str, rubric.get(Text("criteria"), {}))),
        "scales": [[str(name), list(map(str, scale.get(Text("levels"), {})))] for name, scale in scales.items()],
    }


def _silent(value: Any) -> Any:
    """The value without texts for readers, in plain types."""
    if isinstance(value, Mapping):
        return {str(key): _silent(inner) for key, inner in value.items() if not _is_text(key, inner)}
    if isinstance(value, list):
        return [_silent(inner) for inner in value]
    return str(value) if isinstance(value, str) else value


def _is_text(key: str, value: object) -> bool:
    return key == "accept" or (key in TEXT_KEYS and isinstance(value, Mapping))
