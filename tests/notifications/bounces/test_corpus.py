"""Is every mail of the corpus read as what it is? The table per shape, and each mail by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.notifications.bounces import corpus

SAMPLES = corpus.samples()
PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "bounces.md"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.shape}-{sample.name}")
def test_a_mail_is_read_as_what_it_is(sample: corpus.Sample) -> None:
    report = sample.read()
    found = report.kind, report.status, report.back_on
    assert found == (sample.kind, sample.status, sample.back_on), f"{report.reader}: {report.diagnostic}"
    assert sample.address in (*report.addresses, "")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.shape}-{sample.name}")
def test_a_mail_is_matched_to_the_message_that_it_speaks_of(sample: corpus.Sample) -> None:
    assert sample.matched_to(sample.read()).by == sample.matched


def test_every_file_of_the_corpus_is_expected_to_be_something() -> None:
    files = {(path.parent.name, path.stem) for path in corpus.FOLDER.glob("*/*.eml")}
    assert files == {(sample.shape, sample.name) for sample in SAMPLES}


def test_the_table_per_shape_is_the_one_in_the_docs() -> None:
    table = corpus.table()
    print(table)
    assert table in PAGE.read_text()


def test_nothing_but_a_tagged_return_path_is_sure_where_return_paths_are_in_use() -> None:
    sure = {sample.matched for sample in SAMPLES if sample.matched_to(sample.read()).sure}
    assert sure == {"return path"}
