"""How is this installation set up? One frozen value, from the environment and an optional file."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from engine.errors import CollegiumError
from engine.saying import said

FILE = "collegium.toml"
PREFIX = "COLLEGIUM_"


class BadSettings(CollegiumError):
    """The settings cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each may stand in `collegium.toml` under its name, or in the environment as COLLEGIUM_<NAME>."""

    database: str = "sqlite:///var/collegium.db"  # SQLAlchemy address of the database
    definitions: str = ""  # folder with an office's own processes, beside those that are shipped
    language: str = ""  # what commands speak, nl or en; empty: the language of the locale, else Dutch
    base_url: str = "http://localhost:8000"  # what private links begin with
    key: str = field(default="", repr=False)  # secret behind private links; empty: a file beside the database
    sender: str = "collegium@localhost"  # address in From
    bounces: str = ""  # address to which mails come back, each to one of its own below it; empty: the sender
    mailbox: str = ""  # where they arrive: `maildir:PATH` or `imaps://USER@HOST/FOLDER`; empty: nothing is read
    mailbox_password: str = field(default="", repr=False)  # password for that mailbox
    mailbox_ca: str = ""  # file with authorities to trust besides those of the system (PEM), for the mailbox
    mailbox_seconds: int = 60  # how often a mailbox on a server is read
    smtp_host: str = "localhost"  # the mail server
    smtp_port: int = 25  # of the mail server
    smtp_tls: str = "none"  # none, starttls or tls
    smtp_ca: str = ""  # file with authorities to trust besides those of the system (PEM)
    smtp_user: str = ""  # name for the mail server; empty: it asks for none
    smtp_password: str = field(default="", repr=False)  # password for the mail server
    smtp_connections: int = 4  # kept open
    dkim_key: str = ""  # file with the private key that signs mails (PEM, RSA or Ed25519); empty: none are signed
    dkim_selector: str = ""  # the name of that key in DNS
    dkim_domain: str = ""  # the domain that signs; empty: that of the sender
    domain_per_hour: int = 200  # mails to one recipient domain within an hour; 0: no limit
    domain_limits: str = ""  # domains with a limit of their own: `outlook.com=100, own.example=0`
    outage_minutes: int = 10  # how long the mail server may be away before the office is told
    bulk_from: int = 20  # mails of one kind to more readers than this, at one moment, wait for approval; 0: none do
    outbox_role: str = "office"  # role of the office's people who may change what a mail says
    largest_file: int = 20  # how large a file may be that is handed in, in MB; a form may ask for less
    retention: str = ""  # file with the office's own terms for keeping data; empty: those that are shipped
    web_port: int = 0  # where `run` serves the pages behind links in mails; 0: nowhere
    web_host: str = "127.0.0.1"  # at which address of this machine; a proxy with TLS stands before it
    tick_seconds: int = 20  # how often `run` looks for work besides its alarm

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Self:
        """From the file in the working folder, then the environment. Raises BadSettings naming what is wrong."""
        environment = os.environ if environment is None else environment
        known = {part.name: part for part in fields(cls)}
        found = _from_file((folder or Path()) / FILE)
        if unknown := tuple(sorted(set(found) - set(known))):
            file = (folder or Path()) / FILE
            raise BadSettings(
                said(
                    "{file}: there is no setting {names}; there are {known}",
                    file=file, names=unknown, known=tuple(known),
                )
            )  # fmt: skip
        found |= {name: value for name in known if (value := environment.get(PREFIX + name.upper())) is not None}
        found = {name: _typed(name, value, whole=known[name].type == "int") for name, value in found.items()}
        if "database" in found:
            found["database"] = address_of(found["database"])
        return cls(**found)

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite database; None for a server."""
        if not self.database.startswith("sqlite:///"):
            return None
        return Path(self.database.removeprefix("sqlite:///"))

    def limits(self) -> dict[str, int]:
        """The limits of single recipient domains. Raises BadSettings."""
        found: dict[str, int] = {}
        for word in self.domain_limits.replace(",", " ").split():
            domain, _, number = word.partition("=")
            if not domain or not number.isdecimal():
                raise BadSettings(
                    said(
                        "The setting domain_limits holds {value!r}: write DOMAIN=NUMBER, such as outlook.com=100",
                        value=word,
                    )
                )
            found[domain.casefold()] = int(number)
        return found

    def secret(self) -> bytes:
        """The key behind private links: as set, or made once and kept beside the database, readable by its owner."""
        if self.key:
            return self.key.encode()
        file = self.database_file
        if file is None:
            raise BadSettings(said("Private links need a secret: set COLLEGIUM_KEY to a long random text"))
        path = file.with_suffix(".key")
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_hex(32))
        return path.read_text().encode()


def address_of(database: str) -> str:
    """The address of a database that was given by its address, or by the path of an SQLite file."""
    return database if "://" in database else f"sqlite:///{database}"


def language_set(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> str:
    """The setting `language`, also where others are wrong: these are said in it. "" where none is set."""
    environment = os.environ if environment is None else environment
    found: object = environment.get(PREFIX + "LANGUAGE")
    with suppress(BadSettings):
        found = found if found is not None else _from_file((folder or Path()) / FILE).get("language")
    return found if isinstance(found, str) else ""


def _from_file(path: Path) -> dict[str, Any]:
    """What the file says, empty where there is none. Raises BadSettings where it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except OSError as error:
        raise BadSettings(said("Can't read the settings in {file}: {why}", file=path, why=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise BadSettings(
            said("{file} is not UTF-8 (byte {n}): save it as UTF-8", file=path, n=error.start + 1)
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(said("Can't read the settings in {file}: {why}", file=path, why=error)) from error


def _typed(name: str, value: object, *, whole: bool) -> str | int:
    """A value of the file or the environment, as the setting of that name wants it. Raises BadSettings."""
    if not whole and not isinstance(value, str):
        raise BadSettings(
            said("The setting {name} must be a text between quotes, not {value!r}", name=name, value=value)
        )
    if not whole:
        return str(value)
    if isinstance(value, str | int) and not isinstance(value, bool):
        with suppress(ValueError):
            return int(value)
    raise BadSettings(said("The setting {name} must be a whole number, not {value!r}", name=name, value=value))
