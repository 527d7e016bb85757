"""Which tables hold definitions with their wordings, and the rounds launched from them?"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from storage.tables.base import Base


class DefinitionRow(Base, table=True):
    """One version of a process by the hash of its behaviour; never changed. Global data."""

    __tablename__ = "definition"

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    behaviour: str = Field(primary_key=True)


class WordingRow(Base, table=True):
    """A numbered wording of a definition, with all files of the folder as one archive."""

    __tablename__ = "wording"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["name", "version", "behaviour"], ["definition.name", "definition.version", "definition.behaviour"]
        ),
    )

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    behaviour: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    id: str
    wording: str
    archive: bytes


class CycleRow(Base, table=True):
    """A round launched from a definition with a list of organisations."""

    __tablename__ = "cycle"
    __table_args__ = (sa.Index(None, "secretariat_id"),)

    id: str = Field(primary_key=True)
    secretariat_id: str = Field(foreign_key="secretariat.id")
    name: str
    process: str
    process_version: int
    behaviour: str
    launched_at: datetime
    hosts: list[str] = Field(sa_type=sa.JSON)
    ends_by: date | None
