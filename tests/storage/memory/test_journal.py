"""Whatever was written can be taken back, in any mixture."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st

from storage.memory.journal import Journal

STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "drop", "append", "add", "discard", "mark"]), st.integers(0, 5)), max_size=40
)


@given(STEPS)
def test_going_back_restores_what_was_there(steps: list[tuple[str, int]]) -> None:
    journal = Journal()
    shelf, row, ordered = {1: 1}, [1], [1, 3]
    marks = [(journal.mark(), copy.deepcopy((shelf, row, ordered)))]
    for what, value in steps:
        match what:
            case "put":
                journal.put(shelf, value, len(row))
            case "drop":
                journal.drop(shelf, value)
            case "append":
                journal.append(row, value)
            case "add":
                journal.add(ordered, value)
            case "discard":
                journal.discard(ordered, value)
            case _:
                marks.append((journal.mark(), copy.deepcopy((shelf, row, ordered))))
        assert ordered == sorted(ordered)
    for mark, before in reversed(marks):
        journal.back_to(mark)
        assert (shelf, row, ordered) == before


def test_what_is_forgotten_stays() -> None:
    journal = Journal()
    shelf: dict[str, int] = {}
    journal.put(shelf, "a", 1)
    journal.forget()
    journal.back_to(0)
    assert shelf == {"a": 1}
