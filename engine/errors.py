"""What can go wrong, in words? One family; the docstring is the default message, details are attributes."""

from __future__ import annotations

from collections.abc import Sequence

from engine.saying import said


class CollegiumError(Exception):
    """Something could not be done."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or type(self).__name__).strip().splitlines()[0])


class Refused(CollegiumError):
    """This cannot be done now; the reasons say why."""

    def __init__(self, what: str, reasons: Sequence[str]) -> None:
        self.what = what
        self.reasons = tuple(reasons)
        super().__init__(f"{what}: " + "; ".join(self.reasons))


class NotAllowed(Refused):
    """The actor may not do this."""


class UnknownName(CollegiumError):
    """There is nothing of that name in this case or definition."""


class InvalidAnswers(Refused):
    """The answers do not fit the form; one reason per field."""


class UnknownCase(CollegiumError):
    """There is no case with that id."""


class Conflict(CollegiumError):
    """The case was changed by somebody else in the meantime; load it again and try once more."""


class RuleFailed(CollegiumError):
    """A date's rule raised an error."""

    def __init__(self, deadline: str, error: Exception) -> None:
        self.deadline = deadline
        self.error = error
        why = f"{type(error).__name__}: {error}"
        super().__init__(said("The rule of {deadline} failed: {why}", deadline=deadline, why=why))


class EndlessSettling(CollegiumError):
    """Automatic steps did not come to rest; the whole action is refused and nothing is saved."""
