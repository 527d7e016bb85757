"""What do all tables share? Their metadata, the names of their constraints, and words for checks and indexes.

Instants are aware UTC (`UTCDateTime` of SQLModel, chosen for `datetime` by itself). No default takes the time.
"""

from __future__ import annotations

from typing import Any, ClassVar, get_args

import sqlalchemy as sa
from sqlmodel import SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Rows that are found by their primary key only live inside its tree: one tree less to write (PostgreSQL ignores it).
CLUSTERED = {"sqlite_with_rowid": False}


def one_of(column: str, kind: Any) -> sa.CheckConstraint:
    """The column holds one of the words of a Literal."""
    words = ", ".join(f"'{word}'" for word in get_args(kind))
    return sa.CheckConstraint(f"{column} IN ({words})", name=column)


def partial(name: str, *columns: str, where: str) -> sa.Index:
    """An index over the rows that still matter, so that its size does not grow with what is past."""
    return sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def later(default: str) -> dict[str, str]:
    """For a column that came with a later migration: what the rows of before have in it."""
    return {"server_default": default}


class Base(SQLModel):
    """The tables of this application have a metadata of their own."""

    metadata: ClassVar[sa.MetaData] = sa.MetaData(naming_convention=NAMES)


def table(model: type[Base]) -> sa.Table:
    """The Core table of a model."""
    return Base.metadata.tables[str(model.__tablename__)]
