"""Is each seeded fault still found, or known to be missed? And is nothing said of the processes as they are?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.planted.faults import Fault, faults, judged, planted, table
from workflows.checking.questions import prove
from workflows.loader import load, shipped

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "proof.md"
CORPUS = tuple(faults())


@pytest.mark.slow
@pytest.mark.parametrize("fault", CORPUS, ids=str)
def test_a_seeded_fault_is_found_as_the_corpus_says(fault: Fault) -> None:
    assert judged(fault) == fault.verdict, fault.says


@pytest.mark.parametrize("fault", CORPUS, ids=str)
def test_a_fault_can_be_planted_in_the_process_as_it_is(fault: Fault) -> None:
    assert planted(fault)


def test_the_page_holds_this_table() -> None:
    assert "\n".join(table()) in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("process", sorted(shipped()))
def test_nothing_is_said_of_a_shipped_process(process: str) -> None:
    assert load(shipped()[process]).errors == ()
    report = prove(load(shipped()[process]).known()[0])
    assert (report.findings, report.doubts) == ((), ())


def test_each_kind_has_faults_of_its_own_and_most_are_found() -> None:
    kinds = Counter(fault.kind for fault in CORPUS)
    assert min(kinds.values()) >= 3
    assert sum(bool(fault.missed or fault.doubted) for fault in CORPUS) * 5 < len(CORPUS)
