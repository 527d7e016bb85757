"""An office on the command line: commands run in this process, against a real SQLite file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from typer import main, testing
from typer.testing import CliRunner, Result

from collegium.cli.app import app
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.workbooks import Cells, save

NOW = "2027-03-01T09:00"
HOST = "Partnerschap De Linde"
SHEETS: Mapping[str, Cells] = {
    "Organisaties": [
        ["Naam", "Soort", "Vakantieregio", "Sector", "Vorig bezoek"],
        ["Bureau Peerreview", "bureau", None, None, None],
        [HOST, "partnerschap", "Midden", "po", "2021-07-10"],
        ["Partnerschap De Wulp", "partnerschap", None, "vo", None],
    ],
    "Personen": [
        ["Naam", "E-mailadres"],
        ["Cora Kok", "cora@bureau.example"],
        ["Olga Ooms", "olga@bureau.example"],
        ["Anna Bos", "anna@linde.example"],
        ["Sam Smit", "sam@linde.example"],
        ["Bram Vos", "bram@wulp.example"],
        ["Sien Stam", "sien@wulp.example"],
    ],
    "Functies": [
        ["E-mailadres", "Organisatie", "Functie"],
        ["cora@bureau.example", "Bureau Peerreview", "procescoördinator"],
        ["cora@bureau.example", "Bureau Peerreview", "medewerker bureau"],
        ["olga@bureau.example", "Bureau Peerreview", "medewerker bureau"],
        ["anna@linde.example", HOST, "contactpersoon"],
        ["sam@linde.example", HOST, "bestuurlijk verantwoordelijke"],
        ["bram@wulp.example", "Partnerschap De Wulp", "contactpersoon"],
        ["sien@wulp.example", "Partnerschap De Wulp", "bestuurlijk verantwoordelijke"],
    ],
}


# For each call the runner would make the tree of all commands anew, which takes longer than most commands do.
vars(testing)["_get_command"] = cache(main.get_command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Runs commands on the database of a folder, at a moment; the answer must have the exit code that is expected."""

    folder: Path
    now: str | None = NOW  # None: what the clock on the wall says
    file: str = "office.db"

    @property
    def database(self) -> Path:
        return self.folder / self.file

    def at(self, now: str | None) -> Office:
        return replace(self, now=now)

    def run(self, *words: str | Path, code: int = 0, env: Mapping[str, str | None] | None = None) -> Result:
        quiet = {name: None for name in os.environ if name.startswith("COLLEGIUM_")}
        before = ["--database", str(self.database), *(["--now", self.now] if self.now else [])]
        environment = {**quiet, "COLLEGIUM_LANGUAGE": "en", **(env or {})}
        found = CliRunner().invoke(app, [*before, *map(str, words)], env=environment, prog_name="collegium")
        assert found.exit_code == code, f"{words}: {found.exit_code}\n{found.output}\n{found.exception!r}"
        return found

    def lines(self, *words: str | Path, code: int = 0) -> list[str]:
        """What was answered, line by line, without the blanks around."""
        return [line.strip() for line in self.run(*words, code=code).stdout.splitlines() if line.strip()]

    def notes(self, *words: str | Path, code: int = 0) -> list[str]:
        """What was said beside the answer, line by line."""
        return [line.strip() for line in self.run(*words, code=code).stderr.splitlines() if line.strip()]

    def refused(self, *words: str | Path, code: int = 1) -> list[str]:
        """Why not, line by line."""
        found = self.run(*words, code=code)
        assert found.stdout == ""
        return [line.strip() for line in found.stderr.splitlines() if line.strip()]

    def json(self, *words: str | Path, code: int = 0) -> Any:
        return json.loads(self.run(*words, "--json", code=code).stdout)


def kept_once(make: Callable[[Path], Office]) -> Callable[[Path], Office]:
    """An office that is made once: each folder gets a copy of its database and its key."""

    @cache
    def made() -> Mapping[str, bytes]:
        with TemporaryDirectory() as name:
            office = make(Path(name))
            return {path.name: path.read_bytes() for path in office.folder.iterdir() if path.name.startswith("office.")}

    @wraps(make)
    def copied(folder: Path) -> Office:
        for name, content in made().items():
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o600)  # as the key was made: only its owner may read it
        return Office(folder=folder)

    return copied


@kept_once
def a_new_office(folder: Path) -> Office:
    """An office with its people, and no round yet."""
    office = Office(folder=folder)
    office.run("init", "--name", "Bureau Peerreview", "--email", "bureau@bureau.example")
    office.run("people", "import", save(office.folder, SHEETS))
    return office


@kept_once
def an_office_with_a_case(folder: Path) -> Office:
    """The small review of one partnership was launched."""
    office = a_new_office(folder)
    office.run("launch", SMALL_REVIEW, "--name", "Ronde 2027", "--hosts", HOST)
    return office


@kept_once
def a_writing_office(folder: Path) -> Office:
    """Its day was chosen, so that the reflection is being written."""
    office = an_office_with_a_case(folder)
    office.run("act", HOST, "take", "begin", "--answer", "day=2027-06-15")
    return office
