"""How does a folder become a process? Files are read, checked and compiled; everything wrong is told in one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from engine.definition import Definition
from engine.saying import said
from engine.wording import Wording
from workflows import checker
from workflows.checks.accepting import Accepted, left_over, of_others
from workflows.checks.children import children
from workflows.checks.replacing import WHOLE, replacing
from workflows.compiling.definition import Compiled, Sources, compiled
from workflows.compiling.hashes import behaviour_hash
from workflows.form_schema import Form, RubricFile
from workflows.problems import Place, Problem, did_you_mean, problem, sentence
from workflows.schema import Process
from workflows.schema_parts import Part
from workflows.shaping import shaped
from workflows.yaml_reading import LARGEST_FILE, Section, Text, read_yaml

HERE = Path(__file__).parent
PROCESS = "process.yaml"
PATTERNS = ("forms/*.yaml", "rubrics/*.yaml", "mails/*/*/*", "papers/*/*/*")
MOST_FILES = 2000

Model = TypeVar("Model", bound=Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A definition and its texts, or what stands in their way; `errors` holds warnings too."""

    definition: Definition | None
    wording: Wording | None
    errors: tuple[Problem, ...]
    files: Mapping[str, bytes]  # all that is needed to load it again, the defaults that it uses among them
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)  # of the items, by kind and name
    accepted: Accepted = field(default_factory=dict)
    findings: tuple[checker.Finding, ...] = ()  # what looking at it told, accepted or not

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Problems that do not forbid a launch."""
        return tuple(one for one in self.errors if one.severity == "warning")

    def known(self) -> tuple[Definition, Wording]:
        """The definition and its wording; raises `ValueError` with all errors where there is none."""
        if self.definition is None or self.wording is None:
            wrong = [str(one) for one in self.errors if one.severity == "error"]
            raise ValueError("\n".join(["This definition has errors:", *wrong]))
        return self.definition, self.wording


def load(folder: Path) -> Loaded:
    """The process of a folder."""
    files, problems = _files_of(folder)
    if not problems:
        return load_files(files)
    reading, made = _compiled(files, problems)
    return _failed(reading) if made is None else _checked(reading, made)


def load_files(files: Mapping[str, bytes]) -> Loaded:
    """The process whose files are given as bytes by their path within the folder; the same bytes are read once."""
    return _checked_once(tuple(sorted(files.items())))


def load_stored(files: Mapping[str, bytes]) -> Loaded:
    """The process of cases that run: compiled, but not checked.

    It was sound when its cases were launched. What a later compiler or checker refuses stands in `errors`, and the
    definition comes all the same: a new rule must not stop a running case. Only what cannot be read gives none.
    """
    reading, made = _compiled_once(tuple(sorted(files.items())))
    if made is None:
        return _failed(reading)
    usable = not any(one.unreadable for one in reading.problems)
    return Loaded(
        definition=made.definition if usable else None,
        wording=made.wording if usable else None,
        errors=_sorted(reading.problems),
        files=_used(reading, made),
    )


@lru_cache(maxsize=16)
def _checked_once(files: tuple[tuple[str, bytes], ...]) -> Loaded:
    reading, made = _compiled_once(files)
    return _failed(reading) if made is None else _checked(reading, made)


@lru_cache(maxsize=16)
def _compiled_once(files: tuple[tuple[str, bytes], ...]) -> tuple[_Reading, Compiled | None]:
    return _compiled(dict(files), [])


def with_findings(loaded: Loaded) -> tuple[Loaded, list[checker.Finding]]:
    """A process with what the checker told of it; its definition too where nothing but the checker refuses it."""
    stored = load_stored(loaded.files)
    if stored.definition is None or stored.wording is None or any(one.severity == "error" for one in stored.errors):
        return loaded, []
    told = [one.message for one in loaded.errors]
    found = checker.check(stored.definition, stored.wording)
    return stored, [one for one in found if any(one.message in message for message in told)]


def bundle(folder: Path) -> dict[str, bytes]:
    """The files of a process, with the shared rubric and the default mails that it uses."""
    return dict(load(folder).files)


class Folders(Mapping[str, Definition]):
    """The definitions of folders, each read when it is asked for; those that cannot be read are none."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = folders

    def __getitem__(self, name: str) -> Definition:
        files, problems = _files_of(self._folders[name])
        reading, made = _compiled_once(tuple(sorted(files.items())))
        if made is None or any(one.severity == "error" for one in (*problems, *reading.problems)):
            raise KeyError(name)
        return made.definition

    def __iter__(self) -> Iterator[str]:
        return iter(self._folders)

    def __len__(self) -> int:
        return len(self._folders)


def faults_of_children(loaded: Loaded, others: Mapping[str, Definition]) -> tuple[Problem, ...]:
    """What is wrong with children of other processes; `others` are the definitions that are known, by name."""
    if loaded.definition is None:
        return ()
    found = of_others(tuple(children(loaded.definition, others)), loaded.accepted, loaded.findings)
    return tuple(problem(loaded.places.get(each.item, Place(PROCESS)), said_of(each), each.severity) for each in found)


def faults_of_replacing(loaded: Loaded, old: Definition | None) -> tuple[Problem, ...]:
    """What is wrong with the plan for cases of the version that this one replaces; None: that is not known."""
    definition = loaded.definition
    if definition is None or definition.replaces is None:
        return ()
    places = {**loaded.places, WHOLE: line_of(loaded.files, "replaces")}
    if old is None:
        message = said(
            "Version {version} of `{process}` is neither in the database nor in a folder beside this one: what becomes "
            "of its names was not checked.",
            version=definition.replaces.version, process=definition.name,
        )  # fmt: skip
        return (problem(places[WHOLE], message, "warning"),)
    found = replacing(definition, old)
    return tuple(problem(places.get(each.item, places[WHOLE]), each.message, each.severity) for each in found)


def line_of(files: Mapping[str, bytes], key: str) -> Place:
    """Where a key of the process itself stands."""
    lines = files[PROCESS].decode().splitlines()
    return Place(PROCESS, next((number for number, each in enumerate(lines, 1) if each.startswith(f"{key}:")), 1))


def version_beside(folder: Path, name: str, version: int) -> Definition | None:
    """A version of a process out of the folders that lie beside this one; None where it is in none of them."""
    for path in sorted(folder.parent.glob(f"*/{PROCESS}")):
        if path.parent != folder and _name_of(path) == name:
            found = load_stored(bundle(path.parent)).definition
            if found is not None and found.version == version:
                return found
    return None


def shipped() -> dict[str, Path]:
    """The processes of this package: name -> folder."""
    return processes_in(HERE)


def processes_in(folder: Path) -> dict[str, Path]:
    """The processes that lie in a folder: name -> folder of its own."""
    found: dict[str, Path] = {}
    for path in sorted(folder.glob(f"*/{PROCESS}")):
        if (name := _name_of(path)) is not None:
            found[name] = path.parent
    return found


def _name_of(path: Path) -> str | None:
    """What stands behind ``process:``, without reading the whole file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("process:"):
                return line.removeprefix("process:").split("#")[0].strip().strip("'\"")
    return None


@dataclass
class _Reading:
    """What has been read so far of one process."""

    files: dict[str, bytes]
    problems: list[Problem]
    broken: set[str] = field(default_factory=set)
    raw: dict[str, Section] = field(default_factory=dict)

    def model(self, model: type[Model], file: str) -> tuple[Model | None, set[str]]:
        """One file as its model; None where it cannot be read."""
        raw, found = read_yaml(self.files[file], file)
        self.problems.extend(found)
        if raw is None:
            return None, set()
        self.raw[file] = raw
        return shaped(model, raw, file, self.problems)


def _compiled(files: dict[str, bytes], problems: list[Problem]) -> tuple[_Reading, Compiled | None]:
    """All that can be made of the files; what is wrong with their shape can never be run."""
    reading = _Reading(files, problems)
    if PROCESS not in files:
        near = did_you_mean(PROCESS, files, most=0)
        problems.append(problem(Place(PROCESS), sentence(said("This folder has no file process.yaml."), near)))
        return reading, None
    process, broken = reading.model(Process, PROCESS)
    reading.broken |= broken
    forms = _forms(reading)
    rubric = None if process is None else _rubric(reading, process)
    if process is None:
        return reading, None
    reading.problems[:] = [replace(one, unreadable=one.severity == "error") for one in reading.problems]
    behaviour = behaviour_hash(
        reading.raw[PROCESS],
        [reading.raw[file] for file, _ in forms.values()],
        None if rubric is None else reading.raw[rubric[0]],
    )
    sources = Sources(
        process=process,
        forms=forms,
        rubric=rubric,
        files=files,
        default_mails=default_mails(),
        behaviour=behaviour,
        broken=reading.broken,
    )
    return reading, compiled(sources, problems)


def _checked(reading: _Reading, made: Compiled) -> Loaded:
    """Run the checker: all of it on a sound definition, else the part that needs no other part to be right."""
    problems = list(reading.problems)
    sound = not any(one.severity == "error" for one in problems)
    findings = checker.check(made.definition, made.wording) if sound else checker.circles(made.definition)
    for finding in left_over(findings, made.accepted if sound else {}):
        place = made.places.get(finding.stands, Place(PROCESS))
        problems.append(problem(place, said_of(finding), finding.severity))
    sound = not any(one.severity == "error" for one in problems)
    return Loaded(
        definition=made.definition if sound else None,
        wording=made.wording if sound else None,
        errors=_sorted(problems),
        files=_used(reading, made),
        places=made.places,
        accepted=made.accepted,
        findings=tuple(findings),
    )


def said_of(finding: checker.Finding) -> str:
    """The sentence of a finding; a warning says its kind, by which it can be accepted."""
    if finding.severity == "error":
        return finding.message
    return said("{message:text} [{kind}]", message=finding.message, kind=finding.kind)


def _used(reading: _Reading, made: Compiled) -> Mapping[str, bytes]:
    return MappingProxyType({**reading.files, **made.used_defaults})


def _failed(reading: _Reading) -> Loaded:
    return Loaded(
        definition=None, wording=None, errors=_sorted(reading.problems), files=MappingProxyType(reading.files)
    )


def _sorted(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems), key=lambda one: (one.file != PROCESS, one)))


def _forms(reading: _Reading) -> dict[str, tuple[str, Form]]:
    made: dict[str, tuple[str, Form]] = {}
    for file in sorted(reading.files):
        if not file.startswith("forms/") or not file.endswith(".yaml"):
            continue
        name = file.removeprefix("forms/").removesuffix(".yaml")
        form, broken = reading.model(Form, file)
        if form is None or broken:
            reading.broken.add(name)
        if form is None:
            continue
        if form.form != name:
            _misnamed(reading, file, "form", form.form, name)
        made[name] = (file, form)
    return made


def _rubric(reading: _Reading, process: Process) -> tuple[str, RubricFile] | None:
    if process.rubric is None:
        return None
    name = process.rubric.file
    file = f"rubrics/{name}.yaml"
    if file not in reading.files:
        shared = HERE / "rubrics" / f"{name}.yaml"
        if not name.replace("-", "").replace("_", "").isalnum() or not shared.is_file():
            place = Place(PROCESS, name.line, name.column)
            known = [path.stem for path in (HERE / "rubrics").glob("*.yaml")]
            near = did_you_mean(name, known)
            message = said(
                "There is no rubric `{name}`: neither `{file}` in this folder nor a shared one.", name=name, file=file
            )
            reading.problems.append(problem(place, sentence(message, near)))
            reading.broken.add("rubric")
            return None
        reading.files[file] = shared.read_bytes()
    rubric, broken = reading.model(RubricFile, file)
    if rubric is None or broken:
        reading.broken.add("rubric")
        return None
    if rubric.rubric != name:
        _misnamed(reading, file, "rubric", rubric.rubric, str(name))
    return file, rubric


def _misnamed(reading: _Reading, file: str, key: str, written: Text, name: str) -> None:
    place = Place(file, written.line, written.column)
    message = said(
        "This file is `{file}`, so write `{key}: {name}` instead of `{written}`.",
        file=file, key=key, name=name, written=written,
    )  # fmt: skip
    reading.problems.append(problem(place, message))


def _files_of(folder: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """The files of a folder that belong to a process; too many or too large ones are told and left out."""
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for path in _paths(folder):
        name = path.relative_to(folder).as_posix()
        if path.stat().st_size > LARGEST_FILE:
            message = said("This file is larger than {most} bytes, so it is not read.", most=LARGEST_FILE)
            problems.append(problem(Place(name), message))
        elif len(files) >= MOST_FILES:
            problems.append(problem(Place(name), said("This folder holds more than {most} files.", most=MOST_FILES)))
            break
        else:
            files[name] = path.read_bytes()
    return files, problems


def _paths(folder: Path) -> Iterator[Path]:
    for pattern in (PROCESS, *PATTERNS):
        for path in sorted(folder.glob(pattern)):
            if path.is_file() and not path.name.startswith("."):
                yield path


@lru_cache(maxsize=1)
def default_mails() -> Mapping[str, bytes]:
    """The mails of the built-in notices: ``mails/opened/nl/body.txt`` -> bytes."""
    folder = HERE / "defaults"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.glob("mails/*/*/*"))}
