"""What a transaction wrote is shown to others only after its commit."""

from __future__ import annotations

from storage.cache import CacheView, CaseCache, Loaded
from tests.builders.storage import a_case, a_step

FIRST = Loaded(case=a_case(), secretariat="office")
SECOND = Loaded(case=a_step(FIRST.case), secretariat="office")


def test_what_was_written_is_seen_by_its_writer_and_after_commit_by_all() -> None:
    shared = CaseCache(8)
    mine, theirs = CacheView(shared), CacheView(shared)
    mine.read(FIRST)
    mine.wrote(SECOND)
    assert (mine.get("case-1"), theirs.get("case-1")) == (SECOND, FIRST)
    mine.commit()
    assert theirs.get("case-1") is SECOND


def test_what_was_rolled_back_is_forgotten() -> None:
    view = CacheView(CaseCache(8))
    view.wrote(FIRST)
    mark = view.mark()
    view.wrote(SECOND)
    view.back_to(mark)
    assert view.get("case-1") is FIRST
    view.rollback()
    assert view.get("case-1") is None


def test_the_one_used_longest_ago_goes_first() -> None:
    shared = CaseCache(2)
    one, two, three = (Loaded(case=a_case(id), secretariat="office") for id in ("one", "two", "three"))
    shared.put([one, two])
    shared.get("one")
    shared.put([three])
    assert (shared.get("one"), shared.get("two"), shared.get("three")) == (one, None, three)
