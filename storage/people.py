"""Who is there? Offices, organisations, people, who works where, ties, and who is who in a case."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from engine.directory import (
    Membership,
    OrganisationRecord,
    Participant,
    PersonRecord,
    SeatElsewhere,
    Secretariat,
    TieRecord,
)
from storage import records, sending
from storage.database import Prepared, Row, upserting
from storage.tables import (
    CaseRow,
    CycleRow,
    MembershipRow,
    MessageRow,
    NoticeRow,
    OrganisationRow,
    ParticipantRow,
    PersonRow,
    RevisionRow,
    SeatRow,
    SecretariatRow,
    TieRow,
    table,
)

SECRETARIAT, ORGANISATION, PERSON = table(SecretariatRow), table(OrganisationRow), table(PersonRow)
MEMBERSHIP, TIE, PARTICIPANT = table(MembershipRow), table(TieRow), table(ParticipantRow)
REVISION, CASE, SEAT = table(RevisionRow), table(CaseRow), table(SeatRow)
CYCLE, MESSAGE, NOTICE = table(CycleRow), table(MessageRow), table(NoticeRow)
# Written as the partial index says it: what SQLAlchemy makes of `not_` is another expression to SQLite.
FLAGGED = sa.or_(sa.literal_column("NOT person.reachable"), PERSON.c.unreachable_since.is_not(None))

_put_secretariat, _put_organisation, _put_person = (upserting(one) for one in (SECRETARIAT, ORGANISATION, PERSON))
_put_membership, _put_tie, _put_participant = (upserting(one) for one in (MEMBERSHIP, TIE, PARTICIPANT))
_put_revision = upserting(REVISION)

_secretariats = Prepared(lambda dialect: sa.select(SECRETARIAT).order_by(SECRETARIAT.c.id))
_organisations = Prepared(
    lambda dialect: (
        sa.select(ORGANISATION).where(ORGANISATION.c.secretariat_id == sa.bindparam("of")).order_by(ORGANISATION.c.id)
    )
)
_persons = Prepared(
    lambda dialect: sa.select(PERSON).where(PERSON.c.secretariat_id == sa.bindparam("of")).order_by(PERSON.c.id)
)
_addresses = Prepared(lambda dialect: sa.select(PERSON.c.id, PERSON.c.email))
_flagged = Prepared(lambda dialect: sa.select(PERSON).where(FLAGGED).order_by(PERSON.c.id))
_unsure = Prepared(
    lambda dialect: (
        sa.select(PERSON)
        .where(
            PERSON.c.calendar_unsure_since.is_not(None), PERSON.c.reachable, PERSON.c.email != sa.literal_column("''")
        )
        .order_by(PERSON.c.id)
    )
)
_MARKED = sa.select(PERSON.c.id).where(PERSON.c.calendar_unsure_since.is_not(None))
_TRACES = (
    Prepared(
        lambda dialect: (
            sa.select(PARTICIPANT.c.person_id, CASE.c.id, CASE.c.version)
            .join(CASE, CASE.c.id == PARTICIPANT.c.case_id)
            .where(PARTICIPANT.c.person_id.in_(_MARKED))
        )
    ),
    Prepared(
        lambda dialect: sa.select(MESSAGE.c.person_id, MESSAGE.c.id, MESSAGE.c.state).where(
            MESSAGE.c.person_id.in_(_MARKED),
            MESSAGE.c.state.in_([sa.literal_column(f"'{state}'") for state in ("sending", *sending.UNSENT)]),
        )
    ),
    Prepared(
        lambda dialect: (
            sa.select(PARTICIPANT.c.person_id, NOTICE.c.id, NOTICE.c.state)
            .join(NOTICE, NOTICE.c.recipient == PARTICIPANT.c.key)
            .where(
                PARTICIPANT.c.person_id.in_(_MARKED),
                NOTICE.c.state == sa.literal_column("'waiting'"),
                NOTICE.c.idle.is_(None),
            )
        )
    ),
)
_organisation = Prepared(lambda dialect: sa.select(ORGANISATION).where(ORGANISATION.c.id == sa.bindparam("of")))
_person = Prepared(lambda dialect: sa.select(PERSON).where(PERSON.c.id == sa.bindparam("of")))
_memberships = sa.select(MEMBERSHIP).order_by(*MEMBERSHIP.primary_key)
_all_memberships = Prepared(lambda dialect: _memberships)
_memberships_of_person = Prepared(lambda dialect: _memberships.where(MEMBERSHIP.c.person_id == sa.bindparam("of")))
_memberships_in_organisation = Prepared(
    lambda dialect: _memberships.where(MEMBERSHIP.c.organisation_id == sa.bindparam("of"))
)
_all_ties = Prepared(lambda dialect: sa.select(TIE).order_by(TIE.c.person_id, TIE.c.organisation_id))
_ties = Prepared(
    lambda dialect: sa.select(TIE).where(TIE.c.person_id == sa.bindparam("of")).order_by(TIE.c.organisation_id)
)
_participants = Prepared(
    lambda dialect: (
        sa.select(PARTICIPANT).where(PARTICIPANT.c.case_id == sa.bindparam("of")).order_by(PARTICIPANT.c.key)
    )
)
_participants_of_office = Prepared(
    lambda dialect: (
        sa.select(PARTICIPANT)
        .join(CASE, PARTICIPANT.c.case_id == CASE.c.id)
        .where(CASE.c.secretariat_id == sa.bindparam("of"))
        .order_by(PARTICIPANT.c.case_id, PARTICIPANT.c.key)
    )
)
_participations = Prepared(
    lambda dialect: (
        sa.select(PARTICIPANT)
        .where(PARTICIPANT.c.person_id == sa.bindparam("of"))
        .order_by(PARTICIPANT.c.case_id, PARTICIPANT.c.key)
    )
)
_ELSEWHERE = PARTICIPANT.alias("elsewhere")
_seats_elsewhere = Prepared(
    lambda dialect: (
        sa.select(
            PARTICIPANT.c.key.label("participant"),
            CASE.c.id.label("case"),
            CASE.c.cycle_id.label("cycle"),
            CASE.c.subject_id.label("subject"),
            CASE.c.process,
            SEAT.c.seat,
            SEAT.c.since,
            CYCLE.c.launched_at.label("begun"),
            CASE.c.state[("parent", "case")].as_string().label("caller"),
            CASE.c.state[("parent", "child")].as_string().label("child"),
        )
        .join(_ELSEWHERE, _ELSEWHERE.c.person_id == PARTICIPANT.c.person_id)
        .join(SEAT, sa.and_(SEAT.c.case_id == _ELSEWHERE.c.case_id, SEAT.c.participant == _ELSEWHERE.c.key))
        .join(CASE, CASE.c.id == SEAT.c.case_id)
        .join(CYCLE, CYCLE.c.id == CASE.c.cycle_id)
        .where(
            PARTICIPANT.c.case_id == sa.bindparam("of"),
            _ELSEWHERE.c.case_id != PARTICIPANT.c.case_id,
            SEAT.c.state == sa.literal_column("'seated'"),
        )
        .order_by(PARTICIPANT.c.key, CASE.c.id, SEAT.c.seat)
    )
)
_participant = Prepared(lambda dialect: sa.select(PARTICIPANT).where(PARTICIPANT.c.key == sa.bindparam("of")))
_revision = Prepared(lambda dialect: sa.select(REVISION.c.value).where(REVISION.c.name == sa.bindparam("of")))


class SqlPeople:
    """Implements engine.ports.People."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def secretariats(self) -> list[Secretariat]:
        return [records.secretariat_of(row) for row in _secretariats.rows(self._connection, {})]

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
        row = _organisation.one(self._connection, {"of": id})
        return records.organisation_of(row) if row else None

    def person(self, id: str) -> PersonRecord | None:
        row = _person.one(self._connection, {"of": id})
        return records.person_of(row) if row else None

    def organisations(self, secretariat: str) -> list[OrganisationRecord]:
        return [records.organisation_of(row) for row in _organisations.rows(self._connection, {"of": secretariat})]

    def persons(self, secretariat: str) -> list[PersonRecord]:
        return [records.person_of(row) for row in _persons.rows(self._connection, {"of": secretariat})]

    def memberships(self, *, person: str | None = None, organisation: str | None = None) -> list[Membership]:
        if person is not None:
            rows = _memberships_of_person.rows(self._connection, {"of": person})
        elif organisation is not None:
            rows = _memberships_in_organisation.rows(self._connection, {"of": organisation})
        else:
            rows = _all_memberships.rows(self._connection, {})
        return [records.membership_of(row) for row in rows if organisation in (None, row["organisation_id"])]

    def ties(self, person: str | None = None) -> list[TieRecord]:
        query = _all_ties if person is None else _ties
        return [records.tie_of(row) for row in query.rows(self._connection, {"of": person})]

    def add_participant(self, record: Participant) -> None:
        row = records.participant_row(record)
        _put_participant.run(self._connection, [row])

    def participants(self, case: str) -> list[Participant]:
        return [records.participant_of(row) for row in _participants.rows(self._connection, {"of": case})]

    def participants_of(self, secretariat: str) -> dict[str, list[Participant]]:
        found: dict[str, list[Participant]] = {}
        for row in _participants_of_office.rows(self._connection, {"of": secretariat}):
            found.setdefault(row["case_id"], []).append(records.participant_of(row))
        return found

    def participations(self, person: str) -> list[Participant]:
        return [records.participant_of(row) for row in _participations.rows(self._connection, {"of": person})]

    def seats_elsewhere(self, case: str) -> list[SeatElsewhere]:
        return [SeatElsewhere(**row) for row in _seats_elsewhere.rows(self._connection, {"of": case})]

    def participant(self, key: str) -> Participant | None:
        row = _participant.one(self._connection, {"of": key})
        return records.participant_of(row) if row else None

    def same_address(self, persons: Collection[str]) -> dict[str, frozenset[str]]:
        return records.sharing(persons, [(row["id"], row["email"]) for row in _addresses.rows(self._connection, {})])

    def flagged(self) -> list[PersonRecord]:
        return [records.person_of(row) for row in _flagged.rows(self._connection, {})]

    def unsure(self) -> list[PersonRecord]:
        return [records.person_of(row) for row in _unsure.rows(self._connection, {})]

    def unsure_traces(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for query in _TRACES:
            for person, thing, state in query.read(self._connection, {}):
                found.setdefault(person, set()).add(f"{thing} {state}")
        return {person: frozenset(things) for person, things in found.items()}

    def revision(self) -> int:
        found = _revision.read(self._connection, {"of": "people"})
        return int(found[0][0]) if found else 0

    def _put(self, statement: Prepared, row: Row) -> None:
        statement.run(self._connection, [row])
        _put_revision.run(self._connection, [{"name": "people", "value": self.revision() + 1}])
