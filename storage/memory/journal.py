"""How is a change in memory undone? Every write notes how to take it back."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Journal:
    """The writes of one transaction, with their opposites, the last one on top."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def put(self, shelf: dict[K, V], key: K, value: V) -> None:
        if key in shelf:
            old = shelf[key]
            self._undo.append(lambda: shelf.__setitem__(key, old))
        else:
            self._undo.append(lambda: shelf.pop(key, None))
        shelf[key] = value

    def drop(self, shelf: dict[K, V], key: K) -> None:
        if key in shelf:
            old = shelf.pop(key)
            self._undo.append(lambda: shelf.__setitem__(key, old))

    def append(self, row: list[V], value: V) -> None:
        row.append(value)
        self._undo.append(row.pop)

    def add(self, ordered: list[Any], value: Any) -> None:
        """Put a value into its place in a sorted list."""
        insort(ordered, value)
        self._undo.append(lambda: _remove(ordered, value))

    def discard(self, ordered: list[Any], value: Any) -> None:
        """Take a value out of a sorted list, if it is there."""
        if _remove(ordered, value):
            self._undo.append(lambda: insort(ordered, value))

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
