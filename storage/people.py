"""Who is there? Offices, organisations, people, who works where, ties, and who is who in a case."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.directory import (
    Membership,
    OrganisationRecord,
    Participant,
    PersonRecord,
    Secretariat,
    TieRecord,
)
from storage import records
from storage.database import Prepared, Row, upserting
from storage.tables import (
    MembershipRow,
    OrganisationRow,
    ParticipantRow,
    PersonRow,
    RevisionRow,
    SecretariatRow,
    TieRow,
    table,
)

SECRETARIAT, ORGANISATION, PERSON = table(SecretariatRow), table(OrganisationRow), table(PersonRow)
MEMBERSHIP, TIE, PARTICIPANT = table(MembershipRow), table(TieRow), table(ParticipantRow)
REVISION = table(RevisionRow)

_put_secretariat, _put_organisation, _put_person = (upserting(one) for one in (SECRETARIAT, ORGANISATION, PERSON))
_put_membership, _put_tie, _put_participant = (upserting(one) for one in (MEMBERSHIP, TIE, PARTICIPANT))
_put_revision = upserting(REVISION)


class SqlPeople:
    """Implements engine.ports.People."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def secretariats(self) -> list[Secretariat]:
        return [records.secretariat_of(row) for row in self._rows(sa.select(SECRETARIAT).order_by(SECRETARIAT.c.id))]

    def put_secretariat(self, record: Secretariat) -> None:
        self._put(_put_secretariat, records.secretariat_row(record))

    def put_organisation(self, record: OrganisationRecord) -> None:
        self._put(_put_organisation, records.organisation_row(record))

    def put_person(self, record: PersonRecord) -> None:
        self._put(_put_person, records.person_row(record))

    def put_membership(self, record: Membership) -> None:
        self._put(_put_membership, records.membership_row(record))

    def put_tie(self, record: TieRecord) -> None:
        self._put(_put_tie, records.tie_row(record))

    def organisation(self, id: str) -> OrganisationRecord | None:
        rows = self._rows(sa.select(ORGANISATION).where(ORGANISATION.c.id == id))
        return records.organisation_of(rows[0]) if rows else None

    def person(self, id: str) -> PersonRecord | None:
        rows = self._rows(sa.select(PERSON).where(PERSON.c.id == id))
        return records.person_of(rows[0]) if rows else None

    def organisations(self, secretariat: str) -> list[OrganisationRecord]:
        query = sa.select(ORGANISATION).where(ORGANISATION.c.secretariat_id == secretariat)
        return [records.organisation_of(row) for row in self._rows(query.order_by(ORGANISATION.c.id))]

    def persons(self, secretariat: str) -> list[PersonRecord]:
        query = sa.select(PERSON).where(PERSON.c.secretariat_id == secretariat)
        return [records.person_of(row) for row in self._rows(query.order_by(PERSON.c.id))]

    def memberships(self, *, person: str | None = None, organisation: str | None = None) -> list[Membership]:
        query = sa.select(MEMBERSHIP).order_by(*MEMBERSHIP.primary_key)
        if person is not None:
            query = query.where(MEMBERSHIP.c.person_id == person)
        if organisation is not None:
            query = query.where(MEMBERSHIP.c.organisation_id == organisation)
        return [records.membership_of(row) for row in self._rows(query)]

    def ties(self, person: str) -> list[TieRecord]:
        query = sa.select(TIE).where(TIE.c.person_id == person).order_by(TIE.c.organisation_id)
        return [records.tie_of(row) for row in self._rows(query)]

    def add_participant(self, record: Participant) -> None:
        row = records.participant_row(record)
        _put_participant.run(self._connection, [row])

    def participants(self, case: str) -> list[Participant]:
        query = sa.select(PARTICIPANT).where(PARTICIPANT.c.case_id == case).order_by(PARTICIPANT.c.key)
        return [records.participant_of(row) for row in self._rows(query)]

    def participant(self, key: str) -> Participant | None:
        rows = self._rows(sa.select(PARTICIPANT).where(PARTICIPANT.c.key == key))
        return records.participant_of(rows[0]) if rows else None

    def revision(self) -> int:
        return self._connection.scalar(sa.select(REVISION.c.value).where(REVISION.c.name == "people")) or 0

    def _put(self, statement: Prepared, row: Row) -> None:
        statement.run(self._connection, [row])
        _put_revision.run(self._connection, [{"name": "people", "value": self.revision() + 1}])

    def _rows(self, query: sa.Select[Any]) -> list[Row]:
        return list(self._connection.execute(query).mappings())
