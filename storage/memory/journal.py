"""How is a change in memory undone? Every write notes how to take it back."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from typing import Any, TypeVar

from engine.errors import CollegiumError

K = TypeVar("K")
V = TypeVar("V")


class ReadOnly(CollegiumError):
    """This unit of work was opened for reading; a readonly one can't change anything."""


class Journal:
    """The writes of one transaction, with their opposites, the last one on top."""

    def __init__(self, *, writing: bool = True) -> None:
        self._writing = writing
        self._undo: list[Callable[[], object]] = []

    def put(self, shelf: dict[K, V], key: K, value: V) -> None:
        if key in shelf:
            old = shelf[key]
            self._note(lambda: shelf.__setitem__(key, old))
        else:
            self._note(lambda: shelf.pop(key, None))
        shelf[key] = value

    def drop(self, shelf: dict[K, V], key: K) -> None:
        if key in shelf:
            old = shelf[key]
            self._note(lambda: shelf.__setitem__(key, old))
            del shelf[key]

    def append(self, row: list[V], value: V) -> None:
        self._note(row.pop)
        row.append(value)

    def refill(self, row: list[V], values: list[V]) -> None:
        """Put these values in place of all that a list holds."""
        old = list(row)
        self._note(lambda: row.__setitem__(slice(None), old))
        row[:] = values

    def add(self, ordered: list[Any], value: Any) -> None:
        """Put a value into its place in a sorted list."""
        self._note(lambda: _remove(ordered, value))
        insort(ordered, value)

    def discard(self, ordered: list[Any], value: Any) -> None:
        """Take a value out of a sorted list, if it is there."""
        if _remove(ordered, value):
            self._note(lambda: insort(ordered, value))

    def _note(self, undo: Callable[[], object]) -> None:
        if not self._writing:
            raise ReadOnly
        self._undo.append(undo)

    def mark(self) -> int:
        return len(self._undo)

    def back_to(self, mark: int) -> None:
        """Undo all that was written since the mark."""
        while len(self._undo) > mark:
            self._undo.pop()()

    def forget(self) -> None:
        """What was written stays."""
        self._undo.clear()


def _remove(ordered: list[Any], value: Any) -> bool:
    at = bisect_left(ordered, value)
    if at < len(ordered) and ordered[at] == value:
        del ordered[at]
        return True
    return False
