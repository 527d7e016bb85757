"""Does a process of the office's own stand in the place of a shipped one without anybody knowing?"""

from __future__ import annotations

from collegium.speech import t
from engine.definition import Definition
from workflows import loader


def namesake(definition: Definition) -> tuple[str, str] | None:
    """A sentence and what helps, where a shipped process has the same name and version and behaves otherwise.

    Other words under a shipped name are what an office may well want, and so is a version of its own.
    """
    folder = loader.shipped().get(definition.name)
    shipped = loader.load(folder).definition if folder is not None else None
    if shipped is None or shipped.version != definition.version or shipped.behaviour == definition.behaviour:
        return None
    says = t("namesake", name=definition.name, version=definition.version)
    return says, t("namesake.do", next=definition.version + 1)
