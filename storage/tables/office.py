"""Which tables hold an office: its organisations and people, who works where, ties, meeting days?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from storage.tables.base import Base, later, partial


class SecretariatRow(Base, table=True):
    """The office that runs cycles; whatever is not global data belongs to one."""

    __tablename__ = "secretariat"

    id: str = Field(primary_key=True)
    name: str
    email: str
    phone: str
    zone: str
    languages: list[str] = Field(sa_type=sa.JSON)
    base_url: str
    paused_at: datetime | None


class OrganisationRow(Base, table=True):
    """A partnership, region, school, committee or office."""

    __tablename__ = "organisation"
    __table_args__ = (sa.Index(None, "secretariat_id"),)

    id: str = Field(primary_key=True)
    secretariat_id: str = Field(foreign_key="secretariat.id")
    name: str
    kind: str
    part_of: str | None
    school_region: str | None
    sector: str | None
    facts: dict[str, Any] = Field(sa_type=sa.JSON)
    closing_days: list[Any] = Field(sa_type=sa.JSON)
    reference: str = Field(sa_column_kwargs=later(""))


class PersonRow(Base, table=True):
    """A person whom the office can reach."""

    __tablename__ = "person"
    __table_args__ = (
        sa.Index(None, "secretariat_id"),
        partial("ix_person_flagged", "id", where="NOT reachable OR unreachable_since IS NOT NULL"),
        partial("ix_person_unsure", "id", where="calendar_unsure_since IS NOT NULL"),
    )

    id: str = Field(primary_key=True)
    secretariat_id: str = Field(foreign_key="secretariat.id")
    name: str
    email: str
    language: str
    reachable: bool
    expertise: list[str] = Field(sa_type=sa.JSON)
    trainings: dict[str, Any] = Field(sa_type=sa.JSON)
    absences: list[Any] = Field(sa_type=sa.JSON)
    given: str = Field(sa_column_kwargs=later(""))
    infix: str = Field(sa_column_kwargs=later(""))
    family: str = Field(sa_column_kwargs=later(""))
    phone: str = Field(sa_column_kwargs=later(""))
    title: str = Field(sa_column_kwargs=later(""))
    informal: bool = Field(sa_column_kwargs=later("0"))
    reference: str = Field(sa_column_kwargs=later(""))
    unreachable_since: datetime | None
    unreachable_why: str = Field(sa_column_kwargs=later(""))
    calendar_unsure_since: datetime | None
    generation: int = Field(sa_column_kwargs=later("1"))
    former: list[str] = Field(sa_type=sa.JSON, sa_column_kwargs=later("[]"))


class MembershipRow(Base, table=True):
    """Who works where, as what, from when to when; `since` is 0001-01-01 where nobody knows."""

    __tablename__ = "membership"
    __table_args__ = (sa.Index(None, "organisation_id"),)

    person_id: str = Field(primary_key=True, foreign_key="person.id")
    organisation_id: str = Field(primary_key=True, foreign_key="organisation.id")
    role: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    until: date | None


class TieRow(Base, table=True):
    """A declared tie between a person and an organisation."""

    __tablename__ = "tie"
    __table_args__ = (sa.Index(None, "organisation_id"),)

    person_id: str = Field(primary_key=True, foreign_key="person.id")
    organisation_id: str = Field(primary_key=True, foreign_key="organisation.id")
    until: date | None
    reason: str


class RevisionRow(Base, table=True):
    """Counters that rise with every change of what they are named after."""

    __tablename__ = "revision"

    name: str = Field(primary_key=True)
    value: int


class GateRow(Base, table=True):
    """A fixed meeting day of an office."""

    __tablename__ = "gate"

    secretariat_id: str = Field(primary_key=True, foreign_key="secretariat.id")
    name: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
