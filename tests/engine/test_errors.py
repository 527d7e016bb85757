"""What do errors say? The docstring by default, the reasons of a refusal, the cause of a rule that failed."""

from __future__ import annotations

import pytest

from engine.errors import (
    CollegiumError,
    Conflict,
    EndlessSettling,
    InvalidAnswers,
    NotAllowed,
    Refused,
    RuleFailed,
    UnknownCase,
    UnknownName,
)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (CollegiumError, "Something could not be done."),
        (UnknownName, "There is nothing of that name in this case or definition."),
        (UnknownCase, "There is no case with that id."),
        (Conflict, "The case was changed by somebody else in the meantime; load it again and try once more."),
        (EndlessSettling, "Automatic steps did not come to rest; the whole action is refused and nothing is saved."),
    ],
)
def test_an_error_without_a_message_says_its_docstring(kind: type[CollegiumError], message: str) -> None:
    assert str(kind()) == message
    assert str(kind("This one says more")) == "This one says more"


def test_only_the_first_line_of_a_docstring_is_said() -> None:
    class Long(CollegiumError):
        """The first line.

        Raised where the rest matters to who reads the code only.
        """

    assert str(Long()) == "The first line."


def test_an_error_without_a_docstring_says_its_name() -> None:
    class Nameless(CollegiumError):
        pass

    assert str(Nameless()) == "Nameless"


@pytest.mark.parametrize("kind", [Refused, NotAllowed, InvalidAnswers])
def test_a_refusal_says_what_and_all_reasons_and_keeps_them(kind: type[Refused]) -> None:
    error = kind("Can't finish in busy", ["1 chair seated: 0 of 1", "the visit is not fixed"])
    assert str(error) == "Can't finish in busy: 1 chair seated: 0 of 1; the visit is not fixed"
    assert (error.what, error.reasons) == (
        "Can't finish in busy",
        ("1 chair seated: 0 of 1", "the visit is not fixed"),
    )
    assert isinstance(error, Refused)


def test_a_failed_rule_names_its_date_and_the_cause() -> None:
    cause = ValueError("no such day")
    error = RuleFailed("tasks.work.due.0", cause)
    assert str(error) == "The rule of tasks.work.due.0 failed: ValueError: no such day"
    assert (error.deadline, error.error) == ("tasks.work.due.0", cause)
