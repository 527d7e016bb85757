"""Where does a command work? An opened installation, its office, and the moment at which the command acts."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import typer

from collegium.bootstrap import Application, build
from collegium.cli.options import settings_of
from engine.directory import Secretariat
from engine.errors import CollegiumError
from engine.ports import UnitOfWork
from engine.saying import said


class NoDatabase(CollegiumError):
    """There is no database yet."""


class NoOffice(CollegiumError):
    """There is no office in this database: `collegium init` makes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a command needs: the application, the office for which it works, and the moment."""

    app: Application
    office: Secretariat
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """In which the office reads moments."""
        return ZoneInfo(self.office.zone)

    def day(self, moment: datetime) -> date:
        """The day of a moment on the clock of the office."""
        return moment.astimezone(self.zone).date()

    @property
    def today(self) -> date:
        return self.day(self.now)


@cache
def keep_imports() -> None:
    """What was imported is never garbage: looking through it again and again takes a quarter of a large summary."""
    gc.freeze()


@contextmanager
def opened(ctx: typer.Context) -> Iterator[Desk]:
    """The installation of the settings. Raises NoDatabase and NoOffice where `init` has not been run."""
    settings = settings_of(ctx)
    file = settings.database_file
    if file is not None and not file.exists():
        raise NoDatabase(said("There is no database {file}: `collegium init` makes one", file=file))
    keep_imports()
    with build(settings) as app:
        with app.store.read() as work:
            office = chosen_office(work.people.secretariats(), ctx.obj.office)
        yield Desk(app=app, office=office, now=moment_of(ctx, office.zone))


@contextmanager
def reading(ctx: typer.Context) -> Iterator[tuple[Desk, UnitOfWork]]:
    """The installation and its rows, for an answer that tells how they stand; says first what they do not tell yet."""
    with opened(ctx) as desk, desk.app.store.read() as work:
        tell_lag(desk, work, desk.now)
        yield desk, work


def tell_lag(desk: Desk, work: UnitOfWork, moment: datetime) -> None:
    """One sentence where dates of the office have come by then and the clock has not played them.

    Only `outbox tomorrow` plays what will be; everything else tells rows (decision 26).
    """
    from collegium.cli.printing import warn
    from collegium.clock import unplayed
    from collegium.speech import counted

    number = unplayed(work, desk.office.id, moment)
    if number:
        warn(counted("clock_lags", number))


def chosen_office(offices: list[Secretariat], name: str | None) -> Secretariat:
    """The only one, or the one of that id or name."""
    if not offices:
        raise NoOffice
    if name is not None:
        offices_named = [each for each in offices if name.casefold() in (each.id.casefold(), each.name.casefold())]
        if not offices_named:
            raise NoOffice(
                said("There is no office {name}; there are {ids}", name=name, ids=tuple(each.id for each in offices))
            )
        return offices_named[0]
    if len(offices) > 1:
        raise NoOffice(
            said("There are several offices, choose with --office: {ids}", ids=tuple(each.id for each in offices))
        )
    return offices[0]


def moment_of(ctx: typer.Context, zone: str = "Europe/Amsterdam") -> datetime:
    """The wall clock, or what --now says; without an offset that is local time of the office."""
    given: datetime | None = ctx.obj.now
    if given is None:
        return datetime.now(UTC)
    return (given if given.tzinfo is not None else given.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
