"""The text of a case's state is put together from pieces, and must be what it would be if made at once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from engine.case import Pause
from storage.mapping import StateText, state_changed, state_text
from storage.records import archive_of, files_of
from tests.builders.storage import NOW, a_case, a_moment, a_step


def test_unchanged_pieces_are_used_again() -> None:
    first = a_case(counts={"a": 1, "b": 2}, moments={"m": a_moment()}, rows=("x",))
    text, pieces = state_text(first, None, StateText())
    second = a_step(first, counts={**first.counts, "b": 3, "c": 4})
    again, more = state_text(second, first, pieces)
    assert again == state_text(second, None, StateText())[0]
    assert json.loads(text)["counts"] == {"a": 1, "b": 2}
    assert json.loads(again)["counts"] == {"a": 1, "b": 3, "c": 4}
    assert more.entries["moments"] is pieces.entries["moments"]
    assert more.entries["counts"]["a"] is pieces.entries["counts"]["a"]


def test_what_went_away_leaves_no_piece() -> None:
    first = a_case(facts={"a": "1", "b": "2"}, paused=Pause(since=NOW, by=None, until=date(2027, 4, 1), reason=""))
    _, pieces = state_text(first, None, StateText())
    second = a_step(first, facts={"b": "2"}, paused=None)
    assert state_text(second, first, pieces)[0] == '{"facts":{"b":"2"}}'


def test_an_empty_state_is_an_empty_object() -> None:
    assert state_text(a_case(), None, StateText())[0] == "{}"


def test_a_change_of_columns_or_rows_is_no_change_of_the_state() -> None:
    case = a_case(counts={"a": 1})
    assert not state_changed(case, a_step(case, stage="planning", tasks={}))
    assert state_changed(case, replace(case, counts={"a": 2}))


def test_the_same_files_give_the_same_archive() -> None:
    files = {"b/x.yaml": b"1", "a.txt": b"\x00\xff"}
    assert archive_of(files) == archive_of(dict(reversed(files.items())))
    assert files_of(archive_of(files)) == files
