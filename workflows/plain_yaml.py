"""What does a YAML 1.2 file say, as plain values? Ours (catalogues, tables) are read here, a process by `yaml_reading`.

The parser is PyYAML's, over libyaml where its wheel has it. What a word means is decided here, by the core schema of
YAML 1.2.2 (section 10.3.2): PyYAML by itself reads 1.1, where `no` is false and `2026-08-01` a date.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from yaml import SafeLoader as Loader
else:
    Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

NULLS = ("", "~", "null", "Null", "NULL")
WORDS: dict[str, bool | None] = {
    **dict.fromkeys(NULLS),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class _Plain(Loader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        made = super().construct_mapping(node, deep)
        if len(made) < len(node.value):
            keys = [(self.construct_object(key), key.start_mark) for key, _ in node.value]
            again = next(n for n, (key, _) in enumerate(keys) if key in [earlier for earlier, _ in keys[:n]])
            raise yaml.MarkedYAMLError(None, None, "this key stands here a second time", keys[again][1])
        return made


def _word(loader: _Plain, node: yaml.ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    return text if node.style else of_word(text)


_Plain.yaml_implicit_resolvers = {}  # each plain word comes to `_word`, and is weighed there
_Plain.add_constructor("tag:yaml.org,2002:str", _word)


def load_plain(text: str) -> Any:
    """The value of a text of one document. Raises YAMLError, with the place as `problem_mark` where there is one."""
    return yaml.load(text, _Plain)


def events(text: str) -> Iterator[Any]:
    """The events of the parser, each with the marks where it begins and ends. Raises YAMLError as it goes."""
    return iter(yaml.parse(text, Loader))


def of_word(text: str) -> str | int | float | bool | None:
    """What a plain word stands for: a null, a truth value, a number, or itself."""
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if FLOAT.fullmatch(text):
        lowered = text.lower()
        return math.nan if lowered.endswith("nan") else float(lowered.replace(".inf", "inf"))
    return text
