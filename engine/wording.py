"""What do readers see? The texts of a process in each of its languages: labels, form texts and mail templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTemplate:
    """One mail in one language, as template sources."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One numbered revision of the texts of a definition.

    Labels are found by kind and name: ``("stage", "planning")``, ``("state", "reflection.writing")``, and likewise
    task, transition, role, seat, date, document and phase; ``("value", "judgement.positive")``, ``("form", form)``,
    ``("field", "form.field")``, ``("help", "form.field")``, ``("choice", "form.field.value")``,
    ``("criterion", "ksoi-2021.w1")``, ``("scale", "ksoi-2021.basis")``, ``("level", "ksoi-2021.basis.sufficient")``,
    ``("process", name)``, and ``("in_sentences", name)`` where a process says how it is called within a sentence.
    """

    revision: str  # hash of all texts
    labels: Mapping[tuple[str, str], Mapping[str, str]]
    mails: Mapping[tuple[str, str], MailTemplate]  # (notice, language)
    papers: Mapping[tuple[str, str], MailTemplate] = field(default_factory=dict)  # (what `attach` names, language)

    def label(self, kind: str, name: str, language: str) -> str:
        """The text in that language; the name itself where none is known."""
        texts = self.labels.get((kind, name), {})
        return texts.get(language) or name


def within(text: str) -> str:
    """A label as it stands within a sentence: small, but for an abbreviation and what has capitals of its own."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
