"""Which words belong to the processes, and which words does the Python use? Both sides of the vocabulary test."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workflows.yaml_reading import read_yaml

ITEMS = (
    "gates", "dates", "deadlines", "people", "seats", "groups", "conditions", "values", "phases", "stages", "tracks",
    "transitions", "tasks", "children", "notices", "documents",
)  # fmt: skip
LANGUAGE = "nl"  # labels in English are ordinary words of the code; those in Dutch can only come from a process


@dataclass(slots=True)
class Vocabulary:
    """Names by what they name, the names of people's places and of the rubric, form fields, and Dutch labels."""

    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    nouns: set[str] = field(default_factory=set)  # roles, seats, rubrics: telling even as one bare identifier
    fields: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)

    def add(self, name: Any, kind: str, says: Any = None) -> None:
        self.names[str(name)].add(kind)
        if kind in ("people", "seats", "rubric", "criterion", "scale", "level"):
            self.nouns.add(str(name))
        texts = says.get("says", says) if isinstance(says, Mapping) else None
        if isinstance(texts, Mapping) and LANGUAGE in texts:
            self.labels.add(str(texts[LANGUAGE]))


def of_definitions(folder: Path) -> Vocabulary:
    """Every name and Dutch label of the processes, forms and rubrics under a folder."""
    found = Vocabulary()
    for path in sorted(folder.glob("*/process.yaml")):
        _process(_mapping(path), found)
    for path in sorted(folder.glob("*/forms/*.yaml")):
        form = _mapping(path)
        found.add(form["form"], "form", form["title"])
        _fields(form["fields"], found)
    for path in [*sorted(folder.glob("rubrics/*.yaml")), *sorted(folder.glob("*/rubrics/*.yaml"))]:
        _rubric(_mapping(path), found)
    return found


def _mapping(path: Path) -> Mapping[Any, Any]:
    read, problems = read_yaml(path.read_bytes(), path.name)
    assert read is not None, [str(problem) for problem in problems]
    return read


def _process(process: Mapping[Any, Any], found: Vocabulary) -> None:
    found.add(process["process"], "process", process["title"])
    for kind in ITEMS:
        for name, item in (process.get(kind) or {}).items():
            found.add(name, kind, item)
    for track in (process.get("tracks") or {}).values():
        for name, texts in track["states"].items():
            found.add(name, "state", texts)
    for value in (process.get("values") or {}).values():
        for name, texts in value["choice"].items():
            found.add(name, "choice", texts)


def _fields(fields: Mapping[Any, Any], found: Vocabulary) -> None:
    for name, question in fields.items():
        found.fields.add(str(name))
        _fields(question.get("columns") or {}, found)


def _rubric(rubric: Mapping[Any, Any], found: Vocabulary) -> None:
    for name in ("rubric", "noun", "plural"):
        found.add(rubric[name], "rubric", rubric["title"] if name == "rubric" else None)
    for name, criterion in rubric["criteria"].items():
        found.add(name, "criterion", criterion)
    for name, scale in (rubric.get("scales") or {}).items():
        found.add(name, "scale")
        for level, texts in scale["levels"].items():
            found.add(level, "level", texts)


@dataclass(frozen=True, slots=True)
class Word:
    """An identifier or a text of the code, and where it stands."""

    text: str
    where: str
    identifier: bool


def of_code(files: list[Path], root: Path) -> Iterator[Word]:
    """Every identifier and every text of Python files; docstrings are prose and left out."""
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            where = f"{path.relative_to(root)}:{getattr(node, 'lineno', 0)}"
            for name in _identifiers(node):
                yield Word(name, where, identifier=True)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                yield Word(node.value, where, identifier=False)


def _identifiers(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(asname=str(name)):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.arg(arg=name) | ast.keyword(arg=str(name)):
            yield name


def hits(vocabulary: Vocabulary, words: Iterator[Word]) -> dict[str, set[str]]:
    """Where the code speaks of a process: word -> places.

    A text counts where it is a name, contains a compound name (`fix_visit`) or a Dutch label. An identifier counts
    where it is a compound name, a role, a seat or a word of a rubric: `draft` or `reading` alone is ordinary English.
    """
    found: dict[str, set[str]] = defaultdict(set)
    compound = {name for name in vocabulary.names if "_" in name or "-" in name}
    labels = re.compile("|".join(rf"\b{re.escape(label)}\b" for label in sorted(vocabulary.labels) if len(label) > 3))
    for word in words:
        if word.identifier:
            if (name := word.text.strip("_")) in compound | vocabulary.nouns:
                found[name].add(word.where)
            continue
        if word.text in vocabulary.names:
            found[word.text].add(word.where)
        for name in set(re.findall(r"[\w-]+", word.text)) & compound:
            found[name].add(word.where)
        for label in labels.findall(word.text):
            found[label].add(word.where)
    return found


def fields_read(vocabulary: Vocabulary, words: Iterator[Word]) -> dict[str, set[str]]:
    """Where the code names a question of a form: name -> places."""
    found: dict[str, set[str]] = defaultdict(set)
    for word in words:
        if not word.identifier and word.text in vocabulary.fields:
            found[word.text].add(word.where)
    return found
