"""Kills are counted by the kind of point at which they were, and by how far the mails were."""

from __future__ import annotations

import pytest

from tests.faults.kinds import ANSWERED, DOT, ENVELOPE, LEASED, LOGIN, NOT_LEASED, Ended, group, groups, table


def test_the_table_counts_by_kind_of_point() -> None:
    ended = [
        Ended(at=1, point="before INSERT INTO message (id) VALUES (?)"),
        Ended(at=2, point="after INSERT INTO message (id) VALUES (?)", faults=("no mail came twice",)),
        Ended(at=3, point="after SMTP final dot, mail 1", unknown=1, unknown_received=1),
        Ended(at=4, point="before SELECT a FROM b"),
        Ended(at=5, point="after COMMIT"),
    ]
    assert [line.split("|")[1:-1] for line in table(ended).splitlines()[2:]] == [
        [" COMMIT ", " 1 ", " 1 ", " 0 ", " 0 ", " 0 "],
        [" INSERT message ", " 2 ", " 1 ", " 0 ", " 0 ", " 1 "],
        [" SELECT ", " 1 ", " 1 ", " 0 ", " 0 ", " 0 "],
        [" after SMTP final dot ", " 1 ", " 0 ", " 1 ", " 1 ", " 0 "],
        [" **all** ", " 5 ", " 3 ", " 1 ", " 1 ", " 1 "],
    ]


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("after COMMIT", LEASED),
        ("before SMTP connect, connection 1", LOGIN),
        ("after SMTP handshake 2, connection 1", LOGIN),
        ("answer to SMTP password, connection 1", LOGIN),
        ("after SMTP content, mail 2", ENVELOPE),
        ("before SMTP final dot, mail 2", ENVELOPE),
        ("after SMTP final dot, mail 2", DOT),
        ("answer to SMTP final dot, mail 2", ANSWERED),
    ],
)
def test_a_group_says_how_far_the_mails_were_that_are_unknown(point: str, expected: str) -> None:
    assert group(Ended(at=1, point=point, unknown=1)) == expected
    assert group(Ended(at=1, point=point)) == NOT_LEASED


def test_groups_are_counted_with_the_mails_of_which_nobody_knows() -> None:
    ended = [
        Ended(at=1, point="after COMMIT"),
        Ended(at=2, point="after COMMIT", unknown=2),
        Ended(at=3, point="after SMTP final dot, mail 1", unknown=1, unknown_received=1),
    ]
    assert groups("x", ended) == "| x | 1 | 1 (2, 0) | 0 | 0 | 1 (1, 1) | 0 |"
