"""How does a finding of the checker read in the language of an answer? What is wrong with a definition, said anew.

The English patterns of `workflows` are the keys of `data/finding_texts.yaml`, as those of refusals are of another file
(docs/decisions/0024). Keys, names and texts of a definition stay as they are in its file, and so does what a library
says. What the catalogue does not hold is said in English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from collegium.speech import known, spoken, t
from engine.saying import JOINERS, Speaker
from workflows.checks.findings import Finding
from workflows.plain_yaml import load_plain
from workflows.problems import Problem

Pattern: TypeAlias = str | list[str]
ENGLISH = "en"
JOINED = ("or", "and")


@cache
def patterns() -> Mapping[str, Mapping[str, Pattern]]:
    """English pattern -> language -> pattern of that language; a pair is for one and for several."""
    text = (files("collegium") / "data" / "finding_texts.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Mapping[str, Pattern]] = load_plain(text)
    return loaded


class _Checking(Speaker):
    """Sentences of the checker. A value of the kind `text` is a sentence, or a word such as *task*; of the kind `the`,
    such a word with its article; others are names and texts of a definition."""

    def pattern(self, english: str, n: object = None) -> str:
        found = patterns().get(english, {}).get(spoken(), english)
        return found if isinstance(found, str) else found[0 if n == 1 else 1]

    def word(self, value: object, kind: str) -> str:
        text = super().word(value, kind)
        if kind == "text":
            return self.pattern(text)
        return self.pattern(f"the {text}") if kind == "the" else text

    def join(self, words: Sequence[str], joiner: str) -> str:
        return (t(joiner) if joiner in JOINED else JOINERS[joiner]).join(words)


def finding_text(message: str) -> str:
    """The sentence of a finding or problem in the language of this answer; in English it is the one of the checker."""
    return str(message) if spoken() == ENGLISH else _Checking().say(message)


def problem_line(problem: Problem) -> str:
    """``process.yaml:5:3: fout: ...``: where it stands, how bad it is, and what it is."""
    severity = known("severity", problem.severity)
    return f"{problem.file}:{problem.line}:{problem.column}: {severity}: {finding_text(problem.message)}"


def worded(finding: Finding) -> Finding:
    """The same finding with its sentence in the language of this answer."""
    return replace(finding, message=finding_text(finding.message))
