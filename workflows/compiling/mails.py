"""Which mails and papers does a process send, and is each there in each language? Templates as sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.saying import said
from engine.wording import MailTemplate
from workflows.compiling.labels import language_name
from workflows.compiling.names import BUILT_IN_NOTICES
from workflows.compiling.reader import Reader
from workflows.problems import Place, Problem, did_you_mean, problem, sentence
from workflows.yaml_reading import Text

PATTERN = re.compile(r"mails/([^/]+)/([^/]+)/([^/]+)")
PAPER = re.compile(r"papers/([^/]+)/([^/]+)/([^/]+)")
PARTS = {"subject.txt": "subject", "body.txt": "body", "body.html": "HTML body"}
REQUIRED = ("subject.txt", "body.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """The templates of a process, and the files of the defaults that it uses."""

    mails: Mapping[tuple[str, str], MailTemplate]
    defaults: Mapping[str, bytes]


def gather_mails(
    reader: Reader,
    *,
    notices: Mapping[Text, object],
    late: Iterable[Text],
    languages: Iterable[str],
    files: Mapping[str, bytes],
    defaults: Mapping[str, bytes],
) -> Post:
    """The template of each notice in each language; built-in notices fall back to the defaults."""
    folders = _folders(files)
    built_in = {*BUILT_IN_NOTICES, *_folders(defaults)}
    named: dict[str, str] = dict.fromkeys((*BUILT_IN_NOTICES, *sorted(_folders(defaults))), "")
    for notice in (*late, *notices):
        named[str(notice)] = notice
    mails: dict[tuple[str, str], MailTemplate] = {}
    used: dict[str, bytes] = {}
    for name, owner in named.items():
        if name not in folders and name not in built_in:
            known = (*folders, *built_in)
            message = said("The notice `{name}` has no mail: add `mails/{name}/`.", name=name)
            reader.error(owner, message, did_you_mean(name, known, most=0))
            continue
        for language in languages:
            mails[name, language] = _template(reader, owner, name, language, files, defaults, used)
    reader.problems.extend(_unused(files, named, tuple(languages)))
    return Post(mails=mails, defaults=used)


def gather_papers(
    reader: Reader, *, attached: Iterable[Text], languages: Iterable[str], files: Mapping[str, bytes]
) -> Mapping[tuple[str, str], MailTemplate]:
    """The template of each paper that a notice attaches, in each language: its title and its text.

    One that is missing is left out: cases that were launched before papers were asked for go on, and their mails too.
    """
    papers: dict[tuple[str, str], MailTemplate] = {}
    named = {str(name): name for name in reversed(list(attached))}
    for name, owner in named.items():
        for language in languages:
            found: dict[str, str] = {}
            for part, what in {"subject.txt": "title", "body.txt": "text"}.items():
                path = f"papers/{name}/{language}/{part}"
                if path not in files:
                    message = said(
                        "The paper `{name}` has no {language} {part:text}: `{path}` is missing.",
                        name=name, language=language_name(language), part=what, path=path,
                    )  # fmt: skip
                    reader.error(owner, message)
                found[part] = _text(reader, path, files.get(path, b""))
            _single_line(reader, f"papers/{name}/{language}/subject.txt", found["subject.txt"])
            if all(f"papers/{name}/{language}/{part}" in files for part in REQUIRED):
                paper = MailTemplate(subject=found["subject.txt"].strip(), text=found["body.txt"], html="")
                papers[name, language] = paper
    for path in sorted(files):
        if path.startswith("papers/") and not _is_paper(path, named, tuple(languages)):
            parts = "|".join(REQUIRED)
            words = said("No paper uses this file: its place is papers/ATTACHED/LANGUAGE/{parts}.", parts=parts)
            reader.problems.append(problem(Place(path), words, "warning"))
    return papers


def _is_paper(path: str, named: Iterable[str], languages: tuple[str, ...]) -> bool:
    found = PAPER.fullmatch(path)
    return found is not None and found[1] in named and found[2] in languages and found[3] in REQUIRED


def _single_line(reader: Reader, path: str, subject: str) -> None:
    if "\n" in subject.strip():
        reader.problems.append(problem(Place(path, 2), "A subject is a single line: take the other lines out."))


def _template(
    reader: Reader,
    owner: str,
    name: str,
    language: str,
    files: Mapping[str, bytes],
    defaults: Mapping[str, bytes],
    used: dict[str, bytes],
) -> MailTemplate:
    found: dict[str, str] = {}
    for part, what in PARTS.items():
        path = f"mails/{name}/{language}/{part}"
        data = files.get(path)
        if data is None and not _overridden(name, language, files):
            data = defaults.get(path)
            if data is not None:
                used[path] = data
        if data is None and part in REQUIRED:
            message = said(
                "The notice `{name}` has no {language} {part:text}: `{path}` is missing.",
                name=name, language=language_name(language), part=what, path=path,
            )  # fmt: skip
            reader.error(owner, message)
        found[part] = _text(reader, path, data or b"")
    _single_line(reader, f"mails/{name}/{language}/subject.txt", found["subject.txt"])
    return MailTemplate(subject=found["subject.txt"].strip(), text=found["body.txt"], html=found["body.html"])


def _folders(files: Iterable[str]) -> set[str]:
    return {found[1] for path in files if (found := PATTERN.fullmatch(path))}


def _overridden(name: str, language: str, files: Mapping[str, bytes]) -> bool:
    return any(f"mails/{name}/{language}/{part}" in files for part in PARTS)


def _text(reader: Reader, path: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        place = Place(path, data[: error.start].count(b"\n") + 1)
        reader.problems.append(problem(place, "This is not UTF-8: save the file as UTF-8."))
        return ""


def _unused(files: Mapping[str, bytes], named: Mapping[str, str], languages: tuple[str, ...]) -> Iterable[Problem]:
    """Files under `mails` that no notice of the process uses: most often a misspelt folder."""
    for path in sorted(files):
        if not path.startswith("mails/"):
            continue
        found = PATTERN.fullmatch(path)
        if found is None or found[3] not in PARTS:
            parts = "|".join(PARTS)
            message = said("No mail uses this file: its place is mails/NOTICE/LANGUAGE/{parts}.", parts=parts)
            yield problem(Place(path), message, "warning")
        elif found[1] not in named:
            help_ = did_you_mean(found[1], named, most=0)
            message = said("No notice is called `{name}`, so this mail is never sent.", name=found[1])
            yield problem(Place(path), sentence(message, help_), "warning")
        elif found[2] not in languages:
            message = said("`{language}` is none of the languages of this process.", language=found[2])
            yield problem(Place(path), message, "warning")
